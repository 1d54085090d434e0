"""Allergies to bisphosphonates, procedures of the esophagus, and what is only suspected to speak against it."""

from typing import Any

import pytest

from cdshooks.guideline.decision import Draft
from fhir_mappings.inputs import BisphosphonateAllergy
from tests.charts import (
    ICD10,
    Json,
    ago,
    allergy,
    clear_labs,
    concept,
    condition,
    decided,
    issues,
    mapped,
    procedure,
    t_score,
)

ALENDRONATE, RISEDRONATE, ASPIRIN = "46041", "73056", "1191"


def found(*resources: Json) -> BisphosphonateAllergy | None:
    return mapped(*resources).allergy


def status(code: str) -> Json:
    return {"coding": [{"code": code}]}


@pytest.mark.parametrize("code", [ALENDRONATE, RISEDRONATE, "77655", "904431"])
def test_an_allergy_to_one_bisphosphonate_stands_for_all(code: str) -> None:
    assert found(allergy(code)) == BisphosphonateAllergy(
        reference=f"AllergyIntolerance/a-{code}", by_name=False, intolerance=False
    )


def test_the_substance_may_be_named_in_the_reaction_only() -> None:
    reaction = [
        {"manifestation": [{"text": "rash"}]},
        {"substance": concept(ALENDRONATE, "http://www.nlm.nih.gov/research/umls/rxnorm")},
    ]
    assert found(allergy(name="a tablet", reaction=reaction)) is not None


def test_a_name_is_enough_to_ask_and_is_flagged() -> None:
    inputs = mapped(allergy(name="Fosamax"))
    assert inputs.allergy is not None
    assert inputs.allergy.by_name
    assert issues(inputs) == ["by-name-only"]


@pytest.mark.parametrize(
    "resource", [allergy(ASPIRIN), allergy(name="penicillin"), {**allergy(), "code": None}]
)
def test_other_allergies_are_left_alone(resource: Json) -> None:
    assert found(resource) is None


@pytest.mark.parametrize("code", ["refuted", "entered-in-error"])
def test_a_refuted_allergy_is_none(code: str) -> None:
    assert found(allergy(ALENDRONATE, verificationStatus=status(code))) is None


def test_an_allergy_that_is_resolved_is_none_and_one_that_is_inactive_is_one() -> None:
    assert found(allergy(ALENDRONATE, clinicalStatus=status("resolved"))) is None
    assert found(allergy(ALENDRONATE, clinicalStatus=status("inactive"))) is not None


@pytest.mark.parametrize("code", ["unconfirmed", "presumed", "confirmed"])
def test_doubt_about_an_allergy_is_a_reason_to_ask(code: str) -> None:
    assert (
        found(allergy(ALENDRONATE, verificationStatus=status(code), clinicalStatus=status("active")))
        is not None
    )


@pytest.mark.parametrize(
    ("shown", "intolerance"),
    [
        ("Anaphylaxis", False),
        ("angio-edema", False),
        ("Urtikaria", False),
        ("Abdominal pain", True),
        (None, True),
    ],
)
def test_an_intolerance_that_showed_as_an_allergy_is_one(shown: str | None, *, intolerance: bool) -> None:
    entry = allergy(ALENDRONATE, type="intolerance", reaction=[{"manifestation": [{"text": shown}]}])
    recorded = found(entry)
    assert recorded is not None
    assert recorded.intolerance is intolerance


def test_allergy_goes_before_intolerance_and_code_before_name() -> None:
    intolerance = allergy(ALENDRONATE, type="intolerance")
    named = allergy(name="Fosamax")
    coded = allergy(RISEDRONATE)
    alone = found(intolerance)
    assert alone is not None
    assert alone.intolerance
    beside = found(intolerance, named)
    assert beside is not None
    assert (beside.intolerance, beside.by_name) == (False, True)
    all_three = found(intolerance, named, coded)
    assert all_three is not None
    assert (all_three.intolerance, all_three.by_name) == (False, False)


def day_of(*resources: Json) -> str | None:
    done = mapped(*resources).esophageal_procedure
    return str(done.day) if done and done.day else None


def test_the_latest_banding_or_sclerotherapy_counts() -> None:
    assert day_of(
        procedure(performedDateTime=ago(200)), procedure("43243", performedDateTime=ago(20))
    ) == ago(20)
    assert mapped().esophageal_procedure is None


@pytest.mark.parametrize("status_", ["preparation", "not-done", "entered-in-error"])
def test_what_was_not_done_does_not_count(status_: str) -> None:
    assert mapped(procedure(status=status_)).esophageal_procedure is None


