"""The trace names every input by the guideline's name, with its unit, day and resource, or what it is from."""

import datetime
from decimal import Decimal
from typing import Any

import msgspec

from cdshooks.cards.traced_inputs import traced_inputs
from fhir_mappings.inputs import CancerTherapy, DoseSpan, Glucocorticoid, GuidelineInputs
from tests.charts import (
    ALP,
    AS_OF,
    BED_RIDDEN,
    BMI,
    DRINKS,
    DRINKS_PER_DRINKING_DAY,
    HEIGHT,
    HIP_FRACTURE,
    ICD10,
    PTH,
    SMOKING,
    SNOMED,
    TSH,
    WEIGHT,
    Json,
    ago,
    answered,
    concept,
    condition,
    evaluation,
    mapped,
    observation,
    procedure,
    relative,
    t_score,
)


def traced(*resources: Json) -> dict[str, dict[str, Any]]:
    found = evaluation(answered(t_score("-1.9"), *resources))["inputs"]
    return {each.pop("name"): each for each in found}


def named(inputs: GuidelineInputs, name: str) -> list[tuple[object, ...]]:
    return [
        (each.value, each.unit, each.date, each.reference, each.derived_from)
        for each in traced_inputs(inputs)
        if each.name == name
    ]


def test_measured_values_have_unit_day_and_resource() -> None:
    found = traced(
        observation(TSH, "0.02", "mIU/L", id="tsh"),
        observation(PTH, "88", "pg/mL", id="pth"),
        observation(ALP, "210", "U/L", id="alp"),
        observation(DRINKS, "10", "{drinks}/wk", id="drinks"),
        observation(BMI, "19.5", "kg/m2", id="bmi"),
    )
    day = ago(10)
    assert {name: found[name] for name in ("tsh", "pth", "alkaline-phosphatase", "alcohol", "bmi")} == {
        "tsh": {"value": 0.02, "unit": "mIU/L", "date": day, "reference": "Observation/tsh"},
        "pth": {"value": 88, "unit": "pg/mL", "date": day, "reference": "Observation/pth"},
        "alkaline-phosphatase": {"value": 210, "unit": "U/L", "date": day, "reference": "Observation/alp"},
        # Cut and not rounded.
        "alcohol": {"value": 1.42, "unit": "{drinks}/d", "date": day, "reference": "Observation/drinks"},
        "bmi": {"value": 19.5, "unit": "kg/m2", "date": day, "reference": "Observation/bmi"},
    }


def test_drinks_of_a_drinking_day_are_told_by_their_unit_and_leave_drinks_a_day_missing() -> None:
    usual = observation(DRINKS_PER_DRINKING_DAY, "6", "{drinks}/d", id="usual")
    found = evaluation(answered(t_score("-1.9"), usual))
    assert [each for each in found["inputs"] if each["name"] == "alcohol"] == [
        {
            "name": "alcohol",
            "value": 6,
            "unit": "{drinks}/{drinking day}",
            "date": ago(10),
            "reference": "Observation/usual",
        }
    ]
    assert "alcohol" in found["missing"]
    daily = observation(DRINKS, "1", "{drinks}/d", id="daily")
    assert traced(usual, daily)["alcohol"]["unit"] == "{drinks}/d"


def test_a_computed_index_names_what_it_is_from() -> None:
    found = traced(observation(WEIGHT, "50", "kg", day=ago(3)), observation(HEIGHT, "163", "cm"))
    assert found["bmi"] == {
        "value": 18.81,
        "unit": "kg/m2",
        "date": ago(3),
        "derivedFrom": ["weight", "height"],
    }


def test_what_is_stated_is_told_in_words() -> None:
    found = traced(
        observation(SMOKING, id="smoking", valueCodeableConcept=concept("8517006", SNOMED)),
        relative("MTH", HIP_FRACTURE, date="2011-03-18"),
        condition("69896004", onsetDateTime="2019-05-01"),
        procedure("D0120", "http://www.ada.org/cdt"),
    )
    assert found["smoking"] == {
        "value": "not a current smoker",
        "date": ago(10),
        "reference": "Observation/smoking",
    }
    assert found["parental-hip-fracture"] == {
        "value": "yes",
        "date": "2011-03-18",
        "reference": "FamilyMemberHistory/f-MTH",
    }
    assert found["rheumatoid-arthritis"] == {
        "value": "on record",
        "date": "2019-05-01",
        "reference": "Condition/c-69896004",
    }
    assert found["dental-exam"] == {"value": "done", "date": ago(10), "reference": "Procedure/p-D0120"}


def test_what_has_no_day_is_told_without_one() -> None:
    undated = traced(
        condition("F17.210", ICD10),
        relative("MTH", HIP_FRACTURE),
        condition("69896004", clinicalStatus={"coding": [{"code": "resolved"}]}),
    )
    assert undated["smoking"] == {"value": "current smoker", "reference": "Condition/c-F17.210"}
    assert undated["parental-hip-fracture"] == {"value": "yes", "reference": "FamilyMemberHistory/f-MTH"}
    assert undated["rheumatoid-arthritis"] == {"value": "past", "reference": "Condition/c-69896004"}


def test_a_no_is_told_as_well() -> None:
    finding = {**observation(BED_RIDDEN), "code": concept(BED_RIDDEN, SNOMED)}
    assert traced(finding)["upright"]["value"] == "cannot"
    assert traced({**finding, "valueBoolean": False})["upright"]["value"] == "can"
    refuted = condition("391096007", verificationStatus={"coding": [{"code": "refuted"}]})
    assert traced(refuted)["parental-hip-fracture"]["value"] == "no"


def test_glucocorticoids_and_cancer_drugs_are_traced() -> None:
    spans = (
        DoseSpan(
            start=AS_OF - datetime.timedelta(99), end=AS_OF - datetime.timedelta(50), mg_per_day=Decimal(10)
        ),
        DoseSpan(start=AS_OF - datetime.timedelta(49), end=AS_OF, mg_per_day=Decimal("7.5")),
    )
    course = Glucocorticoid(
        drugs=("prednisone",), spans=spans, current=True, references=("MedicationRequest/a",)
    )
    drug = CancerTherapy(
        drug="anastrozole", kind="aromatase inhibitor", since=None, reference="MedicationRequest/b"
    )
    inputs = msgspec.structs.replace(mapped(), glucocorticoid=course, cancer_therapy=(drug,))
    by_orders = (None, ("MedicationRequest/a",))
    assert named(inputs, "glucocorticoid.mg-per-day") == [(Decimal("7.5"), "mg/d", ago(49), *by_orders)]
    assert named(inputs, "glucocorticoid.days") == [(Decimal(100), "d", ago(0), *by_orders)]
    assert named(inputs, "cancer-therapy") == [
        ("anastrozole (aromatase inhibitor)", None, None, "MedicationRequest/b", None)
    ]
    unread = msgspec.structs.replace(course, spans=())
    assert named(msgspec.structs.replace(inputs, glucocorticoid=unread), "glucocorticoid.days") == []


def test_what_frax_would_ask_for_is_missing_where_frax_is_needed() -> None:
    names = {"parental-hip-fracture", "smoking", "alcohol"}
    assert names <= set(evaluation(answered(t_score("-1.9")))["missing"])
    known = (
        relative("MTH", HIP_FRACTURE),
        observation(SMOKING, valueCodeableConcept=concept("8517006", SNOMED)),
        observation(DRINKS, "0", "{drinks}/d"),
    )
    assert names.isdisjoint(evaluation(answered(t_score("-1.9"), *known))["missing"])
