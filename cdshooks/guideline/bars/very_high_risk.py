"""Very high fracture risk (GUIDELINE C, C10; A, S34; AACE 2020).

When a fragility fracture is recent, repeated, or happened under therapy or under glucocorticoids, the T-score
is below −3.0, FRAX is far above its thresholds, or falls have injured, Then an anabolic drug may have to come
first: alendronate is offered and not recommended. So it is where FRAX could not be read. Under therapy only a
fracture at least 12 months after its beginning raises the question.
"""

import datetime
from decimal import Decimal

from cdshooks.guideline.decision import Bar, Disposition, Looked, no, unknown, yes
from cdshooks.guideline.fractures import fragility_events, fragility_fractures, latest_day, site_words
from cdshooks.guideline.recommendations.frax import frax_applies
from cdshooks.guideline.risk_factors import GLUCOCORTICOID_MG
from cdshooks.guideline.words import day, listed, number, t_score
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import Disease, Fracture, GuidelineInputs, Mechanism, Source

RECENT_MONTHS = 12
"""A fracture within so many months is recent."""
SEVERAL = 2
"""Fragility fractures, from so many on."""
T_SCORE = Decimal("-3.0")
"""Below."""
MAJOR_PERCENT = Decimal(30)
"""Above."""
HIP_PERCENT = Decimal("4.5")
"""Above."""
ON_THERAPY_MONTHS = 12
"""A fracture this long after the beginning of a drug counts as one under it."""


def flags(inputs: GuidelineInputs) -> list[str]:
    """What puts the patient at very high risk, in a few words each; none where nothing does."""
    # The latest first: it is the one to name.
    broken = sorted(fragility_fractures(inputs), key=_last_day, reverse=True)
    under = [each for each in broken if _on_therapy(each, inputs)]
    if inputs.therapy and not under:
        return []
    found = [f"{site_words(each)} fracture on therapy {day(each.day)}" for each in under[:1]]
    # That of a fracture under therapy, which is more, says it all.
    since = add_months(inputs.as_of, -RECENT_MONTHS)
    recent = [each for each in broken if each not in under[:1] and _since(each, since)]
    if recent:
        found.append(f"recent {site_words(recent[0])} fracture {day(recent[0].day)}")
    if fragility_events(inputs) >= SEVERAL:
        found.append(f"{fragility_events(inputs)} fragility fractures")
    if any(_on_glucocorticoid(each, inputs) for each in broken):
        found.append("fracture on glucocorticoids")
    lowest = inputs.bone_density.lowest
    if lowest is not None and lowest.value < T_SCORE:
        found.append(f"T-score {t_score(lowest)}")
    found += _frax(inputs)
    if inputs.has(Disease.FALLS) and any(each.mechanism is Mechanism.LOW_ENERGY for each in broken):
        found.append("injurious falls")
    return found


def _last_day(fracture: Fracture) -> datetime.date:
    return latest_day(fracture) or datetime.date.min


def _frax(inputs: GuidelineInputs) -> list[str]:
    if not frax_applies(inputs) or inputs.therapy:
        return []
    return [
        f"FRAX {name} {number(value.value)} %"
        for name, value, limit in (
            ("MOF", inputs.frax.major, MAJOR_PERCENT),
            ("hip", inputs.frax.hip, HIP_PERCENT),
        )
        if value is not None and value.value > limit
    ]


def _since(fracture: Fracture, start: datetime.date) -> bool:
    last = latest_day(fracture)
    return last is not None and last >= start


def _on_therapy(fracture: Fracture, inputs: GuidelineInputs) -> bool:
    """At least a year after a drug was begun: the current one, or an earlier one before it was stopped."""
    now = (each.since for each in inputs.therapy if each.since is not None)
    if any(_since(fracture, add_months(since, ON_THERAPY_MONTHS)) for since in now):
        return True
    for past in inputs.past_therapy:
        if past.last_day is not None and fracture.day is not None:
            begun = past.last_day - datetime.timedelta(days=past.days - 1)
            if add_months(begun, ON_THERAPY_MONTHS) <= fracture.day <= past.last_day:
                return True
    return False


def _on_glucocorticoid(fracture: Fracture, inputs: GuidelineInputs) -> bool:
    course = inputs.glucocorticoid
    return (
        course is not None
        and fracture.day is not None
        and any(
            span.start <= fracture.day <= span.end and span.mg_per_day >= GLUCOCORTICOID_MG
            for span in course.spans
        )
    )


def is_unknown(inputs: GuidelineInputs) -> bool:
    """Whether only a FRAX result could say it, and none could be read."""
    unread = Source.FRAX in inputs.unanswered
    return unread and frax_applies(inputs) and not inputs.therapy and not flags(inputs)


def _look(inputs: GuidelineInputs) -> Looked:
    found = flags(inputs)
    if is_unknown(inputs):
        return unknown("FRAX could not be read, and nothing else makes fracture risk very high")
    if not found:
        return no("nothing found in the chart that makes fracture risk very high")
    return yes(f"very high fracture risk: {listed(found)}", reason=", ".join(found))


CAUTION_VERY_HIGH_RISK = Bar(
    id="caution-very-high-risk",
    look=_look,
    citation="AACE 2020: very high risk; GUIDELINE C, C10",
    bears_on=frozenset({Disposition.TREAT, Disposition.ALREADY_TREATED}),
)
