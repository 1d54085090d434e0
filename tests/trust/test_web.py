"""Over HTTP: who is let in where, what the others get, and what browsers may read of it."""

import datetime
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cdshooks.app import create_app
from cdshooks.serving.listening import refuse_exposure
from cdshooks.serving.server import greeting
from cdshooks.settings import Settings, SettingsError
from cdshooks.store.kept import keep_nothing
from cdshooks.trust.client import ANYONE
from cdshooks.trust.memory import MemoryUnreachable, TokenMemory
from cdshooks.trust.refusal import KeysUnreachable
from cdshooks.trust.trust_file import Circumstances, read
from tests.trust.conftest import FakeService
from tests.trust.signing import EHR, NOW, SECONDS, claims, dumps, signer, write_trust

BASE = "https://cds.example.org"
DISCOVERY = "/cds-services"
SERVICE = "/cds-services/fake-patient-view"
ORIGIN = "https://ehr.example.org"
BODY = {
    "hook": "patient-view",
    "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    "context": {"userId": "Practitioner/1", "patientId": "p1"},
}

Make = Callable[..., Flask]


class Broken:
    """A memory that is out of reach."""

    def first_use(self, issuer: str, token_id: str, until: datetime.datetime) -> bool:
        raise MemoryUnreachable(issuer, token_id, until)


def bearer(path: str = SERVICE, **changed: Any) -> dict[str, str]:  # noqa: ANN401 - claims of any kind
    return {"Authorization": f"Bearer {signer().sign(claims(**{'aud': BASE + path, **changed}))}"}


def issue(response: TestResponse) -> dict[str, Any]:
    assert response.content_type == "application/fhir+json"
    (only,) = json.loads(response.data)["issue"]
    assert isinstance(only, dict)
    return only


def test_a_call_reaches_its_service_with_its_client(client: FlaskClient, fake: FakeService) -> None:
    assert client.post(SERVICE, json=BODY, headers=bearer()).status_code == 200
    assert [call.client.name for call in fake.calls] == ["ehr"]


@pytest.mark.protocol("I2", "I3", "C8")
def test_who_calls_is_asked_before_anything_else(client: FlaskClient) -> None:
    for body, kind in ((b"not json", "application/json"), (b"{}", "text/plain"), (b"", "")):
        answer = client.post(SERVICE, data=body, content_type=kind)
        assert answer.status_code == 401
        assert issue(answer) == {
            "severity": "error",
            "code": "login",
            "details": {"text": "The call has to be signed by a client that is known here."},
        }
    unknown = "/cds-services/there-is-none"
    assert client.post(unknown, json=BODY).status_code == 401
    assert client.post(unknown, json=BODY, headers=bearer(unknown)).status_code == 404


@pytest.mark.protocol("I6")
def test_the_doubled_slash_of_a_sandbox_is_the_same_endpoint(client: FlaskClient) -> None:
    doubled = "/cds-services//fake-patient-view"
    assert client.post(doubled, json=BODY, headers=bearer(doubled)).status_code == 200
    assert client.post(doubled, json=BODY, headers=bearer(SERVICE)).status_code == 200
    assert client.post(SERVICE, json=BODY, headers=bearer(doubled)).status_code == 401


@pytest.mark.protocol("I6")
def test_the_host_header_is_not_believed(client: FlaskClient) -> None:
    asked = bearer(aud="https://evil.example/cds-services/fake-patient-view")
    answer = client.post(SERVICE, json=BODY, headers=asked, base_url="https://evil.example")
    assert answer.status_code == 401
    assert client.post(SERVICE, json=BODY, headers=bearer(), base_url="http://10.0.0.1").status_code == 200


@pytest.mark.protocol("I6", "B1")
def test_a_path_before_the_service_is_part_of_the_audience(make_app: Make) -> None:
    client = make_app(public_url=f"{BASE}/bone").test_client()
    assert client.post(SERVICE, json=BODY, headers=bearer(f"/bone{SERVICE}")).status_code == 200
    assert client.post(SERVICE, json=BODY, headers=bearer()).status_code == 401


