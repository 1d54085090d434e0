"""Asking a FHIR server of the tests for a chart, as a hook call does."""

import contextlib
import functools
import inspect
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec

import msgspec

from cdshooks.chart.gather import Ask, Gathered, gather
from cdshooks.chart.lookup import LIMITS, Limits
from cdshooks.chart.prefetch import PATIENT_VIEW
from cdshooks.chart.servers import Access, FhirServers
from cdshooks.settings import Settings
from cdshooks.trust.addresses import Resolve, system_resolver
from cdshooks.trust.client import ANYONE, Client
from cdshooks.wire.outcome import Problem
from cdshooks.wire.request import FhirAuthorization
from fhir_mappings.value_sets import Terminology, load
from tests.charts import HIP_FRACTURE, PATIENT, Json, allergy, condition, order, patient, t_score, wire
from tests.faults.fhir_server import FhirServer

P = ParamSpec("P")
TOKEN = "secret-7f3a9c"
AMPLE = 60.0
"""Seconds; a deadline that nobody waits for: what a server of the tests answers, it answers before, always."""
DEADLINES = (0.2, 1.0, 5.0)
"""Seconds; short enough to wait for. The later ones are for a machine that is busy with something else."""
CHART: tuple[Json, ...] = (
    patient(),
    t_score("-1.9"),
    *({**condition(HIP_FRACTURE), "id": f"c{number}"} for number in range(5)),
    order("314076"),
    allergy("46041"),
)


def authorization(
    scope: str = "patient/*.rs", expires_in: int = 300, token: str = TOKEN, **members: str
) -> FhirAuthorization:
    return FhirAuthorization(
        access_token=token,
        token_type=members.get("token_type", "Bearer"),
        expires_in=expires_in,
        scope=scope,
        subject="service",
        patient=members.get("patient"),
    )


@contextmanager
def servers(
    *,
    resolve: Resolve = system_resolver,
    limits: Limits = LIMITS,
    **settings: Any,  # noqa: ANN401 - any setting
) -> Iterator[FhirServers]:
    """What a process in development keeps, closed at the end."""
    made = FhirServers(
        Settings(**{"dev": True, "fhir_deadline": AMPLE, **settings}),
        queries=len(PATIENT_VIEW),
        resolve=resolve,
        limits=limits,
    )
    try:
        yield made
    finally:
        made.close()


def at_the_deadline(test: Callable[Concatenate[float, P], None]) -> Callable[P, None]:
    """A test of what never comes: it gets a deadline to wait for, and a longer one if that was too short.

    What is promised holds at any deadline. Within 0.2 seconds an idle machine answers a call many times over,
    but one that is busy with something else perhaps not once; that says nothing of the service.
    """

    @functools.wraps(test)
    def tried(*args: P.args, **kwargs: P.kwargs) -> None:
        for deadline in DEADLINES[:-1]:
            with contextlib.suppress(AssertionError, Problem):
                return test(deadline, *args, **kwargs)
        return test(DEADLINES[-1], *args, **kwargs)

    signature = inspect.signature(test)
    _, *fixtures = signature.parameters.values()
    tried.__signature__ = signature.replace(parameters=fixtures)  # type: ignore[attr-defined] # what pytest reads
    return tried


@contextmanager
def in_time(deadline: float) -> Iterator[None]:
    """What is done in here ends at the deadline, give or take 20 % or 100 ms."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began <= max(deadline * 1.2, deadline + 0.1)


def ask(
    made: FhirServers,
    server: FhirServer | str | None,
    keys: Json | None = None,
    *,
    granted: FhirAuthorization | None = None,
    client: Client = ANYONE,
    without_token: bool = False,
    terminology: Terminology | None = None,
) -> Gathered:
    """The chart of the patient, with `keys` as the prefetch, and with a token for everything."""
    prefetch = None if keys is None else {key: msgspec.Raw(wire(value)) for key, value in keys.items()}
    return gather(
        Ask(
            patient_id=PATIENT,
            queries=PATIENT_VIEW,
            prefetch=prefetch,
            access=Access(
                server=server.url if isinstance(server, FhirServer) else server,
                authorization=None if without_token else granted or authorization(),
                client=client,
                terminology=terminology or load(),
            ),
            servers=made,
        )
    )
