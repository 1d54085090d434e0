"""FRAX as a RiskAssessment: by codes only, as a percentage, and nothing of other instruments."""

from decimal import Decimal
from typing import Any

import pytest

from fhir_mappings.inputs import GuidelineInputs, Source
from tests.charts import (
    FRAX_HIP,
    FRAX_MAJOR,
    HIP_FRACTURE,
    LOINC,
    SNOMED,
    Json,
    ago,
    assessment,
    concept,
    frax,
    issues,
    mapped,
    t_score,
)

OWN = "https://hospital.example/instruments"
FRAX: Json = {"method": concept("FRAX", OWN)}
OSTEOPOROTIC_FRACTURE = "443165006"


def prediction(percent: str | None, outcome: Json | None = None, **members: Any) -> Json:  # noqa: ANN401
    stated: Json = {} if percent is None else {"probabilityDecimal": Decimal(percent)}
    return {**stated, **({} if outcome is None else {"outcome": outcome}), **members}


HIP, MAJOR = concept(FRAX_HIP), concept(FRAX_MAJOR)


def read(inputs: GuidelineInputs) -> tuple[str | None, str | None]:
    found = inputs.frax
    return (str(found.hip.value) if found.hip else None, str(found.major.value) if found.major else None)


@pytest.mark.parametrize(
    "written",
    [
        assessment(prediction("3.2", HIP), prediction("14", MAJOR)),
        assessment(prediction("14", MAJOR), prediction("3.2", HIP)),
        assessment(
            prediction("3.2", concept(HIP_FRACTURE, SNOMED)),
            prediction("14", concept(OSTEOPOROTIC_FRACTURE, SNOMED)),
            **FRAX,
        ),
        assessment(
            prediction("3.2", concept(HIP_FRACTURE, SNOMED)),
            prediction("14", concept(OSTEOPOROTIC_FRACTURE, SNOMED)),
            code=concept("frax", OWN),
        ),
        assessment(
            prediction("3.2", concept("704334005", SNOMED)),
            prediction("14", concept(OSTEOPOROTIC_FRACTURE, SNOMED)),
            code=MAJOR,
        ),
    ],
)
def test_both_probabilities_are_read(written: Json) -> None:
    inputs = mapped(written)
    assert read(inputs) == ("3.2", "14")
    assert issues(inputs) == []
    assert inputs.frax.hip
    assert (inputs.frax.hip.unit, str(inputs.frax.hip.day)) == ("%", ago(5))
    assert inputs.frax.hip.reference == f"RiskAssessment/ra-{ago(5)}"


def test_one_prediction_is_what_the_assessment_is_of() -> None:
    assert read(mapped(assessment(prediction("3.2"), code=HIP))) == ("3.2", None)
    assert read(
        mapped(assessment(prediction("14", {"text": "Major osteoporotic fracture"}), method=MAJOR))
    ) == (
        None,
        "14",
    )


@pytest.mark.parametrize(
    "written",
    [
        # Two predictions under a code for one of them.
        assessment(prediction("3.2"), prediction("14"), code=HIP),
        # A code that words contradict.
        assessment(prediction("12", {"text": "Major osteoporotic fracture"}), code=HIP),
        assessment(prediction("3.2", {"text": "hip fracture"}), code=MAJOR),
        # Words alone.
        assessment(prediction("3.2", {"text": "Hip fracture"}), method={"text": "FRAX"}),
        assessment(prediction("3.2", {"text": "FRAX hip"})),
        assessment(prediction("3.2", concept(HIP_FRACTURE, SNOMED)), method={"text": "FRAX tool"}),
        assessment(prediction("3.2", {"text": "Hip fracture"}), **FRAX),
        assessment(prediction("3.2", HIP | {"coding": [{"code": FRAX_HIP, "display": "FRAX hip"}]})),
    ],
)
def test_what_words_call_frax_is_asked_about_and_not_used(written: Json) -> None:
    inputs = mapped(written)
    assert read(inputs) == (None, None)
    assert set(issues(inputs)) == {"by-name-only"}


@pytest.mark.parametrize(
    "written",
    [
        # FHIR R4, RiskAssessment-breastcancer-risk and -population (CC0-1.0).
        assessment(
            {"outcome": {"text": "Unknown risk of developing breast cancer"}},
            code=concept("709510001", "http://browser.ihtsdotools.org/"),
        ),
        {
            "resourceType": "RiskAssessment",
            "id": "population",
            "contained": [{"resourceType": "Group", "id": "group1", "type": "person", "actual": False}],
            "status": "final",
            "subject": {"reference": "#group1"},
        },
        # Another instrument, which has no such thresholds.
        assessment(prediction("9", concept(HIP_FRACTURE, SNOMED)), method=concept("QFracture", OWN)),
        assessment(prediction("9", concept(HIP_FRACTURE, SNOMED)), method=concept("98139-9", LOINC)),
    ],
)
def test_other_assessments_are_none(written: Json) -> None:
    inputs = mapped(written)
    assert read(inputs) == (None, None)
    assert [each for each in inputs.data_quality if each.of is Source.FRAX] == []


