"""T3, T5, T6 and K1 to K3 from both sides of each threshold, and what they make of the draft.

The mutations that these tests kill: NORMAL −1.0 in T3, K1 and T5, MG_PER_DAY 7.5, DAYS 90, T6's −2.0, LOW −2.0
and NEAR −1.8, SEVERAL 2, each risk factor's own limit, each by a step, and `<` for `<=`.
"""

from typing import Any

import msgspec
import pytest

from cdshooks.guideline.decide import decide
from cdshooks.guideline.decision import Decision, Disposition, Draft, Met
from cdshooks.guideline.risk_factors import risk_factors
from fhir_mappings.inputs import (
    BodyMassIndex,
    CancerTherapy,
    Conflict,
    Disease,
    DoseSpan,
    Fracture,
    FractureSite,
    Frax,
    Glucocorticoid,
    GuidelineInputs,
    Labs,
    Mechanism,
    Menopause,
    Recorded,
    Smoking,
    Source,
)
from tests.people import (
    AS_OF,
    LETROZOLE,
    PARENT,
    SMOKES,
    days_ago,
    density,
    diagnosis,
    fracture,
    frax,
    man,
    measured,
    person,
    renal,
    steroid,
    therapy,
    woman,
)

TREAT, CONSIDER, F1, DEFER, NORMAL = (
    Disposition.TREAT,
    Disposition.CONSIDER,
    Disposition.RISK_ASSESSMENT_NEEDED,
    Disposition.DEFER,
    Disposition.NORMAL,
)
T3, K1 = "other-fragility-fracture-with-low-bone-mass", "other-fragility-fracture"
T5, T6 = "glucocorticoid", "cancer-therapy"
K2, K3 = "t-score-below-2-with-risk-factor", "t-score-near-2-with-risk-factors"


def found(decision: Decision, criterion: str) -> str:
    return next(each.met for each in decision.criteria if each.id == criterion)


def grounds(inputs: GuidelineInputs) -> list[str]:
    return [each.id for each in decide(inputs).grounds]


# T3 and K1.


@pytest.mark.parametrize(
    ("lowest", "expected", "ground"),
    [("-1.01", TREAT, T3), ("-1.0", CONSIDER, K1), ("-0.6", CONSIDER, K1), (None, CONSIDER, K1)],
)
@pytest.mark.parametrize(
    "site", [FractureSite.DISTAL_FOREARM, FractureSite.PROXIMAL_HUMERUS, FractureSite.PELVIS]
)
def test_other_fragility_fractures_need_low_bone_mass_to_indicate_treatment(
    site: FractureSite, lowest: str | None, expected: str, ground: str
) -> None:
    inputs = woman(lowest, fractures=(fracture(site),))
    assert (decide(inputs).disposition, grounds(inputs)) == (expected, [ground])


def test_an_osteoporotic_fracture_counts_without_a_site_and_a_low_fall_alone_does_not() -> None:
    nowhere = fracture(FractureSite.UNSPECIFIED, mechanism=Mechanism.OSTEOPOROTIC)
    assert grounds(woman("-1.5", fractures=(nowhere,))) == [T3]
    assert decide(woman("-1.5", fractures=(fracture(FractureSite.UNSPECIFIED),))).disposition == F1
    another = (fracture(FractureSite.OTHER, day=days_ago(100)),)
    assert decide(woman("-1.5", fractures=another)).disposition == F1
    assert decide(woman("-0.5", fractures=another)).disposition == NORMAL
    assert decide(woman("-2.7", fractures=another)).draft is Draft.RECOMMENDED


@pytest.mark.parametrize("criterion", [T3, K1])
@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, Met.NO),
        ({"fractures": (fracture(mechanism=Mechanism.UNKNOWN),)}, Met.UNKNOWN),
        ({"unanswered": frozenset({Source.CONDITIONS})}, Met.UNKNOWN),
        ({"fractures": (fracture(FractureSite.HIP, mechanism=Mechanism.UNKNOWN),)}, Met.NO),
    ],
)
def test_a_fracture_of_unknown_mechanism_is_unknown(
    criterion: str, members: dict[str, Any], expected: str
) -> None:
    assert found(decide(woman("-1.5", **members)), criterion) == expected


