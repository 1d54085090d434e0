"""Diagnoses: each disease by its codes, what is past, and what only looks like it.

Mutations these tests kill: PREMATURE_AGE 45 to 44 or 46; DIALYSIS_MONTHS 12 to 11 or 13; RECENT_DAYS 90 to 89
or 91; a disease taken for its neighbour.
"""

import pytest

from fhir_mappings.inputs import Disease, GuidelineInputs
from tests.charts import (
    AS_OF,
    CPT,
    ICD10,
    SNOMED,
    Json,
    ago,
    answered,
    clear_labs,
    condition,
    issues,
    mapped,
    patient,
    procedure,
    suggested,
    t_score,
)

A_YEAR_AGO, LONGER_AGO = str(AS_OF.replace(year=2025)), "2025-01-14"


def stated(inputs: GuidelineInputs) -> set[Disease]:
    return {each.disease for each in inputs.diagnoses if each.current}


@pytest.mark.parametrize(
    ("code", "system", "disease"),
    [
        ("E83.51", ICD10, Disease.HYPOCALCEMIA),
        ("5291005", SNOMED, Disease.HYPOCALCEMIA),
        ("R29.0", ICD10, Disease.TETANY),
        ("E05.90", ICD10, Disease.HYPERTHYROIDISM),
        ("E0500", ICD10, Disease.HYPERTHYROIDISM),
        ("34486009", SNOMED, Disease.HYPERTHYROIDISM),
        ("90739004", SNOMED, Disease.HYPERTHYROIDISM),
        ("F10.20", ICD10, Disease.ALCOHOL_USE_DISORDER),
        ("7200002", SNOMED, Disease.ALCOHOL_USE_DISORDER),
        ("C90.00", ICD10, Disease.MYELOMA),
        ("C90.02", ICD10, Disease.MYELOMA),
        ("109989006", SNOMED, Disease.MYELOMA),
        ("M84.551A", ICD10, Disease.NEOPLASTIC_FRACTURE),
        ("866087009", SNOMED, Disease.NEOPLASTIC_FRACTURE),
        ("C79.51", ICD10, Disease.BONE_METASTASIS),
        ("M05.79", ICD10, Disease.RHEUMATOID_ARTHRITIS),
        ("M06.9", ICD10, Disease.RHEUMATOID_ARTHRITIS),
        ("69896004", SNOMED, Disease.RHEUMATOID_ARTHRITIS),
        ("E10.9", ICD10, Disease.SECONDARY_OSTEOPOROSIS),
        ("Q78.0", ICD10, Disease.SECONDARY_OSTEOPOROSIS),
        ("K74.60", ICD10, Disease.SECONDARY_OSTEOPOROSIS),
        ("E28.319", ICD10, Disease.SECONDARY_OSTEOPOROSIS),
        ("M88.9", ICD10, Disease.PAGET),
        ("2089002", SNOMED, Disease.PAGET),
        ("I26.99", ICD10, Disease.VTE_OR_STROKE),
        ("128053003", SNOMED, Disease.VTE_OR_STROKE),
        ("22298006", SNOMED, Disease.MYOCARDIAL_INFARCTION),
        ("N18.5", ICD10, Disease.DIALYSIS_OR_CKD_5),
        ("N18.6", ICD10, Disease.DIALYSIS_OR_CKD_5),
        ("Z99.2", ICD10, Disease.DIALYSIS_OR_CKD_5),
        ("46177005", SNOMED, Disease.DIALYSIS_OR_CKD_5),
        ("Z79.83", ICD10, Disease.LONG_TERM_BISPHOSPHONATE),
        ("Z79.52", ICD10, Disease.LONG_TERM_STEROIDS),
    ],
)
def test_each_disease_by_its_codes(code: str, system: str, disease: Disease) -> None:
    inputs = mapped(condition(code, system))
    assert stated(inputs) == {disease}
    (diagnosis,) = inputs.diagnoses
    assert diagnosis.reference == f"Condition/c-{code}"


