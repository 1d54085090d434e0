"""A token that one worker has seen is a used one for every other worker, and for every other server."""

import datetime
import json
from pathlib import Path

import pytest
import requests

from cdshooks.settings import Settings
from tests.served import Served, serving
from tests.trust.signing import EHR, claims, signer, write_trust

ROOT = Path(__file__).resolve().parents[2]
REQUEST = json.loads((ROOT / "fixtures" / "source-patient" / "request.json").read_bytes())
PATH = "/cds-services/bone-health-patient-view"
PUBLIC = "https://cds.example.org"


def token() -> str:
    now = int(datetime.datetime.now(datetime.UTC).timestamp())
    return signer().sign(claims(aud=PUBLIC + PATH, iat=now, exp=now + 240))


def status(server: Served, bearer: str) -> int:
    """Of a call on a connection of its own, so that any worker may get it."""
    headers = {"Connection": "close", "Authorization": f"Bearer {bearer}"}
    return requests.post(server.base + PATH, json=REQUEST, timeout=30, headers=headers).status_code


@pytest.mark.protocol("I11")
def test_a_token_is_good_once_whichever_worker_and_server_gets_it(
    store_settings: Settings, tmp_path: Path
) -> None:
    shared = {
        "database_url": str(store_settings.database_url),
        "card_keys": store_settings.card_keys[0],
        "trust_file": str(write_trust(tmp_path, EHR, keys=[signer()])),
        "public_url": PUBLIC,
        "workers": "2",
    }
    with serving(**shared) as one, serving(**shared) as other:
        used = token()
        assert status(one, used) == 200
        assert [status(server, used) for server in (one, other) for _ in range(6)] == [401] * 12
        assert [status(server, token()) for server in (one, other)] == [200, 200]
