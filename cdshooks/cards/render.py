"""Which cards are shown, and how they read (GUIDELINE C, "Alert-fatigue policy").

At most two cards: the one of the disposition, and one finding beside it. What finds no place of its own is
told in another card's text, and in the trace either way.
"""

from collections.abc import Callable

import msgspec

from cdshooks.cards import (
    consider,
    correct_first,
    daily_70,
    data_problem,
    deferred,
    denosumab_overdue,
    frax_needed,
    not_applicable,
    on_treatment,
    parts,
    screening,
    secondary_cause,
    treatment,
    unsuitable,
    very_high_risk,
)
from cdshooks.cards.card import card_of
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, paragraphs
from cdshooks.cards.sheet import Offer, Sheet, SuggestionId
from cdshooks.cards.signed import Signing
from cdshooks.guideline.decision import Disposition
from cdshooks.guideline.topics import Topic
from cdshooks.wire.response import Card, FindingTrace

MOST_CARDS = 2

_CARD_OF: dict[Disposition, Callable[[Case], Sheet | None]] = {
    Disposition.INSUFFICIENT_DEMOGRAPHICS: data_problem.sheet,
    Disposition.DATA_CONFLICT: data_problem.sheet,
    Disposition.YOUNG: not_applicable.sheet,
    Disposition.ALREADY_TREATED: on_treatment.sheet,
    Disposition.TREAT: treatment.sheet,
    Disposition.CONSIDER: consider.sheet,
    Disposition.RISK_ASSESSMENT_NEEDED: frax_needed.sheet,
    Disposition.DEFER: deferred.sheet,
    Disposition.NO_BONE_DENSITY: screening.sheet,
}
_BESIDE: tuple[Callable[[Case], Sheet | None], ...] = (
    daily_70.sheet,
    denosumab_overdue.sheet,
    correct_first.sheet,
    unsuitable.sheet,
    very_high_risk.sheet,
    secondary_cause.sheet,
)
"""Findings that may have a card of their own, the weightiest first (GUIDELINE C, "Alert-fatigue policy")."""
# Nothing is said of these people, so nothing was withheld from the clinician either.
_OUT_OF_SCOPE = frozenset({Disposition.HOSPICE, Disposition.PEDIATRIC, Disposition.PREGNANCY})


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """The cards in the order of their weight, and what became of every finding."""

    cards: tuple[Card, ...]
    findings: tuple[FindingTrace, ...]


def render(case: Case, signing: Signing) -> Rendered:
    """The cards of a decided call.

    None at all means that the chart was looked at and there is nothing to say. Where a part of it could not
    be looked at, that is said on a card. Critical cards are always shown, however many there are.
    """
    disposition = case.decision.disposition
    if disposition in _OUT_OF_SCOPE:
        return Rendered(cards=(), findings=())
    write = _CARD_OF.get(disposition)
    primary = write(case) if write else None
    found = [sheet for sheet in (look(case) for look in _BESIDE) if sheet]
    beside = _with_a_card(found, case, has_primary=primary is not None)
    shown = [primary, *beside] if primary is not None and len(beside) < MOST_CARDS else beside
    topics = {sheet.topic for sheet in shown}
    rest = [sheet for sheet in (*found, *([primary] if primary else [])) if sheet.topic not in topics]
    findings = [FindingTrace(topic=sheet.topic, shown="card") for sheet in shown]
    findings += [FindingTrace(topic=sheet.topic, shown="folded") for sheet in rest]
    if data_problem.problems(case) and Topic.DATA_PROBLEM not in {sheet.topic for sheet in shown}:
        alone = not shown and _must_be_said(case)
        findings.append(
            FindingTrace(topic=Topic.DATA_PROBLEM, shown="card" if alone else "folded" if shown else "capped")
        )
        if alone:
            shown = [data_problem.sheet(case)]
    if shown:
        shown = [_with_the_rest(shown[0], rest, None if shown[0] is primary else case), *shown[1:]]
    host = shown[0].topic if shown else None
    ranked = sorted(
        _each_offer_once(shown), key=lambda sheet: ("critical", "warning", "info").index(sheet.indicator)
    )
    signed, told = signing.sign(case, ranked, findings, folded_into=host)
    return Rendered(cards=tuple(card_of(each) for each in signed), findings=told)


def _with_a_card(found: list[Sheet], case: Case, *, has_primary: bool) -> list[Sheet]:
    """All that are critical, else the weightiest."""
    critical = [sheet for sheet in found if sheet.indicator == "critical"]
    if critical:
        return critical
    if has_primary and unsuitable.is_only_unchecked(case):
        # That something could not be checked is said on the card of the disposition; no other fits better.
        found = [sheet for sheet in found if sheet.topic is not Topic.ALENDRONATE_UNSUITABLE]
    return found[:1]


def _with_the_rest(host: Sheet, rest: list[Sheet], unsaid: Case | None) -> Sheet:
    """The card with what finds no place of its own: what it says as text, what it offers as suggestions.

    `unsaid` is the case where no card of the disposition tells what could not be read.
    """
    first = [offer for sheet in rest if sheet.topic is Topic.VERY_HIGH_RISK for offer in sheet.offers]
    last = [offer for sheet in rest for offer in sheet.offers]
    told: list[str | None] = [_folded(sheet) for sheet in rest]
    if unsaid is not None and host.topic is not Topic.DATA_PROBLEM:
        told += [parts.not_found(unsaid), parts.to_check(unsaid)]
    return msgspec.structs.replace(
        host, detail=paragraphs((host.detail, *told)), offers=(*first, *host.offers, *last)
    )


def _folded(sheet: Sheet) -> str:
    return bold(sheet.topic.display, sheet.summary) if sheet.folded is None else sheet.folded


def _each_offer_once(shown: list[Sheet]) -> list[Sheet]:
    """The cards without the suggestions of the ones beside: accepting all must not order twice.

    A finding keeps its own, the card of the disposition goes last.
    """
    taken: set[SuggestionId] = set()
    distinct = []
    for sheet in (*shown[1:], *shown[:1]):
        offers: list[Offer] = []
        for offer in sheet.offers:
            if offer.id not in taken:
                taken.add(offer.id)
                offers.append(offer)
        distinct.append(msgspec.structs.replace(sheet, offers=tuple(offers)))
    return [*distinct[-1:], *distinct[:-1]]


def _must_be_said(case: Case) -> bool:
    """Whether silence would mislead: not all was looked at, or it is not sure that a drug is current."""
    inputs = case.inputs
    return bool(inputs.unanswered or inputs.incomplete) or any(
        drug.by_name or drug.in_doubt for drug in inputs.therapy
    )
