"""Tables of the pages that scripts write."""

from collections.abc import Iterable


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table in GitHub-flavoured Markdown, a line for each row; a bar in a cell ends no cell."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |\n" for line in lines)


def codes(names: Iterable[str]) -> str:
    """Codes as they stand in a sentence."""
    return ", ".join(f"`{code}`" for code in names)
