"""The same chart gives the same answer, by whichever way it comes: prefetch, FHIR server, or some of each."""

import json
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cdshooks.app import FHIR_SERVERS, create_app
from cdshooks.settings import Settings
from tests.charts import Json
from tests.faults import fhir_server as fault
from tests.faults.asking import TOKEN
from tests.faults.fhir_server import Exchange, FhirServer, bundle, fhir_server
from tests.vignettes.codes import Encoding
from tests.vignettes.ehr import call
from tests.vignettes.vignettes import Vignette, load

SERVICE = "bone-health-patient-view"
VIGNETTES = (*load("cases.json"), *load("own_cases.json"))
FIXTURES = Path(__file__).parents[2] / "fixtures"


class Recorded:
    """A FHIR server that answers each query as the prefetch of a recorded call has it."""

    def __init__(self, templates: dict[str, str]) -> None:
        self.templates = templates
        self.body: Json = {}

    def __call__(self, exchange: Exchange) -> None:
        if exchange.path == "metadata":
            exchange.send(fault.STATEMENT)
            return
        path = exchange.handler.path.partition("/fhir/")[2]
        asked = _plain(path.replace("/_search", f"?{exchange.form}"))
        patient = self.body["context"]["patientId"]
        for key, template in self.templates.items():
            if _plain(template.replace("{{context.patientId}}", patient)) == asked:
                found = self.body["prefetch"][key]
                exchange.send(bundle([]) if found is None else found)
                return
        exchange.send(status=500)


def _plain(path: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    parts = urlsplit(path)
    return unquote(parts.path), tuple(parse_qsl(parts.query))


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    app = create_app(Settings(dev=True, fhir_deadline=60))
    yield app
    app.extensions[FHIR_SERVERS].close()


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def recorded(client: FlaskClient) -> Recorded:
    services = client.get("/cds-services").get_json()["services"]
    return Recorded(next(each["prefetch"] for each in services if each["id"] == SERVICE))


@pytest.fixture(scope="module")
def server(recorded: Recorded) -> Iterator[FhirServer]:
    with fhir_server(any_other=recorded) as server:
        yield server


def told(
    client: FlaskClient, server: FhirServer, body: Json, keys: set[str], scope: str = "patient/*.rs"
) -> tuple[Any, dict[str, str]]:
    """The answer where only `keys` are in the call, without its ledger, which differs; and the ledger."""
    sent = {
        **body,
        "prefetch": {key: value for key, value in body["prefetch"].items() if key in keys},
        "fhirServer": server.url,
        "fhirAuthorization": {
            "access_token": TOKEN,
            "token_type": "Bearer",
            "expires_in": 300,
            "scope": scope,
            "subject": "service",
        },
    }
    response = client.post(f"/cds-services/{SERVICE}", json=sent)
    answer = response.get_json()
    if response.status_code != HTTPStatus.OK:
        return (response.status_code, answer["issue"][0]["expression"]), {}
    return answer, answer["extension"]["com.bone-health-cds.evaluation"].pop("prefetch")


def check(client: FlaskClient, server: FhirServer, recorded: Recorded, body: Json, split: int) -> None:
    recorded.body = body
    keys = sorted(body["prefetch"])
    asked = len(server.asked)
    whole, _ = told(client, server, body, set(keys))
    # A medicine that an order only points at is in no prefetch.
    assert set(server.kinds()[asked:]) <= {"Medication"}
    for part in (set[str](), {key for number, key in enumerate(keys) if (split >> number) & 1}):
        answer, ledger = told(client, server, body, part)
        assert answer == whole, part
        assert not {"omitted", "not-granted"} & set(ledger.values())
        assert {key for key in ledger if ledger[key] == "supplied"} <= part


@pytest.mark.protocol("P9")
@pytest.mark.parametrize(
    ("number", "vignette"), tuple(enumerate(VIGNETTES)), ids=[each.id for each in VIGNETTES]
)
def test_every_vignette_is_answered_alike(
    client: FlaskClient, server: FhirServer, recorded: Recorded, number: int, vignette: Vignette
) -> None:
    # Another split for each: 2654435761 spreads the numbers over all of them.
    split = (number * 2654435761) >> 8 & 0xFFFF
    encoding = tuple(Encoding)[number % len(Encoding)]
    check(client, server, recorded, call(vignette, encoding, recorded.templates), split)


RANK = {"treat": 2, "consider": 1}
BEHIND_GATES = {"out-of-scope-hospice", "out-of-scope-pregnancy", "not-applicable-young", "already-treated"}
"""Of these something is known that lets nothing be said; without it they are decided on like others."""
KINDS = ("Condition", "AllergyIntolerance", "Procedure", "MedicationRequest", "DiagnosticReport")


@pytest.mark.parametrize("number", range(0, len(VIGNETTES), 5), ids=lambda number: VIGNETTES[number].id)
def test_what_the_token_does_not_cover_asks_for_no_more(
    client: FlaskClient, server: FhirServer, recorded: Recorded, number: int
) -> None:
    kind = KINDS[number // 5 % len(KINDS)]
    encoding = tuple(Encoding)[number % len(Encoding)]
    body = recorded.body = call(VIGNETTES[number], encoding, recorded.templates)
    whole, _ = told(client, server, body, set(body["prefetch"]))
    # The two lists of medicines are one source, and stay away together.
    away = {"MedicationRequest", "MedicationStatement"} if kind == "MedicationRequest" else {kind}
    refused = {key for key, template in recorded.templates.items() if template.partition("?")[0] in away}
    less, ledger = told(client, server, body, set(body["prefetch"]) - refused, "patient/Patient.rs")
    assert {key for key, word in ledger.items() if word == "not-granted"} == refused
    before, after = decided(whole), decided(less)
    assert after[1] <= before[1]
    if before[0] not in BEHIND_GATES:
        assert RANK.get(after[0], 0) <= RANK.get(before[0], 0)


def decided(answer: Json) -> tuple[str, set[tuple[str, bool]]]:
    """The disposition, and the draft of alendronate with each mark it has, offered and recommended."""
    marks = {
        (action["extension"]["com.bone-health-cds.suggestion"], mark)
        for card in answer["cards"]
        for suggestion in card.get("suggestions", ())
        for action in suggestion["actions"]
        for mark in {False, suggestion.get("isRecommended", False)}
    }
    evaluation = answer["extension"]["com.bone-health-cds.evaluation"]
    return evaluation["disposition"], {each for each in marks if each[0] == "start-alendronate"}


@pytest.mark.parametrize("case", sorted(FIXTURES.glob("*/request.json")), ids=lambda case: case.parent.name)
def test_every_fixture_is_answered_alike(
    client: FlaskClient, server: FhirServer, recorded: Recorded, case: Path
) -> None:
    body = json.loads(case.read_bytes())
    if not set(recorded.templates) <= set(body.get("prefetch") or {}):
        pytest.skip("a call that lacks something, and no server would have it")
    check(client, server, recorded, body, 0b0101_0011_0101)
