"""Resources of other versions of FHIR: told where they can be, and never misread."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from cdshooks.guideline.decision import Draft
from fhir_mappings.bundle import open_answer
from fhir_mappings.inputs import Source
from fhir_mappings.reader import Unreadable, read
from tests.charts import (
    ICD10,
    PATIENT,
    Json,
    allergy,
    answered,
    bundle,
    called,
    clear_labs,
    condition,
    decided,
    evaluation,
    issues,
    mapped,
    order,
    prefetch,
    statement,
    suggested,
    t_score,
    wire,
)

CASES = sorted((Path(__file__).parent / "other_versions").glob("*/*.json"))
FOSAMAX = {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "904431"}]}


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_published_example_of_another_version_is_told(path: Path) -> None:
    found = read(path.read_bytes())
    assert isinstance(found, Unreadable)
    assert found.issue == "wrong-version"
    assert found.kind == msgspec.json.decode(path.read_bytes())["resourceType"]
    assert open_answer(path.read_bytes()).state == "failed"


def test_there_are_published_examples_of_three_versions() -> None:
    assert {path.parent.name for path in CASES} == {"dstu2", "stu3", "r5"}


SHAPES: list[Json] = [
    {**condition("K22.0", ICD10), "verificationStatus": "confirmed"},
    {**condition("K22.0", ICD10), "clinicalStatus": "active"},
    {**condition("K22.0", ICD10), "context": {"reference": "Encounter/1"}},
    {**condition("K22.0", ICD10), "participant": [{"actor": {"reference": "Practitioner/1"}}]},
    {**condition("K22.0", ICD10), "patient": {"reference": f"Patient/{PATIENT}"}},
    {**order("904431"), "medication": {"concept": FOSAMAX}},
    {**order("904431"), "context": {"reference": "Encounter/1"}},
    {**statement("904431"), "taken": "n"},
    {**statement("904431"), "wasNotTaken": True},
    {**statement("904431"), "medication": {"reference": {"reference": "Medication/1"}}},
    {**allergy("46041"), "status": "active"},
    {**allergy("46041"), "type": {"coding": [{"code": "allergy"}]}},
    {**allergy("46041"), "verificationStatus": "confirmed"},
    {**t_score("-2.7"), "comments": "repeated"},
    {**t_score("-2.7"), "related": []},
    {**t_score("-2.7"), "interpretation": {"coding": [{"code": "L"}]}},
]


@pytest.mark.parametrize("resource", SHAPES)
def test_an_element_or_a_shape_of_another_version_is_told(resource: Json) -> None:
    found = read(wire(resource))
    assert isinstance(found, Unreadable)
    assert (found.issue, found.reference) == ("wrong-version", f"{resource['resourceType']}/{resource['id']}")
    assert "another version of FHIR" in found.because


def test_the_order_of_another_version_may_be_any_medicine() -> None:
    old = {**order("904431"), "resourceType": "MedicationOrder"}
    inputs = mapped(t_score("-2.7"), *clear_labs(), old)
    assert issues(inputs) == ["wrong-version"]
    assert inputs.incomplete == {Source.MEDICATIONS}
    assert decided(t_score("-2.7"), *clear_labs(), old).draft is Draft.OFFERED


@pytest.mark.parametrize("resource", SHAPES)
def test_one_among_others_unmarks_the_draft(resource: Json) -> None:
    chart = (t_score("-2.9", id="low"), *clear_labs(), resource)
    assert decided(*chart).draft is Draft.OFFERED


@pytest.mark.parametrize(
    ("key", "resource"),
    [
        ("conditions", {**condition("I10", ICD10), "clinicalStatus": "active"}),
        ("allergies", {**allergy("1"), "status": "active"}),
    ],
)
def test_an_answer_that_is_all_of_another_version_is_none_and_its_resources_are_named(
    key: str, resource: Json
) -> None:
    keys: dict[str, Any] = prefetch(t_score("-2.9"), *clear_labs())
    assert suggested(called(keys))["start-alendronate"] is True
    response = called({**keys, key: bundle(resource)})
    assert evaluation(response)["prefetch"][key] == "failed"
    assert "wrong-version" in {each["issue"] for each in evaluation(response)["dataQuality"]}
    assert "start-alendronate" not in suggested(response)


def test_a_resource_that_r4_could_have_written_is_read() -> None:
    assert evaluation(answered(t_score("-2.9", note=[{"text": "x"}])))["disposition"] == "treat"
