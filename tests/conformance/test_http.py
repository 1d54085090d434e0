"""CDS Hooks 2.0/3.0 over HTTP: discovery, calls, errors, headers, CORS."""

import datetime
import io
import json
import logging
from collections.abc import Callable
from typing import Any, Protocol

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cdshooks.services.service import Call
from cdshooks.wire.outcome import Problem

URL = "/cds-services/fake-patient-view"
JSON = "application/json"
AS_OF = "com.bone-health-cds.as-of"
TODAY = datetime.date(2026, 3, 14)
SANDBOX = "https://sandbox.cds-hooks.org"


class Fake(Protocol):
    calls: list[Call]
    failure: Exception | None


def issue(response: TestResponse, status: int) -> dict[str, Any]:
    """The one issue of the OperationOutcome that `response` has to be."""
    assert response.status_code == status
    assert response.content_type == "application/fhir+json"
    outcome = json.loads(response.data)
    assert outcome["resourceType"] == "OperationOutcome"
    (only,) = outcome["issue"]
    assert only["severity"] == "error"
    assert only["details"]["text"]
    assert isinstance(only, dict)
    return only


def post(
    client: FlaskClient,
    body: bytes | dict[str, Any],
    url: str = URL,
    *,
    content_type: str = JSON,
    headers: dict[str, str] | None = None,
) -> TestResponse:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(url, data=raw, content_type=content_type, headers=headers)


# Discovery and health


@pytest.mark.protocol("B1", "B2")
def test_discovery_lists_the_services(client: FlaskClient) -> None:
    response = client.get("/cds-services")
    assert response.status_code == 200
    assert response.content_type == JSON
    (service,) = json.loads(response.data)["services"]
    assert service["id"] == "fake-patient-view"
    assert service["hook"] == "patient-view"
    assert service["prefetch"] == {"patient": "Patient/{{context.patientId}}"}
    assert "usageRequirements" in service


@pytest.mark.protocol("C9")
def test_head_is_get_without_a_body(client: FlaskClient) -> None:
    response = client.head("/cds-services")
    assert response.status_code == 200
    assert response.data == b""
    assert response.content_length == len(client.get("/cds-services").data)


@pytest.mark.protocol("C8", "C13")
@pytest.mark.parametrize("path", ["/cds-services", URL, "/health"])
def test_options_says_what_is_offered_and_has_no_body(client: FlaskClient, path: str) -> None:
    response = client.options(path)
    assert response.status_code == 200
    assert "OPTIONS" in response.headers["Allow"]
    assert response.data == b""
    assert "Content-Type" not in response.headers


def test_health_says_ok(client: FlaskClient) -> None:
    response = client.get("/health")
    assert response.content_type == JSON
    assert json.loads(response.data) == {"status": "ok"}


# A call


@pytest.mark.protocol("C1", "C2", "C3", "C10")
def test_a_call_is_answered_with_cards(client: FlaskClient, body: bytes, fake: Fake) -> None:
    response = post(client, body)
    assert response.status_code == 200
    assert response.content_type == JSON
    assert json.loads(response.data)["cards"] == []
    (call,) = fake.calls
    assert call.as_of == TODAY
    assert not call.as_of_ignored


def test_prefetch_reaches_the_service_as_it_was_sent(
    client: FlaskClient, call: dict[str, Any], fake: Fake
) -> None:
    numbers = b'{"value": 1.50, "big": ' + b"9" * 20_000 + b"}"
    raw = (
        json.dumps(call).encode()[:-1].replace(b'"prefetch": {', b'"prefetch": {"numbers": ' + numbers + b",")
    )
    assert post(client, raw + b"}").status_code == 200
    prefetch = fake.calls[0].request.prefetch
    assert prefetch is not None
    value = prefetch["numbers"]
    assert isinstance(value, msgspec.Raw)
    assert bytes(value) == numbers


@pytest.mark.protocol("B1")
def test_a_doubled_slash_is_no_redirect(client: FlaskClient, body: bytes) -> None:
    assert post(client, body, "/cds-services//fake-patient-view").status_code == 200
    options = client.options("/cds-services//fake-patient-view")
    assert options.status_code == 200


