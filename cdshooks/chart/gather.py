"""From the prefetch of a call to the chart of its patient, with a ledger of what each key held."""

from collections.abc import Mapping

import msgspec

from cdshooks.chart.prefetch import Query
from cdshooks.wire.outcome import Problem
from fhir_mappings.bundle import Answer, contents_of, open_answer
from fhir_mappings.chart import Chart, assemble
from fhir_mappings.inputs import Source
from fhir_mappings.reader import Irrelevant, Readable, Unreadable

_NOT_HAD = frozenset({"omitted", "failed"})
_WORDS = {
    "omitted": "was not in the prefetch",
    "failed": "was answered with an error instead of data",
    "empty": "was answered without a patient",
}


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """The chart, and for each prefetch key: supplied, empty, failed, omitted or truncated."""

    chart: Chart
    ledger: dict[str, str]


def gather(
    patient_id: str,
    prefetch: Mapping[str, Answer] | Mapping[str, msgspec.Raw] | None,
    queries: tuple[Query, ...],
) -> Gathered:
    """Read what the client sent for the queries.

    A key that is absent was not looked up; null or an empty Bundle was looked up and there is nothing; an
    OperationOutcome is an error, not an absence (PROTOCOL P1–P4, P6). Keys nobody asked for are ignored.

    Raises:
        Problem: 412 where a required query could not be had, or holds no such patient.
    """
    ledger: dict[str, str] = {}
    resources: list[Readable | Unreadable | Irrelevant] = []
    for query in queries:
        if not prefetch or query.key not in prefetch:
            ledger[query.key] = "omitted"
            continue
        answer = prefetch[query.key]
        contents = open_answer(answer) if isinstance(answer, msgspec.Raw) else contents_of(answer)
        ledger[query.key] = contents.state
        resources.extend(_of_kind(query, each) for each in contents.resources)
    for query in queries:
        state = ledger[query.key]
        if query.required and (state in _NOT_HAD or (query.source is Source.PATIENT and state == "empty")):
            raise _lacking(query.key, _WORDS[state])
    states: dict[Source, set[str]] = {}
    for query in queries:
        if not query.elsewhere or ledger[query.key] not in {"omitted", "empty"}:
            states.setdefault(query.source, set()).add(ledger[query.key])
    chart = assemble(
        patient_id,
        resources,
        # Medicines count as read when either of their lists came.
        unanswered=frozenset(source for source, found in states.items() if found <= _NOT_HAD),
        truncated=frozenset(source for source, found in states.items() if _is_cut_short(found)),
    )
    if chart.patient is None:
        if any(each.required and each.source is Source.PATIENT for each in queries):
            raise _lacking("patient", "holds no readable Patient with the id of context.patientId")
        # Nobody is known where null came, or somebody else: age and sex were not had.
        chart = msgspec.structs.replace(chart, unanswered=chart.unanswered | {Source.PATIENT})
    return Gathered(chart=chart, ledger=ledger)


def _of_kind(
    query: Query, resource: Readable | Unreadable | Irrelevant
) -> Readable | Unreadable | Irrelevant:
    """What is too broken to say what it is, counts as what was asked for: it may have been just that."""
    if isinstance(resource, Unreadable) and resource.kind is None:
        return msgspec.structs.replace(resource, kind=query.resource_type, reference=query.resource_type)
    return resource


def _is_cut_short(states: set[str]) -> bool:
    """Whether a page is missing, or of two lists one was not had and the other is empty.

    Orders and statements are two halves of one list. Either may be all that an EHR keeps, but an empty half
    beside one that nobody saw is no sign that nothing is taken.
    """
    if "truncated" in states:
        return True
    return (
        len(states) > 1 and not states.isdisjoint(_NOT_HAD) and "supplied" not in states and "empty" in states
    )


def _lacking(key: str, how: str) -> Problem:
    return Problem(
        412,
        "required",
        f"Data this service needs are missing: prefetch key '{key}' {how}.",
        expressions=(f"prefetch.{key}",),
        diagnostics="Send the prefetch that discovery asks for under this key; this service does not query "
        "FHIR servers by itself.",
    )
