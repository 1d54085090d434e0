"""From a sheet to the card that leaves: its identifiers, suggestions and actions."""

from cdshooks.cards.markdown import paragraphs
from cdshooks.cards.overrides import override_reasons
from cdshooks.cards.parts import FOOTER, also
from cdshooks.cards.sheet import Change, Correction, Creation, Offer, SuggestionId
from cdshooks.cards.signed import Signed
from cdshooks.drafts import FRAX_CALCULATOR
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
            topic=Coding(system=TOPICS, code=sheet.topic, display=sheet.topic.display),
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