@pytest.mark.protocol("C11")
@pytest.mark.parametrize(
    "media_type", [JSON, "application/json; charset=utf-8", 'application/json;charset="UTF-8"']
)
def test_utf_8_may_be_said_or_not(client: FlaskClient, body: bytes, media_type: str) -> None:
    assert post(client, body, content_type=media_type).status_code == 200


@pytest.mark.protocol("A10", "D9", "D10", "A7")
def test_members_that_are_not_known_are_ignored(client: FlaskClient, call: dict[str, Any]) -> None:
    call |= {"novel": {"a": [1]}, "extension": {"org.example": 1}}
    call["context"]["novel"] = 1
    assert post(client, call).status_code == 200


@pytest.mark.protocol("A5")
def test_null_stands_for_absent(client: FlaskClient, call: dict[str, Any]) -> None:
    call |= {"prefetch": None, "fhirServer": None, "fhirAuthorization": None, "extension": None}
    assert post(client, call).status_code == 200


# The day a call is evaluated for


def test_a_stated_day_is_ignored_unless_honoured(
    client: FlaskClient, call: dict[str, Any], fake: Fake
) -> None:
    post(client, call | {"extension": {AS_OF: "not even a day"}})
    assert fake.calls[0].as_of == TODAY
    assert fake.calls[0].as_of_ignored


def test_a_stated_day_is_honoured_where_the_settings_say_so(
    make_app: Callable[..., Flask], call: dict[str, Any], fake: Fake
) -> None:
    client = make_app(honour_as_of=True).test_client()
    post(client, call | {"extension": {AS_OF: "2020-02-29"}})
    assert fake.calls[0].as_of == datetime.date(2020, 2, 29)
    assert not fake.calls[0].as_of_ignored


@pytest.mark.parametrize("stated", ["2020-02-30", "2020-02", "2020-02-29T00:00:00Z", 20200229, None, [], {}])
def test_a_day_that_is_none_is_refused_where_it_would_count(
    make_app: Callable[..., Flask], call: dict[str, Any], stated: object
) -> None:
    client = make_app(dev=True).test_client()
    found = issue(post(client, call | {"extension": {AS_OF: stated}}), 422)
    assert found["expression"] == [f'extension["{AS_OF}"]']


# 400: not JSON


@pytest.mark.protocol("A1", "A3", "C7", "C13", "J11")
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"  \n",
        b"nope",
        b'{"hook": "patient-view"',
        b'{"hook": "patient-view",}',
        b'{"hook": "patient-view"} trailing',
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\x00}\x00",
        b'{"novel": NaN}',
        b'{"novel": -Infinity}',
        b'{"novel": "\xff"}',
        b'{"novel": "\\ud800"}',
        b'{"hook": "\\udc00"}',
        b'{"novel": "\x00"}',
        b"[" * 100_000,
        b'{"novel":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=lambda raw: repr(raw[:24]),
)
def test_what_is_not_json_is_a_400(client: FlaskClient, raw: bytes) -> None:
    assert issue(post(client, raw), 400)["code"] == "structure"


@pytest.mark.protocol("A1", "C13")
@pytest.mark.parametrize("value", [b"NaN", b'"\\ud800"', b"[" * 100_000 + b"]" * 100_000, b'"\xff"', b"01"])
@pytest.mark.parametrize("member", [b'"context"', b'"prefetch"'])
def test_what_stays_undecoded_is_json_too(
    client: FlaskClient, body: bytes, member: bytes, value: bytes
) -> None:
    raw = body.replace(member + b": {", member + b': {"x": ' + value + b", ")
    assert raw != body
    issue(post(client, raw), 400)


@pytest.mark.protocol("D11")
def test_a_member_of_context_given_twice_is_a_400(client: FlaskClient, body: bytes, fake: Fake) -> None:
    raw = body.replace(b'"patientId": "p1"', b'"patientId": "p1", "patient\\u0049d": "p2"')
    assert raw != body
    assert issue(post(client, raw), 400)["expression"] == ["context"]
    assert not fake.calls


