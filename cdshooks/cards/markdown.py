"""GitHub-flavoured Markdown without raw HTML, in which nothing that comes from a chart can act as markup."""

import re
from collections.abc import Iterable

# A colon, an @ and "www." because GitHub's flavour makes links of bare addresses.
_ACTIVE = re.compile(r"([\\`*_{}\[\]()#+!|<>~&:@]|(?<=www)\.)", re.IGNORECASE)
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
