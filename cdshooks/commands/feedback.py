"""`cdshooks feedback`."""

import csv
import datetime
import io
from collections.abc import Iterable

import click
import msgspec

from cdshooks import settings_sources
from cdshooks.store.engine import Connections, StoreUnreachable, location
from cdshooks.store.forget import forget as forget_older
from cdshooks.store.report import Line, flat
from cdshooks.store.report import report as read_report
from cdshooks.store.upgrade import Schema

_PATIENCE_SECONDS = 60.0


@click.group()
def command() -> None:
    """Tell what became of the cards that were sent."""


@command.command()
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, for a spreadsheet.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The first day that counts, as YYYY-MM-DD, in UTC.  [default: all]",
)
def report(as_csv: bool, as_json: bool, since: datetime.datetime | None) -> None:
    """Print how cards were answered, by topic, guideline version and client.

    "Shown" counts the cards sent, at least: counts in memory are lost where a process is killed. The override
    rate is of the cards that were answered; most clients send nothing for a card that is ignored. The version
    of an answer is that of the service that received it. No patient and no comment is in it.
    """
    if as_csv and as_json:
        raise click.UsageError("--csv or --json, not both.")
    connections = Connections(location(settings_sources.load()), patience=_PATIENCE_SECONDS)
    try:
        lines = read_report(connections, since.date() if since else None)
    except StoreUnreachable as error:
        raise click.ClickException(
            f"the store cannot be read ({error}); `cdshooks store upgrade` makes one where there is none"
        ) from error
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(lines)).decode())
    elif as_csv:
        click.echo(_csv(flat(lines)), nl=False)
    else:
        click.echo("\n".join(_told(line) for line in lines) or "no cards were shown or answered")


@command.command()
@click.option(
    "--before",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="The first day that is kept, as YYYY-MM-DD, in UTC.",
)
@click.option("--client", help="The name of the only client to forget anything of.  [default: all clients]")
@click.option("--dry-run", is_flag=True, help="Say how many, and delete nothing.")
def forget(before: datetime.datetime, client: str | None, dry_run: bool) -> None:
    """Delete the answers received, and the counts of cards shown, before a day.

    It does not ask whether it should. An answer that is younger than a year may let a card rest, which is
    shown again without it. The service may run meanwhile.
    """
    url = location(settings_sources.load())
    looking = Connections(url, patience=_PATIENCE_SECONDS)
    # What a later version means by its tables is not known here.
    schema = Schema(looking=looking, upgrading=looking)
    connections = Connections(url, patience=_PATIENCE_SECONDS, ready=schema.look)
    try:
        found = forget_older(connections, before.date(), client=client, dry_run=dry_run)
    except StoreUnreachable as error:
        raise click.ClickException(f"the store cannot be used, nothing is deleted ({error})") from error
    of = "" if client is None else f" of {client}"
    counts = (
        f"{found.answers} answers and the counts of {found.cards} cards{of} from before {before:%Y-%m-%d}"
    )
    click.echo(f"would forget {counts}" if dry_run else f"forgot {counts}")


def _csv(rows: Iterable[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _told(line: Line) -> str:
    shown = "not counted" if line.shown is None else f"at least {line.shown}"
    of_answered, of_shown = _percent(line.override_rate), _percent(line.override_rate_of_shown)
    rows = [
        f"{line.topic}, guideline {line.guideline_version}, client {line.client}",
        f"  shown         {shown}",
        f"  answered      {line.answered}",
        f"  accepted      {line.accepted}{_counts(line.suggestions)}",
        f"  overridden    {line.overridden}{_counts(line.reasons)}",
        f"  override rate {of_answered} of answered, {of_shown} of shown",
    ]
    return "\n".join(rows)


def _counts(counts: dict[str, int]) -> str:
    return f"  ({', '.join(f'{code} {number}' for code, number in counts.items())})" if counts else ""


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{rate * 100:.0f} %"
