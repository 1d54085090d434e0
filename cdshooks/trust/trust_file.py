"""Reading the trust file, which names every client that may call. Nothing of a file with a mistake is used."""

import difflib
import ipaddress
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import msgspec

from cdshooks.settings import Settings
from cdshooks.trust import jku
from cdshooks.trust.client import ANYONE, Client, Profile
from cdshooks.trust.entry import Entry, documentation, members
from cdshooks.trust.file_error import TrustFileError
from cdshooks.trust.key_source import KeySource, Load, from_file
from cdshooks.trust.keys import PRIVATE, NotAKeySet, read_keys
from cdshooks.trust.refusal import KeysUnreachable
from cdshooks.trust.trusted import Trust, Trusted
from cdshooks.trust.urls import url_mistake
from fhir_mappings import local_codes
from fhir_mappings.local_codes import LocalCode, LocalCodesError

_PROFILE = "profile"
_SANDBOX = "https://sandbox.cds-hooks.org"


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """What decides, beside the file, whether a client can be trusted as written.

    `dev` accepts keys that are published, and http on this machine. `fetch` gets the key set at a URL.
    """

    service_ids: Collection[str]
    public_url: str | None
    dev: bool
    fetch: Callable[[str], bytes] = jku.fetch
    clock: Callable[[], float] = time.monotonic

    @classmethod
    def of(cls, settings: Settings, service_ids: Collection[str]) -> "Circumstances":
        """Those of an installation."""
        return cls(service_ids=service_ids, public_url=settings.public_url, dev=settings.dev)


def read(path: Path, given: Circumstances) -> Trust:
    """The clients of the file.

    Key sets in files are read, so that a mistake in them shows now. Those at URLs are first asked for when
    a call needs them: a client's outage must not keep the service from starting.

    Raises:
        TrustFileError: the file cannot be read or says anything that is not understood.
    """
    tables, mistakes = _tables(path)
    clients = []
    for number, table in enumerate(tables, start=1):
        name = table.get("name")
        label = f"client {number}" + (f" ({name})" if isinstance(name, str) and name.isprintable() else "")
        wrong: list[str] = []
        client = _client(table, path.parent, given, wrong)
        mistakes.extend(f"{label}: {each}" for each in wrong)
        if client is not None:
            clients.append(client)
    mistakes.extend(_mistakes_between(clients))
    if mistakes:
        raise TrustFileError(path, *mistakes)
    return Trust(clients)


