import datetime

import pytest

from fhir_mappings.dates import add_months, earliest_day, is_partial, latest_day, years_between

DAY = datetime.date


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", DAY(2026, 1, 1), DAY(2026, 12, 31)),
        ("2026-04", DAY(2026, 4, 1), DAY(2026, 4, 30)),
        ("2024-02", DAY(2024, 2, 1), DAY(2024, 2, 29)),
        ("2026-12", DAY(2026, 12, 1), DAY(2026, 12, 31)),
        ("9999", DAY(9999, 1, 1), DAY(9999, 12, 31)),
        ("2026-01-15", DAY(2026, 1, 15), DAY(2026, 1, 15)),
        (" 2026-01-15 ", DAY(2026, 1, 15), DAY(2026, 1, 15)),
        ("2026-01-15T08:00:00Z", DAY(2026, 1, 15), DAY(2026, 1, 15)),
        ("2026-01-15T08:00:00", DAY(2026, 1, 15), DAY(2026, 1, 15)),
        ("2026-01-15 08:00", DAY(2026, 1, 15), DAY(2026, 1, 15)),
        ("2026-01-15T", DAY(2026, 1, 15), DAY(2026, 1, 15)),
    ],
)
def test_a_fhir_date_has_a_first_and_a_last_day(text: str, first: datetime.date, last: datetime.date) -> None:
    assert (earliest_day(text), latest_day(text)) == (first, last)


@pytest.mark.parametrize("text", ["2026-01-15T23:30:00-08:00", "2026-01-15T00:30:00+14:00"])
def test_the_day_is_the_one_written_down_where_it_happened(text: str) -> None:
    assert earliest_day(text) == DAY(2026, 1, 15)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "yesterday",
        "2026-13",
        "2026-02-30",
        "2026-02-30T08:00:00Z",
        "0000-01-01",
        "26-01-15",
        "2026-1-5",
        "2026/01/15",
        "2026-01-15x",
        "2026-01-1",
        "15.01.2026",
    ],
)
def test_what_is_no_date_has_no_day(text: str | None) -> None:
    assert earliest_day(text) is None
    assert latest_day(text) is None


@pytest.mark.parametrize(
    ("text", "partial"),
    [("2026", True), ("2026-01", True), ("2026-01-15", False), ("2026-01-15T08:00:00Z", False)],
)
def test_a_date_is_partial_where_it_leaves_the_day_open(text: str, *, partial: bool) -> None:
    assert is_partial(text) is partial


@pytest.mark.parametrize("text", [None, "", "soon"])
def test_what_is_no_date_is_not_partial(text: str | None) -> None:
    assert not is_partial(text)


@pytest.mark.parametrize(
    ("birth", "age"), [("1976-01-15", 50), ("1976-01-16", 49), ("1976-01-14", 50), ("2026-01-16", -1)]
)
def test_a_birthday_adds_a_year_on_the_day_itself(birth: str, age: int) -> None:
    assert years_between(DAY.fromisoformat(birth), DAY(2026, 1, 15)) == age


def test_who_is_born_on_29_february_has_the_birthday_on_1_march_in_other_years() -> None:
    assert years_between(DAY(1960, 2, 29), DAY(2026, 2, 28)) == 65
    assert years_between(DAY(1960, 2, 29), DAY(2026, 3, 1)) == 66


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-01-15", 24, "2028-01-15"),
        ("2026-01-15", -60, "2021-01-15"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2025-12-31", -1, "2025-11-30"),
        ("2025-12-31", 1, "2026-01-31"),
    ],
)
def test_months_are_added_to_the_same_day_or_the_last_of_a_shorter_month(
    day: str, months: int, then: str
) -> None:
    assert add_months(DAY.fromisoformat(day), months) == DAY.fromisoformat(then)