@pytest.mark.parametrize(
    ("code", "system", "disease"),
    [
        ("48130008", SNOMED, Disease.HYPOGONADISM),
        ("E29.1", ICD10, Disease.HYPOGONADISM),
        ("Q96.9", ICD10, Disease.HYPOGONADISM),
        ("396331005", SNOMED, Disease.MALABSORPTION),
        ("K90.0", ICD10, Disease.MALABSORPTION),
        ("Z98.84", ICD10, Disease.MALABSORPTION),
    ],
)
def test_hypogonadism_and_malabsorption_are_secondary_osteoporosis_for_frax_too(
    code: str, system: str, disease: Disease
) -> None:
    assert stated(mapped(condition(code, system))) == {disease, Disease.SECONDARY_OSTEOPOROSIS}


@pytest.mark.parametrize(
    ("code", "system"),
    [
        ("E03.9", ICD10),
        ("40930008", SNOMED),
        ("M17.11", ICD10),
        ("M19.90", ICD10),
        ("M06.1", ICD10),
        ("E11.9", ICD10),
        ("N18.4", ICD10),
        ("N18.9", ICD10),
        ("M84.351A", ICD10),
        ("M84.451A", ICD10),
        ("Z79.51", ICD10),
        ("Z82.62", ICD10),
        ("I82.811", ICD10),
        ("160592001", SNOMED),
        ("F10.21", ICD10),
        ("F10.11", ICD10),
        ("109346000", SNOMED),
    ],
)
def test_what_only_looks_like_one_is_none(code: str, system: str) -> None:
    assert mapped(condition(code, system)).diagnoses == ()


@pytest.mark.parametrize(
    ("code", "disease"),
    [
        ("C90.01", Disease.MYELOMA),
        ("Z86.711", Disease.VTE_OR_STROKE),
        ("Z86.73", Disease.VTE_OR_STROKE),
        ("I25.2", Disease.MYOCARDIAL_INFARCTION),
        ("Z92.241", Disease.LONG_TERM_STEROIDS),
    ],
)
def test_a_code_that_says_remission_or_history_is_past(code: str, disease: Disease) -> None:
    inputs = mapped(condition(code, ICD10))
    assert disease not in stated(inputs)
    assert inputs.ever(disease)


def test_of_two_codes_of_one_entry_the_one_that_is_not_past_counts() -> None:
    both = condition("C90.01", ICD10)
    both["code"]["coding"].append({"system": ICD10, "code": "C90.00"})
    assert stated(mapped(both)) == {Disease.MYELOMA}


@pytest.mark.parametrize(
    ("members", "current", "ever"),
    [
        ({"clinicalStatus": {"coding": [{"code": "active"}]}}, True, True),
        ({"clinicalStatus": {"coding": [{"code": "resolved"}]}}, False, True),
        ({"clinicalStatus": {"coding": [{"code": "remission"}]}}, False, True),
        ({"abatementDateTime": ago(0)}, False, True),
        ({"verificationStatus": {"coding": [{"code": "refuted"}]}}, False, False),
        ({"verificationStatus": {"coding": [{"code": "provisional"}]}}, False, False),
        ({"onsetDateTime": ago(-1)}, True, True),
        ({"onsetDateTime": ago(-2)}, False, False),
    ],
)
def test_status_decides_whether_it_is_current(members: Json, current: bool, ever: bool) -> None:
    inputs = mapped(condition("69896004", **members))
    assert (inputs.has(Disease.RHEUMATOID_ARTHRITIS) is not None) is current
    assert (inputs.ever(Disease.RHEUMATOID_ARTHRITIS) is not None) is ever


