"""CDS Hooks 2.0/3.0, "Feedback", over HTTP, with real cards of the source patient."""

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cdshooks.app import create_app
from cdshooks.settings import Settings
from cdshooks.store.engine import Connections, location
from cdshooks.store.kept import keep
from cdshooks.store.schema import feedback
from cdshooks.trust.client import Client
from cdshooks.web.feedback import blueprint

ROOT = Path(__file__).resolve().parents[2]
SERVICE = "/cds-services/bone-health-patient-view"
URL = f"{SERVICE}/feedback"
MARKER = "Zebedee-1931"
NOW = "2026-01-15T08:30:00.250Z"
FORGED = "5b1d3c52-7f0e-8c1a-9d3e-0c6f5f0a7b11"

Json = dict[str, Any]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(dev=True, state_dir=tmp_path / "state")


@pytest.fixture
def app(settings: Settings) -> Flask:
    return create_app(settings)


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


def request(**changes: Any) -> Json:  # noqa: ANN401 - members of a request
    body: Json = json.loads((ROOT / "fixtures" / "source-patient" / "request.json").read_bytes())
    return body | changes


def answered(client: FlaskClient, **changes: Any) -> Json:  # noqa: ANN401
    response = client.post(SERVICE, json=request(**changes))
    assert response.status_code == 200
    body: Json = response.get_json()
    return body


def card(client: FlaskClient) -> Json:
    found: Json = answered(client)["cards"][0]
    return found


def overridden(uuid: str, reason: str | None = None, **changes: Any) -> Json:  # noqa: ANN401
    item: Json = {"card": uuid, "outcome": "overridden", "outcomeTimestamp": NOW}
    if reason:
        item["overrideReason"] = {"reason": {"code": reason, "system": "urn:bone-health-cds:override-reason"}}
    return item | changes


def accepted(shown: Json, *numbers: int, **changes: Any) -> Json:  # noqa: ANN401
    chosen = [{"id": shown["suggestions"][number]["uuid"]} for number in numbers]
    return {
        "card": shown["uuid"],
        "outcome": "accepted",
        "outcomeTimestamp": NOW,
        "acceptedSuggestions": chosen,
    } | changes


def post(client: FlaskClient, *items: object, url: str = URL) -> TestResponse:
    return client.post(url, json={"feedback": list(items)})


def kept(settings: Settings) -> list[sa.Row[Any]]:
    connections = Connections(location(settings), patience=5)
    with connections.reading() as connection:
        rows = list(connection.execute(sa.select(feedback).order_by(feedback.c.id)))
    connections.release()
    return rows


def named(response: TestResponse, status: int = 422, severity: str = "error") -> dict[str, str]:
    """The elements that the OperationOutcome names with that severity, and the code of each."""
    assert response.status_code == status
    assert response.content_type == "application/fhir+json"
    body = response.get_json()
    assert body["resourceType"] == "OperationOutcome"
    return {each["expression"][0]: each["code"] for each in body["issue"] if each["severity"] == severity}


# What is taken


@pytest.mark.protocol("G1", "G2", "G3", "G5", "G8")
def test_an_override_is_kept_with_its_reason(client: FlaskClient, settings: Settings) -> None:
    uuid = card(client)["uuid"]
    response = post(client, overridden(uuid, "contraindicated"))
    assert response.status_code == 200
    assert response.data == b""
    (row,) = kept(settings)
    assert (row.card, row.outcome, row.reason, row.suggestion) == (uuid, "overridden", "contraindicated", 0)
    assert (row.client, row.service) == ("anyone", "bone-health-patient-view")
    assert row.answered_at == datetime.datetime.fromisoformat(NOW)


@pytest.mark.protocol("G3", "G4")
def test_each_accepted_suggestion_is_kept(client: FlaskClient, settings: Settings) -> None:
    assert post(client, accepted(card(client), 0, 2)).status_code == 200
    found = sorted((row.outcome, row.suggestion) for row in kept(settings))
    assert found == [("accepted", 1), ("accepted", 4)]


@pytest.mark.protocol("G7")
def test_a_repeat_counts_once_and_a_second_answer_twice(client: FlaskClient, settings: Settings) -> None:
    shown = card(client)
    batch = (accepted(shown, 0), overridden(shown["uuid"], "data-wrong"))
    for _ in range(3):
        assert post(client, *batch, *batch).status_code == 200
    assert len(kept(settings)) == 2
    spelled = overridden(f"urn:uuid:{shown['uuid'].upper()}", "data-wrong")
    assert post(client, spelled).status_code == 200
    assert len(kept(settings)) == 2
    later = overridden(shown["uuid"], "data-wrong", outcomeTimestamp="2026-01-16T08:30:00Z")
    assert post(client, later).status_code == 200
    assert len(kept(settings)) == 3


