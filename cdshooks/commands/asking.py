"""What several commands share: the option --url with the way to the service there, and how a token is read."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import click

from cdshooks import settings_sources
from cdshooks.app import create_app
from cdshooks.replay import calls
from cdshooks.services.service import Service
from cdshooks.settings import Settings
from cdshooks.store.kept import keep_nothing

_BEFORE_A_TOKEN = re.compile(r"\A\s*(authorization:\s*)?(bearer\s+)?", re.IGNORECASE)


class CannotReadError(click.ClickException):
    """What the command was given cannot be used: exits with 2, as a wrong option does."""

    exit_code = 2


def _url(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    try:
        parts = urlsplit(value or "")
        usable = value is None or (parts.scheme in {"http", "https"} and bool(parts.hostname))
    except ValueError:  # brackets that hold no IPv6 address
        usable = False
    if not usable:
        raise click.BadParameter("is not a URL of a service, such as https://cds.example.org")
    return value


url_option: Callable[[Any], Any] = click.option(
    "--url", callback=_url, help="Ask the service there.  [default: this one, in this process]"
)


def token_in(text: str) -> str:
    """The token in a file that holds it as it is, or as a header."""
    return _BEFORE_A_TOKEN.sub("", text, count=1).strip()


def way_to(url: str | None, services: tuple[Service, ...], token: str | None = None) -> calls.Send:
    """To whatever is at `url`, with `token`; without a URL, to `services` in this process.

    Those have what answers should depend on: the hospital's codes, and the day a request states. Nothing is
    kept, and nothing that was kept is looked at.
    """
    if url:
        return calls.over_http(url, token)
    settings = Settings(dev=True, honour_as_of=True, code_map=settings_sources.load().code_map)
    return calls.within(create_app(settings, services=services, kept=keep_nothing()))