@pytest.mark.parametrize(
    "code", [None, concept("43239", "http://www.ama-assn.org/go/cpt"), concept("K22.2", ICD10)]
)
def test_other_procedures_do_not_count(code: Json | None) -> None:
    assert mapped({**procedure(), "code": code}).esophageal_procedure is None


def test_a_procedure_of_tomorrow_is_a_time_zone_and_one_of_the_day_after_a_question() -> None:
    assert day_of(procedure(performedDateTime=ago(-1))) == ago()
    later = mapped(procedure(performedDateTime=ago(-2)))
    assert later.esophageal_procedure is None
    assert [(each.disease.value, each.why) for each in later.suspicions] == [
        ("esophageal varices", "dated in the future")
    ]
    assert issues(later) == ["future-date"]
    assert day_of(procedure(performedDateTime=ago())) == ago()


@pytest.mark.parametrize(
    ("stated", "day"),
    [("2025", "2025-12-31"), ("2025-10", "2025-10-31"), ("2026", ago()), ("2026-01", ago())],
)
def test_of_an_open_day_the_latest_possible_one_speaks_against_a_tablet(stated: str, day: str) -> None:
    assert day_of(procedure(performedDateTime=stated)) == day


@pytest.mark.parametrize("stated", [None, "recently"])
def test_without_a_readable_day_it_is_known_to_have_been_done(stated: str | None) -> None:
    done = mapped(
        procedure(performedDateTime=stated), procedure("43243", performedDateTime=ago(5))
    ).esophageal_procedure
    assert done is not None
    assert done.day is None


def suspicions(*resources: Json) -> list[tuple[str, str]]:
    return [(each.disease.value, each.why) for each in mapped(*resources).suspicions]


STRICTURE = "63305008"


def named(text: str, **members: Any) -> Json:  # noqa: ANN401 - any element
    return {**condition("x"), "code": {"text": text}, **members}


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (named("Esophageal stricture"), [("esophageal stricture", "by name")]),
        (named("achalasia"), [("achalasia", "by name")]),
        (named("Esophageal stricture", onsetDateTime=ago()), [("esophageal stricture", "by name")]),
        (named("Esophageal stricture", onsetDateTime=ago(-9)), [("esophageal stricture", "by name")]),
        (named("Esophageal stricture", verificationStatus=status("refuted")), []),
        (named("Hypertension"), []),
        ({**condition("x"), "code": None}, []),
        (condition(STRICTURE), []),
        (
            condition(STRICTURE, verificationStatus=status("provisional")),
            [("esophageal stricture", "unconfirmed")],
        ),
        (condition("312894000", verificationStatus=status("provisional")), []),
    ],
)
def test_a_condition_by_name_or_in_doubt_is_only_suspected(
    resource: Json, expected: list[tuple[str, str]]
) -> None:
    assert suspicions(resource) == expected


@pytest.mark.parametrize(
    ("members", "count"),
    [
        ({}, 1),
        ({"performedDateTime": None}, 1),
        ({"performedDateTime": ago(-9)}, 1),
        ({"status": "not-done"}, 0),
        ({"code": {"text": "Cataract surgery"}}, 0),
        ({"code": None}, 0),
        ({"code": concept("43244", "http://www.ama-assn.org/go/cpt")}, 0),
    ],
)
def test_a_procedure_by_name_is_only_suspected(members: Json, count: int) -> None:
    banding = {**procedure(), "code": {"text": "Esophageal variceal banding"}, **members}
    assert len(suspicions(banding)) == count


def test_a_name_is_noted_and_a_doubt_as_well() -> None:
    assert issues(mapped(named("Esophageal stricture"))) == ["by-name-only"]
    assert issues(mapped(condition(STRICTURE, verificationStatus=status("provisional")))) == ["not-final"]


def test_what_is_suspected_leaves_the_draft_unrecommended() -> None:
    for resource in (
        named("Esophageal stricture"),
        condition(STRICTURE, verificationStatus=status("provisional")),
    ):
        decision = decided(t_score("-2.7"), *clear_labs(), resource)
        assert decision.draft is Draft.OFFERED
        assert decision.blocks == ()


def test_an_allergy_that_names_no_substance_may_be_to_any() -> None:
    unnamed = {**allergy("904431"), "code": None}
    inputs = mapped(unnamed)
    assert inputs.allergy is None
    assert issues(inputs) == ["unreadable"]
    assert "allergies" in inputs.incomplete
    over = {**unnamed, "clinicalStatus": {"coding": [{"code": "resolved"}]}}
    assert issues(mapped(over)) == []
