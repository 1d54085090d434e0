import datetime
import functools
import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from cdshooks.chart.gather import Ask, gather
from cdshooks.chart.prefetch import PATIENT_VIEW, Query, templates
from cdshooks.cli import main
from cdshooks.replay import search
from cdshooks.replay.chart import hold
from cdshooks.replay.from_bundle import NoRequestError, build_request
from cdshooks.replay.material import Entry, MaterialError, read
from cdshooks.services.service import Call, Service
from cdshooks.wire.request import CarefulRequest, OrderSelectContext, OrderSignContext, PatientViewContext
from cdshooks.wire.response import HookResponse
from fhir_mappings import value_sets

LOINC = "http://loinc.org"
T_SCORE = "38265-5"
VERBATIM = "-3.7203722204883998"
UUID = "d67a0cff-8f7e-46f7-bb99-577a6623e59a"
PATIENT: dict[str, Any] = {"resourceType": "Patient", "id": "p1", "gender": "female"}
MIXED = {
    "patient": "Patient/{{context.patientId}}",
    "t-scores": f"Observation?patient={{{{context.patientId}}}}&code={LOINC}|{T_SCORE},{LOINC}|80946-7",
    "orders": "MedicationRequest?patient={{context.patientId}}&_count=250",
    "allergies": "AllergyIntolerance?patient={{context.patientId}}",
}


def no_answer(_call: Call) -> HookResponse:
    raise NotImplementedError


def service(prefetch: dict[str, str] | None = None, hook: str = "patient-view") -> Service:
    """A service with these templates; with those of patient-view where none are given."""
    return Service(
        id=f"fake-{hook}",
        hook=hook,
        context=PatientViewContext,
        title="Fake",
        description="Is only asked for its templates.",
        usage_requirements="None.",
        prefetch=functools.partial(templates, PATIENT_VIEW) if prefetch is None else lambda _: prefetch,
        answer=no_answer,
    )


build = functools.partial(build_request, service=service(MIXED), terminology=value_sets.load())


def bundle(*resources: dict[str, Any], kind: str = "collection", urls: bool = False) -> bytes:
    entries = [
        {"fullUrl": f"urn:uuid:{each['id']}", "resource": each} if urls else {"resource": each}
        for each in resources
    ]
    return json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries}).encode()


def observation(
    name: str, subject: object = "Patient/p1", code: str = T_SCORE, **more: object
) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": name,
        "subject": {"reference": subject} if isinstance(subject, str) else subject,
        "code": {"coding": [{"system": "urn:local", "code": "x"}, {"system": LOINC, "code": code}]},
        **more,
    }


def prefetch_of(request: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request)["prefetch"]
    return found


def ids(answer: dict[str, Any], mode: str = "match") -> list[str]:
    """The ids of the entries of a searchset."""
    return [e["resource"].get("id") for e in answer.get("entry", []) if e["search"]["mode"] == mode]


# The request.


def test_the_request_is_one_of_cds_hooks() -> None:
    body = build(bundle(PATIENT))
    request = msgspec.json.decode(body, type=CarefulRequest)
    assert request.hook == "patient-view"
    assert json.loads(bytes(request.context)) == {"userId": "Practitioner/example", "patientId": "p1"}
    assert request.extension is None
    assert body.endswith(b"}\n")
    assert prefetch_of(body) == {
        "patient": PATIENT,
        "t-scores": {"resourceType": "Bundle", "type": "searchset", "total": 0},
        "orders": {"resourceType": "Bundle", "type": "searchset", "total": 0},
        "allergies": {"resourceType": "Bundle", "type": "searchset", "total": 0},
    }


def test_day_and_user_are_passed_on() -> None:
    request = json.loads(build(bundle(PATIENT), as_of=datetime.date(2020, 1, 5), user="Patient/p1"))
    assert request["extension"] == {"com.bone-health-cds.as-of": "2020-01-05"}
    assert request["context"]["userId"] == "Patient/p1"


