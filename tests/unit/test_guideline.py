"""The decision: each threshold from both sides, each gate, each block and caution.

The mutations that the threshold tests kill are named beside them: a constant moved by a step, `<` for `<=`.
"""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from cdshooks.guideline import words
from cdshooks.guideline.bars import BLOCKS, CAUTIONS
from cdshooks.guideline.decide import decide
from cdshooks.guideline.decision import Disposition, Draft, Met
from cdshooks.guideline.recommendations import CLASSES, CONSIDERATION, GATES, TREATMENT
from fhir_mappings.inputs import Measurement, Site, Source
from tests.charts import (
    AS_OF,
    CALCIUM,
    CALCIUM_MOLAR,
    COLLES,
    CREATININE,
    EGFR,
    HIP,
    HIP_FRACTURE,
    ICD10,
    IONIZED,
    OSTEOPOROTIC_HIP_FRACTURE,
    SNOMED,
    VITAMIN_D,
    WEIGHT,
    Json,
    ago,
    allergy,
    clear_labs,
    condition,
    criterion,
    decided,
    frax,
    mapped,
    observation,
    order,
    patient,
    procedure,
    statement,
    t_score,
)

TREAT, F1, DEFER = Disposition.TREAT, Disposition.RISK_ASSESSMENT_NEEDED, Disposition.DEFER
SEVERE = t_score("-2.7")
STRICTURE, ACHALASIA, BED_RIDDEN = condition("63305008"), condition("45564002"), condition("160685001")


def disposition(*resources: Json, unanswered: tuple[Source, ...] = ()) -> str:
    return decided(*resources, unanswered=unanswered).disposition


def met(criterion_id: str, *resources: Json, unanswered: tuple[Source, ...] = ()) -> str:
    return criterion(decided(*resources, unanswered=unanswered), criterion_id).met


# T-scores. Kills OSTEOPOROSIS −2.5 → −2.51 or −2.49, NORMAL −1.0 → −1.01 or −0.99, and `<=` → `<` at both.


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("-2.51", TREAT),
        ("-2.5", TREAT),
        ("-2.50", TREAT),
        ("-2.499999", F1),
        ("-2.49", F1),
        ("-1.01", F1),
        ("-1.0000001", F1),
        ("-1.0", Disposition.NORMAL),
        ("-1", Disposition.NORMAL),
        ("-0.99", Disposition.NORMAL),
        ("1.2", Disposition.NORMAL),
    ],
)
def test_the_t_score_sets_the_class_exactly_as_reported(value: str, expected: str) -> None:
    assert disposition(patient(62), t_score(value)) == expected


def test_the_lowest_site_decides_the_class() -> None:
    assert disposition(t_score("-0.5", HIP), SEVERE) == TREAT


def test_without_a_t_score_there_is_no_class() -> None:
    decision = decided()
    assert decision.disposition == Disposition.NO_BONE_DENSITY
    assert {
        each.met for each in decision.criteria if each.id.startswith(("t-score", "frax", "osteopenia"))
    } == {Met.UNKNOWN}


# FRAX. Kills HIP_PERCENT 3.0 → 2.99 or 3.01, MAJOR_PERCENT 20.0 → 19.9 or 20.1, and `>=` → `>`.


@pytest.mark.parametrize(
    ("hip", "major", "expected"),
    [
        ("3.0", "10.0", TREAT),
        ("3", "10.0", TREAT),
        ("2.99", "10.0", DEFER),
        ("1.0", "20.0", TREAT),
        ("1.0", "19.9", DEFER),
        ("1.0", "19.99", DEFER),
        ("3.0", None, TREAT),
        (None, "20.0", TREAT),
        ("2.99", None, F1),
        (None, "19.9", F1),
        (None, None, F1),
    ],
)
def test_one_frax_value_can_indicate_treatment_and_only_both_can_exclude_it(
    hip: str | None, major: str | None, expected: str
) -> None:
    assert disposition(t_score("-1.9"), *frax(hip, major)) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("-2.49", TREAT), ("-1.01", TREAT), ("-1.0", Disposition.NORMAL)]
)
def test_frax_decides_between_the_classes_only(value: str, expected: str) -> None:
    assert disposition(t_score(value), *frax("5.0", "25.0")) == expected
    assert met("frax-hip", SEVERE, *frax("5.0")) == Met.NO


def test_frax_without_a_t_score_decides_nothing() -> None:
    assert disposition(*frax("5.0", "25.0")) == Disposition.NO_BONE_DENSITY


