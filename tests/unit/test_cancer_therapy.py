"""Cancer therapy: what is current, by code, and until when a dose lasts.

Mutations these tests kill: the interval of each depot by a month, GRACE_DAYS 30 by one day.
"""

import datetime
from typing import Any

import pytest

from fhir_mappings.dates import add_months
from fhir_mappings.inputs import CancerTherapy
from tests.charts import (
    AS_OF,
    ICD10,
    RXNORM,
    SNOMED,
    Json,
    ago,
    concept,
    condition,
    issues,
    mapped,
    order,
    patient,
    procedure,
    statement,
)

ATC = "http://www.whocc.no/atc"
LETROZOLE, ADDBACK, BICALUTAMIDE, LEUPROLIDE_3_MONTHS, LEUPROLIDE = (
    "200064",
    "1488616",
    "83008",
    "1946519",
    "42375",
)
MAN = patient(72, "male")


def found(*resources: Json) -> tuple[CancerTherapy, ...]:
    return mapped(*resources).cancer_therapy


def told(*resources: Json) -> list[tuple[str, str]]:
    return [(each.drug, each.kind) for each in found(*resources)]


def given(code: str, day: str, kind: str = "MedicationAdministration", **members: Any) -> Json:  # noqa: ANN401
    when = "effectiveDateTime" if kind == "MedicationAdministration" else "whenHandedOver"
    return {
        "resourceType": kind,
        "id": f"g-{code}-{day}",
        "status": "completed",
        "medicationCodeableConcept": concept(code, RXNORM),
        "subject": {"reference": "Patient/p1"},
        when: day,
        **members,
    }


@pytest.mark.parametrize("record", [order, statement])
def test_an_active_order_or_statement_counts(record: Any) -> None:  # noqa: ANN401 - a function of the charts
    assert told(record(LETROZOLE)) == [("letrozole", "aromatase inhibitor")]
    assert told(MAN, record(LEUPROLIDE_3_MONTHS)) == [("leuprolide", "androgen deprivation")]


def test_gnrh_is_ovarian_suppression_in_women() -> None:
    assert told(order("50610")) == [("goserelin", "ovarian suppression")]


def test_a_class_code_counts_as_the_drug_does() -> None:
    by_class = {**order(), "medicationCodeableConcept": concept("L02BG04", ATC)}
    assert told(by_class) == [("letrozole", "aromatase inhibitor")]
    by_billing = concept("J9217", "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets")
    assert told(MAN, {**order(), "medicationCodeableConcept": by_billing}) == [
        ("a GnRH agonist or antagonist", "androgen deprivation")
    ]


def test_the_status_code_for_an_aromatase_inhibitor_counts_while_it_is_current() -> None:
    assert told(condition("Z79.811", ICD10)) == [("an aromatase inhibitor", "aromatase inhibitor")]
    over = {"clinicalStatus": {"coding": [{"code": "resolved"}]}}
    assert told(condition("Z79.811", ICD10, **over)) == []


@pytest.mark.parametrize("code", [ADDBACK, BICALUTAMIDE])
def test_combinations_for_endometriosis_and_antiandrogens_do_not_count(code: str) -> None:
    assert told(order(code)) == told(MAN, order(code)) == []


def test_each_drug_is_named_once_since_its_earliest_order() -> None:
    earlier, later = order(LETROZOLE, id="a", authoredOn=ago(300)), order(LETROZOLE, id="b")
    assert [(str(each.since), each.reference) for each in found(later, earlier)] == [
        (ago(300), "MedicationRequest/a")
    ]


def test_a_name_alone_never_counts_and_is_said() -> None:
    inputs = mapped(order(name="letrozole 2.5 mg daily"))
    assert inputs.cancer_therapy == ()
    assert issues(inputs) == ["by-name-only"]


@pytest.mark.parametrize("status", ["completed", "stopped", "on-hold", "draft", "unknown", ""])
def test_an_order_of_tablets_that_is_over_does_not_count(status: str) -> None:
    assert told(order(LETROZOLE, status=status, authoredOn=ago(3))) == []


