import contextlib
import copy
import datetime
import json
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
from click.testing import CliRunner, Result
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from cdshooks.app import create_app
from cdshooks.cli import main
from cdshooks.replay.cases import NO_UUID, Answer
from cdshooks.replay.compare import differences
from cdshooks.services.service import Call, Service
from cdshooks.settings import Settings
from cdshooks.wire.request import PatientViewContext
from cdshooks.wire.response import EVALUATION, Card, Coding, Evaluation, HookResponse, Source

AS_OF = datetime.date(2026, 3, 14)
UUID = "8c5e25a1-5a56-8b1e-9d2c-0f7a5d0a3a11"
ANOTHER_UUID = "8c5e25a1-5a56-8b1e-9d2c-ffffffffffff"


def card(topic: str, indicator: str = "info", **members: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    source = {"label": "Bone Health CDS", "topic": {"system": "urn:x", "code": topic}}
    return {"uuid": UUID, "summary": topic, "indicator": indicator, "source": source, **members}


def suggestion(label: str) -> dict[str, Any]:
    action = {"type": "create", "description": label, "resource": {"resourceType": "Task", "priority": 1.5}}
    return {"label": label, "uuid": UUID, "actions": [action]}


BODY: dict[str, Any] = {
    "cards": [
        card("treatment-indicated", "warning", suggestions=[suggestion("Start"), suggestion("Calcium")]),
        card("correct-first"),
        card("data-problem"),
    ],
    "extension": {
        EVALUATION: {
            "disposition": "treat",
            "criteria": [{"id": "frax-hip", "met": "yes"}, {"id": "frax-major", "met": "no"}],
            "inputs": [{"name": "age", "value": 70}, {"name": "calcium", "value": 9.5}],
            "missing": ["smoking", "weight"],
            "dataQuality": [{"issue": "stale"}, {"issue": "no-unit"}],
            "findings": [
                {"topic": "correct-first", "shown": "card"},
                {"topic": "data-problem", "shown": "card"},
            ],
        }
    },
}

Change = Callable[[dict[str, Any]], None]


def answer(body: Any, status: int = 200) -> Answer:  # noqa: ANN401 - any JSON
    return Answer(status=status, body=msgspec.Raw(msgspec.json.encode(body)))


def after(change: Change) -> list[str]:
    """What is said when the answer that is got has changed so."""
    got = copy.deepcopy(BODY)
    change(got)
    return differences(answer(BODY), answer(got))


def evaluation(body: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = body["extension"][EVALUATION]
    return found


def test_the_same_answer_does_not_differ() -> None:
    assert after(lambda _body: None) == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda body: body["cards"][0].update(uuid=ANOTHER_UUID), id="uuid of a card"),
        pytest.param(
            lambda body: body["cards"][0]["suggestions"][1].update(uuid=ANOTHER_UUID), id="of a suggestion"
        ),
        pytest.param(
            lambda body: body.update(cards=[body["cards"][n] for n in (0, 2, 1)]), id="cards of one indicator"
        ),
        *(
            pytest.param(lambda body, name=name: evaluation(body)[name].reverse(), id=name)
            for name in ("inputs", "missing", "dataQuality", "findings")
        ),
        pytest.param(lambda body: evaluation(body)["inputs"][0].update(value=70.0), id="70 or 70.0"),
        pytest.param(lambda body: body.update(extension=body.pop("extension")), id="order of members"),
    ],
)
def test_what_does_not_matter(change: Change) -> None:
    assert after(change) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda body: body["cards"][0].pop("uuid"),
            f'body.cards[treatment-indicated].uuid: missing "{UUID}"',
        ),
        (
            lambda body: body["cards"][0].update(uuid=5),
            f'body.cards[treatment-indicated].uuid: expected "{UUID}", got 5',
        ),
        (
            lambda body: body["cards"][1].update(summary="No"),
            'body.cards[correct-first].summary: expected "correct-first", got "No"',
        ),
        (
            lambda body: body["cards"][1].update(links=[]),
            "body.cards[correct-first].links: unexpected []",
        ),
        (lambda body: body["cards"].pop(1), "body.cards: missing card correct-first"),
        (lambda body: body["cards"].append(card("on-treatment")), "body.cards: unexpected card on-treatment"),
        (
            lambda body: body["cards"].reverse(),
            (
                "body.cards: expected the order treatment-indicated, correct-first, data-problem, "
                "got data-problem, correct-first, treatment-indicated"
            ),
        ),
        (
            lambda body: body["cards"][0]["suggestions"].reverse(),
            (
                "body.cards[treatment-indicated].suggestions: expected the order Start, Calcium, "
                "got Calcium, Start"
            ),
        ),
        (
            lambda body: body["cards"][0]["suggestions"][0].update(label="Go"),
            'body.cards[treatment-indicated].suggestions[0].label: expected "Start", got "Go"',
        ),
        (
            lambda body: body["cards"][0]["suggestions"][0]["actions"][0]["resource"].update(priority=1.25),
            (
                "body.cards[treatment-indicated].suggestions[Start].actions[0].resource.priority: "
                "expected 1.5, got 1.25"
            ),
        ),
        (
            lambda body: evaluation(body)["criteria"].reverse(),
            (
                f'body.extension["{EVALUATION}"].criteria: expected the order frax-hip, frax-major, '
                "got frax-major, frax-hip"
            ),
        ),
        (
            lambda body: evaluation(body)["criteria"][1].update(met="unknown"),
            f'body.extension["{EVALUATION}"].criteria[frax-major].met: expected "no", got "unknown"',
        ),
        (
            lambda body: evaluation(body)["missing"].append("weight"),
            f'body.extension["{EVALUATION}"].missing: unexpected "weight"',
        ),
        (
            lambda body: evaluation(body)["inputs"].pop(),
            f'body.extension["{EVALUATION}"].inputs: missing {{"name":"calcium","value":9.5}}',
        ),
        (
            lambda body: evaluation(body).update(disposition=True),
            f'body.extension["{EVALUATION}"].disposition: expected "treat", got true',
        ),
    ],
)
def test_what_matters_is_said_and_where(change: Change, said: str) -> None:
    assert after(change) == [said]


