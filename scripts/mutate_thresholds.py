"""Change each threshold by a step, and see whether a test notices.

Run it as `python scripts/mutate_thresholds.py [PATH …]`; JOBS in the environment says how many at once.

A mutant is one change in a copy of the repository: a number in a named constant one step up or down, or a
comparison that includes its limit where it did not, or the other way round. The tests that reach it are run,
the most focused first; what none of them notices has survived, and the run ends with status 1. Without a
PATH it looks at the guideline and at all that maps FHIR to its inputs, and writes docs/thresholds.md.
"""

import ast
import functools
import os
import queue
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import coverage
import msgspec

from scripts.pages.tables import table

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "thresholds.md"
MADE = "<!-- Written by scripts/mutate_thresholds.py. Do not edit: it writes the whole page anew. -->\n"
LEFT_OUT = (".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", ".coverage*")
MUTATED = ("cdshooks/guideline", "fhir_mappings")
TESTS = (
    "tests/unit",
    "tests/vignettes/test_vignettes.py::test_the_answer_is_the_one_of_the_guideline",
)
JOBS = int(os.environ.get("JOBS", "2"))
SECONDS = 300
"""A mutant whose tests take longer loops, which somebody would notice."""

NOT_CLINICAL = frozenset(
    {
        "fhir_mappings/bundle.py",
        "fhir_mappings/chart.py",
        "fhir_mappings/drug_codes.py",
        "fhir_mappings/local_codes.py",
        "fhir_mappings/names.py",
        "fhir_mappings/code_facts.py",
        "fhir_mappings/code_systems.py",
        "fhir_mappings/value_set_files.py",
        "fhir_mappings/value_sets.py",
        "fhir_mappings/dosage/json.py",
        "fhir_mappings/dosage/words.py",
    }
)
"""Their numbers are lengths of texts and sizes of memories."""
TECHNICAL = frozenset(
    {"REMEMBERED", "LONGEST_SIG", "_MAGNITUDE", "_A_DAY", "_LAST_DAY", "_LIFETIME_MONTHS", "_SALT", "_SAME"}
)

EQUIVALENT: Mapping[tuple[str, str], str] = {
    (
        "fhir_mappings/medicines/bone_therapy.py",
        "day < since <= _reach(drug, entry, day): < → <=",
    ): "the day it already begins on",
}
"""Mutants that change nothing anybody could see, by file and change, and why."""

_SWAPPED = {ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">")}


