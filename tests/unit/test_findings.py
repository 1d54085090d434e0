"""The findings beside a disposition: very high risk, secondary causes, therapy due or late, alternatives.

The mutations that these tests kill: 12 months and two fractures, −3.0, MOF 30 and hip 4.5, 10.5 mg/dL, 1.5
times, eGFR 30, vitamin D 12, 6, 7 and 18 months, 45 days, 24 months, 5 and 3 years, 4 cm, each by a step.
"""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from cdshooks.guideline import on_therapy
from cdshooks.guideline.alternatives import MATRIX, Option, alternatives
from cdshooks.guideline.bars import BLOCKS
from cdshooks.guideline.bars.pregnancy import BLOCK_PREGNANCY
from cdshooks.guideline.bars.very_high_risk import flags
from cdshooks.guideline.decide import decide
from cdshooks.guideline.decision import Met
from cdshooks.guideline.fractures import fragility_events
from cdshooks.guideline.height_loss import height_loss
from cdshooks.guideline.on_therapy import Lateness
from cdshooks.guideline.secondary_cause import secondary_causes
from fhir_mappings.inputs import (
    BoneDensity,
    CancerTherapy,
    Disease,
    Fracture,
    FractureSite,
    GuidelineInputs,
    HeightLoss,
    Labs,
    Mechanism,
    PastTherapy,
    Recorded,
    Renal,
    Site,
    Source,
)
from tests.people import (
    AS_OF,
    LETROZOLE,
    calcium,
    clear_labs,
    days_ago,
    density,
    diagnosis,
    fracture,
    frax,
    man,
    measured,
    months_ago,
    person,
    renal,
    steroid,
    therapy,
    woman,
)

HIP, SPINE, WRIST = FractureSite.HIP, FractureSite.VERTEBRA, FractureSite.DISTAL_FOREARM


def osteoporotic(day: datetime.date | None) -> Fracture:
    """Coded as osteoporotic, without a site."""
    return fracture(FractureSite.UNSPECIFIED, mechanism=Mechanism.OSTEOPOROTIC, day=day)


# Blocks by more than one way.


@pytest.mark.parametrize(
    ("members", "block"),
    [
        ({"cannot_stay_upright": Recorded(is_so=True, reference="o")}, "block-upright"),
        ({"cannot_stay_upright": Recorded(is_so=False, reference="o")}, None),
        (
            {
                "cannot_stay_upright": Recorded(is_so=False, reference="o"),
                "diagnoses": (diagnosis(Disease.CANNOT_SIT_UPRIGHT),),
            },
            "block-upright",
        ),
        ({"diagnoses": (diagnosis(Disease.DIALYSIS_OR_CKD_5),)}, "block-renal"),
        ({"diagnoses": (diagnosis(Disease.DIALYSIS_OR_CKD_5),), "renal": Renal()}, "block-renal"),
        ({"diagnoses": (diagnosis(Disease.DIALYSIS_OR_CKD_5),), "renal": renal("20")}, "block-renal"),
        ({"diagnoses": (diagnosis(Disease.DIALYSIS_OR_CKD_5, current=False),)}, None),
        ({"diagnoses": (diagnosis(Disease.HYPOCALCEMIA),), "labs": Labs()}, "block-hypocalcemia"),
        ({"diagnoses": (diagnosis(Disease.TETANY),), "labs": Labs()}, "block-hypocalcemia"),
        ({"diagnoses": (diagnosis(Disease.HYPOCALCEMIA),)}, None),
        ({"diagnoses": (diagnosis(Disease.HYPOCALCEMIA, day=days_ago(9)),)}, "block-hypocalcemia"),
        ({"diagnoses": (diagnosis(Disease.HYPOCALCEMIA, day=days_ago(10)),)}, None),
        ({"diagnoses": (diagnosis(Disease.HYPOCALCEMIA, current=False),), "labs": Labs()}, None),
    ],
)
def test_a_diagnosis_blocks_where_a_value_would(members: dict[str, Any], block: str | None) -> None:
    decision = decide(woman("-2.7", **members))
    assert [each.id for each in decision.blocks] == ([block] if block else [])


