"""The first step: what the client itself sent for each query."""

from collections.abc import Mapping

import msgspec

from cdshooks.chart.held import Held
from fhir_mappings.bundle import Answer, contents_of, open_answer

Prefetch = Mapping[str, Answer] | Mapping[str, msgspec.Raw]
"""The prefetch of a call, decoded as a whole or left for later key by key."""

_ABSENT = Held()
_BECAUSE = {
    "failed": "was answered with an error instead of data",
    "empty": "was answered without a patient",
    "truncated": "came without any data on its first page",
}


def opened(key: str, prefetch: Prefetch | None) -> Held:
    """What is under the key. Without it nothing was looked up; null, or an empty Bundle, was (PROTOCOL P3)."""
    if not prefetch or key not in prefetch:
        return _ABSENT
    answer = prefetch[key]
    contents = open_answer(answer) if isinstance(answer, msgspec.Raw) else contents_of(answer)
    return Held(word=contents.state, contents=contents, because=_BECAUSE.get(contents.state, ""), came=True)
