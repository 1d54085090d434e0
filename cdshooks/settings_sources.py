"""Where settings are read from: the command line, then `CDSHOOKS_*` variables, then a TOML file."""

import difflib
import os
import tomllib
import typing
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from cdshooks.settings import TYPES, Settings, SettingsError, documentation

PREFIX = "CDSHOOKS_"
CONFIG_VARIABLE = "CDSHOOKS_CONFIG"
"""The environment variable that names the settings file."""


class _Given(NamedTuple):
    """One value somebody gave: `label` is where they wrote it, `base` where relative paths count from."""

    name: str
    label: str
    value: object
    is_text: bool = True
    base: Path = Path()


def load(
    environ: Mapping[str, str] | None = None,
    *,
    config: Path | None = None,
    command_line: Mapping[str, object] | None = None,
) -> Settings:
    """The settings, or a SettingsError that lists everything that is wrong with them.

    `config` is the settings file (else the one `CDSHOOKS_CONFIG` names). The command line wins over the
    environment, and the environment over the file; a value that is overruled has to be right all the same.
    """
    environ = os.environ if environ is None else environ
    named = config or environ.get(CONFIG_VARIABLE)
    mistakes: list[str] = []
    given = [
        *(_in_file(Path(named), mistakes) if named else ()),
        *_in_environment(environ, mistakes),
        *(_Given(name, f"--{name}", value) for name, value in (command_line or {}).items()),
    ]
    values: dict[str, Any] = {}
    for each in given:
        try:
            values[each.name] = _convert(each)
        except msgspec.ValidationError:
            # msgspec's own words may quote the value, and a value put under the wrong name may be a secret.
            mistakes.append(f"{each.label}: expected {documentation(each.name).title}")
    if mistakes:
        raise SettingsError(*mistakes)
    return Settings(**values)


def _convert(given: _Given) -> object:
    def parse(kind: type, text: Any) -> object:  # noqa: ANN401 - what a TOML file or a variable holds
        if kind is Path:
            return given.base / Path(text)
        try:
            return zoneinfo.ZoneInfo(text)
        except (zoneinfo.ZoneInfoNotFoundError, OSError) as error:
            raise ValueError(type(error).__name__) from error

    value = given.value
    if given.is_text and isinstance(value, str) and _is_list(given.name):
        value = [item.strip() for item in value.split(",") if item.strip()]
    return msgspec.convert(value, TYPES[given.name], strict=not given.is_text, dec_hook=parse)


def _is_list(name: str) -> bool:
    return typing.get_origin(typing.get_args(TYPES[name])[0]) is tuple


def _in_environment(environ: Mapping[str, str], mistakes: list[str]) -> Iterator[_Given]:
    known = {PREFIX + name.upper(): name for name in TYPES}
    for variable, text in sorted(environ.items()):
        if not variable.startswith(PREFIX) or variable == CONFIG_VARIABLE:
            continue
        if variable not in known:
            # Compared without the prefix, which would make everything look alike.
            bare = variable.removeprefix(PREFIX)
            names = [name.upper() for name in (*TYPES, "config")]
            mistakes.append(f"{variable}: unknown{_nearest(bare, names, PREFIX)}")
        elif text:  # an empty variable counts as not set: container files cannot unset one
            yield _Given(known[variable], variable, text)


def _in_file(path: Path, mistakes: list[str]) -> Iterator[_Given]:
    try:
        members = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "not UTF-8"
        mistakes.append(f"{path}: cannot be read: {reason}")
        return
    except tomllib.TOMLDecodeError as error:
        mistakes.append(f"{path}: not TOML: {error}")
        return
    for name, value in members.items():
        if name in TYPES:
            yield _Given(name, f"{path}: {name}", value, is_text=False, base=path.parent)
        else:
            mistakes.append(f"{path}: {name}: unknown{_nearest(name, TYPES)}")


def _nearest(name: str, known: Iterable[str], prefix: str = "") -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {prefix}{close[0]}?" if close else ""
