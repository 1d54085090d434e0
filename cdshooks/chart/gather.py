"""From a call to the chart of its patient: what the client sent, and what its FHIR server has of the rest.

A ledger says of each prefetch key what it held.
"""

import itertools
import re
from collections.abc import Iterable, Mapping

import msgspec

from cdshooks.chart.lookup import Lookup
from cdshooks.chart.prefetch import Query
from cdshooks.chart.servers import Access, FhirServers
from cdshooks.chart.visit import Visit
from cdshooks.trust.outbound import RefusedError
from cdshooks.wire.outcome import Problem
from cdshooks.wire.request import FHIR_ID
from fhir_mappings.bundle import Answer, Contents, contents_of, open_answer
from fhir_mappings.chart import Chart, assemble, belongs_to
from fhir_mappings.inputs import Source
from fhir_mappings.reader import (
    Irrelevant,
    Medication,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    OperationOutcome,
    Patient,
    Readable,
    Unreadable,
)

_NOT_HAD = frozenset({"omitted", "failed", "not-granted"})
_HAD = frozenset({"supplied", "fetched"})
_ID = re.compile(FHIR_ID)
_POINTS = "Medication/"
_POINTING = (MedicationRequest, MedicationStatement, MedicationDispense, MedicationAdministration)
_WRONG_VERSION = Unreadable(
    kind="CapabilityStatement",
    reference="CapabilityStatement",
    because="the FHIR server speaks another version of FHIR than R4",
    issue="wrong-version",
)
_OF_MEDICINES = frozenset(kind.__name__ for kind in _POINTING)

_Resources = tuple[Readable | Unreadable | Irrelevant, ...]


