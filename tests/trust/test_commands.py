"""What an operator is told: what a token fails on, and what is wrong with the installation."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from click.testing import CliRunner, Result

from cdshooks import checkup
from cdshooks.cli import main
from cdshooks.settings import Settings
from cdshooks.trust.explain import WORDS, explain
from cdshooks.trust.refusal import Reason
from cdshooks.trust.trust_file import Circumstances, read
from fhir_mappings import value_sets
from tests.trust.signing import EHR, SECONDS, Json, Signer, claims, dumps, jwks, signer, write_trust
from tests.trust.test_attacks import ATTACKS, JKU, PUBLISHED_AT, Attack

SECRET = "jti-4711"
DOCS = Path(__file__).resolve().parents[2] / "docs"

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command where a trust file is set up, with the keys at hand."""
    write_trust(tmp_path, {**EHR, "longest_lifetime_seconds": 3600}, keys=[signer()])
    monkeypatch.setenv("CDSHOOKS_TRUST_FILE", str(tmp_path / "trust.toml"))
    monkeypatch.setenv("CDSHOOKS_PUBLIC_URL", "https://cds.example.org")
    monkeypatch.setenv("CDSHOOKS_WORKERS", "1")
    monkeypatch.setattr("time.time", lambda: float(SECONDS))

    def invoke(*words: str, given: str = "") -> Result:
        return CliRunner().invoke(main, words, input=given)

    return invoke


def token(**changed: object) -> str:
    endpoint = "https://cds.example.org/cds-services/bone-health-patient-view"
    return signer().sign(claims(**{"aud": endpoint, "jti": SECRET, **changed}))


@pytest.mark.parametrize("before", ["", "Bearer ", "Authorization: Bearer ", "authorization:bearer ", "\n "])
def test_a_right_token_is_said_to_be_right(run: Run, before: str) -> None:
    told = run("trust", "check", "--token", "-", given=f"{before}{token()}\n")
    assert told.exit_code == 0, told.output
    assert "FAILED" not in told.output
    assert "ok      the signature is right\n" in told.output
    assert told.output.endswith("is let in, once, at the endpoint that its aud names.\n")
    for part in (SECRET, *token().split(".")):
        assert part not in told.output


def test_everything_that_is_wrong_is_told_at_once(run: Run) -> None:
    wrong = token(aud="https://old.example.org", iat=SECONDS - 7200, exp=SECONDS - 3000)
    told = run("trust", "check", "--token", "-", given=wrong)
    assert told.exit_code == 1
    failed = [line for line in told.output.splitlines() if line.startswith("FAILED")]
    assert len(failed) == 3
    assert "aud is 'https://old.example.org'; one of these has to be there: https://cds.example" in failed[0]
    assert "exp is 2026-03-14 11:10:00 UTC, now is 2026-03-14 12:00:00 UTC" in failed[1]
    assert failed[2].endswith("4200 s; at most 3600 s")
    assert told.output.count("\n        ") == 3
    assert SECRET not in told.output