def test_without_a_t_score_low_bone_mass_is_unknown() -> None:
    assert found(decide(woman(None, fractures=(fracture(),))), T3) == Met.UNKNOWN


def test_a_hip_fracture_is_no_other_fracture() -> None:
    assert found(decide(woman("-1.5", fractures=(fracture(FractureSite.HIP),))), T3) == Met.NO


# T5.


@pytest.mark.parametrize(
    ("mg", "days", "lowest", "expected"),
    [
        ("7.5", 90, "-1.5", TREAT),
        ("7.49", 90, "-1.5", F1),
        ("7.5", 89, "-1.5", F1),
        ("7.5", 90, "-1.01", TREAT),
        ("7.5", 90, "-1.0", CONSIDER),
        ("7.5", 90, None, CONSIDER),
    ],
)
def test_a_glucocorticoid_counts_from_its_dose_and_duration_on(
    mg: str, days: int, lowest: str | None, expected: str
) -> None:
    assert decide(woman(lowest, glucocorticoid=steroid(mg, days))).disposition == expected


def test_a_glucocorticoid_that_is_over_does_not_count() -> None:
    decision = decide(woman("-1.5", glucocorticoid=steroid("20", 200, current=False)))
    assert (decision.disposition, found(decision, T5)) == (F1, Met.NO)


@pytest.mark.parametrize(
    ("mg", "days", "at"),
    [("7.5", 90, True), ("7.5", 200, True), ("10", 90, True), ("10", 91, False), ("7.51", 91, False)],
)
def test_where_only_the_limits_themselves_decide_it_says_at_threshold(
    mg: str, days: int, *, at: bool
) -> None:
    criterion = decide(woman("-1.5", glucocorticoid=steroid(mg, days))).fired(T5)
    assert criterion is not None
    assert ("(at threshold)" in criterion.because) is at


def test_a_taper_counts_the_days_that_reach_the_dose() -> None:
    spans = tuple(
        DoseSpan(start=days_ago(start), end=days_ago(end), mg_per_day=measured(mg).value)
        for start, end, mg in ((120, 61, "20"), (60, 30, "7.5"), (29, 0, "5"))
    )
    course = Glucocorticoid(drugs=("prednisone",), spans=spans, current=True, references=("x",))
    criterion = decide(woman("-1.5", glucocorticoid=course)).fired(T5)
    assert criterion is not None
    assert criterion.reason == "glucocorticoid 7.5–20 mg/d"
    assert "on 91 of 365 days" in criterion.because


@pytest.mark.parametrize(
    "members",
    [
        {"unanswered": frozenset({Source.MEDICATIONS})},
        {"diagnoses": (diagnosis(Disease.LONG_TERM_STEROIDS),)},
        {
            "glucocorticoid": Glucocorticoid(
                drugs=("prednisone",), spans=(), current=True, references=("MedicationRequest/1",)
            )
        },
    ],
)
def test_a_dose_that_is_not_known_is_unknown(members: dict[str, Any]) -> None:
    assert found(decide(woman("-1.5", **members)), T5) == Met.UNKNOWN


# T6.


@pytest.mark.parametrize(
    ("lowest", "expected"),
    [("-2.01", TREAT), ("-2.0", TREAT), ("-1.99", CONSIDER), ("-0.5", CONSIDER), (None, CONSIDER)],
)
def test_cancer_therapy_indicates_treatment_from_minus_2_down(lowest: str | None, expected: str) -> None:
    inputs = woman(lowest, cancer_therapy=(LETROZOLE,))
    assert (decide(inputs).disposition, grounds(inputs)) == (expected, [T6])
    assert decide(inputs).draft is Draft.OFFERED


