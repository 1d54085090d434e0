"""C11 on the order hooks: what orders should have been held against, and could not be (GUIDELINE E).

An empty answer says "checked and clean". Where a part of the chart is lacking, or an order could not be read or
is for somebody else, that is said instead.
"""

from cdshooks.cards import parts
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, bullets, escape, paragraphs
from cdshooks.cards.sheet import Sheet
from cdshooks.guideline.bars.not_checked import may_conceive
from cdshooks.guideline.orders import Hook, needed
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import listed, source_words
from fhir_mappings.inputs import Source
from fhir_mappings.orders import DraftOrder, UnreadDraft


def sheet(
    case: Case,
    orders: tuple[DraftOrder, ...],
    unread: tuple[UnreadDraft, ...],
    strangers: tuple[DraftOrder, ...],
    hook: Hook,
) -> Sheet | None:
    """The card, and None where everything that the checks of these orders need was there."""
    lacking = _lacking(case, orders, hook)
    broken = {f"{each.reference}: {each.because}" for each in unread}
    broken |= {f"{each.reference}: is for another patient; only its dose was checked" for each in strangers}
    if not lacking and not broken:
        return None
    names = listed(
        [
            *lacking,
            *(["an order that could not be read"] if unread else []),
            *(["an order for another patient"] if strangers else []),
        ]
    )
    return Sheet(
        topic=Topic.DATA_PROBLEM,
        indicator="warning",
        summary=f"Bone health could not check: {names}",
        detail=paragraphs(
            (
                bold("Could not be checked", f"{names}: unknown, which is not the same as absent."),
                f"**Orders:**\n\n{bullets([escape(each) for each in sorted(broken)])}" if broken else None,
                parts.to_check(case),
                "What could be checked is told beside. Check the rest in the chart before signing.",
            )
        ),
        order=" ".join(sorted({*(each.reference for each in orders), *broken})),
        stays=hook == "order-sign",
    )


def _lacking(case: Case, orders: tuple[DraftOrder, ...], hook: Hook) -> list[str]:
    """The parts of the chart that checks of these orders need and that could not be had, or came in part."""
    inputs = case.inputs
    rests_on = needed(inputs, case.decision, orders, hook)
    if not may_conceive(inputs):
        rests_on -= {Source.REPRODUCTIVE_STATUS}
    names = [source_words(source) for source in Source if source in rests_on & inputs.unanswered]
    names += [
        f"all {source_words(source)}"
        for source in Source
        if source in rests_on & inputs.incomplete and source is not Source.PATIENT
    ]
    if Source.PATIENT in rests_on - inputs.unanswered:
        person = inputs.person
        names += [word for word, value in (("age", person.age), ("sex", person.sex)) if value is None]
    return names
