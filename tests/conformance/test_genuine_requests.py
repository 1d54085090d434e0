"""Requests that clients really send, against the services as they ship: right answers, and never a 5xx."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cdshooks.app import create_app
from cdshooks.services import SERVICES
from cdshooks.settings import Settings
from cdshooks.store.kept import keep
from cdshooks.wire.response import EVALUATION, SUGGESTION

REQUESTS = Path(__file__).parent / "requests"
ORIGIN = "http://127.0.0.1:36595"
BROWSER = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "en-US,en;q=0.9",
    "Authorization": "Bearer signed.by.the-sandbox",
    "Origin": ORIGIN,
    "Referer": f"{ORIGIN}/",
    "Sec-Fetch-Dest": "empty",
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Site": "same-site",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0",
}
"""The headers with which the sandbox called, in a browser."""
PREFLIGHTS = [
    ("/cds-services", "GET", "authorization"),
    ("/cds-services/bone-health-patient-view", "POST", "authorization,content-type"),
    ("/cds-services/bone-health-patient-view/feedback", "POST", "authorization,content-type"),
    ("/cds-services/bone-health-order-select", "POST", "authorization,content-type"),
    ("/cds-services/bone-health-order-select/feedback", "POST", "authorization,content-type"),
    ("/cds-services/bone-health-order-sign", "POST", "authorization,content-type"),
]
"""What the browser asked before: the method and the headers of the call to come."""

OF_HOOK = {service.hook: service.id for service in SERVICES}
NOBODY_HERE = [
    "cds-hooks-for-pama--scenario-02-outbound-request",
    "davinci-crd-test-kit--order_select_hook_request",
    "fhir-test-cases--cdshooks-request-order-select-good",
    "sandbox--order-select",
    "sandbox--order-select-no-medication",
    "sandbox--order-select-pama",
    "sandbox--order-sign",
]
"""Orders of a device, a diet, an image, metformin, azithromycin, a benzodiazepine, and of nothing yet."""
WITHOUT = {
    "ahrq--active_person_invocation": "prefetch.patient",
    "ahrq--adrian111_wunsch504": "prefetch.patient",
    "ahrq--cher186_crooks415": "prefetch.patient",
    "ahrq--null_prefetch_values_invocation": "prefetch.patient",
    "ahrq_dstu2--active_person_invocation": "prefetch.patient",
    "fhir-test-cases--cdshooks-request-patient-view-good": "prefetch.patient",
    "sandbox--patient-view": "prefetch.bone-density",
    "sandbox--patient-view-fhirauthorization": "prefetch.bone-density",
}
"""Calls of patient-view for another service: their prefetch has none of our keys, or only the patient."""
INVALID = {
    "crd--devicerequestemptyprefetch_r4": {"context.userId"},
    "crd--devicerequestfullprefetch_r4": {"context.userId"},
    "crd--devicerequestprefetch": {"context.userId"},
    "fhir-test-cases--cdshooks-request-order-sign-bad-1": {"context.patientId"},
    "fhir-test-cases--cdshooks-request-patient-view-bad": {"context.patientId", "context.encounterId"},
    "opioid-cds-r4--helloworld": {"fhirServer", "context.patientId"},
    "opioid-cds-r4--request-example-rec-01-in-outpatient-opioid": {"context.patientId"},
    "opioid-cds-r4--request-example-rec-01-out-inpatient-opioid": {"context.patientId"},
    "opioid-cds-r4--request-example-rec-03-long-acting-opioid": {"context.patientId", "context.encounterId"},
    "opioid-cds-r4--request-example-rec-03-not-long-acting-opioid": {
        "context.patientId",
        "context.encounterId",
    },
    "opioid-cds-r4--request-example-rec-03-patient-view-long-acting-opioid": {
        "context.patientId",
        "context.encounterId",
    },
    "opioid-cds-r4--request-example-rec-03-patient-view-not-long-acting-opioid": {
        "context.patientId",
        "context.encounterId",
    },
    "opioid-cds-r4--request-example-rec-07-end-of-life-exclusion": {
        "context.patientId",
        "context.encounterId",
    },
    "sandbox--order-select-reclick-bad-context": {"context.selections", "context.draftOrders"},
}
"""A reference where CDS Hooks has an id, nobody who asks, or, on a second click, no orders at all."""
OTHER_HOOKS = [
    "cds-hooks-prefetch-proxy--request1_needsprefetch",
    "davinci-crd--crdservicerequest2",
    "davinci-crd--crdservicerequest4",
    "davinci-crd-test-kit--appointment_book_hook_request",
    "davinci-crd-test-kit--encounter_start_hook_request",
    "davinci-crd-test-kit--fancy_structure_hook_request",
]

ALENDRONATE = {
    "text": "alendronic acid 70 MG Oral Tablet",
    "coding": [
        {
            "system": "http://www.nlm.nih.gov/research/umls/rxnorm",
            "code": "904431",
            "display": "alendronic acid 70 MG Oral Tablet",
        }
    ],
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    settings = Settings(dev=True, state_dir=tmp_path_factory.mktemp("state"))
    kept = keep(settings)
    with create_app(settings, kept=kept).test_client() as client:
        yield client
    kept.release()


def body(name: str) -> dict[str, Any]:
    found = json.loads((REQUESTS / f"{name}.json").read_bytes())
    assert isinstance(found, dict)
    return found


def send(client: FlaskClient, sent: Mapping[str, Any], service: str) -> TestResponse:
    # They name servers that are gone, or a port of this machine where by now somebody else may listen.
    elsewhere = (
        {"fhirServer": "https://ehr.example.org/fhir"}
        if str(sent.get("fhirServer")).startswith("http")
        else {}
    )
    response = client.post(f"/cds-services/{service}", json={**sent, **elsewhere}, headers=BROWSER)
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    return response


def expressions(response: TestResponse, status: int) -> set[str]:
    assert response.status_code == status
    assert response.content_type == "application/fhir+json"
    return {each for issue in json.loads(response.data)["issue"] for each in issue["expression"]}


def test_every_request_here_has_its_right_answer_below() -> None:
    told = {*NOBODY_HERE, *WITHOUT, *INVALID, *OTHER_HOOKS}
    assert {path.stem for path in REQUESTS.glob("*.json")} == told


@pytest.mark.parametrize(("url", "method", "headers"), PREFLIGHTS)
def test_what_the_browser_asks_before_is_allowed(
    client: FlaskClient, url: str, method: str, headers: str
) -> None:
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": headers,
    }
    response = client.options(url, headers=asked)
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert method in response.headers["Access-Control-Allow-Methods"]
    allowed = response.headers["Access-Control-Allow-Headers"].replace(" ", "")
    assert set(headers.split(",")) <= set(allowed.split(","))


@pytest.mark.parametrize("name", NOBODY_HERE)
def test_orders_that_concern_nobody_here(client: FlaskClient, name: str) -> None:
    sent = body(name)
    response = send(client, sent, OF_HOOK[sent["hook"]])
    assert response.status_code == 200
    answer = json.loads(response.data)
    assert answer["cards"] == []
    assert answer["extension"][EVALUATION]["disposition"] == "not-evaluated"


@pytest.mark.parametrize(("name", "lacking"), WITHOUT.items())
def test_a_chart_without_what_is_required(client: FlaskClient, name: str, lacking: str) -> None:
    assert expressions(send(client, body(name), "bone-health-patient-view"), 412) == {lacking}


@pytest.mark.parametrize(("name", "wrong"), INVALID.items())
def test_everything_that_is_wrong_is_named(client: FlaskClient, name: str, wrong: set[str]) -> None:
    sent = body(name)
    assert expressions(send(client, sent, OF_HOOK[sent["hook"]]), 422) == wrong


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.id)
@pytest.mark.parametrize("name", [*NOBODY_HERE, *WITHOUT, *OTHER_HOOKS])
def test_a_call_of_another_hook_is_refused(client: FlaskClient, name: str, service: Any) -> None:  # noqa: ANN401
    sent = body(name)
    if sent["hook"] != service.hook:
        assert "hook" in expressions(send(client, sent, service.id), 422)


def ordered(name: str, **members: Any) -> dict[str, Any]:  # noqa: ANN401 - any element
    """The call of the sandbox, as if alendronate 70 mg had been picked from its list."""
    sent = body(name)
    sent["context"]["draftOrders"]["entry"][0]["resource"] |= {
        "medicationCodeableConcept": ALENDRONATE,
        **members,
    }
    return sent


@pytest.mark.protocol("H2", "H3", "H7", "H8")
@pytest.mark.parametrize("name", ["sandbox--order-select", "sandbox--order-sign"])
def test_the_shape_of_the_sandbox_does_not_hide_a_daily_dose(client: FlaskClient, name: str) -> None:
    sent = ordered(name)
    service = OF_HOOK[sent["hook"]]
    response = send(client, sent, service)
    assert response.status_code == 200
    first, second = json.loads(response.data)["cards"][:2]
    assert (first["indicator"], first["source"]["topic"]["code"]) == ("critical", "order-daily-70")
    assert first["selectionBehavior"] == "at-most-one"
    assert [each["code"] for each in first["overrideReasons"]][:1] == ["benefit-outweighs-risk"]
    # No chart came along but the patient, and at order-sign not even that.
    assert second["source"]["topic"]["code"] == "data-problem"
    weekly, removal = (suggestion["actions"][0] for suggestion in first["suggestions"])
    assert (removal["type"], removal["resourceId"]) == ("delete", "MedicationRequest/request-123")
    assert weekly["extension"][SUGGESTION] == "change-to-weekly"
    corrected = weekly["resource"]
    assert (weekly["type"], corrected["id"]) == ("update", "request-123")
    again = send(client, ordered(name, **corrected), service)
    topics = {card["source"]["topic"]["code"] for card in json.loads(again.data)["cards"]}
    assert (
        topics & {"order-daily-70", "order-dose-conflict", "order-underdose", "order-dose-unreadable"}
        == set()
    )


def test_what_could_not_be_checked_is_said_where_nothing_came_with_the_order(client: FlaskClient) -> None:
    sent = ordered("sandbox--order-sign", dosageInstruction=[{"text": "1 tablet once a week"}])
    answer = json.loads(send(client, sent, "bone-health-order-sign").data)
    problem = next(card for card in answer["cards"] if card["source"]["topic"]["code"] == "data-problem")
    for part in ("patient", "medications", "conditions", "labs", "allergies", "procedures"):
        assert part in problem["detail"]
    assert set(answer["extension"][EVALUATION]["prefetch"].values()) == {"omitted"}