@pytest.mark.protocol("I6")
def test_an_audience_set_by_hand_is_in_place_of_the_url(make_app: Make, tmp_path: Path) -> None:
    path = write_trust(tmp_path, {**EHR, "audiences": ["urn:by-hand", "urn:old"]}, keys=[signer()])
    client = make_app(trust_file=path, public_url=None).test_client()
    assert client.post(SERVICE, json=BODY, headers=bearer(aud="urn:by-hand")).status_code == 200
    assert client.post(SERVICE, json=BODY, headers=bearer(aud=["urn:old", "x"])).status_code == 200
    assert client.post(SERVICE, json=BODY, headers=bearer()).status_code == 401


# Discovery


def ids(answer: TestResponse) -> list[str]:
    return [service["id"] for service in json.loads(answer.data)["services"]]


@pytest.mark.protocol("B18", "I3", "I6")
def test_discovery_is_signed_too(client: FlaskClient) -> None:
    assert client.get(DISCOVERY).status_code == 401
    assert client.head(DISCOVERY).status_code == 401
    assert client.get(DISCOVERY, headers=bearer(SERVICE)).status_code == 401
    assert ids(client.get(DISCOVERY, headers=bearer(DISCOVERY))) == [
        "fake-patient-view",
        "other-patient-view",
    ]
    assert client.head(DISCOVERY, headers=bearer(DISCOVERY)).status_code == 200


@pytest.mark.protocol("I18")
def test_a_client_reads_of_the_services_it_may_call_and_calls_no_other(
    make_app: Make, tmp_path: Path, fake: FakeService
) -> None:
    path = write_trust(tmp_path, {**EHR, "services": ["other-patient-view"]}, keys=[signer()])
    client = make_app(trust_file=path).test_client()
    assert ids(client.get(DISCOVERY, headers=bearer(DISCOVERY))) == ["other-patient-view"]
    answer = client.post(SERVICE, json=BODY, headers=bearer())
    assert answer.status_code == 403
    assert issue(answer)["code"] == "forbidden"
    assert "WWW-Authenticate" not in answer.headers
    assert not fake.calls
    unknown = SERVICE.replace("fake", "no")
    assert client.post(unknown, json=BODY, headers=bearer(unknown)).status_code == 404
    other = "/cds-services/other-patient-view"
    assert client.post(other, json=BODY, headers=bearer(other)).status_code == 200


@pytest.mark.protocol("B18")
def test_open_discovery_is_read_by_anybody_but_not_with_a_wrong_token(make_app: Make, tmp_path: Path) -> None:
    path = write_trust(tmp_path, {**EHR, "services": ["other-patient-view"]}, keys=[signer()])
    client = make_app(trust_file=path, open_discovery=True).test_client()
    assert ids(client.get(DISCOVERY)) == ["fake-patient-view", "other-patient-view"]
    assert ids(client.get(DISCOVERY, headers=bearer(DISCOVERY))) == ["other-patient-view"]
    assert client.get(DISCOVERY, headers=bearer(SERVICE)).status_code == 401
    assert client.post(SERVICE, json=BODY).status_code == 401


def test_a_client_is_answered_by_its_own_codes(make_app: Make, tmp_path: Path, fake: FakeService) -> None:
    for name, code in (("own", "OWN"), ("common", "COMMON")):
        entry = f'[[code]]\nsystem = "urn:x"\ncode = "{code}"\nconcept = "calcium-total"\n'
        (tmp_path / f"{name}.toml").write_text(entry, encoding="utf-8")
    few = {"name": "few", "issuer": "https://few.example.org", "jwks_file": "keys.json"}
    path = write_trust(tmp_path, {**EHR, "code_map": "own.toml"}, few, keys=[signer()])
    client = make_app(trust_file=path, code_map=tmp_path / "common.toml").test_client()
    for issuer in ("https://ehr.example.org", "https://few.example.org"):
        assert client.post(SERVICE, json=BODY, headers=bearer(iss=issuer)).status_code == 200
    known = [
        [code for code in ("OWN", "COMMON") if call.terminology.concepts("urn:x", code)]
        for call in fake.calls
    ]
    assert known == [["OWN"], ["COMMON"]]


# What cannot be told


@pytest.mark.protocol("C8", "I11")
def test_503_where_it_cannot_be_told_whether_a_token_was_used(
    make_app: Make, fake: FakeService, caplog: pytest.LogCaptureFixture
) -> None:
    answer = make_app(token_memory=Broken()).test_client().post(SERVICE, json=BODY, headers=bearer())
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert issue(answer)["code"] == "transient"
    assert not fake.calls
    assert "memory-unreachable (client: ehr)" in caplog.text


