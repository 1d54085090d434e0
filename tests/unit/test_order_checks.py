"""Checks of draft orders where the stories of tests/vignettes do not go: doubts, corners, drafts beside."""

from typing import Any

import pytest

from cdshooks.guideline.decide import decide
from cdshooks.guideline.orders import CHECKS, Hook, OrderFinding, check_orders
from cdshooks.guideline.orders.schedule import spoken
from fhir_mappings.inputs import (
    Conflict,
    Disease,
    GuidelineInputs,
    PastTherapy,
    Recorded,
    Source,
    Supplement,
    Suspicion,
)
from fhir_mappings.orders import read_draft_orders
from fhir_mappings.value_sets import load
from tests.charts import ICD10, SNOMED, Json, bundle, concept, wire
from tests.orders import (
    ALENDRONATE_10,
    ALENDRONATE_70,
    DAILY,
    DOSES,
    ONE_TABLET,
    PREDNISONE,
    RISEDRONATE,
    WEEKLY,
    draft,
    timing,
)
from tests.people import (
    LETROZOLE,
    clear_labs,
    days_ago,
    density,
    diagnosis,
    frax,
    measured,
    months_ago,
    person,
    renal,
    therapy,
    woman,
)


def findings(
    *drafts: Json, inputs: GuidelineInputs | None = None, hook: Hook = "order-sign"
) -> dict[str, OrderFinding]:
    """What is found of the drafts, for a woman with osteoporosis and nothing against a drug."""
    chart = woman("-2.7") if inputs is None else inputs
    orders = read_draft_orders(wire(bundle(*drafts)), load()).orders
    found = check_orders(chart, decide(chart), orders, beside=orders, hook=hook)
    return {each.topic: each for each in found}


def dosed(mg: float, per: Json, code: str | None = ALENDRONATE_70, **members: Any) -> Json:  # noqa: ANN401
    dose = {"doseAndRate": [{"doseQuantity": {"value": mg, "unit": "mg"}}]}
    return draft(code, **{"dosage": {**per, **dose}, **members})


def test_every_check_is_of_a_row_of_its_own_and_says_where_it_comes_from() -> None:
    assert len({check.id for check in CHECKS}) == len(CHECKS) == len({check.topic for check in CHECKS})
    assert all(check.citation for check in CHECKS)


def test_two_instructions_of_35_mg_in_a_week_are_too_close() -> None:
    twice = draft(ALENDRONATE_70, dosageInstruction=[_on(35, 1), _on(35, 1)])
    assert findings(twice)["order-daily-70"].weight == "critical"
    assert "order-daily-70" not in findings(draft(ALENDRONATE_70, dosageInstruction=[_on(70, 1)]))


def _on(mg: int, sequence: int) -> Json:
    return {
        **WEEKLY,
        "sequence": sequence,
        "doseAndRate": [{"doseQuantity": {"value": mg, "unit": "mg"}}],
    }


def test_a_dose_that_is_too_much_is_found_beside_one_that_cannot_be_read() -> None:
    unread = {"sequence": 1, "timing": {"repeat": {"boundsDuration": {"value": 1, "unit": "d"}}}}
    found = findings(draft(dosageInstruction=[{**_on(70, 1), **DAILY}, unread]))
    assert found["order-daily-70"].summary.startswith("Alendronate ")


@pytest.mark.parametrize(
    ("order", "remedies"),
    [
        (dosed(70, DAILY), ["change-to-weekly", "remove-order"]),
        (dosed(70, DAILY, "46041"), ["change-to-weekly", "remove-order"]),
        (dosed(70, DAILY, "904396"), ["remove-order"]),
        (dosed(35, DAILY, "46041"), ["remove-order"]),
        (dosed(20, DAILY, ALENDRONATE_10), ["remove-order"]),
        (draft(None, "Fosamax 70 mg daily"), ["change-to-weekly", "remove-order"]),
        (draft(None, "Binosto 70 mg daily"), ["remove-order"]),
        (
            draft(medicationCodeableConcept=None, medicationReference={"display": "Fosamax 70 mg daily"}),
            ["remove-order"],
        ),
    ],
)
def test_a_change_of_timing_is_offered_for_the_weekly_tablet_only(order: Json, remedies: list[str]) -> None:
    assert list(findings(order)["order-daily-70"].remedies) == remedies


