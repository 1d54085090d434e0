"""Which cards are shown, and how they read (GUIDELINE C, "Alert-fatigue policy").

At most two cards: the one of the disposition, and one finding beside it. What finds no place of its own is
told in another card's text, and in the trace either way.
"""

from collections.abc import Callable

import msgspec

from cdshooks.cards import (
    correct_first,
    data_problem,
    deferred,
    frax_needed,
    not_applicable,
    on_treatment,
    screening,
    treatment,
    unsuitable,
)
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import paragraphs
from cdshooks.cards.overrides import override_reasons
from cdshooks.cards.parts import FOOTER, also
from cdshooks.cards.sheet import Offer, Sheet, SuggestionId
from cdshooks.cards.signed import Signed, Signing
from cdshooks.drafts import FRAX_CALCULATOR
from cdshooks.guideline.decision import Disposition, Topic
from cdshooks.wire.response import (
    SUGGESTION,
    SUMMARY_LIMIT,
    Action,
    Card,
    Coding,
    FindingTrace,
    Link,
    Source,
    Suggestion,
)

MOST_SUGGESTIONS = 4
TOPICS = "urn:bone-health-cds:topic"

_DISPLAYS = {
    Topic.DXA_SCREENING: "Bone density test recommended",
    Topic.FRAX_NEEDED: "FRAX needed before a decision on drug therapy",
    Topic.TREATMENT_INDICATED: "Treatment threshold met",
    Topic.TREATMENT_DEFERRED: "Drug therapy not indicated now",
    Topic.ALENDRONATE_UNSUITABLE: "Oral alendronate not suitable",
    Topic.CORRECT_FIRST: "Correct before bone drug therapy",
    Topic.ON_TREATMENT: "Follow-up on bone drug therapy",
    Topic.DATA_PROBLEM: "Data problem",
    Topic.T_SCORE_NOT_APPLICABLE: "T-score categories do not apply",
}

_CARD_OF: dict[Disposition, Callable[[Case], Sheet | None]] = {
    Disposition.INSUFFICIENT_DEMOGRAPHICS: data_problem.sheet,
    Disposition.DATA_CONFLICT: data_problem.sheet,
    Disposition.YOUNG: not_applicable.sheet,
    Disposition.ALREADY_TREATED: on_treatment.sheet,
    Disposition.TREAT: treatment.sheet,
    Disposition.RISK_ASSESSMENT_NEEDED: frax_needed.sheet,
    Disposition.DEFER: deferred.sheet,
    Disposition.NO_BONE_DENSITY: screening.sheet,
}
# Nothing is said of these people, so nothing was withheld from the clinician either.
_OUT_OF_SCOPE = frozenset({Disposition.HOSPICE, Disposition.PEDIATRIC, Disposition.PREGNANCY})


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """The cards in the order of their weight, and what became of every finding."""

    cards: tuple[Card, ...]
    findings: tuple[FindingTrace, ...]


def render(case: Case, signing: Signing) -> Rendered:
    """The cards of a decided call.

    None at all means that the chart was looked at and there is nothing to say. Where a part of it could not
    be looked at, that is said on a card.
    """
    disposition = case.decision.disposition
    if disposition in _OUT_OF_SCOPE:
        return Rendered(cards=(), findings=())
    write = _CARD_OF.get(disposition)
    primary = write(case) if write else None
    beside = [sheet for sheet in (correct_first.sheet(case), unsuitable.sheet(case)) if sheet]
    # That something could not be checked is said on the card of the disposition; there are no alternatives.
    room = 0 if primary and unsuitable.is_only_unchecked(case) else 1
    shown = [sheet for sheet in (primary and _without(primary, beside[:room]), *beside[:room]) if sheet]
    findings = [FindingTrace(topic=sheet.topic, shown="card") for sheet in shown]
    findings += [
        FindingTrace(topic=sheet.topic, shown="folded" if primary else "capped") for sheet in beside[room:]
    ]
    problem = data_problem.problems(case)
    if problem and Topic.DATA_PROBLEM not in {sheet.topic for sheet in shown}:
        if not shown and _must_be_said(case):
            shown.append(data_problem.sheet(case))
            findings.append(FindingTrace(topic=Topic.DATA_PROBLEM, shown="card"))
        else:
            findings.append(FindingTrace(topic=Topic.DATA_PROBLEM, shown="folded" if primary else "capped"))
    shown.sort(key=lambda sheet: ("critical", "warning", "info").index(sheet.indicator))
    signed, told = signing.sign(case, shown, findings, folded_into=primary.topic if primary else None)
    return Rendered(cards=tuple(_card(each) for each in signed), findings=told)


def _must_be_said(case: Case) -> bool:
    """Whether silence would mislead: not all was looked at, or only a name says that a drug is current."""
    inputs = case.inputs
    return bool(inputs.unanswered or inputs.incomplete) or any(drug.by_name for drug in inputs.therapy)


def _without(primary: Sheet, beside: list[Sheet]) -> Sheet:
    """The card without the suggestions of the one beside it: accepting both must not order twice."""
    taken = {offer.id for sheet in beside for offer in sheet.offers}
    return msgspec.structs.replace(
        primary, offers=tuple(offer for offer in primary.offers if offer.id not in taken)
    )


def _card(signed: Signed) -> Card:
    sheet = signed.sheet
    offers, hidden = sheet.offers[:MOST_SUGGESTIONS], sheet.offers[MOST_SUGGESTIONS:]
    return Card(
        uuid=signed.uuid(),
        summary=_fitted(sheet.summary),
        indicator=sheet.indicator,
        source=Source(
            label="Bone health CDS",
            topic=Coding(system=TOPICS, code=sheet.topic, display=_DISPLAYS[sheet.topic]),
        ),
        detail=paragraphs((sheet.detail, also([offer.label for offer in hidden]), FOOTER)),
        suggestions=tuple(_suggestion(offer, signed) for offer in offers) or None,
        selection_behavior="any" if offers else None,
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
        action_selection_behavior="any"
        if offer.id is SuggestionId.LABS and len(offer.creations) > 1
        else None,
        actions=tuple(
            Action(
                type="create",
                description=creation.description,
                resource=creation.resource,
                extension={SUGGESTION: offer.id},
            )
            for creation in offer.creations
        ),
    )


def _fitted(summary: str) -> str:
    """The summary within the limit of CDS Hooks; what is cut stands in the detail."""
    return summary if len(summary) <= SUMMARY_LIMIT else f"{summary[: SUMMARY_LIMIT - 1]}…"
