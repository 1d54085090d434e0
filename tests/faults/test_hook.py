"""The hook as a client sees it: headers, errors and logs around what is fetched."""

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient

from cdshooks.app import FHIR_SERVERS, create_app
from cdshooks.logs import log_to_stderr
from cdshooks.settings import Settings
from tests.charts import PATIENT, Json, patient, prefetch, t_score, wire
from tests.faults import fhir_server as fault
from tests.faults.asking import AMPLE, CHART, TOKEN, at_the_deadline
from tests.faults.fhir_server import FhirServer, fhir_server

URL = "/cds-services/bone-health-patient-view"
COMPLETE = prefetch(patient(), t_score("-2.7"))


@contextmanager
def client_of(deadline: float) -> Iterator[FlaskClient]:
    app = create_app(Settings(dev=True, fhir_deadline=deadline))
    yield app.test_client()
    app.extensions[FHIR_SERVERS].close()


@pytest.fixture
def client() -> Iterator[FlaskClient]:
    with client_of(AMPLE) as client:
        yield client


def body(server: FhirServer, keys: Json) -> bytes:
    return wire(
        {
            "hook": "patient-view",
            "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
            "context": {"userId": "Practitioner/1", "patientId": PATIENT},
            "fhirServer": server.url,
            "fhirAuthorization": {
                "access_token": TOKEN,
                "token_type": "Bearer",
                "expires_in": 300,
                "scope": "patient/*.read",
                "subject": "service",
            },
            "prefetch": keys,
        }
    )


def timings(header: str) -> dict[str, str]:
    """The metrics of a Server-Timing header by name."""
    return dict(each.partition(";")[::2] for each in header.split(", "))


def test_with_a_complete_prefetch_no_thread_and_no_connection_is_used(client: FlaskClient) -> None:
    with fhir_server(CHART) as server:
        before = set(threading.enumerate())
        response = client.post(URL, data=body(server, COMPLETE), content_type="application/json")
        started = {each.name for each in set(threading.enumerate()) - before}
        assert not any(name.startswith("fhir") for name in started)
        assert server.accepted["all"] == 0
    assert response.status_code == 200
    found = timings(response.headers["Server-Timing"])
    assert found.keys() == {"total", *COMPLETE}
    assert found["patient"] == "desc=supplied"


def test_the_header_says_what_was_fetched_and_how_long_it_took(client: FlaskClient) -> None:
    keys = {key: value for key, value in COMPLETE.items() if key not in {"conditions", "labs"}}
    with fhir_server(CHART, Condition=fault.after(lambda: 0.02)) as server:
        response = client.post(URL, data=body(server, keys), content_type="application/json")
    found = timings(response.headers["Server-Timing"])
    took = re.fullmatch(r"desc=fetched;dur=([0-9.]+)", found["conditions"])
    assert took
    assert float(took[1]) >= 20
    assert re.fullmatch(r"dur=[0-9.]+", found["total"])
    assert found["labs"].startswith("desc=empty;dur=")
    assert response.get_json()["extension"]["com.bone-health-cds.evaluation"]["prefetch"] == {
        **dict.fromkeys(COMPLETE, "empty"),
        "patient": "supplied",
        "bone-density": "supplied",
        "conditions": "fetched",
    }


def test_an_error_has_the_header_too(client: FlaskClient) -> None:
    with fhir_server(CHART, Patient=fault.status(500)) as server:
        response = client.post(URL, data=body(server, {}), content_type="application/json")
    assert response.status_code == 412
    assert "patient" in timings(response.headers["Server-Timing"])
    assert response.get_json()["issue"][0]["details"]["text"] == (
        "Data this service needs are missing: prefetch key 'patient' was asked for at the FHIR server, but it "
        "answered 500."
    )


@at_the_deadline
def test_what_could_not_be_fetched_is_said_on_the_card(deadline: float) -> None:
    keys = {key: value for key, value in COMPLETE.items() if key != "allergies"}
    with client_of(deadline) as client, fhir_server(CHART, AllergyIntolerance=fault.hang) as server:
        response = client.post(URL, data=body(server, keys), content_type="application/json")
    assert "**Could not be checked:** allergies" in response.get_json()["cards"][0]["detail"]


@pytest.mark.protocol("P11")
def test_the_logs_of_the_service_name_neither_token_nor_patient(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        log_to_stderr("DEBUG")
        root.addHandler(caplog.handler)
        with fhir_server(CHART, Condition=fault.first(2, fault.reset)) as server:
            client.post(URL, data=body(server, {}), content_type="application/json")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.getLogger("urllib3").setLevel(logging.NOTSET)
        logging.getLogger("cdshooks").setLevel(logging.NOTSET)
    assert "POST /cds-services/<service_id> 200" in caplog.text
    assert TOKEN not in caplog.text
    assert PATIENT not in caplog.text.replace("/cds-services", "")
