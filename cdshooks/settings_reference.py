"""The reference of the settings, as Markdown: what `docs/settings.md` holds."""

import msgspec

from cdshooks.settings import Settings, documentation
from cdshooks.settings_sources import CONFIG_VARIABLE, PREFIX

_INTRODUCTION = f"""\
# Settings

Each setting is read from the command line of `cdshooks serve` where it has an option of that name, else from
its environment variable, else from a TOML file whose path is in `{CONFIG_VARIABLE}` or `--config`. An empty
variable counts as not set. A name that is unknown or a value that is wrong stops the service at start, with
every mistake named at once.

| Setting | Environment variable | Default | Value | Meaning |
|---|---|---|---|---|
"""


def reference() -> str:
    """A Markdown page that lists every setting, in the order of their declaration."""
    return _INTRODUCTION + "".join(_row(field) for field in msgspec.structs.fields(Settings))


def _row(field: msgspec.structs.FieldInfo) -> str:
    meta = documentation(field.name)
    variable = PREFIX + field.name.upper()
    return (
        f"| `{field.name}` | `{variable}` | {_shown(field.default)} | {meta.title} | {meta.description} |\n"
    )


def _shown(default: object) -> str:
    if default is None or default == ():
        return "not set"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"