@pytest.mark.parametrize(
    ("born", "operated", "expected"),
    [
        ("1970-06-01", "2015-05-31", True),
        ("1970-06-01", "2015-06-01", False),
        ("1970-06-01", None, False),
        (None, "2010-01-01", False),
    ],
)
def test_ovaries_lost_before_45_are_hypogonadism_and_later_menopause(
    born: str | None, operated: str | None, expected: bool
) -> None:
    inputs = mapped(patient(birthDate=born), condition("E89.40", ICD10, onsetDateTime=operated))
    assert (Disease.HYPOGONADISM in stated(inputs)) is expected


def test_the_age_at_onset_tells_it_as_well() -> None:
    young, old = ({"value": years, "unit": "a"} for years in (44, 45))
    assert Disease.HYPOGONADISM in stated(mapped(condition("E89.40", ICD10, onsetAge=young)))
    assert Disease.HYPOGONADISM not in stated(mapped(condition("E89.40", ICD10, onsetAge=old)))


def test_bariatric_surgery_and_dialysis_are_read_from_procedures() -> None:
    bypass = procedure("43644", CPT, performedDateTime="2009-04-01")
    assert stated(mapped(bypass)) == {Disease.MALABSORPTION, Disease.SECONDARY_OSTEOPOROSIS}
    for day, current in ((A_YEAR_AGO, True), (LONGER_AGO, False), (None, True)):
        inputs = mapped(procedure("108241001", SNOMED, performedDateTime=day))
        assert (inputs.has(Disease.DIALYSIS_OR_CKD_5) is not None) is current
        assert inputs.ever(Disease.DIALYSIS_OR_CKD_5)


@pytest.mark.parametrize(
    ("members", "asked"),
    [
        ({"performedDateTime": ago(90)}, True),
        ({"performedDateTime": ago(91)}, False),
        ({"performedDateTime": None}, True),
        ({"performedDateTime": ago(-1)}, True),
        ({"performedDateTime": ago(-2)}, False),
        ({"status": "not-done"}, False),
        ({"notDone": True}, False),
        ({"notPerformed": True}, False),
    ],
)
def test_bleeding_controlled_by_an_unknown_method_may_have_been_banding(members: Json, asked: bool) -> None:
    inputs = mapped(procedure("43227", CPT, **members))
    assert inputs.esophageal_procedure is None
    assert [each.disease for each in inputs.suspicions] == [Disease.ESOPHAGEAL_VARICES] * asked


def test_banding_counts_in_whatever_version_unless_it_says_that_nothing_was_done() -> None:
    assert mapped(procedure()).suspicions == ()
    undated = procedure(performedDateTime=None, occurrenceDateTime=ago(300))
    inputs = mapped(undated)
    assert inputs.esophageal_procedure
    assert inputs.esophageal_procedure.day is None
    assert issues(inputs) == ["wrong-version"]
    assert mapped(procedure(notDone=True)).esophageal_procedure is None


@pytest.mark.parametrize(
    ("code", "system"), [("I25.10", ICD10), ("I20.9", ICD10), ("Z95.5", ICD10), ("53741008", SNOMED)]
)
def test_beside_coronary_disease_raloxifene_is_not_named(code: str, system: str) -> None:
    chart = (patient(60), t_score("-2.7"), *clear_labs())
    named = [str(card["detail"]) for card in answered(*chart)["cards"]]
    assert any("raloxifene" in text for text in named)
    told = [str(card["detail"]) for card in answered(*chart, condition(code, system))["cards"]]
    assert not any("raloxifene" in text for text in told)


def test_past_kidney_stones_keep_calcium_from_being_suggested() -> None:
    chart = (t_score("-2.7"), *clear_labs())
    assert "calcium" in suggested(answered(*chart))
    assert "calcium" not in suggested(answered(*chart, condition("Z87.442", ICD10)))


def test_dialysis_that_goes_on_counts_whenever_it_began() -> None:
    dialysis = procedure("108241001", SNOMED, status="in-progress", performedDateTime=ago(years=4))
    assert [each.current for each in mapped(dialysis).diagnoses] == [True]
