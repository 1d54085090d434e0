"""What came under each prefetch key, and what its absence means; and what the EHR is asked for."""

import re

import msgspec
import pytest

from cdshooks.chart.gather import Ask, Gathered, gather
from cdshooks.chart.prefetch import ORDERS, PATIENT_VIEW, templates
from cdshooks.wire.outcome import Problem
from fhir_mappings.concepts import Concept
from fhir_mappings.inputs import Source
from fhir_mappings.local_codes import LocalCode
from fhir_mappings.mapping import map_chart
from fhir_mappings.value_sets import load
from tests.charts import (
    AS_OF,
    PATIENT,
    Json,
    assessment,
    bundle,
    condition,
    order,
    patient,
    prefetch,
    statement,
    t_score,
    wire,
)

FAILURE: Json = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}


def gathered(keys: Json | None) -> Gathered:
    raw = None if keys is None else {key: msgspec.Raw(wire(value)) for key, value in keys.items()}
    return gather(Ask(patient_id=PATIENT, prefetch=raw, queries=PATIENT_VIEW))


def refused(keys: Json | None) -> tuple[int, str]:
    with pytest.raises(Problem) as problem:
        gathered(keys)
    (issue,) = problem.value.outcome.issue
    assert issue.expression is not None
    return problem.value.status, issue.expression[0]


def without(*keys: str) -> Json:
    return {key: value for key, value in prefetch(t_score("-1.9")).items() if key not in keys}


@pytest.mark.protocol("P3", "P4", "P6", "P8", "J5")
def test_the_ledger_says_of_each_key_what_it_held() -> None:
    keys = {
        **prefetch(t_score("-1.9")),
        "labs": None,
        "allergies": FAILURE,
        "conditions": {**bundle(condition("312894000")), "link": [{"relation": "next"}]},
    }
    del keys["frax"], keys["risk-assessments"]
    found = gathered(keys)
    assert found.ledger == {
        **dict.fromkeys(prefetch(), "empty"),
        "patient": "supplied",
        "bone-density": "supplied",
        "frax": "omitted",
        "risk-assessments": "omitted",
        "conditions": "truncated",
        "allergies": "failed",
    }
    assert found.chart.unanswered == {Source.FRAX, Source.ALLERGIES}
    assert found.chart.truncated == {Source.CONDITIONS}
    assert len(found.chart.conditions) == 1


@pytest.mark.protocol("C4", "P2")
@pytest.mark.parametrize("key", ["patient", "bone-density"])
def test_without_the_patient_or_the_bone_density_there_is_no_answer(key: str) -> None:
    assert refused(without(key)) == (412, f"prefetch.{key}")
    assert refused({**without(), key: FAILURE}) == (412, f"prefetch.{key}")
    assert refused({**without(), key: {}}) == (412, f"prefetch.{key}")


@pytest.mark.protocol("C4", "P2")
@pytest.mark.parametrize("keys", [None, {}])
def test_without_any_prefetch_there_is_no_answer(keys: Json | None) -> None:
    assert refused(keys) == (412, "prefetch.patient")


@pytest.mark.protocol("D12")
@pytest.mark.parametrize(
    "nobody",
    [
        None,
        bundle(),
        {**patient(), "id": "p2"},
        {"resourceType": "Patient", "id": 5},
        {**patient(), "birthDate": 5},
        t_score("-1.9"),
    ],
)
def test_a_patient_that_is_not_the_one_asked_for_is_none(nobody: Json | None) -> None:
    assert refused({**without(), "patient": nobody}) == (412, "prefetch.patient")


NOBODY = [None, bundle(), FAILURE, {**patient(), "id": "p2"}, {"resourceType": "Patient", "id": 5}]


@pytest.mark.protocol("D12", "P2")
@pytest.mark.parametrize("nobody", NOBODY)
def test_an_order_is_checked_without_its_patient_and_that_is_a_gap(nobody: Json | None) -> None:
    raw = {"patient": msgspec.Raw(wire(nobody))}
    for sent in (raw, {}, None):
        found = gather(Ask(patient_id=PATIENT, queries=ORDERS, prefetch=sent))
        assert found.chart.patient is None
        assert {Source.PATIENT, Source.BONE_DENSITY, Source.LABS} <= found.chart.unanswered


@pytest.mark.protocol("P3", "J5")
@pytest.mark.parametrize("nothing", [None, bundle()])
def test_no_bone_density_is_an_answer(nothing: Json | None) -> None:
    found = gathered({**without(), "bone-density": nothing})
    assert found.ledger["bone-density"] == "empty"
    assert Source.BONE_DENSITY not in found.chart.unanswered


def test_medicines_count_as_read_when_either_list_came() -> None:
    for key in ("medication-requests", "medication-statements"):
        assert Source.MEDICATIONS not in gathered(without(key)).chart.unanswered
        keys = {**without(), "medication-requests": bundle(order("314076"))}
        keys["medication-statements"] = bundle(statement("314076"))
        assert Source.MEDICATIONS not in gathered({**keys, key: FAILURE}).chart.unanswered
    lost = without("medication-requests", "medication-statements")
    assert gathered(lost).chart.unanswered == {Source.MEDICATIONS}


