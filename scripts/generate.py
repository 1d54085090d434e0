"""Rewrite every generated file: `python scripts/generate.py`, or `make generated`.

Generated are the value sets (see value_sets.py), the draft templates, and the pages of docs/ that `pages` has a
module for. What the code knows is taken from the code: codes, citations, settings, templates. What only people
can say of it stands in `pages` too, and a code without words fails the run.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from cdshooks.app import create_app
from cdshooks.drafts.models import render as render_drafts
from cdshooks.settings import Settings
from cdshooks.settings_reference import reference
from cdshooks.store.kept import keep_nothing
from scripts import value_sets
from scripts.pages import conformance, guideline, orders, prefetch, trust_file, wire

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = "cdshooks/drafts/templates"
OWNED = (TEMPLATES, value_sets.VALUE_SETS)
"""Folders in which every JSON file is generated, so that one nobody writes any more is removed."""


def render() -> dict[str, str]:
    """Every generated file: its path from the root of the repository, and its text."""
    return {
        **value_sets.render(ROOT / "terminology"),
        **{f"{TEMPLATES}/{name}": text for name, text in render_drafts().items()},
        "docs/settings.md": reference(),
        "docs/reference-wire.md": wire.render(),
        "docs/reference-orders.md": orders.render(),
        "docs/reference-prefetch.md": prefetch.render(),
        "docs/conformance.md": conformance.render(),
        "docs/guideline.md": guideline.render(),
        "tests/conformance/snapshots/discovery.json": _discovery(),
        "docs/reference-trust-file.md": trust_file.render(),
    }


def _discovery() -> str:
    """What the service as it ships says of itself, for people to see a change of it coming."""
    body = create_app(Settings(), kept=keep_nothing()).test_client().get("/cds-services").get_json()
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def stale(files: Iterable[str]) -> list[Path]:
    """Files in generated folders that nothing generates any more."""
    known = {ROOT / path for path in files}
    return [path for folder in OWNED for path in sorted((ROOT / folder).glob("*.json")) if path not in known]


def main() -> None:
    """Write every generated file, remove the stale ones, and print what changed."""
    files = render()
    for old in stale(files):
        old.unlink()
        print(f"removed {old.relative_to(ROOT)}")
    written = 0
    for path, text in files.items():
        target = ROOT / path
        if target.is_file() and target.read_text(encoding="utf-8") == text:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        written += 1
        print(f"wrote   {path}")
    print(f"{len(files)} generated files: {written} written, {len(files) - written} unchanged")


if __name__ == "__main__":
    main()
