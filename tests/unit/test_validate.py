import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cdshooks.cli import main
from cdshooks.replay.validity import Finding, findings
from cdshooks.services import SERVICES
from fhir_mappings import value_sets

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
MARKER = "Zebedee-1931"

Json = dict[str, Any]


def good(name: str = "source-patient") -> Json:
    body: Json = json.loads((FIXTURES / name / "request.json").read_bytes())
    return body


def found(body: Any) -> tuple[Finding, ...]:  # noqa: ANN401 - any JSON
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return findings(raw, SERVICES, value_sets.load(), most_bytes=1_000_000)


def told(body: Any) -> list[tuple[str, str | None]]:  # noqa: ANN401 - any JSON
    return [(each.kind, each.path) for each in found(body) if each.kind != "note"]


def validate(*arguments: str, **options: Any) -> Result:  # noqa: ANN401 - those of click
    return CliRunner().invoke(main, ["validate", *arguments], **options)


@pytest.mark.parametrize("name", ["source-patient", "t-score-osteoporosis", "order-daily-70", "risk-factors"])
def test_a_good_request_is_valid(name: str) -> None:
    path = str(FIXTURES / name / "request.json")
    result = validate(path)
    assert (result.exit_code, result.stdout) == (0, f"ok      {path}\n")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda body: body.pop("hookInstance"), [("call", "hookInstance")]),
        (lambda body: body["context"].pop("patientId"), [("call", "context.patientId")]),
        (
            lambda body: (body.pop("hookInstance"), body["context"].update(userId=5)),
            [("call", "hookInstance"), ("call", "context.userId")],
        ),
        (lambda body: body.update(hook="appointment-book"), [("call", "hook")]),
        (lambda body: body.pop("hook"), [("call", "hook")]),
        (lambda body: body.update(extension={"com.bone-health-cds.as-of": "now"}), [
            ("call", 'extension["com.bone-health-cds.as-of"]')
        ]),
        (lambda body: body["prefetch"].pop("bone-density"), [("data", "prefetch.bone-density")]),
        (lambda body: body["context"].update(patientId="other"), [("data", "prefetch.patient")]),
        (lambda body: body["prefetch"]["patient"].update(birthDate="1963-13-01"), [
            ("fhir", "prefetch.patient.birthDate")
        ]),
        (lambda body: body["prefetch"].update(labs={"entry": []}), [("fhir", "prefetch.labs")]),
        (lambda body: body["prefetch"].update(labs=5), [("fhir", "prefetch.labs")]),
        (
            lambda body: body["prefetch"]["bone-density"]["entry"][0]["resource"].update(
                valueQuantity={"value": "low"}, valueBoolean=True, sample=1
            ),
            [
                ("fhir", "prefetch.bone-density.entry[0].resource.valueQuantity.value"),
                ("fhir", "prefetch.bone-density.entry[0].resource.sample"),
            ],
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_path(
    change: Callable[[Json], object], expected: list[tuple[str, str]]
) -> None:
    body = good()
    body.pop("fhirServer", None)
    change(body)
    assert told(body) == expected


@pytest.mark.parametrize(
    ("resource", "path", "text"),
    [
        ({"resourceType": "Zebra"}, "", "`resourceType` is none of FHIR R4."),
        ({"code": {"text": "x"}}, ".status", "is missing."),
        ({"code": "x"}, ".code", "has to be an object."),
        ({"code": {"text": 5}}, ".code.text", "has to be a string."),
        ({"category": {}}, ".category", "has to be a list, without null in it."),
        ({"category": [None]}, ".category", "has to be a list, without null in it."),
        ({"id": "a b"}, ".id", "is not in the form that FHIR has for it."),
        ({"effectiveDateTime": "2026-01-05T10:00:00"}, ".effectiveDateTime", "is no valid dateTime."),
        ({"issued": "2026-01-05"}, ".issued", "is no valid instant."),
        ({"valueTime": "25:00"}, ".valueTime", "is no valid time."),
        ({"valueQuantity": {"value": "x"}}, ".valueQuantity.value", "has to be a number."),
        ({"valueInteger": 1.5}, ".valueInteger", "has to be a whole number."),
        ({"valueBoolean": "maybe"}, ".valueBoolean", "has to be true or false."),
        ({"sample": 1}, ".sample", "is no element that FHIR R4 has there."),
        ({"no name": 1}, ".…", "is no element that FHIR R4 has there."),
        ({"component": [{"valueString": "x"}]}, ".component[0].code", "is missing."),
        (
            {"valueString": "x", "valueInteger": 1},
            "",
            "has several elements of which one may be there.",
        ),
        ({"contained": [{"resourceType": "Zebra"}]}, ".contained[0]", "`resourceType` is none of FHIR R4."),
        (
            {"contained": [{"resourceType": "Patient", "birthDate": "x"}]},
            ".contained[0].birthDate",
            "is no valid date.",
        ),
    ],
)
def test_every_mistake_in_a_resource_is_told_in_words(resource: Json, path: str, text: str) -> None:
    whole = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, **resource}
    if path == ".status":
        del whole["status"]
    body = good()
    body["prefetch"]["frax"] = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": whole}]}
    at = f"prefetch.frax.entry[0].resource{path}"
    assert [(each.path, each.text) for each in found(body) if each.kind == "fhir"] == [(at, text)]


