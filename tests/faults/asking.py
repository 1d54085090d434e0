"""Asking a FHIR server of the tests for a chart, as a hook call does."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from cdshooks.chart.gather import Ask, Gathered, Timing, gather
from cdshooks.chart.prefetch import PATIENT_VIEW
from cdshooks.chart.servers import Access, FhirServers
from cdshooks.settings import Settings
from cdshooks.trust.addresses import Resolve, system_resolver
from cdshooks.trust.client import ANYONE, Client
from cdshooks.wire.request import FhirAuthorization
from fhir_mappings.value_sets import Terminology, load
from tests.charts import HIP_FRACTURE, PATIENT, Json, allergy, condition, order, patient, t_score, wire
from tests.faults.fhir_server import FhirServer

TOKEN = "secret-7f3a9c"
DEADLINE = 0.2
"""Seconds; long enough for an honest server, and short enough to wait for."""
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
def servers(*, resolve: Resolve = system_resolver, **settings: Any) -> Iterator[FhirServers]:  # noqa: ANN401 - any setting
    """What a process in development keeps, closed at the end."""
    made = FhirServers(
        Settings(**{"dev": True, "fhir_deadline": DEADLINE, **settings}),
        queries=len(PATIENT_VIEW),
        resolve=resolve,
    )
    try:
        yield made
    finally:
        made.close()


def ask(
    made: FhirServers,
    server: FhirServer | str | None,
    keys: Json | None = None,
    *,
    granted: FhirAuthorization | None = None,
    client: Client = ANYONE,
    timing: Timing | None = None,
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
            timing=timing or Timing(),
        )
    )