@pytest.mark.parametrize(
    ("order", "critical"),
    [
        (dosed(40, DAILY, None, name="alendronate 40 mg"), False),
        (dosed(39, DAILY, None, name="alendronate 39 mg"), True),
        (dosed(40, timing(2, 1, "d"), None, name="alendronate 40 mg"), True),
        (draft(None, "alendronate 40 mg", dosage={"text": "as directed"}), False),
    ],
)
def test_paget_is_treated_with_40_mg_once_daily_only(order: Json, critical: bool) -> None:
    paget = woman("-2.7", diagnoses=(diagnosis(Disease.PAGET),))
    assert ("order-daily-70" in findings(order, inputs=paget)) is critical


def test_a_contradiction_without_any_words_says_at_least_that() -> None:
    contradicting = draft(ALENDRONATE_10, "alendronate 70 mg")
    assert (
        findings(contradicting)["order-dose-conflict"].summary
        == "Alendronate order contradicts itself (dose)"
    )


def test_a_frequency_without_a_dose_lacks_the_dose() -> None:
    found = findings(draft("46041", dosage=DAILY))["order-dose-unreadable"]
    assert found.summary.startswith("Alendronate order has no readable dose")


def quantity(value: float | None, unit: str | None = None) -> Json:
    members = {"value": value, "unit": unit}
    return {
        "doseAndRate": [{"doseQuantity": {name: each for name, each in members.items() if each is not None}}]
    }


def of_doses(order: Json, hook: Hook = "order-sign") -> dict[str, str]:
    return {
        topic.removeprefix("order-"): each.weight
        for topic, each in findings(order, hook=hook).items()
        if topic in DOSES
    }


UNREAD = {"dose-unreadable": "warning"}
TOO_MUCH, CONFLICT = {"daily-70": "critical"}, {"dose-conflict": "critical"}
SOLUTION, BINOSTO = "alendronate 70 mg/75 mL oral solution", "Binosto 70 mg effervescent tablet"


