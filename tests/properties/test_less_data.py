"""What holds of every decision, whatever the typed inputs: "less data, never more", blocks, drafts.

GUIDELINE section 0. Charts that contradict themselves are left out of the first: of two values taking one
away rightly settles which is believed. So are people behind a gate, of whom nothing is decided: what is known
of them only from the source itself cannot hold without it.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cdshooks.guideline.decide import decide
from cdshooks.guideline.decision import Decision, Disposition, Draft, Met
from fhir_mappings.inputs import (
    BodyMassIndex,
    BoneDensity,
    Disease,
    EsophagealProcedure,
    FractureSite,
    Frax,
    GuidelineInputs,
    Labs,
    Mechanism,
    Menopause,
    PastTherapy,
    Person,
    Recorded,
    Renal,
    Sex,
    Site,
    Smoking,
    Source,
    TScore,
)
from tests.charts import called, order, prefetch, statement, suggested, t_score
from tests.charts import clear_labs as clear_values
from tests.people import (
    AS_OF,
    LETROZOLE,
    calcium,
    clear_labs,
    days_ago,
    diagnosis,
    fracture,
    frax,
    measured,
    months_ago,
    person,
    renal,
    shown,
    steroid,
    therapy,
    woman,
)

pytestmark = pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecatedSince20")

same_every_time = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

WEIGHT = {Disposition.TREAT: 2, Disposition.CONSIDER: 1}
MARK = {Draft.RECOMMENDED: 2, Draft.OFFERED: 1}

yes_no_unknown = st.sampled_from([True, False, None])
scores = st.builds(
    TScore,
    site=st.sampled_from([Site.LUMBAR_SPINE, Site.FEMORAL_NECK, Site.TOTAL_HIP, Site.UNSPECIFIED]),
    value=st.sampled_from(
        [
            "-3.1",
            "-3.0",
            "-2.5",
            "-2.49",
            "-2.1",
            "-2.0",
            "-1.9",
            "-1.8",
            "-1.79",
            "-1.01",
            "-1.0",
            "-0.5",
            "0.3",
        ]
    ).map(Decimal),
    day=st.just(days_ago(10)),
    reference=st.just("Observation/dxa"),
)
densities = st.lists(scores, max_size=3, unique_by=lambda score: score.site).map(
    lambda found: BoneDensity(study=tuple(sorted(found, key=lambda score: score.value)))
)
probabilities = st.builds(
    frax,
    st.none() | st.sampled_from(["0.5", "2.9", "3.0", "4.6"]),
    st.none() | st.sampled_from(["6", "19.9", "20.0", "31"]),
)
fractures = st.lists(
    st.builds(
        fracture,
        st.sampled_from(FractureSite),
        mechanism=st.sampled_from(Mechanism),
        day=st.sampled_from([None, days_ago(100), months_ago(30), months_ago(90)]),
    ),
    max_size=3,
).map(tuple)
courses = st.none() | st.builds(
    steroid,
    st.sampled_from(["2", "2.5", "5", "7.5", "10"]),
    st.sampled_from([30, 89, 90, 200]),
    current=st.booleans(),
)
people = st.one_of(
    st.builds(person, st.integers(50, 95), st.just(Sex.FEMALE)),
    st.builds(person, st.integers(50, 95), st.just(Sex.MALE)),
    st.just(person(52, menopause=Menopause.PRESUMED)),
)
anybody = people | st.sampled_from(
    [
        person(16),
        person(40, menopause=Menopause.PREMENOPAUSAL),
        person(70, None),
        person(70, hospice_reference="c"),
    ]
)
labs = st.builds(
    clear_labs,
    calcium=st.none() | st.sampled_from(["7.2", "8.4", "8.5", "9.4", "10.6"]).map(calcium),
    vitamin_d=st.none()
    | st.sampled_from(["11", "12", "19.9", "20"]).map(lambda value: measured(value, "ng/mL")),
    pth=st.none() | st.just(measured("90", "pg/mL", lab_high=Decimal(65))),
    tsh=st.none() | st.just(measured("0.1", "m[IU]/L", lab_low=Decimal("0.4"))),
)
kidneys = st.sampled_from(
    [
        Renal(),
        renal("20"),
        renal("34.9"),
        renal("35"),
        renal("80"),
        Renal(kidney_injury=True),
        renal("20", kidney_injury=True),
        renal("80", kidney_injury=True),
    ]
)
diagnoses = st.lists(st.sampled_from(Disease), max_size=3, unique=True).map(
    lambda found: tuple(diagnosis(each) for each in found)
)
recorded = st.none() | st.builds(Recorded, is_so=st.booleans(), reference=st.just("Observation/r"))


def charts(who: st.SearchStrategy[Person], *, treated: bool) -> st.SearchStrategy[GuidelineInputs]:
    return st.builds(
        GuidelineInputs,
        as_of=st.just(AS_OF),
        person=who,
        bone_density=densities,
        frax=probabilities,
        fractures=fractures,
        diagnoses=diagnoses,
        therapy=st.sampled_from(
            [
                (),
                (therapy(),),
                (therapy("denosumab", last_dose=months_ago(8)),),
                (therapy(weekly_tablet_daily=True, stale=True),),
            ]
        )
        if treated
        else st.just(()),
        past_therapy=st.sampled_from(
            [(), (PastTherapy(drug="alendronate", days=2000, reference="m", last_day=months_ago(40)),)]
        ),
        glucocorticoid=courses,
        cancer_therapy=st.sampled_from([(), (LETROZOLE,)]),
        esophageal_procedure=st.none()
        | st.just(EsophagealProcedure(day=days_ago(20), reference="Procedure/1")),
        weight=st.none() | st.sampled_from(["50", "70"]).map(lambda value: measured(value, "kg")),
        bmi=st.none()
        | st.sampled_from(["19", "24"]).map(lambda value: BodyMassIndex(value=Decimal(value), day=AS_OF)),
        smoking=st.none()
        | st.builds(Smoking, current=yes_no_unknown, day=st.just(AS_OF), reference=st.just("o")),
        alcohol=st.none() | st.sampled_from(["1", "4"]).map(lambda value: measured(value, "{drinks}/d")),
        parental_hip_fracture=recorded,
        dental_exam=recorded,
        cannot_stay_upright=recorded,
        labs=labs,
        renal=kidneys,
    )


decided = charts(people, treated=False)
any_chart = charts(anybody, treated=True)


def weight(decision: Decision) -> int:
    return WEIGHT.get(decision.disposition, 0)


def mark(decision: Decision) -> int:
    return MARK.get(decision.draft, 0)


def with_less(inputs: GuidelineInputs) -> Iterator[GuidelineInputs]:
    """The chart without one T-score, FRAX value, fracture, risk factor or glucocorticoid."""

    def changed(**members: Any) -> GuidelineInputs:  # noqa: ANN401 - any member
        return msgspec.structs.replace(inputs, **members)

    for score in inputs.bone_density.study:
        kept = tuple(each for each in inputs.bone_density.study if each is not score)
        yield changed(bone_density=BoneDensity(study=kept))
    yield changed(frax=Frax(hip=inputs.frax.hip))
    yield changed(frax=Frax(major=inputs.frax.major))
    for broken in inputs.fractures:
        yield changed(fractures=tuple(each for each in inputs.fractures if each is not broken))
    for member in ("glucocorticoid", "smoking", "parental_hip_fracture", "weight", "bmi", "alcohol"):
        yield changed(**{member: None})
    yield changed(cancer_therapy=())


@same_every_time
@given(inputs=decided, extra=st.booleans())
def test_less_evidence_never_asks_for_more(inputs: GuidelineInputs, *, extra: bool) -> None:
    before = weight(decide(inputs, extra_risk_factors=extra))
    for less in with_less(inputs):
        assert weight(decide(less, extra_risk_factors=extra)) <= before


NOTHING: dict[Source, dict[str, Any]] = {
    Source.FRAX: {"frax": Frax()},
    Source.LABS: {"labs": Labs(), "renal": Renal()},
    Source.BODY_MEASURES: {"weight": None, "height": None, "bmi": None, "height_losses": ()},
    Source.CONDITIONS: {"fractures": (), "diagnoses": (), "suspicions": ()},
    Source.MEDICATIONS: {
        "therapy": (),
        "past_therapy": (),
        "supplements": (),
        "glucocorticoid": None,
        "cancer_therapy": (),
    },
    Source.ALLERGIES: {"allergy": None},
    Source.PROCEDURES: {
        "therapy": (),
        "past_therapy": (),
        "esophageal_procedure": None,
        "dental_exam": None,
        "cancer_therapy": (),
    },
    Source.LIFESTYLE: {"smoking": None, "alcohol": None, "cannot_stay_upright": None},
    Source.FAMILY_HISTORY: {"parental_hip_fracture": None},
    Source.DISPENSES: {"therapy": (), "past_therapy": (), "glucocorticoid": None},
    Source.ADMINISTRATIONS: {"therapy": (), "past_therapy": (), "glucocorticoid": None, "cancer_therapy": ()},
    Source.REPRODUCTIVE_STATUS: {},
    Source.DXA_REPORTS: {},
}
"""What nothing is known of where a source could not be had; without Patient and T-scores there is no call."""


def test_every_source_that_may_be_missing_is_asked_about() -> None:
    assert set(Source) - NOTHING.keys() == {Source.PATIENT, Source.BONE_DENSITY}


@same_every_time
@example(inputs=woman("-2.6", frax=frax(None, "35")), source=Source.FRAX, extra=False)
@given(inputs=decided, source=st.sampled_from(sorted(NOTHING)), extra=st.booleans())
def test_a_source_that_is_not_had_raises_nothing(
    inputs: GuidelineInputs, source: Source, *, extra: bool
) -> None:
    without = msgspec.structs.replace(inputs, **NOTHING[source], unanswered=frozenset({source}))
    before = decide(inputs, extra_risk_factors=extra)
    after = decide(without, extra_risk_factors=extra)
    assert weight(after) <= weight(before)
    assert mark(after) <= mark(before)


@same_every_time
@given(
    inputs=any_chart,
    source=st.sampled_from([Source.MEDICATIONS, Source.DISPENSES, Source.ADMINISTRATIONS, Source.PROCEDURES]),
)
def test_where_a_current_drug_may_stand_unread_no_draft_is_offered(
    inputs: GuidelineInputs, source: Source
) -> None:
    without = msgspec.structs.replace(inputs, **NOTHING[source], unanswered=frozenset({source}))
    assert mark(decide(without)) == 0


FAILURE = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}
FIRST_PAGE_OF_NOTHING = {
    "resourceType": "Bundle",
    "type": "searchset",
    "total": 7,
    "link": [{"relation": "next", "url": "https://ehr.example.org/fhir?page=2"}],
}
TAKEN = {
    "a weekly tablet": ("904431", {}),
    "a tablet by name": (None, {"name": "Fosamax"}),
    "zoledronic acid, given a year ago": ("705824", {"status": "completed"}),
    "steroids": ("8640", {}),
    "nothing that matters": ("314076", {}),
}


@pytest.mark.parametrize("without", [FAILURE, FIRST_PAGE_OF_NOTHING], ids=["error", "empty first page"])
@pytest.mark.parametrize("taken", TAKEN)
@pytest.mark.parametrize("score", ["-2.7", "-1.5"])
@pytest.mark.parametrize("key", sorted(set(prefetch()) - {"patient", "bone-density"}))
def test_one_key_that_fails_alone_never_adds_or_recommends_the_draft(
    key: str, score: str, taken: str, without: dict[str, Any]
) -> None:
    """Each key by itself: where two feed one source, what the other has must not stand for both."""
    code, members = TAKEN[taken]
    for listed in (order(code, **members), statement(code, **members)):
        keys = prefetch(t_score(score), *clear_values(), listed)
        before, after = called(keys), called({**keys, key: without})
        offered, left = suggested(before), suggested(after)
        assert "start-alendronate" in offered or "start-alendronate" not in left
        assert offered.get("start-alendronate", False) or not left.get("start-alendronate", False)


@same_every_time
@given(any_chart)
def test_a_block_always_removes_the_draft_and_a_caution_the_mark(inputs: GuidelineInputs) -> None:
    decision = decide(inputs)
    if decision.blocks or decision.disposition not in WEIGHT:
        assert decision.draft in {Draft.WITHHELD, Draft.NOT_INDICATED}
    if decision.cautions or decision.disposition is Disposition.CONSIDER:
        assert decision.draft is not Draft.RECOMMENDED
    offered = {each.label for card in shown(inputs).cards for each in card.suggestions or ()}
    alendronate = any(label.startswith("Consider starting alendronate") for label in offered)
    assert not alendronate or decision.draft in {Draft.OFFERED, Draft.RECOMMENDED}


@same_every_time
@given(any_chart)
def test_every_decision_is_whole_and_every_criterion_answers(inputs: GuidelineInputs) -> None:
    decision = decide(inputs)
    ids = [each.id for each in decision.criteria]
    assert len(ids) == len(set(ids))
    assert decision.grounds
    assert all(each.because for each in decision.criteria)
    assert {each.id for each in decision.grounds} <= {
        each.id for each in decision.criteria if each.met is Met.YES
    }


@same_every_time
@given(any_chart)
def test_every_answer_is_in_form(inputs: GuidelineInputs) -> None:
    rendered = shown(inputs)
    critical = sum(card.indicator == "critical" for card in rendered.cards)
    assert len(rendered.cards) <= max(2, critical)
    topics = [each.topic for each in rendered.findings]
    assert len(topics) == len(set(topics))
    assert {card.source.topic.code for card in rendered.cards} == {
        each.topic for each in rendered.findings if each.shown == "card"
    }
    offered = [each.label for card in rendered.cards for each in card.suggestions or ()]
    assert len(offered) == len(set(offered))
    for card in rendered.cards:
        assert 0 < len(card.summary) < 140
        assert "…" not in card.summary
        assert len(card.suggestions or ()) <= 4
        assert "\n\n\n" not in card.detail


@settings(same_every_time, max_examples=40)
@given(any_chart)
def test_every_draft_is_valid_fhir(inputs: GuidelineInputs) -> None:
    for card in shown(inputs).cards:
        for suggestion in card.suggestions or ():
            for action in suggestion.actions:
                assert action.resource is not None
                get_fhir_model_class(action.resource["resourceType"]).model_validate(action.resource)
                assert action.resource["status"] == "draft"