def test_cancer_therapy_is_unknown_where_the_medicines_were_not_read() -> None:
    unread = frozenset({Source.MEDICATIONS})
    assert found(decide(woman("-2.0", unanswered=unread)), T6) == Met.UNKNOWN
    assert found(decide(woman("-2.0")), T6) == Met.NO


def test_what_also_meets_another_threshold_is_recommended() -> None:
    leuprolide = CancerTherapy(drug="leuprolide", kind="androgen deprivation", since=None, reference="m")
    decision = decide(man("-1.4", age=72, frax=frax("3.2"), cancer_therapy=(leuprolide,)))
    assert [each.id for each in decision.grounds] == ["frax-hip"]
    assert decision.draft is Draft.RECOMMENDED
    both = decide(woman("-2.0", cancer_therapy=(LETROZOLE,), frax=frax("3.2")))
    assert ([each.id for each in both.grounds], both.draft) == (["frax-hip", T6], Draft.RECOMMENDED)


# K2 and K3.


@pytest.mark.parametrize(
    ("lowest", "smokes", "parent", "expected"),
    [
        ("-2.49", True, False, K2),
        ("-2.01", True, False, K2),
        ("-2.01", False, False, None),
        ("-2.0", True, False, None),
        ("-2.0", True, True, K3),
        ("-1.8", True, True, K3),
        ("-1.79", True, True, None),
        ("-1.9", True, False, None),
    ],
)
def test_low_t_scores_need_one_risk_factor_and_those_near_minus_2_need_two(
    lowest: str, *, smokes: bool, parent: bool, expected: str | None
) -> None:
    inputs = woman(
        lowest, smoking=SMOKES if smokes else None, parental_hip_fracture=PARENT if parent else None
    )
    assert decide(inputs).disposition == (CONSIDER if expected else F1)
    assert (grounds(inputs) == [expected]) is (expected is not None)
    assert decide(inputs).draft is (Draft.OFFERED if expected else Draft.NOT_INDICATED)


def test_they_stand_where_frax_is_below_and_yield_to_a_treatment_threshold() -> None:
    assert decide(woman("-2.2", smoking=SMOKES, frax=frax("1", "9"))).disposition == CONSIDER
    assert decide(woman("-2.2", smoking=SMOKES, frax=frax("3.0", "9"))).disposition == TREAT
    assert decide(woman("-2.5", smoking=SMOKES)).disposition == TREAT


NO_SMOKER = Smoking(current=False, day=AS_OF, reference="o")
NO_PARENT = Recorded(is_so=False, reference="f")
NORMAL_BMI = BodyMassIndex(value=measured("24").value, day=AS_OF)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, Met.UNKNOWN),
        ({"smoking": NO_SMOKER, "parental_hip_fracture": NO_PARENT}, Met.UNKNOWN),
        ({"smoking": NO_SMOKER, "parental_hip_fracture": NO_PARENT, "bmi": NORMAL_BMI}, Met.NO),
        (
            {
                "smoking": NO_SMOKER,
                "parental_hip_fracture": NO_PARENT,
                "weight": measured("60", "kg"),
            },
            Met.NO,
        ),
    ],
)
def test_a_risk_factor_that_nobody_asked_about_is_unknown(members: dict[str, Any], expected: str) -> None:
    assert found(decide(woman("-2.2", **members)), K2) == expected
    assert found(decide(woman(None, **members)), K2) == Met.UNKNOWN
    assert (
        found(decide(woman("-1.5", **members)), K2) == found(decide(woman("-1.5", **members)), K3) == Met.NO
    )


def test_two_are_out_of_reach_where_only_one_is_unknown() -> None:
    asked: dict[str, Any] = {"smoking": NO_SMOKER, "parental_hip_fracture": NO_PARENT}
    assert found(decide(woman("-1.9", **asked)), K3) == Met.NO
    assert found(decide(woman("-1.9", smoking=NO_SMOKER)), K3) == Met.UNKNOWN