def test_true_is_not_one() -> None:
    assert differences(answer({"a": 1}), answer({"a": True})) == ["body.a: expected 1, got true"]


def test_numbers_are_compared_as_written_and_not_as_floats() -> None:
    one, other = (Answer(status=200, body=msgspec.Raw(text)) for text in (b"-2.5", b"-2.5000000000000001"))
    assert differences(one, other) == ["body: expected -2.5, got -2.5000000000000001"]


def test_long_texts_are_shown_from_where_they_part() -> None:
    (said,) = differences(answer({"detail": "x" * 500 + "old"}), answer({"detail": "x" * 500 + "new"}))
    assert said == f'body.detail: expected "…{"x" * 30}old", got "…{"x" * 30}new"'


def test_another_status_is_told_with_the_other_body() -> None:
    outcome = {"resourceType": "OperationOutcome"}
    assert differences(answer(BODY), answer(outcome, 412)) == [
        "status: expected 200, got 412",
        'body: got {"resourceType":"OperationOutcome"}',
    ]
    assert differences(answer(BODY), answer(BODY, 500)) == ["status: expected 200, got 500"]


# The command.


def fake(hook: str = "patient-view") -> Service:
    """A service whose one card says the day it was asked for."""

    def reply(call: Call) -> HookResponse:
        source = Source(label="Fake", topic=Coding(system="urn:x", code="day"))
        cards = (
            Card(uuid=UUID, summary=call.as_of.isoformat(), indicator="info", source=source, detail="-"),
        )
        found = Evaluation(disposition="normal", guideline_version="1", as_of=call.as_of.isoformat())
        return HookResponse(cards=cards, extension={EVALUATION: found})

    return Service(
        id=f"fake-{hook}",
        hook=hook,
        context=PatientViewContext,
        title="Fake",
        description="Says the day.",
        usage_requirements="None.",
        prefetch=lambda _terminology: {},
        answer=reply,
    )


