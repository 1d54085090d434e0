"""What the typed inputs say of themselves."""

import datetime
from decimal import Decimal

import pytest

from fhir_mappings.inputs import DoseSpan, Glucocorticoid
from fhir_mappings.reader import MedicationAdministration, Period, RiskAssessment


def _span(first: int, last: int, mg: str) -> DoseSpan:
    month = datetime.date(2025, 11, 1)
    return DoseSpan(start=month.replace(day=first), end=month.replace(day=last), mg_per_day=Decimal(mg))


def _course(*spans: DoseSpan) -> Glucocorticoid:
    return Glucocorticoid(
        drugs=("prednisone",), spans=spans, current=True, references=("MedicationRequest/1",)
    )


def test_days_of_a_course_count_from_a_dose_on_and_with_both_ends() -> None:
    course = _course(_span(1, 10, "10"), _span(11, 15, "7.5"), _span(16, 30, "5"))
    assert course.days_at_least(Decimal("7.5")) == 15
    assert course.days_at_least(Decimal(10)) == 10
    assert course.mg_per_day == Decimal(5)


def test_a_course_of_which_no_dose_could_be_read_has_none() -> None:
    assert _course().mg_per_day is None
    assert _course().days_at_least(Decimal(0)) == 0


@pytest.mark.parametrize(
    ("period", "when"),
    [
        (Period(start="2025-01-01", end="2025-02-01"), "2025-02-01"),
        (Period(start="2025-01-01"), "2025-01-01"),
        (None, None),
    ],
)
def test_what_lasted_is_dated_by_its_end(period: Period | None, when: str | None) -> None:
    assert MedicationAdministration(effective_period=period).effective == when
    assert RiskAssessment(occurrence_period=period).occurrence == when
