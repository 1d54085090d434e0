"""Calls that the public sandbox really made, in a browser, signed with its own key."""

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from cdshooks.services.service import Service
from cdshooks.trust.file_error import TrustFileError
from tests.trust.conftest import FakeService

CLIENTS = Path(__file__).resolve().parents[2] / "docs" / "clients"
RECORDED: dict[str, Any] = json.loads((Path(__file__).parent / "sandbox-recorded.json").read_bytes())
AT = datetime.datetime.fromtimestamp(RECORDED["recorded_at"], datetime.UTC)
Make = Callable[..., Flask]


@pytest.fixture
def fake() -> FakeService:
    return FakeService("dummy-patient-view")


@pytest.fixture
def app(make_app: Make) -> Flask:
    return make_app(
        dev=True,
        trust_file=CLIENTS / "sandbox.toml",
        public_url=RECORDED["public_url"],
        now=lambda: AT,
    )


@pytest.mark.protocol("I3", "I4", "I5", "I6", "I8", "I10", "I11", "C11", "B18")
def test_each_signed_call_gets_in_once(app: Flask, fake: FakeService) -> None:
    client = app.test_client()
    for again in (False, True):
        for call in RECORDED["calls"]:
            body = json.dumps(call["body"]) if "body" in call else None
            answer = client.open(call["path"], method=call["method"], headers=call["headers"], data=body)
            assert answer.status_code == (401 if again else 200)
            assert answer.headers["Access-Control-Allow-Origin"] == call["headers"]["origin"]
    (called,) = fake.calls
    assert called.client.name == "sandbox"


@pytest.mark.protocol("I15")
def test_each_preflight_for_a_service_that_is_there_is_answered(app: Flask, fake: FakeService) -> None:
    client = app.test_client()
    services: tuple[Service, ...] = (fake.service(),)
    paths = {"/cds-services", *(f"/cds-services/{service.id}" for service in services)}
    asked = [each for each in RECORDED["preflights"] if each["path"] in paths]
    assert len(asked) == 2
    for each in asked:
        method, headers = each["asks"].split(" ")
        origin = RECORDED["calls"][0]["headers"]["origin"]
        answer = client.options(
            each["path"],
            headers={
                "Origin": origin,
                "Access-Control-Request-Method": method,
                "Access-Control-Request-Headers": headers,
            },
        )
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert method in answer.headers["Access-Control-Allow-Methods"]
        assert set(headers.split(",")) == set(answer.headers["Access-Control-Allow-Headers"].split(", "))


@pytest.mark.protocol("I7", "I15")
def test_outside_of_development_neither_its_key_nor_its_pages_get_in(make_app: Make, tmp_path: Path) -> None:
    with pytest.raises(TrustFileError, match="published"):
        make_app(trust_file=CLIENTS / "sandbox.toml", public_url=RECORDED["public_url"])
    # Nor where an operator gives the client another name and has its keys in a file that changes later.
    written = (
        (CLIENTS / "sandbox.toml").read_text(encoding="utf-8").replace("sandbox.cds-hooks.org", "x.example")
    )
    (tmp_path / "trust.toml").write_text(written, encoding="utf-8")
    (tmp_path / "sandbox-jwks.json").write_bytes((CLIENTS / "sandbox-jwks.json").read_bytes())
    with pytest.raises(TrustFileError, match="anybody can sign with it"):
        make_app(trust_file=tmp_path / "trust.toml", public_url=RECORDED["public_url"])
    answer = (
        make_app(trust_file=None).test_client().get("/cds-services", headers=RECORDED["calls"][0]["headers"])
    )
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers
