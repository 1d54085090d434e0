import zoneinfo
from collections.abc import Mapping
from pathlib import Path

import pytest

from cdshooks.settings import TYPES, Settings, SettingsError
from cdshooks.settings_reference import reference
from cdshooks.settings_sources import load

SECRET = "hunter2"


def mistakes(environ: Mapping[str, str], config: Path | None = None) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(environ, config=config)
    assert SECRET not in str(caught.value)
    return caught.value.mistakes


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cdshooks.toml"


def test_nothing_set_means_the_defaults() -> None:
    assert load({"PATH": "/bin"}) == Settings()


def test_every_setting_can_be_a_variable() -> None:
    environ = {
        "CDSHOOKS_HOST": "::1",
        "CDSHOOKS_PORT": "0",
        "CDSHOOKS_WORKERS": "3",
        "CDSHOOKS_THREADS": "4",
        "CDSHOOKS_DEV": "true",
        "CDSHOOKS_TIME_ZONE": "Europe/Vienna",
        "CDSHOOKS_HONOUR_AS_OF": "false",
        "CDSHOOKS_MAX_BODY_BYTES": "100",
        "CDSHOOKS_CHECK_ANSWERS": "true",
        "CDSHOOKS_REQUEST_SECONDS": "2.5",
        "CDSHOOKS_CODE_MAP": "codes.toml",
        "CDSHOOKS_TRUST_FILE": "trust.toml",
        "CDSHOOKS_PUBLIC_URL": "https://cds.example.org/bone",
        "CDSHOOKS_OPEN_DISCOVERY": "true",
        "CDSHOOKS_CORS_ORIGINS": "https://ehr.example.org, http://[::1]:8080",
        "CDSHOOKS_ACCEPT_UNAUTHENTICATED_CLIENTS": "1",
        "CDSHOOKS_STATE_DIR": "state",
        "CDSHOOKS_DATABASE_URL": "postgresql://cds@localhost/cds",
        "CDSHOOKS_CARD_KEYS": f"{'0a' * 32},{'1B' * 32}",
        "CDSHOOKS_CARD_KEY_FILE": "card.key",
        "CDSHOOKS_FEEDBACK_COMMENTS": "false",
        "CDSHOOKS_EXTRA_RISK_FACTORS": "true",
        "CDSHOOKS_FHIR_ORIGINS": "https://ehr.example.org",
        "CDSHOOKS_FHIR_NETWORKS": "10.20.0.0/16, fd12::/48",
        "CDSHOOKS_FHIR_DEADLINE": "1.5",
        "CDSHOOKS_FHIR_CALLS": "5",
        "CDSHOOKS_FHIR_MAX_BYTES": "1000",
        "CDSHOOKS_FHIR_WITHOUT_TOKEN": "false",
        "CDSHOOKS_FHIR_CA_BUNDLE": "ca.pem",
        "CDSHOOKS_FHIR_PROXY": "http://proxy.example.org:3128",
        "CDSHOOKS_LOG_LEVEL": "ERROR",
    }
    assert len(environ) == len(TYPES)
    assert load(environ) == Settings(
        host="::1",
        port=0,
        workers=3,
        threads=4,
        dev=True,
        time_zone=zoneinfo.ZoneInfo("Europe/Vienna"),
        honour_as_of=False,
        max_body_bytes=100,
        check_answers=True,
        request_seconds=2.5,
        code_map=Path("codes.toml"),
        trust_file=Path("trust.toml"),
        public_url="https://cds.example.org/bone",
        open_discovery=True,
        cors_origins=("https://ehr.example.org", "http://[::1]:8080"),
        accept_unauthenticated_clients=True,
        state_dir=Path("state"),
        database_url="postgresql://cds@localhost/cds",
        card_keys=("0a" * 32, "1B" * 32),
        card_key_file=Path("card.key"),
        feedback_comments=False,
        extra_risk_factors=True,
        fhir_origins=("https://ehr.example.org",),
        fhir_networks=("10.20.0.0/16", "fd12::/48"),
        fhir_deadline=1.5,
        fhir_calls=5,
        fhir_max_bytes=1000,
        fhir_without_token=False,
        fhir_ca_bundle=Path("ca.pem"),
        fhir_proxy="http://proxy.example.org:3128",
        log_level="ERROR",
    )


def test_an_empty_variable_counts_as_not_set() -> None:
    assert load({"CDSHOOKS_PORT": "", "CDSHOOKS_CONFIG": ""}) == Settings()


def test_the_command_line_wins_over_variables_and_they_over_the_file(file: Path) -> None:
    file.write_text('host = "::1"\nport = 1\nworkers = 1\n')
    settings = load(
        {"CDSHOOKS_CONFIG": str(file), "CDSHOOKS_PORT": "2", "CDSHOOKS_WORKERS": "2"},
        command_line={"workers": 3},
    )
    assert (settings.host, settings.port, settings.workers) == ("::1", 2, 3)


