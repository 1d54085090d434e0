"""Answers of a FHIR server: what they hold, and what state of knowledge they leave."""

import pytest

from fhir_mappings.bundle import joined, open_answer
from fhir_mappings.reader import Irrelevant, Medication, Observation, Unreadable
from tests.charts import Json, bundle, condition, patient, t_score, wire


def outcome(*issues: Json) -> Json:
    return {"resourceType": "OperationOutcome", "issue": list(issues)}


def issue(severity: str, code: str = "exception") -> Json:
    return {"severity": severity, "code": code}


@pytest.mark.parametrize(
    "nothing", [None, bundle(), {"resourceType": "Bundle"}, {"resourceType": "Bundle", "entry": None}]
)
def test_null_and_an_empty_bundle_mean_asked_and_none(nothing: object) -> None:
    assert open_answer(wire(nothing)).state == "empty"


def test_a_bundle_holds_its_resources_whatever_its_type() -> None:
    for kind in ("searchset", "collection", None):
        contents = open_answer(wire({**bundle(t_score("-1.9")), "type": kind}))
        assert contents.state == "supplied"
        assert [type(each) for each in contents.resources] == [Observation]


def test_a_resource_without_a_bundle_is_taken_as_it_is() -> None:
    contents = open_answer(wire(t_score("-1.9")))
    assert contents.state == "supplied"
    assert isinstance(contents.resources[0], Observation)


def test_a_broken_resource_without_a_bundle_is_named() -> None:
    contents = open_answer(wire({**t_score("-1.9"), "id": "x", "code": 5}))
    assert contents.state == "supplied"
    assert contents.resources == (
        Unreadable(
            kind="Observation", reference="Observation/x", because="code: expected `object | null`, got `int`"
        ),
    )


@pytest.mark.parametrize(
    "strange", ["text", 5, [], True, {}, {"resourceType": 5}, {"resourceType": "Bundle", "entry": 5}]
)
def test_what_fhir_does_not_know_is_a_failure_and_not_an_absence(strange: object) -> None:
    assert open_answer(wire(strange)).state == "failed"


def test_a_resource_of_a_type_nobody_asks_for_is_no_answer() -> None:
    assert open_answer(wire({"resourceType": "Basic", "id": "1"})).state == "failed"


def test_a_bad_entry_costs_the_others_nothing() -> None:
    good = t_score("-1.9")
    entries = [
        {"resource": {**good, "id": "bad", "valueQuantity": "many"}},
        {"resource": good},
        {"resource": {"resourceType": "Basic"}},
        {"resource": None},
        {"fullUrl": "urn:uuid:1"},
        7,
    ]
    contents = open_answer(wire({"resourceType": "Bundle", "entry": entries}))
    bad, kept, ignored, *empty = contents.resources
    assert contents.state == "supplied"
    assert isinstance(bad, Unreadable)
    assert (bad.reference, bad.because) == (
        "Observation/bad",
        "valueQuantity: expected `object | null`, got `str`",
    )
    assert isinstance(kept, Observation)
    assert isinstance(ignored, Irrelevant)
    assert empty == [Unreadable(kind=None, reference="entry", because="holds no resource")] * 3


def test_an_operation_outcome_is_an_error_and_not_an_absence() -> None:
    assert open_answer(wire(outcome(issue("error")))).state == "failed"
    assert open_answer(wire(outcome(issue("fatal")))).state == "failed"
    assert open_answer(wire(outcome(issue("warning"), issue("error")))).state == "failed"
    assert open_answer(wire(outcome())).state == "failed"
    assert open_answer(wire(bundle(outcome(issue("error"))))).state == "failed"


@pytest.mark.parametrize("severity", ["warning", "information"])
def test_advice_alone_is_no_failure(severity: str) -> None:
    assert open_answer(wire(outcome(issue(severity)))).state == "empty"
    assert open_answer(wire(bundle(outcome(issue(severity))))).state == "empty"


def test_a_resource_type_that_a_server_does_not_support_is_no_failure() -> None:
    assert open_answer(wire(outcome(issue("error", "not-supported")))).state == "empty"
    mixed = outcome(issue("error", "not-supported"), issue("error", "timeout"))
    assert open_answer(wire(mixed)).state == "failed"


def test_an_error_beside_resources_takes_nothing_from_them_and_says_that_some_are_missing() -> None:
    contents = open_answer(wire(bundle(outcome(issue("error")), t_score("-1.9"))))
    assert contents.state == "truncated"
    assert [type(each) for each in contents.resources] == [Observation]


