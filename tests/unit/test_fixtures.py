"""The cases of fixtures/: complete, replayed without a difference, real FHIR, and listed for people."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from cdshooks.app import create_app
from cdshooks.chart.prefetch import PATIENT_VIEW
from cdshooks.guideline.orders import CHECKS
from cdshooks.replay import calls, cases
from cdshooks.replay.calls import Send
from cdshooks.replay.cases import Case
from cdshooks.replay.compare import differences
from cdshooks.services import SERVICES
from cdshooks.settings import Settings
from cdshooks.wire.response import EVALUATION
from scripts.fixtures import orders, patient_view
from scripts.pages import orders as order_checks

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
SUGGESTION = "com.bone-health-cds.suggestion"
AS_OF = "com.bone-health-cds.as-of"

THIRD_PARTY = frozenset(
    {
        "sandbox-other-prefetch",
        "synthea-hip-fracture",
        "synthea-normal-dxa",
        "synthea-on-alendronate",
        "us-core-dxa",
    }
)
BROKEN_ON_PURPOSE = frozenset({("broken-entry", "dxa-hip-2026-01-05")})
KEYS_LEFT_OUT = {
    "bone-density-missing": "bone-density",
    "conditions-not-sent": "conditions",
    "order-could-not-check": "conditions",
    "patient-missing": "patient",
}

CASES = cases.find([FIXTURES])
NAMES = [case.folder.name for case in CASES]
HAND_MADE = [case for case in CASES if case.folder.name not in THIRD_PARTY]

Json = dict[str, Any]


def _name(case: Case) -> str:
    return case.folder.name


def _request(name: str) -> Json:
    found: Json = json.loads((FIXTURES / name / "request.json").read_text(encoding="utf-8"))
    return found


def _expected(name: str) -> Json:
    found: Json = json.loads((FIXTURES / name / "expected.json").read_text(encoding="utf-8"))
    return found


def _resources(request: Json) -> Iterator[Json]:
    for answer in request["prefetch"].values():
        if answer is not None and answer["resourceType"] == "Bundle":
            yield from (entry["resource"] for entry in answer.get("entry", ()))
        elif answer is not None:
            yield answer
    drafts = request["context"].get("draftOrders", {})
    yield from (entry["resource"] for entry in drafts.get("entry", ()))


@pytest.fixture(scope="module")
def send() -> Send:
    return calls.within(create_app(Settings(dev=True, honour_as_of=True), services=SERVICES))


def test_every_folder_is_a_complete_case() -> None:
    folders = sorted(each for each in FIXTURES.iterdir() if each.is_dir())
    assert [each.name for each in folders] == NAMES
    for folder in folders:
        assert sorted(each.name for each in folder.iterdir()) == ["expected.json", "request.json"]


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_the_answer_is_the_expected_one(case: Case, send: Send) -> None:
    expected = case.expected()
    assert expected is not None
    assert differences(expected, send(calls.service_id(case.hook, SERVICES), case.request)) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_request_is_laid_out_for_people(name: str) -> None:
    text = (FIXTURES / name / "request.json").read_text(encoding="utf-8")
    assert text.startswith('{\n  "')
    assert text.endswith("\n}\n")


def test_the_hand_made_requests_are_what_the_script_writes() -> None:
    written = dict([*patient_view.charts(), *orders.orders()])
    assert sorted(written) == [case.folder.name for case in HAND_MADE]
    for name, body in written.items():
        assert body == _request(name), f"{name}: run python -m scripts.fixtures"


@pytest.mark.parametrize("name", [case.folder.name for case in HAND_MADE])
def test_a_hand_made_request_sends_every_key_unless_that_is_its_point(name: str) -> None:
    request = _request(name)
    keys = {query.key for query in PATIENT_VIEW}
    left_out = {KEYS_LEFT_OUT[name]} if name in KEYS_LEFT_OUT else set()
    assert request["prefetch"].keys() == keys - left_out
    assert request["extension"][AS_OF] == "2026-01-15"


@pytest.mark.parametrize("name", [case.folder.name for case in HAND_MADE])
def test_hand_made_resources_are_valid_r4(name: str) -> None:
    for resource in _resources(_request(name)):
        if (name, resource.get("id")) not in BROKEN_ON_PURPOSE:
            get_fhir_model_class(resource["resourceType"]).model_validate(resource)


@pytest.mark.parametrize(("name", "broken"), BROKEN_ON_PURPOSE)
def test_what_is_broken_on_purpose_is_broken(name: str, broken: str) -> None:
    resource = next(each for each in _resources(_request(name)) if each["id"] == broken)
    with pytest.raises(ValueError, match="code"):
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)


@pytest.mark.parametrize("name", [case.folder.name for case in HAND_MADE])
def test_hand_made_resources_are_the_patients_own_unless_that_is_the_point(name: str) -> None:
    request = _request(name)
    for resource in _resources(request):
        whose = resource.get("subject") or resource.get("patient")
        if whose is not None and name not in {"no-patient-id", "other-patients-t-score"}:
            assert whose["reference"] == f"Patient/{request['context']['patientId']}"


def test_the_readme_lists_every_case_and_no_other() -> None:
    readme = (FIXTURES / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| \[([\w-]+)\]\(\1\) \|", readme, re.MULTILINE)) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_says_what_is_expected(name: str) -> None:
    readme = (FIXTURES / "README.md").read_text(encoding="utf-8")
    row = next(line for line in readme.splitlines() if line.startswith(f"| [{name}]({name}) |"))
    answer = _expected(name)
    if answer["status"] != 200:
        assert re.search(rf"\b{answer['status']}\b", row)
        return
    topics = [card["source"]["topic"]["code"] for card in answer["body"]["cards"]]
    disposition = answer["body"]["extension"][EVALUATION]["disposition"]
    cards = ", ".join(f"`{topic}`" for topic in topics) or "none"
    assert row.endswith(f"| `{disposition}` | {cards} |")


@pytest.mark.parametrize("name", sorted(THIRD_PARTY))
def test_the_readme_says_where_data_of_others_come_from(name: str) -> None:
    readme = (FIXTURES / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| {name} \|", readme, re.MULTILINE)


ORDERS = [name for name in NAMES if name.startswith("order-")]


def test_every_check_of_an_order_has_a_case_that_raises_it() -> None:
    raised = {finding["topic"] for name in ORDERS for finding in _findings(name)}
    assert {check.topic.value for check in CHECKS} <= raised
    assert all(check.topic in {finding["topic"] for finding in _findings(check.topic)} for check in CHECKS)


def _findings(name: str) -> list[Json]:
    found: list[Json] = _expected(name)["body"]["extension"][EVALUATION].get("findings", [])
    return found


@pytest.mark.parametrize("name", ORDERS)
def test_what_a_card_on_an_order_weighs_and_offers_is_in_the_reference(name: str) -> None:
    hook = _request(name)["hook"]
    documented = {check.topic.value: order_checks.WEIGHTS[check.id] for check in CHECKS}
    for card in _expected(name)["body"]["cards"]:
        topic = card["source"]["topic"]["code"]
        if topic == "data-problem":
            continue
        select, sign, offers = documented[topic]
        assert card["indicator"] in (select if hook == "order-select" else sign)
        actions = [each for suggestion in card.get("suggestions", ()) for each in suggestion["actions"]]
        assert {action["extension"][SUGGESTION] for action in actions} <= set(offers)


def test_an_order_that_concerns_nobody_and_a_clean_one_can_be_told_apart() -> None:
    dispositions = {}
    for name in ("order-nobody-here", "order-clean"):
        body = _expected(name)["body"]
        assert body["cards"] == []
        dispositions[name] = body["extension"][EVALUATION]["disposition"]
    assert dispositions == {"order-nobody-here": "not-evaluated", "order-clean": "treat"}


def test_the_source_patient_gets_frax_and_the_foundation_and_no_drug() -> None:
    answer = _expected("source-patient")
    assert answer["status"] == 200
    assert answer["body"]["extension"][EVALUATION]["disposition"] == "risk-assessment-needed"
    (card,) = answer["body"]["cards"]
    assert card["source"]["topic"]["code"] == "frax-needed"
    assert card["indicator"] == "info"
    actions = [action for suggestion in card["suggestions"] for action in suggestion["actions"]]
    assert [action["extension"][SUGGESTION] for action in actions] == [
        "frax-task",
        "calcium",
        "vitamin-d",
        "exercise-referral",
    ]
    drugs = [action["resource"].get("medicationCodeableConcept") for action in actions]
    assert "alendron" not in json.dumps(drugs).lower()
    assert not any(suggestion.get("isRecommended") for suggestion in card["suggestions"])


def test_the_source_patient_is_who_the_question_was_about() -> None:
    request = _request("source-patient")
    patient = request["prefetch"]["patient"]
    assert (patient["gender"], patient["birthDate"]) == ("female", "1963-06-01")
    scores = [each for each in _resources(request) if each["resourceType"] == "Observation"]
    assert [(each["valueQuantity"]["value"], each["effectiveDateTime"][:10]) for each in scores] == [
        (-1.9, "2026-01-05"),
        (-1.2, "2026-01-05"),
    ]
    assert [key for key, value in request["prefetch"].items() if value.get("entry")] == ["bone-density"]