def test_what_has_to_be_chosen_and_what_lacks_a_type_is_told() -> None:
    body = good("order-daily-70")
    del body["context"]["draftOrders"]["entry"][0]["resource"]["medicationCodeableConcept"]
    body["context"]["draftOrders"]["entry"].append({"resource": {}})
    body["context"]["draftOrders"]["total"] = -1
    assert [(each.path, each.text) for each in found(body) if each.kind == "fhir"] == [
        ("context.draftOrders.total", "is below what FHIR allows."),
        (
            "context.draftOrders.entry[0].resource",
            "has none of several elements of which one has to be there.",
        ),
        ("context.draftOrders.entry[1].resource", "is no FHIR resource: it has no `resourceType`."),
    ]


def test_a_required_key_that_can_be_fetched_is_a_note() -> None:
    body = {**good("bone-density-missing"), "fhirServer": "https://fhir.example.org"}
    (lacking, keys) = found(body)
    assert (lacking.kind, lacking.path) == ("note", "prefetch.bone-density")
    assert "may fetch" in (lacking.hint or "")
    assert keys.text == "Keys that discovery asks for and that are not there: bone-density."


def test_keys_that_nobody_asks_for_are_noted() -> None:
    body = good()
    body["prefetch"] |= {"a1c": None, "no key": None}
    (note,) = found(body)
    assert note.text == "Keys that discovery does not ask for, and that are ignored: a1c, …."


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "The body is not JSON in UTF-8."),
        (b'{"hook": "\xff"}', "The body is not JSON in UTF-8."),
        (b"[]", "The body is not a JSON object."),
        (b'{"hook":' + b"[" * 5000 + b"]" * 5000 + b"}", "The JSON is nested too deeply."),
    ],
)
def test_what_is_no_json_is_told(body: bytes, said: str) -> None:
    assert [(each.kind, each.text) for each in found(body)] == [("call", said)]


def test_a_number_of_thousands_of_digits_ends_the_look_at_resources() -> None:
    body = json.dumps(good()).replace('"prefetch": {', '"prefetch": {"x": ' + "9" * 5000 + ", ", 1)
    (digits,) = [each for each in found(body.encode()) if each.kind == "fhir"]
    assert digits.text == "A number has too many digits: no resource was looked at."


def places(value: Any, *path: str | int) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 - any JSON
    """Where there is a value that is no object and no list."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, member in members:
        yield from places(member, *path, name)
    if not isinstance(value, dict | list):
        yield path


@pytest.mark.parametrize("name", ["t-score-osteoporosis", "order-daily-70"])
def test_no_value_is_ever_told(name: str) -> None:
    values = itertools.cycle((MARKER, [MARKER], {f"{MARKER} ": MARKER}))
    for path, value in zip(places(good(name)), values, strict=False):
        if path[-1] == "resourceType" or path == ("hook",):
            continue
        body = good(name)
        inner: Any = body
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value
        assert not [each for each in found(body) if MARKER in repr(each)], path


def test_several_files_and_standard_input(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    body = good()
    del body["prefetch"]["bone-density"], body["fhirServer"]
    body["prefetch"]["patient"]["gender"] = 5
    bad.write_text(json.dumps(body), encoding="utf-8")
    fine = str(FIXTURES / "source-patient" / "request.json")
    result = validate(fine, str(bad), "-", input="{}")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[:2] == [f"ok      {fine}", f"INVALID {bad}"]
    assert lines[2].startswith("  data  prefetch.bone-density: Data this service needs are missing")
    assert lines[3:6] == [
        "  fhir  prefetch.patient.gender: has to be a string.",
        "  note  prefetch: Keys that discovery asks for and that are not there: bone-density.",
        "INVALID -",
    ]
    assert "  call  `hook` is missing." in lines


def test_json_for_machines() -> None:
    result = validate("--json", "-", input="{}")
    assert result.exit_code == 1
    (checked,) = json.loads(result.stdout)
    assert (checked["file"], checked["valid"]) == ("-", False)
    assert {"kind": "call", "text": "`hook` is missing.", "path": "hook"} in checked["findings"]


def test_a_file_that_cannot_be_read_is_told_before_anything_else() -> None:
    result = validate(str(FIXTURES / "source-patient" / "request.json"), "nowhere.json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nowhere.json" in result.stderr


def test_local_codes_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDSHOOKS_CODE_MAP", str(ROOT / "docs" / "examples" / "local-codes.toml"))
    assert validate(str(FIXTURES / "source-patient" / "request.json")).exit_code == 0


def test_a_body_that_is_larger_than_the_service_accepts_is_told_beside_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = tmp_path / "large.json"
    large.write_bytes(json.dumps({**good(), "hookInstance": "x"}).encode())
    monkeypatch.setenv("CDSHOOKS_MAX_BODY_BYTES", "1024")
    result = CliRunner().invoke(main, ["validate", str(large)])
    assert result.exit_code == 1
    size, instance, *_ = result.stdout.splitlines()[1:]
    assert "is answered with 413; 1024 are accepted." in size
    assert "`hookInstance`" in instance