def test_pregnancy_blocks_an_order_too() -> None:
    with_child = woman("-2.7", person=person(40, pregnancy_reference="Condition/1"))
    assert BLOCK_PREGNANCY.look(with_child).met is Met.YES
    unread = woman("-2.7", unanswered=frozenset({Source.CONDITIONS}))
    assert BLOCK_PREGNANCY.look(unread).met is Met.UNKNOWN
    assert BLOCK_PREGNANCY.look(woman("-2.7")).met is Met.NO


@pytest.mark.parametrize(
    ("members", "caution"),
    [
        ({"diagnoses": (diagnosis(Disease.LONG_TERM_BISPHOSPHONATE),)}, "caution-long-exposure"),
        ({"diagnoses": (diagnosis(Disease.MYELOMA),)}, "caution-not-known"),
        ({"diagnoses": (diagnosis(Disease.NEOPLASTIC_FRACTURE, current=False),)}, "caution-not-known"),
        (
            {"past_therapy": (PastTherapy(drug="etidronate", days=1825, reference="m"),)},
            "caution-long-exposure",
        ),
        ({"past_therapy": (PastTherapy(drug="etidronate", days=1824, reference="m"),)}, None),
        (
            {"past_therapy": (PastTherapy(drug="zoledronic acid", days=1095, reference="m"),)},
            "caution-long-exposure",
        ),
        ({"past_therapy": (PastTherapy(drug="zoledronic acid", days=1094, reference="m"),)}, None),
    ],
)
def test_what_leaves_the_draft_unrecommended(members: dict[str, Any], caution: str | None) -> None:
    assert [each.id for each in decide(woman("-2.7", **members)).cautions] == ([caution] if caution else [])


# C10.


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"fractures": (fracture(HIP, day=months_ago(12)),)}, ["recent hip fracture 2025-01-15"]),
        ({"fractures": (fracture(HIP, day=months_ago(12, 1)),)}, []),
        ({"fractures": (fracture(HIP, day=None),)}, []),
        (
            {
                "fractures": (
                    fracture(HIP, day=datetime.date(2025, 1, 1), latest=datetime.date(2025, 12, 31)),
                )
            },
            ["recent hip fracture 2025-01-01"],
        ),
        ({"fractures": (fracture(HIP), fracture(SPINE))}, ["2 fragility fractures"]),
        ({"fractures": (fracture(HIP), fracture(SPINE, mechanism=Mechanism.UNKNOWN))}, []),
        ({"fractures": (fracture(HIP, day=days_ago(3000)), fracture(HIP, day=days_ago(2820)))}, []),
        (
            {"fractures": (fracture(HIP, day=days_ago(3000)), fracture(HIP, day=days_ago(2819)))},
            ["2 fragility fractures"],
        ),
        ({"fractures": (fracture(HIP, day=None), fracture(HIP))}, []),
        # A code for the site and one for the cause are two conditions of one event, as in Synthea's charts.
        ({"fractures": (osteoporotic(days_ago(3000)), fracture(HIP, day=days_ago(3000)))}, []),
        ({"fractures": (fracture(HIP, day=days_ago(3000)), osteoporotic(days_ago(2820)))}, []),
        ({"fractures": (fracture(HIP), osteoporotic(None))}, []),
        (
            {"fractures": (fracture(HIP, day=days_ago(3000)), osteoporotic(days_ago(2819)))},
            ["2 fragility fractures"],
        ),
        ({"bone_density": density("-3.01")}, ["T-score −3.01"]),
        ({"bone_density": density("-3.0")}, []),
        ({"frax": frax("4.5", "30")}, []),
        ({"frax": frax("4.51", "30.1")}, ["FRAX MOF 30.1 %", "FRAX hip 4.51 %"]),
        ({"frax": frax("9", "40"), "person": person(91)}, []),
        (
            {"fractures": (fracture(HIP),), "diagnoses": (diagnosis(Disease.FALLS),)},
            ["injurious falls"],
        ),
        ({"diagnoses": (diagnosis(Disease.FALLS),)}, []),
        (
            {"fractures": (fracture(HIP, day=days_ago(30)),), "glucocorticoid": steroid("2.5", 100)},
            ["recent hip fracture 2025-12-16", "fracture on glucocorticoids"],
        ),
        (
            {"fractures": (fracture(HIP, day=days_ago(30)),), "glucocorticoid": steroid("2.4", 100)},
            ["recent hip fracture 2025-12-16"],
        ),
        (
            {"fractures": (fracture(HIP, day=days_ago(30)),), "glucocorticoid": steroid("5", 30)},
            ["recent hip fracture 2025-12-16"],
        ),
        (
            {"fractures": (fracture(HIP, day=days_ago(29)),), "glucocorticoid": steroid("5", 30)},
            ["recent hip fracture 2025-12-17", "fracture on glucocorticoids"],
        ),
        (
            {"fractures": (fracture(HIP, day=AS_OF),), "glucocorticoid": steroid("5", 30)},
            ["recent hip fracture 2026-01-15", "fracture on glucocorticoids"],
        ),
        (
            {"fractures": (fracture(HIP, day=None),), "glucocorticoid": steroid("5", 30)},
            [],
        ),
    ],
)
def test_each_flag_of_very_high_risk_from_both_sides(members: dict[str, Any], expected: list[str]) -> None:
    assert flags(woman("-2.7", **members)) == expected


