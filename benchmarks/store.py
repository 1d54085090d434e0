"""What the store costs a call: the look-up of silence, and the memory of tokens, as ratios to a call without.

The whole WSGI call of patient-view is made in turn without a store, with the look-up in an SQLite store of
100,000 answers, and with one first use of a token more. The client check itself is another matter.
"""

import datetime
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from benchmarks.body import body
from benchmarks.whole_call import ROUNDS, Call, caller, interleaved
from cdshooks.app import create_app
from cdshooks.cards.identity import CardId
from cdshooks.serving.collector import collect_rarely
from cdshooks.settings import Settings
from cdshooks.store.feedback import Entry, FeedbackStore
from cdshooks.store.kept import keep, keep_nothing
from cdshooks.store.tokens import SeenTokens
from cdshooks.wire.feedback import Outcome

ANSWERS = 100_000
_BATCH = 10_000
_NOW = datetime.datetime(2026, 1, 15, tzinfo=datetime.UTC)
_PATH = "/cds-services/bone-health-patient-view"


def _fill(store: FeedbackStore) -> None:
    one = Entry(
        client="anyone",
        service="bone-health-patient-view",
        guideline_version="0.1.0",
        card="",
        about=CardId(topic=2, suggestion=0, patient=0, fingerprint=0, instance=0),
        outcome=Outcome.OVERRIDDEN,
        reason="patient-declined",
        answered_at=_NOW,
        received_at=_NOW,
    )
    for start in range(0, ANSWERS, _BATCH):
        store.take(
            [
                msgspec.structs.replace(
                    one,
                    card=str(number),
                    about=msgspec.structs.replace(one.about, patient=number * 100_003),
                )
                for number in range(start, start + _BATCH)
            ]
        )


def _with_token(call: Call, tokens: SeenTokens) -> Callable[[], None]:
    numbers = itertools.count()
    until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=5)

    def signed() -> None:
        assert tokens.first_use("https://ehr.example", str(next(numbers)), until)
        call()

    return signed


def run() -> None:
    """Measure as `cdshooks serve` sets the collector."""
    sent = body()
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings(honour_as_of=True, state_dir=Path(directory))
        kept = keep(settings)
        assert kept.feedback
        assert kept.tokens
        began = time.perf_counter()
        _fill(kept.feedback)
        filled = time.perf_counter() - began
        looks_up = caller(create_app(settings, kept=kept), _PATH, sent)
        calls = {
            "without a store": caller(create_app(settings, kept=keep_nothing()), _PATH, sent),
            "with the look-up of silence": looks_up,
            "with a token remembered, too": _with_token(looks_up, kept.tokens),
        }
        collect_rarely()
        print(f"SQLite with {ANSWERS:,} answers, taken in {filled:.1f} s; {ROUNDS} interleaved rounds")
        seconds = interleaved(calls)
        medians = {name: statistics.median(values) for name, values in seconds.items()}
        tails = {name: statistics.quantiles(values, n=100)[98] for name, values in seconds.items()}
        for name, median in medians.items():
            print(
                f"  {name:<34} median {median * 1e3:6.2f} ms   p99 {tails[name] * 1e3:6.2f} ms   "
                f"ratio {median / medians['without a store']:5.2f}"
            )
        kept.release()
