"""C06: something points at another cause of bone loss (GUIDELINE C, C06; A, S40)."""

from cdshooks.cards import labs, parts, referrals
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, bullets, paragraphs
from cdshooks.cards.sheet import Offer, Sheet
from cdshooks.guideline.secondary_cause import is_malignant_fracture, secondary_causes
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import listed

_ONCOLOGY = "Pathological fracture with malignancy: bone-modifying therapy is an oncology decision"


def sheet(case: Case) -> Sheet | None:
    """The card where bone is low or broken and a value or a diagnosis hints at why."""
    found = secondary_causes(case.inputs)
    if not found:
        return None
    malignant = is_malignant_fracture(case.inputs)
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return Sheet(
        topic=Topic.SECONDARY_CAUSE,
        indicator="warning",
        summary=_ONCOLOGY
        if malignant
        else f"Possible secondary cause of bone loss: {found[0]}{more}. Evaluate before or with treatment",
        detail=paragraphs(
            (
                f"**Why:**\n\n{bullets(found)}",
                parts.classification(case),
                labs.known(case.inputs),
                bold("Oncology", "involve it before any bisphosphonate or denosumab.")
                if malignant
                else bold(
                    "Evaluate",
                    "before or with treatment: a cause that is found is treated first, and changes the choice "
                    "of drug.",
                ),
                labs.not_found(case.inputs),
            )
        ),
        folded=bold("Possible secondary cause", f"{_ONCOLOGY if malignant else listed(found)}."),
        offers=_offers(case, found),
    )


def _offers(case: Case, found: list[str]) -> tuple[Offer, ...]:
    to = case.recipient
    if to is None:
        return ()
    reason = f"Possible secondary cause of bone loss: {listed(found)}"
    return referrals.chosen(
        labs.secondary_cause_labs(case, to),
        referrals.alcohol_counselling(case, to),
        # Whom to involve in malignancy is known to the hospital, and it is not endocrinology.
        None if is_malignant_fracture(case.inputs) else referrals.specialist_referral(to, reason=reason),
    )
