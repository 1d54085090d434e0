"""The chart: each resource once, nobody else's, and the same whatever the order."""

import itertools

from fhir_mappings.chart import Chart, assemble
from fhir_mappings.reader import read
from tests.charts import (
    HIP,
    PATIENT,
    Json,
    allergy,
    charted,
    condition,
    issues,
    mapped,
    order,
    patient,
    procedure,
    report,
    statement,
    t_score,
    wire,
)


def assembled(*resources: Json) -> Chart:
    return assemble(PATIENT, [read(wire(each)) for each in resources])


def statuses(chart: Chart) -> list[str | None]:
    return [each.status for each in chart.observations]


def test_each_resource_stands_under_its_own_type() -> None:
    chart = charted(
        patient(),
        t_score("-1.9"),
        report(),
        condition("312894000"),
        allergy("46041"),
        procedure(),
        order("904431"),
        statement("904431"),
        {"resourceType": "Medication", "id": "m"},
    )
    kinds = (
        chart.observations,
        chart.reports,
        chart.conditions,
        chart.allergies,
        chart.procedures,
        chart.medication_requests,
        chart.medication_statements,
        chart.medications,
    )
    assert [len(each) for each in kinds] == [1] * 8
    assert chart.patient is not None
    assert chart.patient.id == PATIENT


def test_a_resource_that_comes_twice_counts_once() -> None:
    assert len(assembled(t_score("-1.9"), t_score("-1.9")).observations) == 1


def test_of_two_versions_the_one_changed_later_counts_in_either_order() -> None:
    old = t_score("-1.9", id="o1", meta={"lastUpdated": "2026-01-01T00:00:00Z"})
    new = t_score("-1.9", id="o1", meta={"lastUpdated": "2026-01-02T00:00:00Z"}, status="entered-in-error")
    never = t_score("-1.9", id="o1", status="unknown")
    for versions in itertools.permutations((old, new, never)):
        assert statuses(assembled(*versions)) == ["entered-in-error"]


def test_the_same_id_in_another_type_is_another_resource() -> None:
    chart = assembled(t_score("-1.9", id="x"), condition("312894000", id="x"))
    assert (len(chart.observations), len(chart.conditions)) == (1, 1)


def test_resources_without_an_id_are_all_kept() -> None:
    nameless = t_score("-1.9")
    del nameless["id"]
    assert len(assembled(nameless, nameless).observations) == 2


def test_the_chart_does_not_hang_on_the_order_of_the_resources() -> None:
    resources = (t_score("-1.9", id="b"), t_score("-1.5", HIP, id="a"), condition("312894000"))
    charts = {assembled(*each).observations for each in itertools.permutations(resources)}
    assert len(charts) == 1


def test_what_belongs_to_somebody_else_is_named_and_not_used() -> None:
    other = {"reference": "Patient/p2"}
    chart = charted(
        t_score("-3.0", subject=other),
        condition("312894000", subject=other),
        allergy("46041", patient=other),
        {**patient(), "id": "p2"},
        patient(),
    )
    assert not any((chart.observations, chart.conditions, chart.allergies))
    assert chart.patient is not None
    assert chart.patient.id == PATIENT
    assert set(chart.other_patients) == {
        "Observation/o-38267-1--3.0-2026-01-05",
        "Condition/c-312894000",
        "AllergyIntolerance/a-46041",
        "Patient/p2",
    }
    assert issues(mapped(t_score("-3.0", subject=other), t_score("-3.0", subject=other))) == ["other-patient"]


def test_the_subject_may_be_written_in_any_form() -> None:
    for reference in (
        f"Patient/{PATIENT}",
        f"https://ehr.example/fhir/Patient/{PATIENT}",
        f"urn:uuid:{PATIENT}",
        f"Patient/{PATIENT}/_history/2",
    ):
        assert len(assembled(t_score("-1.9", subject={"reference": reference})).observations) == 1


def test_without_a_subject_the_query_is_believed() -> None:
    for subject in (None, {}, {"display": "Jane"}):
        assert len(assembled(t_score("-1.9", subject=subject)).observations) == 1


def test_without_its_patient_the_chart_has_none() -> None:
    assert assembled({**patient(), "id": "p2"}).patient is None
    nameless = patient()
    del nameless["id"]
    assert assembled(nameless).patient is None


def test_what_is_irrelevant_or_says_of_errors_leaves_nothing_behind() -> None:
    chart = assembled({"resourceType": "Basic"}, {"resourceType": "OperationOutcome", "issue": []})
    assert chart == Chart()


def test_what_cannot_be_read_is_listed_once() -> None:
    bad = {**t_score("-1.9"), "id": "bad", "code": 5}
    (found,) = assembled(bad, bad).unreadable
    assert found.reference == "Observation/bad"
