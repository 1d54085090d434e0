"""The guideline as a document: nothing that is decided, shown or suggested is missing from it."""

import importlib
import re
from pathlib import Path

import pytest

from cdshooks.cards.sheet import SuggestionId
from cdshooks.guideline.bars import BLOCKS, CAUTIONS
from cdshooks.guideline.decision import Disposition
from cdshooks.guideline.recommendations import CLASSES, CONSIDERATION, GATES, TREATMENT
from cdshooks.guideline.topics import Topic
from scripts.pages.guideline_words import INPUTS as LOOKED_UP
from scripts.pages.guideline_words import RULES, STATEMENTS, spoken
from scripts.pages.vignette_answers import answers
from scripts.pages.wire_words import CARDS, INPUTS, SUGGESTIONS
from tests.charts import answered, observation, patient, t_score
from tests.vignettes.vignettes import load

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "guideline.md").read_text(encoding="utf-8")
ORDERS = (ROOT / "docs" / "reference-orders.md").read_text(encoding="utf-8")
RULE_IDS = [rule.id for rule in (*GATES, *TREATMENT, *CONSIDERATION, *CLASSES)]
VIGNETTES = [each.id for name in ("cases.json", "own_cases.json") for each in load(name)]
SOURCE_ROWS = [*(f"S{number:02}" for number in range(1, 48)), "S30b"]


def section(title: str) -> str:
    return re.split(r"^## ", PAGE, flags=re.MULTILINE)[[*titles()].index(title) + 1]


def titles() -> list[str]:
    return re.findall(r"^## (.+)$", PAGE, flags=re.MULTILINE)


@pytest.mark.parametrize("code", [*Disposition, *RULE_IDS, *(bar.id for bar in (*BLOCKS, *CAUTIONS))])
def test_every_disposition_criterion_block_and_caution_is_told(code: str) -> None:
    assert f"`{code}`" in PAGE


@pytest.mark.parametrize("topic", Topic)
def test_every_card_is_told_here_or_with_the_checks_of_orders(topic: Topic) -> None:
    of_orders_only = topic.startswith("order-") and topic not in CARDS
    assert f"`{topic}`" in (ORDERS if of_orders_only else section("Cards"))


@pytest.mark.parametrize("suggestion", SuggestionId)
def test_every_suggestion_is_told(suggestion: SuggestionId) -> None:
    assert f"| `{suggestion}` |" in section("Suggestions")


@pytest.mark.parametrize("name", INPUTS)
def test_every_input_is_told_with_how_far_back_it_is_looked_for(name: str) -> None:
    assert f"| `{name}` |" in section("Inputs")
    assert LOOKED_UP[name].back


def test_no_input_is_told_that_there_is_not() -> None:
    assert LOOKED_UP.keys() == INPUTS.keys()


@pytest.mark.parametrize("row", SOURCE_ROWS)
def test_every_statement_of_the_source_is_told_and_shown_by_something(row: str) -> None:
    assert f"| {row} |" in section("The source, statement by statement")
    assert STATEMENTS[row].by
    for name in STATEMENTS[row].by:
        path, _, function = name.partition("::")
        if function:
            module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
            assert callable(getattr(module, function))
        else:
            assert name in VIGNETTES


def test_every_vignette_stands_on_the_page_once_with_its_outcome() -> None:
    told = re.findall(
        r"^\| `([^`]+)` \| [^|]+ \| `[a-z-]+` \| [^|]+ \| (?:none|offered|recommended) \|$",
        PAGE,
        re.MULTILINE,
    )
    assert sorted(told) == sorted(VIGNETTES)


def test_the_outcomes_are_the_expected_ones() -> None:
    wrong = [each.vignette.id for each in answers() if each.disposition != each.vignette.expected.disposition]
    assert not wrong


def test_every_rule_has_its_name_in_the_order_of_the_decision() -> None:
    told = re.findall(r"^\d+\. (\w+) \[`([a-z0-9-]+)`\]", section("Order of the decision"), re.MULTILINE)
    assert {rule for _, rule in told} == RULES.keys()
    assert {*RULE_IDS, "data-conflict"} == RULES.keys()
    order = "G0 G1 G2 G2b G3 G4 T1 G5 T2 T3 T4 T4 T5 T6 K1 K2 K3 F1 F2 N1 N2"
    assert [name for name, _ in told] == order.split()


def test_what_may_be_shown_has_an_example() -> None:
    shown = {topic for each in answers() for topic in each.summaries}
    offered = {name for each in answers() for name in each.labels}
    assert shown == {*CARDS} - {topic for topic in CARDS if topic.startswith("order-") and topic not in shown}
    assert offered <= {*SUGGESTIONS}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (LOOKED_UP["weight"].analytes[0].low, "25"),
        ({"mg/dL": 7, "mmol/L": 2}, "7 mg/dL, 2 mmol/L"),
        ((40, 90), "40, 90"),
    ],
)
def test_thresholds_are_written_as_people_write_them(value: object, words: str) -> None:
    assert spoken(value) == words


CLEAR = (
    patient(70),
    t_score("-2.7"),
    observation("17861-6", "9.4", "mg/dL"),
    observation("98979-8", "80", "mL/min"),
)


def test_the_treatment_card_says_what_the_source_says_of_it() -> None:
    detail = answered(*CLEAR)["cards"][0]["detail"]
    assert "alendronate 70 mg once WEEKLY (10 mg daily is the alternative)" in detail
    assert "first for safety, cost and efficacy (ACP 2023)" in detail


def test_the_draft_tells_how_to_take_it() -> None:
    card = answered(*CLEAR)["cards"][0]
    [draft] = [
        action["resource"]
        for suggestion in card["suggestions"]
        for action in suggestion["actions"]
        if suggestion["label"].startswith("Consider starting alendronate")
    ]
    told = draft["dosageInstruction"][0]["patientInstruction"]
    assert "plain water" in told
    assert "at least 30 minutes" in told
    assert "Sit or stand" in told
    assert "upright for 30 minutes" in card["detail"]
