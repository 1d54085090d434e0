"""Each rule of CDS Hooks for an answer is told apart when it is broken, and our own answers break none."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from cdshooks.app import create_app
from cdshooks.example import example_request
from cdshooks.settings import Settings
from cdshooks.wire.rules import broken_rules

SERVICE = "/cds-services/bone-health-patient-view"


@pytest.fixture(scope="module")
def answer() -> Any:  # noqa: ANN401 - JSON
    path = example_request()
    assert path is not None
    client: FlaskClient = create_app(Settings(check_answers=False, honour_as_of=True)).test_client()
    response = client.post(SERVICE, data=path.read_bytes(), content_type="application/json")
    return json.loads(response.data)


def test_our_own_answer_breaks_no_rule(answer: Any) -> None:  # noqa: ANN401
    assert answer["cards"][0]["suggestions"][0]["actions"]
    assert broken_rules(answer) == []
    assert broken_rules({"cards": []}) == []


def first(answer: Any, *steps: str) -> Any:  # noqa: ANN401
    found = answer["cards"][0]
    for step in steps:
        found = found[step][0]
    return found


def put(*steps: str, **members: object) -> Callable[[Any], object]:
    return lambda answer: first(answer, *steps).update(members)


def drop(*steps: str, member: str) -> Callable[[Any], object]:
    return lambda answer: first(answer, *steps).pop(member)


SUGGESTION = ("suggestions",)
ACTION = ("suggestions", "actions")
FIRST_ACTION = "cards[0].suggestions[0].actions[0]"


@pytest.mark.protocol(
    "F1", "A4", "A7", "A8", "A9", "F10", "F11", "F13", "F14", "F16", "F19", "F21", "F22", "F30", "F31", "F32",
    "F33", "F40", "F41", "F42", "F43", "F44", "F50", "F51", "F52", "A6", "F15", "F20", "F23", "I16",
)  # fmt: skip
@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (lambda answer: answer.pop("cards"), "F1 cards"),
        (lambda answer: answer.update(cards={}), "F1 cards"),
        (lambda answer: answer.update(systemActions=[]), "A4 systemActions"),
        (put(links=None), "A4 cards[0].links"),
        (put("suggestions", "actions", extension={}), "A4 cards[0].suggestions[0].actions[0].extension"),
        (lambda answer: answer.update(novel=1), "A9 answer"),
        (put(novel=1), "A9 cards[0]"),
        (lambda answer: answer.update(extension=[{"url": "x"}]), "A7 answer.extension"),
        (put(extension={"evaluation": 1}), "A8 cards[0].extension"),
        (put(*ACTION, extension={"com.example.a": 1, "b": 1}), f"A8 {FIRST_ACTION}.extension"),
        (put(uuid="card-1"), "F10 cards[0].uuid"),
        (lambda answer: answer["cards"].append(answer["cards"][0]), "F10 cards"),
        (put(summary="x" * 140), "F11 cards[0].summary"),
        (put(summary="two\nlines"), "F11 cards[0].summary"),
        (put(detail="<b>bold</b>"), "F13 cards[0].detail"),
        (put(detail="<!-- -->"), "F13 cards[0].detail"),
        (put(detail=r"a backslash \\<b>bold</b>"), "F13 cards[0].detail"),
        (put(indicator="hard-stop"), "F14 cards[0].indicator"),
        (put(source={"topic": {"system": "urn:x", "code": "y"}}), "F16 cards[0].source.label"),
        (put(source={"label": "Bone health CDS"}), "F19 cards[0].source.topic"),
        (drop(member="selectionBehavior"), "F21 cards[0].selectionBehavior"),
        (drop(member="suggestions"), "F21 cards[0].selectionBehavior"),
        (drop("overrideReasons", member="display"), "F22 cards[0].overrideReasons"),
        (drop(*SUGGESTION, member="label"), "F30 cards[0].suggestions[0].label"),
        (drop(*SUGGESTION, member="uuid"), "F31 cards[0].suggestions[0].uuid"),
        (put(*SUGGESTION, isRecommended=False), "F32 cards[0].suggestions[0].isRecommended"),
        (drop(*SUGGESTION, member="actions"), "F33 cards[0].suggestions[0].actions"),
        (put(*ACTION, type="replace"), "F40 cards[0].suggestions[0].actions[0].type"),
        (drop(*ACTION, member="description"), "F41 cards[0].suggestions[0].actions[0].description"),
        (drop(*ACTION, member="resource"), "F42 cards[0].suggestions[0].actions[0].resource"),
        (put(*ACTION, type="update"), "F43 cards[0].suggestions[0].actions[0].resource.id"),
        (put(*ACTION, type="delete"), "F44 cards[0].suggestions[0].actions[0].resourceId"),
        (drop("links", member="label"), "F50 cards[0].links[0]"),
        (put("links", url="http://frax.example.org"), "F51 cards[0].links[0].url"),
        (put("links", url="https://a@b.example.org/"), "F51 cards[0].links[0].url"),
        (put("links", appContext="{}"), "F52 cards[0].links[0].appContext"),
    ],
)
def test_each_rule_that_is_broken_is_named(
    answer: Any,  # noqa: ANN401
    change: Callable[[Any], object],
    broken: str,
) -> None:
    changed = copy.deepcopy(answer)
    change(changed)
    assert broken in broken_rules(changed)


def test_what_is_escaped_is_no_markup(answer: Any) -> None:  # noqa: ANN401
    changed = copy.deepcopy(answer)
    changed["cards"][0]["detail"] = r"Alendronate \<Fosamax\>, a backslash \\\</b>, x < 3"
    assert broken_rules(changed) == []


def test_of_suggestions_that_exclude_each_other_one_at_most_is_recommended(answer: Any) -> None:  # noqa: ANN401
    changed = copy.deepcopy(answer)
    card = changed["cards"][0]
    card["selectionBehavior"] = "at-most-one"
    for suggestion in card["suggestions"][:2]:
        suggestion["isRecommended"] = True
    assert broken_rules(changed) == ["F32 cards[0].suggestions"]


def test_a_removal_names_what_it_removes_and_nothing_else(answer: Any) -> None:  # noqa: ANN401
    changed = copy.deepcopy(answer)
    action = first(changed, *ACTION)
    action.pop("resource")
    action.update(type="delete", resourceId="MedicationRequest/1")
    assert broken_rules(changed) == []


@pytest.mark.protocol("F2", "F3", "F24", "J7", "J8")
def test_an_answer_is_cards_and_nothing_that_acts_by_itself(answer: Any) -> None:  # noqa: ANN401
    """No system actions, no link that launches; every action says what it does; a card may be words only."""
    assert answer.keys() == {"cards", "extension"}
    assert all("autolaunchable" not in link for card in answer["cards"] for link in card.get("links", ()))
    actions = [
        action
        for card in answer["cards"]
        for suggestion in card["suggestions"]
        for action in suggestion["actions"]
    ]
    assert actions
    assert all(action["description"] for action in actions)
    words_only = copy.deepcopy(answer)
    for member in ("suggestions", "selectionBehavior", "links"):
        words_only["cards"][0].pop(member)
    assert broken_rules(words_only) == []
