"""From a chart to what the guideline decides on: contradictions, sources, and what came incomplete."""

import pytest

from fhir_mappings.chart import assemble
from fhir_mappings.inputs import Source
from fhir_mappings.mapping import map_chart
from fhir_mappings.reader import read
from fhir_mappings.value_sets import load
from tests.charts import (
    AS_OF,
    FOREARM,
    HIP,
    ICD10,
    PATIENT,
    Json,
    condition,
    frax,
    issues,
    mapped,
    order,
    patient,
    t_score,
    wire,
)

OSTEOPENIA, OSTEOPOROSIS = condition("312894000"), condition("64859006")


@pytest.mark.parametrize("diagnosis", [OSTEOPENIA, OSTEOPOROSIS, condition("M80.88XA", ICD10)])
def test_a_lowest_t_score_above_zero_beside_low_bone_mass_may_have_lost_its_sign(diagnosis: Json) -> None:
    inputs = mapped(t_score("2.7"), t_score("1.1", HIP), diagnosis)
    assert "sign-suspect" in issues(inputs)
    readings = [[str(score.value) for score in each.bone_density.study] for each in inputs.conflicts]
    assert readings == [["1.1", "2.7"], ["-2.7", "-1.1"]]


@pytest.mark.parametrize(
    "resources",
    [
        (t_score("0"), OSTEOPENIA),
        (t_score("-0.1"), t_score("2.7", HIP), OSTEOPENIA),
        (t_score("2.7"),),
        (t_score("2.7"), condition("E83.52", ICD10)),
        (OSTEOPENIA,),
    ],
)
def test_otherwise_no_sign_is_suspected(resources: tuple[Json, ...]) -> None:
    inputs = mapped(*resources)
    assert "sign-suspect" not in issues(inputs)
    assert inputs.conflicts == ()


def test_each_reading_of_the_bone_density_is_combined_with_each_of_frax() -> None:
    inputs = mapped(t_score("-1.4"), t_score("-1.6"), *frax("12.0", "10.0"))
    assert len(inputs.conflicts) == 4
    assert all(each.of_frax for each in inputs.conflicts)
    inputs = mapped(t_score("-1.4"), t_score("-1.6"), *frax("2.0", "10.0"))
    assert len(inputs.conflicts) == 2
    assert {each.frax for each in inputs.conflicts} == {inputs.frax}


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("Condition", Source.CONDITIONS),
        ("MedicationRequest", Source.MEDICATIONS),
        ("MedicationStatement", Source.MEDICATIONS),
        ("Medication", Source.MEDICATIONS),
        ("Observation", Source.LABS),
        ("DiagnosticReport", Source.DXA_REPORTS),
        ("AllergyIntolerance", Source.ALLERGIES),
        ("Procedure", Source.PROCEDURES),
    ],
)
def test_a_resource_that_cannot_be_read_leaves_its_source_incomplete(kind: str, source: Source) -> None:
    inputs = mapped(patient(), {"resourceType": kind, "id": "x", "code": 5, "medicationReference": 5})
    assert inputs.incomplete == {source}
    (note,) = inputs.data_quality
    assert (note.issue, note.reference) == ("unreadable", f"{kind}/x")


def test_what_is_no_resource_leaves_no_source_incomplete() -> None:
    inputs = mapped(patient(), {"id": "x"})
    assert issues(inputs) == ["unreadable"]
    assert inputs.incomplete == frozenset()


def test_a_source_that_was_cut_short_is_incomplete_and_noted() -> None:
    chart = assemble(PATIENT, [read(wire(patient()))], truncated=frozenset({Source.LABS}))
    inputs = map_chart(chart, AS_OF, load())
    assert inputs.incomplete == {Source.LABS}
    assert issues(inputs) == ["truncated"]


def test_a_bad_value_is_not_a_source_cut_short() -> None:
    assert mapped(t_score("-7.1")).incomplete == frozenset()


def test_what_was_not_answered_is_passed_on() -> None:
    assert mapped(unanswered={Source.ALLERGIES}).unanswered == {Source.ALLERGIES}


def test_the_order_of_the_resources_changes_nothing() -> None:
    resources = (
        t_score("-1.50", id="b"),
        t_score("-1.5", id="a"),
        t_score("-1.5", FOREARM, id="c", day="2026-01-01"),
        condition("704334005", onsetDateTime="2025-01-01"),
        condition("M80.051A", ICD10, onsetDateTime="2024-01-01"),
        order("904431", id="m1"),
        order("77655", id="m2"),
    )
    turned = [(*resources[number:], *resources[:number]) for number in range(len(resources))]
    answers = {repr(mapped(patient(), *each)) for one in turned for each in (one, one[::-1])}
    assert len(answers) == 1


def test_the_same_problem_twice_is_noted_once() -> None:
    inputs = mapped(
        t_score("-2.0", subject={"reference": "Patient/p2"}),
        t_score("-2.0", subject={"reference": "Patient/p2"}),
    )
    assert issues(inputs) == ["other-patient"]
