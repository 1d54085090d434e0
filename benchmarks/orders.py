"""The whole WSGI call of order-sign against a bare Flask view that only parses the same body.

One call signs metformin, which concerns nobody here: its chart is not read. The other signs alendronate: every
check is made on the whole chart. All are called in turn, so that a machine that slows down slows all.
"""

import gc
import json
import statistics
from typing import Any

from benchmarks.body import body
from benchmarks.whole_call import ROUNDS, bare_flask, caller, interleaved
from cdshooks.app import create_app
from cdshooks.serving.collector import collect_rarely
from cdshooks.settings import Settings
from cdshooks.store.kept import keep_nothing

_PATH = "/cds-services/bone-health-order-sign"
_BARE = "bare Flask view, json.loads only"


def _signing(rxnorm: str, display: str, sig: str) -> bytes:
    """The chart of the other benchmarks, and one draft."""
    call: dict[str, Any] = json.loads(body())
    draft = {
        "resourceType": "MedicationRequest",
        "id": "draft-1",
        "status": "draft",
        "intent": "order",
        "medicationCodeableConcept": {
            "coding": [
                {
                    "system": "http://www.nlm.nih.gov/research/umls/rxnorm",
                    "code": rxnorm,
                    "display": display,
                }
            ],
            "text": display,
        },
        "subject": {"reference": "Patient/bench"},
        "dosageInstruction": [
            {"text": sig, "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}
        ],
    }
    call["hook"] = "order-sign"
    call["context"]["draftOrders"] = {"resourceType": "Bundle", "entry": [{"resource": draft}]}
    return json.dumps(call).encode()


def run() -> None:
    """Print the medians and their ratios to the bare view, as `cdshooks serve` sets the collector."""
    nobody = _signing("861007", "Metformin hydrochloride 500 MG Oral Tablet", "one tablet daily")
    alendronate = _signing("904431", "alendronic acid 70 MG Oral Tablet", "one tablet daily")
    app = create_app(Settings(), kept=keep_nothing())
    calls = {
        "order-sign, nobody here": caller(app, _PATH, nobody),
        "order-sign, alendronate": caller(app, _PATH, alendronate),
        _BARE: caller(bare_flask(), "/parse", alendronate),
    }
    collect_rarely()
    print(
        f"orders: {len(alendronate) / 1000:.0f} kB, {ROUNDS} interleaved rounds; collector as served, "
        f"threshold {gc.get_threshold()}"
    )
    medians = {name: statistics.median(times) for name, times in interleaved(calls).items()}
    for name, median in medians.items():
        print(f"  {name:<34} median {median * 1e3:6.2f} ms   ratio {median / medians[_BARE]:6.2f}")
