"""What stands in the context of order-select and order-sign, and what does not: no silence about an order."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cdshooks.app import create_app
from cdshooks.settings import Settings

Json = Any
SIGN, SELECT = "bone-health-order-sign", "bone-health-order-select"
DAILY: Json = json.loads(Path("fixtures/order-daily-70/request.json").read_bytes())
OUTCOME: Json = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}
BUNDLE: Json = DAILY["context"]["draftOrders"]


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(Settings(dev=True)).test_client()


def sent(client: FlaskClient, service: str, drafts: Json) -> tuple[int, Json]:
    body = copy.deepcopy(DAILY)
    body["context"]["draftOrders"] = drafts
    if service == SELECT:
        body["hook"] = "order-select"
        body["context"]["selections"] = ["MedicationRequest/any"]
    answer = client.post(f"/cds-services/{service}", json=body)
    return answer.status_code, answer.get_json()


@pytest.mark.protocol("C7", "H2", "H3")
@pytest.mark.parametrize("service", [SIGN, SELECT])
@pytest.mark.parametrize(
    "drafts",
    [
        *(None, "x", 1, True, {}, OUTCOME, DAILY["prefetch"]["patient"], [1], [None]),
        {"resourceType": "Bundle", "entry": None},
        {"resourceType": "Bundle", "entry": "x"},
        {"entry": {}},
    ],
    ids=str,
)
def test_what_can_hold_no_draft_is_a_422_that_names_it(
    client: FlaskClient, service: str, drafts: Json
) -> None:
    status, answer = sent(client, service, drafts)
    assert status == 422
    assert [each["expression"] for each in answer["issue"]] == [["context.draftOrders"]]


@pytest.mark.protocol("H2", "H3")
@pytest.mark.parametrize("service", [SIGN, SELECT])
@pytest.mark.parametrize(
    "drafts",
    [
        BUNDLE,
        {"entry": BUNDLE["entry"]},
        [each["resource"] for each in BUNDLE["entry"]],
        BUNDLE["entry"][0]["resource"],
    ],
    ids=["a Bundle", "one that does not say so", "a list", "an order alone"],
)
def test_drafts_are_found_wherever_clients_put_them(client: FlaskClient, service: str, drafts: Json) -> None:
    status, answer = sent(client, service, drafts)
    assert status == 200
    assert answer["cards"][0]["source"]["topic"]["code"] == "order-daily-70"


@pytest.mark.protocol("H2", "H3")
@pytest.mark.parametrize("service", [SIGN, SELECT])
def test_an_error_in_place_of_a_draft_is_said_at_both_hooks(client: FlaskClient, service: str) -> None:
    status, answer = sent(client, service, {"resourceType": "Bundle", "entry": [{"resource": OUTCOME}]})
    assert status == 200
    assert "an order that could not be read" in answer["cards"][0]["summary"]


@pytest.mark.protocol("H3")
@pytest.mark.parametrize("entry", [None, {}, {"resource": {}}, {"resource": "x"}], ids=str)
def test_a_draft_that_nobody_could_read_while_it_is_written_stands_in_the_trace(
    client: FlaskClient, entry: Json
) -> None:
    status, answer = sent(client, SELECT, {"resourceType": "Bundle", "entry": [entry]})
    assert (status, answer["cards"]) == (200, [])
    evaluation = answer["extension"]["com.bone-health-cds.evaluation"]
    assert evaluation["disposition"] == "not-evaluated"
    assert [each["issue"] for each in evaluation["dataQuality"]] == ["unreadable"]


@pytest.mark.protocol("C7")
def test_all_that_is_wrong_with_a_context_is_named_at_once(client: FlaskClient) -> None:
    body = copy.deepcopy(DAILY)
    body["context"] = {"patientId": 7, "draftOrders": OUTCOME}
    answer = client.post(f"/cds-services/{SIGN}", json=body)
    assert answer.status_code == 422
    assert {each["expression"][0] for each in answer.get_json()["issue"]} == {
        "context.userId",
        "context.patientId",
        "context.draftOrders",
    }