@pytest.mark.parametrize(
    ("stated", "issue"),
    [
        (prediction("0.03", HIP), "implausible"),
        (prediction("80.1", HIP), "implausible"),
        (prediction("90.1", MAJOR), "implausible"),
        (prediction(None, HIP, qualitativeRisk=concept("high")), "unreadable"),
        (prediction(None, HIP, probabilityRange={"low": {"value": 2}, "high": {"value": 4}}), "unreadable"),
    ],
)
def test_only_a_single_plausible_percentage_is_used(stated: Json, issue: str) -> None:
    inputs = mapped(assessment(stated))
    assert read(inputs) == (None, None)
    assert issues(inputs) == [issue]


def test_0_1_percent_is_a_percentage() -> None:
    assert read(mapped(assessment(prediction("0.1", HIP), prediction("0.5", MAJOR)))) == ("0.1", "0.5")


@pytest.mark.parametrize(
    ("members", "issue"),
    [
        ({"status": None}, ["no-status"]),
        ({"status": "preliminary"}, ["not-final"]),
        ({"status": "unknown"}, ["not-final"]),
        ({"status": "entered-in-error"}, []),
        ({"status": "cancelled"}, []),
        ({"occurrenceDateTime": None}, ["unreadable"]),
        ({"occurrenceDateTime": ago(-2)}, ["future-date"]),
        ({"occurrenceDateTime": ago(366)}, ["stale"]),
        # DSTU2 has another name for the day, and no status.
        ({"status": None, "occurrenceDateTime": None, "date": ago(5)}, ["wrong-version"]),
    ],
)
def test_it_has_to_be_final_and_of_the_last_year(members: Json, issue: list[str]) -> None:
    inputs = mapped({**assessment(prediction("3.2", HIP)), **members})
    assert read(inputs) == (None, None)
    assert issues(inputs) == issue


def test_a_day_ahead_may_be_another_time_zone() -> None:
    assert read(mapped(assessment(prediction("3.2", HIP), day=ago(-1)))) == ("3.2", None)


def test_a_period_ends_on_its_last_day() -> None:
    made = assessment(
        prediction("3.2", HIP), occurrenceDateTime=None, occurrencePeriod={"start": ago(400), "end": ago(365)}
    )
    assert read(mapped(made)) == ("3.2", None)


def test_the_newest_counts_wherever_it_stands() -> None:
    older = assessment(prediction("3.4", HIP), prediction("21", MAJOR), day=ago(200))
    assert read(mapped(older, *frax("2.0", "12", day=ago(5)))) == ("2.0", "12")
    newer = assessment(prediction("2.0", HIP), prediction("12", MAJOR), day=ago(5))
    assert read(mapped(newer, *frax("3.4", "21", day=ago(200)))) == ("2.0", "12")


def test_the_same_result_in_two_places_is_one() -> None:
    both = assessment(prediction("2.0", HIP), prediction("12", MAJOR), day=ago(5))
    inputs = mapped(both, *frax("2.00", "12.0", day=ago(5)))
    assert (inputs.conflicts, issues(inputs)) == ((), [])
    other = assessment(prediction("3.4", HIP), prediction("12", MAJOR), day=ago(5))
    inputs = mapped(other, *frax("2.0", "12", day=ago(5)))
    assert issues(inputs) == ["conflict", "conflict"]
    assert len(inputs.conflicts) == 2


def test_a_corrected_one_replaces_what_it_corrects() -> None:
    first = assessment(prediction("3.4", HIP), id="a")
    second = assessment(
        prediction("2.0", HIP), id="b", status="corrected", meta={"lastUpdated": "2026-01-12T10:00:00Z"}
    )
    assert read(mapped(first, second)) == ("2.0", None)


def test_what_it_rests_on_says_whether_bone_density_went_into_it() -> None:
    dxa = t_score("-1.5", id="dxa")
    made = assessment(prediction("3.2", HIP), basis=[{"reference": "Observation/dxa"}])
    assert mapped(dxa, made).frax.with_bmd is True
    assert mapped(dxa, assessment(prediction("3.2", HIP))).frax.with_bmd is None