def past(days: int, last: datetime.date | None) -> PastTherapy:
    return PastTherapy(drug="alendronate", days=days, reference="m", last_day=last)


@pytest.mark.parametrize(
    ("broken", "taken", "met"),
    [
        (datetime.date(2020, 6, 1), past(800, datetime.date(2021, 1, 1)), True),
        (datetime.date(2020, 6, 1), past(400, datetime.date(2020, 6, 1)), True),
        (datetime.date(2020, 6, 2), past(400, datetime.date(2020, 6, 1)), False),
        (datetime.date(2020, 6, 1), past(367, datetime.date(2020, 6, 1)), True),
        (datetime.date(2020, 6, 1), past(366, datetime.date(2020, 6, 1)), False),
        (None, past(800, datetime.date(2021, 1, 1)), False),
        (datetime.date(2020, 6, 1), past(800, None), False),
    ],
)
def test_a_fracture_under_an_earlier_drug_counts(
    broken: datetime.date | None, taken: PastTherapy, *, met: bool
) -> None:
    inputs = woman("-2.7", fractures=(fracture(HIP, day=broken),), past_therapy=(taken,))
    assert any("on therapy" in flag for flag in flags(inputs)) is met


# Kills ON_THERAPY_MONTHS 12 → 11 or 13 and `>=` → `>`.
@pytest.mark.parametrize(
    ("began", "met"), [(months_ago(24), True), (months_ago(23, 30), False), (None, False)]
)
def test_under_therapy_only_a_fracture_a_year_after_its_start_counts(
    began: datetime.date | None, *, met: bool
) -> None:
    inputs = woman("-3.5", therapy=(therapy(since=began),), fractures=(fracture(HIP, day=months_ago(12)),))
    decision = decide(inputs)
    assert (decision.fired("caution-very-high-risk") is not None) is met
    if met:
        assert flags(inputs)[0] == "hip fracture on therapy 2025-01-15"
    else:
        assert flags(inputs) == []


def test_of_several_fractures_the_latest_is_named() -> None:
    """In charts of many years the first fracture under a drug is old news (seen in Synthea's)."""
    told = (
        fracture(SPINE, day=months_ago(40)),
        fracture(HIP, day=months_ago(3)),
        fracture(WRIST, day=months_ago(20)),
    )
    assert flags(woman("-2.7", therapy=(therapy(since=months_ago(80)),), fractures=told)) == [
        "hip fracture on therapy 2025-10-15",
        "3 fragility fractures",
    ]
    two = (fracture(SPINE, day=months_ago(9)), fracture(HIP, day=months_ago(3)))
    assert flags(woman("-2.7", fractures=two))[0] == "recent hip fracture 2025-10-15"


def test_frax_is_no_flag_under_therapy() -> None:
    inputs = woman("-2.7", therapy=(therapy(),), fractures=(fracture(day=AS_OF),), frax=frax("9", "40"))
    assert not any("FRAX" in flag for flag in flags(inputs))


def test_very_high_risk_is_not_asked_where_drugs_are_only_considered() -> None:
    decision = decide(woman("-0.5", fractures=(fracture(day=AS_OF),)))
    assert not any(each.id == "caution-very-high-risk" for each in decision.criteria)


def test_one_event_told_three_times_is_one() -> None:
    told = tuple(fracture(HIP, day=datetime.date(2023, month, 1)) for month in (7, 9, 12))
    assert fragility_events(woman(fractures=told)) == 1


# C06.


