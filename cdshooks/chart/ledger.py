"""The ledger of a call: what became of each prefetch key, in one word."""

from typing import Literal

import msgspec

LedgerWord = Literal["supplied", "empty", "fetched", "failed", "truncated", "omitted", "not-granted"]
"""supplied: data came in the call. empty: looked up, and there is nothing. fetched: a FHIR server was asked
for it, or for its further pages. failed: an error. truncated: a part of it is missing. omitted: not in the
call, and no server may be asked. not-granted: the token does not cover it."""

NOT_HAD: frozenset[LedgerWord] = frozenset({"omitted", "failed", "not-granted"})
"""Nobody knows what there is."""
HAD: frozenset[LedgerWord] = frozenset({"supplied", "fetched"})
"""There is something, and it is here."""


class Entry(msgspec.Struct, frozen=True):
    """What became of one key, and the seconds a FHIR server took for it, where one was asked."""

    word: LedgerWord
    seconds: float | None = None
