"""C09: on treatment, and something is due (GUIDELINE C, C09; section 0, 6; A, S38, S39)."""

from cdshooks.cards import labs, offers, parts, referrals
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, paragraphs
from cdshooks.cards.sheet import Offer, Sheet
from cdshooks.guideline.exercise import is_fragile
from cdshooks.guideline.on_therapy import (
    DENOSUMAB,
    DENOSUMAB_MONTHS,
    DXA_MONTHS,
    dxa_due,
    lapse,
    pause_or_go_on,
    refill_gap,
    review_due,
    staleness,
)
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import begun, drug
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import BoneTherapy


def sheet(case: Case) -> Sheet | None:
    """The card where a DXA, a refill, a renewal or a review of the need for the drug is due; else none."""
    inputs = case.inputs
    # A drug of which something is due gives the card its name; else the first.
    therapy = next((each for each in inputs.therapy if _due(each, case)), inputs.therapy[0])
    due = [word for word in (dxa_due(inputs), *_due(therapy, case)) if word]
    if not due:
        return None
    since = f" since {begun(therapy)}" if therapy.since else ""
    return Sheet(
        topic=Topic.ON_TREATMENT,
        indicator="info",
        summary=f"On {drug(therapy)}{since}: {'; '.join(due)}",
        detail=paragraphs(
            (
                bold(
                    "Why",
                    f"{therapy.drug}{' (known by name only)' if therapy.by_name else ''} "
                    f"{'may be' if therapy.in_doubt else 'is'} current; {'; '.join(due)}.",
                ),
                bold("In doubt", f"{therapy.in_doubt}. If it is not, treatment is decided anew.")
                if therapy.in_doubt
                else None,
                parts.values(case),
                bold("Adherence", "ask: only 5–62 % of patients keep taking enough of it."),
                _stale(therapy),
                _review(case, therapy),
                bold(
                    "Denosumab",
                    f"no holiday; the next dose at {DENOSUMAB_MONTHS} months, or vertebral fractures rebound.",
                )
                if therapy.drug == DENOSUMAB
                else None,
                "**Foundation:**\n\n" + parts.foundation(case, low_impact=is_fragile(inputs)),
                parts.not_found(case),
                parts.to_check(case),
            )
        ),
        offers=_offers(case),
    )


def _due(therapy: BoneTherapy, case: Case) -> list[str]:
    # What nobody renewed for two years has run out too.
    supply = staleness(therapy) or lapse(therapy, case.inputs) or refill_gap(therapy, case.inputs)
    found = (supply, _review_due(therapy, case))
    return [word for word in found if word]


def _stale(therapy: BoneTherapy) -> str | None:
    if not therapy.stale:
        return None
    return bold(
        "Still taken?",
        "the order is active and was neither renewed, dispensed nor stated for two years. If it was stopped, "
        "end the order: then treatment is decided anew.",
    )


def _review_due(therapy: BoneTherapy, case: Case) -> str | None:
    review = review_due(therapy, case.inputs)
    if review is None:
        return None
    if review.years >= review.limit:
        return f"{review.years} years, evidence ends at {review.limit}: specialist review"
    return f"review at {review.after} years"


def _review(case: Case, therapy: BoneTherapy) -> str | None:
    review = review_due(therapy, case.inputs)
    if review is None:
        return None
    return bold("Review", f"{pause_or_go_on(review.years, review.limit, case.inputs)}.")


def _offers(case: Case) -> tuple[Offer, ...]:
    to = case.recipient
    if to is None:
        return ()
    last = case.inputs.bone_density.day or add_months(case.inputs.as_of, -DXA_MONTHS)
    due = dxa_due(case.inputs) is not None
    return referrals.chosen(
        offers.dxa_in(case, to, months=DXA_MONTHS, after=last) if due else None,
        offers.calcium(case, to),
        offers.vitamin_d(case, to),
        labs.vitamin_d_level(case, to),
        referrals.exercise_referral(case, to),
        *referrals.lifestyle(case, to),
    )
