"""The parts of the chart that could not be had, or not all of them."""

from collections.abc import Mapping

import msgspec

from cdshooks.chart.held import Held
from cdshooks.chart.ledger import HAD, NOT_HAD, LedgerWord
from cdshooks.chart.prefetch import Query
from fhir_mappings.inputs import Source

_LEAVES_NONE: frozenset[LedgerWord] = frozenset({"omitted", "not-granted", "empty"})
"""What of a place where facts rarely stand leaves no gap: they mostly stand elsewhere."""

_REFUSED: frozenset[LedgerWord] = frozenset({"failed", "not-granted"})
"""There may be something, and whoever was asked for it did not give it."""


class Gaps(msgspec.Struct, frozen=True, kw_only=True):
    """What was not had at all, and of what a part is missing."""

    unanswered: frozenset[Source]
    truncated: frozenset[Source]


def gaps(queries: tuple[Query, ...], held: Mapping[str, Held]) -> Gaps:
    """What is missing where this is held. Several queries may feed one part of the chart."""
    by_source: dict[Source, list[Held]] = {}
    halves: dict[Source, list[Held]] = {}
    for query in queries:
        each = held[query.key]
        if not query.elsewhere or each.word not in _LEAVES_NONE:
            by_source.setdefault(query.source, []).append(each)
        if not query.elsewhere:
            halves.setdefault(query.source, []).append(each)
    unanswered = frozenset(
        source
        for source, found in by_source.items()
        if _is_unanswered(found) or _is_half_refused(halves[source])
    )
    cut_short = frozenset(source for source, found in by_source.items() if _is_cut_short(found))
    return Gaps(unanswered=unanswered, truncated=cut_short - unanswered)


def _is_unanswered(found: list[Held]) -> bool:
    """Whether a part of the chart was not had at all: medicines count as read when either of their lists came.

    A resource type that the server has not is no failure; of two that feed one part, one has to be there.
    """
    kept = [each for each in found if not each.unsupported]
    return all(each.word in NOT_HAD for each in kept) if kept else len(found) > 1


def _is_half_refused(halves: list[Held]) -> bool:
    """Whether one of two lists could not be had, and the other is empty: all there is may stand on the first.

    Orders and statements are two halves of one list. Either may be all that an EHR keeps and sends, so that one
    which was left out makes the other no more than incomplete; one that was asked for in vain is another thing.
    """
    words = {each.word for each in halves if not each.unsupported}
    return words <= _REFUSED | {"empty"} and not words.isdisjoint(_REFUSED)


def _is_cut_short(found: list[Held]) -> bool:
    """Whether a page is missing, or of two lists one was left out and the other is empty.

    An empty half beside one that nobody saw is no sign that nothing is taken.
    """
    words = {each.word for each in found if not each.unsupported}
    if "truncated" in words:
        return True
    return len(words) > 1 and not words.isdisjoint(NOT_HAD) and words.isdisjoint(HAD) and "empty" in words
