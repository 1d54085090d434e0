"""C09: on treatment, and something is due (GUIDELINE C, C09; section 0, 6; A, S38, S39)."""

from cdshooks.cards import offers, parts
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, paragraphs
from cdshooks.cards.sheet import Offer, Sheet
from cdshooks.guideline.decision import Topic
from cdshooks.guideline.words import day
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import BoneTherapy

DXA_MONTHS = 24
ORAL_REVIEW_YEARS = 5
INFUSION_REVIEW_YEARS = 3
_REVIEW_YEARS = {
    "alendronate": ORAL_REVIEW_YEARS,
    "risedronate": ORAL_REVIEW_YEARS,
    "ibandronate": ORAL_REVIEW_YEARS,
    "zoledronic acid": INFUSION_REVIEW_YEARS,
}


def sheet(case: Case) -> Sheet | None:
    """The card where a DXA or a review of the need for the drug is due; else none."""
    # A drug that is due for review gives the card its name; else the first.
    therapy = next((each for each in case.inputs.therapy if _review(case, each)), case.inputs.therapy[0])
    due = [word for word in (_dxa(case), _review(case, therapy)) if word]
    if not due:
        return None
    return Sheet(
        topic=Topic.ON_TREATMENT,
        indicator="info",
        summary=f"On {therapy.drug} since {day(therapy.since)}: {'; '.join(due)}",
        detail=paragraphs(
            (
                bold(
                    "Why",
                    f"{therapy.drug}{' (known by name only)' if therapy.by_name else ''} is current; "
                    f"{'; '.join(due)}.",
                ),
                parts.values(case),
                bold("Adherence", "ask: only 5–62 % of patients keep taking enough of it."),
                _review_text(case, therapy),
                "**Foundation:**\n\n" + parts.foundation(case, low_impact=offers.is_fragile(case)),
                parts.not_found(case),
                parts.to_check(case),
            )
        ),
        offers=_offers(case),
    )


def _dxa(case: Case) -> str | None:
    last = case.inputs.bone_density.day
    if last is None:
        return "no usable DXA, DXA due"
    return f"DXA due (last {last})" if add_months(last, DXA_MONTHS) <= case.inputs.as_of else None


def _review(case: Case, therapy: BoneTherapy) -> str | None:
    years = _REVIEW_YEARS.get(therapy.drug)
    if years is None or therapy.since is None:
        return None
    if add_months(therapy.since, 12 * years) > case.inputs.as_of:
        return None
    return f"review at {years} years"


def _review_text(case: Case, therapy: BoneTherapy) -> str | None:
    if _review(case, therapy) is None:
        return None
    return bold(
        "Review",
        "without a hip or vertebral fracture and with a hip T-score above −2.5 a drug holiday may be "
        "considered; otherwise go on to 10 years (zoledronic acid 6).",
    )


def _offers(case: Case) -> tuple[Offer, ...]:
    to = case.recipient
    if to is None or _dxa(case) is None:
        return ()
    last = case.inputs.bone_density.day or add_months(case.inputs.as_of, -DXA_MONTHS)
    wanted = (
        offers.dxa_in(case, to, months=DXA_MONTHS, after=last),
        offers.calcium(case, to),
        offers.vitamin_d(case, to),
    )
    return tuple(offer for offer in wanted if offer is not None)