def test_the_file_on_the_command_line_wins_over_the_variable(file: Path) -> None:
    file.write_text('cors_origins = ["https://ehr.example.org"]\n')
    settings = load({"CDSHOOKS_CONFIG": "nowhere.toml"}, config=file)
    assert settings.cors_origins == ("https://ehr.example.org",)


def test_a_relative_path_in_the_file_counts_from_the_file(file: Path) -> None:
    file.write_text('code_map = "codes.toml"\n')
    assert load({}, config=file).code_map == file.parent / "codes.toml"


def test_all_mistakes_are_told_at_once_and_no_value(file: Path) -> None:
    file.write_text(f'prot = 1\nworkers = "{SECRET}"\n')
    found = mistakes(
        {
            "CDSHOOKS_PROT": SECRET,
            "CDSHOOKS_PORT": "65536",
            "CDSHOOKS_DEV": SECRET,
            "CDSHOOKS_TIME_ZONE": "America",
            "CDSHOOKS_LOG_LEVEL": SECRET,
            "CDSHOOKS_ZZZ": SECRET,
        },
        file,
    )
    assert found == (
        f"{file}: prot: unknown; did you mean port?",
        "CDSHOOKS_PROT: unknown; did you mean CDSHOOKS_PORT?",
        "CDSHOOKS_ZZZ: unknown",
        f"{file}: workers: expected a whole number from 1",
        "CDSHOOKS_DEV: expected true or false",
        "CDSHOOKS_LOG_LEVEL: expected DEBUG, INFO, WARNING, ERROR or CRITICAL",
        "CDSHOOKS_PORT: expected a whole number from 0 to 65535",
        "CDSHOOKS_TIME_ZONE: expected the name of an IANA time zone, such as Europe/Vienna",
    )


@pytest.mark.parametrize("zone", ["Nowhere/Land", "../etc/passwd", "/etc/localtime", "America", "\0"])
def test_a_time_zone_has_to_exist(zone: str) -> None:
    assert mistakes({"CDSHOOKS_TIME_ZONE": zone})[0].startswith("CDSHOOKS_TIME_ZONE: expected")


@pytest.mark.parametrize(
    "origin", ["*", "ehr.example.org", "https://ehr.example.org/path", "https://*.example.org"]
)
def test_an_origin_is_neither_a_pattern_nor_a_url(origin: str) -> None:
    assert mistakes({"CDSHOOKS_CORS_ORIGINS": origin})[0].startswith("CDSHOOKS_CORS_ORIGINS: expected")


def test_an_origin_ends_where_it_ends(file: Path) -> None:
    file.write_text('cors_origins = ["https://ehr.example.org\\n"]\n', encoding="utf-8")
    assert mistakes({}, file)[0].startswith(f"{file}: cors_origins: expected")


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "1e300"])
def test_a_request_may_take_seconds_and_not_forever(seconds: str) -> None:
    told = mistakes({"CDSHOOKS_REQUEST_SECONDS": seconds})[0]
    assert told.startswith("CDSHOOKS_REQUEST_SECONDS: expected a number of seconds")


@pytest.mark.parametrize(
    "url",
    [
        "cds.example.org",
        "https://cds.example.org/",
        "https://cds.example.org/a//b",
        "https://cds.example.org?x",
        "https://cds.example.org/#x",
        "https://user@cds.example.org",
        "ftp://cds.example.org",
    ],
)
def test_a_public_url_is_what_the_paths_are_added_to(url: str) -> None:
    assert mistakes({"CDSHOOKS_PUBLIC_URL": url})[0].startswith("CDSHOOKS_PUBLIC_URL: expected")


def test_a_file_that_cannot_be_read_is_named(file: Path) -> None:
    assert mistakes({}, file) == (f"{file}: cannot be read: No such file or directory",)
    file.write_bytes(b"\xff")
    assert mistakes({}, file) == (f"{file}: cannot be read: not UTF-8",)
    file.write_text("port = \n")
    assert mistakes({}, file)[0].startswith(f"{file}: not TOML: ")


def test_several_mistakes_are_a_list_and_one_is_a_line() -> None:
    assert str(SettingsError("a: unknown")) == "a: unknown"
    assert (
        str(SettingsError("a: unknown", "b: unknown")) == "2 settings are wrong:\n  a: unknown\n  b: unknown"
    )


def test_a_stated_day_is_honoured_in_development_unless_the_setting_says_otherwise() -> None:
    assert not Settings().honours_as_of
    assert Settings(dev=True).honours_as_of
    assert not Settings(dev=True, honour_as_of=False).honours_as_of
    assert Settings(honour_as_of=True).honours_as_of


def test_the_reference_has_a_row_for_every_setting() -> None:
    rows = [line for line in reference().splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == list(TYPES)
    assert "| `port` | `CDSHOOKS_PORT` | `8080` |" in reference()
    assert "| `dev` | `CDSHOOKS_DEV` | `false` |" in reference()
    assert "| `code_map` | `CDSHOOKS_CODE_MAP` | not set |" in reference()