# Kills OLDEST 90 → 89 or 91 and YOUNGEST 40 → 39 or 41.
@pytest.mark.parametrize(("age", "expected"), [(40, TREAT), (39, F1), (90, TREAT), (91, F1)])
def test_frax_is_for_ages_40_to_90(age: int, expected: str) -> None:
    oophorectomy = condition("391083006")
    assert disposition(patient(age), oophorectomy, t_score("-1.9"), *frax("5.0", "25.0")) == expected


def test_below_the_thresholds_frax_excludes_only_where_it_applies() -> None:
    assert disposition(patient(91), t_score("-1.9"), *frax("1.0", "10.0")) == F1


# Fractures.


@pytest.mark.parametrize(
    "fracture",
    [
        condition(OSTEOPOROTIC_HIP_FRACTURE),
        condition("203450003"),
        condition(HIP_FRACTURE, onsetDateTime=ago(9)),
    ],
)
def test_a_hip_or_vertebral_fragility_fracture_indicates_treatment_whatever_the_t_score(
    fracture: Json,
) -> None:
    for scores in ((), (t_score("0.5"),), (t_score("-1.9"),)):
        assert disposition(fracture, *scores) == TREAT


def test_a_presumed_fragility_fracture_says_so() -> None:
    decision = decided(condition(HIP_FRACTURE, onsetDateTime=ago(9)))
    assert criterion(decision, "hip-or-vertebral-fracture").reason == "presumed fragility hip fracture"
    coded = decided(condition(OSTEOPOROTIC_HIP_FRACTURE))
    assert criterion(coded, "hip-or-vertebral-fracture").reason == "hip fracture"


def test_a_fracture_of_unknown_mechanism_or_another_site_indicates_nothing() -> None:
    unknown = condition(HIP_FRACTURE)
    assert disposition(unknown, t_score("0.5")) == Disposition.NORMAL
    assert met("hip-or-vertebral-fracture", unknown) == Met.UNKNOWN
    assert met("hip-or-vertebral-fracture", condition(COLLES)) == Met.NO
    assert met("hip-or-vertebral-fracture", condition("704336007")) == Met.NO


def test_without_conditions_a_fracture_is_not_ruled_out() -> None:
    assert met("hip-or-vertebral-fracture", unanswered=(Source.CONDITIONS,)) == Met.UNKNOWN
    assert met("hip-or-vertebral-fracture") == Met.NO


# Gates. Kills ADULT_AGE 18 → 17 or 19, MEN_FROM 50 → 49 or 51.


def test_the_gates_come_before_everything_and_in_order() -> None:
    fracture = condition(OSTEOPOROTIC_HIP_FRACTURE)
    dying = patient(17, deceasedBoolean=True)
    assert disposition(dying, fracture, SEVERE) == Disposition.HOSPICE
    assert disposition(condition("385763009"), fracture, SEVERE) == Disposition.HOSPICE
    pregnant = condition("77386006", onsetDateTime=ago(10))
    assert disposition(patient(17), pregnant, SEVERE) == Disposition.PEDIATRIC
    assert disposition(patient(30, "other"), pregnant, SEVERE) == Disposition.PREGNANCY
    assert disposition(patient(70, "other"), fracture, SEVERE) == Disposition.INSUFFICIENT_DEMOGRAPHICS
    assert disposition(patient(49), fracture, SEVERE, order("904431")) == Disposition.YOUNG
    assert disposition(fracture, SEVERE, order("904431")) == Disposition.ALREADY_TREATED


def test_nothing_is_looked_at_behind_a_gate_that_is_met() -> None:
    decision = decided(patient(17), SEVERE)
    assert [each.id for each in decision.criteria] == [rule.id for rule in GATES[:2]]
    assert (decision.blocks, decision.cautions, decision.draft) == ((), (), Draft.NOT_INDICATED)


@pytest.mark.parametrize(("age", "expected"), [(17, Disposition.PEDIATRIC), (18, Disposition.YOUNG)])
def test_the_guideline_begins_at_18(age: int, expected: str) -> None:
    assert disposition(patient(age), SEVERE) == expected


def test_a_child_is_one_until_the_birthday() -> None:
    assert disposition(patient(birthDate=ago(-1, years=18)), SEVERE) == Disposition.PEDIATRIC


