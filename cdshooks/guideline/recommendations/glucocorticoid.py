"""Long-term glucocorticoids (GUIDELINE section 0, T5; A, S23; FDA label section 1.4, NOGG 2024, ACR 2022).

When a systemic glucocorticoid of 7.5 mg of prednisone a day or more is current and was taken on 90 days or
more of the last 365, Then treatment is indicated where the lowest T-score is below −1.0, and to be considered
where it is −1.0 or above or not known. The source says "more than 7.5 mg for more than 3 months"; the labels
and guidelines behind it include both limits, and a card says where only that decides.
"""

from decimal import Decimal

from cdshooks.guideline.decision import Disposition, Looked, Rule, no, unknown, yes
from cdshooks.guideline.recommendations.t_score import is_low, spoken
from cdshooks.guideline.words import listed, number
from fhir_mappings.inputs import Disease, Glucocorticoid, GuidelineInputs, Source

MG_PER_DAY = Decimal("7.5")
"""Of prednisone; at or above."""
DAYS = 90
"""Of the last 365; at or above."""


def is_long_term(course: Glucocorticoid | None) -> bool:
    """Whether a course is current and reaches dose and duration, whatever bone density says."""
    return course is not None and course.current and course.days_at_least(MG_PER_DAY) >= DAYS


def dose(course: Glucocorticoid) -> str:
    """The daily dose of the days that count, "7.5" or "7.5–20", in mg of prednisone."""
    counted = sorted({span.mg_per_day for span in course.spans if span.mg_per_day >= MG_PER_DAY})
    return "–".join(number(mg) for mg in dict.fromkeys((counted[0], counted[-1])))


def is_at_threshold(course: Glucocorticoid) -> bool:
    """Whether it is met only because dose and duration include their limits."""
    above = sum((span.end - span.start).days + 1 for span in course.spans if span.mg_per_day > MG_PER_DAY)
    return above <= DAYS


def _range(course: Glucocorticoid) -> str:
    """That more may be taken than was counted: of a range the low end fires, and the high one is told."""
    if course.up_to is None:
        return ""
    return f"; an ordered range goes up to {number(course.up_to)} mg/d"


def _look(inputs: GuidelineInputs) -> Looked:
    course = inputs.glucocorticoid
    if course is None or not course.current:
        return _none(inputs)
    named = listed(list(course.drugs))
    if not course.spans:
        return unknown(f"{named} is current, and no dose could be read")
    days = course.days_at_least(MG_PER_DAY)
    if days < DAYS:
        because = f"{named}: {number(MG_PER_DAY)} mg/d or more (prednisone equivalent) on {days} of 365 days"
        return no(f"{because}{_range(course)}")
    lowest = inputs.bone_density.lowest
    at = " (at threshold)" if is_at_threshold(course) else ""
    score = spoken(lowest) if lowest else "no usable T-score"
    return yes(
        f"{named}: {dose(course)} mg/d (prednisone equivalent) on {days} of 365 days{at}"
        f"{_range(course)}; {score}",
        reason=f"glucocorticoid {dose(course)} mg/d",
        lesser=not is_low(lowest),
    )


def _none(inputs: GuidelineInputs) -> Looked:
    if Source.MEDICATIONS in inputs.unanswered:
        return unknown("medications could not be read")
    if inputs.has(Disease.LONG_TERM_STEROIDS):
        return unknown("long-term use of steroids is on record, and no current order tells drug and dose")
    return no("no current systemic glucocorticoid found in the chart")


GLUCOCORTICOID = Rule(
    id="glucocorticoid",
    sets=Disposition.TREAT,
    otherwise=Disposition.CONSIDER,
    look=_look,
    citation="FDA label section 1.4, NOGG 2024, ACR 2022: prednisone 7.5 mg/d or more for 3 months or more",
    evidence="S",
    recommends=True,
)