def _tables(path: Path) -> tuple[list[dict[str, Any]], list[str]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TrustFileError(path, f"cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise TrustFileError(path, "is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise TrustFileError(path, f"is not TOML: {error}") from error
    mistakes = [f"{name}: unknown; at the top is only [[client]]" for name in content if name != "client"]
    tables = content.get("client")
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables) or not tables:
        return [], [*mistakes, "names no client; write each under [[client]]"]
    return tables, mistakes


def _client(table: dict[str, Any], base: Path, given: Circumstances, wrong: list[str]) -> Trusted | None:
    """The client of a table; or None, with what is wrong added to the list."""
    profile_table = table.get(_PROFILE, {})
    values = _values(Entry, {name: table[name] for name in table if name != _PROFILE}, "", base, wrong)
    if isinstance(profile_table, dict):
        profile = Profile(**_values(Profile, profile_table, f"{_PROFILE}.", base, wrong))
    else:
        profile = Profile()
        wrong.append(f"{_PROFILE}: expected a table, [client.{_PROFILE}]")
    if profile.action_selection_behavior and profile.version != "3.0":
        wrong.append(
            f'{_PROFILE}.action_selection_behavior: is of CDS Hooks 3.0; set {_PROFILE}.version = "3.0"'
        )
    wrong.extend(f"{name}: is missing" for name in ("name", "issuer") if name not in table)
    if "name" not in values or "issuer" not in values:
        return None
    entry = Entry(**values)
    wrong.extend(_mistakes_of(entry, given))
    if len({"jku", "jwks_file"} & table.keys()) != 1:
        wrong.append("jku: expected either this or jwks_file, which say where the client's keys are")
    load = _keys(entry, given, wrong)
    codes = _codes(entry, wrong)
    if load is None:
        return None
    keys = KeySource(entry.name, load, clock=given.clock, published=given.dev)
    if entry.jwks_file is not None:
        keys.warm()
    return Trusted(
        client=Client(
            name=entry.name,
            fhir_origins=entry.fhir_origins,
            fhir_networks=entry.fhir_networks,
            fhir_deadline=entry.fhir_deadline,
            services=entry.services,
            profile=profile,
        ),
        issuer=entry.issuer,
        keys=keys,
        jku=entry.jku,
        audiences=entry.audiences,
        algorithms=entry.algorithms,
        tenants=entry.tenants,
        subjects=entry.subjects,
        leeway_seconds=entry.leeway_seconds,
        longest_lifetime_seconds=entry.longest_lifetime_seconds,
        local_codes=codes,
    )


def _values(
    of: type[Entry] | type[Profile], table: dict[str, Any], prefix: str, base: Path, wrong: list[str]
) -> dict[str, Any]:
    """The members of a table that are as they have to be."""

    def path(_kind: type, text: Any) -> Path:  # noqa: ANN401 - what TOML holds
        if not isinstance(text, str) or not text:
            raise TypeError
        return base / text

    known = members(of)
    values = {}
    for name, value in table.items():
        if name not in known:
            close = difflib.get_close_matches(name, [*known, _PROFILE], n=1)
            wrong.append(f"{prefix}{name}: unknown" + (f"; did you mean {close[0]}?" if close else ""))
            continue
        try:
            values[name] = msgspec.convert(value, known[name], dec_hook=path)
        except msgspec.ValidationError:
            # msgspec's own words may quote the value, and somebody may have put a secret there.
            wrong.append(f"{prefix}{name}: expected {documentation(of, name).title}")
    return values


def _mistakes_of(entry: Entry, given: Circumstances) -> Iterator[str]:
    if entry.name == ANYONE.name:
        yield "name: is what clients are called that nobody checks; choose another"
    if entry.audiences is None and given.public_url is None:
        yield (
            "audiences: not set, so tokens have to name the URL that is called; the setting public_url says "
            "under which URL clients reach the service"
        )
    unknown = (entry.services or frozenset()).difference(given.service_ids)
    if unknown:
        yield f"services: not among those there are: {', '.join(sorted(given.service_ids))}"
    for origin in entry.fhir_origins:
        mistake = url_mistake(origin, plain_on_loopback=given.dev)
        if mistake:
            yield f"fhir_origins: one {mistake}"
    if not all(map(_is_network, entry.fhir_networks)):
        yield f"fhir_networks: expected {documentation(Entry, 'fhir_networks').title}"
    if not given.dev and any(
        text is not None and text.startswith(_SANDBOX) for text in (entry.issuer, entry.jku)
    ):
        yield (
            "issuer: is the public sandbox, whose private key is published: anybody can sign as it. It can be "
            "trusted in development only (--dev)"
        )


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True


def _keys(entry: Entry, given: Circumstances, wrong: list[str]) -> Load | None:
    """How to get the client's keys; None where it does not say."""
    if entry.jwks_file is not None:
        return _keys_in_file(entry.jwks_file, entry, given, wrong)
    if entry.jku is None:
        return None
    url = entry.jku
    mistake = url_mistake(url, plain_on_loopback=given.dev)
    if mistake:
        wrong.append(f"jku: {mistake}; expected {documentation(Entry, 'jku').title}")
    return lambda: given.fetch(url)


def _keys_in_file(path: Path, entry: Entry, given: Circumstances, wrong: list[str]) -> Load:
    load = from_file(path)
    try:
        found = read_keys(load())
    except (KeysUnreachable, NotAKeySet) as error:
        wrong.append(f"jwks_file: {path.name} {_told(error)}")
        return load
    usable = [key for key in found.keys if not key.algorithms.isdisjoint(entry.algorithms)]
    # A key for another purpose beside the right ones is usual. A secret in the file never is.
    told = [each for each in found.unusable if not usable or each.endswith(PRIVATE)]
    wrong.extend(f"jwks_file: {each}" for each in told)
    if not usable and not told:
        wrong.append(f"jwks_file: holds no key for {', '.join(entry.algorithms)}")
    if not given.dev and any(key.is_published for key in found.keys):
        wrong.append("jwks_file: holds a key whose private half is published: anybody can sign with it")
    return load


def _told(error: Exception) -> str:
    return f"cannot be read: {error}" if isinstance(error, KeysUnreachable) else str(error)


def _codes(entry: Entry, wrong: list[str]) -> tuple[LocalCode, ...] | None:
    if entry.code_map is None:
        return None
    try:
        return local_codes.read(entry.code_map)
    except LocalCodesError as error:
        wrong.extend(f"code_map: {line}" for line in str(error).splitlines())
        return None


def _mistakes_between(clients: list[Trusted]) -> Iterator[str]:
    """What is wrong only because of another client: whose call it is has to be beyond doubt."""
    for name, count in Counter(each.client.name for each in clients).items():
        if count > 1:
            yield f"name: {name} is the name of {count} clients"
    by_issuer: dict[str, list[Trusted]] = {}
    for each in clients:
        by_issuer.setdefault(each.issuer, []).append(each)
    for sharing in by_issuer.values():
        names = " and ".join(each.client.name for each in sharing)
        tenants = [tenant for each in sharing for tenant in each.tenants or ()]
        if len(sharing) > 1 and any(each.tenants is None for each in sharing):
            yield f"tenants: {names} have one issuer; then each needs tenants of its own"
        elif len(tenants) > len(set(tenants)):
            yield f"tenants: {names} have one issuer and a tenant in common"
