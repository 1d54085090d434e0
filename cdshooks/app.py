"""The Flask application: the services of this house behind the routes of CDS Hooks."""

import datetime
import functools
from collections.abc import Callable
from zoneinfo import ZoneInfo

from flask import Flask

from cdshooks.callers import callers
from cdshooks.cards.signed import nobody_answered
from cdshooks.chart.lookup import LIMITS, Limits
from cdshooks.chart.servers import FhirServers
from cdshooks.services import SERVICES
from cdshooks.services.service import Service
from cdshooks.settings import Settings
from cdshooks.settings_sources import load
from cdshooks.store.kept import Kept, keep
from cdshooks.trust.client import ANYONE
from cdshooks.trust.memory import TokenMemory
from cdshooks.trust.trusted import Trust
from cdshooks.web import discovery, feedback, health, hooks
from cdshooks.web.access_log import log_calls
from cdshooks.web.headers import allow_origins, guard_answers
from cdshooks.web.problems import QuietFlask, answer_problems

FHIR_SERVERS = "cdshooks.fhir-servers"
"""Key of `app.extensions`: the FhirServers, which whoever ends the process, or forks, closes."""


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
    kept: Kept | None = None,
    limits: Limits = LIMITS,
) -> Flask:
    """The application, for any WSGI server; without `settings`, they are read from the environment.

    `trust` is in place of the trust file of the settings. `kept` is in place of the store and the card keys
    that the settings name; whoever forks calls `release` on it first. `token_memory` is in place of that of the
    store; where there is neither, each process remembers by itself which tokens were used. `limits` says how
    far a query to a FHIR server goes.

    Raises SettingsError, TrustFileError or LocalCodesError where the settings, the trust file or a local code
    map cannot be used. It does not look at who may reach it: `cdshooks serve` refuses to listen beyond
    loopback where nobody checks who calls, another server may not.
    """
    settings = load() if settings is None else settings
    kept = keep(settings) if kept is None else kept
    memory = kept.tokens if token_memory is None else token_memory
    who = callers(settings, services, trust=trust, memory=memory, now=now)

    terminology = who.terminology_of(ANYONE)
    queries = max((len(each.prefetch(terminology)) for each in services), default=0)
    servers = FhirServers(settings, queries=queries, limits=limits)

    app = QuietFlask("cdshooks", static_folder=None)
    app.extensions[FHIR_SERVERS] = servers
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
        discovery.blueprint(services, authenticated=who.discovering, terminology_of=who.terminology_of)
    )
    app.register_blueprint(
        hooks.blueprint(
            {service.id: service for service in services},
            authenticated=who.authenticated,
            terminology_of=who.terminology_of,
            today=functools.partial(clock, settings.time_zone),
            honours_as_of=settings.honours_as_of,
            extra_risk_factors=settings.extra_risk_factors,
            checks_answers=settings.checks_answers,
            keys=kept.keys,
            answers=kept.feedback.answers if kept.feedback else nobody_answered,
            shown=kept.shown.count if kept.shown else lambda _client, _answer: None,
            servers=servers,
        )
    )
    if kept.feedback is not None:
        app.register_blueprint(
            feedback.blueprint(
                {service.id for service in services},
                keys=kept.keys,
                store=kept.feedback,
                keeps_comments=settings.feedback_comments,
                authenticated=who.authenticated,
                now=now,
            )
        )
    return app