def test_the_same_chart_gives_the_same_bytes_and_another_day_another_call() -> None:
    def instance(**arguments: Any) -> str:  # noqa: ANN401 - those of build_request
        return str(json.loads(build(bundle(PATIENT), **arguments))["hookInstance"])

    assert build(bundle(PATIENT)) == build(bundle(PATIENT))
    days = {instance(), *(instance(as_of=datetime.date(2020, 1, day)) for day in (1, 2))}
    assert len(days) == 3


def test_resources_go_in_as_they_are() -> None:
    numbers = f'{{"value": {VERBATIM}, "more": [1.10, 1E5, 12345678901234567890123, "\\u003c\\/"]}}'
    resource = json.dumps(observation("o1", odd="HERE")).replace('"HERE"', numbers)
    body = build(f'{{"resourceType":"Bundle","entry":[{{"resource":{json.dumps(PATIENT)}}},'
                 f'{{"fullUrl":"https://x/Observation/o1","resource":{resource}}}]}}'.encode())  # fmt: skip
    assert re.sub(r"\s", "", resource) in re.sub(r"\s", "", body.decode())
    (entry,) = prefetch_of(body)["t-scores"]["entry"]
    assert entry["fullUrl"] == "https://x/Observation/o1"


@pytest.mark.parametrize("kind", ["transaction", "collection", "searchset", "document"])
def test_any_type_of_bundle_will_do(kind: str) -> None:
    body = build(bundle(PATIENT, observation("o1"), kind=kind))
    assert ids(prefetch_of(body)["t-scores"]) == ["o1"]


def test_what_was_written_by_synthea() -> None:
    patient = {"resourceType": "Patient", "id": UUID}
    drug = {"resourceType": "Medication", "id": "m1"}
    order = {
        "resourceType": "MedicationRequest",
        "id": "r1",
        "subject": {"reference": f"urn:uuid:{UUID}"},
        "medicationReference": {"reference": "urn:uuid:m1"},
    }
    chart = bundle(patient, drug, order, observation("o1", f"urn:uuid:{UUID}"), kind="transaction", urls=True)
    for content in (chart, gzip.compress(chart)):
        prefetch = prefetch_of(build(content))
        assert ids(prefetch["t-scores"]) == ["o1"]
        assert ids(prefetch["orders"]) == ["r1"]
        assert ids(prefetch["orders"], "include") == ["m1"]
        assert prefetch["orders"]["total"] == 1
        assert prefetch["orders"]["entry"][0]["fullUrl"] == "urn:uuid:r1"


def test_ndjson_and_a_resource_by_itself() -> None:
    lines = b"\n".join(json.dumps(each).encode() for each in (PATIENT, observation("o1")))
    assert ids(prefetch_of(build(lines + b"\n\n"))["t-scores"]) == ["o1"]
    assert prefetch_of(build(json.dumps(PATIENT, indent=2).encode()))["patient"] == PATIENT


# Whose chart.


def test_of_two_patients_one_has_to_be_named() -> None:
    both = bundle(PATIENT, PATIENT | {"id": "p2"}, observation("o1"), observation("o2", "Patient/p2"))
    with pytest.raises(NoRequestError, match=r"several patients.*--patient: p1, p2"):
        build(both)
    assert ids(prefetch_of(build(both, patient="p2"))["t-scores"]) == ["o2"]
    with pytest.raises(NoRequestError, match="no Patient of the id p3 in it; there are: p1, p2"):
        build(both, patient="p3")


def test_of_many_patients_ten_are_listed() -> None:
    with pytest.raises(NoRequestError, match=r": 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …$"):
        build(bundle(*(PATIENT | {"id": str(n)} for n in range(12))))


def test_no_patient_or_one_without_an_id() -> None:
    with pytest.raises(NoRequestError, match="no Patient in it"):
        build(bundle(observation("o1")))
    with pytest.raises(NoRequestError, match="has no id"):
        build(bundle({"resourceType": "Patient"}))
    with pytest.raises(NoRequestError, match="several patients"):
        build(bundle(PATIENT, {"resourceType": "Patient"}))


