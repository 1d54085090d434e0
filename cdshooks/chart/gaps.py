"""The parts of the chart that could not be had, or not all of them."""

from collections.abc import Mapping

import msgspec

from cdshooks.chart.held import Held
from cdshooks.chart.ledger import HAD, NOT_HAD, LedgerWord
from cdshooks.chart.prefetch import Query
from fhir_mappings.inputs import Source

_LEAVES_NONE: frozenset[LedgerWord] = frozenset({"omitted", "not-granted", "empty"})
"""What of a place where facts rarely stand leaves no gap: they mostly stand elsewhere."""


class Gaps(msgspec.Struct, frozen=True, kw_only=True):
    """What was not had at all, and of what a part is missing."""

    unanswered: frozenset[Source]
    truncated: frozenset[Source]


def gaps(queries: tuple[Query, ...], held: Mapping[str, Held]) -> Gaps:
    """What is missing where this is held. Several queries may feed one part of the chart."""
    by_source: dict[Source, list[Held]] = {}
    for query in queries:
        each = held[query.key]
        if not query.elsewhere or each.word not in _LEAVES_NONE:
            by_source.setdefault(query.source, []).append(each)
    return Gaps(
        unanswered=frozenset(source for source, found in by_source.items() if _is_unanswered(found)),
        truncated=frozenset(source for source, found in by_source.items() if _is_cut_short(found)),
    )


def _is_unanswered(found: list[Held]) -> bool:
    """Whether a part of the chart was not had at all: medicines count as read when either of their lists came.

    A resource type that the server has not is no failure; of two that feed one part, one has to be there.
    """
    kept = [each for each in found if not each.unsupported]
    return all(each.word in NOT_HAD for each in kept) if kept else len(found) > 1


def _is_cut_short(found: list[Held]) -> bool:
    """Whether a page is missing, or of two lists one was not had and the other is empty.

    Orders and statements are two halves of one list. Either may be all that an EHR keeps, but an empty half
    beside one that nobody saw is no sign that nothing is taken.
    """
    words = {each.word for each in found if not each.unsupported}
    if "truncated" in words:
        return True
    return len(words) > 1 and not words.isdisjoint(NOT_HAD) and words.isdisjoint(HAD) and "empty" in words
