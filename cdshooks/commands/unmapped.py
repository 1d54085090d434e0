"""`cdshooks unmapped`."""

import itertools
from pathlib import Path

import click

from cdshooks import settings_sources
from cdshooks.replay.material import MaterialError, load
from cdshooks.replay.unmapped import find, tally
from fhir_mappings import local_codes, value_sets


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option(
    "--code-map", type=click.Path(path_type=Path), help="The local code map.  [default: that of the settings]"
)
def command(files: tuple[str, ...], code_map: Path | None) -> None:
    """List values that are called T-scores and whose codes nothing maps.

    FILES are Bundles, NDJSON or resources, also as gzip; "-" is standard input. What is printed is TOML: for
    each code an entry for the local code map, in which only its meaning is left to say. It names codes,
    units and the range of the values, and nothing of any patient.

    Exits with 1 where a file cannot be read; the others are read all the same.
    """
    code_map = code_map or settings_sources.load().code_map
    terminology = value_sets.load()
    if code_map is not None:
        terminology = terminology.with_local(local_codes.read(code_map))
    unreadable = []
    found = []
    for name in files:
        try:
            found.append(tuple(find(load(name), terminology)))
        except MaterialError as error:
            unreadable.append(name)
            click.echo(f"Error: {error}", err=True)
    rows = tally(itertools.chain.from_iterable(found))
    for row in rows:
        click.echo(row.toml())
    if not rows:
        click.echo("nothing unmapped" + (" in what could be read" if unreadable else ""))
    if unreadable:
        raise SystemExit(1)
