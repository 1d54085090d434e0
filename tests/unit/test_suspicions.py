"""What is known by name only, or in doubt: it unmarks the draft and says so, and never does more."""

import pytest

from cdshooks.guideline.decision import Draft
from fhir_mappings.inputs import Disease
from tests.charts import ICD10, Json, ago, clear_labs, condition, decided, issues, mapped, t_score

SEVERE = t_score("-2.7")


def named(text: str, **members: object) -> Json:
    return {**condition("x"), "id": "named", "code": {"text": text}, **members}


def procedure(text: str, **members: object) -> Json:
    return {
        "resourceType": "Procedure",
        "id": "done",
        "status": "completed",
        "code": {"text": text},
        "performedDateTime": ago(20),
        **members,
    }


@pytest.mark.parametrize(
    ("text", "disease"),
    [
        ("Esophageal stricture", Disease.ESOPHAGEAL_STRICTURE),
        ("stenosis of the oesophagus", Disease.ESOPHAGEAL_STRICTURE),
        ("Achalasia", Disease.ACHALASIA),
        ("Esophageal varices grade II", Disease.ESOPHAGEAL_VARICES),
        ("Osteonecrosis of the jaw", Disease.ONJ),
        ("atypical femoral fracture 2019", Disease.ATYPICAL_FEMORAL_FRACTURE),
        ("cannot sit upright", Disease.CANNOT_SIT_UPRIGHT),
    ],
)
def test_a_contraindication_known_by_name_unmarks_the_draft(text: str, disease: Disease) -> None:
    inputs = mapped(SEVERE, *clear_labs(), named(text))
    assert [(each.disease, each.why) for each in inputs.suspicions] == [(disease, "by name")]
    assert "by-name-only" in issues(inputs)
    assert decided(SEVERE, *clear_labs(), named(text)).draft is Draft.OFFERED


@pytest.mark.parametrize(
    "text",
    ["Family history of achalasia", "No evidence of esophageal stricture", "urethral stricture", "reflux"],
)
def test_other_things_of_like_names_do_not(text: str) -> None:
    assert decided(SEVERE, *clear_labs(), named(text)).draft is Draft.RECOMMENDED


@pytest.mark.parametrize("status", ["unconfirmed", "provisional", "differential"])
def test_an_unconfirmed_contraindication_unmarks_the_draft(status: str) -> None:
    doubted = {**condition("K22.2", ICD10), "verificationStatus": {"coding": [{"code": status}]}}
    assert [each.why for each in mapped(doubted).suspicions] == ["unconfirmed"]
    assert decided(SEVERE, *clear_labs(), doubted).draft is Draft.OFFERED


def test_what_was_refuted_or_is_still_to_come_is_no_suspicion() -> None:
    refuted = named("achalasia", verificationStatus={"coding": [{"code": "refuted"}]})
    later = named("achalasia", onsetDateTime=ago(-5))
    for chart in (refuted, later):
        assert mapped(chart).suspicions == ()


@pytest.mark.parametrize("code", [None, {}, {"coding": []}, {"text": ""}])
def test_a_condition_that_names_nothing_may_be_anything(code: Json | None) -> None:
    inputs = mapped(named("", code=code))
    assert issues(inputs) == ["unreadable"]
    assert "conditions" in inputs.incomplete
    assert decided(SEVERE, *clear_labs(), named("", code=code)).draft is Draft.OFFERED
    refuted = named("", code=code, verificationStatus={"coding": [{"code": "refuted"}]})
    assert issues(mapped(refuted)) == []


def test_banding_known_by_name_is_a_suspicion_when_it_was_done() -> None:
    assert [each.disease for each in mapped(procedure("banding of esophageal varices")).suspicions] == [
        Disease.ESOPHAGEAL_VARICES
    ]
    for other in (
        procedure("banding of esophageal varices", status="not-done"),
        procedure("banding of esophageal varices", performedDateTime=ago(-5)),
        procedure("banding of hemorrhoids"),
        procedure("x", code=None),
    ):
        assert mapped(other).suspicions == ()


def test_a_name_never_indicates_treatment() -> None:
    assert decided(t_score("-1.9"), named("hip fracture, osteoporotic")).draft is Draft.NOT_INDICATED