DRAFT = {"resourceType": "MedicationRequest", "id": "d1", "status": "draft", "odd": [1.10]}
OTHER = {"resourceType": "ServiceRequest", "id": "d2"}


@pytest.mark.parametrize(
    "drafts",
    [bundle(DRAFT, OTHER), f"{json.dumps(DRAFT)}\n{json.dumps(OTHER)}\n".encode()],
    ids=["bundle", "ndjson"],
)
def test_drafts_make_it_a_call_of_an_order_hook(drafts: bytes) -> None:
    body = build(bundle(PATIENT), service=service(MIXED, hook="order-sign"), drafts=drafts)
    request = msgspec.json.decode(body, type=CarefulRequest)
    assert request.hook == "order-sign"
    assert prefetch_of(body).keys() == MIXED.keys()
    context = msgspec.json.decode(request.context, type=OrderSignContext)
    assert (context.user_id, context.patient_id) == ("Practitioner/example", "p1")
    orders = json.loads(bytes(context.draft_orders))
    assert orders == {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": DRAFT}, {"resource": OTHER}],
    }
    assert b"1.1" in bytes(context.draft_orders)


def test_all_drafts_are_selected_while_they_are_chosen() -> None:
    body = build(bundle(PATIENT), service=service(hook="order-select"), drafts=bundle(DRAFT, OTHER))
    request = msgspec.json.decode(body, type=CarefulRequest)
    context = msgspec.json.decode(request.context, type=OrderSelectContext)
    assert context.selections == ("MedicationRequest/d1", "ServiceRequest/d2")


def test_other_drafts_are_another_call() -> None:
    def instance(draft: dict[str, Any]) -> str:
        drafts = json.dumps(draft).encode()
        return str(
            json.loads(build(bundle(PATIENT), service=service(MIXED, hook="order-sign"), drafts=drafts))[
                "hookInstance"
            ]
        )

    assert instance(DRAFT) == instance(DRAFT) != instance(OTHER)


@pytest.mark.parametrize(
    ("hook", "drafts", "said"),
    [
        ("order-sign", None, "fake-order-sign is called for order-sign, which takes a draft order too"),
        ("order-sign", bundle(), "takes a draft order too"),
        ("order-select", None, "takes a draft order too"),
        ("order-select", b'{"resourceType": "Basic"}', "without resourceType and id cannot be selected"),
        ("patient-view", bundle(DRAFT), "called for patient-view, which takes no draft"),
        ("order-dispatch", None, "takes more than a chart and drafts"),
        ("order-dispatch", bundle(DRAFT), "takes more than a chart and drafts"),
    ],
)
def test_a_hook_is_given_what_it_takes(hook: str, drafts: bytes | None, said: str) -> None:
    with pytest.raises(NoRequestError, match=said):
        build(bundle(PATIENT), service=service(hook=hook), drafts=drafts)


# The search.

CONTEXT = {"patientId": "p1", "userId": "Practitioner/1"}


def found(template: str, *resources: Any, urls: tuple[str | None, ...] = ()) -> Any:  # noqa: ANN401 - any JSON
    entries = [
        Entry(resource=msgspec.Raw(json.dumps(each).encode()), full_url=urls[n] if n < len(urls) else None)
        for n, each in enumerate(resources)
    ]
    return json.loads(bytes(search.answer(template, CONTEXT, hold(entries))))


MINE = "Observation?patient={{context.patientId}}"


@pytest.mark.parametrize(
    ("subject", "is_found"),
    [
        ("Patient/p1", True),
        ("https://fhir.example.org/r4/Patient/p1", True),
        ("Patient/p1/_history/3", True),
        ("urn:uuid:p1", True),
        ("p1", True),
        ("urn:uuid:0815", True),  # where the Bundle says that the Patient lives
        ("Patient/p11", False),
        ("Patient/P1", False),
        ("Group/p1", False),
        ("urn:uuid:4711", False),
        (None, False),
        ({"display": "p1"}, False),
        ("", False),
    ],
)
def test_references_to_the_patient(subject: object, is_found: bool) -> None:
    chart = (PATIENT, observation("o1", subject))
    assert ids(found(MINE, *chart, urls=("urn:uuid:0815",))) == ["o1"] * is_found