def test_a_next_link_means_that_a_page_is_missing() -> None:
    paged = {**bundle(t_score("-1.9")), "link": [{"relation": "self"}, {"relation": "next"}]}
    contents = open_answer(wire(paged))
    assert contents.state == "truncated"
    assert len(contents.resources) == 1
    assert open_answer(wire({**bundle(), "link": [{"relation": "next"}]})).state == "truncated"


def test_a_self_link_means_nothing_is_missing() -> None:
    whole = {**bundle(t_score("-1.9")), "link": [{"relation": "self"}]}
    assert open_answer(wire(whole)).state == "supplied"


def test_a_bundle_of_nothing_but_other_types_is_no_answer() -> None:
    old_fhir = {"resourceType": "MedicationOrder", "id": "1"}
    assert open_answer(wire(bundle(old_fhir, old_fhir))).state == "failed"
    assert open_answer(wire(bundle(old_fhir, t_score("-1.9")))).state == "supplied"


def test_links_are_read_also_beside_an_entry_that_is_not() -> None:
    whole = bundle(t_score("-1.9"), {"resourceType": "Basic"})
    assert open_answer(wire({**whole, "link": None})).state == "supplied"
    assert open_answer(wire({**whole, "link": [{"relation": "next"}]})).state == "truncated"


def test_where_the_links_cannot_be_read_a_further_page_is_not_ruled_out() -> None:
    assert open_answer(wire({**bundle(t_score("-1.9")), "link": 5})).state == "truncated"


def test_advice_beside_resources_means_nothing_is_missing() -> None:
    assert open_answer(wire(bundle(outcome(issue("warning")), t_score("-1.9")))).state == "supplied"


@pytest.mark.parametrize("unreadable", [{"issue": {"severity": "error"}}, {"issue": [{"severity": 7}]}])
def test_an_outcome_that_cannot_be_read_is_a_failure(unreadable: Json) -> None:
    broken = {"resourceType": "OperationOutcome", **unreadable}
    assert open_answer(wire(broken)).state == "failed"
    assert open_answer(wire(bundle(broken))).state == "failed"
    assert open_answer(wire(bundle(broken, t_score("-1.9")))).state == "truncated"


def test_a_total_tells_what_did_not_arrive() -> None:
    assert open_answer(wire({"resourceType": "Bundle", "total": 12})).state == "failed"
    assert open_answer(wire({**bundle(t_score("-1.9")), "total": 2})).state == "truncated"
    assert open_answer(wire({**bundle(t_score("-1.9")), "total": 1})).state == "supplied"
    assert open_answer(wire({"resourceType": "Bundle", "total": 0})).state == "empty"


URN = "urn:uuid:11111111-1111-1111-1111-111111111111"
TABLET: Json = {"resourceType": "Medication", "id": "med1", "code": {"text": "alendronate"}}


@pytest.mark.parametrize(
    ("url", "medication", "ids"),
    [
        (URN, TABLET, ["med1", URN.removeprefix("urn:uuid:")]),
        (URN, {**TABLET, "id": None}, [None, URN.removeprefix("urn:uuid:")]),
        ("https://ehr.example/fhir/Medication/med1", TABLET, ["med1"]),
        (None, TABLET, ["med1"]),
        (5, TABLET, ["med1"]),
    ],
)
def test_a_medication_is_known_by_the_url_of_its_entry_too(
    url: object, medication: Json, ids: list[str | None]
) -> None:
    """References within a Bundle may be to the fullUrl of an entry, whatever the id of the resource is."""
    whole = {"resourceType": "Bundle", "entry": [{"fullUrl": url, "resource": medication}]}
    one_is_bad = {**whole, "entry": [*whole["entry"], {"resource": {"resourceType": "Basic"}}]}
    for answer in (whole, one_is_bad):
        found = open_answer(wire(answer)).resources
        assert [each.id for each in found if isinstance(each, Medication)] == ids


@pytest.mark.parametrize(
    "answer",
    [
        None,
        t_score("-1.9"),
        bundle(t_score("-1.9"), patient(), t_score("-2.9")),
        bundle(outcome(issue("warning")), t_score("-1.9")),
        bundle(outcome(issue("error"))),
        bundle({"resourceType": "Basic"}, {"resourceType": "Patient", "id": 5}),
        {"resourceType": "Basic"},
    ],
)
def test_the_kinds_are_those_of_the_resources(answer: Json | None) -> None:
    contents = open_answer(wire(answer))
    assert contents.kinds == {type(each) for each in contents.resources}
    both = joined([contents, open_answer(wire(condition("1")))], complete=True)
    assert both.kinds == {type(each) for each in both.resources}
