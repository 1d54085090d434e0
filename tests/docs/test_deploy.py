"""The files of deploy/ and the pages about them say nothing that the service does not do."""

import importlib
import json
import re
import shlex
import shutil
import socket
import subprocess
import tomllib
from collections import defaultdict
from pathlib import Path

import click
import gunicorn.arbiter  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner

from cdshooks import settings_sources
from cdshooks.app import create_app
from cdshooks.cli import COMMANDS, main
from cdshooks.logs import AnatomyFormatter
from cdshooks.serving.listening import refuse_exposure
from cdshooks.settings import TYPES, Settings
from cdshooks.settings_sources import CONFIG_VARIABLE, PREFIX
from cdshooks.store.engine import location
from cdshooks.store.kept import keep_nothing
from cdshooks.store.state import state_directory
from tests.served import serving

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PAGES = sorted((ROOT / "docs").glob("*.md"))
VARIABLES = {CONFIG_VARIABLE, *(PREFIX + name.upper() for name in TYPES)}
PROGRAM = "/opt/bone-health-cds/bin/cdshooks"


def unit() -> dict[str, list[str]]:
    """The directives of the unit, each with its values."""
    found = defaultdict(list)
    for line in (DEPLOY / "bone-health-cds.service").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", "[")):
            name, _, value = line.partition("=")
            found[name].append(value)
    return found


def starts(words: list[str]) -> click.Context:
    """What the command line would do; raises where it knows a word of it not."""
    program, name, *arguments = words
    assert program == PROGRAM
    assert name in COMMANDS
    command: click.Command = importlib.import_module(f"cdshooks.commands.{name}").command
    return command.make_context(name, arguments)


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Containerfile, each with what follows."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]


def test_the_unit_starts_the_service_with_settings_that_there_are() -> None:
    directives = unit()
    (start,) = directives["ExecStart"]
    assert starts(shlex.split(start)).command.name == "command"
    assert {each.partition("=")[0] for each in directives["Environment"]} <= VARIABLES
    assert f"{CONFIG_VARIABLE}=/etc/bone-health-cds/cdshooks.toml" in directives["Environment"]


def test_the_unit_keeps_state_where_the_settings_do(monkeypatch: pytest.MonkeyPatch) -> None:
    (name,) = unit()["StateDirectory"]
    given = settings_sources.load({}, config=DEPLOY / "cdshooks.toml")
    assert given.state_dir == Path("/var/lib") / name
    monkeypatch.setenv("STATE_DIRECTORY", f"/var/lib/{name}")
    assert state_directory(Settings()) == given.state_dir


def test_the_unit_gives_calls_their_time_and_does_not_start_again_what_cannot_start() -> None:
    directives = unit()
    source = (ROOT / "cdshooks" / "serving" / "server.py").read_text(encoding="utf-8")
    graceful = re.search(r'"graceful_timeout": (\d+)', source)
    assert graceful
    assert int(directives["TimeoutStopSec"][0]) > 2 * int(graceful[1])
    refused = CliRunner().invoke(main, ["serve"], env={"CDSHOOKS_PROT": "1"})
    assert directives["RestartPreventExitStatus"] == [str(refused.exit_code)]


def test_the_service_tells_systemd_when_it_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert unit()["Type"] == ["notify"]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        # Paths of sockets are short; this one is named by where the process stands.
        monkeypatch.chdir(tmp_path)
        systemd.bind("notify")
        systemd.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", "notify")
        with serving():
            assert systemd.recv(4096).splitlines()[0] == b"READY=1"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    text = (DEPLOY / "bone-health-cds.service").read_text(encoding="utf-8")
    copy = tmp_path / "bone-health-cds.service"
    # It looks whether the program is there.
    copy.write_text(text.replace(PROGRAM, "/bin/true"), encoding="utf-8")
    told = subprocess.run(
        [str(shutil.which("systemd-analyze")), "verify", "--man=no", str(copy)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "bone-health-cds.service" not in told.stderr, told.stderr


def test_the_settings_are_read_and_let_the_service_listen() -> None:
    settings = settings_sources.load({}, config=DEPLOY / "cdshooks.toml")
    refuse_exposure(settings)
    assert settings.trust_file == DEPLOY / "trust.toml"
    assert (settings.host, settings.port) == (Settings().host, Settings().port)


def test_the_settings_for_postgresql_are_read(tmp_path: Path) -> None:
    text = (DEPLOY / "cdshooks.toml").read_text(encoding="utf-8")
    commented = "\n".join(re.findall(r"^# (\w+ = .+)$", text, re.MULTILINE))
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```toml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    for each in (commented, shown):
        file = tmp_path / "cdshooks.toml"
        file.write_text(each, encoding="utf-8")
        settings = settings_sources.load({}, config=file)
        assert settings.card_key_file == tmp_path / "card.key"
        assert location(settings).drivername == "postgresql+psycopg"


def test_the_container_starts_the_service_with_settings_that_there_are() -> None:
    (command,) = (json.loads(rest) for name, rest in instructions() if name == "CMD")
    starts(command)
    (variables,) = (rest for name, rest in instructions() if name == "ENV")
    assert {each.partition("=")[0] for each in shlex.split(variables)} <= VARIABLES


def test_the_container_is_built_of_what_there_is_and_of_all_that_is_needed() -> None:
    copied = {
        source
        for name, rest in instructions()
        if name == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    }
    assert [each for each in copied if not (ROOT / each).exists()] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"], *project["project"]["license-files"]}
    assert needed | {project["project"]["readme"], "requirements.lock"} <= copied


def test_nginx_lets_through_what_the_service_takes() -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    defaults = Settings()

    def directive(name: str) -> str:
        (value,) = re.findall(rf"^ *{name} +(.+);$", text, re.MULTILINE)
        return str(value)

    assert directive("client_max_body_size") == f"{defaults.max_body_bytes // 1024**2}m"
    assert directive("client_body_timeout") == f"{defaults.request_seconds:.0f}s"
    assert directive("proxy_pass") == f"http://{defaults.host}:{defaults.port}"
    assert int(directive("proxy_read_timeout").removesuffix("s")) > defaults.fhir_deadline
    outcomes = re.findall(r"return \d+ '(.+)';", text)
    assert [json.loads(each)["resourceType"] for each in outcomes] == ["OperationOutcome"] * 2
    assert text.count("{") == text.count("}")


def test_the_lines_of_the_log_are_of_the_form_that_is_shown(caplog: pytest.LogCaptureFixture) -> None:
    page = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\d{4}-.+ INFO cdshooks\.access .+$", page, re.MULTILINE)
    client = create_app(Settings(), kept=keep_nothing()).test_client()
    with caplog.at_level("INFO", logger="cdshooks.access"):
        client.post("/cds-services/bone-health-patient-view", json={})
    (logged,) = map(AnatomyFormatter().format, caplog.records)
    form = re.compile(
        r"[\d-]{10} [\d:]{8},\d{3} INFO cdshooks\.access POST /cds-services/<service_id> "
        r"\d{3} \d+\.\d ms \d+ bytes client [a-z-]+"
    )
    assert len(shown) == 2
    assert [each for each in (*shown, logged) if not form.fullmatch(each)] == []


def test_every_line_to_alert_on_is_one_that_is_logged() -> None:
    page = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    table = page.split("## What to alert on", 1)[1].split("\n## ", 1)[0]
    messages = re.findall(r"^\| `([^`]+)` \| (?:ERROR|WARNING)", table, re.MULTILINE)
    assert len(messages) > 10
    sources = [*(ROOT / "cdshooks").rglob("*.py"), Path(gunicorn.arbiter.__file__)]
    # Python joins strings that stand beside each other, and so should who looks for one.
    logged = "".join(re.sub(r'"\s*"', "", path.read_text(encoding="utf-8")) for path in sources)
    assert [each for each in messages if each.removesuffix("…").strip() not in logged] == []


def test_every_error_asks_something_of_somebody() -> None:
    page = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    table = page.split("## What an error asks of whom", 1)[1].split("\n## ", 1)[0]
    asked = {
        status for cell in re.findall(r"^\| ([\d, ]+) \|", table, re.MULTILINE) for status in cell.split(", ")
    }
    listed = (ROOT / "docs" / "connect-an-ehr.md").read_text(encoding="utf-8")
    assert asked >= set(re.findall(r"^\| ([45]\d\d) \|", listed, re.MULTILINE))
    worker = (ROOT / "cdshooks" / "serving" / "worker.py").read_text(encoding="utf-8")
    assert asked >= set(re.findall(r"_Refusal\(([45]\d\d),", worker))


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=lambda page: page.name)
def test_every_setting_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert set(re.findall(r"\bCDSHOOKS_[A-Z_]*[A-Z]\b", text)) <= VARIABLES
    assert set(re.findall(r"\[`(\w+)`\]\((?:docs/)?settings\.md\)", text)) <= set(TYPES)