@pytest.mark.protocol("I11")
def test_the_memory_is_asked_only_for_tokens_that_are_right(make_app: Make) -> None:
    client = make_app(token_memory=Broken()).test_client()
    wrong = [
        bearer(aud="x"),
        bearer(exp=SECONDS - 61, iat=SECONDS - 100),
        {},
        {"Authorization": "Bearer a.b.c"},
    ]
    assert [client.post(SERVICE, json=BODY, headers=each).status_code for each in wrong] == [401] * 4


@pytest.mark.protocol("I11")
def test_the_memory_is_told_until_when_a_token_could_be_used(make_app: Make) -> None:
    told: list[tuple[str, str, datetime.datetime]] = []

    class Memory:
        def first_use(self, issuer: str, token_id: str, until: datetime.datetime) -> bool:
            told.append((issuer, token_id, until))
            return True

    memory: TokenMemory = Memory()
    client = make_app(token_memory=memory).test_client()
    assert client.post(SERVICE, json=BODY, headers=bearer(jti="one")).status_code == 200
    assert told == [("https://ehr.example.org", "one", NOW + datetime.timedelta(seconds=361))]


@pytest.mark.protocol("C8", "I8")
def test_503_while_keys_cannot_be_had(
    make_app: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fetch(_url: str) -> bytes:
        raise KeysUnreachable("down")

    path = write_trust(
        tmp_path, {"name": "ehr", "issuer": EHR["issuer"], "jku": "https://ehr.example.org/jwks"}
    )
    given = Circumstances(service_ids=[], public_url=BASE, dev=False, fetch=fetch)
    answer = make_app(trust=read(path, given)).test_client().post(SERVICE, json=BODY, headers=bearer())
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "keys-unreachable (client: ehr)" in caplog.text


def test_keys_in_a_file_are_known_from_the_start(make_app: Make, tmp_path: Path) -> None:
    client = make_app().test_client()
    (tmp_path / "keys.json").unlink()
    assert client.post(SERVICE, json=BODY, headers=bearer()).status_code == 200


@pytest.mark.protocol("I11")
def test_several_processes_need_a_memory_in_common(make_app: Make, fake: FakeService) -> None:
    with pytest.raises(SettingsError, match="workers: has to be 1 with a trust file and without a store"):
        make_app(workers=2)
    make_app(workers=2, token_memory=Broken())
    make_app(workers=2, dev=True)
    create_app(Settings(workers=2), services=(fake.service(),))


# Where nobody checks


def test_without_a_trust_file_everyone_is_anyone(make_app: Make, fake: FakeService) -> None:
    client = make_app(trust_file=None, dev=True).test_client()
    for headers in ({}, {"Authorization": "Bearer junk"}, bearer()):
        assert client.post(SERVICE, json=BODY, headers=headers).status_code == 200
    assert [call.client for call in fake.calls] == [ANYONE] * 3


def test_a_trust_file_counts_in_development_too(make_app: Make) -> None:
    client = make_app(dev=True).test_client()
    assert client.post(SERVICE, json=BODY).status_code == 401
    assert client.post(SERVICE, json=BODY, headers=bearer()).status_code == 200


@pytest.mark.protocol("I2")
def test_with_a_trust_file_it_may_listen_anywhere_but_not_in_development() -> None:
    trusting = {"host": "10.0.0.1", "trust_file": Path("trust.toml")}
    refuse_exposure(Settings(**trusting))  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="dev: trusts everyone"):
        refuse_exposure(Settings(**trusting, dev=True))  # type: ignore[arg-type]


def test_the_greeting_says_who_may_call() -> None:
    said = greeting(Settings(trust_file=Path("trust.toml")), "http://127.0.0.1:1")
    assert "Calls have to be signed by a client of trust.toml." in said
    assert "curl" not in said
    loud = greeting(Settings(trust_file=Path("trust.toml"), dev=True), "http://127.0.0.1:1")
    assert "DEVELOPMENT MODE: keys that anybody can have are trusted" in loud


# Browsers


