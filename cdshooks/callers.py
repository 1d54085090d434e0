"""Who may call this installation, and by which codes each is answered: what the settings come to."""

import datetime
from collections.abc import Callable
from typing import NamedTuple

from cdshooks.services.service import Service
from cdshooks.settings import Settings, SettingsError
from cdshooks.trust import trust_file
from cdshooks.trust.client import Client
from cdshooks.trust.memory import TokenMemory
from cdshooks.trust.process_memory import ProcessMemory
from cdshooks.trust.trust_file import Circumstances
from cdshooks.trust.trusted import Trust
from cdshooks.trust.verify import Verifier
from cdshooks.web.clients import Authenticated, authentication, everyone, optional
from fhir_mappings import local_codes, value_sets
from fhir_mappings.value_sets import Terminology


class Callers(NamedTuple):
    """How the client of a request is found: at a service, at discovery; and the codes it is answered by."""

    authenticated: Authenticated
    discovering: Authenticated
    terminology_of: Callable[[Client], Terminology]


def callers(
    settings: Settings,
    services: tuple[Service, ...],
    *,
    trust: Trust | None,
    memory: TokenMemory | None,
    now: Callable[[], datetime.datetime],
) -> Callers:
    """The clients of `trust`, or of the trust file of the settings; without either, whoever calls.

    Raises SettingsError, TrustFileError or LocalCodesError.
    """
    if trust is None and settings.trust_file is not None:
        given = Circumstances.of(settings, tuple(service.id for service in services))
        trust = trust_file.read(settings.trust_file, given)
    terminology_of = _terminologies(settings, trust)
    if trust is None:
        return Callers(everyone, everyone, terminology_of)
    memory = _memory_of_this_process(settings, now) if memory is None else memory
    verifier = Verifier(trust, memory, now)
    authenticated = authentication(verifier, settings.public_url)
    discovering = optional(authenticated) if settings.open_discovery else authenticated
    return Callers(authenticated, discovering, terminology_of)


def _memory_of_this_process(settings: Settings, now: Callable[[], datetime.datetime]) -> TokenMemory:
    if settings.workers > 1 and not settings.dev:
        raise SettingsError(
            "workers: has to be 1 with a trust file and without a store. Each process remembers by itself "
            "which tokens were used, so a stolen one could be used once more with every other"
        )
    return ProcessMemory(now)


def _terminologies(settings: Settings, trust: Trust | None) -> Callable[[Client], Terminology]:
    """The codes to answer a client by: its own local code map, else that of the settings."""
    shipped = value_sets.load()
    common = shipped
    if settings.code_map is not None:
        common = shipped.with_local(local_codes.read(settings.code_map))
    own = {
        each.client.name: shipped.with_local(each.local_codes)
        for each in (trust.clients if trust else ())
        if each.local_codes is not None
    }
    return lambda client: own.get(client.name, common)
