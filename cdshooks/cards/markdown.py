"""GitHub-flavoured Markdown without raw HTML, in which nothing that comes from a chart can act as markup."""

import re
from collections.abc import Iterable

# A colon, an @ and "www." because GitHub's flavour makes links of bare addresses.
_ACTIVE = re.compile(r"([\\`*_{}\[\]()#+!|<>~&:@]|(?<=www)\.)", re.IGNORECASE)
_RULER = re.compile(r"^\|( --- \|)+$", re.MULTILINE)
# A disarmed character, or one of the marks that cards are written with: bold, and the italics of the footer.
_MARKS = re.compile(rf"\\(?P<kept>{_ACTIVE.pattern})|\*\*|(?<!\w)_|_(?!\w)")
_BLANKS = re.compile(r"\s+")


def escape(text: str) -> str:
    """Text of the chart as plain text: one line, every character that Markdown or HTML acts on disarmed."""
    return _ACTIVE.sub(r"\\\1", _BLANKS.sub(" ", text).strip())


def bold(label: str, text: str) -> str:
    """A paragraph that begins with its bold label."""
    return f"**{label}:** {text}"


def bullets(items: Iterable[str]) -> str:
    """A list."""
    return "\n".join(f"- {item}" for item in items)


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table; a bar inside a cell is escaped."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '¦') for cell in line)} |" for line in lines)


def paragraphs(parts: Iterable[str | None]) -> str:
    """The parts that are there, a blank line between them."""
    return "\n\n".join(part for part in parts if part)


def without_tables(text: str) -> str:
    """The same text with a list in place of each table that `table` wrote: one item for each row."""
    return "\n\n".join(
        _as_list(part) if part.startswith("| ") and _RULER.search(part) else part
        for part in text.split("\n\n")
    )


def _as_list(part: str) -> str:
    head, _, *rows = (_cells(line) for line in part.split("\n"))
    return bullets(
        "; ".join(f"{name}: {cell}" if name else cell for name, cell in zip(head, row, strict=False) if cell)
        for row in rows
    )


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|")]


def plain(text: str) -> str:
    """The same text without the marks of Markdown that this module writes, and with nothing disarmed."""
    return _MARKS.sub(lambda found: found["kept"] or "", text)
