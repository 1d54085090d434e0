"""From a sheet to the card that leaves: its identifiers, suggestions and actions."""

from cdshooks.cards.markdown import paragraphs
from cdshooks.cards.overrides import override_reasons
from cdshooks.cards.parts import FOOTER, also
from cdshooks.cards.sheet import Change, Correction, Creation, Offer, SuggestionId
from cdshooks.cards.signed import Signed
from cdshooks.drafts import FRAX_CALCULATOR
from cdshooks.guideline.decision import Topic
from cdshooks.wire.response import (
    SUGGESTION,
    SUMMARY_LIMIT,
    Action,
    Card,
    Coding,
    Link,
    Source,
    Suggestion,
)

MOST_SUGGESTIONS = 4
TOPICS = "urn:bone-health-cds:topic"

DISPLAYS = {
    Topic.DXA_SCREENING: "Bone density test recommended",
    Topic.FRAX_NEEDED: "FRAX needed before a decision on drug therapy",
    Topic.TREATMENT_INDICATED: "Treatment threshold met",
    Topic.TREATMENT_CONSIDER: "Consider drug therapy",
    Topic.TREATMENT_DEFERRED: "Drug therapy not indicated now",
    Topic.ALENDRONATE_UNSUITABLE: "Oral alendronate not suitable",
    Topic.CORRECT_FIRST: "Correct before bone drug therapy",
    Topic.ON_TREATMENT: "Follow-up on bone drug therapy",
    Topic.DATA_PROBLEM: "Data problem",
    Topic.T_SCORE_NOT_APPLICABLE: "T-score categories do not apply",
    Topic.SECONDARY_CAUSE: "Possible secondary cause of bone loss",
    Topic.VERY_HIGH_RISK: "Very high fracture risk",
    Topic.DENOSUMAB_OVERDUE: "Denosumab overdue",
    Topic.ORDER_DAILY_70: "Weekly dose ordered daily",
    Topic.ORDER_UNDERDOSE: "Below the treatment dose",
    Topic.ORDER_DOSE_UNREADABLE: "Dose or frequency not readable",
    Topic.ORDER_DOSE_CONFLICT: "Text and structure of the dose disagree",
    Topic.ORDER_ESOPHAGEAL: "Esophageal disease",
    Topic.ORDER_VARICES: "Esophageal varices, banding or sclerotherapy",
    Topic.ORDER_UPRIGHT: "Cannot stay upright",
    Topic.ORDER_HYPOCALCEMIA: "Hypocalcemia",
    Topic.ORDER_CALCIUM_UNKNOWN: "Calcium not known",
    Topic.ORDER_RENAL: "Renal function too low",
    Topic.ORDER_RENAL_UNKNOWN: "Renal function not known",
    Topic.ORDER_HYPERSENSITIVITY: "Allergy to a bisphosphonate",
    Topic.ORDER_PREGNANCY: "Pregnancy or breast-feeding",
    Topic.ORDER_PEDIATRIC: "Under 18",
    Topic.ORDER_PREMENOPAUSAL: "Premenopausal, or a man under 50",
    Topic.ORDER_DUPLICATE_THERAPY: "Duplicate bone therapy",
    Topic.ORDER_VITAMIN_D: "Low vitamin D",
    Topic.ORDER_CALCIUM_VITAMIN_D: "Calcium and vitamin D intake",
    Topic.ORDER_ADMINISTRATION_TIMING: "Timing with calcium, antacids and iron",
    Topic.ORDER_DENTAL: "Dental examination",
    Topic.ORDER_NO_FRAX: "No FRAX on record",
    Topic.ORDER_BELOW_THRESHOLD: "FRAX below the treatment threshold",
    Topic.ORDER_DRUG_HOLIDAY: "Review of long-term therapy",
    Topic.ORDER_PAST_HARM: "Prior osteonecrosis of the jaw or atypical fracture",
    Topic.ORDER_GLUCOCORTICOID: "Long course of glucocorticoids",
    Topic.ORDER_DXA_EARLY: "DXA soon after the last",
    Topic.ORDER_RALOXIFENE: "Raloxifene contraindicated",
    Topic.ORDER_ZOLEDRONATE_STRENGTH: "Strength of zoledronic acid",
}


def card_of(signed: Signed) -> Card:
    """The card. More than four suggestions are named in its text."""
    sheet = signed.sheet
    offers, hidden = sheet.offers[:MOST_SUGGESTIONS], sheet.offers[MOST_SUGGESTIONS:]
    return Card(
        uuid=signed.uuid(),
        summary=_fitted(sheet.summary),
        indicator=sheet.indicator,
        source=Source(
            label="Bone health CDS",
            topic=Coding(system=TOPICS, code=sheet.topic, display=DISPLAYS[sheet.topic]),
        ),
        detail=paragraphs((sheet.detail, also([offer.label for offer in hidden]), FOOTER)),
        suggestions=tuple(_suggestion(offer, signed) for offer in offers) or None,
        selection_behavior=None if not offers else "at-most-one" if sheet.exclusive else "any",
        override_reasons=override_reasons(sheet),
        links=(Link(label="FRAX calculator (official)", type="absolute", url=FRAX_CALCULATOR),)
        if sheet.about_frax
        else None,
    )


def _suggestion(offer: Offer, signed: Signed) -> Suggestion:
    return Suggestion(
        label=offer.label,
        uuid=signed.uuid(offer.id),
        is_recommended=offer.recommended or None,
        # Tests are ordered each for itself; of another suggestion the actions belong together.
        action_selection_behavior="any" if offer.id is SuggestionId.LABS and len(offer.changes) > 1 else None,
        actions=tuple(_action(change, offer.id) for change in offer.changes),
    )


def _action(change: Change, suggestion: SuggestionId) -> Action:
    extension = {SUGGESTION: suggestion}
    if isinstance(change, Creation):
        return Action(
            type="create", description=change.description, resource=change.resource, extension=extension
        )
    if isinstance(change, Correction):
        return Action(
            type="update", description=change.description, resource=change.resource, extension=extension
        )
    return Action(
        type="delete", description=change.description, resource_id=change.reference, extension=extension
    )


def _fitted(summary: str) -> str:
    """The summary within the limit of CDS Hooks; what is cut stands in the detail."""
    return summary if len(summary) <= SUMMARY_LIMIT else f"{summary[: SUMMARY_LIMIT - 1]}…"