@pytest.mark.protocol("D11")
@pytest.mark.parametrize("last", [True, False], ids=["the prefetch last", "the prefetch elsewhere"])
@pytest.mark.parametrize("size", [10, 5000])
@pytest.mark.parametrize("key", ["conditions", "condit\\u0069ons"])
def test_a_key_of_the_prefetch_given_twice_is_a_400(
    client: FlaskClient, body: bytes, fake: Fake, key: str, size: int, last: bool
) -> None:
    members = json.loads(body)
    del members["prefetch"]
    long = json.dumps({"resourceType": "Bundle", "x": "y" * size})
    prefetch = f'"prefetch": {{"conditions": {long}, "{key}": null, "labs": null}}'
    rest = json.dumps(members)[1:-1]
    raw = f"{{{rest}, {prefetch}}}" if last else f"{{{prefetch}, {rest}}}"
    assert post(client, raw.replace(f', "{key}": null', "").encode()).status_code == 200
    calls = len(fake.calls)
    assert issue(post(client, raw.encode()), 400)["code"] == "structure"
    assert len(fake.calls) == calls


@pytest.mark.protocol("C13")
def test_very_long_numbers_in_context_are_no_error_of_ours(client: FlaskClient, body: bytes) -> None:
    raw = body.replace(b'"context": {', b'"context": {"n": ' + b"9" * 20_000 + b', "m": 1e999999, ')
    assert post(client, raw).status_code == 200


@pytest.mark.protocol("C13")
def test_nesting_that_only_the_service_reads_is_a_400(client: FlaskClient, body: bytes, fake: Fake) -> None:
    fake.failure = RecursionError("maximum recursion depth exceeded")
    issue(post(client, body), 400)


# 404, 405, 413, 415


@pytest.mark.protocol("C6", "C8")
@pytest.mark.parametrize(
    "path", ["/", "/cds-services/", "/cds-services//", "/static/x", "/favicon.ico", "//cds-services"]
)
def test_an_unknown_path_is_a_404(client: FlaskClient, path: str) -> None:
    assert issue(client.get(path), 404)["code"] == "not-found"


@pytest.mark.protocol("C8")
def test_an_unknown_service_is_a_404_whatever_the_body(client: FlaskClient) -> None:
    assert issue(post(client, b"nope", "/cds-services/other"), 404)["code"] == "not-found"


@pytest.mark.protocol("C8")
def test_a_wrong_method_is_a_405_that_says_which_are_right(client: FlaskClient) -> None:
    response = client.get(URL)
    assert issue(response, 405)["code"] == "not-supported"
    assert set(response.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}
    response = client.post("/cds-services")
    issue(response, 405)
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.protocol("C8")
def test_a_body_over_the_limit_is_a_413(make_app: Callable[..., Flask], body: bytes) -> None:
    exact = make_app(max_body_bytes=len(body)).test_client()
    assert post(exact, body).status_code == 200
    tight = make_app(max_body_bytes=len(body) - 1).test_client()
    assert issue(post(tight, body), 413)["code"] == "too-long"


@pytest.mark.protocol("C8")
def test_a_body_over_the_limit_is_a_413_without_a_length_too(
    make_app: Callable[..., Flask], body: bytes
) -> None:
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}

    def send(limit: int) -> TestResponse:
        return (
            make_app(max_body_bytes=limit)
            .test_client()
            .post(URL, input_stream=io.BytesIO(body), content_type=JSON, environ_overrides=chunked)
        )

    assert send(len(body)).status_code == 200
    issue(send(len(body) - 1), 413)


@pytest.mark.protocol("C7", "C13")
def test_a_body_that_ends_early_is_a_400(client: FlaskClient, body: bytes) -> None:
    longer = {"CONTENT_LENGTH": str(len(body) + 1)}
    response = client.post(URL, data=body, content_type=JSON, environ_overrides=longer)
    issue(response, 400)


@pytest.mark.protocol("C8")
@pytest.mark.parametrize(
    "media_type",
    [
        "",
        "text/plain",
        "application/fhir+json",
        "application/json; charset=iso-8859-1",
        "application/x-www-form-urlencoded",
    ],
)
def test_another_media_type_is_a_415(client: FlaskClient, body: bytes, media_type: str) -> None:
    response = post(client, body, content_type=media_type)
    assert issue(response, 415)["code"] == "not-supported"
    assert response.headers["Accept"] == JSON