def test_allergies_have_a_patient_instead_of_a_subject() -> None:
    allergy = {"resourceType": "AllergyIntolerance", "id": "a1", "patient": {"reference": "Patient/p1"}}
    assert ids(found("AllergyIntolerance?patient={{context.patientId}}", allergy)) == ["a1"]


@pytest.mark.parametrize(
    ("system", "code", "is_found"),
    [
        (LOINC, T_SCORE, True),
        (LOINC, "80946-7", True),
        (f"{LOINC}/", T_SCORE, False),
        ("https://loinc.org", T_SCORE, False),
        (LOINC, T_SCORE.replace("-5", "-6"), False),
        ("urn:local", T_SCORE, False),
        (None, T_SCORE, False),
    ],
)
def test_codes_match_letter_by_letter(system: str | None, code: str, is_found: bool) -> None:
    resource = observation("o1") | {"code": {"coding": [{"code": "y"}, {"system": system, "code": code}]}}
    template = f"{MINE}&code={LOINC}|{T_SCORE},{LOINC}|80946-7"
    assert ids(found(template, resource)) == ["o1"] * is_found


def test_a_name_is_not_a_code() -> None:
    template = f"{MINE}&code={LOINC}|{T_SCORE}"
    assert ids(found(template, observation("o1") | {"code": {"text": T_SCORE}})) == []
    assert ids(found(template, {"resourceType": "Observation", "subject": {"reference": "p1"}})) == []


def test_broken_resources_are_passed_on() -> None:
    template = f"{MINE}&code={LOINC}|{T_SCORE}"
    broken = [
        observation("o1", valueQuantity="not an object"),
        observation("o2") | {"code": "T-score"},
        observation("o3") | {"code": {"coding": "T-score"}},
        observation("o4") | {"subject": "Patient/p1"},
        observation("o5", {"reference": 5}),
    ]
    assert ids(found(template, *broken, {"resourceType": 5}, "text", None)) == ["o1", "o2", "o3", "o4", "o5"]
    nameless = observation("") | {"id": 5}
    assert found(template, nameless)["entry"][0]["resource"] == nameless


def test_a_page_is_as_long_as_was_asked_for() -> None:
    chart = [observation(f"o{n}") for n in range(3)]
    answer = found(f"{MINE}&_count=2", *chart)
    assert (ids(answer), answer["total"]) == (["o0", "o1"], 3)
    assert [link["relation"] for link in answer["link"]] == ["next"]
    assert "link" not in found(f"{MINE}&_count=3", *chart)


def test_medications_come_with_those_who_point_at_them() -> None:
    def statement(name: str, reference: object) -> dict[str, Any]:
        return {
            "resourceType": "MedicationStatement",
            "id": name,
            "subject": {"reference": "Patient/p1"},
            "medicationReference": {"reference": reference},
        }

    drugs = [{"resourceType": "Medication", "id": f"m{n}"} for n in range(5)]
    answer = found(
        "MedicationStatement?patient={{context.patientId}}",
        *drugs,
        statement("s1", "Medication/m0"),
        statement("s2", "urn:uuid:m1"),
        statement("s3", "https://x/Medication/m2"),
        statement("s4", "Medication/m0"),
        statement("s5", "#m3"),
        statement("s6", "Substance/m3"),
        statement("s7", 5),
        statement("s8", "urn:uuid:0815"),
        urls=(None, None, None, None, "urn:uuid:0815"),
    )
    assert ids(answer, "include") == ["m0", "m1", "m2", "m4"]
    assert answer["total"] == 8


