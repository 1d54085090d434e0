"""The second step: the FHIR server of the call is asked for what the client did not send."""

from collections.abc import Mapping

import msgspec

from cdshooks.chart.held import Held, Resources
from cdshooks.chart.ledger import NOT_HAD
from cdshooks.chart.lookup import Lookup
from cdshooks.chart.medicines import POINTING, pointed_at
from cdshooks.chart.prefetch import Query
from cdshooks.chart.scopes import Coverage
from cdshooks.chart.servers import Access, FhirServers
from cdshooks.chart.visit import Visit
from cdshooks.trust.outbound import RefusedError
from fhir_mappings.reader import Unreadable

_WRONG_VERSION = Unreadable(
    kind="CapabilityStatement",
    reference="CapabilityStatement",
    because="the FHIR server speaks another version of FHIR than R4",
    issue="wrong-version",
)


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """What is held by now for each key, and what belongs to none.

    The latter are the medicines that orders point at, and word of a wrong version.
    """

    held: Mapping[str, Held]
    beside: Resources = ()


def fetch(
    servers: FhirServers,
    access: Access,
    patient_id: str,
    *,
    queries: tuple[Query, ...],
    opened: Mapping[str, Held],
) -> Fetched:
    """Ask for what is lacking in what was `opened`. With nothing lacking, nobody is asked."""
    lacking = [query for query in queries if _is_lacking(opened[query.key])]
    if not lacking and not pointed_at((each.contents for each in opened.values()), access.server or ""):
        return Fetched(held=opened)
    try:
        with servers.visit(access, patient_id) as visit:
            return _asked(visit, lacking, queries, opened)
    except RefusedError as refused:
        because = f", and no FHIR server was asked: {refused}"
        without = {query.key: _without(opened[query.key], because) for query in lacking}
        return Fetched(held={**opened, **without})


def _is_lacking(held: Held) -> bool:
    """Whether there is something to ask for: all of it, or further pages. What failed would fail again."""
    return not held.came or (held.word != "failed" and held.contents.next_page is not None)


def _asked(
    visit: Visit, lacking: list[Query], queries: tuple[Query, ...], opened: Mapping[str, Held]
) -> Fetched:
    held = dict(opened)
    coverages: dict[str, Coverage] = {}
    lookups: dict[str, Lookup] = {}
    for query in lacking:
        before = opened[query.key]
        coverages[query.key] = coverage = visit.coverage(query)
        if coverage == "none":
            held[query.key] = _not_granted(before)
        else:
            supplied = before.contents if before.came else None
            lookups[query.key] = visit.search(query, supplied=supplied)
    of_medicines = [query.key for query in queries if query.resource_type in POINTING]
    waited_for = {key: lookups.pop(key) for key in of_medicines if key in lookups}
    visit.wait(waited_for.values())
    for key, lookup in waited_for.items():
        held[key] = _answered(held[key], lookup, coverages[key])
    ids = pointed_at((held[key].contents for key in of_medicines), visit.base)
    medicines = visit.medicines(ids) if ids else None
    visit.finish()
    for key, lookup in lookups.items():
        held[key] = _answered(held[key], lookup, coverages[key])
    if visit.foreign_version():
        return Fetched(
            held={key: _of_another_version(each) for key, each in held.items()}, beside=(_WRONG_VERSION,)
        )
    return Fetched(held=held, beside=() if medicines is None else medicines.outcome().contents.resources)


def _without(held: Held, because: str) -> Held:
    return held.but(held.word, held.because + because)


def _not_granted(held: Held) -> Held:
    without = _without(held, ", and the scopes of the access token do not cover it")
    return without if held.came else without.but("not-granted", without.because)


def _answered(held: Held, lookup: Lookup, coverage: Coverage) -> Held:
    outcome = lookup.outcome()
    asked = msgspec.structs.replace(
        held,
        word=outcome.word,
        contents=outcome.contents,
        seconds=lookup.seconds,
        unsupported=outcome.unsupported,
    )
    if coverage == "part" and outcome.word in {"fetched", "empty"} and not outcome.unsupported:
        # The server leaves out what the token does not cover, and says nothing of it.
        return asked.but("truncated", "is covered by the scopes of the access token in part only")
    if outcome.because is None:
        return asked
    return asked.but(outcome.word, f"was asked for at the FHIR server, but {outcome.because}")


def _of_another_version(held: Held) -> Held:
    if held.word in NOT_HAD:
        return held
    because = "is of another version of FHIR than R4"
    return Held(word="failed", because=because, came=held.came, seconds=held.seconds)
