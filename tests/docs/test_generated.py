import importlib
import json
import re
import typing
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cdshooks.cards.overrides import EVERY_REASON
from cdshooks.cards.sheet import SuggestionId
from cdshooks.chart.prefetch import PATIENT_VIEW, Query
from cdshooks.cli import COMMANDS
from cdshooks.guideline.bars import BLOCKS, CAUTIONS
from cdshooks.guideline.decision import Disposition
from cdshooks.guideline.orders import CHECKS, Check
from cdshooks.guideline.recommendations import CLASSES, CONSIDERATION, GATES, TREATMENT
from cdshooks.guideline.topics import Topic
from cdshooks.services.orders import NOT_EVALUATED
from cdshooks.settings import TYPES
from cdshooks.trust.client import Profile
from cdshooks.trust.entry import Entry, members
from cdshooks.trust.refusal import Reason
from cdshooks.wire.response import EVALUATION
from fhir_mappings.inputs import Issue
from scripts import generate
from scripts.pages import orders, wire_words

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    page
    for pattern in ("*.md", *(f"{folder}/**/*.md" for folder in ("docs", "fixtures", "terminology", "tests")))
    for page in ROOT.glob(pattern)
    if "node_modules" not in page.parts
)
WIRE = (ROOT / "docs" / "reference-wire.md").read_text(encoding="utf-8")
TRUST = (ROOT / "docs" / "reference-trust-file.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
ORDERS = (ROOT / "docs" / "reference-orders.md").read_text(encoding="utf-8")
PREFETCH = (ROOT / "docs" / "reference-prefetch.md").read_text(encoding="utf-8")

_FENCE = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ (?P<text>.+)$", re.MULTILINE)


def codes() -> Iterator[tuple[str, str]]:
    """Every code that may stand on the wire, and what it is."""
    yield from (("disposition", each) for each in (*Disposition, NOT_EVALUATED))
    yield from (("topic", each) for each in Topic)
    yield from (("criterion", rule.id) for rule in (*GATES, *TREATMENT, *CONSIDERATION, *CLASSES))
    yield from (("criterion", bar.id) for bar in (*BLOCKS, *CAUTIONS))
    yield "criterion", "data-conflict"
    yield from (("suggestion", each) for each in SuggestionId)
    yield from (("override reason", each) for each in sorted(EVERY_REASON))
    yield from (("data-quality issue", each) for each in typing.get_args(Issue))


def links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for link in _LINK.finditer(_FENCE.sub("", page.read_text(encoding="utf-8"))):
            if not re.match(r"[a-z]+:", link["target"]):
                yield page, link["target"]


def anchors(page: Path) -> set[str]:
    """The anchors of the headings of a page, as GitHub makes them."""
    headings = _HEADING.finditer(_FENCE.sub("", page.read_text(encoding="utf-8")))
    plain = (re.sub(r"[^\w\- ]", "", heading["text"].lower()) for heading in headings)
    return {text.strip().replace(" ", "-") for text in plain}


def test_every_generated_file_is_fresh() -> None:
    files = generate.render()
    outdated = [path for path, text in files.items() if (ROOT / path).read_text(encoding="utf-8") != text]
    assert not outdated, "run: make generated"
    assert generate.stale(files) == []


def test_what_nobody_generates_any_more_is_found() -> None:
    files = generate.render()
    gone = "cdshooks/drafts/templates/calcium.json"
    assert generate.stale(path for path in files if path != gone) == [ROOT / gone]


@pytest.mark.protocol("A11")
@pytest.mark.parametrize(("kind", "code"), list(codes()))
def test_every_code_on_the_wire_is_documented(kind: str, code: str) -> None:
    assert f"`{code}`" in WIRE, f"{kind} {code} is not in docs/reference-wire.md"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_order_check_is_documented(check: Check) -> None:
    assert f"| `{check.id}` | `{check.topic}` |" in ORDERS
    assert f"| `{check.topic}` | {check.id} |" in WIRE


def test_no_check_is_documented_that_is_none() -> None:
    assert orders.WEIGHTS.keys() == {check.id for check in CHECKS}


@pytest.mark.parametrize("name", list(TYPES))
def test_every_setting_is_documented(name: str) -> None:
    assert f"| `{name}` |" in SETTINGS


@pytest.mark.protocol("A11")
@pytest.mark.parametrize("query", PATIENT_VIEW, ids=lambda query: query.key)
def test_every_prefetch_key_is_documented(query: Query) -> None:
    assert f"| `{query.key}` |" in PREFETCH
    assert f"\n### {query.key}\n" in PREFETCH


def leaves(words: tuple[str, ...], command: click.Command) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """The commands to type: a group is none, its commands are."""
    if not isinstance(command, click.Group):
        yield words, command
        return
    for name, each in command.commands.items():
        yield from leaves((*words, name), each)


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_and_option_is_documented(name: str) -> None:
    whole = importlib.import_module(f"cdshooks.commands.{name}").command
    for words, command in leaves((name,), whole):
        typed = re.compile(rf"cdshooks {' '.join(words)}\s")
        # The page that shows the command has a table with its options.
        pages = [page.read_text(encoding="utf-8") for page in PAGES if page.parent.name == "docs"]
        options = [each.opts[-1] for each in command.params if isinstance(each, click.Option)]
        assert any(typed.search(page) and all(f"| `{each}" in page for each in options) for page in pages), (
            words
        )


@pytest.mark.parametrize("name", [*members(Entry), *members(Profile)])
def test_every_member_of_the_trust_file_is_documented(name: str) -> None:
    assert f"| `{name}` |" in TRUST


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_of_refusal_is_documented(reason: Reason) -> None:
    assert f"| `{reason.value}` |" in TRUST


@pytest.mark.parametrize(
    ("page", "target"),
    [pytest.param(page, target, id=f"{page.relative_to(ROOT)}-{target}") for page, target in links()],
)
def test_relative_links_lead_somewhere(page: Path, target: str) -> None:
    path, _, anchor = target.partition("#")
    linked = page.parent / path if path else page
    assert linked.exists(), f"{page.relative_to(ROOT)} links to {target}"
    assert not anchor or anchor in anchors(linked), f"{page.relative_to(ROOT)} links to {target}"


def test_every_input_that_a_recorded_answer_names_is_documented() -> None:
    named = set()
    for path in (ROOT / "fixtures").rglob("expected.json"):
        body = json.loads(path.read_bytes())["body"]
        evaluation = body.get("extension", {}).get(EVALUATION, {})
        named |= {each["name"] for each in evaluation.get("inputs", [])} | set(evaluation.get("missing", []))
    assert named
    assert named <= wire_words.INPUTS.keys()


def test_every_page_can_be_reached_from_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    linked = {
        (index.parent / target.partition("#")[0]).resolve() for page, target in links() if page == index
    }
    assert [page.name for page in PAGES if page.parent == index.parent and page not in {index, *linked}] == []