def test_checking_needs_a_trust_file(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CDSHOOKS_TRUST_FILE")
    told = run("trust", "check", "--token", "-", given=token())
    assert told.exit_code == 2
    assert told.stderr.startswith("Error: trust_file: not set")


def test_a_trust_file_with_mistakes_ends_with_status_2(run: Run, tmp_path: Path) -> None:
    write_trust(tmp_path, {**EHR, "nmae": SECRET}, keys=[signer()])
    for words in (("trust", "check", "--token", "-"), ("serve", "--port", "0")):
        told = run(*words, given=token())
        assert told.exit_code == 2
        assert told.stderr == (
            f"Error: {tmp_path / 'trust.toml'}: client 1 (ehr): nmae: unknown; did you mean name?\n"
        )


def test_what_a_token_says_cannot_act_on_a_terminal(run: Run) -> None:
    told = run("trust", "check", "--token", "-", given=token(iss="\x1b[2Jevil" + "x" * 300))
    assert "\x1b" not in told.output
    assert r"\x1b[2Jevil" in told.output
    assert "x" * 200 not in told.output


def test_a_file_that_is_no_text_is_no_token(run: Run, tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"\xff\xfe\x00")
    told = run("trust", "check", "--token", str(tmp_path / "token"))
    assert told.exit_code == 1
    assert told.output.startswith("FAILED  it is a signed JWT")


def test_the_member_that_is_wrong_is_named(run: Run) -> None:
    for given, why in (
        (signer().sign(claims(), {"kid": None}), "Object missing required field `kid`"),
        (token(exp="soon"), "Expected `float`, got `str` - at `$.exp`"),
    ):
        assert why in run("trust", "check", "--token", "-", given=given).output


ABOUT_TOKENS = [each for each in ATTACKS if each.reason not in {Reason.NO_TOKEN, Reason.NOT_BEARER}]


@pytest.mark.parametrize("attack", ABOUT_TOKENS, ids=lambda attack: attack.name)
def test_the_explanation_is_the_reason_of_the_refusal(tmp_path: Path, attack: Attack) -> None:
    path = write_trust(
        tmp_path,
        {"name": "ehr", "issuer": "https://ehr.example.org", "jku": JKU},
        {"name": "two", "issuer": "https://two.example.org", "jku": "https://two.example.org/jwks"},
        {
            "name": "a",
            "issuer": "https://many.example.org",
            "jku": JKU,
            "tenants": ["a"],
            "subjects": ["client-1"],
        },
    )
    given = Circumstances(service_ids=[], public_url="https://x", dev=False, fetch=PUBLISHED_AT.__getitem__)
    endpoint = "https://cds.example.org/cds-services/fake-patient-view"
    text = (attack.authorization or "").removeprefix("Bearer ")
    steps = list(explain(text, read(path, given), (endpoint,), SECONDS))
    failed = [step for step in steps if step.outcome == "FAILED"]
    assert failed[0].asked == WORDS[attack.reason].asks
    assert failed[0].remedy == WORDS[attack.reason].remedy


def test_every_reason_has_words_and_no_word_is_of_another() -> None:
    assert set(WORDS) == set(Reason)
    assert len({words.asks for words in WORDS.values()}) == len(WORDS)


def test_keys_out_of_reach_are_told(run: Run, tmp_path: Path) -> None:
    write_trust(tmp_path, {"name": "ehr", "issuer": EHR["issuer"], "jku": "https://127.0.0.1:1/jwks"})
    told = run("trust", "check", "--token", "-", given=token())
    assert told.exit_code == 1
    assert "FAILED  the client's keys can be had\n" in told.output
    assert "open    the signature is right: there is no key to check it with" in told.output
    sick = run("doctor")
    assert sick.exit_code == 1
    assert (
        "FAILED  keys of ehr: the key set could not be fetched (ConnectionError) – Look whether"
        in sick.output
    )


# doctor


def test_a_healthy_installation(run: Run) -> None:
    told = run("doctor")
    assert told.exit_code == 0, told.output
    assert told.output.splitlines() == [
        "ok      settings: can be read",
        "ok      listening: 127.0.0.1 port 8080",
        next(line for line in told.output.splitlines() if line.startswith("ok      value sets: ")),
        next(line for line in told.output.splitlines() if line.startswith("ok      drafts: ")),
        "ok      trust file: 1 clients",
        "ok      keys of ehr: 1 usable",
        next(line for line in told.output.splitlines() if line.startswith("ok      card keys: ")),
        next(line for line in told.output.splitlines() if " store: " in line),
        "ok      start: the service can start",
    ]


def test_each_client_is_looked_at(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weak: Json = {**signer().jwk, "use": "enc"}
    (tmp_path / "mixed.json").write_bytes(dumps({"keys": [weak, signer("RS384", "key-2").jwk]}))
    keys: dict[str, bytes] = {
        "https://a.example/": dumps({"keys": [weak]}),
        "https://b.example/": jwks(signer("ES256", "key-3")),
        "https://c.example/": dumps({"keys": [weak, signer().jwk]}),
        "https://d.example/": b"<html>",
        "https://e.example/": (DOCS / "clients" / "sandbox-jwks.json").read_bytes(),
    }
    given = Circumstances(service_ids=[], public_url="https://x", dev=False, fetch=keys.__getitem__)
    monkeypatch.setattr(checkup, "Circumstances", SimpleNamespace(of=lambda *_: given))
    write_trust(
        tmp_path,
        *({"name": url[8], "issuer": f"https://issuer.example/{url[8]}", "jku": url} for url in keys),
    )
    told = run("doctor")
    assert told.exit_code == 1
    lines = [line.partition(" – ")[0] for line in told.output.splitlines() if "keys of" in line]
    none = "none can be used with ES384, RS384"
    assert lines == [
        "warning keys of a: key 1 is not for signatures (use)",
        f"FAILED  keys of a: {none}",
        f"FAILED  keys of b: {none}",
        "warning keys of c: key 1 is not for signatures (use)",
        "ok      keys of c: 1 usable",
        "FAILED  keys of d: the key set is not a JSON object in UTF-8",
        "warning keys of e: a key is published: anybody can sign with it",
        f"FAILED  keys of e: {none}",
    ]
    assert told.output.splitlines()[-1] == "4 failed"
    assert all(" – " in line for line in told.output.splitlines() if line.startswith(("FAILED", "warning")))


def test_mistakes_are_lines_with_what_to_do(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_trust(tmp_path, {**EHR, "nmae": SECRET, "leeway_seconds": -1}, keys=[signer()])
    (tmp_path / "codes.toml").write_text("code = 1", encoding="utf-8")
    monkeypatch.setenv("CDSHOOKS_CODE_MAP", str(tmp_path / "codes.toml"))
    monkeypatch.setenv("CDSHOOKS_HOST", "10.0.0.1")
    monkeypatch.setenv("CDSHOOKS_DEV", "true")
    told = run("doctor")
    assert told.exit_code == 1
    failed = [line.split()[1] for line in told.output.splitlines() if line.startswith("FAILED")]
    assert failed == ["listening:", "code", "trust", "trust", "start:"]
    assert SECRET not in told.output


def test_what_is_unwise_is_a_warning(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDSHOOKS_PUBLIC_URL", "http://cds.example.org")
    monkeypatch.setenv("CDSHOOKS_DEV", "true")
    told = run("doctor")
    assert told.exit_code == 0
    assert "warning listening: public_url is not https" in told.output
    assert "warning listening: development mode" in told.output
    monkeypatch.setenv("CDSHOOKS_PUBLIC_URL", "http://localhost:8080")
    assert "https" not in run("doctor").output


def test_damaged_files_are_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged() -> value_sets.Terminology:
        raise FileNotFoundError

    with monkeypatch.context() as patched:
        patched.setattr(value_sets, "load", damaged)
        (finding,) = checkup.terminology(Settings())
    assert (finding.state, finding.about) == ("FAILED", "value sets")

    monkeypatch.setattr(
        checkup, "fill", lambda _name, _to: {"resourceType": "ServiceRequest", "status": "draft"}
    )
    told = run("doctor")
    assert told.exit_code == 1
    assert "FAILED  drafts: calcium is not valid at " in told.output


def test_settings_that_cannot_be_read_end_with_status_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDSHOOKS_PROT", "1")
    assert run("doctor").exit_code == 2


# serve


@pytest.mark.protocol("I2", "I3")
def test_serve_lets_in_who_signs_and_nobody_else(tmp_path: Path) -> None:
    key = Signer("ES384", "key-1")
    path = write_trust(tmp_path, {**EHR, "audiences": ["urn:cds"]}, keys=[key])
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CDSHOOKS_")}
    environ |= {"CDSHOOKS_TRUST_FILE": str(path), "CDSHOOKS_WORKERS": "1"}
    command = [sys.executable, "-m", "cdshooks", "serve", "--port", "0", "--host", "0.0.0.0"]  # noqa: S104 - meant
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ
    ) as process:
        try:
            assert process.stdout
            url = process.stdout.readline().removeprefix("Discovery: ").strip()
            assert url.startswith("http://127.0.0.1:"), process.communicate(timeout=10)
            assert process.stdout.readline() == f"Calls have to be signed by a client of {path}.\n"
            refused = requests.get(url, timeout=10)
            assert refused.status_code == 401
            assert refused.headers["WWW-Authenticate"] == "Bearer"
            now = time.time()
            signed = key.sign(claims(aud="urn:cds", iat=now, exp=now + 300))
            headers = {"Authorization": f"Bearer {signed}"}
            assert [requests.get(url, timeout=10, headers=headers).status_code for _ in range(2)] == [
                200,
                401,
            ]
            connection = http.client.HTTPConnection(url.split("/")[2], timeout=10)
            connection.putrequest("GET", "/cds-services")
            for each in (key.sign(claims(aud="urn:cds", iat=now, exp=now + 300)), "x"):
                connection.putheader("Authorization", f"Bearer {each}")
            connection.endheaders()
            assert connection.getresponse().status in {400, 401}
            connection.close()
        finally:
            process.terminate()
            _, log = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "refused a call: no-token (client: -)" in log
    assert "refused a call: replayed (client: ehr)" in log
    assert signed.split(".")[2] not in log