def test_a_read_of_what_is_not_there_is_null() -> None:
    assert found("{{ context.userId }}", PATIENT) is None
    assert found("Patient/{{context.patientId}}", PATIENT) == PATIENT


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (f"{MINE}&date=ge2020-01-01", "Observation?date=ge2020-01-01"),
        (f"{MINE}&code:in=http://x", "Observation?code:in=http://x"),
        (f"{MINE}&_include=Observation:subject", "_include"),
        (f"{MINE}&code={T_SCORE}", f"code={T_SCORE}: only system|code"),
        (f"{MINE}&_count=many", "_count=many"),
        (f"{MINE}&_count=0", "_count=0"),
        (f"{MINE}&patient=p2", "twice"),
        (f"{MINE}&", "not a search"),
        ("Observation?", "not a search"),
        ("?patient=p1", "not a search"),
        # The code of an order is its medicine's, and that of an allergy may be its substance's.
        ("MedicationRequest?code=s|c", "MedicationRequest?code=s|c"),
        ("AllergyIntolerance?code=s|c", "AllergyIntolerance?code=s|c"),
        ("Patient/{{context.encounterId}}", "{{context.encounterId}}"),
        ("Patient/{{userPatientId}}", "{{userPatientId}}"),
        ("metadata", "neither a read"),
    ],
)
def test_what_is_not_known_is_an_error_that_names_it(template: str, said: str) -> None:
    with pytest.raises(search.TemplateError, match=re.escape(said)):
        found(template, PATIENT)


@pytest.mark.parametrize("query", PATIENT_VIEW, ids=lambda query: query.key)
def test_every_query_of_patient_view_can_be_answered(query: Query) -> None:
    terminology = value_sets.load()
    system, code = next(
        (pair for concept in query.concepts for pair in terminology.codes(concept)), ("urn:any", "any")
    )
    resource = {
        "resourceType": query.resource_type,
        "id": "p1",
        "patient" if query.resource_type == "AllergyIntolerance" else "subject": {"reference": "Patient/p1"},
        "code": {"coding": [{"system": system, "code": code}]},
    }
    answer = found(query.template(terminology), resource)
    assert answer == resource if query.resource_type == "Patient" else ids(answer) == ["p1"]


def test_the_service_can_read_what_is_made() -> None:
    body = build(bundle(PATIENT, observation("o1")), service=service())
    request = msgspec.json.decode(body, type=CarefulRequest)
    gathered = gather(Ask(patient_id="p1", prefetch=request.prefetch, queries=PATIENT_VIEW))
    assert gathered.chart.patient is not None
    assert {key for key, state in gathered.ledger.items() if state == "supplied"} == {
        "patient",
        "bone-density",
    }


# The material.


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not JSON"),
        (b"<Patient/>", "is not JSON"),
        (b'{"a": \n1', "is not JSON"),
        (b'{"resourceType": "Patient"}\n{"a"', "line 2 is not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"hook": "patient-view"}', "is not a FHIR resource"),
        (b"[]", "is not a FHIR resource"),
        (b'{"resourceType": "Bundle", "entry": {}}', "is not a FHIR resource"),
        (b'{"resourceType": "\xff"}', "is not UTF-8 text (byte 18)"),
        (gzip.compress(b"{}" * 99)[:-9], "cannot be decompressed"),
    ],
)
def test_material_that_is_none(content: bytes, said: str) -> None:
    with pytest.raises(MaterialError, match=re.escape(said)) as caught:
        read(content)
    assert "\n" not in str(caught.value)


def test_entries_that_are_not_as_they_should_be() -> None:
    entries = b'{"fullUrl": 5, "resource": {"resourceType": "A"}}, {"request": {"method": "DELETE"}}, 5'
    content = b'\xef\xbb\xbf{"resourceType": "Bundle", "entry": [' + entries + b"]}"
    assert [bytes(entry.resource) for entry in read(content)] == [b'{"resourceType": "A"}']
    assert read(b'{"resourceType": "Bundle"}') == ()


# The command.