@pytest.mark.parametrize(
    ("code", "months"),
    [
        ("1115457", 1),
        ("1115462", 1),
        (LEUPROLIDE_3_MONTHS, 3),
        ("1115472", 3),
        ("1946521", 4),
        ("1115257", 6),
        ("2595049", 6),
        ("905062", 3),
        ("905053", 6),
        ("310592", 1),
        ("314008", 3),
        (LEUPROLIDE, 1),
        ("825325", 1),
    ],
)
def test_a_depot_counts_for_its_interval_and_thirty_days(code: str, months: int) -> None:
    due = AS_OF - datetime.timedelta(days=30)
    last = next(
        day
        for back in range(40)
        if add_months(day := add_months(due, -months) - datetime.timedelta(days=3 - back), months) == due
    )
    before = last - datetime.timedelta(days=1)
    for kind in ("MedicationAdministration", "MedicationDispense"):
        assert len(told(MAN, given(code, str(last), kind))) == 1
        assert told(MAN, given(code, str(before), kind)) == []
    assert len(told(MAN, order(code, status="completed", authoredOn=str(last)))) == 1
    assert told(MAN, order(code, status="completed", authoredOn=str(before))) == []
    assert told(MAN, order(code, status="stopped", authoredOn=str(last))) == []


@pytest.mark.parametrize(("supply", "last"), [(90, 120), (30, 60), (None, 60)])
def test_a_supply_of_tablets_counts_for_its_days_and_thirty_more(supply: int | None, last: int) -> None:
    members = {"daysSupply": {"value": supply, "unit": "d"}} if supply else {}
    assert len(told(given(LETROZOLE, ago(last), "MedicationDispense", **members))) == 1
    assert told(given(LETROZOLE, ago(last + 1), "MedicationDispense", **members)) == []
    assert len(told(MAN, given("2472789", ago(last), "MedicationDispense", **members))) == 1


def test_a_supply_of_a_depot_without_a_known_interval_counts_for_its_days() -> None:
    supply = {"daysSupply": {"value": 90, "unit": "d"}}
    assert len(told(MAN, given(LEUPROLIDE, ago(120), "MedicationDispense", **supply))) == 1


@pytest.mark.parametrize("members", [{"status": "not-done"}, {"effectiveDateTime": None}])
def test_a_dose_that_was_not_given_or_without_a_day_does_not_count(members: Json) -> None:
    assert told(MAN, {**given(LEUPROLIDE_3_MONTHS, ago(3)), **members}) == []


def test_a_dose_without_a_day_is_said_unless_cancer_therapy_is_known_otherwise() -> None:
    undated = {**given(LEUPROLIDE_3_MONTHS, ago(3)), "effectiveDateTime": "in spring"}
    assert issues(mapped(MAN, undated)) == ["unreadable"]
    assert issues(mapped(MAN, undated, given(LEUPROLIDE_3_MONTHS, ago(30)))) == []
    assert issues(mapped(MAN, order(BICALUTAMIDE, status="completed", authoredOn=None))) == []


BOTH, ONE = "386634006", "386633000"


def test_removal_of_both_testes_counts_for_good() -> None:
    done = procedure(BOTH, SNOMED, performedDateTime="2015-03-01")
    assert [(each.drug, each.kind, str(each.since)) for each in found(MAN, done)] == [
        ("bilateral orchiectomy", "androgen deprivation", "2015-03-01")
    ]
    assert told(MAN, condition("E89.5", ICD10)) == [("bilateral orchiectomy", "androgen deprivation")]


@pytest.mark.parametrize("members", [{"status": "not-done"}, {"performedDateTime": ago(-3)}])
def test_what_was_not_done_does_not_count(members: Json) -> None:
    assert told(MAN, procedure(BOTH, SNOMED, **members)) == []


def test_an_orchiectomy_of_an_unstated_side_is_a_question() -> None:
    inputs = mapped(MAN, procedure(ONE, SNOMED), procedure())
    assert inputs.cancer_therapy == ()
    assert issues(inputs) == ["site-not-stated"]


@pytest.mark.parametrize(("day", "counts"), [(ago(), True), (ago(-1), False)])
def test_an_operation_of_today_is_there_and_one_of_tomorrow_is_not(day: str, *, counts: bool) -> None:
    assert bool(found(MAN, procedure("386634006", SNOMED, performedDateTime=day))) is counts