def tsh(value: str, **members: Any) -> dict[str, Any]:  # noqa: ANN401 - any member
    limits = {"lab_low": Decimal("0.4"), "lab_high": Decimal("4.5")}
    return {"labs": clear_labs(tsh=measured(value, "m[IU]/L", **{**limits, **members}))}


def phosphatase(value: str, **members: Any) -> dict[str, Any]:  # noqa: ANN401 - any member
    return {"labs": clear_labs(alkaline_phosphatase=measured(value, "U/L", **members))}


HUNDRED = Decimal(100)


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({}, None),
        (tsh("0.4"), None),
        (tsh("0.39"), "low TSH (0.39 mIU/L, 2026-01-05)"),
        (tsh("0.01", comparator="<"), "low TSH (< 0.01 mIU/L, 2026-01-05)"),
        (tsh("4.5"), None),
        (tsh("4.51"), "high TSH"),
        (tsh("100", comparator=">"), "high TSH"),
        (tsh("5", comparator="<"), None),
        (tsh("99", lab_low=None, lab_high=None), None),
        ({"labs": clear_labs(pth=measured("90", "pg/mL", lab_high=Decimal(65)))}, "high PTH"),
        (phosphatase("150", lab_high=HUNDRED), None),
        (phosphatase("150.1", lab_high=HUNDRED), "high alkaline phosphatase"),
        (phosphatase("150", lab_high=HUNDRED, comparator=">"), "high alkaline phosphatase"),
        (phosphatase("900"), None),
        ({"labs": clear_labs(calcium=calcium("10.5"))}, None),
        ({"labs": clear_labs(calcium=calcium("10.51"))}, "high corrected calcium"),
        ({"labs": clear_labs(calcium=calcium("10.3", lab_high=Decimal("10.2")))}, "high corrected calcium"),
        ({"labs": clear_labs(calcium=calcium("10.2", lab_high=Decimal("10.2")))}, None),
        ({"labs": clear_labs(calcium=calcium("8.4"))}, "low corrected calcium"),
        ({"labs": clear_labs(calcium=calcium("99", kind="ionized"))}, None),
        ({"renal": renal("30")}, None),
        ({"renal": renal("29.9")}, "low eGFR"),
        ({"labs": clear_labs(vitamin_d=measured("12", "ng/mL"))}, None),
        ({"labs": clear_labs(vitamin_d=measured("11.9", "ng/mL"))}, "low 25-OH vitamin D"),
        ({"labs": Labs(), "renal": Renal()}, None),
        ({"diagnoses": (diagnosis(Disease.ALCOHOL_USE_DISORDER),)}, "alcohol use disorder"),
        ({"diagnoses": (diagnosis(Disease.ALCOHOL_USE_DISORDER, current=False),)}, None),
        ({"diagnoses": (diagnosis(Disease.MYELOMA, current=False),)}, "multiple myeloma"),
        ({"diagnoses": (diagnosis(Disease.NEOPLASTIC_FRACTURE),)}, "pathological fracture with malignancy"),
        *(
            ({"diagnoses": (diagnosis(disease),)}, disease.value)
            for disease in (
                Disease.HYPERTHYROIDISM,
                Disease.HYPERPARATHYROIDISM,
                Disease.HYPOGONADISM,
                Disease.MALABSORPTION,
                Disease.MYELOMA,
            )
        ),
    ],
)
def test_each_hint_at_another_cause_from_both_sides(members: dict[str, Any], found: str | None) -> None:
    causes = secondary_causes(woman("-1.5", **members))
    assert len(causes) == (1 if found else 0)
    assert not found or causes[0].startswith(found)


@pytest.mark.parametrize(
    ("inputs", "asked"),
    [
        (woman("-1.01", **tsh("9")), True),
        (woman("-1.0", **tsh("9")), False),
        (woman(None, **tsh("9")), False),
        (woman(None, **tsh("9"), diagnoses=(diagnosis(Disease.OSTEOPENIA, current=False),)), True),
        (woman("-0.5", **tsh("9"), fractures=(fracture(),)), True),
        (woman("-0.5", **tsh("9"), fractures=(fracture(mechanism=Mechanism.UNKNOWN),)), False),
    ],
)
def test_another_cause_is_asked_about_where_bone_is_low_or_broken(
    inputs: GuidelineInputs, *, asked: bool
) -> None:
    assert bool(secondary_causes(inputs)) is asked


