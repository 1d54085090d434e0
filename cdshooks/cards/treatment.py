"""C02: a treatment threshold is met (GUIDELINE C, C02)."""

from cdshooks.cards import offers, parts, unsuitable
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, paragraphs
from cdshooks.cards.sheet import Offer, Sheet
from cdshooks.guideline.bars.caution_not_known import unknown_labs
from cdshooks.guideline.decision import Draft, Topic
from cdshooks.guideline.recommendations.t_score import in_osteopenia
from cdshooks.guideline.words import listed
from fhir_mappings.inputs import Sex

_WEIGHED_AGE = 65


def sheet(case: Case) -> Sheet:
    """The card for a patient in whom treatment is indicated."""
    decision = case.decision
    reasons = [criterion.reason or criterion.because for criterion in decision.met]
    blocks = [criterion.reason or criterion.because for criterion in decision.blocks]
    summary = f"Meets treatment threshold: {reasons[0]}. "
    if not blocks:
        summary += "Consider starting alendronate"
    elif unsuitable.is_only_unchecked(case):
        summary += f"Alendronate not offered: {blocks[0]}"
    else:
        summary += f"Oral alendronate not suitable: {blocks[0]}"
    return Sheet(
        topic=Topic.TREATMENT_INDICATED,
        indicator="warning",
        summary=summary,
        detail=_detail(case, blocks),
        offers=_offers(case),
        about_fracture=decision.fired("hip-or-vertebral-fracture") is not None,
    )


def _detail(case: Case, blocks: list[str]) -> str:
    decision = case.decision
    return paragraphs(
        (
            bold("Why", f"{listed([criterion.because for criterion in decision.met])}."),
            parts.values(case),
            bold("Oral alendronate is not offered", f"{listed(blocks)}.") if blocks else None,
            _not_recommended(case),
            parts.before_prescribing(case),
            None if blocks else _first_line(),
            None if blocks else _alternatives(case),
            _special(case),
            "**Foundation:**\n\n" + parts.foundation(case, low_impact=offers.is_fragile(case)),
            bold("Follow-up", _follow_up(case, blocks)),
            parts.not_found(case),
            parts.to_check(case),
        )
    )


def _follow_up(case: Case, blocks: list[str]) -> str:
    dxa = f"DXA in {_dxa_months(case)} months"
    return f"{dxa}." if blocks else f"adherence at 3 months, {dxa}, reassess the need at 5 years."


def _not_recommended(case: Case) -> str | None:
    if case.decision.draft is not Draft.OFFERED:
        return None
    cautions = listed([criterion.because for criterion in case.decision.cautions])
    return bold("Offered, not recommended, until this is settled", f"{cautions}.")


def _first_line() -> str:
    return paragraphs(
        (
            bold(
                "First line",
                "alendronate 70 mg once WEEKLY (10 mg daily is the alternative); bisphosphonates come first "
                "for safety, cost and efficacy (ACP 2023). Fasting on waking, with 6–8 oz of plain water, 30 "
                "minutes before food, drink or other medicines; upright for 30 minutes and until after the "
                "first food.",
            ),
            bold(
                "Not if",
                "esophageal stricture or achalasia, recent banding or sclerotherapy, cannot sit or stand "
                "upright 30 minutes, hypocalcemia, CrCl below 35 mL/min, hypersensitivity.",
            ),
        )
    )


def _alternatives(case: Case) -> str:
    raloxifene = "raloxifene (younger postmenopausal); " if case.inputs.person.sex is Sex.FEMALE else ""
    return bold(
        "Alternatives",
        "zoledronic acid IV yearly; denosumab 60 mg SC every 6 months (never stop without a follow-on drug); "
        f"{raloxifene}teriparatide or another anabolic (severe).",
    )


def _special(case: Case) -> str | None:
    person, lowest = case.inputs.person, case.inputs.bone_density.lowest
    if person.sex is Sex.MALE:
        return bold(
            "Men",
            "indicated to increase bone mass in men with osteoporosis (FDA); for osteopenia by FRAX this is "
            "guideline-based, evidence weaker (ACP: conditional, low certainty). T-scores are read against "
            "the female reference (ISCD).",
        )
    if in_osteopenia(lowest) and person.age is not None and person.age > _WEIGHED_AGE:
        return bold(
            "ACP 2023",
            "women over 65 with osteopenia: individualize by fracture risk; the evidence is of low certainty.",
        )
    return None


def _dxa_months(case: Case) -> int:
    """A year where bone is osteoporotic, else two (GUIDELINE A, S45)."""
    return 12 if case.decision.fired("t-score-osteoporosis") else 24


def _offers(case: Case) -> tuple[Offer, ...]:
    to = case.recipient
    if to is None:
        return ()
    unknown = case.decision.draft is not Draft.NOT_INDICATED and bool(unknown_labs(case.inputs))
    wanted = (
        offers.start_alendronate(case, to),
        offers.secondary_cause_labs(case, to, vitamin_d=False) if unknown else None,
        offers.vitamin_d_level(case, to),
        offers.dxa_now(case, to) if case.inputs.bone_density.lowest is None else None,
        offers.calcium(case, to),
        offers.vitamin_d(case, to),
        offers.dental_exam(case, to),
        offers.exercise_referral(case, to),
        offers.dxa_in(case, to, months=_dxa_months(case), after=case.inputs.as_of),
    )
    return tuple(offer for offer in wanted if offer is not None)