@pytest.fixture
def request_(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr("cdshooks.commands.request.SERVICES", (service(MIXED), service(hook="order-sign")))

    def run(*arguments: object, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(main, ["request", *map(str, arguments)], input=stdin)

    return run


def test_from_standard_input_to_standard_output(request_: Callable[..., Result]) -> None:
    result = request_("--from-bundle", "-", "--as-of", "2020-01-05", stdin=gzip.compress(bundle(PATIENT)))
    assert result.exit_code == 0
    assert result.stdout_bytes == build(bundle(PATIENT), as_of=datetime.date(2020, 1, 5))


def test_from_a_file_to_a_file(request_: Callable[..., Result], tmp_path: Path) -> None:
    chart, out = tmp_path / "chart.json", tmp_path / "new" / "request.json"
    chart.write_bytes(bundle(PATIENT))
    result = request_("--from-bundle", chart, "--out", out, "--user", "PractitionerRole/7")
    assert (result.exit_code, result.output) == (0, "")
    assert out.read_bytes() == build(bundle(PATIENT), user="PractitionerRole/7")


def test_with_a_draft_it_is_the_call_of_who_signs(request_: Callable[..., Result], tmp_path: Path) -> None:
    draft = tmp_path / "draft.json"
    draft.write_bytes(json.dumps(DRAFT).encode())
    result = request_("--from-bundle", "-", "--draft", draft, stdin=bundle(PATIENT))
    expected = build(bundle(PATIENT), service=service(hook="order-sign"), drafts=draft.read_bytes())
    assert (result.exit_code, result.stdout_bytes) == (0, expected)
    wrong = request_(
        "--from-bundle", "-", "--draft", draft, "--service", "fake-patient-view", stdin=bundle(PATIENT)
    )
    assert wrong.exit_code == 1
    assert "takes no draft" in wrong.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--draft", "/nowhere/draft.json"), 1, "Error: /nowhere/draft.json: cannot be read: No such"),
        (("--service", "nope"), 2, "there are: fake-patient-view, fake-order-sign"),
        (("--service", "fake-order-sign"), 1, "Error: -: fake-order-sign is called for order-sign"),
        (("--user", "Dr. No"), 2, "such as Practitioner/123"),
        (("--as-of", "yesterday"), 2, "yesterday"),
        (("--patient", "p2"), 1, "there are: p1"),
        (("--from-bundle", "/nowhere/chart.json"), 1, "Error: /nowhere/chart.json: cannot be read: No such"),
        (("--out", "/dev/null/x"), 1, "Error: /dev/null/x: cannot be written"),
    ],
)
def test_mistakes_are_told(
    request_: Callable[..., Result], arguments: tuple[str, ...], code: int, said: str
) -> None:
    result = request_("--from-bundle", "-", *arguments, stdin=bundle(PATIENT))
    assert result.exit_code == code
    assert said in result.stderr
    assert code == 2 or result.stderr.count("\n") == 1


def test_the_codes_of_the_hospital_are_asked_for_too(
    request_: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code_map = tmp_path / "codes.toml"
    code_map.write_text(
        '[[code]]\nsystem = "urn:local"\ncode = "x"\nconcept = "t-score"\nsite = "lumbar-spine"\n'
    )
    monkeypatch.setenv("CDSHOOKS_CODE_MAP", str(code_map))
    monkeypatch.setattr("cdshooks.commands.request.SERVICES", (service(),))
    result = request_("--from-bundle", "-", stdin=bundle(PATIENT, observation("o1", code="none")))
    assert ids(prefetch_of(result.stdout_bytes)["bone-density"]) == ["o1"]


def test_a_template_that_cannot_be_answered_is_told(
    monkeypatch: pytest.MonkeyPatch, request_: Callable[..., Result]
) -> None:
    odd = service({"late": "Observation?date=ge2020-01-01"})
    monkeypatch.setattr("cdshooks.commands.request.SERVICES", (odd,))
    result = request_("--from-bundle", "-", stdin=bundle(PATIENT))
    assert result.exit_code == 1
    assert result.stderr == "Error: -: Observation?date=ge2020-01-01: this search is not known here\n"
