import itertools
from collections.abc import Callable
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from flask.testing import FlaskClient

from cdshooks.app import create_app
from cdshooks.settings import Settings
from fhir_mappings.value_sets import load as load_terminology
from tests.vignettes import codes
from tests.vignettes.charts import chart_of
from tests.vignettes.codes import Coded, Encoding
from tests.vignettes.drafts import drafts_of
from tests.vignettes.ehr import call
from tests.vignettes.vignettes import Vignette, load

SUGGESTION = "com.bone-health-cds.suggestion"

SHARED = (*load("cases.json"), *load("order_cases.json"))
OWN = (*load("own_cases.json"), *load("own_order_cases.json"))
ALL = (*SHARED, *OWN)

Answer = dict[str, Any]
Ask = Callable[[Vignette, Encoding], Answer]


def _id(value: object) -> str | None:
    return value.id if isinstance(value, Vignette) else None


@pytest.fixture(scope="session")
def client() -> FlaskClient:
    return create_app(Settings(dev=True)).test_client()


@pytest.fixture(scope="session")
def ask(client: FlaskClient) -> Ask:
    """The answer of the service to a vignette; every key of discovery is sent."""
    services = client.get("/cds-services").get_json()["services"]
    templates = {service["hook"]: service["prefetch"] for service in services}
    answers: dict[tuple[str, Encoding], Answer] = {}

    def asked(vignette: Vignette, encoding: Encoding) -> Answer:
        key = vignette.id, encoding
        if key not in answers:
            body = call(vignette, encoding, templates[vignette.hook])
            response = client.post(f"/cds-services/bone-health-{vignette.hook}", json=body)
            assert response.status_code == 200, f"{vignette.title}: {response.get_data(as_text=True)}"
            answers[key] = response.get_json()
        return answers[key]

    return asked


@pytest.mark.parametrize("encoding", Encoding)
@pytest.mark.parametrize("vignette", ALL, ids=_id)
def test_the_answer_is_the_one_of_the_guideline(ask: Ask, vignette: Vignette, encoding: Encoding) -> None:
    wrong = _wrong(vignette, ask(vignette, encoding))
    assert not wrong, "\n".join((f"{vignette.title} — {vignette.rationale}", *wrong))


@pytest.mark.parametrize("vignette", ALL, ids=_id)
def test_how_a_chart_is_written_does_not_change_the_answer(ask: Ask, vignette: Vignette) -> None:
    by_the_book, as_charts_are = (ask(vignette, encoding) for encoding in Encoding)
    told = [
        (_disposition(answer), sorted(_findings(answer)), _alendronate(answer))
        for answer in (by_the_book, as_charts_are)
    ]
    assert told[0] == told[1], vignette.title


def test_every_story_has_an_id_of_its_own() -> None:
    ids = [vignette.id for vignette in ALL]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("vignette", OWN, ids=_id)
def test_every_story_of_our_own_says_why(vignette: Vignette) -> None:
    assert vignette.rationale


@pytest.mark.parametrize("vignette", ALL, ids=_id)
def test_the_hospital_that_goes_by_the_book_writes_valid_fhir(vignette: Vignette) -> None:
    drafts = drafts_of(vignette, Encoding.SNOMED)["draftOrders"]["entry"] if vignette.input.drafts else []
    for resource in (*chart_of(vignette, Encoding.SNOMED), *(each["resource"] for each in drafts)):
        # A story about a resource without a status needs one that no validator accepts.
        if resource["resourceType"] != "Observation" or "status" in resource:
            get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def test_every_code_is_in_the_value_set_it_is_taken_from() -> None:
    terminology = load_terminology()
    used: list[Coded] = [
        *codes.CONDITIONS.values(),
        *(each for pair in codes.FRACTURES.values() for each in pair if each is not None),
        *codes.DRUGS.values(),
        *codes.PRODUCTS.values(),
        *codes.SUBSTANCES.values(),
        *codes.ALLERGENS.values(),
        *codes.PROCEDURES.values(),
        *codes.T_SCORES.values(),
        *codes.LABS.values(),
        codes.RIGHT_HIP,
        codes.DXA,
        codes.DENTAL_EXAM,
        codes.PREGNANT,
        codes.Z_SCORE,
        *codes.SMOKERS.values(),
        codes.WEIGHT,
        codes.HEIGHT,
    ]
    pairs = itertools.product(used, Encoding)
    assert [
        (coded.concept, coded.by(encoding))
        for coded, encoding in pairs
        if coded.concept not in terminology.concepts(coded.by(encoding).system, coded.by(encoding).code)
    ] == []