def bmi(value: str) -> dict[str, Any]:
    return {"bmi": BodyMassIndex(value=measured(value).value, day=AS_OF)}


@pytest.mark.parametrize(
    ("inputs", "names"),
    [
        (woman(age=66), ["age over 65"]),
        (woman(age=65), []),
        (woman(person=person(age=65, menopause=Menopause.DOCUMENTED)), []),
        (woman(fractures=(fracture(FractureSite.UNSPECIFIED),)), ["prior fracture"]),
        (woman(fractures=(fracture(FractureSite.OTHER),)), ["prior fracture"]),
        (woman(fractures=(fracture(FractureSite.UNSPECIFIED, mechanism=Mechanism.UNKNOWN),)), []),
        (woman(fractures=(fracture(),)), []),
        (woman(fractures=(fracture(FractureSite.HIP),)), []),
        (woman(parental_hip_fracture=PARENT), ["parental hip fracture"]),
        (woman(parental_hip_fracture=NO_PARENT), []),
        (woman(smoking=SMOKES), ["current smoking"]),
        (woman(smoking=NO_SMOKER), []),
        (woman(smoking=Smoking(current=None, day=AS_OF, reference="o")), []),
        (woman(glucocorticoid=steroid("2.5", 90)), ["glucocorticoid use"]),
        (woman(glucocorticoid=steroid("2.49", 90)), []),
        (woman(glucocorticoid=steroid("2.5", 89)), []),
        (woman(glucocorticoid=steroid("5", 200, current=False)), []),
        (woman(**bmi("19.9")), ["low body weight"]),
        (woman(**bmi("20")), []),
        (woman(weight=measured("57.5", "kg")), ["low body weight"]),
        (woman(weight=measured("57.6", "kg")), []),
        (woman(weight=measured("57.5", "kg"), **bmi("21")), ["low body weight"]),
        (woman(alcohol=measured("3", "{drinks}/d")), []),
    ],
)
def test_each_risk_factor_counts_from_its_own_limit_on(inputs: GuidelineInputs, names: list[str]) -> None:
    assert [each.name for each in risk_factors(inputs)] == names


@pytest.mark.parametrize(
    ("members", "name"),
    [
        ({"alcohol": measured("3", "{drinks}/d")}, "alcohol"),
        ({"alcohol": measured("2.9", "{drinks}/d")}, None),
        ({"alcohol": measured("3", "{drinks}/d", comparator="<")}, None),
        ({"diagnoses": (diagnosis(Disease.RHEUMATOID_ARTHRITIS),)}, "rheumatoid arthritis"),
        ({"diagnoses": (diagnosis(Disease.SECONDARY_OSTEOPOROSIS),)}, "secondary osteoporosis"),
        ({"diagnoses": (diagnosis(Disease.RHEUMATOID_ARTHRITIS, current=False),)}, None),
    ],
)
def test_what_only_frax_asks_for_counts_where_the_hospital_wants_it(
    members: dict[str, Any], name: str | None
) -> None:
    inputs = woman("-2.2", **members)
    assert decide(inputs).disposition == F1
    wider = decide(inputs, extra_risk_factors=True)
    assert wider.disposition == (CONSIDER if name else F1)
    assert [each.name for each in wider.risk_factors] == ([name] if name else [])


# Order and precedence.


def test_a_gate_comes_before_every_criterion() -> None:
    reasons: dict[str, Any] = {
        "fractures": (fracture(FractureSite.HIP),),
        "glucocorticoid": steroid(),
        "cancer_therapy": (LETROZOLE,),
    }
    young = person(45, menopause=Menopause.PREMENOPAUSAL)
    assert decide(woman("-3.0", person=young, **reasons)).disposition == Disposition.YOUNG
    treated = decide(woman("-3.0", therapy=(therapy(),), **reasons))
    assert treated.disposition == Disposition.ALREADY_TREATED
    assert [each.id for each in treated.grounds] == ["on-bone-therapy"]


