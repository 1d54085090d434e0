"""What is due under therapy (GUIDELINE section 0, 6; A, S38 and S39; B, 25; C, C09 and C13).

When a drug is current, Then DXA comes every two years, a gap in supply and an order that nobody renewed are
asked about, and the need for a bisphosphonate is reviewed after five years (zoledronic acid: three), and by a
specialist after ten (six). When a dose of denosumab is late, Then that is told: vertebral fractures rebound.
"""

import datetime
from enum import StrEnum

import msgspec

from cdshooks.guideline.bars.long_exposure import INFUSION_YEARS, ORAL_YEARS, ZOLEDRONIC_ACID
from cdshooks.guideline.fractures import DECIDE_ALONE, fragility_fractures
from cdshooks.guideline.recommendations.t_score import OSTEOPOROSIS, is_osteoporotic
from cdshooks.guideline.words import between, day, listed, number
from fhir_mappings.dates import add_months, years_between
from fhir_mappings.inputs import ORAL_BISPHOSPHONATES, BoneTherapy, GuidelineInputs, Site, TScore

DXA_MONTHS = 24
"""After the last one the next is due."""
REFILL_GAP = datetime.timedelta(days=45)
"""Longer without supply: a gap."""
DENOSUMAB = "denosumab"
DENOSUMAB_MONTHS = 6
"""Between two doses."""
DENOSUMAB_CRITICAL_MONTHS = 7
"""Longer ago: critical."""
DENOSUMAB_CURRENT_MONTHS = 18
"""Longer ago: past therapy."""
ORAL_LIMIT_YEARS, INFUSION_LIMIT_YEARS = 10, 6
"""Of a bisphosphonate by mouth and of zoledronic acid; beyond, there is no evidence for going on."""
_DEPOTS = frozenset({DENOSUMAB, ZOLEDRONIC_ACID})
_HIP_SITES = frozenset({Site.FEMORAL_NECK, Site.TOTAL_HIP, Site.FEMUR})


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """A review of the need for a bisphosphonate.

    `after` so many years it is due, `years` the drug is on record, and the evidence for it ends at `limit`.
    """

    after: int
    years: int
    limit: int


class Lateness(StrEnum):
    """How late a dose of denosumab is."""

    WARNING = "warning"
    CRITICAL = "critical"


class Overdue(msgspec.Struct, frozen=True, kw_only=True):
    """A late dose of denosumab. `last_dose` is its day as far as it is known, in words.

    `sure` is false where the last dose may have been so recent that the next is not due. `not_followed_by`
    may have taken over from it, and is not counted.
    """

    last_dose: str
    lateness: Lateness
    sure: bool
    not_followed_by: tuple[str, ...]


def denosumab_overdue(inputs: GuidelineInputs) -> Overdue | None:
    """The late dose, unless another bone drug followed, or the last dose is not on record.

    Where its day is not known, the earliest decides how late it is. Where it may not be late at all, that is a
    question, and not critical.
    """
    for therapy in inputs.therapy:
        last = therapy.last_dose
        if therapy.drug != DENOSUMAB or last is None or therapy.followed:
            continue
        if inputs.as_of > add_months(last, DENOSUMAB_CURRENT_MONTHS):
            continue
        earliest = _lateness(therapy.last_dose_from or last, inputs.as_of)
        sure = _lateness(last, inputs.as_of) is not None
        if earliest is not None:
            return Overdue(
                last_dose=between(therapy.last_dose_from, last),
                lateness=earliest if sure else Lateness.WARNING,
                sure=sure,
                not_followed_by=therapy.not_followed_by,
            )
    return None


def _lateness(last: datetime.date, as_of: datetime.date) -> Lateness | None:
    """How late the next dose is after one of that day."""
    if as_of > add_months(last, DENOSUMAB_CRITICAL_MONTHS):
        return Lateness.CRITICAL
    return Lateness.WARNING if as_of > add_months(last, DENOSUMAB_MONTHS) else None


def dxa_due(inputs: GuidelineInputs) -> str | None:
    """Whether it is time for a DXA, in words."""
    last = inputs.bone_density.day
    if last is None:
        return "no usable DXA, DXA due"
    return f"DXA due (last {last})" if add_months(last, DXA_MONTHS) <= inputs.as_of else None


def review_due(therapy: BoneTherapy, inputs: GuidelineInputs) -> Review | None:
    """The review of a bisphosphonate that is due; never one of denosumab."""
    if therapy.drug in ORAL_BISPHOSPHONATES:
        after, limit = ORAL_YEARS, ORAL_LIMIT_YEARS
    elif therapy.drug == ZOLEDRONIC_ACID:
        after, limit = INFUSION_YEARS, INFUSION_LIMIT_YEARS
    else:
        return None
    if therapy.since is None or add_months(therapy.since, 12 * after) > inputs.as_of:
        return None
    return Review(after=after, years=years_between(therapy.since, inputs.as_of), limit=limit)


def refill_gap(therapy: BoneTherapy, inputs: GuidelineInputs) -> str | None:
    """A gap in the known supply."""
    covered = therapy.covered_until
    if covered is None or inputs.as_of - covered <= REFILL_GAP:
        return None
    return f"possible refill gap (supply to {day(covered)})"


def lapse(therapy: BoneTherapy, inputs: GuidelineInputs) -> str | None:
    """A depot that is still ordered, whose last dose on record no longer acts."""
    last = therapy.last_dose
    if (
        therapy.drug not in _DEPOTS
        or last is None
        or inputs.as_of <= add_months(last, DENOSUMAB_CURRENT_MONTHS)
    ):
        return None
    dosed = between(therapy.last_dose_from, last)
    return f"last dose on record {dosed}, over {DENOSUMAB_CURRENT_MONTHS} months ago"


def staleness(therapy: BoneTherapy) -> str | None:
    """The question that an order raises which nobody renewed, dispensed or stated for two years."""
    return "order not renewed for 2 years" if therapy.stale else None


def pause_or_go_on(years: int, limit: int, inputs: GuidelineInputs) -> str:
    """What a review of a bisphosphonate after so many years begins from (ASBMR 2016, BHOF 2022)."""
    reasons = _why_to_go_on(inputs)
    if years >= limit:
        change = f"; a change of drug rather than a pause: {listed(reasons)}" if reasons else ""
        return f"on record for {years} years, and the evidence ends at {limit}: specialist review{change}"
    if reasons:
        return f"go on, to {limit} years, rather than pause: {listed(reasons)}"
    if not _hip_scores(inputs):
        return "hip T-score not known: get one before a pause is decided"
    return (
        f"no hip or vertebral fracture found and hip T-score above {number(OSTEOPOROSIS)}: a drug holiday "
        "may be considered, if risk is not high otherwise"
    )


def _why_to_go_on(inputs: GuidelineInputs) -> list[str]:
    reasons = []
    if any(each.site in DECIDE_ALONE for each in fragility_fractures(inputs)):
        reasons.append("hip or vertebral fracture")
    if any(is_osteoporotic(score) for score in _hip_scores(inputs)):
        reasons.append(f"hip T-score {number(OSTEOPOROSIS)} or below")
    return reasons


def _hip_scores(inputs: GuidelineInputs) -> list[TScore]:
    return [score for score in inputs.bone_density.study if score.site in _HIP_SITES]