@pytest.mark.parametrize(
    ("age", "gender", "expected"),
    [
        (49, "male", Disposition.YOUNG),
        (50, "male", TREAT),
        (49, "female", Disposition.YOUNG),
        (50, "female", TREAT),
        (54, "female", TREAT),
        (55, "female", TREAT),
    ],
)
def test_t_scores_are_for_postmenopausal_women_and_men_from_50(age: int, gender: str, expected: str) -> None:
    assert disposition(patient(age, gender), SEVERE) == expected


def test_documented_menopause_opens_the_gate_early() -> None:
    assert disposition(patient(45), condition("391083006"), SEVERE) == TREAT
    assert disposition(patient(45, "male"), condition("391083006"), SEVERE) == Disposition.YOUNG


@pytest.mark.parametrize(
    ("who", "lacking"),
    [
        (patient(birthDate=None), "age not usable"),
        (patient(70, "unknown"), "sex not usable"),
        (patient(gender="other", birthDate=None), "age and sex not usable"),
    ],
)
def test_without_age_or_sex_there_is_no_recommendation(who: Json, lacking: str) -> None:
    decision = decided(who, SEVERE)
    assert decision.disposition == Disposition.INSUFFICIENT_DEMOGRAPHICS
    assert criterion(decision, "demographics-unusable").reason == lacking


def test_without_an_age_being_a_child_is_not_ruled_out() -> None:
    assert met("pediatric", patient(birthDate=None)) == Met.UNKNOWN


@pytest.mark.parametrize("gate", ["hospice-or-deceased", "pregnancy-or-lactation"])
def test_without_conditions_hospice_and_pregnancy_are_not_ruled_out(gate: str) -> None:
    assert met(gate, unanswered=(Source.CONDITIONS,)) == Met.UNKNOWN
    assert met(gate) == Met.NO


def test_without_medicines_therapy_is_not_ruled_out() -> None:
    for source in (Source.MEDICATIONS, Source.DISPENSES, Source.ADMINISTRATIONS):
        assert met("on-bone-therapy", unanswered=(source,)) == Met.UNKNOWN
    assert met("on-bone-therapy") == Met.NO


def test_therapy_is_named_with_its_beginning_and_how_it_is_known() -> None:
    decision = decided(order("904431", authoredOn=ago(100)), order(name="Prolia 60 mg", authoredOn=None))
    found = criterion(decision, "on-bone-therapy")
    assert found.reason == "alendronate and denosumab (by name)"
    assert found.because.endswith(f"on record since {ago(100)}")
    undated = criterion(decided(order("904431", authoredOn=None)), "on-bone-therapy")
    assert undated.because.endswith("on record without a date")


# Contradictions.


def test_a_contradiction_that_changes_the_answer_leaves_none() -> None:
    decision = decided(t_score("-1.4"), SEVERE)
    assert decision.disposition == Disposition.DATA_CONFLICT
    assert decision.draft is Draft.NOT_INDICATED
    assert [each.id for each in decision.criteria] == [
        *(rule.id for rule in GATES),
        "hip-or-vertebral-fracture",
        "data-conflict",
    ]


@pytest.mark.parametrize(("one", "other", "expected"), [("-2.6", "-2.7", TREAT), ("-1.4", "-1.6", F1)])
def test_a_contradiction_that_changes_nothing_is_told_and_the_answer_stands(
    one: str, other: str, expected: str
) -> None:
    decision = decided(t_score(one), t_score(other))
    assert decision.disposition == expected
    assert criterion(decision, "data-conflict").met == Met.NO


@pytest.mark.parametrize(
    "contradiction", [(t_score("-1.4"), SEVERE), (t_score("-1.9"), *frax("25.0", "10.0")), (t_score("2.7"),)]
)
def test_a_hip_fracture_stands_beside_any_contradiction(contradiction: tuple[Json, ...]) -> None:
    assert disposition(condition(OSTEOPOROTIC_HIP_FRACTURE), *contradiction) == TREAT


def test_hip_above_major_is_a_contradiction_where_one_of_them_decides() -> None:
    assert disposition(t_score("-1.9"), *frax("12.0", "10.0")) == Disposition.DATA_CONFLICT
    assert disposition(t_score("-1.9"), *frax("2.5", "2.0")) == F1
    assert disposition(SEVERE, *frax("12.0", "10.0")) == TREAT


def test_a_lost_sign_is_a_contradiction_where_it_would_matter() -> None:
    osteopenia = condition("312894000")
    assert disposition(t_score("2.7"), osteopenia) == Disposition.DATA_CONFLICT
    assert disposition(t_score("0.7"), osteopenia) == Disposition.NORMAL