def test_frax_is_looked_for_in_risk_assessments_too_and_few_systems_have_them() -> None:
    def frax_of(keys: Json) -> tuple[bool, bool]:
        chart = gathered(keys).chart
        return Source.FRAX in chart.unanswered, Source.FRAX in chart.truncated

    assert frax_of(without()) == (False, False)
    assert frax_of(without("risk-assessments")) == (False, False)
    assert frax_of(without("frax")) == (True, False)
    assert frax_of(without("frax", "risk-assessments")) == (True, False)
    assert frax_of({**without("frax"), "risk-assessments": bundle(assessment())}) == (False, False)
    assert frax_of({**without(), "risk-assessments": FAILURE}) == (False, True)


@pytest.mark.protocol("P13", "P1")
def test_what_nobody_asked_for_is_not_looked_at() -> None:
    found = gathered({**without(), "extra": bundle(condition("312894000"))})
    assert found.chart.conditions == ()
    assert "extra" not in found.ledger


def test_a_patient_in_a_bundle_is_the_patient() -> None:
    assert gathered({**without(), "patient": bundle(patient())}).chart.patient is not None


ASKED = templates(PATIENT_VIEW, load())


def test_the_patient_is_read_and_everything_else_searched_by_patient() -> None:
    assert ASKED["patient"] == "Patient/{{context.patientId}}"
    for key, template in ASKED.items():
        if key != "patient":
            assert re.fullmatch(
                r"[A-Z][A-Za-z]+\?patient=\{\{context\.patientId\}\}(&code=[^&]+)?&_count=250", template
            )


@pytest.mark.parametrize(
    ("key", "codes"),
    [
        ("bone-density", {"38267-1", "38263-0", "38264-8", "38265-5", "80948-3", "38268-9"}),
        ("dxa-reports", {"38269-7", "77080"}),
        ("frax", {"90265-0", "90266-8"}),
        ("labs", {"17861-6", "1995-0", "1751-7", "2160-0", "98979-8", "48642-3", "62292-8"}),
        ("labs", {"3016-3", "2731-8", "6768-6", "2986-8"}),
        ("body-measures", {"29463-7", "8302-2", "39156-5"}),
        ("lifestyle", {"72166-2", "74013-4", "52552-7", "445501000124107", "160685001", "Z74.01"}),
        ("procedures", {"43244", "06L38CZ", "43227", "76876009", "386634006", "43644", "D0120", "108241001"}),
    ],
)
def test_observations_reports_and_procedures_are_asked_for_by_code(key: str, codes: set[str]) -> None:
    asked = ASKED[key].partition("&code=")[2].partition("&")[0].split(",")
    assert len(asked) == len(set(asked))
    assert codes <= {each.rpartition("|")[2] for each in asked}
    assert all(each.count("|") == 1 for each in asked)


@pytest.mark.parametrize(
    "key",
    [
        "conditions",
        "medication-requests",
        "medication-statements",
        "allergies",
        "family-history",
        "risk-assessments",
    ],
)
def test_what_servers_rarely_search_by_code_is_asked_for_whole(key: str) -> None:
    assert "&code=" not in ASKED[key]


@pytest.mark.protocol("B8")
def test_the_hospitals_own_codes_are_asked_for_too() -> None:
    local = load().with_local([LocalCode(system="urn:l", code="CA", concept=Concept.CALCIUM_TOTAL)])
    assert "urn:l|CA" in templates(PATIENT_VIEW, local)["labs"]


@pytest.mark.parametrize(
    ("requests", "statements", "incomplete"),
    [
        ("missing", "empty", True),
        ("empty", "missing", True),
        ("missing", "supplied", False),
        ("supplied", "missing", False),
        ("empty", "empty", False),
    ],
)
def test_an_empty_list_of_medicines_beside_one_nobody_saw_is_incomplete(
    requests: str, statements: str, incomplete: bool
) -> None:
    keys = prefetch(patient())
    for key, state, resource in (
        ("medication-requests", requests, order("904431")),
        ("medication-statements", statements, statement("904431")),
    ):
        if state == "missing":
            del keys[key]
        elif state == "supplied":
            keys[key] = resource
    chart = gathered(keys).chart
    assert (Source.MEDICATIONS in chart.truncated) is incomplete
    assert Source.MEDICATIONS not in chart.unanswered


@pytest.mark.parametrize(
    "refused",
    [
        {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]},
        {"resourceType": "Bundle", "link": [{"relation": "next", "url": "https://x.example.org/2"}]},
        {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Basic", "id": "b"}}]},
    ],
)
@pytest.mark.parametrize("failed", ["medication-requests", "medication-statements"])
def test_a_list_of_medicines_that_failed_beside_an_empty_one_was_not_read(failed: str, refused: Json) -> None:
    keys = {**prefetch(patient()), failed: refused}
    chart = gathered(keys).chart
    assert chart.unanswered == {Source.MEDICATIONS}
    assert chart.truncated == frozenset()
    other = ({"medication-requests", "medication-statements"} - {failed}).pop()
    resource = order("904431") if other == "medication-requests" else statement("904431")
    assert gathered({**keys, other: bundle(resource)}).chart.unanswered == frozenset()


@pytest.mark.parametrize("entry", [{"resource": {"id": 1}}, {"resource": "x"}, {"resource": None}, 7, {}])
@pytest.mark.parametrize(
    ("key", "source"), [("conditions", "conditions"), ("allergies", "allergies"), ("labs", "labs")]
)
def test_an_entry_too_broken_to_say_what_it_is_counts_as_what_was_asked_for(
    entry: Json | int, key: str, source: str
) -> None:
    keys = prefetch(patient(), t_score("-2.7"))
    keys[key] = {"resourceType": "Bundle", "entry": [entry]}
    inputs = map_chart(gathered(keys).chart, AS_OF, load())
    assert source in inputs.incomplete
