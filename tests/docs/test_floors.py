"""Who may import whom: the house has floors, and no stairs lead up (docs/architecture.md)."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("cdshooks", "fhir_mappings")
HTTP = {"flask", "werkzeug", "flask_cors"}
# Of each room, the rooms it may import. What stands at the top of `cdshooks` puts the rooms together.
ROOMS = {
    "guideline": set[str](),
    "drafts": set[str](),
    "wire": set[str](),
    "trust": {"settings", "turns"},
    "chart": {"settings", "trust", "turns", "wire"},
    "cards": {"drafts", "guideline", "trust", "wire"},
    "store": {"cards", "finding", "logs", "settings", "trust", "turns", "wire"},
    "services": {"cards", "chart", "drafts", "guideline", "store", "trust", "wire"},
    "web": {"cards", "chart", "logs", "services", "settings", "store", "trust", "wire"},
    "replay": {"cards", "services", "web", "wire"},
}


def imports(path: Path) -> Iterator[str]:
    """The modules that a file names in its imports, also within functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module in PACKAGES:
                yield from (f"{node.module}.{each.name}" for each in node.names)


def files(room: str) -> list[Path]:
    found = sorted((ROOT / room).rglob("*.py"))
    assert found
    return found


def rooms_of(room: str) -> set[str]:
    """The rooms of `cdshooks` that a room imports; the version of the guideline is nobody's."""
    named = {name for path in files(f"cdshooks/{room}") for name in imports(path)}
    found = {name.split(".")[1] for name in named if name.startswith("cdshooks.")}
    return found - {room, "GUIDELINE_VERSION"}


def test_the_mapping_of_fhir_knows_nothing_of_the_service() -> None:
    named = {name.partition(".")[0] for path in files("fhir_mappings") for name in imports(path)}
    assert named.isdisjoint({"cdshooks", *HTTP})


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_stands_below_it(room: str) -> None:
    assert rooms_of(room) <= ROOMS[room]


def test_no_stairs_lead_up() -> None:
    TopologicalSorter(ROOMS).prepare()  # raises CycleError


@pytest.mark.parametrize(
    "room", ["guideline", "drafts", "wire", "trust", "chart", "cards", "services", "store"]
)
def test_only_the_web_knows_flask(room: str) -> None:
    named = {name.partition(".")[0] for path in files(f"cdshooks/{room}") for name in imports(path)}
    assert named.isdisjoint(HTTP)


def test_the_guideline_reads_inputs_and_not_resources() -> None:
    named = {name for path in files("cdshooks/guideline") for name in imports(path)}
    read = {name.split(".")[1] for name in named if name.startswith("fhir_mappings.")}
    assert read.isdisjoint(
        {"reader", "chart", "bundle", "observations", "conditions", "mapping", "value_sets"}
    )


def test_every_room_is_on_the_list() -> None:
    there = {path.parent.name for path in (ROOT / "cdshooks").glob("*/__init__.py")}
    assert there - ROOMS.keys() == {"commands", "serving"}  # these put rooms together, as the top does