def test_a_contradiction_does_not_open_a_gate() -> None:
    assert disposition(t_score("-1.4"), SEVERE, order("904431")) == Disposition.ALREADY_TREATED


# Blocks and cautions.


def draft(*resources: Json, unanswered: tuple[Source, ...] = (), labs: bool = True) -> Draft:
    found = clear_labs() if labs else []
    return decided(SEVERE, *found, *resources, unanswered=unanswered).draft


def blocks(*resources: Json) -> list[str]:
    return [each.id for each in decided(SEVERE, *clear_labs(), *resources).blocks]


def cautions(*resources: Json) -> list[str]:
    return [each.id for each in decided(SEVERE, *clear_labs(), *resources).cautions]


def test_with_nothing_against_it_the_draft_is_recommended() -> None:
    decision = decided(SEVERE, *clear_labs())
    assert (decision.draft, decision.blocks, decision.cautions) == (Draft.RECOMMENDED, (), ())
    assert [each.id for each in decision.grounds] == ["t-score-osteoporosis"]


def test_where_treatment_is_not_indicated_nothing_is_looked_up_against_it() -> None:
    decision = decided(t_score("-1.9"), STRICTURE)
    assert (decision.draft, decision.blocks) == (Draft.NOT_INDICATED, ())
    assert not any(each.id.startswith(("block", "caution")) for each in decision.criteria)


def test_on_therapy_blocks_are_findings_and_there_is_no_draft() -> None:
    decision = decided(order("904431"), STRICTURE, *clear_labs())
    assert (decision.draft, [each.id for each in decision.blocks]) == (
        Draft.NOT_INDICATED,
        ["block-esophageal"],
    )
    assert [each.id for each in decision.grounds] == ["on-bone-therapy"]


@pytest.mark.parametrize(
    ("block", "resource"),
    [
        ("block-esophageal", STRICTURE),
        ("block-esophageal", ACHALASIA),
        ("block-esophageal", {**STRICTURE, "clinicalStatus": {"coding": [{"code": "resolved"}]}}),
        ("block-banding", procedure()),
        ("block-banding", procedure(performedDateTime=None)),
        ("block-upright", BED_RIDDEN),
        ("block-hypersensitivity", allergy("46041")),
        ("block-hypersensitivity", allergy(name="Fosamax")),
        ("block-hypersensitivity", condition("417128001")),
        ("block-onj-or-atypical-fracture", condition("M87.180", ICD10)),
        (
            "block-onj-or-atypical-fracture",
            {**condition("890095006"), "clinicalStatus": {"coding": [{"code": "resolved"}]}},
        ),
    ],
)
def test_each_block_withholds_the_draft_and_leaves_the_indication(block: str, resource: Json) -> None:
    decision = decided(SEVERE, *clear_labs(), resource)
    assert [each.id for each in decision.blocks] == [block]
    assert all(each.reason for each in decision.blocks)
    assert (decision.disposition, decision.draft) == (TREAT, Draft.WITHHELD)


@pytest.mark.parametrize(
    "resource", [{**BED_RIDDEN, "clinicalStatus": {"coding": [{"code": "resolved"}]}}, allergy("1191")]
)
def test_what_is_over_or_of_another_drug_withholds_nothing(resource: Json) -> None:
    assert draft(resource) is Draft.RECOMMENDED


# Kills RECENT 90 → 89 or 91 days and `>=` → `>`.
@pytest.mark.parametrize(("days", "expected"), [(90, ["block-banding"]), (91, [])])
def test_banding_counts_for_ninety_days(days: int, expected: list[str]) -> None:
    assert blocks(procedure(performedDateTime=ago(days))) == expected


def lab(code: str, value: str, unit: str, **members: Any) -> Json:  # noqa: ANN401 - any element
    """A value newer than the clear ones."""
    return observation(code, value, unit, day=ago(2), **members)


def without(code: str) -> list[Json]:
    return [each for each in clear_labs() if each["code"]["coding"][0]["code"] != code]


