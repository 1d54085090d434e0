"""What is held for one query, from the prefetch to the chart: each step takes one and gives the next."""

import msgspec

from cdshooks.chart.ledger import Entry, LedgerWord
from fhir_mappings.bundle import Contents
from fhir_mappings.reader import Irrelevant, Readable, Unreadable

Resources = tuple[Readable | Unreadable | Irrelevant, ...]
_NOTHING = Contents(state="empty")


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What is held for one query. `because` says what is wrong with it, where something is."""

    word: LedgerWord = "omitted"
    contents: Contents = _NOTHING
    because: str = "was not in the prefetch"
    came: bool = False
    """Whether the key was in the call."""
    seconds: float | None = None
    """How long a FHIR server took for it; None where none was asked."""
    unsupported: bool = False
    """Whether it is empty only because the FHIR server has no such resource type."""

    @property
    def entry(self) -> Entry:
        """Its line in the ledger."""
        return Entry(self.word, self.seconds)

    def but(self, word: LedgerWord, because: str) -> "Held":
        """The same with another word, and why."""
        return msgspec.structs.replace(self, word=word, because=because)
