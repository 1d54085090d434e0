"""A draft of alendronate corrected to once a week: what is written anew, and what stays as it was sent."""

import json
from typing import Any

import msgspec
import pytest

from cdshooks.drafts import once_weekly
from tests.charts import Json, wire
from tests.orders import DAILY, draft


def corrected(order: Json, *, with_vitamin_d: bool = False) -> Json:
    members = msgspec.json.decode(wire(order), type=dict[str, msgspec.Raw])
    found: Json = json.loads(wire(once_weekly(members, with_vitamin_d=with_vitamin_d)))
    return found


def test_the_dosage_is_that_of_our_own_weekly_draft() -> None:
    (dosage,) = corrected(draft(dosage=DAILY))["dosageInstruction"]
    assert dosage["timing"]["repeat"]["periodUnit"] == "wk"
    assert dosage["doseAndRate"][0]["doseQuantity"]["value"] == 70
    assert "ONCE A WEEK" in dosage["text"]


def test_other_members_stay_byte_by_byte() -> None:
    odd = b'{"priority":  "routine","extension":[{"url":"x","valueDecimal":1.10}]}'
    members = msgspec.json.decode(odd, type=dict[str, msgspec.Raw])
    found = once_weekly(members, with_vitamin_d=False)
    assert bytes(found["priority"]) == b'"routine"'
    assert bytes(found["extension"]) == b'[{"url":"x","valueDecimal":1.10}]'


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Fosamax 70 mg", "Fosamax 70 mg"),
        ("alendronate sodium 70 MG Oral Tablet", "alendronate sodium 70 MG Oral Tablet"),
        ("Fosamax Once Weekly", "Fosamax Once Weekly"),
        ("Fosamax 70 mg daily", "alendronate 70 mg tablet, once weekly"),
        ("alendronate 70 mg PO QDAY x30", "alendronate 70 mg tablet, once weekly"),
        ("alendronate 70 mg 4 tablets weekly", "alendronate 70 mg tablet, once weekly"),
    ],
)
def test_a_text_of_the_medicine_that_says_how_often_is_written_anew(text: str, after: str) -> None:
    assert corrected(draft(name=text))["medicationCodeableConcept"]["text"] == after


def test_vitamin_d_in_the_product_stays_in_its_text() -> None:
    found = corrected(draft("904492", "Fosamax Plus D every day"), with_vitamin_d=True)
    assert (
        found["medicationCodeableConcept"]["text"] == "alendronate 70 mg with vitamin D3 tablet, once weekly"
    )
    assert (
        found["medicationCodeableConcept"]["coding"] == draft("904492")["medicationCodeableConcept"]["coding"]
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"performer": {"display": "Corner"}}, {"performer": {"display": "Corner"}}),
        (
            {"quantity": {"value": 30, "unit": "tablet"}, "numberOfRepeatsAllowed": 11},
            {"quantity": {"value": 12, "unit": "tablet"}, "numberOfRepeatsAllowed": 3},
        ),
        ({"numberOfRepeatsAllowed": 2}, {"numberOfRepeatsAllowed": 2}),
        (
            {
                "expectedSupplyDuration": {"value": 30, "unit": "d"},
                "dispenseInterval": {"value": 30, "unit": "d"},
            },
            {
                name: {"value": 84, "unit": "days", "system": "http://unitsofmeasure.org", "code": "d"}
                for name in ("expectedSupplyDuration", "dispenseInterval")
            },
        ),
        (
            {"initialFill": {"quantity": {"value": 30}}, "quantity": {"value": 30}},
            {"quantity": {"value": 12, "unit": "tablet"}},
        ),
    ],
)
def test_a_supply_for_every_day_becomes_one_for_twelve_weeks(before: Json, after: Json) -> None:
    assert corrected(draft(dispenseRequest=before))["dispenseRequest"] == after


def test_what_would_go_on_saying_daily_is_left_out() -> None:
    rendered = {
        "url": "http://hl7.org/fhir/5.0/StructureDefinition/extension-MedicationRequest.renderedDosageInstruction",
        "valueMarkdown": "daily",
    }
    kept = {"url": "https://ehr.example.org/x", "valueString": "kept"}
    narrative = {"status": "generated", "div": "<div>daily</div>"}
    found = corrected(draft(text=narrative, extension=[rendered, kept]))
    assert "text" not in found
    assert found["extension"] == [kept]
    assert "extension" not in corrected(draft(extension=[rendered]))


@pytest.mark.parametrize(
    ("member", "after"),
    [
        ({"category": {"text": "Outpatient"}}, {"category": [{"text": "Outpatient"}]}),
        ({"note": None}, {}),
        ({"note": []}, {}),
        ({"note": [None, {"text": "x", "author": {}}]}, {"note": [{"text": "x"}]}),
        ({"priority": ""}, {}),
        ({"dispenseRequest": "soon"}, {"dispenseRequest": "soon"}),
        ({"reportedBoolean": False}, {"reportedBoolean": False}),
    ],
)
def test_what_an_answer_may_not_hold_is_put_right(member: Json, after: Json) -> None:
    found = corrected(draft(**member))
    assert {name: found[name] for name in member if name in found} == after


def test_a_draft_without_status_and_intent_gets_both() -> None:
    bare = {"resourceType": "MedicationRequest", "id": "1", "status": None}
    found = corrected(bare)
    assert (found["status"], found["intent"]) == ("draft", "order")


def test_what_is_nested_too_deep_is_left_out() -> None:
    deep: Any = "[" * 5000 + "]" * 5000
    members = {"id": msgspec.Raw(b'"1"'), "note": msgspec.Raw(deep.encode())}
    found = once_weekly(members, with_vitamin_d=False)
    assert "note" not in found
    assert bytes(found["id"]) == b'"1"'