@pytest.mark.parametrize(
    ("dosage", "expected"),
    [
        ({**WEEKLY, **quantity(140)}, UNREAD),
        ({**WEEKLY, **quantity(2, "dose")}, UNREAD),
        ({**WEEKLY, **quantity(2, "unit")}, UNREAD),
        ({**WEEKLY, **quantity(2, "strip")}, UNREAD),
        ({**WEEKLY, **quantity(None, "tablet")}, UNREAD),
        ({**WEEKLY, **quantity(75, "mL")}, UNREAD),
        ({**WEEKLY, **quantity(2, "tableta")}, TOO_MUCH),
        ({**WEEKLY, **quantity(2)}, TOO_MUCH),
        ({**WEEKLY, **quantity(1, "dose")}, {}),
        ({**WEEKLY, **quantity(1)}, {}),
        (WEEKLY, {}),
        ({**WEEKLY, "doseAndRate": [{"doseRange": {"high": {"value": 2, "unit": "tablet"}}}]}, UNREAD),
        ({**WEEKLY, "doseAndRate": [{"rateQuantity": {"value": 140, "unit": "mg/wk"}}]}, UNREAD),
        ({**WEEKLY, "text": "2 tablets"}, TOO_MUCH),
        ({**WEEKLY, "text": "take 2 (70mg)"}, UNREAD),
        ({**WEEKLY, "text": "1 tableta cada dia"}, UNREAD),
        ({**WEEKLY, "text": "biweekly"}, UNREAD),
        ({**WEEKLY, "text": "as directed"}, {}),
        ({**WEEKLY, **ONE_TABLET, "text": "Take in the morning before breakfast"}, {}),
        ({"text": "weekly - take 2"}, TOO_MUCH),
        ({"text": "2 strips weekly"}, UNREAD),
        # More often than once a week it is too much, however much it is.
        ({"text": "2 strips daily"}, TOO_MUCH),
        ({**DAILY, **quantity(2, "strip")}, TOO_MUCH),
        ({**DAILY, "text": "see sheet 3"}, TOO_MUCH),
        # What the structure says and nobody can read is not outvoted by the text.
        ({"timing": [DAILY["timing"]], "text": "weekly"}, CONFLICT),
        ({"timing": [DAILY["timing"]] * 2, "text": "weekly"}, UNREAD),
        ({"doseQuantity": {"value": 2, "unit": "tablet"}, "text": "1 tab weekly"}, UNREAD),
        ({"modifierExtension": [{"url": "urn:x"}], "text": "weekly"}, UNREAD),
        ({"modifierExtension": [{"url": "urn:x"}], "text": "daily"}, TOO_MUCH),
        # What people are told besides.
        ({"text": "1 tablet once a week", "patientInstruction": "Take 2 tablets once weekly"}, CONFLICT),
        (
            {"text": "1 tablet once a week", "additionalInstruction": [{"text": "Take 2 tablets once weekly"}]},
            CONFLICT,
        ),
        (
            {
                "text": "1 tablet once a week",
                "additionalInstruction": [{"coding": [{"display": "Take 1 tablet every day"}]}],
            },
            CONFLICT,
        ),
        ({"text": "1 tablet once a week", "patientInstruction": "Daily, once weekly"}, CONFLICT),
        ({"text": "once a week", "patientInstruction": "Take 2 tablets"}, TOO_MUCH),
        ({"text": "1 tab weekly", "patientInstruction": "Una tableta todos los dias"}, UNREAD),
        ({"text": "1 tab weekly", "patientInstruction": "Take calcium and vitamin D daily"}, {}),
        ({"text": "1 tab weekly", "patientInstruction": "Take 1 tablet every Sunday"}, {}),
        # The doses of several weeks are taken at once.
        ({"text": "4 tablets every 4 weeks"}, TOO_MUCH),
        ({"text": "2 tablets every other week"}, TOO_MUCH),
        ({"text": "4 tablets once a month"}, TOO_MUCH),
        ({**timing(1, 1, "mo"), **quantity(280, "mg")}, TOO_MUCH),
        # Four a month and 52 a year are once a week.
        ({**timing(4, 1, "mo"), **quantity(70, "mg")}, {}),
        ({**timing(52, 1, "a"), **quantity(70, "mg")}, {}),
        ({**timing(3, 1, "mo"), **quantity(70, "mg")}, {"underdose": "warning"}),
        ({"text": "daily except Sunday"}, TOO_MUCH),
    ],
)  # fmt: skip
def test_what_is_said_of_a_dose_is_understood_or_the_dose_is_unknown(
    dosage: Json, expected: dict[str, str]
) -> None:
    assert of_doses(draft(dosage=dosage)) == expected
    lesser = {
        topic: weight for topic, weight in expected.items() if weight == "critical" or topic == "underdose"
    }
    assert of_doses(draft(dosage=dosage), "order-select") == lesser


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (draft("904492", dosage={"text": "Take 2 tablets (11,200 IU vitamin D) once weekly"}), TOO_MUCH),
        (draft(None, SOLUTION, dosage={"text": "150 mL weekly"}), TOO_MUCH),
        (draft(None, SOLUTION, dosage={"text": "75 mL weekly"}), {}),
        (draft(None, SOLUTION, dosage={"text": "5 mL daily"}), {"underdose": "warning"}),
        (draft(None, SOLUTION, dosage={"text": "2 spoons daily"}), UNREAD),
        (draft(None, BINOSTO, dosage={"text": "2 effervescent tablets weekly"}), TOO_MUCH),
        (draft(ALENDRONATE_10, dosage={"text": "30 tabs once a month"}), UNREAD),
        (draft(ALENDRONATE_10, dosage={"text": "20 tabs once a month"}), TOO_MUCH),
        (draft(ALENDRONATE_10, dosage={"text": "7 tablets weekly"}), {}),
        (draft(ALENDRONATE_10, dosage={"text": "1 tab daily and 1 tab at bedtime"}), UNREAD),
        (draft(None, "alendronate 35 mg tablet", dosage={"text": "every Sun/Wed"}), TOO_MUCH),
    ],
)  # fmt: skip
def test_of_other_products_too(order: Json, expected: dict[str, str]) -> None:
    assert of_doses(order) == expected