def test_every_criterion_is_looked_at_in_order_and_the_classes_only_where_none_decides() -> None:
    ids = [each.id for each in decide(woman("-2.7")).criteria]
    gates = [
        "hospice-or-deceased",
        "pediatric",
        "pregnancy-or-lactation",
        "demographics-unusable",
        "not-postmenopausal-or-over-50",
        "on-bone-therapy",
    ]
    rules = [
        "hip-or-vertebral-fracture",
        "data-conflict",
        "t-score-osteoporosis",
        T3,
        "frax-hip",
        "frax-major",
        T5,
        T6,
        K1,
        K2,
        K3,
    ]
    assert ids[: len(gates + rules)] == gates + rules
    assert all(each.startswith(("block-", "caution-")) for each in ids[len(gates + rules) :])
    assert [each.id for each in decide(woman("-1.9")).criteria][len(gates + rules) :] == [
        "osteopenia-without-frax"
    ]


def conflicting(*lowest: str, **members: Any) -> GuidelineInputs:  # noqa: ANN401 - any member
    values = tuple(Conflict(bone_density=density(each), frax=Frax(), of_frax=False) for each in lowest)
    return woman(lowest[0], conflicts=values, **members)


def test_a_contradiction_is_decided_once_for_each_value() -> None:
    assert decide(conflicting("-1.4", "-2.2", smoking=SMOKES)).disposition == Disposition.DATA_CONFLICT
    assert (
        decide(conflicting("-0.8", "-1.4", glucocorticoid=steroid())).disposition == Disposition.DATA_CONFLICT
    )
    assert decide(conflicting("-1.4", "-2.7", glucocorticoid=steroid())).disposition == TREAT


def test_where_both_readings_agree_the_more_careful_one_is_told() -> None:
    both = decide(conflicting("-2.7", "-3.1"))
    assert (both.disposition, both.draft) == (TREAT, Draft.OFFERED)
    assert decide(conflicting("-2.2", "-2.7", cancer_therapy=(LETROZOLE,))).draft is Draft.OFFERED


def test_a_hip_fracture_stands_whatever_contradicts() -> None:
    decision = decide(conflicting("-1.4", "-2.7", fractures=(fracture(FractureSite.HIP),)))
    assert (decision.disposition, found(decision, "data-conflict")) == (TREAT, Met.NO)


# The draft.


@pytest.mark.parametrize(
    "members",
    [
        {"diagnoses": (diagnosis(Disease.ACHALASIA),)},
        {"unanswered": frozenset({Source.ALLERGIES})},
        {"renal": renal("34.9")},
    ],
)
def test_a_block_withholds_the_draft_where_drugs_are_only_considered(members: dict[str, Any]) -> None:
    decision = decide(woman("-2.2", smoking=SMOKES, **members))
    assert (decision.disposition, decision.draft) == (CONSIDER, Draft.WITHHELD)


def test_considering_never_recommends() -> None:
    for inputs in (
        woman("-2.2", smoking=SMOKES),
        woman("-0.5", fractures=(fracture(),)),
        woman(None, glucocorticoid=steroid()),
        woman("-2.4", cancer_therapy=(LETROZOLE,)),
    ):
        assert decide(inputs).draft is Draft.OFFERED
        unknown = msgspec.structs.replace(inputs, labs=Labs())
        assert [each.id for each in decide(unknown).cautions] == ["caution-not-known"]


FRACTURES: tuple[Fracture, ...] = (fracture(),)


def test_what_indicates_treatment_for_sure_is_recommended() -> None:
    for inputs in (
        woman("-1.5", fractures=FRACTURES),
        woman("-1.5", glucocorticoid=steroid()),
        woman("-1.5", frax=frax(major="20.0")),
        woman("-2.5"),
        woman(None, fractures=(fracture(FractureSite.VERTEBRA),)),
    ):
        assert decide(inputs).draft is Draft.RECOMMENDED