SERVICES = (fake("order-sign"), fake())


@pytest.fixture
def replay(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr("cdshooks.commands.replay.SERVICES", SERVICES)
    return lambda *arguments: CliRunner().invoke(main, ["replay", *map(str, arguments)])


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A case whose answer is recorded."""
    return make_case(tmp_path / "cases" / "one", expected=EXPECTED)


REQUEST = {
    "hook": "patient-view",
    "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    "context": {"userId": "Practitioner/1", "patientId": "p1"},
    "extension": {"com.bone-health-cds.as-of": AS_OF.isoformat()},
}
EXPECTED = {
    "status": 200,
    "body": {
        "cards": [card("day", summary=AS_OF.isoformat(), detail="-") | {"uuid": NO_UUID}],
        "extension": {
            EVALUATION: {"disposition": "normal", "guidelineVersion": "1", "asOf": AS_OF.isoformat()}
        },
    },
}
EXPECTED["body"]["cards"][0]["source"]["label"] = "Fake"  # type: ignore[index]


def make_case(folder: Path, *, request: object = REQUEST, expected: object = None) -> Path:
    folder.mkdir(parents=True)
    (folder / "request.json").write_text(json.dumps(request))
    if expected is not None:
        (folder / "expected.json").write_text(json.dumps(expected))
    return folder


def test_a_case_whose_answer_is_the_expected_one(replay: Callable[..., Result], case: Path) -> None:
    result = replay(case)
    assert (result.exit_code, result.stdout) == (0, f"ok      {case}\n1 case: 1 ok, 0 differs\n")


def test_fixtures_are_what_is_replayed_where_nothing_is_named(
    replay: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_case(tmp_path / "fixtures" / "one", expected=EXPECTED)
    (tmp_path / "fixtures" / "README.md").write_text("not a case")
    monkeypatch.chdir(tmp_path)
    assert replay().stdout == "ok      fixtures/one\n1 case: 1 ok, 0 differs\n"


def test_a_difference_is_told_and_fails(replay: Callable[..., Result], case: Path) -> None:
    other = make_case(case.parent / "two", expected=EXPECTED | {"status": 412})
    result = replay(case.parent, case)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"ok      {case}",
        f"DIFFERS {other}",
        "  status: expected 412, got 200",
        "2 cases: 1 ok, 1 differs",
    ]


def test_a_case_without_a_record_fails(replay: Callable[..., Result], tmp_path: Path) -> None:
    folder = make_case(tmp_path / "new")
    result = replay(folder)
    assert result.exit_code == 1
    assert "  expected.json is missing; --update writes it" in result.stdout


def test_a_hook_of_no_service_gets_the_answer_of_a_real_one(
    replay: Callable[..., Result], tmp_path: Path
) -> None:
    folder = make_case(tmp_path / "other", request=REQUEST | {"hook": "appointment-book"})
    assert replay("--update", folder).exit_code == 0
    recorded = json.loads((folder / "expected.json").read_text())
    assert recorded["status"] == 422
    assert recorded["body"]["resourceType"] == "OperationOutcome"


def test_update_records_once_and_then_leaves_alone(replay: Callable[..., Result], tmp_path: Path) -> None:
    folder = make_case(tmp_path / "new")
    assert replay("--update", folder).stdout == f"updated   {folder}\n1 case: 1 updated, 0 unchanged\n"
    text = (folder / "expected.json").read_text()
    assert json.loads(text) == EXPECTED
    assert text.startswith('{\n  "status": 200,\n  "body": {\n    "cards": [')
    assert text.endswith("}\n")
    assert UUID not in text
    assert replay("--update", folder).stdout == f"unchanged {folder}\n1 case: 0 updated, 1 unchanged\n"
    assert replay(folder).exit_code == 0


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("request.json", "{", "request.json: is not JSON"),
        ("expected.json", "{", "expected.json: is not JSON"),
        ("expected.json", '{"body": {}}', "expected.json: is not an answer"),
    ],
)
def test_what_cannot_be_read_is_named(
    replay: Callable[..., Result], case: Path, file: str, text: str, said: str
) -> None:
    (case / file).write_text(text)
    result = replay(case)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_nothing_to_replay(replay: Callable[..., Result], tmp_path: Path) -> None:
    for path, said in ((tmp_path, "there are no cases in it"), (tmp_path / "x", "there is no such folder")):
        result = replay(path)
        assert result.exit_code == 2
        assert result.stderr.startswith(f"Error: {path}: {said}")


def test_a_record_that_cannot_be_written_is_named(replay: Callable[..., Result], case: Path) -> None:
    (case / "expected.json").unlink()
    (case / "expected.json").mkdir()
    result = replay("--update", case)
    assert result.exit_code == 2
    assert result.stderr == f"Error: {case}/expected.json: cannot be written: Is a directory\n"


def test_without_a_service_there_is_nothing_to_replay_with(
    replay: Callable[..., Result], case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cdshooks.commands.replay.SERVICES", ())
    result = replay(case)
    assert (result.exit_code, result.stderr) == (2, "Error: there is no service to replay the cases with\n")


def test_update_is_not_for_a_service_elsewhere(replay: Callable[..., Result], case: Path) -> None:
    result = replay("--update", "--url", "http://127.0.0.1:1", case)
    assert result.exit_code == 2
    assert "--url" in result.stderr


@contextlib.contextmanager
def served(app: Callable[..., Iterable[bytes]]) -> Iterator[str]:
    """The URL of `app` while it is served."""
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def address() -> Iterator[str]:
    with served(create_app(Settings(dev=True), services=SERVICES)) as url:
        yield url


@pytest.mark.parametrize("base", ["", "/", "/cds-services"])
def test_a_service_elsewhere_gets_the_same_bytes(
    replay: Callable[..., Result], case: Path, address: str, base: str
) -> None:
    assert replay("--url", address + base, case).exit_code == 0


def test_an_answer_that_is_not_json(replay: Callable[..., Result], case: Path) -> None:
    with served(Response("<p>\xff", status=502)) as url:
        result = replay("--url", url, case)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1:3] == [
        "  status: expected 200, got 502",
        '  body: got "<p>\xff"',
    ]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (requests.ConnectTimeout(), "could not be reached within 5 seconds"),
        (requests.ReadTimeout(), "did not answer within 30 seconds"),
        (requests.exceptions.SSLError(), "cannot be reached: its certificate is not trusted"),
        (requests.ConnectionError(), "cannot be reached (ConnectionError)"),
        (requests.ConnectionError(), "cannot be reached: its name is not known"),
    ],
)
def test_why_a_service_could_not_be_asked(
    replay: Callable[..., Result],
    case: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: requests.RequestException,
    said: str,
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise error from (socket.gaierror(-2, "Name or service not known") if "name" in said else None)

    monkeypatch.setattr(requests, "post", fail)
    result = replay("--url", "https://cds.example.org", case)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: https://cds.example.org: {said}")
    assert result.stderr.count("\n") == 1


def test_a_service_that_is_not_there(replay: Callable[..., Result], case: Path) -> None:
    result = replay("--url", "http://127.0.0.1:1", case)
    assert result.exit_code == 1
    assert result.stderr == "Error: http://127.0.0.1:1: cannot be reached: Connection refused\n"


@pytest.mark.parametrize("url", ["cds.example.org", "ftp://cds.example.org", "https://", "https://[::", ""])
def test_an_address_that_is_none(replay: Callable[..., Result], case: Path, url: str) -> None:
    result = replay("--url", url, case)
    assert result.exit_code == 2
    assert "not a URL" in result.stderr