# Kills LOW_TOTAL 8.5 → 8.49 or 8.51 and 2.12 → 2.11 or 2.13, LOW_IONIZED 1.12 and 4.5 likewise, `<` → `<=`.
@pytest.mark.parametrize(
    ("code", "unit", "normal", "low"),
    [
        (CALCIUM, "mg/dL", "8.5", "8.49"),
        (CALCIUM_MOLAR, "mmol/L", "2.12", "2.11"),
        (IONIZED, "mmol/L", "1.12", "1.11"),
        (IONIZED, "mg/dL", "4.5", "4.49"),
    ],
)
def test_calcium_is_low_below_its_limit_in_either_unit(code: str, unit: str, normal: str, low: str) -> None:
    others = without("1751-7")
    assert decided(SEVERE, *others, lab(code, normal, unit)).blocks == ()
    decision = decided(SEVERE, *others, lab(code, low, unit))
    assert [each.id for each in decision.blocks] == ["block-hypocalcemia"]
    assert decision.draft is Draft.WITHHELD


def test_the_laboratorys_own_limit_decides_where_it_gives_one() -> None:
    own = [{"low": {"value": 8.8, "unit": "mg/dL"}}]
    assert blocks(lab(CALCIUM, "9.0", "mg/dL", referenceRange=own), lab("1751-7", "4.0", "g/dL")) == []
    assert blocks(lab(CALCIUM, "8.79", "mg/dL", referenceRange=own), lab("1751-7", "4.0", "g/dL")) == [
        "block-hypocalcemia"
    ]


# Kills LOWEST_CLEARANCE 35 → 34.9 or 35.1 and `<` → `<=`; the same limit for eGFR and for clearance.
@pytest.mark.parametrize(("value", "expected"), [("35", []), ("34.9", ["block-renal"])])
def test_egfr_is_too_low_below_35(value: str, expected: list[str]) -> None:
    assert blocks(lab(EGFR, value, "mL/min")) == expected


@pytest.mark.parametrize(("kilograms", "expected"), [("35", []), ("34.9", ["block-renal"])])
def test_clearance_is_too_low_below_35(kilograms: str, expected: list[str]) -> None:
    who = patient(68, "male")
    resources = (who, lab(CREATININE, "1.0", "mg/dL"), lab(WEIGHT, kilograms, "kg"))
    assert blocks(*resources) == expected


def test_where_clearance_and_egfr_disagree_the_lower_one_withholds_the_draft() -> None:
    who, creatinine = patient(68, "male"), lab(CREATININE, "1.0", "mg/dL")
    low_egfr = decided(
        SEVERE, *without(EGFR), who, creatinine, lab(WEIGHT, "80", "kg"), lab(EGFR, "30", "mL/min")
    )
    assert criterion(low_egfr, "block-renal").reason == "eGFR 30 mL/min/1.73 m²"
    at_limit = decided(
        SEVERE, *without(EGFR), who, creatinine, lab(WEIGHT, "35", "kg"), lab(EGFR, "30", "mL/min")
    )
    assert criterion(at_limit, "block-renal").reason == "eGFR 30 mL/min/1.73 m²"
    low_clearance = decided(SEVERE, *clear_labs(), who, creatinine, lab(WEIGHT, "30", "kg"))
    assert criterion(low_clearance, "block-renal").reason == "CrCl 30 mL/min"
    assert low_egfr.draft is low_clearance.draft is Draft.WITHHELD


def test_a_clearance_alone_is_enough_to_know() -> None:
    resources = (patient(68, "male"), lab(CREATININE, "1.0", "mg/dL"), lab(WEIGHT, "80", "kg"))
    decision = decided(SEVERE, *without(EGFR), *resources)
    assert decision.draft is Draft.RECOMMENDED
    assert criterion(decision, "block-renal").because == "CrCl 80 mL/min (2026-01-13); the limit is 35"


def bound(code: str, comparator: str, value: str, unit: str) -> Json:
    stated = lab(code, value, unit)
    stated["valueQuantity"]["comparator"] = comparator
    return stated


@pytest.mark.parametrize(
    ("comparator", "value", "expected"),
    [
        (">", "60", Draft.RECOMMENDED),
        ("<", "35", Draft.WITHHELD),
        (">", "30", Draft.OFFERED),
        ("<", "40", Draft.OFFERED),
    ],
)
def test_a_bound_of_egfr_is_known_only_where_it_settles_the_matter(
    comparator: str, value: str, expected: Draft
) -> None:
    assert decided(SEVERE, *without(EGFR), bound(EGFR, comparator, value, "mL/min")).draft is expected


