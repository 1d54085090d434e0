"""What `cdshooks doctor` looks at. A check is one function in `CHECKS`; it yields a line for each finding."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

import msgspec

from cdshooks.app import create_app, now
from cdshooks.drafts.filling import TEMPLATES, Recipient, fill
from cdshooks.finding import Finding
from cdshooks.services import SERVICES
from cdshooks.serving.listening import refuse_exposure
from cdshooks.settings import Settings, SettingsError
from cdshooks.store.checks import store_checks
from cdshooks.store.kept import keep_nothing
from cdshooks.trust import trust_file
from cdshooks.trust.addresses import is_loopback
from cdshooks.trust.file_error import TrustFileError
from cdshooks.trust.keys import NotAKeySet
from cdshooks.trust.process_memory import ProcessMemory
from cdshooks.trust.refusal import KeysUnreachable
from cdshooks.trust.trust_file import Circumstances
from cdshooks.trust.trusted import Trusted
from fhir_mappings import local_codes, value_sets
from fhir_mappings.concepts import Concept
from fhir_mappings.local_codes import LocalCodesError

Check = Callable[[Settings], Iterable[Finding]]


def listening(settings: Settings) -> Iterator[Finding]:
    """Whether the service may listen where it is told to, and for whom."""
    try:
        refuse_exposure(settings)
    except SettingsError as error:
        yield Finding("FAILED", "listening", str(error), "Change the setting that is named.")
        return
    yield Finding("ok", "listening", f"{settings.host} port {settings.port}")
    if settings.dev:
        yield Finding("warning", "listening", "development mode", "Leave dev out for real patients.")
    elif settings.trust_file is None:
        yield Finding(
            "warning",
            "listening",
            "nobody checks who calls",
            "Name the clients in a trust file, unless something in front of the service checks them.",
        )
    url = urlsplit(settings.public_url or "")
    if url.scheme == "http" and not is_loopback(url.hostname or ""):
        remedy = "CDS Hooks requires TLS; end it in front of the service."
        yield Finding("warning", "listening", "public_url is not https", remedy)


def terminology(settings: Settings) -> Iterator[Finding]:
    """Whether the value sets and the local code map are there and can be read."""
    try:
        shipped = value_sets.load()
    except (OSError, msgspec.MsgspecError):
        yield Finding("FAILED", "value sets", "a shipped file is missing or damaged", "Install it anew.")
        return
    codes = sum(len(shipped.codes(concept)) for concept in Concept)
    yield Finding("ok", "value sets", f"{len(Concept)} with {codes} codes")
    if settings.code_map is not None:
        try:
            local = local_codes.read(settings.code_map)
        except LocalCodesError as error:
            for line in str(error).splitlines():
                yield Finding("FAILED", "code map", line, "See docs/local-codes.md.")
        else:
            yield Finding("ok", "code map", f"{len(local)} local codes")


def draft_orders(_settings: Settings) -> Iterator[Finding]:
    """Whether every draft is valid FHIR R4, filled as it would be for a patient."""
    from fhir.resources.R4B import get_fhir_model_class  # noqa: PLC0415 - a third of a second to import
    from pydantic import ValidationError  # noqa: PLC0415 - as above

    to = Recipient(
        patient="Patient/example",
        encounter="Encounter/example",
        requester="Practitioner/example",
        authored_on=datetime.date(2026, 1, 1),
    )
    wrong = 0
    for name in TEMPLATES:
        draft = fill(name, to)
        try:
            get_fhir_model_class(draft["resourceType"]).model_validate(draft)
        except ValidationError as error:
            wrong += 1
            places = ", ".join(".".join(map(str, each["loc"])) for each in error.errors())
            yield Finding("FAILED", "drafts", f"{name} is not valid at {places}", "Install the service anew.")
    if not wrong:
        yield Finding("ok", "drafts", f"{len(TEMPLATES)} are valid FHIR R4")


def clients(settings: Settings) -> Iterator[Finding]:
    """Whether the trust file can be used, and each client's keys be had and used."""
    if settings.trust_file is None:
        return
    try:
        given = Circumstances.of(settings, [service.id for service in SERVICES])
        trust = trust_file.read(settings.trust_file, given)
    except TrustFileError as error:
        for mistake in error.mistakes:
            yield Finding("FAILED", "trust file", mistake, "See docs/reference-trust-file.md.")
        return
    yield Finding("ok", "trust file", f"{len(trust.clients)} clients")
    for each in trust.clients:
        yield from _keys(each, published=settings.dev)


def _keys(trusted: Trusted, *, published: bool) -> Iterator[Finding]:
    about = f"keys of {trusted.client.name}"
    try:
        found = trusted.keys.look()
    except (KeysUnreachable, NotAKeySet) as error:
        yield Finding(
            "FAILED",
            about,
            f"the key set {error}",
            "Look whether jku is right and can be reached from this machine; https, no redirect.",
        )
        return
    for each in found.unusable:
        yield Finding("warning", about, each, "Tell the client. Its other keys are used.")
    usable = [key for key in found.keys if published or not key.is_published]
    for _ in range(len(found.keys) - len(usable)):
        yield Finding("warning", about, "a key is published: anybody can sign with it", "It is not used.")
    fitting = [key for key in usable if not key.algorithms.isdisjoint(trusted.algorithms)]
    if fitting:
        yield Finding("ok", about, f"{len(fitting)} usable")
    else:
        yield Finding(
            "FAILED",
            about,
            f"none can be used with {', '.join(trusted.algorithms)}",
            "Compare algorithms in the trust file with the keys that the client publishes.",
        )


def application(settings: Settings) -> Iterator[Finding]:
    """Whether the service would start with all of it together."""
    try:
        # The store was looked at by itself; in its place is one that forgets.
        create_app(settings, kept=keep_nothing(), token_memory=ProcessMemory(now))
    except (SettingsError, TrustFileError, LocalCodesError) as error:
        yield Finding("FAILED", "start", str(error), "Change what is named.")
    else:
        yield Finding("ok", "start", "the service can start")


CHECKS: tuple[Check, ...] = (listening, terminology, draft_orders, clients, store_checks, application)
"""All checks, in the order they are told."""
