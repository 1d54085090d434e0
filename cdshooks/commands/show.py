"""`cdshooks show`."""

import http
import shutil

import click
import msgspec

from cdshooks.commands.asking import CannotReadError, url_option, way_to
from cdshooks.replay import calls
from cdshooks.replay.cases import hook_of
from cdshooks.replay.material import MaterialError, content_of
from cdshooks.replay.told import told
from cdshooks.services import SERVICES

_WIDEST = 100


@click.command()
@click.argument("request_file", metavar="REQUEST")
@url_option
@click.option("--brief", is_flag=True, help="Leave out the text of the cards.")
def command(request_file: str, url: str | None, brief: bool) -> None:
    """Make a call and print the answer as people read it: its cards, what was decided, what is missing.

    REQUEST is the file with the body of a hook call; "-" reads standard input.

    Exits with 1 where there is no answer with cards, and with 2 where the file cannot be read.
    """
    try:
        body = content_of(request_file)
    except MaterialError as error:
        raise CannotReadError(str(error)) from error
    try:
        hook = hook_of(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        hook = None  # the service says what is wrong with it
    try:
        answer = way_to(url, SERVICES)(calls.service_id(hook, SERVICES), body)
    except calls.UnreachableError as error:
        raise click.ClickException(str(error)) from error
    width = min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST)
    click.echo(told(answer, width=width, brief=brief), nl=False)
    if answer.status != http.HTTPStatus.OK:
        raise SystemExit(1)