def test_acute_kidney_injury_is_a_caution_and_leaves_renal_function_unknown() -> None:
    rising = (lab(CREATININE, "1.5", "mg/dL"), observation(CREATININE, "1.0", "mg/dL", day=ago(9)))
    assert cautions(*rising) == ["caution-kidney-injury", "caution-not-known"]
    assert draft(*rising) is Draft.OFFERED


# Kills SEVERE 12 → 11.9 or 12.1, REPLETE 20 → 19.9 or 20.1, and `<` → `<=` at both.
@pytest.mark.parametrize(
    ("value", "blocked", "cautioned"),
    [
        ("11.9", ["block-vitamin-d"], []),
        ("12", [], ["caution-vitamin-d"]),
        ("19.9", [], ["caution-vitamin-d"]),
        ("20", [], []),
    ],
)
def test_vitamin_d_withholds_below_12_and_cautions_below_20(
    value: str, blocked: list[str], cautioned: list[str]
) -> None:
    level = lab(VITAMIN_D, value, "ng/mL")
    assert (blocks(level), cautions(level)) == (blocked, cautioned)


@pytest.mark.parametrize(
    ("comparator", "value", "blocked", "cautioned"),
    [
        ("<", "10", ["block-vitamin-d"], []),
        ("<", "12", ["block-vitamin-d"], []),
        ("<", "15", [], ["caution-vitamin-d"]),
        ("<", "30", [], []),
        (">", "10", [], []),
        (">", "150", [], []),
    ],
)
def test_a_bound_of_vitamin_d_is_taken_for_what_it_says(
    comparator: str, value: str, blocked: list[str], cautioned: list[str]
) -> None:
    level = bound(VITAMIN_D, comparator, value, "ng/mL")
    assert (blocks(level), cautions(level)) == (blocked, cautioned)


def test_an_intolerance_is_a_caution_and_no_block() -> None:
    intolerance = allergy("46041", type="intolerance")
    assert (blocks(intolerance), cautions(intolerance)) == ([], ["caution-gi-intolerance"])
    assert draft(intolerance) is Draft.OFFERED


@pytest.mark.parametrize(
    ("missing", "because"),
    [(CALCIUM, "calcium not known"), (EGFR, "renal function not known")],
)
def test_without_calcium_or_renal_function_the_draft_is_offered_and_not_recommended(
    missing: str, because: str
) -> None:
    decision = decided(SEVERE, *without(missing))
    assert decision.draft is Draft.OFFERED
    assert [(each.id, each.because) for each in decision.cautions] == [("caution-not-known", because)]


def test_without_both_it_says_both() -> None:
    (caution,) = decided(SEVERE).cautions
    assert caution.because == "calcium not known and renal function not known"


def test_without_vitamin_d_the_draft_is_recommended_all_the_same() -> None:
    assert decided(SEVERE, *without(VITAMIN_D)).draft is Draft.RECOMMENDED


FEEDING = (
    Source.DXA_REPORTS,
    Source.DISPENSES,
    Source.ADMINISTRATIONS,
    Source.MEDICATIONS,
    Source.CONDITIONS,
    Source.LABS,
    Source.BODY_MEASURES,
    Source.ALLERGIES,
    Source.PROCEDURES,
    Source.LIFESTYLE,
)


@pytest.mark.parametrize("source", FEEDING)
def test_a_source_that_could_not_be_read_withholds_the_draft(source: Source) -> None:
    decision = decided(SEVERE, *clear_labs(), unanswered=(source,))
    assert decision.draft is Draft.WITHHELD
    assert [each.id for each in decision.blocks] == ["block-not-checked"]
    assert criterion(decision, "block-not-checked").reason == f"{words.source_words(source)} not checked"


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (patient(55), Draft.WITHHELD),
        (patient(56), Draft.OFFERED),
        (patient(59), Draft.OFFERED),
        (patient(60), Draft.RECOMMENDED),
        (patient(55, "male"), Draft.RECOMMENDED),
    ],
)
def test_pregnancy_is_asked_below_56_and_a_late_period_below_60(who: Json, expected: Draft) -> None:
    assert draft(who, unanswered=(Source.REPRODUCTIVE_STATUS,)) is expected


def test_several_are_counted() -> None:
    decision = decided(SEVERE, unanswered=FEEDING)
    assert criterion(decision, "block-not-checked").reason == f"{len(FEEDING)} sources not checked"


def test_where_frax_could_not_be_read_the_draft_is_offered_and_not_recommended() -> None:
    decision = decided(SEVERE, *clear_labs(), unanswered=(Source.FRAX,))
    assert decision.draft is Draft.OFFERED
    assert criterion(decision, "caution-very-high-risk").met is Met.UNKNOWN
    assert "FRAX could not be read" in criterion(decision, "caution-not-known").because