class Mutant(msgspec.Struct, frozen=True, kw_only=True):
    """One change: the part of a file from `start` to `end`, in bytes, is replaced. `of` names the constant."""

    path: str
    line: int
    start: int
    end: int
    old: str
    new: str
    of: str
    lines: frozenset[tuple[str, int]]

    @property
    def change(self) -> str:
        """What is changed, in one line, without the line's number, which other changes move."""
        return f"{self.of}: {self.old} → {self.new}"


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A module as it is written."""

    path: str
    text: bytes
    tree: ast.Module
    starts: tuple[int, ...]

    def offset(self, line: int, column: int) -> int:
        """Where a place that `ast` names lies in the bytes of the file."""
        return self.starts[line - 1] + column

    def span(self, node: ast.expr) -> tuple[int, int]:
        """The bytes of an expression."""
        assert node.end_lineno is not None  # noqa: S101 - parsed from text, every node has an end
        assert node.end_col_offset is not None  # noqa: S101 - as above
        start = self.offset(node.lineno, node.col_offset)
        return start, self.offset(node.end_lineno, node.end_col_offset)


def read(path: Path) -> Source:
    """The module at a path below the root of the repository."""
    text = path.read_bytes()
    lengths = [len(line) for line in text.splitlines(keepends=True)]
    starts = [sum(lengths[:number]) for number in range(len(lengths) + 1)]
    return Source(path=str(path.relative_to(ROOT)), text=text, tree=ast.parse(text), starts=tuple(starts))


def mutants(sources: Iterable[Source], everything: Iterable[Source]) -> Iterator[Mutant]:
    """Every change to the modules, with the lines of `everything` that it bears on."""
    uses = _Uses(everything)
    for source in sources:
        yield from _numbers(source, uses)
        yield from _comparisons(source)


def _numbers(source: Source, uses: "_Uses") -> Iterator[Mutant]:
    for name, value in _constants(source.tree):
        bare = name.lstrip("_")
        if not bare.isupper() or name in TECHNICAL:
            continue
        for literal in _literals(value):
            start, end = source.span(literal)
            old = source.text[start:end].decode()
            for new in _steps(literal):
                yield Mutant(
                    path=source.path,
                    line=literal.lineno,
                    start=start,
                    end=end,
                    old=old,
                    new=new,
                    of=f"{name} ({ast.unparse(value)[:40]})" if isinstance(value, ast.Dict) else name,
                    lines=uses.of(name),
                )


def _constants(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for statement in tree.body:
        target, value = _assigned(statement)
        if isinstance(target, ast.Name) and value is not None:
            yield target.id, value
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for each, own in zip(target.elts, value.elts, strict=True):
                if isinstance(each, ast.Name):
                    yield each.id, own


def _assigned(statement: ast.stmt) -> tuple[ast.expr | None, ast.expr | None]:
    if isinstance(statement, ast.Assign):
        return statement.targets[0], statement.value
    if isinstance(statement, ast.AnnAssign):
        return statement.target, statement.value
    return None, None


def _literals(value: ast.expr) -> Iterator[ast.Constant]:
    """The numbers of a constant: whole ones, those in a Decimal, and the limits of an Analyte."""
    if isinstance(value, ast.Constant):
        if type(value.value) is int:
            yield value
    elif isinstance(value, ast.Call):
        name = ast.unparse(value.func).rpartition(".")[2]
        if name == "Decimal" and isinstance(value.args[0], ast.Constant):
            yield value.args[0]
        elif name in {"Fraction", "timedelta"}:
            for part in (*value.args, *(each.value for each in value.keywords)):
                yield from _literals(part)
        elif name == "Analyte":
            for limit in value.keywords:
                if limit.arg in {"low", "high"}:
                    yield from _literals(limit.value)
    elif isinstance(value, ast.Dict):
        for part in value.values:
            yield from _literals(part)
    elif isinstance(value, ast.Tuple | ast.List):
        for part in value.elts:
            yield from _literals(part)


def _steps(literal: ast.Constant) -> tuple[str, str]:
    """The number one step of its last decimal up, and down."""
    quoted = isinstance(literal.value, str)
    number = Decimal(str(literal.value))
    exponent = number.as_tuple().exponent
    step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    above, below = (f'"{number + step}"', f'"{number - step}"') if quoted else (number + 1, number - 1)
    return str(above), str(below)


def _comparisons(source: Source) -> Iterator[Mutant]:
    """Each `<`, `<=`, `>` and `>=` between values; how long a list is decides nothing about patients."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Compare):
            continue
        sides = (node.left, *node.comparators)
        if any(_is_counted(side) for side in sides):
            continue
        for place, kind in enumerate(node.ops):
            if type(kind) not in _SWAPPED:
                continue
            old, new = _SWAPPED[type(kind)]
            between = source.span(sides[place])[1], source.span(sides[place + 1])[0]
            start = source.text.index(old.encode(), *between)
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            yield Mutant(
                path=source.path,
                line=node.lineno,
                start=start,
                end=start + len(old),
                old=old,
                new=new,
                of=ast.unparse(node),
                lines=frozenset((source.path, line) for line in lines),
            )


def _is_counted(side: ast.expr) -> bool:
    if isinstance(side, ast.Call):
        return ast.unparse(side.func) == "len"
    return isinstance(side, ast.Constant)


