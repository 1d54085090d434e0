"""The Flask application: the services of this house behind the routes of CDS Hooks."""

import datetime
import functools
from collections.abc import Callable
from zoneinfo import ZoneInfo

from flask import Flask

from cdshooks.services import SERVICES
from cdshooks.services.service import Service
from cdshooks.settings import Settings
from cdshooks.settings_sources import load
from cdshooks.web import discovery, health, hooks
from cdshooks.web.headers import allow_origins, guard_answers
from cdshooks.web.logs import log_calls
from cdshooks.web.problems import QuietFlask, answer_problems
from fhir_mappings import local_codes, value_sets


def today(zone: ZoneInfo) -> datetime.date:
    """The day it is in `zone`."""
    return datetime.datetime.now(zone).date()


def create_app(
    settings: Settings | None = None,
    *,
    services: tuple[Service, ...] = SERVICES,
    clock: Callable[[ZoneInfo], datetime.date] = today,
) -> Flask:
    """The application, for any WSGI server; without `settings`, they are read from the environment.

    Raises SettingsError or LocalCodesError where the settings or the local code map cannot be used. It does
    not look at who may reach it: `cdshooks serve` refuses to listen beyond loopback, another server may not.
    """
    settings = load() if settings is None else settings
    terminology = value_sets.load()
    if settings.code_map is not None:
        terminology = terminology.with_local(local_codes.read(settings.code_map))

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
    app.register_blueprint(discovery.blueprint(services, terminology))
    app.register_blueprint(
        hooks.blueprint(
            {service.id: service for service in services},
            terminology=terminology,
            today=functools.partial(clock, settings.time_zone),
            honours_as_of=settings.honours_as_of,
            checks_answers=settings.checks_answers,
        )
    )
    return app