def test_frax_unread_says_nothing_at_an_age_for_which_there_is_none() -> None:
    decision = decided(patient(91), SEVERE, *clear_labs(), unanswered=(Source.FRAX,))
    assert decision.draft is Draft.RECOMMENDED


@pytest.mark.parametrize(
    ("source", "unknown"),
    [
        (Source.CONDITIONS, {"block-esophageal", "block-upright", "block-onj-or-atypical-fracture"}),
        (Source.PROCEDURES, {"block-banding"}),
        (Source.ALLERGIES, {"block-hypersensitivity"}),
        (Source.LABS, {"block-hypocalcemia", "block-renal", "block-vitamin-d", "caution-vitamin-d"}),
    ],
)
def test_a_block_that_could_not_be_looked_at_is_unknown(source: Source, unknown: set[str]) -> None:
    decision = decided(SEVERE, unanswered=(source,))
    assert {each.id for each in decision.criteria if each.met is Met.UNKNOWN} >= unknown
    if source is Source.LABS:
        assert criterion(decision, "block-renal").because == "laboratory values could not be read"
        assert criterion(decision, "block-hypocalcemia").because == "laboratory values could not be read"


@pytest.mark.parametrize("kind", ["Condition", "AllergyIntolerance", "Procedure", "MedicationRequest"])
def test_a_source_that_came_incomplete_leaves_the_draft_unrecommended(kind: str) -> None:
    broken = {"resourceType": kind, "id": "x", "code": 5, "medicationReference": 5}
    decision = decided(SEVERE, *clear_labs(), broken)
    assert decision.draft is Draft.OFFERED
    assert "came incomplete" in criterion(decision, "caution-not-known").because


def over(code: str, ended: str | None) -> Json:
    status = {"coding": [{"code": "resolved"}]}
    return condition(code, clinicalStatus=status, abatementDateTime=ended)


# Kills LONG_OVER 365 → 364 or 366 days.
@pytest.mark.parametrize(
    ("resource", "blocked", "cautioned"),
    [
        (over("63305008", ago(365)), ["block-esophageal"], []),
        (over("63305008", ago(366)), [], ["caution-esophagitis"]),
        (over("63305008", None), ["block-esophageal"], []),
        (condition("63305008", abatementDateTime=ago(-1)), ["block-esophageal"], []),
    ],
)
def test_a_stricture_resolved_for_over_a_year_is_a_caution(
    resource: Json, blocked: list[str], cautioned: list[str]
) -> None:
    assert (blocks(resource), cautions(resource)) == (blocked, cautioned)


@pytest.mark.parametrize(
    ("code", "caution"),
    [
        ("28670008", "caution-varices"),
        ("40739000", "caution-esophagitis"),
        ("235599003", "caution-esophagitis"),
        ("302914006", "caution-esophagitis"),
        ("40719004", "caution-esophagitis"),
    ],
)
def test_varices_and_an_irritated_esophagus_are_cautions_while_they_last(code: str, caution: str) -> None:
    decision = decided(SEVERE, *clear_labs(), condition(code))
    assert ([each.id for each in decision.cautions], decision.draft) == ([caution], Draft.OFFERED)
    assert cautions(over(code, ago(10))) == []


@pytest.mark.parametrize(("code", "system"), [("235595009", SNOMED), ("K21.9", ICD10)])
def test_reflux_alone_is_no_caution(code: str, system: str) -> None:
    assert cautions(condition(code, system)) == []


def test_reflux_with_esophagitis_is() -> None:
    assert cautions(condition("266433003")) == ["caution-esophagitis"]


def taken(code: str, days: int, end: str = "2015-12-31", number: int = 1) -> Json:
    first = datetime.date.fromisoformat(end) - datetime.timedelta(days=days - 1)
    period = {"start": str(first), "end": end}
    return statement(code, id=f"s{number}", status="completed", effectivePeriod=period)