def test_steps_of_which_none_is_said_to_end_may_be_taken_side_by_side() -> None:
    first, second = (
        {**_on(70, place), "timing": {"repeat": {"dayOfWeek": [day]}}}
        for place, day in ((1, "sun"), (2, "wed"))
    )
    found = findings(draft(dosageInstruction=[first, second]))["order-daily-70"]
    assert found.summary == "Alendronate in steps of which none is said to end: 70 mg is a once-WEEKLY dose"
    bounded: Json = {"dayOfWeek": ["sun"], "boundsDuration": {"value": 4, "unit": "wk"}}
    assert of_doses(draft(dosageInstruction=[{**first, "timing": {"repeat": bounded}}, second])) == {}
    later: Json = {"dayOfWeek": ["wed"], "boundsPeriod": {"start": "2026-03-01"}}
    assert of_doses(draft(dosageInstruction=[first, {**second, "timing": {"repeat": later}}])) == {}
    daily = draft(dosageInstruction=[_on(70, 1), {**_on(70, 2), **DAILY}])
    assert "in steps" not in findings(daily)["order-daily-70"].summary


def test_a_card_says_which_of_the_two_was_not_understood() -> None:
    dose = findings(draft(dosage={"text": "2 strips weekly"}))["order-dose-unreadable"]
    assert dose.summary.startswith("Alendronate order has no readable dose")
    half = findings(draft(dosage={**WEEKLY, **ONE_TABLET, "text": "biweekly"}))["order-dose-unreadable"]
    assert half.summary.startswith("Alendronate order has no readable frequency")
    assert (
        half.because
        == "it says something about the frequency that could not be read, and may change the rest of it"
    )


@pytest.mark.parametrize(
    ("often", "words"),
    [
        (timing(1, 1, "wk"), "70 mg weekly"),
        (timing(2, 1, "wk"), "70 mg twice weekly"),
        (timing(4, 1, "wk"), "70 mg 4 times a week"),
        (timing(1, 2, "d"), "70 mg every other day"),
        (
            {"timing": {"repeat": {"frequency": 1, "frequencyMax": 2, "period": 1, "periodUnit": "wk"}}},
            "70 mg 1–2 times a week",
        ),
        ({}, ""),
    ],
)
def test_a_regimen_is_said_in_the_words_of_a_prescription(often: Json, words: str) -> None:
    (order,) = read_draft_orders(wire(dosed(70, often)), load()).orders
    assert spoken(order.structure) == words


@pytest.mark.parametrize(
    "disease", [Disease.ESOPHAGEAL_VARICES, Disease.ACHALASIA, Disease.CANNOT_SIT_UPRIGHT, Disease.ONJ]
)
def test_a_fact_in_doubt_is_a_warning_and_names_no_alternatives_but_for_varices(disease: Disease) -> None:
    doubt = Suspicion(disease=disease, why="by name", reference="Condition/1")
    (found,) = [
        each for each in findings(_fine(), inputs=_supplied(suspicions=(doubt,))).values() if each.own_card
    ]
    assert (found.weight, found.alternatives) == ("warning", disease is Disease.ESOPHAGEAL_VARICES)


def _fine() -> Json:
    return dosed(70, WEEKLY)


def _supplied(**members: Any) -> GuidelineInputs:  # noqa: ANN401 - any member
    """With a vitamin D level, so that nothing is to be said of supplements."""
    return woman("-2.7", **members)


@pytest.mark.parametrize(
    ("disease", "topic"),
    [
        (Disease.BISPHOSPHONATE_ALLERGY, "order-hypersensitivity"),
        (Disease.BISPHOSPHONATE_CONTRAINDICATED, "order-hypersensitivity"),
        (Disease.PREGNANCY, "order-pregnancy"),
        (Disease.DIALYSIS_OR_CKD_5, "order-renal"),
    ],
)
def test_what_only_a_name_tells_of_is_asked_about(disease: Disease, topic: str) -> None:
    doubt = Suspicion(disease=disease, why="by name", reference="Condition/1")
    chart = woman("-2.7", suspicions=(doubt,), renal=type(renal())())
    assert findings(_fine(), inputs=chart)[topic].weight == "warning"


