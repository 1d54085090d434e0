"""The cards of C03, C06, C10, C13 and the daily 70 mg order, and which of several findings get a card."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from cdshooks.cards.case import Case
from cdshooks.cards.trace import trace
from cdshooks.guideline.decide import decide
from cdshooks.guideline.topics import Topic
from cdshooks.wire.response import SUGGESTION, Card
from fhir_mappings.inputs import (
    BodyMassIndex,
    BoneDensity,
    BoneTherapy,
    DataQuality,
    Disease,
    FractureSite,
    GuidelineInputs,
    HeightLoss,
    Labs,
    Mechanism,
    Menopause,
    PastTherapy,
    Recorded,
    Renal,
    Site,
    Source,
    Suspicion,
)
from tests.people import (
    AS_OF,
    LETROZOLE,
    PARENT,
    SMOKES,
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
    shown,
    steroid,
    therapy,
    woman,
)

HIP = FractureSite.HIP
OF_PATIENT_VIEW = [
    topic for topic in Topic if topic is Topic.ORDER_DAILY_70 or not topic.startswith("order-")
]
"""The other findings of the order hooks are held against in test_order_cards."""
OVERDUE = therapy("denosumab", last_dose=months_ago(9))
LATE = therapy("denosumab", last_dose=months_ago(6, 1))
DAILY = therapy(weekly_tablet_daily=True)
TETANY = {"diagnoses": (diagnosis(Disease.TETANY),), "labs": Labs()}


def cards(inputs: GuidelineInputs) -> dict[str, Card]:
    return {card.source.topic.code: card for card in shown(inputs).cards}


def findings(inputs: GuidelineInputs) -> dict[str, str]:
    return {each.topic: each.shown for each in shown(inputs).findings}


def offered(card: Card) -> list[str]:
    return [
        each.actions[0].extension[SUGGESTION] for each in card.suggestions or () if each.actions[0].extension
    ]


def all_offered(inputs: GuidelineInputs) -> list[str]:
    return [each for card in shown(inputs).cards for each in offered(card)]


# C03.


@pytest.mark.parametrize(
    ("inputs", "summary"),
    [
        (
            woman("-2.2", smoking=SMOKES),
            "T-score −2.2 with 1 risk factor: strongly consider drug therapy; complete FRAX",
        ),
        (
            woman("-2.2", smoking=SMOKES, parental_hip_fracture=PARENT),
            "T-score −2.2 with 2 risk factors: strongly consider drug therapy; complete FRAX",
        ),
        (
            woman("-2.2", smoking=SMOKES, frax=frax("1", "9")),
            "T-score −2.2 with 1 risk factor: strongly consider drug therapy; FRAX below thresholds",
        ),
        (
            woman("-2.2", age=91),
            "T-score −2.2 with 1 risk factor: strongly consider drug therapy; FRAX does not apply at this age",
        ),
        (
            woman("-1.9", age=67, smoking=SMOKES),
            "T-score −1.9 near −2.0 with 2 risk factors: consider drug therapy after FRAX",
        ),
        (
            woman("-1.9", age=67, smoking=SMOKES, frax=frax("1", "9")),
            "T-score −1.9 near −2.0 with 2 risk factors: consider drug therapy; FRAX below thresholds",
        ),
        (
            woman(None, fractures=(fracture(FractureSite.PROXIMAL_HUMERUS),)),
            "Proximal humerus fragility fracture: consider drug therapy; get DXA",
        ),
        (
            woman(
                "-0.6",
                fractures=(fracture(FractureSite.UNSPECIFIED, mechanism=Mechanism.OSTEOPOROTIC),),
            ),
            "Osteoporotic fragility fracture: consider drug therapy; T-score −0.6",
        ),
        (
            woman("-0.6", fractures=(fracture(),)),
            "Distal forearm fragility fracture: consider drug therapy; T-score −0.6",
        ),
        (
            woman(None, glucocorticoid=steroid("10", 120)),
            "Glucocorticoid 10 mg/d for 120 days: consider bone protection; get DXA",
        ),
        (
            woman("-0.5", glucocorticoid=steroid("10", 120)),
            "Glucocorticoid 10 mg/d for 120 days: consider bone protection; T-score −0.5",
        ),
        (
            woman(None, cancer_therapy=(LETROZOLE,)),
            "On letrozole: consider bone protection; T-score unknown",
        ),
        (
            woman("-1.4", cancer_therapy=(LETROZOLE,)),
            "On letrozole: consider bone protection; T-score −1.4",
        ),
    ],
)
def test_each_criterion_has_a_wording_of_its_own(inputs: GuidelineInputs, summary: str) -> None:
    card = cards(inputs)["treatment-consider"]
    assert (card.summary, card.indicator) == (summary, "info")
    assert not any(each.is_recommended for each in card.suggestions or ())


def test_k2_and_k3_say_that_they_are_no_frax_threshold() -> None:
    said = "This criterion is not a FRAX threshold."
    for inputs in (woman("-2.2", smoking=SMOKES), woman("-1.9", age=67, smoking=SMOKES)):
        assert said in cards(inputs)["treatment-consider"].detail
    assert said not in cards(woman("-0.6", fractures=(fracture(),)))["treatment-consider"].detail


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (
            woman("-0.5", frax=frax("5", "19.9"), fractures=(fracture(),)),
            (
                "**FRAX:** hip 5 % reaches 3.0 %; these thresholds are for T-scores between −2.5 and −1.0, "
                "and here the T-score is −0.5: weigh it."
            ),
        ),
        (
            woman(None, frax=frax("3.0", "20.0"), cancer_therapy=(LETROZOLE,)),
            (
                "**FRAX:** hip 3.0 % reaches 3.0 % and MOF 20.0 % reaches 20.0 %; these thresholds are for "
                "T-scores between −2.5 and −1.0, and here no T-score is known: weigh it."
            ),
        ),
        (
            woman("-1.0", frax=frax(major="20.0"), glucocorticoid=steroid()),
            (
                "**FRAX:** MOF 20.0 % reaches 20.0 %; these thresholds are for T-scores between −2.5 and −1.0, "
                "and here the T-score is −1.0: weigh it."
            ),
        ),
        (
            woman("-0.5", frax=frax("2.9", "19.9"), fractures=(fracture(),)),
            "**FRAX:** both probabilities are below the treatment thresholds.",
        ),
        (
            woman("-1.0", fractures=(fracture(),)),
            (
                "**FRAX first:** from a hip probability of 3.0 % or a major one of 20.0 %, with a T-score "
                "below −1.0 (here −1.0), treatment is indicated."
            ),
        ),
        (
            woman(None, frax=frax("2.9"), cancer_therapy=(LETROZOLE,)),
            (
                "**FRAX first:** from a hip probability of 3.0 % or a major one of 20.0 %, with a T-score "
                "below −1.0 (here not known), treatment is indicated."
            ),
        ),
        (
            woman("-2.2", smoking=SMOKES),
            (
                "**FRAX first:** from a hip probability of 3.0 % or a major one of 20.0 %, with a T-score "
                "below −1.0, treatment is indicated."
            ),
        ),
    ],
)
def test_frax_is_called_below_only_where_it_is_and_indicates_only_with_a_t_score(
    inputs: GuidelineInputs, said: str
) -> None:
    card = cards(inputs)["treatment-consider"]
    assert [line for line in card.detail.splitlines() if line.startswith("**FRAX")] == [said]


def test_beyond_its_ages_frax_is_neither_used_nor_asked_for_again() -> None:
    told = cards(woman("-2.2", age=91, frax=frax("5", "25")))["treatment-consider"].detail.splitlines()
    assert "**FRAX:** gives no results beyond age 90; decide individually." in told
    assert "**FRAX on record:** hip 5 % and MOF 25 %, not used beyond age 90." in told
    assert "**Follow-up:** DXA in 24 months." in told


def bleeding(lowest: str, age: int, **members: Any) -> GuidelineInputs:  # noqa: ANN401 - any member
    late = person(age, menopause=Menopause.PRESUMED, menopause_reference="Observation/period")
    return woman(lowest, person=late, **members)


@pytest.mark.parametrize(
    ("inputs", "topic", "said"),
    [
        (
            bleeding("-2.7", 59),
            "treatment-indicated",
            (
                "**Offered, not recommended, until this is settled:** a period within twelve months at age 59: "
                "postmenopausal bleeding, or menopause not yet reached? Please check."
            ),
        ),
        (
            bleeding("-2.7", 57, diagnoses=(diagnosis(Disease.ACHALASIA),)),
            "treatment-indicated",
            (
                "- a period within twelve months at age 57: postmenopausal bleeding, or menopause not yet "
                "reached? Please check"
            ),
        ),
        (
            bleeding("-2.7", 60),
            "treatment-indicated",
            "- a period within twelve months at age 60: postmenopausal bleeding? Please check",
        ),
        (
            bleeding("-1.9", 57),
            "frax-needed",
            (
                "- a period within twelve months at age 57: postmenopausal bleeding, or menopause not yet "
                "reached? Please check"
            ),
        ),
    ],
)
def test_a_late_period_is_asked_about_once_and_below_60_it_leaves_the_draft_unrecommended(
    inputs: GuidelineInputs, topic: str, said: str
) -> None:
    card = cards(inputs)[topic]
    assert [line for line in card.detail.splitlines() if "a period" in line] == [said]
    assert "presumed" not in card.detail
    recommended = any(each.is_recommended for each in card.suggestions or ())
    assert recommended is ("at age 60" in said)


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        (
            woman("-1.9", age=67, smoking=SMOKES),
            ["frax-task", "smoking-cessation", "start-alendronate", "calcium"],
        ),
        (
            woman("-2.2", age=67, frax=frax("1", "9")),
            ["start-alendronate", "calcium", "vitamin-d", "dxa-in-24-months"],
        ),
        (
            woman(None, glucocorticoid=steroid(), frax=frax("1", "9")),
            ["start-alendronate", "dxa-now", "calcium", "vitamin-d"],
        ),
        (
            woman("-0.5", glucocorticoid=steroid(), frax=frax("1", "9")),
            ["start-alendronate", "calcium", "vitamin-d", "dxa-in-12-months"],
        ),
        (woman("-2.2", age=91), ["start-alendronate", "calcium", "vitamin-d", "dxa-in-24-months"]),
        (
            woman(None, age=91, bone_density=density("-2.2", day=months_ago(25))),
            ["start-alendronate", "calcium", "vitamin-d", "dxa-now"],
        ),
        (
            woman("-2.2", age=67, renal=renal("30"), frax=frax("1", "9")),
            ["calcium", "vitamin-d", "dxa-in-24-months", "exercise-referral"],
        ),
    ],
)
def test_considering_offers_in_the_order_of_the_guideline(
    inputs: GuidelineInputs, expected: list[str]
) -> None:
    assert offered(cards(inputs)["treatment-consider"]) == expected


def test_a_fracture_may_be_called_traumatic_and_frax_done_elsewhere() -> None:
    def codes(inputs: GuidelineInputs) -> set[str]:
        return {each.code for each in cards(inputs)["treatment-consider"].override_reasons or ()}

    assert codes(woman("-0.6", fractures=(fracture(),))) >= {"not-fragility", "frax-done-elsewhere"}
    assert not codes(woman("-2.2", age=67, frax=frax("1", "9"))) & {"not-fragility", "frax-done-elsewhere"}


def test_a_block_is_told_on_the_card_and_gives_one_of_its_own() -> None:
    inputs = woman("-2.2", smoking=SMOKES, diagnoses=(diagnosis(Disease.ACHALASIA),))
    assert set(cards(inputs)) == {"treatment-consider", "alendronate-unsuitable"}
    assert "**Oral alendronate is not offered:** achalasia." in cards(inputs)["treatment-consider"].detail


# What cards say of people.


@pytest.mark.parametrize(
    ("inputs", "topic", "said"),
    [
        (
            woman("-1.5", glucocorticoid=steroid()),
            "treatment-indicated",
            "not labelled for glucocorticoid-induced",
        ),
        (woman("-1.5", glucocorticoid=steroid()), "treatment-indicated", "(at threshold)"),
        (man("-0.5", glucocorticoid=steroid()), "treatment-consider", "**Men:** indicated to increase"),
        (woman("-1.9", age=67, smoking=SMOKES), "treatment-consider", "**ACP 2023:**"),
        (
            woman("-2.7", fractures=(fracture(HIP, day=months_ago(24)),)),
            "treatment-indicated",
            "**Imminent risk:** a fracture within 2 years",
        ),
        (
            woman("-0.5", fractures=(fracture(day=months_ago(3)),)),
            "treatment-consider",
            "**Imminent risk:** a fracture within 2 years",
        ),
        (
            woman("-2.7", labs=clear_labs(vitamin_d=measured("20", "ng/mL"))),
            "treatment-indicated",
            "25-OH vitamin D 20 ng/mL (2026-01-05, insufficient per BHOF)",
        ),
        (
            woman("-2.7", labs=clear_labs(vitamin_d=measured("29.9", "ng/mL"))),
            "treatment-indicated",
            "(2026-01-05, insufficient per BHOF)",
        ),
        (
            woman("-2.7", diagnoses=(diagnosis(Disease.ESOPHAGEAL_VARICES),)),
            "treatment-indicated",
            "esophageal varices on record (no date): prefer an intravenous drug",
        ),
        (
            woman("-1.9", height_losses=(HeightLoss(cm=Decimal("4.5"), tallest_day=AS_OF, reference="o"),)),
            "frax-needed",
            "consider vertebral fracture assessment (VFA)",
        ),
        (
            woman(
                "-1.9",
                past_therapy=(
                    PastTherapy(drug="denosumab", days=700, reference="m", last_day=months_ago(20)),
                ),
            ),
            "frax-needed",
            "**Denosumab before:** last on record 2024-05-15",
        ),
        (
            woman(None, bone_density=density("-1.9", day=months_ago(24, 1))),
            "frax-needed",
            "DXA now, the last is older than 24 months",
        ),
        (
            woman("-2.7", cannot_stay_upright=Recorded(is_so=False, day=AS_OF, reference="o")),
            "treatment-indicated",
            "upright 30 minutes: can (2026-01-15)",
        ),
        (
            woman("-2.7", dental_exam=Recorded(is_so=True, day=AS_OF, reference="p")),
            "treatment-indicated",
            "dental exam 2026-01-15",
        ),
        (woman("-2.7"), "treatment-indicated", "**None found in chart:** esophageal stricture or achalasia"),
        (woman("-1.9", age=91), "frax-needed", "FRAX gives no results beyond age 90"),
    ],
)
def test_what_bears_on_this_patient_is_said(inputs: GuidelineInputs, topic: str, said: str) -> None:
    assert said in cards(inputs)[topic].detail


@pytest.mark.parametrize(
    ("inputs", "topic", "unsaid"),
    [
        (woman("-1.5", glucocorticoid=steroid("10", 100)), "treatment-indicated", "(at threshold)"),
        (
            woman("-2.7", fractures=(fracture(HIP, day=months_ago(24, 1)),)),
            "treatment-indicated",
            "within 2 years",
        ),
        (woman("-2.7", fractures=(fracture(HIP, day=None),)), "treatment-indicated", "within 2 years"),
        (
            woman("-1.9", height_losses=(HeightLoss(cm=Decimal("3.9"), tallest_day=AS_OF, reference="o"),)),
            "frax-needed",
            "VFA",
        ),
        (
            woman("-1.9", past_therapy=(PastTherapy(drug="denosumab", days=700, reference="m"),)),
            "frax-needed",
            "Denosumab before",
        ),
        (
            woman(None, bone_density=density("-1.9", day=months_ago(24))),
            "frax-needed",
            "older than 24 months",
        ),
        (woman("-1.9"), "frax-needed", "ACP 2023:"),
        (
            woman("-2.7", labs=clear_labs(vitamin_d=measured("30", "ng/mL"))),
            "treatment-indicated",
            "insufficient",
        ),
        (
            woman("-2.7", labs=clear_labs(vitamin_d=measured("19.9", "ng/mL"))),
            "treatment-indicated",
            "insufficient",
        ),
    ],
)
def test_what_does_not_bear_on_this_patient_is_not_said(
    inputs: GuidelineInputs, topic: str, unsaid: str
) -> None:
    assert unsaid not in cards(inputs)[topic].detail


@pytest.mark.parametrize("topic", OF_PATIENT_VIEW)
def test_every_card_ends_with_who_decides_and_says_its_topic_in_words(topic: Topic) -> None:
    inputs = EXAMPLES[topic]
    card = cards(inputs)[topic]
    assert card.detail.endswith("The clinician decides._")
    assert "Guideline: BHOF 2022, ACP 2023, FDA label." in card.detail
    assert card.source.topic.display
    assert len(card.summary) < 140
    assert "**Why:**" in card.detail


EXAMPLES: dict[Topic, GuidelineInputs] = {
    Topic.DXA_SCREENING: woman(None, age=66),
    Topic.FRAX_NEEDED: woman("-1.9"),
    Topic.TREATMENT_INDICATED: woman("-2.7"),
    Topic.TREATMENT_CONSIDER: woman("-2.2", smoking=SMOKES),
    Topic.TREATMENT_DEFERRED: woman("-1.9", frax=frax("1", "9")),
    Topic.SECONDARY_CAUSE: woman("-1.9", renal=renal("29")),
    Topic.ALENDRONATE_UNSUITABLE: woman("-2.7", renal=renal("34")),
    Topic.CORRECT_FIRST: woman("-2.7", labs=clear_labs(calcium=calcium("8.0"))),
    Topic.ON_TREATMENT: woman(None, therapy=(therapy(),)),
    Topic.VERY_HIGH_RISK: woman("-3.5"),
    Topic.DATA_PROBLEM: woman("-2.7", person=person(70, sex=None)),
    Topic.T_SCORE_NOT_APPLICABLE: woman("-2.7", person=person(40, menopause=Menopause.PREMENOPAUSAL)),
    Topic.DENOSUMAB_OVERDUE: woman("-2.7", therapy=(OVERDUE,)),
    Topic.ORDER_DAILY_70: woman("-2.7", therapy=(DAILY,)),
}


# C12.


def test_long_term_glucocorticoids_in_the_young_are_for_a_specialist() -> None:
    young = person(38, menopause=Menopause.PREMENOPAUSAL)
    card = cards(woman(None, person=young, glucocorticoid=steroid()))["t-score-not-applicable"]
    assert "**GIOP: specialist:**" in card.detail
    assert cards(woman(None, person=young, glucocorticoid=steroid("7.5", 89))) == {}
    low = cards(woman("-1.5", person=young, glucocorticoid=steroid("7.5", 89)))["t-score-not-applicable"]
    assert "GIOP" not in low.detail


# C00.


def test_a_younger_woman_is_measured_where_she_has_a_risk_factor() -> None:
    card = cards(woman(None, smoking=SMOKES))["dxa-screening"]
    assert card.summary.endswith("(postmenopausal with risk factors)")
    assert "**Risk factors:** current smoking (2026-01-15)." in card.detail
    assert offered(card) == ["dxa-now", "calcium", "vitamin-d", "smoking-cessation"]
    assert cards(woman(None)) == {}
    assert cards(man(None, smoking=SMOKES)) == {}


def test_a_bone_that_broke_in_a_low_fall_is_a_reason_to_measure_whichever_it_was() -> None:
    found = cards(man(None, fractures=(fracture(FractureSite.UNSPECIFIED),)))
    assert found["dxa-screening"].summary.endswith("(fragility fracture)")


# C06.


def test_another_cause_is_told_beside_the_card_and_brings_its_tests() -> None:
    inputs = woman("-1.8", frax=frax("1", "9"), labs=clear_labs(calcium=calcium("11.2")))
    found = cards(inputs)
    assert found["secondary-cause"].summary == (
        "Possible secondary cause of bone loss: high corrected calcium (11.2 mg/dL, 2026-01-05). "
        "Evaluate before or with treatment"
    )
    assert offered(found["secondary-cause"]) == ["secondary-cause-labs", "specialist-referral"]
    assert "PTH" in (found["secondary-cause"].suggestions or ())[0].label
    assert not set(all_offered(inputs)) & {"calcium", "vitamin-d"}
    assert "**Not found in chart:** PTH." in found["secondary-cause"].detail


def test_a_fracture_with_malignancy_is_for_oncology() -> None:
    card = cards(woman("-1.8", diagnoses=(diagnosis(Disease.NEOPLASTIC_FRACTURE),)))["secondary-cause"]
    assert card.summary == (
        "Pathological fracture with malignancy: bone-modifying therapy is an oncology decision"
    )
    assert offered(card) == []


def test_several_causes_are_counted_and_alcohol_brings_its_counselling() -> None:
    causes = (diagnosis(Disease.ALCOHOL_USE_DISORDER), diagnosis(Disease.MALABSORPTION))
    card = cards(woman("-1.8", diagnoses=causes))["secondary-cause"]
    assert "celiac disease or malabsorption and 1 more" in card.summary
    assert "alcohol-counselling" in offered(card)


# C08.


@pytest.mark.parametrize(
    ("members", "summary", "indicator"),
    [
        (TETANY, "Correct hypocalcemia before bone drug therapy (tetany diagnosed)", "critical"),
        (
            {"diagnoses": (diagnosis(Disease.HYPOCALCEMIA),), "labs": Labs()},
            "Correct hypocalcemia before bone drug therapy (hypocalcemia diagnosed)",
            "warning",
        ),
        (
            {"diagnoses": (diagnosis(Disease.TETANY),), "labs": clear_labs(calcium=calcium("8.0"))},
            "Correct hypocalcemia before bone drug therapy (corrected Ca 8.0 mg/dL)",
            "critical",
        ),
        (
            {"labs": clear_labs(calcium=calcium("7.5"))},
            "Correct hypocalcemia before bone drug therapy (corrected Ca 7.5 mg/dL)",
            "warning",
        ),
    ],
)
def test_low_calcium_is_critical_where_it_is_very_low_or_with_tetany(
    members: dict[str, Any], summary: str, indicator: str
) -> None:
    for lowest, smokes in (("-2.7", None), ("-2.2", SMOKES)):
        card = cards(woman(lowest, smoking=smokes, **members))["correct-first"]
        assert (card.summary, card.indicator) == (summary, indicator)
        assert ("**Urgent:**" in card.detail) is (indicator == "critical")


def test_tetany_with_a_normal_calcium_is_not_low_calcium() -> None:
    assert "correct-first" not in cards(woman("-2.7", diagnoses=(diagnosis(Disease.TETANY),)))


# C09.


@pytest.mark.parametrize(
    ("drug", "due", "said"),
    [
        (therapy(stale=True), "order not renewed for 2 years", "**Still taken?:**"),
        (therapy(covered_until=days_ago(46)), "possible refill gap (supply to 2025-11-30)", "5–62 %"),
        (
            therapy(stale=True, covered_until=days_ago(900), since=months_ago(60)),
            "order not renewed for 2 years; review at 5 years",
            "**Still taken?:**",
        ),
        (therapy(since=months_ago(60)), "review at 5 years", "a drug holiday may be considered"),
        (therapy("etidronate", since=months_ago(60)), "review at 5 years", "holiday"),
        (therapy("zoledronic acid", since=months_ago(36)), "review at 3 years", "holiday"),
    ],
)
def test_what_is_due_under_therapy_is_in_the_summary(drug: Any, due: str, said: str) -> None:  # noqa: ANN401
    card = cards(woman("-1.9", therapy=(drug,)))["on-treatment"]
    assert card.summary == f"On {drug.drug} since {drug.since}: {due}"
    assert said in card.detail


@pytest.mark.parametrize(
    "drug", [therapy(), therapy(covered_until=days_ago(45)), therapy("denosumab", last_dose=months_ago(6))]
)
def test_where_nothing_is_due_under_therapy_there_is_no_card(drug: Any) -> None:  # noqa: ANN401
    assert cards(woman("-1.9", therapy=(drug,))) == {}


def test_a_drug_without_a_known_beginning_is_named_without_one() -> None:
    card = cards(woman(None, therapy=(therapy(since=None),)))["on-treatment"]
    assert card.summary == "On alendronate: no usable DXA, DXA due"


SPINE_ONLY = density("-1.9", site=Site.LUMBAR_SPINE)


@pytest.mark.parametrize(
    ("drug", "members", "due", "said"),
    [
        (
            therapy(since=months_ago(119)),
            {"bone_density": density("-2.6")},
            "review at 5 years",
            "go on, to 10 years, rather than pause: hip T-score −2.5 or below.",
        ),
        (
            therapy("zoledronic acid", since=months_ago(71)),
            {"fractures": (fracture(HIP),), "bone_density": SPINE_ONLY},
            "review at 3 years",
            "go on, to 6 years, rather than pause: hip or vertebral fracture.",
        ),
        (
            therapy(since=months_ago(60)),
            {"bone_density": SPINE_ONLY},
            "review at 5 years",
            "hip T-score not known: get one before a pause is decided.",
        ),
        (
            therapy(since=months_ago(120)),
            {},
            "10 years, evidence ends at 10: specialist review",
            "on record for 10 years, and the evidence ends at 10: specialist review.",
        ),
        (
            therapy(since=months_ago(168)),
            {"bone_density": density("-2.9")},
            "14 years, evidence ends at 10: specialist review",
            (
                "on record for 14 years, and the evidence ends at 10: specialist review; a change of drug "
                "rather than a pause: hip T-score −2.5 or below."
            ),
        ),
        (
            therapy("zoledronic acid", since=months_ago(72)),
            {"bone_density": SPINE_ONLY},
            "6 years, evidence ends at 6: specialist review",
            "on record for 6 years, and the evidence ends at 6: specialist review.",
        ),
    ],
)
def test_a_review_says_what_speaks_against_a_pause_and_where_the_evidence_of_the_drug_ends(
    drug: BoneTherapy, members: dict[str, Any], due: str, said: str
) -> None:
    card = cards(woman("-1.9", therapy=(drug,), **members))["on-treatment"]
    assert card.summary.endswith(f": {due}")
    assert f"**Review:** {said}" in card.detail.splitlines()


def test_the_next_dxa_is_two_years_after_the_last_and_never_in_the_past() -> None:
    old = woman(None, bone_density=density("-1.9", day=months_ago(30)), therapy=(therapy(),))
    label = (cards(old)["on-treatment"].suggestions or ())[0].label
    assert label == "Order DXA due 2026-01-15"


def test_denosumab_has_no_holiday() -> None:
    card = cards(woman(None, therapy=(therapy("denosumab", last_dose=months_ago(5)),)))["on-treatment"]
    assert "**Denosumab:** no holiday" in card.detail


def test_a_block_under_an_oral_bisphosphonate_asks_for_a_review_and_what_was_not_read_does_not() -> None:
    blocked = woman("-1.9", therapy=(therapy(),), diagnoses=(diagnosis(Disease.ACHALASIA),))
    assert cards(blocked)["alendronate-unsuitable"].summary == "On alendronate: achalasia; review"
    unread = woman("-1.9", therapy=(therapy(),), unanswered=frozenset({Source.ALLERGIES}))
    assert cards(unread) == {}
    infused = woman("-1.9", therapy=(therapy("zoledronic acid"),), diagnoses=(diagnosis(Disease.ACHALASIA),))
    assert cards(infused) == {}


# C10.


def test_very_high_risk_has_a_card_beside_the_treatment_and_a_referral() -> None:
    inputs = woman("-3.1", fractures=(fracture(HIP, day=months_ago(3)),))
    found = cards(inputs)
    assert found["treatment-indicated"].summary == (
        "Meets treatment threshold: hip fracture. Very high risk: consider specialist, anabolic first"
    )
    assert found["very-high-risk"].summary == (
        "Very high fracture risk (recent hip fracture 2025-10-15, T-score −3.1): "
        "consider specialist referral / anabolic-first therapy"
    )
    assert offered(found["very-high-risk"]) == ["specialist-referral"]
    assert "Follow an anabolic with an antiresorptive" in found["very-high-risk"].detail
    assert offered(found["treatment-indicated"])[0] == "start-alendronate"
    assert not any(each.is_recommended for each in found["treatment-indicated"].suggestions or ())


def test_many_flags_are_told_as_far_as_there_is_room() -> None:
    inputs = woman(
        "-3.1",
        fractures=(fracture(HIP, day=months_ago(3)), fracture()),
        frax=frax("5", "31"),
        diagnoses=(diagnosis(Disease.VTE_OR_STROKE),),
    )
    card = cards(inputs)["very-high-risk"]
    assert "(recent hip fracture 2025-10-15 and 4 more)" in card.summary
    assert "(one is on record here)" in card.detail


def test_beside_a_block_very_high_risk_folds_into_the_card_with_its_referral_first() -> None:
    inputs = woman("-3.1", diagnoses=(diagnosis(Disease.ACHALASIA),))
    assert findings(inputs) == {
        "treatment-indicated": "card",
        "alendronate-unsuitable": "card",
        "very-high-risk": "folded",
    }
    card = cards(inputs)["treatment-indicated"]
    assert "**Very high fracture risk:** T-score −3.1." in card.detail
    assert offered(card)[0] == "specialist-referral"


def test_a_fracture_under_therapy_raises_it_too() -> None:
    inputs = woman("-1.9", therapy=(therapy(),), fractures=(fracture(HIP, day=months_ago(6)),))
    assert cards(inputs)["very-high-risk"].summary.startswith(
        "Very high fracture risk (hip fracture on therapy 2025-07-15"
    )


# C13 and the daily 70 mg order.


@pytest.mark.parametrize(("drug", "indicator"), [(LATE, "warning"), (OVERDUE, "critical")])
def test_a_late_dose_of_denosumab_is_told_with_its_calcium(drug: Any, indicator: str) -> None:  # noqa: ANN401
    card = cards(woman("-1.9", therapy=(drug,)))["denosumab-overdue"]
    assert card.indicator == indicator
    assert card.summary == (
        f"Denosumab overdue: last dose {drug.last_dose}. Delay raises vertebral fracture risk; give or bridge"
    )
    assert "Calcium was not low when last checked." in card.detail
    assert offered(card) == []


def test_before_a_late_dose_calcium_is_checked_and_corrected() -> None:
    low = cards(woman("-1.9", therapy=(OVERDUE,), labs=clear_labs(calcium=calcium("8.0"))))
    assert low["denosumab-overdue"].summary.endswith("correct low calcium, then give")
    assert "Calcium is low: correct it first" in low["denosumab-overdue"].detail
    unknown = cards(woman("-1.9", therapy=(OVERDUE,), labs=Labs(), renal=Renal()))["denosumab-overdue"]
    assert "No calcium is known: check it first." in unknown.detail
    assert offered(unknown) == ["secondary-cause-labs"]
    assert "**Not found in chart:** basic metabolic panel and 25-OH vitamin D." in unknown.detail
    assert "| Input |" not in unknown.detail


@pytest.mark.parametrize(
    ("drug", "members", "said"),
    [
        (OVERDUE, {}, "Calcium was not low when last checked. Give the dose."),
        (
            OVERDUE,
            {"labs": clear_labs(calcium=calcium("8.0"))},
            "denosumab and bisphosphonates are contraindicated until then. Then give the dose.",
        ),
        (OVERDUE, {"labs": Labs()}, "No calcium is known: check it first. Then give the dose."),
        (
            therapy("denosumab", last_dose=months_ago(5), last_dose_from=months_ago(9)),
            {},
            "Calcium was not low when last checked. If it is due, give the dose.",
        ),
        (
            therapy("denosumab", last_dose=months_ago(9), not_followed_by=("alendronate",)),
            {"labs": Labs()},
            "No calcium is known: check it first. Then, if it is due, give the dose.",
        ),
    ],
)
def test_a_dose_is_given_after_calcium_and_only_where_it_is_due(
    drug: BoneTherapy, members: dict[str, Any], said: str
) -> None:
    told = cards(woman("-1.9", therapy=(drug,), **members))["denosumab-overdue"].detail
    (now,) = (line for line in told.splitlines() if line.startswith("**Now:**"))
    assert f"{said} If that is not possible" in now


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (
            woman(
                "-2.7",
                past_therapy=(
                    PastTherapy(
                        drug="alendronate", last_day=days_ago(400), days=1825, reference="MedicationRequest/4"
                    ),
                ),
            ),
            "**Offered, not recommended:** oral bisphosphonates were taken for 5 years or more before.",
        ),
        (
            woman("-2.7", labs=Labs(), diagnoses=(diagnosis(Disease.ESOPHAGEAL_VARICES),)),
            (
                "**Offered, not recommended:** esophageal varices on record (no date): prefer an intravenous "
                "drug; calcium not known."
            ),
        ),
        (
            woman("-2.7", labs=Labs()),
            "**Offered, not recommended, until this is settled:** calcium not known.",
        ),
        (
            woman("-2.0", cancer_therapy=(LETROZOLE,)),
            "**Offered, not recommended:** cancer therapy alone decides here.",
        ),
    ],
)
def test_why_a_draft_is_only_offered_is_said_and_whether_that_can_be_settled(
    inputs: GuidelineInputs, said: str
) -> None:
    told = cards(inputs)["treatment-indicated"].detail.splitlines()
    assert [line for line in told if line.startswith("**Offered")] == [said]


@pytest.mark.parametrize(
    ("inputs", "topic", "said"),
    [
        (
            woman(None, glucocorticoid=steroid()),
            "treatment-consider",
            "DXA now, then in 12 months; FRAX yearly.",
        ),
        (
            woman(None, cancer_therapy=(LETROZOLE,)),
            "treatment-consider",
            "DXA now, then in 24 months; FRAX yearly.",
        ),
        (
            woman(None, fractures=(fracture(HIP),)),
            "treatment-indicated",
            "adherence at 3 months, DXA now, then in 24 months, reassess the need at 5 years.",
        ),
        (
            woman(None, bone_density=density("-2.2", day=months_ago(30)), smoking=SMOKES),
            "treatment-consider",
            "DXA now (the last is older than 24 months), then in 24 months; FRAX yearly.",
        ),
    ],
)
def test_where_bone_density_is_asked_for_now_the_follow_up_says_so(
    inputs: GuidelineInputs, topic: str, said: str
) -> None:
    assert f"**Follow-up:** {said}" in cards(inputs)[topic].detail.splitlines()


def test_a_suspicion_of_the_kidneys_is_told_beside_what_was_measured() -> None:
    stage = Suspicion(disease=Disease.DIALYSIS_OR_CKD_5, why="by its stage", reference="Condition/1")
    card = cards(woman("-2.7", suspicions=(stage,), renal=renal("80")))["treatment-indicated"]
    assert "possible advanced kidney disease or dialysis (by its stage) beside eGFR 80 mL/min" in card.detail
    unmeasured = cards(woman("-2.7", suspicions=(stage,), renal=Renal()))["treatment-indicated"]
    assert "or dialysis (by its stage), please check" in unmeasured.detail


def test_renal_function_that_changes_fast_is_not_waited_for_and_unknown_in_one_breath() -> None:
    injured = renal("80", kidney_injury=True)
    told = cards(woman("-2.7", renal=injured))["treatment-indicated"].detail
    assert "within seven days; wait until it is steady; renal function not known." in told


def test_a_fracture_under_therapy_is_told_once() -> None:
    broken = fracture(FractureSite.VERTEBRA, day=months_ago(4))
    treated = woman("-1.9", therapy=(therapy(since=months_ago(30)),), fractures=(broken,))
    detail = cards(treated)["very-high-risk"].detail
    assert [line for line in detail.splitlines() if line.startswith("- ")] == [
        f"- vertebral fracture on therapy {broken.day}"
    ]


def test_a_fracture_of_unknown_mechanism_is_asked_about_and_not_as_if_there_were_none() -> None:
    unknown = fracture(FractureSite.VERTEBRA, mechanism=Mechanism.UNKNOWN, day=months_ago(4))
    detail = cards(woman("-1.3", fractures=(unknown,)))["frax-needed"].detail
    assert f"weight; height; previous fracture: vertebral {unknown.day}, how?; parental" in detail


def test_parts_of_the_chart_are_called_as_people_call_them() -> None:
    unread = frozenset({Source.DXA_REPORTS, Source.FRAX})
    card = cards(woman("-2.7", unanswered=unread))["treatment-indicated"]
    assert card.summary.endswith("Alendronate not offered: DXA reports not checked")
    assert "**Could not be checked:** DXA reports and FRAX: unknown" in card.detail


@pytest.mark.parametrize(
    ("inputs", "topic", "said"),
    [
        (
            woman("-1.9", therapy=(OVERDUE,), labs=Labs(calcium=calcium())),
            "denosumab-overdue",
            "25-OH vitamin D",
        ),
        (
            woman("-2.7", diagnoses=(diagnosis(Disease.ACHALASIA),), labs=Labs(calcium=calcium())),
            "alendronate-unsuitable",
            "25-OH vitamin D",
        ),
        (
            woman("-2.7", labs=Labs(calcium=calcium("8.0"))),
            "correct-first",
            "albumin, 25-OH vitamin D and PTH",
        ),
        (
            woman("-2.7", diagnoses=(diagnosis(Disease.MALABSORPTION),), labs=Labs(calcium=calcium())),
            "secondary-cause",
            "albumin, alkaline phosphatase, 25-OH vitamin D and TSH",
        ),
    ],
)
def test_of_what_was_not_found_a_card_names_what_bears_on_it(
    inputs: GuidelineInputs, topic: str, said: str
) -> None:
    assert f"**Not found in chart:** {said}." in cards(inputs)[topic].detail.splitlines()


def test_a_bisphosphonate_bridges_only_where_the_kidneys_allow_it() -> None:
    fit, unfit = (cards(woman("-1.9", therapy=(OVERDUE,), renal=renal(egfr))) for egfr in ("35", "34.9"))
    assert "bridge with a bisphosphonate" in fit["denosumab-overdue"].detail
    assert "involve nephrology" in unfit["denosumab-overdue"].detail
    assert "bridge with a bisphosphonate" not in unfit["denosumab-overdue"].detail


def test_a_daily_70_mg_order_is_critical_and_offers_no_draft() -> None:
    card = cards(woman("-1.9", therapy=(DAILY,)))["order-daily-70"]
    assert (card.indicator, card.summary) == (
        "critical",
        "Alendronate 70 mg daily: 70 mg is a once-WEEKLY dose",
    )
    assert "fatal" not in card.detail
    assert offered(card) == []


@pytest.mark.parametrize("drug", [DAILY, OVERDUE])
def test_they_are_told_of_the_young_and_of_the_unknown_too(drug: Any) -> None:  # noqa: ANN401 - a therapy
    topic = "order-daily-70" if drug is DAILY else "denosumab-overdue"
    for who in (person(40, menopause=Menopause.PREMENOPAUSAL), person(70, sex=None)):
        assert topic in cards(woman(None, person=who, therapy=(drug,)))
    for who in (person(70, hospice_reference="c"), person(16), person(40, pregnancy_reference="c")):
        assert cards(woman(None, person=who, therapy=(drug,))) == {}


@pytest.mark.parametrize(
    "topic",
    [Topic.SECONDARY_CAUSE, Topic.ALENDRONATE_UNSUITABLE, Topic.CORRECT_FIRST, Topic.DENOSUMAB_OVERDUE],
)
def test_a_finding_shows_the_laboratory_values_it_may_rest_on(topic: Topic) -> None:
    text = cards(EXAMPLES[topic])[topic].detail
    assert "| corrected calcium |" in text
    assert "| eGFR |" in text
    with_clearance = woman("-2.7", renal=Renal(clearance=Decimal("34.96"), clearance_day=AS_OF))
    assert "| CrCl | 34.9 mL/min | 2026-01-15 |" in cards(with_clearance)["alendronate-unsuitable"].detail


# Which findings get a card.


def test_the_weightiest_finding_stands_beside_the_card_and_the_others_fold_into_it() -> None:
    inputs = woman(
        None,
        therapy=(LATE, therapy()),
        diagnoses=(
            diagnosis(Disease.ACHALASIA),
            diagnosis(Disease.HYPERTHYROIDISM),
            diagnosis(Disease.OSTEOPENIA),
        ),
        labs=clear_labs(vitamin_d=measured("15", "ng/mL")),
        fractures=(fracture(HIP, day=days_ago(1)),),
    )
    assert findings(inputs) == {
        "on-treatment": "card",
        "denosumab-overdue": "card",
        "correct-first": "folded",
        "alendronate-unsuitable": "folded",
        "very-high-risk": "folded",
        "secondary-cause": "folded",
    }
    text = cards(inputs)["on-treatment"].detail
    for said in (
        "**Correct first:**",
        "**Oral bisphosphonate to review:** achalasia",
        "**Very high fracture risk:**",
        "**Possible secondary cause:** hyperthyroidism.",
    ):
        assert said in text
    assert offered(cards(inputs)["on-treatment"])[0] == "specialist-referral"


def test_critical_cards_are_never_capped_and_the_others_fold() -> None:
    inputs = woman(
        None, therapy=(OVERDUE, DAILY), diagnoses=(diagnosis(Disease.TETANY),), labs=Labs(), renal=Renal()
    )
    assert findings(inputs) == {
        "order-daily-70": "card",
        "denosumab-overdue": "card",
        "correct-first": "card",
        "on-treatment": "folded",
    }
    rendered = shown(inputs).cards
    assert [card.indicator for card in rendered] == ["critical"] * 3
    assert "**Follow-up on bone drug therapy:** On denosumab since" in cards(inputs)["order-daily-70"].detail


def test_one_critical_finding_leaves_room_for_the_card_of_the_disposition() -> None:
    inputs = woman(None, therapy=(DAILY,), diagnoses=(diagnosis(Disease.ACHALASIA),))
    assert findings(inputs) == {
        "on-treatment": "card",
        "order-daily-70": "card",
        "alendronate-unsuitable": "folded",
    }


def test_what_was_not_read_is_told_on_the_only_card() -> None:
    problem = DataQuality(issue="no-unit", because="25-OH vitamin D has no unit", reference="Observation/7")
    inputs = woman(
        "-1.9",
        therapy=(OVERDUE,),
        unanswered=frozenset({Source.ALLERGIES}),
        data_quality=(problem,),
    )
    assert findings(inputs) == {"denosumab-overdue": "card", "data-problem": "folded"}
    text = cards(inputs)["denosumab-overdue"].detail
    assert "**Could not be checked:** allergies" in text
    assert "25-OH vitamin D has no unit" in text


def test_what_could_not_be_checked_gives_way_to_a_finding() -> None:
    inputs = woman("-3.1", unanswered=frozenset({Source.ALLERGIES}))
    assert findings(inputs) == {
        "treatment-indicated": "card",
        "very-high-risk": "card",
        "alendronate-unsuitable": "folded",
    }


@pytest.mark.parametrize("topic", OF_PATIENT_VIEW)
def test_no_suggestion_is_offered_twice(topic: Topic) -> None:
    ids = all_offered(EXAMPLES[topic])
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("topic", OF_PATIENT_VIEW)
def test_who_cannot_sign_is_offered_nothing_on_any_card(topic: Topic) -> None:
    rendered = shown(EXAMPLES[topic], to=None)
    assert rendered.cards
    assert not any(card.suggestions for card in rendered.cards)


# Suggestions.


@pytest.mark.parametrize(
    ("members", "suggestion"),
    [
        ({"smoking": SMOKES}, "Refer: stop smoking"),
        ({"alcohol": measured("2.1", "{drinks}/d")}, "Counselling: alcohol"),
        ({"diagnoses": (diagnosis(Disease.ALCOHOL_USE_DISORDER),)}, "Counselling: alcohol"),
        ({"bmi": BodyMassIndex(value=Decimal("19.9"), day=AS_OF)}, "Counselling: nutrition"),
        ({"person": person(65)}, "Refer: fall-risk assessment"),
        ({"diagnoses": (diagnosis(Disease.FALLS),)}, "Refer: fall-risk assessment"),
    ],
)
def test_what_helps_is_named_on_every_card_that_decides(members: dict[str, Any], suggestion: str) -> None:
    for inputs in (
        woman("-1.9", **members),
        woman("-1.9", frax=frax("1", "9"), **members),
        woman("-2.7", **members),
    ):
        told = [
            card.detail + "".join(each.label for each in card.suggestions or ())
            for card in shown(inputs).cards
        ]
        assert suggestion in "".join(told)


@pytest.mark.parametrize(
    "members",
    [
        {"alcohol": measured("2", "{drinks}/d")},
        {"alcohol": measured("5", "{drinks}/d", comparator="<")},
        {"bmi": BodyMassIndex(value=Decimal(20), day=AS_OF)},
        {"person": person(64)},
    ],
)
def test_what_is_not_needed_is_not_named(members: dict[str, Any]) -> None:
    (card,) = shown(woman("-1.9", **members)).cards
    for word in ("Refer: stop", "Counselling:", "Refer: fall-risk"):
        assert word not in card.detail


def test_a_dental_exam_within_a_year_is_not_asked_for_again() -> None:
    taken: dict[str, Any] = {"dental_exam": Recorded(is_so=True, day=AS_OF, reference="p")}
    assert "Dental exam before" not in cards(woman("-2.7", **taken))["treatment-indicated"].detail
    assert "dental-exam" in offered(cards(woman("-2.7"))["treatment-indicated"])


@pytest.mark.parametrize(
    ("inputs", "label"),
    [
        (woman("-2.5"), "Order DXA due 2027-01-15"),
        (woman("-2.4", frax=frax("3")), "Order DXA due 2028-01-15"),
        (woman("-1.5", glucocorticoid=steroid()), "Order DXA due 2027-01-15"),
        (woman("-2.0", fractures=(fracture(HIP, day=days_ago(9)),)), "Order DXA due 2027-01-15"),
        (
            woman(None, bone_density=density("-2.7", day=months_ago(24, 1))),
            "Order DXA now (last 2024-01-14)",
        ),
    ],
)
def test_bone_density_is_measured_again_after_one_year_or_two(inputs: GuidelineInputs, label: str) -> None:
    card = cards(inputs)["treatment-indicated"]
    assert label in card.detail + "".join(each.label for each in card.suggestions or ())


def test_men_are_tested_for_testosterone_and_everybody_for_what_is_missing() -> None:
    bare: dict[str, Any] = {"labs": Labs(), "renal": Renal()}

    def tests(inputs: GuidelineInputs) -> str:
        return next(
            each.label
            for each in cards(inputs)["treatment-indicated"].suggestions or ()
            if each.label.startswith("Order secondary")
        )

    assert tests(woman("-2.7", **bare)) == (
        "Order secondary-cause labs: basic metabolic panel, albumin, alkaline phosphatase, TSH"
    )
    assert tests(man("-2.7", **bare)).endswith("TSH, testosterone")


@pytest.mark.parametrize(
    ("labs", "asked"),
    [
        (clear_labs(), False),
        (clear_labs(vitamin_d=measured("19.9", "ng/mL")), True),
        (clear_labs(vitamin_d=measured("20", "ng/mL")), False),
        (clear_labs(calcium=calcium("10.51")), True),
        (clear_labs(calcium=calcium("8.4")), True),
        (clear_labs(calcium=calcium("8.4"), pth=measured("90", "pg/mL")), False),
    ],
)
def test_pth_is_asked_for_where_calcium_or_vitamin_d_is_abnormal(labs: Labs, *, asked: bool) -> None:
    told = "".join(card.detail + str(card.suggestions) for card in shown(woman("-1.9", labs=labs)).cards)
    assert ("order: PTH" in told or "labs: PTH" in told) is asked


def test_the_frax_task_holds_every_input_that_was_found() -> None:
    inputs = woman(
        "-1.5",
        weight=measured("70", "kg"),
        height=measured("165", "cm"),
        fractures=(fracture(FractureSite.UNSPECIFIED, mechanism=Mechanism.LOW_ENERGY),),
        parental_hip_fracture=Recorded(is_so=False, reference="f"),
        smoking=SMOKES,
        glucocorticoid=steroid("5", 90),
        diagnoses=(diagnosis(Disease.RHEUMATOID_ARTHRITIS), diagnosis(Disease.SECONDARY_OSTEOPOROSIS)),
        alcohol=measured("1", "{drinks}/d"),
    )
    text = cards(inputs)["frax-needed"].detail
    for said in (
        "age 62; sex female; weight 70 kg",
        "other (2020-06-01)",
        "parental hip fracture no",
        "current smoking yes (2026-01-15)",
        "glucocorticoids yes (90 of 365 days at 5 mg/d or more)",
        "rheumatoid arthritis yes",
        "secondary osteoporosis yes",
        "alcohol 1 drinks/d",
        "femoral neck T-score −1.5",
    ):
        assert said in text
    assert "To ask" not in text


def test_frax_asks_on_where_glucocorticoids_were_taken_for_less_than_three_months() -> None:
    text = cards(woman("-1.5", glucocorticoid=steroid("5", 89)))["frax-needed"].detail
    assert "glucocorticoids yes" not in text
    assert "glucocorticoids (prednisone ≥ 5 mg/d for ≥ 3 months)" in text


def test_a_course_without_a_dose_is_shown_as_such() -> None:
    course = steroid()
    course = type(course)(drugs=("prednisone",), spans=(), current=True, references=("m",))
    text = cards(woman("-1.9", glucocorticoid=course))["frax-needed"].detail
    assert "| glucocorticoid (prednisone) | dose not readable | no date |" in text


def test_estrogen_is_shown_and_is_no_osteoporosis_therapy() -> None:
    card = cards(woman("-1.9", other_bone_drugs=(therapy("estrogen"),)))["frax-needed"]
    assert "| estrogen | current | 2024-01-15 |" in card.detail


def test_without_any_value_there_is_no_table() -> None:
    card = cards(woman(None, age=66, bone_density=BoneDensity()))["dxa-screening"]
    assert "| Input |" not in card.detail
    assert datetime.date(2026, 1, 15) == AS_OF


def test_where_drugs_are_considered_the_trace_names_what_frax_still_lacks() -> None:
    inputs = woman("-2.2", smoking=SMOKES, frax=frax("1"))
    evaluation = trace(Case(decision=decide(inputs), inputs=inputs, recipient=None), (), {})
    assert {"frax.major", "weight", "height"} <= set(evaluation.missing or ())
    assert "frax.hip" not in (evaluation.missing or ())