class _Uses:
    """Where a constant is used, also by way of other constants: the lines within functions."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._lines: dict[str, set[tuple[str, int]]] = {}
        self._constants: dict[str, set[str]] = {}
        for source in sources:
            for statement in source.tree.body:
                target, _ = _assigned(statement)
                names = [each.id for each in ast.walk(target) if isinstance(each, ast.Name)] if target else []
                for node in ast.walk(statement):
                    used = _loaded(node)
                    if used is not None and names:
                        self._constants.setdefault(used, set()).update(names)
                    elif used is not None:
                        self._lines.setdefault(used, set()).add((source.path, node.lineno))  # type: ignore[attr-defined] # a name has a line

    @functools.cache  # noqa: B019 - there is one of it, as long as the run
    def of(self, name: str) -> frozenset[tuple[str, int]]:
        found: set[tuple[str, int]] = set()
        seen, todo = {name}, [name]
        while todo:
            each = todo.pop()
            found |= self._lines.get(each, set())
            more = self._constants.get(each, set()) - seen
            seen |= more
            todo += more
        return frozenset(found)


def _loaded(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) else None


# Which tests reach a line.


class Reach:
    """The test functions that run each line, the most focused first."""

    def __init__(self, measured: coverage.CoverageData, root: Path) -> None:
        self._tests: dict[tuple[str, int], set[str]] = {}
        self._breadth: dict[str, int] = {}
        for file in measured.measured_files():
            path = str(Path(file).resolve().relative_to(root))
            for line, contexts in measured.contexts_by_lineno(file).items():
                for context in contexts:
                    test = context.partition("|")[0].partition("[")[0]
                    if test:
                        self._tests.setdefault((path, line), set()).add(test)
                        self._breadth[test] = self._breadth.get(test, 0) + 1

    def tests(self, lines: Iterable[tuple[str, int]]) -> list[str]:
        """Those that run any of the lines."""
        found = {test for line in lines for test in self._tests.get(line, ())}
        return sorted(found, key=lambda test: (test.startswith("tests/vignettes"), self._breadth[test], test))


def copy_to(folder: Path) -> Path:
    """The repository without what Git does not keep, ready to be changed."""
    copy = folder / "copy"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    # Compiled files are told by what the source holds: two mutants may have the size and time of another.
    _python(copy, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", *MUTATED)
    return copy


def measure(folder: Path) -> Reach:
    """Run all the tests once, unchanged, and note which of them runs which line."""
    done = _python(
        folder,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *TESTS,
        "--cov=cdshooks/guideline",
        "--cov=fhir_mappings",
        "--cov=cdshooks/cards",
        "--cov-context=test",
        "--cov-report=",
        seconds=None,
    )
    if done.returncode:
        sys.exit(f"the tests fail without any change:\n{done.stdout[-2000:]}")
    measured = coverage.CoverageData(str(folder / ".coverage"))
    measured.read()
    return Reach(measured, folder.resolve())


def is_noticed(mutant: Mutant, reach: Reach, folder: Path) -> bool:
    """Whether a test fails on it."""
    tests = reach.tests(mutant.lines)
    if not tests:
        return False
    path = folder / mutant.path
    text = path.read_bytes()
    path.write_bytes(text[: mutant.start] + mutant.new.encode() + text[mutant.end :])
    chosen = folder / "chosen-tests.txt"
    chosen.write_text("\n".join(tests), encoding="utf-8")
    try:
        done = _python(folder, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", f"@{chosen.name}")
    except subprocess.TimeoutExpired:
        return True
    finally:
        path.write_bytes(text)
    return done.returncode != 0


def _python(
    folder: Path, *arguments: str, seconds: float | None = SECONDS
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own command
        (sys.executable, *arguments),
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        timeout=seconds,
        text=True,
        capture_output=True,
        check=False,
    )


# The run.


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a mutant: killed, survived, or equivalent."""

    mutant: Mutant
    fate: str