def test_a_known_renal_function_settles_a_doubt() -> None:
    doubt = Suspicion(disease=Disease.DIALYSIS_OR_CKD_5, why="by name", reference="Condition/1")
    assert "order-renal" not in findings(_fine(), inputs=woman("-2.7", suspicions=(doubt,)))


def test_kidney_failure_without_a_value_is_critical_by_the_diagnosis() -> None:
    failed = woman(
        "-2.7", renal=renal("20", kidney_injury=False), diagnoses=(diagnosis(Disease.DIALYSIS_OR_CKD_5),)
    )
    assert findings(_fine(), inputs=failed)["order-renal"].weight == "critical"
    unmeasured = woman(
        "-2.7",
        renal=type(renal())(),
        diagnoses=(diagnosis(Disease.DIALYSIS_OR_CKD_5),),
    )
    found = findings(_fine(), inputs=unmeasured)
    assert found["order-renal"].summary.startswith("Dialysis or kidney failure: alendronate")
    assert "order-renal-unknown" not in found


@pytest.mark.parametrize(("bound", "weight"), [("30", "critical"), ("35", "warning")])
def test_a_bound_of_egfr_is_read_as_what_it_bounds(bound: str, weight: str) -> None:
    chart = woman("-2.7", renal=type(renal())(egfr=measured(bound, "mL/min/{1.73_m2}", comparator="<")))
    assert findings(_fine(), inputs=chart)["order-renal"].weight == weight


def test_creatinine_that_changes_fast_is_no_renal_function() -> None:
    injured = woman("-2.7", renal=type(renal())(kidney_injury=True))
    assert "changing fast" in findings(_fine(), inputs=injured)["order-renal-unknown"].summary


def test_what_could_not_be_had_is_not_called_absent() -> None:
    lacking = woman(
        "-1.9",
        labs=type(clear_labs())(),
        renal=type(renal())(),
        unanswered=frozenset({Source.LABS, Source.MEDICATIONS, Source.PROCEDURES, Source.FRAX}),
    )
    assert findings(_fine(), inputs=lacking) == {}


def test_a_dental_answer_of_no_is_no_examination() -> None:
    said = woman("-2.7", dental_exam=Recorded(is_so=False, reference="Observation/1"))
    assert "order-dental" in findings(_fine(), inputs=said)


def test_supplements_in_the_morning_are_a_line_of_text() -> None:
    morning = Supplement(name="calcium", reference="MedicationStatement/1", in_the_morning=True)
    found = findings(_fine(), inputs=woman("-2.7", supplements=(morning,)))["order-administration-timing"]
    assert not found.own_card
    assert found.summary == "Take alendronate 30 minutes before calcium"


def test_vitamin_d_that_is_being_ordered_is_not_offered_again() -> None:
    low = woman("-2.7", labs=clear_labs(vitamin_d=measured("14", "ng/mL")))
    assert findings(_fine(), inputs=low)["order-vitamin-d"].remedies == ("vitamin-d",)
    beside = draft("2418", "vitamin D3", id="d2")
    assert findings(_fine(), beside, inputs=low)["order-vitamin-d"].remedies == ()


@pytest.mark.parametrize(
    ("since", "before", "said"),
    [(60, 0, True), (59, 0, False), (59, 31, True), (36, 729, False), (36, 730, True)],
)
def test_earlier_courses_of_the_same_tablet_count_for_the_review(since: int, before: int, said: bool) -> None:
    past = (PastTherapy(drug="alendronate", days=before, reference="m"),) if before else ()
    other = PastTherapy(drug="risedronate", days=4000, reference="m")
    chart = woman("-2.7", therapy=(therapy(since=months_ago(since)),), past_therapy=(*past, other))
    assert ("order-drug-holiday" in findings(_fine(), inputs=chart)) is said


@pytest.mark.parametrize(
    ("lowest", "months", "said"),
    [
        ("-2.7", 70, "; go on, to 10 years, rather than pause: hip T-score −2.5 or below"),
        ("-2.0", 70, "a drug holiday may be considered"),
        (None, 70, "; hip T-score not known: get one before a pause is decided"),
        ("-2.0", 120, "; on record for 10 years, and the evidence ends at 10: specialist review"),
    ],
)
def test_a_review_says_what_speaks_for_going_on(lowest: str | None, months: int, said: str) -> None:
    long = (therapy(since=months_ago(months)),)
    assert said in findings(_fine(), inputs=woman(lowest, therapy=long))["order-drug-holiday"].because


