"""The examples of the documentation, run."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from cdshooks import settings_sources
from cdshooks.app import create_app
from cdshooks.chart.prefetch import PATIENT_VIEW
from cdshooks.cli import main
from cdshooks.example import SERVICE_ID
from cdshooks.replay.validity import Kind
from cdshooks.serving.listening import refuse_exposure
from cdshooks.serving.server import greeting
from cdshooks.settings import Settings
from cdshooks.trust import trust_file
from cdshooks.trust.explain import explain
from cdshooks.trust.trust_file import Circumstances
from fhir_mappings import local_codes, value_sets
from fhir_mappings.concepts import Concept
from tests.served import serving
from tests.trust.signing import SECONDS, claims, jwks, signer

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SOURCE_PATIENT = ROOT / "fixtures" / "source-patient" / "request.json"
SIGNED = DOCS / "sign-a-call.md"
"""A page whose commands need a service that runs."""
EVALUATION = "com.bone-health-cds.evaluation"

_BLOCK = re.compile(r"^ *```(?P<language>\w+)\n(?P<text>.*?)^ *```$", re.DOTALL | re.MULTILINE)

Json = dict[str, Any]


def blocks(page: Path, language: str) -> list[str]:
    found = _BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [block["text"] for block in found if block["language"] == language]


def commands(page: Path) -> Iterator[list[str]]:
    """The arguments of each cdshooks command of a page, up to a pipe; without variables before it."""
    for block in blocks(page, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            program = next((at for at, word in enumerate(words) if word.endswith("/cdshooks")), None)
            if program is not None:
                end = words.index("|") if "|" in words else len(words)
                yield words[program + 1 : end]


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(Settings(dev=True)).test_client()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like the repository to the commands, and that they may write to."""
    for name in ("docs", "fixtures"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which no line of the pages is broken otherwise."""
    monkeypatch.setenv("COLUMNS", "100")


def ask(client: FlaskClient, body: str | bytes) -> Json:
    response = client.post(f"/cds-services/{SERVICE_ID}", data=body, content_type="application/json")
    answer = json.loads(response.data)
    assert isinstance(answer, dict)
    return answer


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code in {0, 1}, result.output
    return result.stdout


def test_the_greeting_is_the_real_one() -> None:
    settings = Settings(dev=True, state_dir=Path("/home/you/.local/state/bone-health-cds"))
    shown = greeting(settings, "http://127.0.0.1:8080").replace(f"{ROOT}/", "")
    for page in (ROOT / "README.md", DOCS / "tutorial.md"):
        assert f"$ make serve\n{shown}\n" in blocks(page, "console")


def test_the_card_of_the_readme_is_the_real_one(folder: Path, wide: None) -> None:
    assert folder == Path.cwd()
    (shown,) = (each for each in blocks(ROOT / "README.md", "console") if "cdshooks show" in each)
    typed, printed = shown.split("\n", 1)
    words = shlex.split(typed.removeprefix("$ "))
    assert words[words.index("--url") + 1] == "http://127.0.0.1:8080"
    here = [word for word in words[1:] if word not in {"--url", "http://127.0.0.1:8080"}]
    assert run(*here) == printed


def test_the_checks_of_requests_print_what_the_page_says(folder: Path, wide: None) -> None:
    assert folder == Path.cwd()
    page = DOCS / "check-a-request.md"
    checked, shown, refused = blocks(page, "text")
    validate, show, *_ = commands(page)
    assert run(*validate) == checked
    assert run(*show) == shown
    assert run("show", "fixtures/bone-density-missing/request.json") == refused
    text = page.read_text(encoding="utf-8")
    assert [kind for kind in typing.get_args(Kind) if f"| `{kind}` |" not in text] == []


def test_the_tutorial_shows_the_real_cards(client: FlaskClient) -> None:
    card, criterion, changed = map(json.loads, blocks(DOCS / "tutorial.md", "json"))
    request = SOURCE_PATIENT.read_text(encoding="utf-8")
    first = ask(client, request)
    assert len(first["cards"]) == 1
    assert card.items() <= first["cards"][0].items()
    assert len(first["cards"][0]["suggestions"]) == 4
    assert first["extension"][EVALUATION]["disposition"] == "risk-assessment-needed"
    assert criterion in first["extension"][EVALUATION]["criteria"]

    assert request.count('"value": -1.9') == 1
    (second,) = ask(client, request.replace('"value": -1.9', '"value": -2.5'))["cards"]
    assert changed.items() <= second.items()
    drug, labs, *_ = second["suggestions"]
    assert drug["label"] == "Consider starting alendronate 70 mg once weekly"
    assert "isRecommended" not in drug
    assert labs["actions"][0]["extension"]["com.bone-health-cds.suggestion"] == "secondary-cause-labs"
    assert "calcium not known and renal function not known" in second["detail"]

    (third,) = ask(client, request.replace('"value": -1.9', '"value": -2.49'))["cards"]
    assert third["source"]["topic"]["code"] == "frax-needed"


def test_the_card_about_an_order_is_the_real_one(folder: Path, client: FlaskClient) -> None:
    assert folder == Path.cwd()
    (card,) = map(json.loads, blocks(DOCS / "orders.md", "json"))
    (command,) = commands(DOCS / "orders.md")
    response = client.post(
        "/cds-services/bone-health-order-sign", data=run(*command), content_type="application/json"
    )
    first = json.loads(response.data)["cards"][0]
    assert card.items() <= first.items()
    page = (DOCS / "orders.md").read_text(encoding="utf-8")
    for suggestion in first["suggestions"]:
        (action,) = suggestion["actions"]
        assert f"| {suggestion['label']} | `{action['type']}`" in page
        assert action.get("resourceId", "`delete`") in page


def test_the_replay_of_the_tutorial_prints_what_it_says(folder: Path) -> None:
    same, different = blocks(DOCS / "tutorial.md", "text")
    case = folder / "first-card"
    case.mkdir()
    request = SOURCE_PATIENT.read_text(encoding="utf-8")
    (case / "request.json").write_text(request, encoding="utf-8")
    printed = [run(*arguments) for arguments in commands(DOCS / "tutorial.md")]
    assert printed[-1] == same
    (case / "request.json").write_text(request.replace('"value": -1.9', '"value": -2.5'), encoding="utf-8")
    assert set(different.splitlines()) <= set(run("replay", "first-card").splitlines())


def test_the_outcomes_shown_are_the_real_ones(client: FlaskClient) -> None:
    (outcome,) = map(json.loads, blocks(DOCS / "connect-a-sandbox.md", "json"))
    request = json.loads(SOURCE_PATIENT.read_bytes())
    del request["prefetch"]["bone-density"]
    assert ask(client, json.dumps(request)) == outcome

    console = "".join(blocks(DOCS / "connect-an-ehr.md", "console"))
    assert json.dumps(ask(client, "{}"), separators=(",", ":")) in console
    assert CliRunner().invoke(main, ["serve", "--host", "0.0.0.0"]).stderr in console  # noqa: S104 - refused


def test_the_settings_file_shown_is_read(tmp_path: Path) -> None:
    (text,) = blocks(DOCS / "connect-a-sandbox.md", "toml")
    file = tmp_path / "sandbox.toml"
    file.write_text(text, encoding="utf-8")
    assert settings_sources.load({}, config=file).cors_origins == ("https://sandbox.example.org",)


def test_the_steps_of_a_token_shown_are_the_real_ones() -> None:
    (console,) = blocks(DOCS / "who-may-call.md", "console")
    key = signer("RS384", "key-2")
    given = Circumstances(service_ids=[SERVICE_ID], public_url=None, dev=False, fetch=lambda _url: jwks(key))
    trust = trust_file.read(DOCS / "clients" / "epic.toml", given)
    (known,) = trust.clients
    token = key.sign(
        claims(
            iss=known.issuer,
            aud="https://old.example.org",
            sub=next(iter(known.subjects or ())),
            exp=SECONDS + 900,
        )
    )
    steps = explain(token, trust, (), SECONDS)
    assert console.split("\n", 1)[1] == "".join(f"{step.told()}\n" for step in steps)


def test_what_the_doctor_says_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (said,) = blocks(DOCS / "who-may-call.md", "text")
    assert run("doctor").replace(str(tmp_path), "/home/you/.local/state") == said


def test_the_trust_file_and_the_settings_shown_are_read(tmp_path: Path) -> None:
    clients, settings = blocks(DOCS / "who-may-call.md", "toml")
    (tmp_path / "trust.toml").write_text(clients, encoding="utf-8")
    (tmp_path / "settings.toml").write_text(settings, encoding="utf-8")
    read = settings_sources.load({}, config=tmp_path / "settings.toml")
    assert read.trust_file == tmp_path / "trust.toml"
    create_app(read)
    refuse_exposure(read)


def test_the_settings_for_fetching_shown_are_read(tmp_path: Path) -> None:
    (text,) = blocks(DOCS / "let-the-service-fetch.md", "toml")
    file = tmp_path / "cdshooks.toml"
    file.write_text(text, encoding="utf-8")
    settings = settings_sources.load({}, config=file)
    assert (settings.fhir_deadline, settings.fhir_networks) == (2.5, ("10.20.0.0/16",))


def test_a_scope_is_named_for_every_type_that_is_fetched() -> None:
    page = (DOCS / "let-the-service-fetch.md").read_text(encoding="utf-8")
    (named,) = re.findall(r"One by one: `patient/Patient.r`, and `.rs` for (.+?)\.", page)
    fetched = {query.resource_type for query in PATIENT_VIEW} - {"Patient"}
    assert set(re.split(r", | and ", named)) == fetched | {"Medication"}


def test_the_local_code_map_shown_is_the_example_and_is_read() -> None:
    file = DOCS / "examples" / "local-codes.toml"
    assert blocks(DOCS / "local-codes.md", "toml") == [file.read_text(encoding="utf-8")]
    spine, calcium = local_codes.read(file)
    assert (spine.concept, calcium.concept) == (Concept.T_SCORE_LUMBAR_SPINE, Concept.CALCIUM_TOTAL)


def test_the_members_of_a_local_code_are_all_documented() -> None:
    page = (DOCS / "local-codes.md").read_text(encoding="utf-8")
    (text,) = blocks(DOCS / "local-codes.md", "toml")
    members = {name for entry in tomllib.loads(text)["code"] for name in entry}
    assert [name for name in (*members, *local_codes.SITES) if f"`{name}`" not in page] == []


def test_local_codes_do_what_the_page_says(folder: Path, client: FlaskClient) -> None:
    assert folder == Path.cwd()
    listed, nothing = blocks(DOCS / "local-codes.md", "text")
    first, second, *_ = commands(DOCS / "local-codes.md")
    assert run(*first).rstrip("\n") == listed.rstrip("\n")
    assert run(*second) == nothing

    chart = ("request", "--from-bundle", "docs/examples/local-codes-chart.json", "--as-of", "2026-01-15")
    without = ask(client, run(*chart))
    assert without["extension"][EVALUATION]["disposition"] == "no-bone-density"
    code_map = DOCS / "examples" / "local-codes.toml"
    mapped = create_app(Settings(dev=True, code_map=code_map)).test_client()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CDSHOOKS_CODE_MAP", str(code_map))
        answer = ask(mapped, run(*chart))
    assert "T-score −2.7 lumbar spine" in answer["cards"][0]["summary"]


def test_a_call_is_signed_as_the_page_says(folder: Path, wide: None) -> None:
    make, _, call, *_ = (shlex.split(each.replace("\\\n", " ")) for each in blocks(SIGNED, "sh"))
    assert make[0] == ".venv/bin/python"
    assert make[-2] == ">"

    def make_a_token() -> None:
        made = subprocess.run([sys.executable, *make[1:-2]], capture_output=True, text=True, check=True)
        (folder / make[-1]).write_text(made.stdout, encoding="utf-8")

    make_a_token()
    (trust,) = blocks(SIGNED, "toml")
    (folder / "own-client" / "trust.toml").write_text(trust, encoding="utf-8")
    url = call[call.index("--url") + 1]
    with serving(trust_file="own-client/trust.toml", public_url=url) as served:
        words = [served.base if each == url else each for each in call[1:]]
        assert run(*words).startswith("info  Low bone mass")
        logged, refused = blocks(SIGNED, "text")
        assert run(*words) == refused
        make_a_token()
        assert run(*words).startswith("info  Low bone mass")
        log = served.stop()
    route, client = re.fullmatch(
        r"INFO cdshooks.access (.+) 200 .+ client (.+)\n", logged, re.DOTALL
    ).groups()  # type: ignore[union-attr]
    assert re.search(rf"INFO cdshooks\.access {re.escape(route)} 200 .+ client {client}$", log, re.MULTILINE)
    (why,) = re.findall(r"the log is: `(.+)`", SIGNED.read_text(encoding="utf-8"))
    assert why in log


@pytest.mark.parametrize("page", sorted({*DOCS.glob("*.md")} - {SIGNED}), ids=lambda page: page.name)
def test_every_other_command_runs(folder: Path, page: Path) -> None:
    case = folder / "first-card"
    case.mkdir()
    (case / "request.json").write_bytes(SOURCE_PATIENT.read_bytes())
    for command, *arguments in commands(page):
        # A service that starts does not come back: its options are looked at, and it is not started.
        run(command, *arguments, *(["--help"] if command == "serve" else []))


def test_every_concept_named_exists() -> None:
    (text,) = blocks(DOCS / "local-codes.md", "toml")
    named = {entry["concept"] for entry in tomllib.loads(text)["code"]} - {"t-score"}
    assert named <= set(Concept)
    assert all(value_sets.load().codes(Concept(name)) for name in named)
