"""`docs/conformance.md`: every row of the protocol, and the tests that show it.

A test says which rows it shows: `@pytest.mark.protocol("C7", "C13")`. The tests are found by reading their
source, so that the page can be written, and held against the source, without running anything. They run with
every `make test`; one that fails fails the build, so a row that is listed as shown holds.
"""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from scripts.pages import MADE

ROOT = Path(__file__).resolve().parents[2]
_HEAD = "| Row | Level | Requirement | Result | Shown by |\n|---|---|---|---|---|\n"
ROWS = ROOT / "tests" / "conformance" / "rows.toml"


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One requirement. `not_applicable` says why no test shows it, and then none may."""

    id: str
    section: str
    level: str
    rule: str
    not_applicable: str | None = None


class _Rows(msgspec.Struct, frozen=True):
    row: tuple[Row, ...]


class Shown(msgspec.Struct, frozen=True):
    """A test that shows rows: where it stands, and its name."""

    path: str
    name: str
    rows: tuple[str, ...]


def rows() -> tuple[Row, ...]:
    """The rows, in their order."""
    return msgspec.convert(tomllib.loads(ROWS.read_text(encoding="utf-8")), _Rows).row


def tests() -> tuple[Shown, ...]:
    """Every test that names rows, in the order of files and lines."""
    paths = sorted((ROOT / "tests").rglob("test_*.py"))
    return tuple(shown for path in paths for shown in _in_file(path))


def _in_file(path: Path) -> Iterator[Shown]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.FunctionDef):
            continue
        named = tuple(
            argument.value
            for mark in node.decorator_list
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.protocol"
            for argument in mark.args
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        )
        if named:
            yield Shown(path.relative_to(ROOT).as_posix(), node.name, named)


def render() -> str:
    """The page, section by section."""
    shown: dict[str, list[Shown]] = {}
    for test in tests():
        for row in test.rows:
            shown.setdefault(row, []).append(test)
    sections: dict[str, list[Row]] = {}
    for each in rows():
        sections.setdefault(each.section, []).append(each)
    counted = sum(row.not_applicable is None for row in rows())
    text = (
        f"{MADE}# Conformance\n\n"
        "Every requirement that CDS Hooks 2.0 and 3.0 put on a service, the rules of this house where they are "
        "silent, and the tests that show each. The level is the word of the specification. A test that fails "
        "fails the build, so what is listed as shown holds in the version that this page came with.\n\n"
        f"Rows: {len(rows())}, of which {counted} are shown by {len(tests())} tests; the others say why not.\n"
    )
    for section, members in sections.items():
        text += f"\n## {section}\n\n{_HEAD}" + "".join(_line(row, shown.get(row.id, [])) for row in members)
    return text


def _line(row: Row, shown: list[Shown]) -> str:
    if row.not_applicable is not None:
        result, by = "not applicable", row.not_applicable
    else:
        result = "holds" if shown else "not shown"
        by = "<br>".join(f"[{_words(test)}](../{test.path})" for test in shown)
    rule = row.rule.replace("|", "\\|")
    return f"| {row.id} | {row.level} | {rule} | {result} | {by} |\n"


def _words(test: Shown) -> str:
    return test.name.removeprefix("test_").replace("_", " ")
