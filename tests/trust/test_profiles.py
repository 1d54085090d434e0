"""The clients of docs/clients: each gets in with what it sends, and what it then reads is pinned.

`UPDATE_SNAPSHOTS=1 pytest tests/trust/test_profiles.py` writes the pinned answers anew.
"""

import json
import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cdshooks.app import create_app
from cdshooks.services import SERVICES
from cdshooks.settings import Settings
from cdshooks.store.kept import keep_nothing
from cdshooks.trust.trust_file import Circumstances, read
from tests.trust.signing import NOW, SECONDS, Json, Signer, claims, jwks, signer

ROOT = Path(__file__).resolve().parents[2]
SNAPSHOTS = Path(__file__).parent / "snapshots"
REQUEST = (ROOT / "fixtures" / "source-patient" / "request.json").read_bytes()
SERVICE = "/cds-services/bone-health-patient-view"
BASE = "https://cds.example.org"
EVALUATION = "com.bone-health-cds.evaluation"


class Sends(NamedTuple):
    """What a client sends: its key, and what is particular in header and claims."""

    key: Signer
    header: Json
    claims: Json
    dev: bool = False
    aud: str | None = None


SENDS = {
    # As its source has it: ES384, the exact URL, five minutes, always a jku, a UUID as kid.
    "sandbox": Sends(
        signer("ES384", "44823f3d-0b01-4a6c-a80e-b9d3e8a7226f", "sandbox"),
        {"jku": "https://sandbox.cds-hooks.org/.well-known/jwks.json"},
        {"iss": "https://sandbox.cds-hooks.org"},
        dev=True,
    ),
    # As its documentation has it: RS384, a kid in base64, nbf five minutes before iat, fifteen minutes, sub.
    "epic": Sends(
        signer("RS384", "d3bmo5HzW61TUgikHZH+A8Tx4UOXz2iOs4KvVU4eLY0=", "epic"),
        {"jku": "https://epic.st-example.org/api/epic/2019/Security/Open/PublicKeys/530013/530013"},
        {
            "iss": "https://epic.st-example.org/api/FHIR/R4",
            "sub": "11111111-2222-3333-4444-555555555555",
            "exp": SECONDS + 900,
            "nbf": SECONDS - 300,
        },
        aud=f"{BASE}{SERVICE}",
    ),
    "oracle": Sends(
        signer("ES384", "2026-03", "oracle"),
        {"jku": "https://cds-hooks.oracle.example.com/.well-known/jwks.json"},
        {
            "iss": "https://cds-hooks.oracle.example.com",
            "tenant": "ec2458f2-1e24-41c8-b71b-0e701af7583d",
        },
    ),
    # As the Da Vinci test kit has it: a jti of 64 hexadecimal digits, five minutes.
    "da-vinci": Sends(
        signer("RS384", "b41528b6f37a9500edb8a905a595bdd7", "da-vinci"),
        {"jku": "https://payer.example.org/cds-client/jwks.json"},
        {"iss": "https://payer.example.org/cds-client", "jti": "5f" * 32},
    ),
}


def served(name: str, folder: Path) -> FlaskClient:
    """A service that trusts the example of this name, its keys being those of the test."""
    sends = SENDS[name]
    path = shutil.copy(ROOT / "docs" / "clients" / f"{name}.toml", folder)
    (folder / "sandbox-jwks.json").write_bytes(jwks(sends.key))
    asked = sends.header["jku"]

    def fetch(url: str) -> bytes:
        assert url == asked
        return jwks(sends.key)

    given = Circumstances(
        service_ids=[service.id for service in SERVICES], public_url=BASE, dev=sends.dev, fetch=fetch
    )
    settings = Settings(public_url=BASE, workers=1, dev=sends.dev, honour_as_of=True)
    return create_app(
        settings, trust=read(Path(path), given), now=lambda: NOW, kept=keep_nothing()
    ).test_client()


def signed(name: str, path: str, **changed: Any) -> dict[str, str]:  # noqa: ANN401 - claims of any kind
    sends = SENDS[name]
    made = {**claims(aud=sends.aud or f"{BASE}{path}"), **sends.claims, **changed}
    return {"Authorization": f"Bearer {sends.key.sign(made, sends.header)}"}


def pinned(answer: TestResponse) -> Json:
    """What is pinned of an answer. Of prefetch templates the keys: their codes have tests of their own."""
    body = json.loads(answer.data)
    for service in body.get("services", ()):
        service["prefetch"] = sorted(service["prefetch"])
    return {"status": answer.status_code, "headers": dict(sorted(answer.headers.items())), "body": body}


def without_length(answer: Json) -> Json:
    answer["headers"].pop("Content-Length")
    return answer


@pytest.mark.protocol("I3", "I8", "B18")
@pytest.mark.parametrize("name", list(SENDS))
def test_discovery_and_refusal_are_pinned(name: str, tmp_path: Path) -> None:
    client = served(name, tmp_path)
    found = {
        "discovery": without_length(
            pinned(client.get("/cds-services", headers=signed(name, "/cds-services", jti="1")))
        ),
        "without a token": pinned(client.post(SERVICE, data=REQUEST, content_type="application/json")),
        "with another's": pinned(
            client.post(
                SERVICE,
                data=REQUEST,
                content_type="application/json",
                headers=signed(name, SERVICE, iss="https://evil.example"),
            )
        ),
    }
    path = SNAPSHOTS / f"{name}.json"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.protocol("I3", "I4", "I5")
@pytest.mark.parametrize("name", list(SENDS))
def test_each_gets_its_cards_in_what_it_can_show(name: str, tmp_path: Path) -> None:
    client = served(name, tmp_path)
    headers = signed(name, SERVICE)
    answer = client.post(SERVICE, data=REQUEST, content_type="application/json", headers=headers)
    assert answer.status_code == 200
    body = json.loads(answer.data)
    (card,) = body["cards"]
    labels = [suggestion["label"] for suggestion in card["suggestions"]]
    types = {action["resource"]["resourceType"] for each in card["suggestions"] for action in each["actions"]}
    if name in {"epic", "oracle"}:
        assert types == {"MedicationRequest", "ServiceRequest"}
        assert "**Without a draft here:** Add task" in card["detail"]
    else:
        assert "Task" in types
        assert labels[0].startswith("Add task")
    assert (EVALUATION in body.get("extension", {})) is (name != "epic")
    again = client.post(SERVICE, data=REQUEST, content_type="application/json", headers=headers)
    assert again.status_code == 401


@pytest.mark.protocol("I15", "C11")
def test_the_sandbox_in_a_browser_gets_through_from_its_preflight_to_its_cards(tmp_path: Path) -> None:
    client = served("sandbox", tmp_path)
    origin = {"Origin": "https://sandbox.cds-hooks.org"}
    asked = {
        **origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
        "Access-Control-Request-Private-Network": "true",
    }
    headers = {**origin, "Accept": "application/json"}
    answers = [
        client.options("/cds-services", headers=asked),
        client.get("/cds-services", headers={**headers, **signed("sandbox", "/cds-services")}),
        client.options(SERVICE, headers=asked),
        client.post(
            SERVICE,
            data=REQUEST,
            content_type="application/json",
            headers={**headers, **signed("sandbox", SERVICE)},
        ),
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    for answer in answers:
        assert answer.headers["Access-Control-Allow-Origin"] == origin["Origin"]
    assert answers[0].headers["Access-Control-Allow-Private-Network"] == "true"
    assert len(json.loads(answers[3].data)["cards"]) == 1