# Kills ORAL_YEARS 5 and INFUSION_YEARS 3 by a day either way, and `>=` → `>`.
@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ([taken("904431", 1825)], ["caution-long-exposure"]),
        ([taken("904431", 1824)], []),
        ([taken("904431", 1000), taken("73056", 825, "2020-12-31", 2)], ["caution-long-exposure"]),
        ([taken("904431", 1000), taken("73056", 824, "2020-12-31", 2)], []),
        ([taken("77655", 1095)], ["caution-long-exposure"]),
        ([taken("77655", 1094)], []),
        ([taken("904431", 1000), taken("77655", 825, "2020-12-31", 2)], []),
        ([taken("72143", 3000)], []),
    ],
)
def test_five_years_of_tablets_or_three_of_infusions_before_are_a_caution(
    resources: list[Json], expected: list[str]
) -> None:
    assert cautions(*resources) == expected


# The lists themselves.


def test_every_criterion_has_an_id_of_its_own_a_citation_and_evidence() -> None:
    rules = (*GATES, *TREATMENT, *CONSIDERATION, *CLASSES)
    bars = (*BLOCKS, *CAUTIONS)
    ids = [*(rule.id for rule in rules), *(bar.id for bar in bars)]
    assert len(ids) == len(set(ids))
    assert all(rule.citation for rule in rules)
    assert all(bar.citation for bar in bars)
    assert {rule.evidence for rule in rules} <= {"S", "P", "N"}


def test_every_rule_answers_under_its_own_id() -> None:
    inputs = mapped(SEVERE, *clear_labs())
    for rule in (*GATES, *TREATMENT, *CONSIDERATION, *CLASSES):
        assert rule.criterion(inputs).id == rule.id
    for bar in (*BLOCKS, *CAUTIONS):
        assert bar.criterion(inputs).id == bar.id


@pytest.mark.parametrize("who", [(), (patient(91), t_score("-1.9")), (t_score("-1.9"), *frax("1.0", "10.0"))])
def test_every_class_says_of_itself_why_it_is_not_met(who: tuple[Json, ...]) -> None:
    inputs = mapped(*who)
    found = [rule.look(inputs) for rule in CLASSES]
    assert sum(each.met is Met.YES for each in found) == 1
    assert all(each.because for each in found)


def test_the_answer_says_what_fired() -> None:
    decision = decide(mapped(SEVERE))
    assert decision.fired("t-score-osteoporosis") is not None
    assert decision.fired("frax-hip") is None


# Words.


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("-2.499", "−2.49"),
        ("2.999", "2.99"),
        ("-1.9", "−1.9"),
        ("3", "3"),
        ("1E+1", "10"),
        ("19.99", "19.99"),
    ],
)
def test_a_number_is_cut_and_never_rounded_over_a_threshold(value: str, shown: str) -> None:
    assert words.number(Decimal(value)) == shown


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (None, "2026-04-30", "2026-04-30"),
        ("2026-04-01", "2026-04-30", "2026-04"),
        ("2026-01-01", "2026-01-15", "2026-01"),
        ("2026-01-01", "2026-11-25", "2026"),
        ("2025-01-01", "2026-11-25", "2025-01-01 or later"),
        ("2026-02-01", "2026-03-31", "2026-02-01 or later"),
        ("2026-02-02", "2026-02-28", "2026-02-02 or later"),
    ],
)
def test_a_day_is_said_as_far_as_it_is_known(first: str | None, last: str, said: str) -> None:
    day = datetime.date.fromisoformat
    assert words.between(day(first) if first else None, day(last)) == said


def test_a_t_score_above_zero_shows_its_sign() -> None:
    assert [
        words.t_score(score) for score in mapped(t_score("1.2"), t_score("0", HIP)).bone_density.study
    ] == ["0", "+1.2"]


def test_every_site_has_a_name() -> None:
    (score,) = mapped(t_score("-1.2")).bone_density.study
    assert words.site(score) == "lumbar spine"
    assert set(words._SITES) == set(Site)  # noqa: SLF001 - the table is what is complete


@pytest.mark.parametrize(
    ("listed", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_list_reads_as_a_sentence(listed: list[str], text: str) -> None:
    assert words.listed(listed) == text


def test_a_measurement_reads_with_its_bound_and_unit() -> None:
    egfr = Measurement(
        value=Decimal("60.55"), unit="mL/min/{1.73_m2}", day=AS_OF, reference="x", comparator=">"
    )
    assert words.measured(egfr, 1) == "> 60.5 mL/min/1.73 m²"
    assert words.day(None) == "no date"


def test_parts_of_the_chart_have_names() -> None:
    named = [words.source_words(each) for each in (Source.DXA_REPORTS, Source.FRAX, Source.BODY_MEASURES)]
    assert named == ["DXA reports", "FRAX", "body measures"]
