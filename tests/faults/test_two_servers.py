"""Two servers with two workers each share one store: what one was told, the other knows."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa

from cdshooks.settings import Settings
from cdshooks.store.engine import Connections, location
from cdshooks.store.schema import shown
from tests.served import serving

ROOT = Path(__file__).resolve().parents[2]
REQUEST = json.loads((ROOT / "fixtures" / "source-patient" / "request.json").read_bytes())
PATH = "bone-health-patient-view"


def test_cards_are_counted_but_not_those_of_warming_up(store_settings: Settings) -> None:
    shared = {"database_url": str(store_settings.database_url), "card_keys": store_settings.card_keys[0]}
    with serving("--dev", **shared) as server:
        for _ in range(5):
            assert len(_post(f"{server.discovery}/{PATH}", REQUEST).json()["cards"]) == 1
    connections = Connections(location(store_settings), patience=10)
    with connections.reading() as connection:
        assert connection.execute(sa.select(shown.c.client, shown.c.cards)).all() == [("anyone", 5)]
    connections.release()


def test_a_card_of_one_server_is_answered_at_another_and_silent_at_both(store_settings: Settings) -> None:
    shared = {"database_url": str(store_settings.database_url), "card_keys": store_settings.card_keys[0]}
    with serving("--dev", **shared) as one, serving("--dev", **shared) as other:
        cards: Callable[[str], Any] = lambda url: _post(f"{url}/{PATH}", REQUEST).json()["cards"]  # noqa: E731
        # Of either server and whichever worker it is, a retry has the same uuids.
        seen = [cards(url) for url in (one.discovery, other.discovery) for _ in range(4)]
        assert len(seen[0]) == 1
        assert all(each == seen[0] for each in seen)
        item = {
            "card": seen[0][0]["uuid"],
            "outcome": "overridden",
            "outcomeTimestamp": "2026-01-15T08:30:00Z",
            "overrideReason": {"reason": {"code": "patient-declined"}},
        }
        feedback = _post(f"{other.discovery}/{PATH}/feedback", {"feedback": [item]})
        assert (feedback.status_code, feedback.content) == (200, b"")
        assert [cards(url) for url in (one.discovery, other.discovery) for _ in range(4)] == [[]] * 8


def _post(url: str, body: object) -> requests.Response:
    # A connection of its own for each call, so that any worker may get it.
    return requests.post(url, json=body, timeout=30, headers={"Connection": "close"})
