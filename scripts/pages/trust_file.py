"""docs/reference-trust-file.md: the members of the trust file."""

import json
from collections.abc import Iterator

import msgspec

from cdshooks.trust.client import Profile
from cdshooks.trust.entry import Entry
from cdshooks.trust.entry import documentation as member_documentation
from cdshooks.trust.explain import WORDS
from cdshooks.trust.refusal import Reason
from scripts.pages import MADE
from scripts.pages.tables import table


def render() -> str:
    """The whole page."""
    head = ("Member", "Value", "Default", "Meaning")
    return (
        f"# Trust file\n\n{MADE}\n"
        "The members of the trust file. [Who may call](who-may-call.md) says how to write one.\n\n"
        "## `[[client]]`\n\nOne table for each client. `name` and `issuer` are required, and either `jku` or "
        "`jwks_file`.\n\n"
        + table(head, _rows(Entry))
        + "\n## `[client.profile]`\n\nWhat the client can do with an answer. It follows the table of its "
        "client.\n\n"
        + table(head, _rows(Profile))
        + "\n## Why a call is refused\n\nThe log names one of these reasons and the client, and nothing of the "
        "token. The checks are made in this order, and the first that fails is logged.\n\n"
        + table(
            ("Reason", "What was asked", "What helps"),
            [(f"`{reason}`", f"Whether {WORDS[reason].asks}.", WORDS[reason].remedy) for reason in Reason],
        )
    )


def _rows(of: type[Entry] | type[Profile]) -> Iterator[tuple[str, ...]]:
    for field in msgspec.structs.fields(of):
        meta = member_documentation(of, field.name)
        yield f"`{field.name}`", meta.title or "", _default(field), meta.description or ""


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    if field.default is None or field.default == ():
        return "not set"
    return f"`{json.dumps(field.default)}`"
