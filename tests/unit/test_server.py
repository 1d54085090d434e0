import importlib.resources
import io
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from cdshooks.app import create_app
from cdshooks.cli import COMMANDS, main
from cdshooks.logs import AnatomyFormatter
from cdshooks.serving import server
from cdshooks.serving.listening import ListenError, base_url, listen, refuse_exposure
from cdshooks.settings import Settings, SettingsError
from cdshooks.trust.addresses import is_loopback
from tests.served import serving

MARKER = "Zebedee-1931"


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104 - it is refused
        ("::", False),
        ("10.0.0.1", False),
        ("localhost.example.org", False),
    ],
)
def test_what_only_this_machine_can_reach(host: str, *, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.mark.protocol("I2")
def test_beyond_loopback_only_on_request_and_never_in_development() -> None:
    refuse_exposure(Settings(dev=True))
    with pytest.raises(SettingsError, match=r"nobody checks who calls.*accept_unauthenticated_clients"):
        refuse_exposure(Settings(host="10.0.0.1"))
    refuse_exposure(Settings(host="10.0.0.1", accept_unauthenticated_clients=True))
    with pytest.raises(SettingsError, match="dev: "):
        refuse_exposure(Settings(host="10.0.0.1", accept_unauthenticated_clients=True, dev=True))


def test_a_port_in_use_is_told_in_one_line() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert base_url(listener) == f"http://127.0.0.1:{port}"
        with pytest.raises(ListenError, match=rf"^cannot listen on 127\.0\.0\.1 port {port}: .*in use$"):
            listen("127.0.0.1", port)
        told = CliRunner().invoke(main, ["serve", "--port", str(port)])
        assert told.exit_code == 1
        assert told.stderr == f"Error: cannot listen on 127.0.0.1 port {port}: Address already in use\n"


def test_every_address_is_reached_from_this_machine_by_loopback() -> None:
    with listen("0.0.0.0", 0) as listener:  # noqa: S104 - nothing answers there
        assert base_url(listener).startswith("http://127.0.0.1:")


def test_wrong_settings_end_with_status_2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDSHOOKS_PROT", "1")
    told = CliRunner().invoke(main, ["serve"])
    assert told.exit_code == 2
    assert told.stderr == "Error: CDSHOOKS_PROT: unknown; did you mean CDSHOOKS_PORT?\n"
    monkeypatch.delenv("CDSHOOKS_PROT")
    told = CliRunner().invoke(main, ["serve", "--host", "10.0.0.1"])
    assert told.exit_code == 2
    assert told.stderr.startswith("Error: host: is not loopback")


def test_a_code_map_that_cannot_be_read_ends_with_status_2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDSHOOKS_CODE_MAP", "/nowhere/codes.toml")
    told = CliRunner().invoke(main, ["serve", "--port", "0"])
    assert told.exit_code == 2
    assert "/nowhere/codes.toml" in told.stderr


def test_help_lists_the_commands_without_importing_them() -> None:
    # In a process of its own, as other tests have imported everything by now.
    script = (
        "import sys; from click.testing import CliRunner; from cdshooks.cli import main; "
        "print(CliRunner().invoke(main, ['--help']).output); "
        "print(sorted({'flask', 'gunicorn', 'fhir'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert told.stdout.endswith("[]\n")
    for name in COMMANDS:
        assert f"  {name}  " in told.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_says_of_itself_what_the_list_says(name: str) -> None:
    told = CliRunner().invoke(main, [name, "--help"])
    assert told.exit_code == 0
    assert COMMANDS[name] in " ".join(told.output.split())


def test_the_greeting_has_a_command_to_paste_and_warns_of_development() -> None:
    url = "http://127.0.0.1:1"
    assert f"curl -s {url}/cds-services/bone-health-patient-view" in server.greeting(Settings(), url)
    assert "DEVELOPMENT" not in server.greeting(Settings(), url)
    assert "everyone on this machine is trusted" in server.greeting(Settings(dev=True), url)


def test_the_greeting_says_where_state_is_kept_and_in_development_how_to_start_afresh() -> None:
    def state(**settings: Any) -> str:  # noqa: ANN401 - any setting
        (line,) = (
            line
            for line in server.greeting(Settings(**settings), "http://127.0.0.1:1").splitlines()
            if line.startswith("State:")
        )
        return line

    directory = Path("/var/lib/cds")
    assert state(state_dir=directory) == "State:     /var/lib/cds"
    assert state(database_url="sqlite:////srv/cds.sqlite3") == "State:     sqlite:////srv/cds.sqlite3"
    assert "hunter2" not in state(database_url="postgresql://cds:hunter2@db.example.org/cds")
    kept = state(dev=True, state_dir=directory)
    assert "/var/lib/cds keeps answers to cards for later runs" in kept
    assert "remove store.sqlite3 there" in kept


def test_warming_up_answers_the_example_and_does_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Settings(), services=())
    called: list[int] = []
    app.teardown_request(lambda _error: called.append(1))
    server.warm_up(app)
    assert called
    called.clear()
    monkeypatch.setattr(importlib.resources, "files", lambda _package: Path("/nowhere/cdshooks"))
    server.warm_up(app)
    assert not called
    assert "curl" not in server.greeting(Settings(), "http://127.0.0.1:1")


def test_a_logged_exception_is_its_types_and_lines_only() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(AnatomyFormatter())
    logger = logging.getLogger(f"{__name__}.elsewhere")
    logger.addHandler(handler)
    try:
        int(MARKER)
    except ValueError:
        logger.exception("failed")
    finally:
        logger.removeHandler(handler)
    assert MARKER not in stream.getvalue()
    assert "builtins.ValueError at " in stream.getvalue()
    assert "test_server.py:" in stream.getvalue()


def test_serve_answers_where_it_says_and_stops_when_told() -> None:
    with serving() as served:
        answer = requests.get(served.discovery, timeout=10, headers={"Connection": "close"})
        assert answer.status_code == 200
        assert "services" in answer.json()
        log = served.stop()
        assert served.process.returncode == 0
    assert "GET /cds-services 200" in log


def test_the_greeting_comes_before_everything_else_and_nothing_that_is_well_is_called_an_error() -> None:
    with serving() as served:
        requests.get(served.discovery, timeout=10, headers={"Connection": "close"})
        log = served.stop()
    first, *_ = log.splitlines()
    assert " INFO cdshooks.server Booting worker " in first
    assert "error" not in log.lower()


def test_what_is_wrong_at_the_start_is_logged_in_the_form_of_every_other_line() -> None:
    nobody = "postgresql://nobody@127.0.0.1:1/nothing"
    with serving(database_url=nobody, card_keys="0a" * 32) as served:
        log = served.stop()
    lines = log.splitlines()
    assert "ERROR cdshooks.store.kept the store is out of reach" in lines[0]
    assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ cdshooks\.", line) for line in lines)
    assert "cdshooks.access" not in log
