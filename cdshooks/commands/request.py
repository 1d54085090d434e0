"""`cdshooks request`."""

import datetime
import re
from pathlib import Path

import click

from cdshooks import settings_sources
from cdshooks.replay.from_bundle import SOMEONE, NoRequestError, request_for
from cdshooks.replay.material import MaterialError, load
from cdshooks.replay.search import TemplateError
from cdshooks.services import SERVICES
from cdshooks.services.service import Service
from cdshooks.wire.request import USER
from fhir_mappings import local_codes, value_sets


def _user(_ctx: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not re.search(USER, value):
        raise click.BadParameter("is not a reference to a person, such as Practitioner/123")
    return value


def _service(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> Service | None:
    found = next((service for service in SERVICES if value == service.id), None)
    if found is None and value is not None:
        known = ", ".join(service.id for service in SERVICES) or "none"
        raise click.BadParameter(f"there is no service of this id; there are: {known}")
    return found


def _of_hook(hook: str) -> Service:
    return next(service for service in SERVICES if service.hook == hook)


@click.command()
@click.option(
    "--from-bundle",
    "name",
    required=True,
    metavar="FILE",
    help='The chart: a Bundle of any type, NDJSON or a resource, also as gzip; "-" reads standard input.',
)
@click.option("--patient", metavar="ID", help="The Patient.id, where the file holds several patients.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day to evaluate for, YYYY-MM-DD.  [default: the day the request is answered]",
)
@click.option(
    "--draft",
    metavar="FILE",
    help="The orders that are chosen or signed, in the same forms as the chart.",
)
@click.option(
    "--service",
    callback=_service,
    metavar="ID",
    help="The service to call.  [default: that of patient-view; with a draft, of order-sign]",
)
@click.option(
    "--user", default=SOMEONE, callback=_user, show_default=True, metavar="REF", help="Who opens the chart."
)
@click.option("--out", type=click.Path(path_type=Path), help="Write here instead of to standard output.")
def command(
    name: str,
    patient: str | None,
    as_of: datetime.datetime | None,
    draft: str | None,
    service: Service | None,
    user: str,
    out: Path | None,
) -> None:
    """Make a patient's chart into the body of a hook call, usable with curl and as a fixture.

    The service's own prefetch templates are answered from the file as a FHIR server would, by the codes of
    the value sets and of the local code map that the settings name.
    """
    code_map = settings_sources.load().code_map
    terminology = value_sets.load()
    if code_map is not None:
        terminology = terminology.with_local(local_codes.read(code_map))
    try:
        entries = load(name)
        drafts = None if draft is None else load(draft)
    except MaterialError as error:
        raise click.ClickException(str(error)) from error
    try:
        body = request_for(
            entries,
            service=service or _of_hook("patient-view" if drafts is None else "order-sign"),
            terminology=terminology,
            patient=patient,
            as_of=as_of.date() if as_of else None,
            user=user,
            drafts=drafts,
        )
    except (NoRequestError, TemplateError) as error:
        raise click.ClickException(f"{name}: {error}") from error
    if out is None:
        click.echo(body, nl=False)
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(body)
    except OSError as error:
        raise click.ClickException(f"{out}: cannot be written: {error.strerror or error}") from error