def _wrong(vignette: Vignette, answer: Answer) -> list[str]:
    """What differs from the expectation, in words."""
    expected = vignette.expected
    findings, cards, offered = _findings(answer), _topics(answer), _offered(answer)
    evaluation = _evaluation(answer)
    wrong = []
    if _disposition(answer) != expected.disposition:
        wrong.append(f"disposition is {_disposition(answer)}, not {expected.disposition}")
    wrong += [f"no finding {topic}" for topic in expected.cards_must if topic not in findings]
    wrong += [f"finding {topic}" for topic in expected.cards_must_not if topic in findings | cards]
    wrong += [f"{each} is not suggested" for each in expected.suggestions_must if each not in offered]
    wrong += [f"{each} is suggested" for each in expected.suggestions_must_not if each in offered]
    if expected.indicator is not None and _indicator(answer) != expected.indicator:
        wrong.append(f"the highest indicator is {_indicator(answer)}, not {expected.indicator}")
    indicators = {card["source"]["topic"]["code"]: card["indicator"] for card in answer["cards"]}
    wrong += [
        f"{topic} is {indicators.get(topic, 'no card')}, not {wanted}"
        for topic, wanted in expected.indicators.items()
        if indicators.get(topic) != wanted
    ]
    shown = {each["topic"]: each["shown"] for each in evaluation.get("findings", ())}
    wrong += [
        f"{topic} is {shown.get(topic, 'no finding')}, not folded or capped"
        for topic in expected.folded
        if shown.get(topic) not in {"folded", "capped"}
    ]
    told = [card["summary"] for card in answer["cards"]]
    wrong += [
        f"no card says {each}: {told}" for each in expected.summaries if not any(each in x for x in told)
    ]
    if expected.most_cards is not None and len(answer["cards"]) > expected.most_cards:
        wrong.append(f"{len(answer['cards'])} cards")
    if expected.start_alendronate not in {None, _alendronate(answer)}:
        wrong.append(f"start-alendronate: {_alendronate(answer)}, not {expected.start_alendronate}")
    if expected.no_cards and answer["cards"]:
        wrong.append(f"cards: {sorted(cards)}")
    met = {each["id"]: each["met"] for each in evaluation.get("criteria", ())}
    wrong += [
        f"criterion {each} is {met.get(each)}, not {wanted}"
        for each, wanted in expected.criteria.items()
        if met.get(each) != wanted
    ]
    issues = {each["issue"] for each in evaluation.get("dataQuality", ())}
    wrong += [f"no data-quality issue {each}" for each in expected.data_quality_must if each not in issues]
    return wrong


def _evaluation(answer: Answer) -> Answer:
    evaluation: Answer = answer["extension"]["com.bone-health-cds.evaluation"]
    return evaluation


def _disposition(answer: Answer) -> str:
    return str(_evaluation(answer)["disposition"])


def _findings(answer: Answer) -> set[str]:
    return {finding["topic"] for finding in _evaluation(answer).get("findings", ())}


def _topics(answer: Answer) -> set[str]:
    return {card["source"]["topic"]["code"] for card in answer["cards"]}


def _indicator(answer: Answer) -> str | None:
    shown = {card["indicator"] for card in answer["cards"]}
    return next((each for each in ("critical", "warning", "info") if each in shown), None)


def _suggestions(answer: Answer) -> list[tuple[str, bool]]:
    """The id of each suggestion shown, and whether it is recommended."""
    return [
        (action["extension"][SUGGESTION], suggestion.get("isRecommended", False))
        for card in answer["cards"]
        for suggestion in card.get("suggestions", ())
        for action in suggestion["actions"]
    ]


def _offered(answer: Answer) -> set[str]:
    return {each for each, _ in _suggestions(answer)}


def _alendronate(answer: Answer) -> str:
    """What becomes of the draft: recommended, offered or none."""
    marks = [recommended for each, recommended in _suggestions(answer) if each == "start-alendronate"]
    if not marks:
        return "none"
    return "recommended" if any(marks) else "offered"