@pytest.mark.protocol("G6")
def test_a_dismissal_needs_no_reason(client: FlaskClient, settings: Settings) -> None:
    uuid = card(client)["uuid"]
    assert post(client, overridden(uuid), overridden(uuid, overrideReason=None)).status_code == 200
    (row,) = kept(settings)
    assert row.reason is None


def test_an_empty_batch_is_taken(client: FlaskClient) -> None:
    assert post(client).status_code == 200


def test_a_doubled_slash_is_no_redirect(client: FlaskClient, settings: Settings) -> None:
    doubled = URL.replace("/cds-services/", "/cds-services//")
    assert post(client, overridden(card(client)["uuid"]), url=doubled).status_code == 200
    assert len(kept(settings)) == 1
    assert client.options(doubled).status_code == 200


@pytest.mark.protocol("G3")
@pytest.mark.parametrize(
    ("stamp", "moment"),
    [
        ("2026-01-15T08:30:00.250Z", "2026-01-15T08:30:00.250+00:00"),
        ("2026-01-15T08:30:00Z", "2026-01-15T08:30:00+00:00"),
        ("2026-01-15t08:30:00z", "2026-01-15T08:30:00+00:00"),
        ("2026-01-15 08:30:00+00:00", "2026-01-15T08:30:00+00:00"),
        ("2026-01-15T10:30:00.1+02:00", "2026-01-15T08:30:00.1+00:00"),
        ("2026-01-14T23:30:00-09:00", "2026-01-15T08:30:00+00:00"),
        ("2026-01-15T08:30:00.123456789Z", "2026-01-15T08:30:00.123456+00:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"),
    ],
)
def test_timestamps_are_taken_as_people_send_them(
    client: FlaskClient, settings: Settings, stamp: str, moment: str
) -> None:
    assert post(client, overridden(card(client)["uuid"], outcomeTimestamp=stamp)).status_code == 200
    (row,) = kept(settings)
    assert row.answered_at == datetime.datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    "stamp",
    [
        "2026-01-15",
        "2026-01-15T08:30:00",
        "2026-13-15T08:30:00Z",
        "15.1.2026",
        "",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_other_timestamps_are_named(client: FlaskClient, settings: Settings, stamp: str) -> None:
    response = post(client, overridden(card(client)["uuid"], outcomeTimestamp=stamp))
    assert named(response) == {"feedback[0].outcomeTimestamp": "value"}
    assert kept(settings) == []


# Comments and reasons


def test_a_comment_is_kept_as_free_text(client: FlaskClient, settings: Settings) -> None:
    uuid = card(client)["uuid"]
    reason = {"userComment": " will see\x00 the\u0007 orthopedist\n"}
    assert post(client, overridden(uuid, overrideReason=reason)).status_code == 200
    (row,) = kept(settings)
    assert (row.reason, row.free_text_comment) == (None, "will see the orthopedist")


@pytest.mark.protocol("G11")
def test_a_long_comment_is_cut_and_that_is_said(client: FlaskClient, settings: Settings) -> None:
    response = post(client, overridden(card(client)["uuid"], overrideReason={"userComment": "x" * 5000}))
    assert named(response, 200, "warning") == {"feedback[0].overrideReason.userComment": "value"}
    (row,) = kept(settings)
    assert len(row.free_text_comment) == 1000


def test_comments_can_be_switched_off(tmp_path: Path) -> None:
    settings = Settings(dev=True, state_dir=tmp_path, feedback_comments=False)
    with create_app(settings).test_client() as client:
        reason = {"reason": {"code": "data-wrong"}, "userComment": MARKER}
        assert post(client, overridden(card(client)["uuid"], overrideReason=reason)).status_code == 200
    (row,) = kept(settings)
    assert (row.reason, row.free_text_comment) == ("data-wrong", None)


def test_a_reason_that_is_not_on_the_card_is_kept_as_other(client: FlaskClient, settings: Settings) -> None:
    uuid = card(client)["uuid"]
    reasons = [{"code": MARKER}, {"code": "data-wrong", "system": f"urn:{MARKER}"}]
    response = post(client, *(overridden(uuid, overrideReason={"reason": each}) for each in reasons))
    assert set(named(response, 200, "warning")) == {
        "feedback[0].overrideReason.reason",
        "feedback[1].overrideReason.reason",
    }
    assert MARKER not in response.text
    # Both say the same, so they are one answer.
    assert [row.reason for row in kept(settings)] == ["other"]


def test_a_reason_that_needs_a_comment_is_kept_without_and_that_is_said(
    client: FlaskClient, settings: Settings
) -> None:
    uuid = card(client)["uuid"]
    response = post(client, overridden(uuid, "benefit-outweighs-risk"))
    assert named(response, 200, "warning") == {"feedback[0].overrideReason.userComment": "required"}
    reason = {"reason": {"code": "benefit-outweighs-risk"}, "userComment": "renal advice"}
    assert post(client, overridden(uuid, overrideReason=reason)).data == b""
    assert len(kept(settings)) == 2


# What is refused, and what becomes of the rest


@pytest.mark.protocol("G12")
def test_what_is_wrong_is_named_and_the_rest_is_kept(client: FlaskClient, settings: Settings) -> None:
    shown = card(client)
    response = post(
        client,
        overridden(shown["uuid"], "data-wrong"),
        {"card": 5, "outcome": "banana", "outcomeTimestamp": MARKER},
        {},
        MARKER,
        overridden(shown["uuid"], overrideReason={}),
        overridden(shown["uuid"], overrideReason={"reason": {"display": MARKER}, "userComment": 1}),
        accepted(shown, acceptedSuggestions=[]),
        accepted(shown, acceptedSuggestions=None),
        accepted(shown, acceptedSuggestions=[{}, {"id": 1}, MARKER]),
        accepted(shown, 0),
    )
    assert named(response) == {
        "feedback[1].card": "value",
        "feedback[1].outcome": "value",
        "feedback[1].outcomeTimestamp": "value",
        "feedback[2].card": "required",
        "feedback[2].outcome": "required",
        "feedback[2].outcomeTimestamp": "required",
        "feedback[3]": "value",
        "feedback[4].overrideReason": "required",
        "feedback[5].overrideReason.reason": "value",
        "feedback[5].overrideReason.userComment": "value",
        "feedback[6].acceptedSuggestions": "required",
        "feedback[7].acceptedSuggestions": "required",
        "feedback[8].acceptedSuggestions[0].id": "required",
        "feedback[8].acceptedSuggestions[1].id": "value",
        "feedback[8].acceptedSuggestions[2]": "value",
    }
    assert MARKER not in response.text
    assert len(kept(settings)) == 2


def test_unknown_and_forged_cards_are_named_by_their_place(client: FlaskClient, settings: Settings) -> None:
    shown = card(client)
    other = answered(client, hookInstance="00000000-0000-4000-8000-000000000000")["cards"][0]
    response = post(
        client,
        overridden(FORGED),
        overridden(MARKER),
        overridden(shown["suggestions"][0]["uuid"]),
        accepted(shown, acceptedSuggestions=[{"id": FORGED}]),
        accepted(shown, acceptedSuggestions=[{"id": shown["uuid"]}]),
        accepted(shown, acceptedSuggestions=[{"id": other["suggestions"][0]["uuid"]}]),
        overridden(shown["uuid"]),
    )
    assert named(response) == {
        "feedback[0].card": "not-found",
        "feedback[1].card": "not-found",
        "feedback[2].card": "not-found",
        "feedback[3].acceptedSuggestions[0].id": "not-found",
        "feedback[4].acceptedSuggestions[0].id": "not-found",
        "feedback[5].acceptedSuggestions[0].id": "not-found",
    }
    assert FORGED not in response.text
    assert MARKER not in response.text
    assert len(kept(settings)) == 1


def test_of_very_many_problems_the_first_are_named_and_the_others_counted(client: FlaskClient) -> None:
    response = post(client, *[{}] * 50, overridden(card(client)["uuid"]))
    issues = response.get_json()["issue"]
    assert len(issues) == 102
    assert "50 more" in issues[100]["details"]["text"]
    assert "1 answers were stored" in issues[101]["details"]["text"]


def test_what_is_said_twice_in_two_ways_is_not_guessed_at(client: FlaskClient, settings: Settings) -> None:
    uuid = card(client)["uuid"]
    once = json.dumps(overridden(uuid, overrideReason={"userComment": "one"}))
    texts = (
        once.replace('"outcome":', '"outcome": "accepted", "outcome":'),
        once.replace('"userComment":', '"userComment": "two", "userComment":'),
        once,
    )
    response = client.post(URL, data=f'{{"feedback": [{",".join(texts)}]}}', content_type="application/json")
    assert named(response) == {"feedback[0]": "value", "feedback[1].overrideReason": "value"} | {
        "feedback[1]": "value"
    }
    assert len(kept(settings)) == 1
    twice = client.post(
        URL, data=f'{{"feedback": [], "feedback": [{once}]}}', content_type="application/json"
    )
    assert twice.status_code == 400


def test_a_batch_beyond_all_bounds_is_refused(client: FlaskClient) -> None:
    body = b'{"feedback": [' + b"{}," * 700_000 + b"{}]}"
    assert client.post(URL, data=body, content_type="application/json").status_code == 413
    many = post(client, *[{}] * 5001)
    assert (many.status_code, many.get_json()["issue"][0]["expression"]) == (413, ["feedback"])
    response = post(client, accepted(card(client), acceptedSuggestions=[{}] * 101))
    assert named(response) == {"feedback[0].acceptedSuggestions": "value"}


@pytest.mark.parametrize(
    ("body", "status", "element"),
    [
        (b"{", 400, None),
        (b'{"feedback": [NaN]}', 400, None),
        (b'{"feedback": ["\xff"]}', 400, None),
        (b"[" * 100_000, 400, None),
        (b'{"feedback": ["\\ud800"]}', 400, None),
        (b"[]", 422, None),
        (b"{}", 422, "feedback"),
        (b'{"feedback": {}}', 422, "feedback"),
        (b'{"feedback": null}', 422, "feedback"),
    ],
)
def test_a_body_that_is_no_batch_is_refused(
    client: FlaskClient, body: bytes, status: int, element: str | None
) -> None:
    response = client.post(URL, data=body, content_type="application/json")
    assert response.status_code == status
    (issue,) = response.get_json()["issue"]
    assert issue.get("expression", [None]) == [element]


def test_what_is_not_json_by_its_headers_or_for_nobody_is_refused(client: FlaskClient) -> None:
    assert client.post(URL, data=b"{}", content_type="text/plain").status_code == 415
    assert post(client, url="/cds-services/nobody/feedback").status_code == 404
    refused = client.get(URL)
    assert refused.status_code == 405
    assert "POST" in refused.headers["Allow"]


def test_a_store_out_of_reach_is_a_503_and_loses_nothing_in_silence(
    client: FlaskClient, settings: Settings
) -> None:
    uuid = card(client)["uuid"]
    assert settings.state_dir is not None
    aside = settings.state_dir / "aside"
    file = settings.state_dir / "store.sqlite3"
    file.rename(aside)
    response = post(client, overridden(uuid))
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.get_json()["issue"][0]["code"] == "transient"
    # Hooks are answered all the same.
    assert card(client)["uuid"] == uuid
    aside.rename(file)
    assert post(client, overridden(uuid)).status_code == 200
    assert len(kept(settings)) == 1


# Silence


def findings(response: Json) -> list[Json]:
    found: list[Json] = response["extension"]["com.bone-health-cds.evaluation"]["findings"]
    return found


def test_a_card_that_will_be_addressed_later_is_silent_and_the_trace_says_why(client: FlaskClient) -> None:
    shown = card(client)
    assert post(client, overridden(shown["uuid"], "will-address-later")).status_code == 200
    again = answered(client, hookInstance="00000000-0000-4000-8000-000000000001")
    assert again["cards"] == []
    assert findings(again) == [
        {
            "topic": shown["source"]["topic"]["code"],
            "shown": "silenced",
            "silencedBy": [{"answer": "will-address-later", "answered": "2026-01-15", "until": "2026-04-15"}],
        }
    ]
    later = {"com.bone-health-cds.as-of": "2026-04-16"}
    assert len(answered(client, extension=later)["cards"]) == 1


@pytest.mark.parametrize("reason", [None, "contraindicated", "limited-life-expectancy", "data-wrong", MARKER])
def test_no_other_answer_silences_a_card(client: FlaskClient, reason: str | None) -> None:
    assert post(client, overridden(card(client)["uuid"], reason)).status_code == 200
    assert len(answered(client)["cards"]) == 1


def test_an_accepted_suggestion_is_not_made_again_and_the_card_stays(client: FlaskClient) -> None:
    shown = card(client)
    assert post(client, accepted(shown, 0)).status_code == 200
    again = answered(client)
    (now,) = again["cards"]
    assert [each["label"] for each in now["suggestions"]][:3] == [
        each["label"] for each in shown["suggestions"][1:]
    ]
    (finding,) = findings(again)
    assert finding["shown"] == "card"
    assert finding["silencedBy"] == [
        {
            "answer": "accepted",
            "suggestion": "frax-task",
            "answered": "2026-01-15",
            "until": "2026-04-15",
        }
    ]


# Who sends it, and who reads it


@pytest.mark.protocol("G7")
def test_an_answer_is_taken_after_a_restart_and_under_a_later_key(tmp_path: Path) -> None:
    one, two = "0a" * 32, "0b" * 32
    database = f"sqlite:///{tmp_path}/store.sqlite3"
    before = create_app(Settings(dev=True, database_url=database, card_keys=(one,))).test_client()
    shown = card(before)
    after = create_app(Settings(dev=True, database_url=database, card_keys=(two, one))).test_client()
    assert card(after)["uuid"] != shown["uuid"]
    assert post(after, overridden(shown["uuid"], "patient-declined")).status_code == 200
    assert answered(after)["cards"] == []
    forgotten = create_app(Settings(dev=True, database_url=database, card_keys=(two,))).test_client()
    assert named(post(forgotten, overridden(shown["uuid"]))) == {"feedback[0].card": "not-found"}


def test_a_key_that_was_made_is_the_same_after_a_restart(settings: Settings) -> None:
    uuids = {card(create_app(settings).test_client())["uuid"] for _ in range(2)}
    assert len(uuids) == 1


def test_a_client_answers_its_own_cards_only(client: FlaskClient, settings: Settings) -> None:
    uuid = card(client)["uuid"]
    kept_here = keep(settings)
    assert kept_here.feedback
    another = Flask(__name__)
    another.register_blueprint(
        blueprint(
            {"bone-health-patient-view"},
            keys=kept_here.keys,
            store=kept_here.feedback,
            keeps_comments=True,
            authenticated=lambda _service: Client(name="another"),
        )
    )
    assert named(post(another.test_client(), overridden(uuid))) == {"feedback[0].card": "not-found"}
    assert kept(settings) == []
    kept_here.release()


def test_a_hook_writes_nothing(client: FlaskClient, settings: Settings) -> None:
    def on_disk() -> list[bytes]:
        assert settings.state_dir is not None
        files = (settings.state_dir / name for name in ("store.sqlite3", "store.sqlite3-wal", "card.key"))
        return [file.read_bytes() for file in files if file.exists()]

    shown = card(client)
    post(client, overridden(shown["uuid"], "data-wrong"))
    before = on_disk()
    for _ in range(10):
        assert card(client)["uuid"] == shown["uuid"]
    assert on_disk() == before


# What the public sandbox sends


def sample(name: str) -> Json:
    path = Path(__file__).parent / "samples" / f"feedback-{name}.json"
    body: Json = json.loads(path.read_bytes())
    return body


@pytest.mark.protocol("G9")
def test_feedback_of_the_public_sandbox_is_taken(client: FlaskClient, settings: Settings) -> None:
    shown = card(client)
    (override,) = sample("overridden")["feedback"]
    (accept,) = sample("accepted")["feedback"]
    unknown = client.post(URL, json=sample("accepted"))
    assert named(unknown) == {"feedback[0].card": "not-found"}
    accept |= {"card": shown["uuid"], "acceptedSuggestions": [{"id": shown["suggestions"][1]["uuid"]}]}
    assert post(client, accept).status_code == 200
    # Its reason is one of the service it was recorded with.
    override["card"] = shown["uuid"]
    assert post(client, override).status_code == 200
    assert {(row.outcome, row.reason) for row in kept(settings)} == {
        ("accepted", None),
        ("overridden", "other"),
    }


# What is on disk


def test_nothing_of_the_chart_is_in_the_store(client: FlaskClient, settings: Settings) -> None:
    shown = card(client)
    reason = {"reason": {"code": "data-wrong", "display": MARKER}}
    assert (
        post(client, overridden(shown["uuid"], overrideReason=reason), accepted(shown, 0)).status_code == 200
    )
    assert settings.state_dir is not None
    files = list(settings.state_dir.iterdir())
    assert {file.name for file in files} >= {"store.sqlite3", "card.key"}
    content = b"".join(file.read_bytes() for file in files)
    sent = request()
    for secret in (
        MARKER,
        sent["context"]["patientId"],
        sent["context"]["userId"],
        sent["hookInstance"],
        "-1.9",
    ):
        assert secret.encode() not in content
    for file in files:
        assert file.stat().st_mode & 0o077 == 0, file.name
