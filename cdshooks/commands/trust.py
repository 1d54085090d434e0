"""`cdshooks trust`."""

import time
from pathlib import Path
from typing import TextIO

import click

from cdshooks import settings_sources
from cdshooks.commands.asking import token_in
from cdshooks.services import SERVICES
from cdshooks.settings import SettingsError
from cdshooks.trust import explain, trust_file
from cdshooks.trust.trust_file import Circumstances


@click.group()
def command() -> None:
    """Tell what a client's token fails on."""


@command.command()
@click.option(
    "--token",
    type=click.File(encoding="utf-8", errors="replace"),
    required=True,
    help='The file with the token, as it is or as a header; "-" reads standard input.',
)
@click.option("--config", type=click.Path(path_type=Path), help="Settings file (TOML).")
def check(token: TextIO, config: Path | None) -> None:
    """Check a token as the service would, and say of each step whether it holds.

    The token is not used up, and it is not printed. Exits with 1 where a call with it would be refused.
    """
    settings = settings_sources.load(config=config)
    if settings.trust_file is None:
        raise SettingsError("trust_file: not set; it names the clients whose tokens can be checked")
    given = Circumstances.of(settings, [service.id for service in SERVICES])
    trust = trust_file.read(settings.trust_file, given)
    paths = ["/cds-services"]
    for service in SERVICES:
        paths += [f"/cds-services/{service.id}", f"/cds-services/{service.id}/feedback"]
    endpoints = tuple(f"{settings.public_url}{path}" for path in paths) if settings.public_url else ()
    text = token_in(token.read())
    steps = tuple(explain.explain(text, trust, endpoints, time.time()))
    for step in steps:
        click.echo(step.told())
    if any(step.outcome == "FAILED" for step in steps):
        raise SystemExit(1)
    click.echo("A call with this token is let in, once, at the endpoint that its aud names.")
