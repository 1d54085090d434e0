"""`cdshooks show`."""

import http
import shutil
from typing import TextIO

import click
import msgspec

from cdshooks.commands.asking import CannotReadError, token_in, url_option, way_to
from cdshooks.replay import calls
from cdshooks.replay.cases import hook_of
from cdshooks.replay.material import MaterialError, content_of
from cdshooks.replay.told import told
from cdshooks.services import SERVICES

_WIDEST = 100


@click.command()
@click.argument("request_file", metavar="REQUEST")
@url_option
@click.option(
    "--token",
    type=click.File(encoding="utf-8", errors="replace"),
    help="The file with the token to sign the call with, as it is or as a header.",
)
@click.option("--brief", is_flag=True, help="Leave out the text of the cards.")
def command(request_file: str, url: str | None, token: TextIO | None, brief: bool) -> None:
    """Make a call and print the answer as people read it: its cards, what was decided, what is missing.

    REQUEST is the file with the body of a hook call; "-" reads standard input.

    Exits with 1 where there is no answer with cards, and with 2 where the file cannot be read.
    """
    if token is not None and url is None:
        raise click.UsageError("--token signs a call to another process, so it goes with --url.")
    try:
        body = content_of(request_file)
    except MaterialError as error:
        raise CannotReadError(str(error)) from error
    try:
        hook = hook_of(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        hook = None  # the service says what is wrong with it
    try:
        send = way_to(url, SERVICES, token_in(token.read()) if token else None)
        answer = send(calls.service_id(hook, SERVICES), body)
    except calls.UnreachableError as error:
        raise click.ClickException(str(error)) from error
    width = min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST)
    click.echo(told(answer, width=width, brief=brief), nl=False)
    if answer.status != http.HTTPStatus.OK:
        raise SystemExit(1)