def test_a_fracture_beside_myeloma_is_a_malignant_one() -> None:
    inputs = woman("-1.5", diagnoses=(diagnosis(Disease.MYELOMA),), fractures=(fracture(SPINE),))
    assert secondary_causes(inputs)[0] == Disease.NEOPLASTIC_FRACTURE


# C13, and what is due under therapy.


def late(last: datetime.date | None, **members: Any) -> str | None:  # noqa: ANN401 - any member
    drug = therapy("denosumab", last_dose=last)
    overdue = on_therapy.denosumab_overdue(woman("-2.7", **{"therapy": (drug,), **members}))
    return overdue.lateness if overdue else None


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (months_ago(6), None),
        (months_ago(6, 1), Lateness.WARNING),
        (months_ago(7), Lateness.WARNING),
        (months_ago(7, 1), Lateness.CRITICAL),
        (months_ago(18), Lateness.CRITICAL),
        (months_ago(18, 1), None),
        (None, None),
    ],
)
def test_denosumab_is_late_after_six_months_and_critical_after_seven(
    last: datetime.date | None, expected: str | None
) -> None:
    assert late(last) == expected


def test_another_drug_that_followed_ends_the_question() -> None:
    for followed, expected in ((True, None), (False, Lateness.CRITICAL)):
        drug = therapy("denosumab", last_dose=months_ago(8), followed=followed)
        assert late(None, therapy=(drug, therapy(since=months_ago(7)))) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (months_ago(6), months_ago(5), None),
        (months_ago(6, 1), months_ago(6), (Lateness.WARNING, False)),
        (months_ago(20), months_ago(6), (Lateness.WARNING, False)),
        (months_ago(7), months_ago(6, 1), (Lateness.WARNING, True)),
        (months_ago(7, 1), months_ago(6, 1), (Lateness.CRITICAL, True)),
        (months_ago(30), months_ago(18), (Lateness.CRITICAL, True)),
        (months_ago(30), months_ago(18, 1), None),
    ],
)
def test_the_earliest_day_decides_how_late_a_dose_is_and_the_last_whether_that_is_sure(
    first: datetime.date, last: datetime.date, expected: tuple[str, bool] | None
) -> None:
    given = therapy("denosumab", last_dose=last, last_dose_from=first)
    found = on_therapy.denosumab_overdue(woman(therapy=(given,)))
    assert (None if found is None else (found.lateness, found.sure)) == expected


def test_no_other_drug_is_late_in_this_way() -> None:
    assert late(None, therapy=(therapy("zoledronic acid", last_dose=months_ago(9)),)) is None


@pytest.mark.parametrize("drug", ["denosumab", "zoledronic acid"])
def test_a_depot_that_is_ordered_and_no_longer_acts_is_told(drug: str) -> None:
    def lapse(last: datetime.date | None, drug: str = drug) -> str | None:
        return on_therapy.lapse(therapy(drug, last_dose=last), woman())

    assert lapse(months_ago(18)) is None
    assert lapse(months_ago(18, 1)) == "last dose on record 2024-07-14, over 18 months ago"
    assert lapse(None) is None
    assert lapse(months_ago(30), "alendronate") is None


@pytest.mark.parametrize(
    ("covered", "gap"),
    [(days_ago(45), None), (days_ago(46), "possible refill gap (supply to 2025-11-30)"), (None, None)],
)
def test_a_gap_in_supply_counts_beyond_45_days(covered: datetime.date | None, gap: str | None) -> None:
    assert on_therapy.refill_gap(therapy(covered_until=covered), woman()) == gap


GO_ON = "go on, to 10 years, rather than pause: "
HOLIDAY = (
    "no hip or vertebral fracture found and hip T-score above −2.5: a drug holiday may be considered, if "
    "risk is not high otherwise"
)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"bone_density": density("-2.4", site=Site.TOTAL_HIP)}, HOLIDAY),
        (
            {"bone_density": density("-2.5", site=Site.TOTAL_HIP)},
            f"{GO_ON}hip T-score −2.5 or below",
        ),
        (
            {"bone_density": density("-1.0", site=Site.LUMBAR_SPINE)},
            "hip T-score not known: get one before a pause is decided",
        ),
        (
            {"bone_density": BoneDensity(), "fractures": (fracture(SPINE),)},
            f"{GO_ON}hip or vertebral fracture",
        ),
        ({"fractures": (fracture(WRIST),)}, HOLIDAY),
    ],
)
def test_a_holiday_needs_a_hip_above_minus_2_5_and_no_fracture(members: dict[str, Any], said: str) -> None:
    assert on_therapy.pause_or_go_on(9, 10, woman("-1.9", **members)) == said


