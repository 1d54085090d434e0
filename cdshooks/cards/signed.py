"""Cards get their uuids here, and those that were answered before fall silent."""

import datetime
from collections.abc import Callable, Iterable, Sequence

import msgspec

from cdshooks.cards.case import Case
from cdshooks.cards.fingerprint import rests_on
from cdshooks.cards.identity import Mark, Signature
from cdshooks.cards.sheet import Sheet, SuggestionId
from cdshooks.cards.silence import Answer, Silence, of_card, of_suggestions
from cdshooks.guideline.topics import Topic
from cdshooks.wire.response import FindingTrace, SilenceTrace

Answers = Callable[[Signature, datetime.date], Sequence[Answer]]
"""Looks up what may silence a card of this patient on this day. It never raises: in doubt, nothing."""


def nobody_answered(_signature: Signature, _as_of: datetime.date) -> tuple[Answer, ...]:
    """Where there is no store to look in."""
    return ()


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A card that is to be shown, and what its uuids are made of."""

    sheet: Sheet
    mark: Mark
    signature: Signature

    def uuid(self, suggestion: SuggestionId | None = None) -> str:
        """The uuid of the card, or of a suggestion on it."""
        return self.signature.uuid(self.sheet.topic, self.mark, suggestion)


class Signing(msgspec.Struct, frozen=True, kw_only=True):
    """What the cards of one call are signed with, and silenced by."""

    signature: Signature
    as_of: datetime.date
    answers: Answers = nobody_answered

    def sign(
        self,
        case: Case,
        sheets: Iterable[Sheet],
        findings: Iterable[FindingTrace],
        *,
        folded_into: Topic | None,
    ) -> tuple[tuple[Signed, ...], tuple[FindingTrace, ...]]:
        """The cards that are shown, in their order, and the findings with what silenced the others.

        What was folded into the text of a silenced card is silent with it: it is part of what was answered.
        """
        shown, told = [], {each.topic: each for each in findings}
        answers: Sequence[Answer] | None = None
        for sheet in sheets:
            # The store is asked only where there is a card.
            answers = self.answers(self.signature, self.as_of) if answers is None else answers
            marks = self.signature.marks(rests_on(case, sheet))
            silence = of_card(sheet, marks, answers, self.as_of)
            if silence is not None:
                by = (_trace(silence),)
                for each in list(told.values()):
                    if each.topic == sheet.topic or (each.shown == "folded" and sheet.topic == folded_into):
                        told[each.topic] = FindingTrace(topic=each.topic, shown="silenced", silenced_by=by)
                continue
            accepted = of_suggestions(sheet, marks, answers, self.as_of)
            if accepted:
                told[sheet.topic] = msgspec.structs.replace(
                    told[sheet.topic],
                    silenced_by=tuple(_trace(each, name) for name, each in accepted.items()),
                )
                offers = tuple(offer for offer in sheet.offers if offer.id not in accepted)
                sheet = msgspec.structs.replace(sheet, offers=offers)  # noqa: PLW2901 - the same card
            shown.append(Signed(sheet=sheet, mark=marks[0], signature=self.signature))
        return tuple(shown), tuple(told.values())


def _trace(silence: Silence, suggestion: SuggestionId | None = None) -> SilenceTrace:
    return SilenceTrace(
        answer=silence.answer,
        answered=silence.on.isoformat(),
        until=silence.until.isoformat(),
        suggestion=suggestion,
    )
