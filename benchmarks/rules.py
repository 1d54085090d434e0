"""What one recommendation costs: each rule by itself, beside deciding and rendering with all of them.

On the chart of `benchmarks.body`, mapped once. A rule is pure and looks at typed inputs, so that its cost is
the cost of calling it; what a further one adds to a call is the mean of those that there are.
"""

import datetime
import functools
import statistics
import time
from collections.abc import Callable

import msgspec

from benchmarks.body import body
from benchmarks.whole_call import caller
from cdshooks.app import create_app
from cdshooks.cards.case import Case
from cdshooks.cards.identity import CardKeys
from cdshooks.cards.render import render
from cdshooks.cards.signed import Signing
from cdshooks.chart.gather import Ask, gather
from cdshooks.chart.prefetch import PATIENT_VIEW
from cdshooks.drafts import Recipient
from cdshooks.guideline.bars import BLOCKS, CAUTIONS
from cdshooks.guideline.decide import decide
from cdshooks.guideline.decision import Bar, Rule
from cdshooks.guideline.recommendations import CLASSES, CONSIDERATION, GATES, TREATMENT
from cdshooks.settings import Settings
from cdshooks.store.kept import keep_nothing
from cdshooks.wire.request import CarefulRequest
from fhir_mappings.inputs import GuidelineInputs
from fhir_mappings.mapping import map_chart
from fhir_mappings.value_sets import load

ROUNDS = 300

RULES: tuple[Rule | Bar, ...] = (*GATES, *TREATMENT, *CONSIDERATION, *CLASSES, *BLOCKS, *CAUTIONS)


AS_OF = datetime.date(2026, 1, 15)
_TO = Recipient(patient="Patient/bench", encounter=None, requester="Practitioner/example", authored_on=AS_OF)


def _inputs() -> GuidelineInputs:
    request = msgspec.json.decode(body(), type=CarefulRequest)
    gathered = gather(Ask(patient_id="bench", queries=PATIENT_VIEW, prefetch=request.prefetch))
    return map_chart(gathered.chart, AS_OF, load())


def _signing() -> Signing:
    signature = CardKeys.ephemeral().signature(client="bench", patient_id="bench", hook_instance="bench")
    return Signing(signature=signature, as_of=AS_OF)


def _microseconds(calls: dict[str, Callable[[], object]], times: int) -> dict[str, float]:
    """The median of each call, all in turn, round by round."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            began = time.perf_counter()
            for _ in range(times):
                call()
            seconds[name].append((time.perf_counter() - began) / times)
    return {name: statistics.median(values) * 1e6 for name, values in seconds.items()}


def run() -> None:
    """Measure each rule, deciding, deciding and rendering, and the whole call."""
    inputs, signing = _inputs(), _signing()
    decision = decide(inputs)

    def decide_and_render() -> object:
        return render(Case(decision=decide(inputs), inputs=inputs, recipient=_TO), signing)

    sent = body()
    app = create_app(Settings(dev=True), kept=keep_nothing())
    whole = _microseconds(
        {
            "decide": lambda: decide(inputs),
            "decide and render": decide_and_render,
            "whole call": caller(app, "/cds-services/bone-health-patient-view", sent),
        },
        times=1,
    )
    rules = _microseconds({rule.id: functools.partial(rule.look, inputs) for rule in RULES}, times=20)
    mean = statistics.mean(rules.values())
    costliest = sorted(rules, key=rules.__getitem__, reverse=True)[:3]
    print(f"rules: {len(RULES)}, of which {len(decision.criteria)} are looked at in this chart")
    for name, value in whole.items():
        share = value / whole["whole call"]
        print(f"  {name:<34} median {value:9.1f} us   {share:6.1%} of the call")
    print(f"  {'one rule, mean':<34} median {mean:9.2f} us   {mean / whole['whole call']:6.2%} of the call")
    print(f"  costliest: {', '.join(f'{name} {rules[name]:.2f} us' for name in costliest)}")
