"""The chart: each resource once, nobody else's, and the same whatever the order."""

import itertools

import pytest

from cdshooks.guideline.decision import Disposition, Draft
from fhir_mappings.chart import Chart, assemble
from fhir_mappings.inputs import Source
from fhir_mappings.reader import read
from tests.charts import (
    HIP,
    ICD10,
    PATIENT,
    Json,
    allergy,
    charted,
    clear_labs,
    condition,
    decided,
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
    first, *others = [assembled(*each).observations for each in itertools.permutations(resources)]
    assert all(other == first for other in others)


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


@pytest.mark.parametrize("kind", ["Group", "RelatedPerson", "Practitioner"])
def test_an_id_of_another_type_is_another_subject(kind: str) -> None:
    chart = charted(t_score("-3.0", subject={"reference": f"{kind}/{PATIENT}"}))
    assert not chart.observations
    assert len(chart.other_patients) == 1


@pytest.mark.parametrize("whom", ["RelatedPerson/mother", f"RelatedPerson/{PATIENT}", "Patient/p2"])
def test_what_is_about_a_relative_is_not_the_patients(whom: str) -> None:
    inputs = mapped(t_score("-3.0", focus=[{"reference": whom}]))
    assert not inputs.bone_density.study
    assert issues(inputs) == ["other-patient"]


@pytest.mark.parametrize("whom", [f"Patient/{PATIENT}", "Device/pump", "Condition/c1", None])
def test_what_is_about_the_patient_or_a_thing_is_the_patients(whom: str | None) -> None:
    assert mapped(t_score("-3.0", focus=[{"reference": whom}])).bone_density.study


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


# One id, two contents.


def stamped(resource: Json, when: str | None) -> Json:
    return {**resource, "meta": {"lastUpdated": when}}


OLD, NEW = "2025-01-01T00:00:00Z", "2025-06-01T00:00:00Z"
REFUTED = {"coding": [{"code": "refuted"}]}


def test_of_two_contents_neither_of_which_is_the_later_both_stay_and_are_named() -> None:
    one = condition("45564002")
    other = {**one, "verificationStatus": REFUTED}
    for when in (None, NEW):
        for pair in ((one, other), (other, one)):
            chart = charted(*(stamped(each, when) for each in pair))
            assert len(chart.conditions) == 2
            assert chart.contradictory == (("Condition", "Condition/c-45564002"),)
    assert charted(one, other).conditions == charted(other, one).conditions


def test_the_later_of_two_contents_is_the_one() -> None:
    one = condition("45564002")
    other = {**one, "verificationStatus": REFUTED}
    (kept,) = charted(stamped(one, NEW), stamped(other, OLD), other).conditions
    assert kept.verification_status is None
    (kept,) = charted(stamped(one, OLD), stamped(other, NEW)).conditions
    assert kept.verification_status is not None


def test_copies_are_one_whenever_they_were_made() -> None:
    one = condition("45564002")
    chart = charted(one, dict(one), stamped(one, OLD), stamped(one, NEW))
    assert (len(chart.conditions), chart.contradictory) == (1, ())


def test_what_was_retracted_either_way_contradicts_nothing() -> None:
    wrong = [t_score(value, id="x", status="entered-in-error") for value in ("-1.4", "-2.7")]
    assert charted(*wrong).contradictory == ()
    error = {"coding": [{"code": "entered-in-error"}]}
    unsaid = [condition("45564002", onsetDateTime=day, verificationStatus=error) for day in ("2020", "2021")]
    assert charted(*unsaid).contradictory == ()


def test_a_contradiction_is_a_conflict_and_unmarks_the_draft() -> None:
    one = condition("38341003")
    other = {**one, "recordedDate": "2020"}
    low = (t_score("-2.9", HIP), *clear_labs())
    inputs = mapped(*low, one, other)
    assert [(each.issue, each.reference) for each in inputs.data_quality] == [
        ("conflict", "Condition/c-38341003")
    ]
    assert inputs.incomplete == {Source.CONDITIONS}
    assert decided(*low, one, other).draft is Draft.OFFERED
    medication = {"resourceType": "Medication", "id": "m", "code": {"text": "a"}}
    assert mapped(medication, {**medication, "code": {"text": "b"}}).incomplete == {Source.MEDICATIONS}


def test_of_one_id_with_two_t_scores_neither_is_believed_alone() -> None:
    both = [t_score(value, HIP, id="x") for value in ("-1.4", "-2.7")]
    assert decided(*both).disposition is Disposition.DATA_CONFLICT


def test_achalasia_that_is_refuted_in_one_of_two_contents_still_blocks() -> None:
    one = condition("K22.0", ICD10)
    low = (t_score("-2.9", HIP), *clear_labs())
    assert decided(*low, one, {**one, "verificationStatus": REFUTED}).draft is Draft.WITHHELD