def test_no_frax_is_not_said_where_cancer_therapy_indicates() -> None:
    assert "order-no-frax" not in findings(_fine(), inputs=woman("-2.0", cancer_therapy=(LETROZOLE,)))
    assert "order-no-frax" in findings(_fine(), inputs=woman("-1.9", cancer_therapy=(LETROZOLE,)))


def test_no_frax_is_never_said_under_therapy_whatever_the_disposition() -> None:
    dying = person(70, hospice_reference="Condition/1")
    assert "order-no-frax" in findings(_fine(), inputs=woman("-1.9", person=dying))
    treated = woman("-1.9", person=dying, therapy=(therapy(),))
    assert "order-no-frax" not in findings(_fine(), inputs=treated)


def test_beyond_the_age_of_frax_it_is_said_that_it_has_no_results() -> None:
    found = findings(_fine(), inputs=woman("-1.9", age=92))["order-no-frax"]
    assert "decide individually" in found.because


def test_a_contradicting_chart_says_neither_that_frax_is_missing_nor_that_it_is_below() -> None:
    conflicts = tuple(Conflict(bone_density=density(t), frax=frax(), of_frax=False) for t in ("-1.4", "-2.7"))
    found = findings(_fine(), inputs=woman("-1.4", conflicts=conflicts))
    assert not {"order-no-frax", "order-below-threshold"} & found.keys()


def test_drugs_for_cancer_are_not_held_against_osteoporosis() -> None:
    xgeva = draft(None, "Xgeva 120 mg", id="x")
    assert (
        not {"order-no-frax", "order-premenopausal"}
        & findings(xgeva, inputs=woman("-1.9", person=person(40, menopause=None))).keys()
    )


ZOMETA = "351114"


@pytest.mark.parametrize(
    ("order", "members", "warned"),
    [
        (draft(ZOMETA), {}, True),
        (draft(None, "zoledronic acid 4 mg"), {}, True),
        (draft(None, "zoledronic acid 5 mg/100 mL"), {}, False),
        (dosed(4, timing(1, 6, "mo"), None, name="zoledronic acid"), {}, True),
        (dosed(5, timing(1, 1, "a"), None, name="zoledronic acid"), {}, False),
        (draft(ZOMETA), {"cancer_therapy": (LETROZOLE,)}, False),
        (draft(ZOMETA), {"diagnoses": (diagnosis(Disease.HYPERCALCEMIA),)}, False),
        (draft(ZOMETA, reasonCode=[concept("64859006", SNOMED)]), {"cancer_therapy": (LETROZOLE,)}, True),
        (draft(ZOMETA, reasonCode=[concept("109989006", SNOMED)]), {}, False),
        (draft(ZOMETA, reasonCode=[concept("C79.51", ICD10)]), {}, False),
        (draft(ZOMETA, reasonCode=[concept("C50.911", ICD10)]), {}, False),
        (draft(ZOMETA, reasonCode=[concept("C61", ICD10)]), {}, False),
        (draft(ZOMETA, reasonCode=[concept("C61", ICD10), concept("M81.0", ICD10)]), {}, True),
        (draft(ZOMETA), {"diagnoses": (diagnosis(Disease.BONE_METASTASIS),)}, False),
        (draft(ZOMETA), {"bone_density": density("-0.5")}, False),
        (
            draft(ZOMETA),
            {"bone_density": density("-0.5"), "diagnoses": (diagnosis(Disease.OSTEOPENIA),)},
            True,
        ),
    ],
)
def test_four_milligrams_of_zoledronate_are_asked_about_where_bone_loss_is_the_reason(
    order: Json,
    members: dict[str, Any],
    warned: bool,
) -> None:
    found = findings(order, inputs=woman("-2.7", **members))
    assert ("order-zoledronate-strength" in found) is warned


