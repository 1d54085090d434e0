"""The Flask application: the services of this house behind the routes of CDS Hooks."""

import datetime
import functools
from collections.abc import Callable
from zoneinfo import ZoneInfo

from flask import Flask

from cdshooks.services import SERVICES
from cdshooks.services.service import Service
from cdshooks.settings import Settings, SettingsError
from cdshooks.settings_sources import load
from cdshooks.trust import trust_file
from cdshooks.trust.client import Client
from cdshooks.trust.memory import TokenMemory
from cdshooks.trust.process_memory import ProcessMemory
from cdshooks.trust.trusted import Trust
from cdshooks.trust.verify import Verifier
from cdshooks.web import discovery, health, hooks
from cdshooks.web.clients import Authenticated, authentication, everyone, optional
from cdshooks.web.headers import allow_origins, guard_answers
from cdshooks.web.logs import log_calls
from cdshooks.web.problems import QuietFlask, answer_problems
from fhir_mappings import local_codes, value_sets
from fhir_mappings.value_sets import Terminology


def today(zone: ZoneInfo) -> datetime.date:
    """The day it is in `zone`."""
    return datetime.datetime.now(zone).date()


def now() -> datetime.datetime:
    """The time it is."""
    return datetime.datetime.now(datetime.UTC)


def create_app(
    settings: Settings | None = None,
    *,
    services: tuple[Service, ...] = SERVICES,
    clock: Callable[[ZoneInfo], datetime.date] = today,
    now: Callable[[], datetime.datetime] = now,
    trust: Trust | None = None,
    token_memory: TokenMemory | None = None,
) -> Flask:
    """The application, for any WSGI server; without `settings`, they are read from the environment.

    `trust` is in place of the trust file of the settings. `token_memory` is shared by all processes that
    answer; without it each process remembers by itself which tokens were used.

    Raises SettingsError, TrustFileError or LocalCodesError where the settings, the trust file or a local code
    map cannot be used. It does not look at who may reach it: `cdshooks serve` refuses to listen beyond
    loopback where nobody checks who calls, another server may not.
    """
    settings = load() if settings is None else settings
    if trust is None and settings.trust_file is not None:
        trust = trust_file.read(settings.trust_file, circumstances(settings, services))
    terminology_of = _terminologies(settings, trust)
    authenticated: Authenticated = everyone
    discovers: Authenticated = everyone
    if trust is not None:
        memory = token_memory or _memory_of_this_process(settings, now)
        authenticated = authentication(Verifier(trust, memory, now), settings.public_url)
        discovers = optional(authenticated) if settings.open_discovery else authenticated

    app = QuietFlask("cdshooks", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    # Flask would answer a doubled slash with a redirect, which a browser does not follow in a preflight.
    app.url_map.merge_slashes = False

    # Flask runs these in reverse order: the access log comes last and sees the answer as it leaves.
    log_calls(app)
    guard_answers(app)
    allow_origins(app, settings)
    answer_problems(app)

    app.register_blueprint(health.blueprint())
    app.register_blueprint(
        discovery.blueprint(services, authenticated=discovers, terminology_of=terminology_of)
    )
    app.register_blueprint(
        hooks.blueprint(
            {service.id: service for service in services},
            authenticated=authenticated,
            terminology_of=terminology_of,
            today=functools.partial(clock, settings.time_zone),
            honours_as_of=settings.honours_as_of,
            checks_answers=settings.checks_answers,
        )
    )
    return app


def circumstances(settings: Settings, services: tuple[Service, ...] = SERVICES) -> trust_file.Circumstances:
    """What the settings say of how a trust file is read."""
    return trust_file.Circumstances(
        service_ids=tuple(service.id for service in services),
        public_url=settings.public_url,
        dev=settings.dev,
    )


def _memory_of_this_process(settings: Settings, now: Callable[[], datetime.datetime]) -> TokenMemory:
    if settings.workers > 1 and not settings.dev:
        raise SettingsError(
            "workers: has to be 1 with a trust file. Each process remembers by itself which tokens were used, "
            "so a stolen one could be used once more with every other"
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
