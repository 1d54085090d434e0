import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from cdshooks.cli import main
from cdshooks.replay.cases import Answer
from cdshooks.replay.told import told
from cdshooks.wire.response import EVALUATION
from tests.served import serving

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"

CARD: dict[str, Any] = {
    "uuid": "u",
    "summary": "Look at it",
    "indicator": "warning",
    "source": {"label": "x"},
}


def request(name: str) -> str:
    return str(FIXTURES / name / "request.json")


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("COLUMNS", "100")
    return lambda *arguments, **options: CliRunner().invoke(main, ["show", *arguments], **options)


def shown(body: Any, status: int = 200, *, width: int = 80, brief: bool = False) -> str:  # noqa: ANN401 - any JSON
    answer = Answer(status=status, body=msgspec.Raw(msgspec.json.encode(body)))
    return told(answer, width=width, brief=brief)


def test_cards_and_what_was_decided_and_missing_are_shown(show: Callable[..., Result]) -> None:
    result = show(request("source-patient"))
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("info  Low bone mass (lowest T −1.9 lumbar spine)")
    assert "  T-score lumbar spine  −1.9   2026-01-05" in lines
    assert "  - Vitamin D3 1,000 IU daily" in lines
    assert "    Create a draft order: vitamin D3 1,000 IU, once daily" in lines
    assert "disposition  risk-assessment-needed" in lines
    assert any(line.startswith("missing      frax.hip, frax.major, ") for line in lines)
    assert max(map(len, lines)) <= 100
    assert not {"|", "**", "\\"} & {mark for line in lines for mark in ("|", "**", "\\") if mark in line}


def test_brief_leaves_the_text_of_the_cards_out(show: Callable[..., Result]) -> None:
    result = show(request("order-daily-70"), "--brief")
    assert result.stdout == (
        "critical  Alendronate 70 mg daily: 70 mg is a once-WEEKLY dose\n\n"
        "  - Change draft to once weekly (recommended)\n"
        "  - Remove draft\n\n"
        "disposition  treat\n"
        "as of        2026-01-15\n"
    )


def test_what_was_not_had_and_not_usable_is_named(show: Callable[..., Result]) -> None:
    lines = show(request("order-could-not-check")).stdout.splitlines()
    assert "omitted      conditions" in lines
    assert "failed       allergies" in lines
    assert "data         allergies could not be read (not-fetched)" in lines


def test_no_cards_is_said(show: Callable[..., Result]) -> None:
    result = show(request("order-nobody-here"))
    assert result.exit_code == 0
    assert result.stdout.startswith("no cards\n\ndisposition  not-evaluated\n")


def test_an_error_is_told_and_not_its_json(show: Callable[..., Result]) -> None:
    result = show(request("bone-density-missing"))
    assert result.exit_code == 1
    assert result.stdout.startswith("412 Precondition Failed\n\n  error  Data this service needs are missing")
    assert "{" not in result.stdout
    assert show("-", input="{").stdout.startswith("400 Bad Request\n\n  error  The body is not JSON")
    several = show("-", input=json.dumps({"hook": "order-sign"})).stdout
    assert "`hookInstance` is missing." in several
    assert "`context` is missing." in several


def test_a_running_service_is_asked(show: Callable[..., Result]) -> None:
    with serving("--dev") as served:
        there = show(request("t-score-osteoporosis"), "--url", served.base)
    assert there.exit_code == 0
    assert there.stdout == show(request("t-score-osteoporosis")).stdout


def test_where_nobody_answers_and_what_is_no_file_is_told(show: Callable[..., Result]) -> None:
    nobody = show(request("source-patient"), "--url", "http://127.0.0.1:1")
    assert (nobody.exit_code, nobody.stdout) == (1, "")
    assert nobody.stderr == "Error: http://127.0.0.1:1: cannot be reached: Connection refused\n"
    assert show("nowhere.json").exit_code == 2
    assert show(request("source-patient"), "--url", "cds.example.org").exit_code == 2


def test_a_token_goes_to_another_process_only(show: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "token.txt"
    file.write_text("Authorization: Bearer a.b.\ufffd\n", encoding="utf-8")
    assert show(request("source-patient"), "--token", str(file)).exit_code == 2
    nobody = show(request("source-patient"), "--token", str(file), "--url", "http://127.0.0.1:1")
    assert nobody.exit_code == 1
    assert "a.b." not in nobody.output


def test_a_service_that_is_none_is_told() -> None:
    said = "502 Bad Gateway\n\n  The body is neither cards nor an OperationOutcome.\n"
    assert shown("<html>", 502) == said
    assert shown({"cards": "none"}).startswith("200 OK\n")
    assert shown([], 799).startswith("799\n")


def test_nothing_that_a_terminal_would_obey_is_printed() -> None:
    for card in (
        {**CARD, "summary": "a\x1b[2Jb\rc"},
        {**CARD, "detail": "a\x1b[2Jb\x07"},
        {**CARD, "indicator": "\x1b[2J"},
        {**CARD, "suggestions": [{"label": "\u202ea", "actions": [{"description": "\x1b[2J"}]}]},
    ):
        text = shown({"cards": [card]})
        assert all(each.isprintable() for each in text.replace("\n", ""))


def test_words_go_on_below_themselves() -> None:
    detail = "- " + "word " * 12 + "\n\n" + "text " * 12
    card = {**CARD, "summary": "sum " * 20, "detail": detail}
    lines = shown({"cards": [card]}, width=40).splitlines()
    assert lines[0].startswith("warning  sum ")
    assert lines[1].startswith("         sum ")
    assert [line[:5] for line in lines if "word" in line] == ["  - w", "    w"]
    assert {line[:3] for line in lines if "text" in line} == {"  t"}
    assert max(map(len, lines)) <= 40


def test_what_an_earlier_answer_silences_is_said() -> None:
    silence = {"answer": "will-address-later", "answered": "2026-01-15", "until": "2026-04-15"}
    finding = {"topic": "frax-needed", "shown": "silenced", "silencedBy": [silence]}
    evaluation = {"disposition": "risk-assessment-needed", "asOf": "2026-01-15", "findings": [finding]}
    text = shown({"cards": [], "extension": {EVALUATION: evaluation}})
    assert "silenced     frax-needed: will-address-later, until 2026-04-15\n" in text
    assert shown({"cards": [{**CARD, "links": [{"label": "L", "url": "https://x"}]}]}).endswith(
        "  L: https://x\n\n"
    )
