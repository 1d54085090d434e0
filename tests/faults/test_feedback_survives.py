"""kill -9 of workers and of the server while feedback is posted: what was acknowledged is there, once."""

import os
import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import requests
import sqlalchemy as sa

from cdshooks.cards.identity import CardKeys
from cdshooks.guideline.topics import Topic
from cdshooks.settings import Settings
from cdshooks.store.engine import Connections, location
from cdshooks.store.schema import feedback
from tests.faults.served import Server

POSTS = int(os.environ.get("FEEDBACK_POSTS", "500"))
"""How many; `make nightly` posts 10,000."""
KEY = "0a" * 32
ATTEMPTS = 10_000


class Clinic:
    """Posts feedback from several threads, and sends again what was not acknowledged."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.acknowledged: Counter[str] = Counter()
        self.again = 0
        self.up = threading.Event()
        self.up.set()
        self.progress = threading.Event()
        self._lock = threading.Lock()
        self._keys = CardKeys((bytes.fromhex(KEY),))

    def post(self, number: int) -> None:
        signature = self._keys.signature(
            client="anyone", patient_id=f"p{number}", hook_instance="d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
        )
        card = signature.uuid(Topic.FRAX_NEEDED, signature.marks("")[0])
        item = {"card": card, "outcome": "overridden", "outcomeTimestamp": "2026-01-15T08:30:00Z"}
        for _ in range(ATTEMPTS):
            self.up.wait(30)
            try:
                response = requests.post(
                    f"{self.server.url}/bone-health-patient-view/feedback",
                    json={"feedback": [item]},
                    timeout=30,
                )
            except requests.RequestException:
                pass
            else:
                if response.status_code == 200:
                    with self._lock:
                        self.acknowledged[card] += 1
                    self.progress.set()
                    return
                assert response.status_code == 503, response.text
            with self._lock:
                self.again += 1
        raise AssertionError("never acknowledged")

    @property
    def done(self) -> int:
        with self._lock:
            return self.acknowledged.total()


def test_acknowledged_feedback_is_there_once_whoever_is_killed(store_settings: Settings) -> None:
    environ = {"CDSHOOKS_DATABASE_URL": str(store_settings.database_url), "CDSHOOKS_CARD_KEYS": KEY}
    clinic = Clinic(Server(environ))
    port = clinic.server.port
    # A worker for each hundred, and the whole server for every third of all.
    moments = sorted(
        [(number, "worker") for number in range(50, POSTS, 100)]
        + [(POSTS * third // 3, "server") for third in (1, 2)]
    )
    chance = random.Random(5)  # noqa: S311 - which worker is killed need not be a secret
    try:
        with ThreadPoolExecutor(8) as pool:
            posts = [pool.submit(clinic.post, number) for number in range(POSTS)]
            for moment, victim in moments:
                while clinic.done < moment:
                    for post in posts:
                        if post.done():
                            post.result()
                    clinic.progress.wait(1)
                    clinic.progress.clear()
                if victim == "worker":
                    clinic.server.kill_worker(chance.randrange(8))
                    continue
                clinic.server.kill()
                clinic.up.clear()
                clinic.server = Server(environ, port=port)
                clinic.up.set()
            for post in posts:
                post.result(timeout=60)
    finally:
        clinic.up.set()
        clinic.server.stop()
    connections = Connections(location(store_settings), patience=10)
    with connections.reading() as connection:
        stored = Counter(connection.scalars(sa.select(feedback.c.card)))
    connections.release()
    assert clinic.done == POSTS
    assert clinic.again > 0, "nobody was killed while a post was under way"
    assert stored == clinic.acknowledged
