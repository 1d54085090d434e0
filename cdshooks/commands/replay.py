"""`cdshooks replay`."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from cdshooks.commands.asking import CannotReadError, url_option, way_to
from cdshooks.replay import calls, cases
from cdshooks.replay.compare import differences
from cdshooks.services import SERVICES


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--update", is_flag=True, help="Record the answers as the expected ones.")
@url_option
def command(paths: tuple[Path, ...], update: bool, url: str | None) -> None:
    """Make recorded calls again and tell whether the answers are still the expected ones.

    PATHS are cases, or folders with cases at any depth; fixtures/ where none is given. A case is a folder
    with the body of a hook call, request.json, and the answer to it, expected.json.

    Exits with 1 where an answer differs, and with 2 where the cases cannot be used.
    """
    if update and url:
        raise click.UsageError("--update records the answers of this service, so --url cannot go with it.")
    if not SERVICES:
        raise CannotReadError("there is no service to replay the cases with")
    try:
        found = cases.find(paths or (Path("fixtures"),))
        send = way_to(url, SERVICES)
        outcomes = Counter(_recorded(found, send) if update else _compared(found, send))
    except cases.CasesError as error:
        raise CannotReadError(str(error)) from error
    except calls.UnreachableError as error:
        raise click.ClickException(str(error)) from error
    click.echo(_summary(outcomes, ("updated", "unchanged") if update else ("ok", "differs")))
    if outcomes["differs"]:
        raise SystemExit(1)


def _compared(found: tuple[cases.Case, ...], send: calls.Send) -> Iterator[str]:
    """Replay each case and print how it went."""
    # All of them first: a record that cannot be read should not come to light after a hundred calls.
    for case, expected in [(case, case.expected()) for case in found]:
        if expected is None:
            lines = [f"{cases.EXPECTED} is missing; --update writes it"]
        else:
            lines = differences(expected, send(calls.service_id(case.hook, SERVICES), case.request))
        click.echo(f"DIFFERS {case.name}" if lines else f"ok      {case.name}")
        for line in lines:
            click.echo(f"  {line}")
        yield "differs" if lines else "ok"


def _recorded(found: tuple[cases.Case, ...], send: calls.Send) -> Iterator[str]:
    """Record the answer to each case and print whether that changed the record."""
    for case in found:
        changed = case.record(send(calls.service_id(case.hook, SERVICES), case.request))
        outcome = "updated" if changed else "unchanged"
        click.echo(f"{outcome:<9} {case.name}")
        yield outcome


def _summary(outcomes: Counter[str], names: tuple[str, str]) -> str:
    total = outcomes.total()
    counts = ", ".join(f"{outcomes[name]} {name}" for name in names)
    return f"{total} {'case' if total == 1 else 'cases'}: {counts}"