def duplicate(*drafts: Json, **members: Any) -> OrderFinding | None:  # noqa: ANN401 - any member
    return findings(*drafts, inputs=woman("-2.7", **members)).get("order-duplicate-therapy")


def test_a_bisphosphonate_known_by_a_status_code_only_may_be_this_one() -> None:
    long_term = therapy("a bisphosphonate", reference="Condition/1", references=("Condition/1",))
    found = duplicate(_fine(), therapy=(long_term,))
    assert found is not None
    assert found.weight == "warning"


@pytest.mark.parametrize(
    ("references", "counts"),
    [
        (("MedicationRequest/r",), False),
        (("MedicationRequest/r", "MedicationStatement/s"), False),
        (("MedicationRequest/r", "MedicationRequest/other"), True),
        (("MedicationStatement/s",), True),
        ((), True),
    ],
)
def test_an_order_takes_the_place_of_all_orders_it_replaces_and_of_no_other(
    references: tuple[str, ...],
    counts: bool,
) -> None:
    current = therapy("risedronate", references=references)
    order = dosed(70, WEEKLY, priorPrescription={"reference": "MedicationRequest/r"})
    assert (duplicate(order, therapy=(current,)) is not None) is counts


def test_the_weightiest_of_several_drugs_is_named_and_all_are_told() -> None:
    found = duplicate(_fine(), therapy=(therapy("raloxifene"), therapy("risedronate")))
    assert found is not None
    assert (found.weight, found.summary) == ("critical", "Duplicate bone therapy: already on risedronate")
    assert "raloxifene" in found.because


@pytest.mark.parametrize(
    ("other", "counts"),
    [
        (dosed(70, WEEKLY, id="d2"), True),
        (dosed(10, DAILY, ALENDRONATE_10, id="d2"), True),
        (dosed(10, DAILY, ALENDRONATE_10, id="d2", status="active"), False),
        (dosed(70, WEEKLY, id="d2", status="active"), False),
        (dosed(70, WEEKLY, id="d2", status="cancelled"), False),
        (dosed(70, DAILY, id="d1"), False),
        (draft(RISEDRONATE, id="d2", doNotPerform=True), False),
        (draft(RISEDRONATE, id="d2", status="stopped"), False),
    ],
)
def test_the_same_drug_beside_is_a_second_order_only_where_it_is_drafted_again(
    other: Json, counts: bool
) -> None:
    assert (duplicate(_fine(), other) is not None) is counts


def test_an_order_that_a_draft_replaces_is_not_counted_against_it_unless_it_is_to_be_signed_too() -> None:
    new = dosed(70, WEEKLY, priorPrescription={"reference": "MedicationRequest/d2"})
    assert duplicate(new, draft(RISEDRONATE, id="d2", status="active")) is None
    both = duplicate(new, draft(RISEDRONATE, id="d2"))
    assert both is not None
    assert both.weight == "critical"
    assert both.summary.endswith(" is ordered too")


@pytest.mark.parametrize(
    "status", ["cancelled", "entered-in-error", "completed", "stopped", "ended", "revoked"]
)
def test_what_is_stopped_is_told_by_its_id_and_not_by_its_drug(status: str) -> None:
    current = therapy("risedronate", reference="MedicationRequest/m", references=("MedicationRequest/m",))
    found = duplicate(_fine(), draft(RISEDRONATE, id="zzz", status=status), therapy=(current,))
    assert found is not None
    assert (found.weight, found.summary) == ("critical", "Duplicate bone therapy: already on risedronate")
    assert duplicate(_fine(), draft(RISEDRONATE, id="m", status=status), therapy=(current,)) is None


@pytest.mark.parametrize(("status", "counts"), [("stopped", False), ("ended", False), ("cancelled", True)])
def test_of_a_drug_that_is_only_stated_a_stopped_order_ends_it(status: str, counts: bool) -> None:
    stated = therapy("risedronate", reference="MedicationStatement/s", references=("MedicationStatement/s",))
    order = draft(RISEDRONATE, id="zzz", status=status)
    assert (duplicate(_fine(), order, therapy=(stated,)) is not None) is counts