@pytest.mark.protocol("C8")
def test_a_content_coding_is_a_415(client: FlaskClient, body: bytes) -> None:
    response = post(client, body, headers={"Content-Encoding": "gzip"})
    issue(response, 415)
    assert response.headers["Accept-Encoding"] == "identity"
    assert post(client, body, headers={"Content-Encoding": "identity"}).status_code == 200


# 422: JSON, but not a call


@pytest.mark.protocol("C7", "C6", "J9")
@pytest.mark.parametrize("raw", [b"[]", b"1", b"null", b'"text"'])
def test_a_body_that_is_not_an_object_is_a_422(client: FlaskClient, raw: bytes) -> None:
    found = issue(post(client, raw), 422)
    assert found["code"] == "structure"
    assert "expression" not in found


@pytest.mark.protocol("D1", "D2", "D3", "C6", "J9", "H1")
@pytest.mark.parametrize("member", ["hook", "hookInstance", "context"])
def test_a_missing_member_is_named(client: FlaskClient, call: dict[str, Any], member: str) -> None:
    del call[member]
    found = issue(post(client, call), 422)
    assert (found["code"], found["expression"]) == ("required", [member])


@pytest.mark.protocol("D1", "D2", "D3", "D4", "C7", "C13", "H1")
@pytest.mark.parametrize(
    ("change", "expression"),
    [
        ({"hook": 1}, "hook"),
        ({"hook": "order-sign"}, "hook"),
        ({"hookInstance": "Zebedee-1931"}, "hookInstance"),
        ({"context": None}, "context"),
        ({"context": ["Zebedee-1931"]}, "context"),
        ({"context": {"userId": "Practitioner/1", "patientId": 1931}}, "context.patientId"),
        ({"context": {"userId": "Practitioner/1", "patientId": "Zebedee-1931 "}}, "context.patientId"),
        ({"context": {"userId": "Practitioner/1"}}, "context.patientId"),
        ({"context": {"patientId": "p1", "userId": "Zebedee-1931"}}, "context.userId"),
        ({"prefetch": ["Zebedee-1931"]}, "prefetch"),
        ({"extension": "Zebedee-1931"}, "extension"),
        ({"fhirServer": {"Zebedee-1931": 1}}, "fhirServer"),
        (
            {
                "fhirAuthorization": {
                    "access_token": "Zebedee-1931",
                    "token_type": "Bearer",
                    "expires_in": 300,
                    "scope": "patient/*.rs",
                    "subject": "bone-health",
                }
            },
            "fhirServer",
        ),
    ],
)
def test_a_wrong_element_is_named_and_no_value_is_quoted(
    client: FlaskClient,
    call: dict[str, Any],
    marker: str,
    caplog: pytest.LogCaptureFixture,
    change: dict[str, Any],
    expression: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    response = post(client, call | change)
    assert issue(response, 422)["expression"] == [expression]
    assert marker not in response.text
    assert marker not in caplog.text


AUTHORIZATION = {
    "access_token": "Zebedee-1931",
    "token_type": "Bearer",
    "expires_in": 300,
    "scope": "patient/*.rs",
    "subject": "bone-health",
}


@pytest.mark.protocol("D4", "D5", "C6")
@pytest.mark.parametrize(
    ("change", "expressions"),
    [
        (
            {"hookInstance": 7, "context": {"patientId": "Zebedee 1931"}},
            ["hookInstance", "context.userId", "context.patientId"],
        ),
        ({"hook": None, "fhirServer": "Zebedee-1931"}, ["hook", "fhirServer"]),
        ({"hook": "order-sign", "fhirAuthorization": AUTHORIZATION}, ["hook", "fhirServer"]),
        (
            {"fhirAuthorization": {"access_token": "", "expires_in": "Zebedee-1931"}},
            [
                f"fhirAuthorization.{each}"
                for each in ("access_token", "token_type", "expires_in", "scope", "subject")
            ],
        ),
        ({"fhirAuthorization": "Zebedee-1931"}, ["fhirAuthorization"]),
        (
            {
                "fhirServer": "https://ehr.example.org",
                "fhirAuthorization": AUTHORIZATION | {"token_type": "MAC"},
            },
            ["fhirAuthorization.token_type"],
        ),
        ({"extension": [], "prefetch": "x", "context": []}, ["prefetch", "extension", "context"]),
    ],
)
def test_everything_that_is_wrong_is_named_at_once(
    client: FlaskClient, call: dict[str, Any], marker: str, change: dict[str, Any], expressions: list[str]
) -> None:
    response = post(client, call | change)
    assert response.status_code == 422
    outcome = json.loads(response.data)
    assert [issue["expression"] for issue in outcome["issue"]] == [[each] for each in expressions]
    assert all(issue["details"]["text"] for issue in outcome["issue"])
    assert marker not in response.text


@pytest.mark.protocol("D5", "D6", "J1")
@pytest.mark.parametrize(
    "scope",
    [
        "patient/*.* user/*.* launch openid profile online_access",
        "user/Patient.read patient/Observation.read",
        "patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory",
        "user/Patient.cruds system/*.rs",
        "something/Else.entirely",
        "",
    ],
)
def test_scopes_of_both_generations_are_taken(client: FlaskClient, call: dict[str, Any], scope: str) -> None:
    call |= {
        "fhirServer": "https://ehr.example.org/fhir",
        "fhirAuthorization": AUTHORIZATION | {"scope": scope},
    }
    assert post(client, call).status_code == 200


@pytest.mark.protocol("D11")
@pytest.mark.parametrize(
    "twice",
    [
        b'{"hook": "order-sign", ',
        b'{"h\\u006fok": "order-sign", ',
        b'{"context": {"userId": "Practitioner/2", "patientId": "p2"}, ',
        b'{"prefetch": {}, ',
    ],
)
def test_a_member_of_the_call_given_twice_is_a_400(
    client: FlaskClient, body: bytes, fake: Fake, twice: bytes
) -> None:
    at_the_end = body[:-1] + b", " + twice[1:].removesuffix(b", ") + b"}"
    for raw in (body.replace(b"{", twice, 1), at_the_end):
        assert issue(post(client, raw), 400)["code"] == "structure"
    assert not fake.calls


@pytest.mark.parametrize("kind", ["Patient", "Basic"])
def test_a_prefetch_is_read_the_same_wherever_it_stands(
    client: FlaskClient, fake: Fake, call: dict[str, Any], kind: str
) -> None:
    prefetch = {"prefetch": {"patient": {"resourceType": kind, "id": "p1"}, "labs": None}}
    del call["prefetch"]
    # A member of the same name may stand elsewhere too.
    call["context"] |= prefetch | {"note": "prefetch"}
    for raw in (
        json.dumps(call | prefetch),
        json.dumps(call | prefetch) + "\r\n",
        json.dumps(call | prefetch).replace('"prefetch"', '"pr\\u0065fetch"'),
        json.dumps(call | prefetch | {"extension": {}}),
        json.dumps(prefetch | call),
    ):
        assert post(client, raw.encode()).status_code == 200
    first, *others = [each.request.prefetch for each in fake.calls]
    assert len(others) == 4
    assert first
    assert all(each == first for each in others)


@pytest.mark.parametrize("end", [b"", b"}", b"]", b" 1}", b',"novel"}', b"}}", b"\x0b}", b"}\x0c"])
def test_what_follows_the_prefetch_has_to_be_json_too(client: FlaskClient, body: bytes, end: bytes) -> None:
    assert body.endswith(b"}}}")
    assert post(client, body[:-1] + end).status_code == (200 if end == b"}" else 400)


PREFETCH = b'"prefetch": {"notes": {"resourceType": "Basic", "id": "' + b"x" * 5000 + b'"}}'


@pytest.mark.protocol("D11")
@pytest.mark.parametrize(
    "rest",
    [
        b'%(prefetch)s, "context": {"userId": "Practitioner/1", "patientId": "p2"}, %(context)s, "n": "%(x)s"',
        b'%(context)s, %(prefetch)s, "context": {"userId": "Practitioner/2", "patientId": "p2"}, %(prefetch)s',
        b'%(context)s, "novel": "%(x)s", "prefetch": null, "more": "%(x)s", %(prefetch)s',
        b'%(context)s, %(prefetch)s, "fhirServer": "https://x.example", "fhirAuthorization": %(twice)s',
        b'%(context)s, %(prefetch)s, "extension": {"org.example.a": {"b": 1, "b": 2}}',
    ],
)
def test_a_member_given_twice_is_found_wherever_it_stands(
    client: FlaskClient, fake: Fake, rest: bytes
) -> None:
    members = rest % {
        b"context": b'"context": {"userId": "Practitioner/1", "patientId": "p1"}',
        b"prefetch": PREFETCH,
        b"x": b"x" * 5000,
        b"twice": json.dumps(AUTHORIZATION).encode().replace(b"{", b'{"access_token": "a", '),
    }
    raw = (
        b'{"hook": "patient-view", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", ' + members + b"}"
    )
    assert issue(post(client, raw), 400)["code"] == "structure"
    assert not fake.calls


@pytest.mark.protocol("D11")
def test_context_and_prefetch_may_be_alike(client: FlaskClient, call: dict[str, Any]) -> None:
    call["context"]["note"] = {"text": "x" * 2000}
    assert post(client, call | {"prefetch": call["context"]}).status_code == 200
    raw = json.dumps(call).replace('"userId"', '"userId": "Practitioner/2", "userId"')
    context = json.dumps(call["context"]).replace('"userId"', '"userId": "Practitioner/2", "userId"')
    raw = raw[:-1] + f', "prefetch": {context}}}'
    assert issue(post(client, raw.encode()), 400)["code"] == "structure"


@pytest.mark.protocol("D11")
def test_context_and_prefetch_may_begin_alike(client: FlaskClient, call: dict[str, Any]) -> None:
    call["context"]["note"] = {"text": "x" * 2000}
    call |= {"prefetch": call["context"] | {"note": {"text": "x" * 2000 + "y"}}, "extension": {}}
    assert post(client, call).status_code == 200
    raw = json.dumps(call).encode()
    assert issue(post(client, raw[:-1] + b', "extension": {}}'), 400)["code"] == "structure"


def test_a_resource_that_has_a_member_of_the_same_name_is_no_repetition(
    client: FlaskClient, call: dict[str, Any]
) -> None:
    call["prefetch"]["encounter"] = {"resourceType": "Encounter", "context": 1, "hook": 2, "prefetch": 3}
    assert post(client, call).status_code == 200


# What goes wrong inside


@pytest.mark.protocol("C13")
def test_an_unexpected_exception_is_a_500_that_tells_and_logs_no_detail(
    client: FlaskClient, body: bytes, fake: Fake, marker: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fake.failure = LookupError(marker)
    fake.failure.__cause__ = OSError(marker)
    response = post(client, body, f"{URL}?patient={marker}")
    assert issue(response, 500)["code"] == "exception"
    assert marker not in response.text
    assert "LookupError" not in response.text
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    line = record.getMessage()
    assert "builtins.LookupError at " in line
    assert "conftest.py:" in line
    assert "caused by builtins.OSError" in line
    assert record.exc_info is None
    assert not any(marker in each.getMessage() or marker in repr(each.args) for each in caplog.records)


@pytest.mark.protocol("C4", "C6")
def test_a_problem_a_service_raises_is_answered_as_it_says(
    client: FlaskClient, body: bytes, fake: Fake
) -> None:
    fake.failure = Problem(412, "processing", "The chart could not be read.", headers={"Retry-After": "9"})
    response = post(client, body)
    assert issue(response, 412)["details"] == {"text": "The chart could not be read."}
    assert response.headers["Retry-After"] == "9"


@pytest.mark.protocol("I18")
def test_the_access_log_holds_the_route_and_nothing_of_the_call(
    client: FlaskClient, body: bytes, marker: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="cdshooks.access")
    post(client, body, f"{URL}?patient={marker}")
    client.get(f"/Patient/{marker}")
    client.open("/cds-services", method=marker)
    lines = [record.getMessage() for record in caplog.records]
    assert [line.split(" ")[:3] for line in lines] == [
        ["POST", "/cds-services/<service_id>", "200"],
        ["GET", "-", "404"],
        ["-", "-", "405"],
    ]
    assert marker not in caplog.text


# Headers and CORS


@pytest.mark.protocol("C14", "I17")
def test_every_answer_is_neither_stored_nor_sniffed(client: FlaskClient, body: bytes, fake: Fake) -> None:
    answers = [
        client.get("/cds-services"),
        client.get("/health"),
        client.get("/nowhere"),
        client.options(URL),
        post(client, body),
        post(client, b"nope"),
    ]
    fake.failure = ValueError()
    answers.append(post(client, body))
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.protocol("I15")
def test_a_preflight_is_answered_for_a_configured_origin(make_app: Callable[..., Flask]) -> None:
    client = make_app(cors_origins=("https://ehr.example.org",)).test_client()
    asked = {
        "Origin": "https://ehr.example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-other",
    }
    response = client.options(URL, headers=asked)
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "https://ehr.example.org"
    assert response.headers["Access-Control-Allow-Headers"] == "authorization, content-type"
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.protocol("I15")
def test_errors_can_be_read_by_a_configured_origin(
    make_app: Callable[..., Flask], body: bytes, fake: Fake
) -> None:
    client = make_app(cors_origins=("https://ehr.example.org",)).test_client()
    origin = {"Origin": "https://ehr.example.org"}
    answers = [post(client, b"nope", headers=origin), client.get("/nowhere", headers=origin)]
    fake.failure = ValueError()
    answers.append(post(client, body, headers=origin))
    assert [answer.status_code for answer in answers] == [400, 404, 500]
    for answer in answers:
        assert answer.headers.getlist("Access-Control-Allow-Origin") == ["https://ehr.example.org"]


@pytest.mark.protocol("I15")
@pytest.mark.parametrize(
    ("settings", "origin", "allowed"),
    [
        ({}, SANDBOX, False),
        ({"dev": True}, SANDBOX, True),
        ({"dev": True}, "http://localhost:3000", True),
        ({"dev": True}, "http://127.0.0.1:8080", True),
        ({"dev": True}, "http://localhost", True),
        ({"dev": True}, "http://localhost.evil.example", False),
        ({"dev": True}, "http://localhost:3000.evil.example", False),
        ({"dev": True}, "https://sandbox-cds-hooks.org", False),
        ({"dev": True, "cors_origins": ("https://ehr.example.org",)}, SANDBOX, False),
        ({"cors_origins": ("https://ehr.example.org",)}, "https://ehr-example.org", False),
        ({"cors_origins": ("https://ehr.example.org",)}, "https://ehr.example.org.evil.example", False),
        ({"cors_origins": ("http://[::1]:8080",)}, "http://[::1]:8080", True),
        ({"cors_origins": ("https://ehr.example.org",)}, None, False),
    ],
)
def test_only_configured_origins_are_allowed(
    make_app: Callable[..., Flask], settings: dict[str, Any], origin: str | None, *, allowed: bool
) -> None:
    response = (
        make_app(**settings).test_client().get("/cds-services", headers={"Origin": origin} if origin else {})
    )
    assert response.headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)


# Answers are held against the rules before they leave


@pytest.mark.protocol("A4")
def test_an_answer_that_breaks_a_rule_does_not_leave(
    make_app: Callable[..., Flask], body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    # The answer of the fake service has an empty extension.
    found = issue(post(make_app(check_answers=True).test_client(), body), 500)
    assert found["code"] == "exception"
    assert "breaks rules of CDS Hooks: A4 extension" in caplog.text
    assert post(make_app(check_answers=False).test_client(), body).status_code == 200


def test_the_setting_of_extra_risk_factors_reaches_the_service(
    make_app: Callable[..., Flask], call: dict[str, Any], fake: Fake
) -> None:
    for extra in (True, False):
        post(make_app(extra_risk_factors=extra).test_client(), call)
        assert fake.calls[-1].extra_risk_factors is extra
