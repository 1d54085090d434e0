"""The script that moves thresholds finds each of them, and says what became of it."""

from pathlib import Path

import pytest

from scripts import mutate_thresholds as script
from scripts.mutate_thresholds import Judged, Mutant

TEXT = """
LIMIT = Decimal("3.0")
DAYS, MONTHS = 90, 12
LOW = {"mg/dL": Decimal("8.5"), "mmol/L": Decimal("2.12")}
SPAN = datetime.timedelta(days=30)
WEIGHT = Analyte(unit="kg", ratios={}, low=Decimal(25), high=Decimal(300))
REMEMBERED = 4096
small = 5


def over(value):
    return value >= LIMIT and DAYS < value <= MONTHS and len(value) > 2
"""


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Mutant]:
    monkeypatch.setattr(script, "ROOT", tmp_path)
    (tmp_path / "rule.py").write_text(TEXT)
    source = script.read(tmp_path / "rule.py")
    return list(script.mutants([source], [source]))


def test_each_number_moves_by_one_step_of_its_last_decimal(found: list[Mutant]) -> None:
    moved = [(each.of.partition(" ")[0], each.new) for each in found if each.old not in {">=", "<", "<="}]
    assert moved == [
        ("LIMIT", '"3.1"'), ("LIMIT", '"2.9"'),
        ("DAYS", "91"), ("DAYS", "89"), ("MONTHS", "13"), ("MONTHS", "11"),
        ("LOW", '"8.6"'), ("LOW", '"8.4"'), ("LOW", '"2.13"'), ("LOW", '"2.11"'),
        ("SPAN", "31"), ("SPAN", "29"),
        ("WEIGHT", "26"), ("WEIGHT", "24"), ("WEIGHT", "301"), ("WEIGHT", "299"),
    ]  # fmt: skip


def test_each_comparison_of_values_takes_in_its_limit_or_leaves_it_out(found: list[Mutant]) -> None:
    swapped = [(each.of, each.old, each.new) for each in found if each.old in {">=", "<", "<="}]
    assert swapped == [
        ("value >= LIMIT", ">=", ">"),
        ("DAYS < value <= MONTHS", "<", "<="),
        ("DAYS < value <= MONTHS", "<=", "<"),
    ]


def test_a_change_is_made_where_it_says(found: list[Mutant]) -> None:
    for each in found:
        assert TEXT.encode()[each.start : each.end].decode() == each.old


def test_a_constant_bears_on_the_lines_that_use_it(found: list[Mutant]) -> None:
    limit = next(each for each in found if each.of == "LIMIT")
    line = 1 + TEXT.splitlines().index(
        "    return value >= LIMIT and DAYS < value <= MONTHS and len(value) > 2"
    )
    assert limit.lines == {("rule.py", line)}


def test_the_page_counts_and_lists_them(found: list[Mutant]) -> None:
    judged = [Judged(mutant=each, fate="killed") for each in found[:-1]]
    page = script.render([*judged, Judged(mutant=found[-1], fate="survived")], len(found))
    assert f"| in all | {len(found) - 1} | 0 | 1 |" in page
    assert "| `LIMIT` | 3.0 → 3.1, 3.0 → 2.9 | killed |" in page
    assert "stopped" not in page
    assert f"stopped after {len(found) - 1} of {len(found)}" in script.render(judged, len(found))


def test_every_equivalent_mutant_is_one_that_there_is() -> None:
    modules = script.modules(script.MUTATED)
    changes = {(each.path, each.change) for each in script.mutants(modules, modules)}
    assert script.EQUIVALENT.keys() <= changes