def test_a_draft_that_goes_itself_replaces_nothing() -> None:
    current = therapy("risedronate", reference="MedicationRequest/m", references=("MedicationRequest/m",))
    given_up = dosed(
        70, WEEKLY, id="d2", status="cancelled", priorPrescription={"reference": "MedicationRequest/m"}
    )
    assert duplicate(_fine(), given_up, therapy=(current,)) is not None


@pytest.mark.parametrize(("last", "counts"), [(months_ago(7), True), (months_ago(7, 1), False), (None, True)])
def test_denosumab_counts_for_seven_months_after_a_dose(last: Any, counts: bool) -> None:  # noqa: ANN401 - a case
    given = therapy("denosumab", last_dose=last)
    assert (duplicate(draft("1490065"), therapy=(given,)) is not None) is counts


def test_a_bisphosphonate_after_denosumab_is_wanted_and_other_drugs_are_not() -> None:
    given = therapy("denosumab", last_dose=months_ago(6))
    assert duplicate(_fine(), therapy=(given,)) is None
    assert duplicate(draft("1490065"), therapy=(given,)) is not None


def prednisone(*dosage: Json, **members: Any) -> Json:  # noqa: ANN401 - any element
    return draft(PREDNISONE, "prednisone", dosageInstruction=list(dosage), **members)


def step(mg: float, days: int, sequence: int) -> Json:
    repeat = {
        "frequency": 1,
        "period": 1,
        "periodUnit": "d",
        "boundsDuration": {"value": days, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"},
    }
    return {
        "sequence": sequence,
        "timing": {"repeat": repeat},
        "doseAndRate": [{"doseQuantity": {"value": mg, "unit": "mg"}}],
    }


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ((step(20, 60, 1), step(5, 30, 2)), True),
        ((step(20, 60, 1), step(2, 60, 2)), False),
        ((step(20, 60, 1), step(5, 30, 2), step(1, 30, 3)), True),
    ],
)
def test_of_a_taper_the_days_count_on_which_the_dose_is_enough(steps: tuple[Json, ...], told: bool) -> None:
    assert ("order-glucocorticoid" in findings(prednisone(*steps))) is told


def test_a_course_bound_to_days_begins_when_it_says_so() -> None:
    bounds = {"boundsPeriod": {"start": "2026-02-01", "end": "2026-06-01"}}
    dosage = step(5, 1, 1)
    dosage["timing"]["repeat"] = {"frequency": 1, "period": 1, "periodUnit": "d", **bounds}
    assert "planned for 121 days" in findings(prednisone(dosage))["order-glucocorticoid"].because
    far = {"boundsPeriod": {"start": "9999-06-01", "end": "9999-12-31"}}
    dosage["timing"]["repeat"] = {"frequency": 1, "period": 1, "periodUnit": "d", **far}
    assert "order-glucocorticoid" in findings(prednisone(dosage))


def test_what_is_ordered_beside_a_glucocorticoid_is_seen() -> None:
    course = prednisone(step(5, 120, 1))
    assert findings(course)["order-glucocorticoid"].remedies == ("frax-task", "dxa-now")
    scan = {"resourceType": "ServiceRequest", "id": "s", "code": {"text": "DEXA scan"}}
    assert findings(course, scan)["order-glucocorticoid"].remedies == ("frax-task",)
    assert "order-glucocorticoid" not in findings(course, {**_fine(), "id": "d2"})


def test_a_glucocorticoid_of_unknown_name_is_not_converted() -> None:
    assert "order-glucocorticoid" not in findings(draft(None, "Medrol or prednisone", dosage=step(5, 120, 1)))


@pytest.mark.parametrize(
    ("due", "last", "early"),
    [
        (None, days_ago(10), True),
        ("2025-06-01", months_ago(12), False),
        ("2025-06-01", months_ago(11), True),
        ("2026-12-01", days_ago(10), True),
    ],
)
def test_an_order_whose_day_has_passed_is_carried_out_now(due: str | None, last: Any, early: bool) -> None:  # noqa: ANN401 - a case
    scan: Json = {"resourceType": "ServiceRequest", "id": "s", "code": {"text": "DEXA scan"}}
    if due:
        scan["occurrenceDateTime"] = due
    chart = woman(None, bone_density=density("-2.7", day=last))
    assert ("order-dxa-early" in findings(scan, inputs=chart)) is early
