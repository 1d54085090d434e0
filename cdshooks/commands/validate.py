"""`cdshooks validate`."""

from collections.abc import Iterator

import click
import msgspec

from cdshooks import settings_sources
from cdshooks.commands.asking import CannotReadError
from cdshooks.replay.material import MaterialError, content_of
from cdshooks.replay.validity import Finding, findings
from cdshooks.services import SERVICES
from fhir_mappings import local_codes, value_sets


class _Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What `--json` prints of each file."""

    file: str
    valid: bool
    findings: tuple[Finding, ...]


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(files: tuple[str, ...], as_json: bool) -> None:
    """Check the bodies of hook calls, and every FHIR resource in them, strictly.

    FILES hold one body each; "-" is standard input. What the service would refuse is told in its own words,
    all at once. Beyond that, each resource is held against FHIR R4B: the service reads of it what it can, and
    does not refuse the call. No value is printed. No FHIR server is asked, and nothing is kept.

    Exits with 1 where a file is not valid, and with 2 where one cannot be read.
    """
    settings = settings_sources.load()
    terminology = value_sets.load()
    if settings.code_map is not None:
        terminology = terminology.with_local(local_codes.read(settings.code_map))
    try:
        # All of them first: one that cannot be read should not come to light after the others.
        bodies = [(file, content_of(file)) for file in files]
    except MaterialError as error:
        raise CannotReadError(str(error)) from error
    most = settings.max_body_bytes
    checked = [_check(file, findings(body, SERVICES, terminology, most_bytes=most)) for file, body in bodies]
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(checked)).decode())
    else:
        click.echo("\n".join(line for each in checked for line in _lines(each)))
    if not all(each.valid for each in checked):
        raise SystemExit(1)


def _check(file: str, found: tuple[Finding, ...]) -> _Checked:
    return _Checked(file=file, valid=all(each.kind == "note" for each in found), findings=found)


def _lines(checked: _Checked) -> Iterator[str]:
    yield f"{'ok' if checked.valid else 'INVALID':<7} {checked.file}"
    for each in checked.findings:
        # The service's own words name the element mostly.
        where = f"{each.path}: " if each.path and f"`{each.path}`" not in each.text else ""
        yield f"  {each.kind:<4}  {where}{each.text}{f' {each.hint}' if each.hint else ''}"
