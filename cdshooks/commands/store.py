"""`cdshooks store`."""

import click

from cdshooks import settings_sources
from cdshooks.store.checks import where_it_is
from cdshooks.store.engine import Connections, StoreUnreachable, location
from cdshooks.store.upgrade import upgrade as make_current

_PATIENCE_SECONDS = 60.0


@click.group()
def command() -> None:
    """Look after the store of feedback and tokens."""


@command.command()
def upgrade() -> None:
    """Bring the schema of the store up to date; make the store where there is none.

    `cdshooks serve` does the same when it starts. Several at once do no harm: one does it, the others wait.
    """
    url = location(settings_sources.load())
    try:
        was, now = make_current(Connections(url, patience=_PATIENCE_SECONDS))
    except StoreUnreachable as error:
        raise click.ClickException(f"{where_it_is(url)}: cannot be upgraded: {error}") from error
    told = f"schema {now}, nothing to do" if was == now else f"schema {was or 'none'} → {now}"
    click.echo(f"{where_it_is(url)}: {told}")