def judge(found: list[Mutant], jobs: int = JOBS) -> Iterator[Judged]:
    """Each mutant, as soon as its tests were run; the copies they are run in are removed at the end."""
    with tempfile.TemporaryDirectory(prefix="thresholds-") as scratch:
        folders: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for number in range(jobs):
            (Path(scratch) / str(number)).mkdir()
            folders.put(copy_to(Path(scratch) / str(number)))
        first = folders.get()
        reach = measure(first)
        folders.put(first)

        def run(mutant: Mutant) -> Judged:
            folder = folders.get()
            try:
                noticed = is_noticed(mutant, reach, folder)
            finally:
                folders.put(folder)
            equivalent = (mutant.path, mutant.change) in EQUIVALENT
            return Judged(
                mutant=mutant, fate="killed" if noticed else "equivalent" if equivalent else "survived"
            )

        with ThreadPoolExecutor(jobs) as pool:
            yield from pool.map(run, found)


def modules(places: Iterable[str]) -> list[Source]:
    """The modules at the paths, without those whose numbers are not clinical."""
    files = {
        path
        for place in places
        for path in ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"))
    }
    return [
        read(path)
        for path in sorted(files)
        if str(path.relative_to(ROOT)) not in NOT_CLINICAL and "reader" not in path.parts
    ]


def main() -> None:
    """Print what became of each mutant; of a run of all, also where it is stopped, write the page too."""
    places = sys.argv[1:]
    everything = [
        read(path) for place in ("cdshooks", "fhir_mappings") for path in (ROOT / place).rglob("*.py")
    ]
    found = list(mutants(modules(places or MUTATED), everything))
    judged = []
    try:
        for each in judge(found):
            print(f"{each.fate:<10} {each.mutant.path}:{each.mutant.line}  {each.mutant.change}", flush=True)
            judged.append(each)
    except KeyboardInterrupt:
        print("stopped")
    survived = [each for each in judged if each.fate == "survived"]
    print(f"{len(judged)} of {len(found)} mutants, {len(survived)} survived")
    if not places:
        PAGE.write_text(render(judged, len(found)), encoding="utf-8")
    sys.exit(bool(survived))


def render(judged: list[Judged], found: int) -> str:
    """The page: how many of each module, and what was changed in each; `found` are all that there are."""
    files = list(dict.fromkeys(each.mutant.path for each in judged))
    fates = ("killed", "equivalent", "survived")
    counted = [
        (
            f"`{file}`",
            *(str(sum(each.mutant.path == file and each.fate == fate for each in judged)) for fate in fates),
        )
        for file in files
    ]
    stopped = f"This run was stopped after {len(judged)} of {found} mutants.\n\n"
    total = [str(sum(each.fate == fate for each in judged)) for fate in fates]
    return (
        f"# Thresholds under test\n\n{MADE}\n"
        "Each number in a named constant of the guideline, and of what maps FHIR to its inputs, is moved by a "
        "step up and one down; each comparison is made to include its limit where it did not, or the other way "
        "round. For each such mutant the tests that reach it are run: where one fails, it is killed. An "
        "equivalent mutant changes nothing that anybody could see.\n\n"
        "```text\npython scripts/mutate_thresholds.py\n```\n\nIt takes long, and `make nightly` runs it. A "
        "survivor ends it with an error. Texts, memories and lengths of lists are left out.\n\n"
        + (stopped if len(judged) < found else "")
        + table(("Module", *(fate.capitalize() for fate in fates)), [*counted, ("in all", *total)])
        + "".join(f"\n## {file}\n\n{_changes(judged, file)}" for file in files)
    )


def _changes(judged: list[Judged], file: str) -> str:
    found: dict[str, list[Judged]] = {}
    for each in judged:
        if each.mutant.path == file:
            found.setdefault(each.mutant.of, []).append(each)
    rows = []
    for of, own in found.items():
        changes = ", ".join(f"{each.mutant.old} → {each.mutant.new}".replace('"', "") for each in own)
        fate = ", ".join(dict.fromkeys(each.fate for each in own))
        why = {EQUIVALENT.get((file, each.mutant.change), "") for each in own} - {""}
        rows.append((f"`{of}`", changes, ": ".join((fate, *why))))
    return table(("Constant or comparison", "Changed", "Fate"), rows)


if __name__ == "__main__":
    main()