class Timing(msgspec.Struct, kw_only=True):
    """What became of each prefetch key: the word of the ledger, and the seconds a FHIR server took for it.

    `gather` fills it, also where it raises.
    """

    keys: dict[str, tuple[str, float | None]] = {}


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What a service wants to know of a patient, and where it may be found: the prefetch, and a server.

    Without `servers` nobody is asked.
    """

    patient_id: str
    queries: tuple[Query, ...]
    prefetch: Mapping[str, Answer] | Mapping[str, msgspec.Raw] | None = None
    access: Access | None = None
    servers: FhirServers | None = None
    timing: Timing = msgspec.field(default_factory=Timing)


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """The chart, and for each prefetch key a word of the ledger.

    supplied: data came in the call. empty: looked up, and there is nothing. fetched: a FHIR server was asked
    for it, or for its further pages. failed: an error. omitted: not in the call, and no server may be asked.
    truncated: a part of it is missing. not-granted: the token does not cover it.
    """

    chart: Chart
    ledger: dict[str, str]


class _Held(msgspec.Struct, kw_only=True):
    """What is held for one query, as it stands."""

    state: str = "omitted"
    resources: _Resources = ()
    supplied: Contents | None = None
    because: str = "was not in the prefetch"
    unsupported: bool = False
    """Whether it is empty only because the FHIR server has no such resource type."""
    partly_covered: bool = False
    lookup: Lookup | None = None


_IN_THE_CALL = {
    "failed": "was answered with an error instead of data",
    "empty": "was answered without a patient",
    "truncated": "came without any data on its first page",
}


def gather(ask: Ask) -> Gathered:
    """Read what the client sent for the queries, and ask its FHIR server for what is missing.

    A key that is absent was not looked up, and is asked for; null or an empty Bundle was looked up and there
    is nothing; an OperationOutcome is an error, and asking again is pointless (PROTOCOL P1-P4). Further
    pages of what was sent are asked for (P6). Keys nobody asked for are ignored. With every key whole in the
    call, no thread and no connection is used.

    Raises:
        Problem: 412 where a required query could not be had, or holds no such patient.
    """
    held = {query.key: _opened(query.key, ask.prefetch) for query in ask.queries}
    fetched = _fetch(ask, held)
    for query in ask.queries:
        _judge(query, held[query.key], ask.patient_id)
    for key, each in held.items():
        ask.timing.keys[key] = each.state, each.lookup.seconds if each.lookup is not None else None
    for query in ask.queries:
        _require(query, held[query.key])
    by_source: dict[Source, list[_Held]] = {}
    for query in ask.queries:
        # What mostly stands elsewhere, and was not looked up here, leaves no gap.
        if not query.elsewhere or held[query.key].state not in {"omitted", "not-granted", "empty"}:
            by_source.setdefault(query.source, []).append(held[query.key])
    chart = assemble(
        ask.patient_id,
        itertools.chain(*(_of_query(query, held[query.key].resources) for query in ask.queries), fetched),
        # Medicines count as read when either of their lists came.
        unanswered=frozenset(source for source, found in by_source.items() if _is_unanswered(found)),
        truncated=frozenset(source for source, found in by_source.items() if _is_cut_short(found)),
    )
    if chart.patient is None:
        if any(each.required and each.source is Source.PATIENT for each in ask.queries):
            raise _lacking("patient", "holds no readable Patient with the id of context.patientId")
        # Nobody is known where null came, or somebody else: age and sex were not had.
        chart = msgspec.structs.replace(chart, unanswered=chart.unanswered | {Source.PATIENT})
    return Gathered(
        chart=chart,
        ledger={key: each.state for key, each in held.items()},
    )


def _opened(key: str, prefetch: Mapping[str, Answer] | Mapping[str, msgspec.Raw] | None) -> _Held:
    if not prefetch or key not in prefetch:
        return _Held()
    answer = prefetch[key]
    contents = open_answer(answer) if isinstance(answer, msgspec.Raw) else contents_of(answer)
    return _Held(
        state=contents.state,
        resources=contents.resources,
        supplied=contents,
        because=_IN_THE_CALL.get(contents.state, ""),
    )


def _fetch(ask: Ask, held: Mapping[str, _Held]) -> _Resources:
    """Ask the FHIR server for what is lacking in `held`, and note there what came.

    Returns what belongs to no query: the medicines that orders point at, and word of a wrong version.
    """
    lacking = [query for query in ask.queries if _is_lacking(held[query.key])]
    if ask.servers is None or ask.access is None:
        return ()
    if not lacking and not _pointed_at(held.values(), ask.access.server or ""):
        return ()
    try:
        with ask.servers.visit(ask.access, ask.patient_id) as visit:
            return _asked(visit, ask, held, lacking)
    except RefusedError as refused:
        for query in lacking:
            held[query.key].because += f", and no FHIR server was asked: {refused}"
        return ()


def _asked(visit: Visit, ask: Ask, held: Mapping[str, _Held], lacking: list[Query]) -> _Resources:
    for query in lacking:
        _start(visit, query, held[query.key])
    of_medicines = [held[query.key] for query in ask.queries if query.resource_type in _OF_MEDICINES]
    visit.wait(each.lookup for each in of_medicines if each.lookup is not None)
    for each in of_medicines:
        _take(each)
    ids = _pointed_at(of_medicines, visit.base)
    medicines = visit.medicines(ids) if ids else None
    visit.finish()
    for query in lacking:
        _take(held[query.key])
    if visit.foreign_version():
        for each in held.values():
            if each.state not in _NOT_HAD:
                each.state, each.resources = "failed", ()
                each.because = "is of another version of FHIR than R4"
        return (_WRONG_VERSION,)
    return () if medicines is None else medicines.outcome().contents.resources


def _is_lacking(held: _Held) -> bool:
    if held.supplied is None:
        return True
    return held.state != "failed" and held.supplied.next_page is not None


def _start(visit: Visit, query: Query, held: _Held) -> None:
    coverage = visit.coverage(query)
    if coverage == "none":
        held.because += ", and the scopes of the access token do not cover it"
        if held.supplied is None:
            held.state = "not-granted"
        return
    held.partly_covered = coverage == "part"
    held.lookup = visit.search(query, supplied=held.supplied)


def _take(held: _Held) -> None:
    if held.lookup is None:
        return
    outcome = held.lookup.outcome()
    held.state, held.resources = outcome.state, outcome.contents.resources
    held.unsupported = outcome.unsupported
    if outcome.because is not None:
        held.because = f"was asked for at the FHIR server, but {outcome.because}"
    if held.partly_covered and held.state in {"fetched", "empty"} and not held.unsupported:
        # The server leaves out what the token does not cover, and says nothing of it.
        held.state = "truncated"
        held.because = "is covered by the scopes of the access token in part only"


def _pointed_at(held: Iterable[_Held], base: str) -> tuple[str, ...]:
    """The ids of the medicines that orders and statements point at on that server, and that did not come."""
    here: set[str | None] = set()
    wanted: dict[str, None] = {}
    root = base.rstrip("/") + "/"
    for each in held:
        for resource in each.resources:
            if isinstance(resource, Medication):
                here.add(resource.id)
            elif isinstance(resource, _POINTING):
                pointer = resource.medication_reference
                if pointer is not None and (pointer.reference or "").removeprefix(root).startswith(_POINTS):
                    wanted[pointer.id or ""] = None
    return tuple(each for each in wanted if each not in here and _ID.match(each))


def _judge(query: Query, held: _Held, patient_id: str) -> None:
    """Data of which nothing is of the type that was asked for are no answer, and no sign of absence.

    Nor are they where they were asked for as this patient's and are others' only. A required key that came so
    leaves a gap: there is something to tell, and no reason to refuse the call.
    """
    if held.state == "truncated" and not held.resources and held.lookup is None:
        # A first page with nothing on it and a link to more: nothing was had.
        held.state = "failed"
    if not held.resources or any(_answers(query, patient_id, each) for each in held.resources):
        return
    came = held.lookup is None and query.source is not Source.PATIENT
    others = came and any(_answers(query, None, each) for each in held.resources)
    held.state = "truncated" if others and query.required else "failed"
    held.because = "holds nothing of what was asked for"


def _answers(query: Query, patient_id: str | None, resource: Readable | Unreadable | Irrelevant) -> bool:
    if isinstance(resource, Unreadable):
        return resource.issue != "wrong-version" and resource.kind in {None, query.resource_type}
    if isinstance(resource, Irrelevant | OperationOutcome):
        return False
    return type(resource).__name__ == query.resource_type and (
        patient_id is None or belongs_to(patient_id, resource)
    )


def _require(query: Query, held: _Held) -> None:
    if not query.required:
        return
    nothing = held.state == "truncated" and not held.resources
    nobody = query.source is Source.PATIENT and held.state == "empty"
    if held.state in _NOT_HAD or nothing or nobody:
        raise _lacking(query.key, held.because)


def _of_query(query: Query, resources: _Resources) -> _Resources:
    """What came for the query; who the patient is, only the query for the patient says."""
    if query.source is not Source.PATIENT and Patient in map(type, resources):
        resources = tuple(each for each in resources if not isinstance(each, Patient))
    return _of_kind(query, resources)


def _of_kind(query: Query, resources: _Resources) -> _Resources:
    """What is too broken to say what it is, counts as what was asked for: it may have been just that."""
    if Unreadable not in map(type, resources):
        return resources
    kind = query.resource_type
    return tuple(
        msgspec.structs.replace(each, kind=kind, reference=kind)
        if isinstance(each, Unreadable) and each.kind is None
        else each
        for each in resources
    )


def _is_unanswered(found: list[_Held]) -> bool:
    """Whether a part of the chart was not had at all.

    A resource type that the server has not is no failure; of two that feed one part, one has to be there.
    """
    kept = [each for each in found if not each.unsupported]
    return all(each.state in _NOT_HAD for each in kept) if kept else len(found) > 1


def _is_cut_short(found: list[_Held]) -> bool:
    """Whether a page is missing, or of two lists one was not had and the other is empty.

    Orders and statements are two halves of one list. Either may be all that an EHR keeps, but an empty half
    beside one that nobody saw is no sign that nothing is taken.
    """
    states = {each.state for each in found if not each.unsupported}
    if "truncated" in states:
        return True
    return (
        len(states) > 1 and not states.isdisjoint(_NOT_HAD) and states.isdisjoint(_HAD) and "empty" in states
    )


def _lacking(key: str, because: str) -> Problem:
    return Problem(
        412,
        "required",
        f"Data this service needs are missing: prefetch key '{key}' {because}.",
        expressions=(f"prefetch.{key}",),
        diagnostics="Send the prefetch that discovery asks for under this key, or a fhirServer and a "
        "fhirAuthorization with which it can be fetched.",
    )