@pytest.mark.protocol("I15")
@pytest.mark.parametrize("path", [DISCOVERY, SERVICE, "/cds-services//fake-patient-view"])
def test_a_preflight_is_answered_without_a_token(make_app: Make, path: str) -> None:
    client = make_app(cors_origins=(ORIGIN,)).test_client()
    answer = client.options(
        path,
        headers={
            "Origin": ORIGIN,
            "Access-Control-Request-Method": "GET" if path == DISCOVERY else "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Access-Control-Allow-Headers"] == "authorization, content-type"
    assert ("GET" if path == DISCOVERY else "POST") in answer.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert answer.headers["Vary"] == "Origin"
    stranger = client.options(path, headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in stranger.headers


@pytest.mark.protocol("I15", "C8", "C14")
def test_every_answer_can_be_read_by_a_configured_origin_and_by_no_other(
    make_app: Make, tmp_path: Path
) -> None:
    (tmp_path / "limited").mkdir()
    limited = write_trust(tmp_path / "limited", {**EHR, "services": ["other-patient-view"]}, keys=[signer()])
    settings: dict[str, Any] = {"cors_origins": (ORIGIN,), "max_body_bytes": 1000}
    usual = make_app(**settings).test_client()
    narrow = make_app(**settings, trust_file=limited).test_client()
    broken = make_app(**settings, token_memory=Broken()).test_client()
    for origin, readable in ((ORIGIN, [ORIGIN]), ("https://evil.example", [])):
        unsigned = {"Origin": origin}

        def send(client: FlaskClient, body: bytes, kind: str = "application/json") -> TestResponse:
            headers = {"Origin": origin, **bearer()}  # noqa: B023 - called within the round
            return client.post(SERVICE, data=body, content_type=kind, headers=headers)

        answers = [
            send(usual, dumps(BODY)),
            send(usual, b"x"),
            usual.post(SERVICE, json=BODY, headers=unsigned),
            send(narrow, dumps(BODY)),
            usual.get("/nowhere", headers=unsigned),
            usual.delete(SERVICE, headers=unsigned),
            send(usual, b"x" * 2000),
            send(usual, b"x", "text/plain"),
            send(usual, b"{}"),
            send(broken, dumps(BODY)),
        ]
        statuses = [200, 400, 401, 403, 404, 405, 413, 415, 422, 503]
        assert [answer.status_code for answer in answers] == statuses
        for answer in answers:
            assert answer.headers.getlist("Access-Control-Allow-Origin") == readable
            assert "Access-Control-Allow-Credentials" not in answer.headers
            assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.protocol("I15")
def test_no_setting_opens_it_to_every_origin(make_app: Make) -> None:
    for settings in ({}, {"cors_origins": (ORIGIN,)}, {"dev": True}):
        client = make_app(**settings).test_client()
        for origin in ("https://evil.example", "null", "*"):
            answer = client.get(DISCOVERY, headers={"Origin": origin, **bearer(DISCOVERY)})
            assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_log_names_the_client_and_nothing_of_the_token(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asked = bearer(aud="https://secret.example", jti="jti-4711", sub="sub-4711")
    client.post(SERVICE, json=BODY, headers=asked)
    assert "refused a call: audience (client: ehr)" in caplog.text
    for value in ("4711", "secret.example", asked["Authorization"].split(".")[2]):
        assert value not in caplog.text


@pytest.mark.protocol("I18")
def test_the_access_log_says_who_called(
    client: FlaskClient, make_app: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="cdshooks.access")
    client.post(SERVICE, json=BODY, headers=bearer())
    client.post(SERVICE, json=BODY)
    make_app(trust_file=None, dev=True).test_client().post(SERVICE, json=BODY, headers=bearer())
    said = [each.getMessage() for each in caplog.records if each.name == "cdshooks.access"]
    assert [line.split(" bytes ")[1] for line in said] == ["client ehr", "client -", "client -"]


def test_what_the_trust_file_was_given_is_what_the_application_takes(
    fake: FakeService, tmp_path: Path
) -> None:
    given = Circumstances(service_ids=["fake-patient-view"], public_url=BASE, dev=False)
    trust = read(write_trust(tmp_path, EHR, keys=[signer()]), given)
    app = create_app(
        Settings(public_url=BASE, workers=1),
        kept=keep_nothing(),
        services=(fake.service(),),
        trust=trust,
        now=lambda: NOW,
    )
    assert app.test_client().post(SERVICE, json=BODY, headers=bearer()).status_code == 200
