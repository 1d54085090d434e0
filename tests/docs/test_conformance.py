"""docs/conformance.md says of every row of the protocol which tests show it."""

import pytest

from scripts.pages import conformance

ROWS = conformance.rows()
NAMED = {row for test in conformance.tests() for row in test.rows}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_row_is_shown_by_a_test_or_says_why_not(row: conformance.Row) -> None:
    if row.not_applicable is None:
        assert row.id in NAMED, f"no test names {row.id}: {row.rule}"
    else:
        assert row.id not in NAMED, f"{row.id} is shown, and says that it does not apply"


def test_no_test_names_a_row_that_there_is_not() -> None:
    assert {row.id for row in ROWS} >= NAMED


def test_rows_have_ids_of_their_own() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS)