# The alternatives.

FULL = set(Option)


@pytest.mark.parametrize(
    ("members", "left"),
    [
        ({"diagnoses": (diagnosis(Disease.ACHALASIA),)}, FULL),
        ({"cannot_stay_upright": Recorded(is_so=True, reference="o")}, FULL),
        ({"renal": renal("30")}, FULL - {Option.ZOLEDRONIC_ACID}),
        ({"labs": clear_labs(calcium=calcium("8.0"))}, set()),
        (
            {"diagnoses": (diagnosis(Disease.BISPHOSPHONATE_CONTRAINDICATED),)},
            FULL - {Option.ZOLEDRONIC_ACID},
        ),
        ({"diagnoses": (diagnosis(Disease.ONJ),)}, {Option.ANABOLIC}),
        (
            {"diagnoses": (diagnosis(Disease.ATYPICAL_FEMORAL_FRACTURE),)},
            {Option.DENOSUMAB, Option.ANABOLIC},
        ),
        ({"labs": clear_labs(vitamin_d=measured("11", "ng/mL"))}, FULL),
        (
            {"diagnoses": (diagnosis(Disease.ACHALASIA), diagnosis(Disease.VTE_OR_STROKE, current=False))},
            FULL - {Option.RALOXIFENE},
        ),
        (
            {"diagnoses": (diagnosis(Disease.ACHALASIA), diagnosis(Disease.MYOCARDIAL_INFARCTION))},
            FULL - {Option.RALOXIFENE},
        ),
        (
            {"diagnoses": (diagnosis(Disease.ACHALASIA),), "cancer_therapy": (LETROZOLE,)},
            FULL - {Option.RALOXIFENE},
        ),
        (
            {"diagnoses": (diagnosis(Disease.ACHALASIA),), "renal": Renal(kidney_injury=True)},
            FULL - {Option.ZOLEDRONIC_ACID},
        ),
    ],
)
def test_the_alternatives_are_those_that_no_block_rules_out(
    members: dict[str, Any], left: set[Option]
) -> None:
    inputs = woman("-2.7", **members)
    assert set(alternatives(inputs, [each.id for each in decide(inputs).blocks])) == left


def test_men_are_not_given_raloxifene() -> None:
    leuprolide = CancerTherapy(drug="leuprolide", kind="androgen deprivation", since=None, reference="m")
    assert set(alternatives(man("-2.7", cancer_therapy=(leuprolide,)), ())) == FULL - {Option.RALOXIFENE}


def test_each_alternative_says_what_it_asks_for_and_what_the_chart_has_of_it() -> None:
    low = woman("-2.7", labs=clear_labs(vitamin_d=measured("11", "ng/mL")))
    assert alternatives(low, ["block-vitamin-d"])[Option.DENOSUMAB][0] == "vitamin D replete first"
    bare = woman("-2.7", labs=Labs(), renal=Renal())
    assert alternatives(bare, ())[Option.ZOLEDRONIC_ACID][-1] == (
        "here: calcium not known, renal function not known"
    )
    stroke = woman("-2.7", diagnoses=(diagnosis(Disease.VTE_OR_STROKE),))
    assert "romosozumab not within a year" in alternatives(stroke, ())[Option.ANABOLIC][-1]


def test_the_matrix_says_something_of_every_option_in_every_row() -> None:
    assert all(set(row) == FULL for row in MATRIX.values())
    named = {each.id for each in BLOCKS} - {"block-not-checked", "block-vitamin-d"}
    assert named - {"block-onj-or-atypical-fracture"} <= MATRIX.keys()


@pytest.mark.parametrize(
    ("cm", "observed", "asks"),
    [("4", False, True), ("3.9", False, False), ("2", True, True), ("1.9", True, False)],
)
def test_lost_height_asks_for_imaging_sooner_where_it_was_observed(
    cm: str, *, observed: bool, asks: bool
) -> None:
    loss = HeightLoss(cm=Decimal(cm), tallest_day=AS_OF, reference="o", observed=observed)
    assert height_loss(woman(height_losses=(loss,))) == (loss if asks else None)
