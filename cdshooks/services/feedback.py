"""What a client answers to cards, as it is kept: each item by itself, for the cards that it was sent."""

import datetime
import unicodedata
from collections.abc import Iterable

import msgspec

from cdshooks import GUIDELINE_VERSION
from cdshooks.cards.identity import CardId, CardKeys
from cdshooks.cards.overrides import COMMENT_REQUIRED, EVERY_REASON, OTHER, SYSTEM
from cdshooks.store.feedback import Entry
from cdshooks.store.schema import COMMENT_LENGTH
from cdshooks.trust.client import Client
from cdshooks.wire.feedback import Fault, Item, Outcome, Reason, read_item


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What of a batch is to be kept, what is wrong with the rest, and what was kept otherwise than sent."""

    entries: tuple[Entry, ...]
    refused: tuple[Fault, ...]
    remarks: tuple[Fault, ...]


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """Reads feedback on the cards of `keys`, sent to one service by one client, and received `now`."""

    keys: CardKeys
    client: Client
    service: str
    now: datetime.datetime
    keeps_comments: bool

    def read(self, items: Iterable[msgspec.Raw]) -> Taken:
        """Read a batch. An item is kept as a whole or refused as a whole."""
        entries: list[Entry] = []
        refused: list[Fault] = []
        remarks: list[Fault] = []
        for number, raw in enumerate(items):
            item = read_item(raw, number)
            if not isinstance(item, Item):
                refused.extend(item)
                continue
            path = f"feedback[{number}]"
            about = self._about(item, path)
            faults = [each for each in about if isinstance(each, Fault)]
            if faults:
                refused.extend(faults)
                continue
            reason, comment = self._reason(item, path, remarks), self._comment(item, path, remarks)
            entries.extend(
                self._entry(item, each, reason, comment) for each in about if isinstance(each, CardId)
            )
        return Taken(entries=tuple(entries), refused=tuple(refused), remarks=tuple(remarks))

    def _about(self, item: Item, path: str) -> list[CardId | Fault]:
        """The card that was overridden, or the suggestions that were accepted; or what is not ours of them."""
        card = self.keys.read(self.client.name, item.card)
        if card is None or card.suggestion:
            return [_unknown(f"{path}.card", "card")]
        if item.outcome is Outcome.OVERRIDDEN:
            return [card]
        found: list[CardId | Fault] = []
        for number, text in enumerate(item.suggestions):
            suggestion = self.keys.read(self.client.name, text)
            if suggestion is None or not suggestion.suggestion or _card_of(suggestion) != card:
                found.append(_unknown(f"{path}.acceptedSuggestions[{number}].id", "suggestion on this card"))
            else:
                found.append(suggestion)
        return found

    def _reason(self, item: Item, path: str, remarks: list[Fault]) -> str | None:
        """The code of a reason of ours; whatever else stands there could be anything, and is kept as other."""
        if item.reason is None:
            return None
        element = f"{path}.overrideReason"
        if not _is_ours(item.reason):
            text = f"`{element}.reason` is none of the reasons on the card; it was kept as `{OTHER}`."
            remarks.append(Fault(f"{element}.reason", "value", text))
            return OTHER
        if item.reason.code in COMMENT_REQUIRED and not (item.comment or "").strip():
            name = f"{element}.userComment"
            remarks.append(Fault(name, "required", f"`{name}` is missing; this reason needs one."))
        return item.reason.code

    def _comment(self, item: Item, path: str, remarks: list[Fault]) -> str | None:
        if item.comment is None or not self.keeps_comments:
            return None
        text = _printable(item.comment).strip()
        if len(text) > COMMENT_LENGTH:
            name = f"{path}.overrideReason.userComment"
            remarks.append(Fault(name, "value", f"`{name}` was cut after {COMMENT_LENGTH} characters."))
            text = text[: COMMENT_LENGTH - 1] + "…"
        return text or None

    def _entry(self, item: Item, about: CardId, reason: str | None, comment: str | None) -> Entry:
        return Entry(
            client=self.client.name,
            service=self.service,
            guideline_version=GUIDELINE_VERSION,
            card=item.card.lower().removeprefix("urn:uuid:"),
            about=about,
            outcome=item.outcome,
            reason=reason,
            comment=comment,
            answered_at=item.at,
            received_at=self.now,
        )


def _unknown(element: str, what: str) -> Fault:
    return Fault(
        element, "not-found", f"`{element}` is not the uuid of a {what} that was sent to this client."
    )


def _card_of(suggestion: CardId) -> CardId:
    return msgspec.structs.replace(suggestion, suggestion=0)


def _is_ours(reason: Reason) -> bool:
    return reason.system in {None, SYSTEM} and reason.code in EVERY_REASON


def _printable(text: str) -> str:
    """The text without control characters, of which a database may refuse some and a terminal obey others."""
    return "".join(
        character
        for character in text
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"}
    )
