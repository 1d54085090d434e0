"""What a check of `cdshooks doctor` finds."""

from typing import Literal, NamedTuple


class Finding(NamedTuple):
    """One line: what was looked at, how it is, and what to do where it is not well."""

    state: Literal["ok", "warning", "FAILED"]
    about: str
    found: str
    remedy: str | None = None
