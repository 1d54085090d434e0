"""What holds of every draft order and chart (GUIDELINE D): corrections correct, nothing critical is lost."""

import json

import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from cdshooks.cards.orders import MOST_CARDS
from cdshooks.guideline.orders import Hook
from cdshooks.services.service import Call
from tests.charts import (
    ALBUMIN,
    CALCIUM,
    EGFR,
    ICD10,
    PATIENT,
    RXNORM,
    SNOMED,
    VITAMIN_D,
    Json,
    allergy,
    clear_labs,
    condition,
    evaluation,
    frax,
    observation,
    order,
    patient,
    prefetch,
    procedure,
    t_score,
    topics,
)
from tests.orders import (
    ALENDRONATE_10,
    ALENDRONATE_70,
    ALENDRONATE_AND_D,
    DENOSUMAB_60,
    DOSES,
    PREDNISONE,
    RISEDRONATE,
    actions,
    draft,
    found,
    ordered,
    timing,
)

pytestmark = pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecatedSince20")

same_every_time = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=150,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)

SIGS = st.sampled_from(
    [
        None,
        "daily",
        "Take 1 tablet by mouth once weekly",
        "Take 1 tablet by mouth every morning",
        "70 mg twice a week",
        "1 tab q week",
        "one every two weeks",
        "once a month",
        "as directed",
        "2 tablets daily",
        "weekly on Sunday, daily calcium",
        "",
        "2 strips weekly",
        "biweekly",
        "1 tab in the morning and 1 tab in the evening weekly",
        "Once a week. Tomar una tableta todos los dias",
        "4 tablets every 4 weeks",
        "daily except Sunday",
    ]
)
NAMES = st.sampled_from(
    [
        "alendronate 70 mg",
        "Fosamax 70 mg daily",
        "Fosamax 70 mg tablet, take once daily",
        "alendronate 70 mg PO QDAY x30",
        "Binosto 70 mg effervescent tablet",
        "alendronate 70 mg/75 mL oral solution",
        "Fosamax Plus D 70 mg daily",
        "alendronate",
        "alendronate 10 mg",
        "alendronate 35 mg once weekly",
        "Fosamax 70 mg 4 tablets once weekly",
        "alendronate 70 mg tablet, 4 count, weekly",
        "alendronate 70 mg biweekly",
    ]
)
CODES = st.sampled_from([ALENDRONATE_70, ALENDRONATE_10, ALENDRONATE_AND_D, "46041", "904396"])
QUANTITIES = st.sampled_from(
    [
        None,
        {"value": 70, "unit": "mg"},
        {"value": 10, "unit": "mg"},
        {"value": 1, "unit": "tablet"},
        {"value": 2, "unit": "tablet"},
        {"value": 75, "unit": "mL"},
        {"value": 1},
        {"value": 140},
        {"value": 2, "unit": "dose"},
        {"value": 2, "unit": "strip"},
    ]
)
MEMBERS: st.SearchStrategy[Json] = st.fixed_dictionaries(
    {},
    optional={
        "category": st.sampled_from([{"text": "Outpatient"}, [{"text": "Outpatient"}], []]),
        "dispenseRequest": st.sampled_from(
            [
                {},
                None,
                {"quantity": {"value": 30, "unit": "tablet"}, "numberOfRepeatsAllowed": 11},
                {
                    "initialFill": {"quantity": {"value": 30}},
                    "expectedSupplyDuration": {"value": 30.50, "unit": "d"},
                    "performer": {"display": "Corner pharmacy"},
                },
            ]
        ),
        "text": st.just(
            {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">daily</div>'}
        ),
        "note": st.sampled_from([None, [], [{"text": "please sign"}]]),
        "extension": st.sampled_from(
            [
                [],
                [{"url": "https://ehr.example.org/x", "valueString": "kept"}],
                [
                    {
                        "url": "http://hl7.org/fhir/5.0/StructureDefinition/"
                        "extension-MedicationRequest.renderedDosageInstruction",
                        "valueMarkdown": "daily",
                    }
                ],
            ]
        ),
        "reasonCode": st.just([{"coding": [{"system": SNOMED, "code": "2089002"}]}]),
        "encounter": st.just({"reference": "Encounter/e1"}),
    },
)


@st.composite
def doses(draw: st.DrawFn) -> Json | None:
    sig, quantity = draw(SIGS), draw(QUANTITIES)
    dosage: Json = {} if sig is None else {"text": sig}
    if draw(st.booleans()):
        frequency = draw(st.integers(1, 3))
        dosage |= timing(frequency, draw(st.integers(1, 4)), draw(st.sampled_from(["d", "wk", "mo"])))
    if quantity is not None:
        dosage["doseAndRate"] = [{"doseQuantity": quantity}]
    return dosage or None


@st.composite
def alendronate(draw: st.DrawFn) -> Json:
    """Alendronate in whatever shape, also in a contained Medication whose name says how often."""
    code, name = draw(st.none() | CODES), draw(st.none() | NAMES)
    if code is None and name is None:
        code = ALENDRONATE_70
    made = draft(code, name, dosage=draw(doses()), **draw(MEMBERS))
    way = draw(st.sampled_from(["own", "contained", "display", "coding"]))
    if way == "contained":
        medicine = made.pop("medicationCodeableConcept")
        made["contained"] = [{"resourceType": "Medication", "id": "m", "code": medicine}]
        made["medicationReference"] = {"reference": "#m"}
    elif way == "display":
        made.pop("medicationCodeableConcept")
        made["medicationReference"] = {"display": name or "alendronate 70 mg"}
    elif way == "coding" and code is not None:
        made["medicationCodeableConcept"]["coding"][0]["display"] = name or "alendronate 70 mg"
    return made


FACTS = st.lists(
    st.sampled_from(
        [
            t_score("-2.7"),
            t_score("-1.9"),
            *frax("2.0", "10"),
            observation(CALCIUM, "7.6", "mg/dL"),
            observation(CALCIUM, "9.4", "mg/dL"),
            observation(ALBUMIN, "4.0", "g/dL"),
            observation(EGFR, "22", "mL/min/{1.73_m2}"),
            observation(EGFR, "33", "mL/min/{1.73_m2}"),
            observation(VITAMIN_D, "11", "ng/mL"),
            condition("63305008"),
            condition("160685001"),
            condition("890095006"),
            condition("2089002"),
            condition("M87.180", ICD10),
            allergy("46041"),
            procedure(),
            order(RISEDRONATE),
            order(ALENDRONATE_70),
        ]
    ),
    max_size=8,
    unique_by=lambda each: each["id"],
)
PEOPLE = st.sampled_from([patient(70), patient(60, "male"), patient(40), patient(16), patient(70, "unknown")])
HOOKS: st.SearchStrategy[Hook] = st.sampled_from(["order-select", "order-sign"])


@st.composite
def keys(draw: st.DrawFn) -> Json:
    """A prefetch, whole or without some of its keys, or none at all."""
    whole: Json = prefetch(draw(PEOPLE), *draw(FACTS))
    dropped = draw(st.sets(st.sampled_from(sorted(whole)), max_size=3))
    kept = {key: value for key, value in whole.items() if key not in dropped}
    return draw(st.sampled_from([whole, whole, kept, {}]))


def is_valid(resource: Json) -> bool:
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except ValidationError:
        return False
    return True


@same_every_time
@given(made=alendronate(), chart=keys(), hook=HOOKS)
def test_a_correction_leaves_nothing_to_say_about_the_dose(made: Json, chart: Json, hook: str) -> None:
    for action in actions(ordered(made, hook=hook, keys=chart), "update"):
        corrected = action["resource"]
        assert corrected["id"] == made["id"]
        again = found(ordered(corrected, keys=chart))
        assert not DOSES & again.keys(), json.dumps(corrected)
        assert is_valid(corrected) or not is_valid(made)


@same_every_time
@given(made=alendronate(), chart=keys(), hook=HOOKS)
def test_a_correction_keeps_whatever_says_nothing_of_dose_and_supply(
    made: Json, chart: Json, hook: str
) -> None:
    for action in actions(ordered(made, hook=hook, keys=chart), "update"):
        for name in (
            "subject",
            "encounter",
            "reasonCode",
            "contained",
            "medicationReference",
            "status",
            "intent",
        ):
            assert action["resource"].get(name) == made.get(name)


@same_every_time
@given(made=alendronate(), chart=keys(), hook=HOOKS)
def test_a_removed_draft_leaves_nothing_to_say(made: Json, chart: Json, hook: str) -> None:
    beside = draft("8640", "prednisone 5 mg", id="d2", dosage=timing(1, 1, "d"))
    for action in actions(ordered(made, beside, hook=hook, keys=chart), "delete"):
        assert action["resourceId"] == "MedicationRequest/d1"
        left = found(ordered(beside, keys=chart))
        assert {topic for topic in left if topic.startswith("order-")} <= {"order-glucocorticoid"}


@same_every_time
@given(made=alendronate(), chart=keys(), hook=HOOKS)
def test_what_is_offered_to_be_created_is_valid(made: Json, chart: Json, hook: str) -> None:
    for action in actions(ordered(made, hook=hook, keys=chart), "create"):
        assert is_valid(action["resource"])
        assert "id" not in action["resource"]


@same_every_time
@given(made=st.lists(alendronate(), min_size=1, max_size=3), chart=keys(), hook=HOOKS)
def test_no_more_cards_than_the_policy_and_never_a_critical_less(
    made: list[Json], chart: Json, hook: Hook
) -> None:
    drafts = [{**each, "id": f"d{number}"} for number, each in enumerate(made)]
    answer = ordered(*drafts, hook=hook, keys=chart)
    critical = [card for card in answer["cards"] if card["indicator"] == "critical"]
    assert len(answer["cards"]) <= max(MOST_CARDS[hook], len(critical))
    assert answer["cards"][: len(critical)] == critical
    assert all(len(card["summary"]) < 140 for card in answer["cards"])


OTHERS: list[Json] = [
    {
        "resourceType": "MedicationRequest",
        "id": "x1",
        "status": "draft",
        "intent": "order",
        "medicationCodeableConcept": {
            "coding": [{"system": RXNORM, "code": "860975"}],
            "text": "metformin 500 mg",
        },
        "subject": {"reference": f"Patient/{PATIENT}"},
    },
    {"resourceType": "NutritionOrder", "id": "x2", "status": "draft"},
    {"resourceType": "ServiceRequest", "id": "x3", "code": {"text": "MRI of the knee"}},
]


@same_every_time
@given(
    made=st.lists(alendronate(), min_size=1, max_size=3),
    chart=keys(),
    hook=HOOKS,
    order=st.permutations(range(6)),
)
def test_neither_the_order_of_the_drafts_nor_others_beside_change_the_answer(
    made: list[Json], chart: Json, hook: str, order: list[int]
) -> None:
    drafts = [{**each, "id": f"d{number}"} for number, each in enumerate(made)]
    chosen = [f"MedicationRequest/{each['id']}" for each in drafts]
    everything = [*drafts, *OTHERS]
    mixed = [everything[place] for place in order if place < len(everything)]
    plain = ordered(*drafts, hook=hook, keys=chart, selections=chosen)
    assert ordered(*mixed, hook=hook, keys=chart, selections=chosen) == plain


@same_every_time
@given(made=alendronate(), chart=keys(), hook=HOOKS)
def test_the_same_draft_twice_counts_once(made: Json, chart: Json, hook: str) -> None:
    assert ordered(made, made, hook=hook, keys=chart) == ordered(made, hook=hook, keys=chart)


@same_every_time
@given(
    made=st.lists(
        st.sampled_from([*OTHERS, draft("1897", "calcium"), draft("2418", "vitamin D3")]), max_size=3
    ),
    hook=HOOKS,
)
def test_orders_that_concern_nobody_end_the_call_before_the_chart(
    monkeypatch: pytest.MonkeyPatch, made: list[Json], hook: str
) -> None:
    def touched(*_: object) -> None:
        pytest.fail("the chart was looked at")

    monkeypatch.setattr(Call, "gather", touched)
    answer = ordered(*made, hook=hook, selections=["MedicationRequest/x1"])
    assert answer["cards"] == []
    assert evaluation(answer)["disposition"] == "not-evaluated"


@same_every_time
@given(made=alendronate(), chart=keys())
def test_signing_is_never_silent_where_not_all_could_be_checked(made: Json, chart: Json) -> None:
    answer = ordered(made, keys=chart)
    lacking = {"allergies", "labs", "conditions", "procedures"} - chart.keys()
    if lacking:
        told = [card for card in answer["cards"] if card["source"]["topic"]["code"] == "data-problem"]
        named = json.dumps(answer["cards"])
        assert (
            told
            or sum(card["indicator"] == "critical" for card in answer["cards"]) >= MOST_CARDS["order-sign"]
        )
        assert all(each in named for each in lacking)


@same_every_time
@given(
    code=st.sampled_from([DENOSUMAB_60, RISEDRONATE, PREDNISONE, "1490065", "351114"]),
    chart=keys(),
    hook=HOOKS,
)
def test_other_drugs_are_answered_in_form(code: str, chart: Json, hook: str) -> None:
    answer = ordered(draft(code, dosage=timing(1, 1, "d")), hook=hook, keys=chart)
    assert len(topics(answer)) == len(answer["cards"])
    assert not DOSES & found(answer).keys()


def test_a_chart_that_speaks_against_nothing_is_answered_with_nothing() -> None:
    clean = [
        *clear_labs(),
        t_score("-2.7"),
        order("1897"),
        order("2418"),
        procedure("34043003", SNOMED),
    ]
    made = draft(dosage={"text": "1 tablet once weekly", **timing(1, 1, "wk")})
    assert ordered(made, keys=prefetch(*clean))["cards"] == []
