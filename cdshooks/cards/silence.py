"""When an answer keeps a card from being shown again (GUIDELINE C, "Alert-fatigue policy").

The same patient, client, topic and fingerprint, answered with one of three reasons, silences the card for a
time; every other reason never does. An accepted suggestion silences that suggestion alone. Critical cards are
never silenced.
"""

import datetime
from collections.abc import Iterable, Mapping

import msgspec

from cdshooks.cards.identity import Mark
from cdshooks.cards.sheet import Sheet, SuggestionId
from cdshooks.wire.feedback import Outcome

REASON_DAYS: Mapping[str, int] = {
    "will-address-later": 90,
    "patient-declined": 365,
    "managed-by-specialist": 365,
}
"""For how many days a card stays silent after which reason."""
ACCEPTED_DAYS = 90
"""For how many days a suggestion is not made again after it was accepted."""
LONGEST_DAYS = max(ACCEPTED_DAYS, *REASON_DAYS.values())


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of the past, to a card or to a suggestion on it (`suggestion` is 0 for the card)."""

    topic: int
    suggestion: int
    mark: Mark
    outcome: Outcome
    reason: str | None
    on: datetime.date


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """Why something is not shown: which answer, given when, and the last day it holds."""

    answer: str
    on: datetime.date
    until: datetime.date


def of_card(
    sheet: Sheet, marks: Iterable[Mark], answers: Iterable[Answer], as_of: datetime.date
) -> Silence | None:
    """The silence that holds longest for this card; None where it is to be shown."""
    if sheet.indicator == "critical" or sheet.stays:
        return None
    return _longest(
        (
            _silence(each.reason, REASON_DAYS[each.reason], each.on)
            for each in _on(sheet, marks, answers)
            if each.outcome is Outcome.OVERRIDDEN and each.reason is not None and each.reason in REASON_DAYS
        ),
        as_of,
    )


def of_suggestions(
    sheet: Sheet, marks: Iterable[Mark], answers: Iterable[Answer], as_of: datetime.date
) -> Mapping[SuggestionId, Silence]:
    """The suggestions on this card that are not made again, by their ids."""
    accepted = [each for each in _on(sheet, marks, answers) if each.outcome is Outcome.ACCEPTED]
    found = {
        offer.id: _longest(
            (
                _silence("accepted", ACCEPTED_DAYS, each.on)
                for each in accepted
                if each.suggestion == offer.id.number
            ),
            as_of,
        )
        for offer in sheet.offers
    }
    return {name: silence for name, silence in found.items() if silence is not None}


def _on(sheet: Sheet, marks: Iterable[Mark], answers: Iterable[Answer]) -> list[Answer]:
    known = frozenset(marks)
    return [each for each in answers if each.topic == sheet.topic.number and each.mark in known]


def _silence(answer: str, days: int, on: datetime.date) -> Silence:
    return Silence(answer=answer, on=on, until=on + datetime.timedelta(days=days))


def _longest(silences: Iterable[Silence], as_of: datetime.date) -> Silence | None:
    holding = (silence for silence in silences if as_of <= silence.until)
    return max(holding, key=lambda silence: silence.until, default=None)
