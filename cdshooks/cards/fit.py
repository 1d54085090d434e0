"""An answer in what its client can show and take. Whatever is left out is said in words: nothing gets lost."""

import msgspec

from cdshooks.cards.markdown import bold, escape, paragraphs, plain, without_tables
from cdshooks.cards.parts import FOOTER
from cdshooks.trust.client import Profile
from cdshooks.wire.response import (
    EVALUATION,
    Action,
    Card,
    Evaluation,
    HookResponse,
    Suggestion,
)

_CRITICAL = "critical"


def fit(response: HookResponse, profile: Profile) -> HookResponse:
    """The answer as a client of this profile gets it.

    Critical cards, and the words and links of every card stay. Cards beyond `max_cards` are told at the end of
    the first card, and in the trace they are `folded`. A suggestion with an action that the client cannot take
    is named on its card.
    """
    shown, dropped = _within(list(response.cards), profile.max_cards)
    cards = [_takeable(card, profile) for card in shown]
    if dropped:
        cards[0] = _with_links(_with_words(cards[0], *map(_as_words, dropped)), dropped)
    cards = [_rendered(card, profile) for card in cards]
    return HookResponse(cards=tuple(cards), extension=_extension(response, profile, dropped))


def _extension(response: HookResponse, profile: Profile, dropped: list[Card]) -> dict[str, Evaluation] | None:
    extension = dict(response.extension or {})
    evaluation = extension.pop(EVALUATION, None)
    if evaluation is None or (profile.evaluation and not dropped):
        return response.extension
    if not profile.evaluation:
        return extension or None
    folded = {card.source.topic.code for card in dropped}
    findings = tuple(
        msgspec.structs.replace(each, shown="folded") if each.topic in folded else each
        for each in evaluation.findings or ()
    )
    return {**extension, EVALUATION: msgspec.structs.replace(evaluation, findings=findings or None)}


def _within(cards: list[Card], most: int | None) -> tuple[list[Card], list[Card]]:
    """The cards that are shown, in their order, and those that are not: never a critical one."""
    if most is None or len(cards) <= most:
        return cards, []
    room = most - sum(card.indicator == _CRITICAL for card in cards)
    shown, dropped = [], []
    for card in cards:
        if card.indicator == _CRITICAL:
            shown.append(card)
        elif room > 0:
            shown.append(card)
            room -= 1
        else:
            dropped.append(card)
    return shown, dropped


def _takeable(card: Card, profile: Profile) -> Card:
    """The card with the suggestions that the client can take; the others become words."""
    suggestions, refused = [], []
    for each in card.suggestions or ():
        if profile.action_resource_types is None or _types(each) <= profile.action_resource_types:
            suggestions.append(_choosable(each, profile))
        else:
            refused.append(each.label)
    if refused:
        card = _with_words(card, _without_drafts(refused))
    return msgspec.structs.replace(
        card,
        suggestions=tuple(suggestions) or None,
        selection_behavior=card.selection_behavior if suggestions else None,
    )


def _choosable(suggestion: Suggestion, profile: Profile) -> Suggestion:
    if profile.action_selection_behavior or suggestion.action_selection_behavior is None:
        return suggestion
    return msgspec.structs.replace(suggestion, action_selection_behavior=None)


def _types(suggestion: Suggestion) -> set[str]:
    """The resource types of its actions."""
    return {_type(action) for action in suggestion.actions}


def _type(action: Action) -> str:
    if action.resource is not None:
        return str(action.resource.get("resourceType"))
    return (action.resource_id or "").partition("/")[0]


def _without_drafts(labels: list[str]) -> str:
    return bold("Without a draft here", f"{'; '.join(escape(label) for label in labels)}.")


def _as_words(card: Card) -> str:
    """What a card says, and what it suggests, as paragraphs of another."""
    labels = [each.label for each in card.suggestions or ()]
    body = card.detail.removesuffix(FOOTER).rstrip("\n")
    return paragraphs((f"**{escape(card.summary)}**", body, _without_drafts(labels) if labels else None))


def _with_words(card: Card, *words: str) -> Card:
    """The card with more paragraphs before its last one, which says who decides."""
    body = card.detail.removesuffix(FOOTER)
    ends = FOOTER if len(body) < len(card.detail) else None
    return msgspec.structs.replace(card, detail=paragraphs((body.rstrip("\n") or None, *words, ends)))


def _with_links(card: Card, others: list[Card]) -> Card:
    """The card with the links of others after its own, each once."""
    links = dict.fromkeys(link for each in (card, *others) for link in each.links or ())
    return msgspec.structs.replace(card, links=tuple(links) or None)


def _rendered(card: Card, profile: Profile) -> Card:
    if profile.markdown == "github":
        return card
    detail = without_tables(card.detail)
    return msgspec.structs.replace(card, detail=plain(detail) if profile.markdown == "none" else detail)
