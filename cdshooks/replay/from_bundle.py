"""A patient's chart in a file made into a hook call, by answering the service's own prefetch templates."""

import datetime
import uuid

import msgspec

from cdshooks.replay import search
from cdshooks.replay.chart import Held, hold
from cdshooks.replay.material import Entry, read
from cdshooks.services.service import Service
from cdshooks.web.hooks import AS_OF
from fhir_mappings.value_sets import Terminology

SOMEONE = "Practitioner/example"
"""Who looks at the chart where nobody is named."""

_HOOK = "patient-view"
_IDS_SHOWN = 10


class NoRequestError(ValueError):
    """A chart that no request can be made of. The message is one line and says why."""


class _Body(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    hook: str
    hook_instance: uuid.UUID
    context: dict[str, str]
    extension: dict[str, datetime.date] = {}
    prefetch: dict[str, msgspec.Raw]


def build_request(
    content: bytes,
    *,
    service: Service,
    terminology: Terminology,
    patient: str | None = None,
    as_of: datetime.date | None = None,
    user: str = SOMEONE,
) -> bytes:
    """The body of the call that a client with this chart makes to `service`, as JSON that people can read.

    `content` is a Bundle of any type, NDJSON or a resource, also as gzip; `patient` the Patient.id where
    there are several. Resources go in token by token as they are, with their numbers and whatever is wrong
    with them. The same arguments give the same bytes.

    Raises:
        material.MaterialError: where `content` holds no resources.
        NoRequestError: where it does not say which patient, or the service is not called from a chart alone.
        search.TemplateError: where a template of the service asks for more than is known here.
    """
    return request_for(
        read(content), service=service, terminology=terminology, patient=patient, as_of=as_of, user=user
    )


def request_for(
    entries: tuple[Entry, ...],
    *,
    service: Service,
    terminology: Terminology,
    patient: str | None = None,
    as_of: datetime.date | None = None,
    user: str = SOMEONE,
) -> bytes:
    """As `build_request`, of resources that were read already."""
    if service.hook != _HOOK:
        raise NoRequestError(f"{service.id} is called for {service.hook}, which takes more than a chart")
    chart = hold(entries)
    patient_id = _patient_id(chart, patient)
    context = {"userId": user, "patientId": patient_id}
    call = f"urn:bone-health-cds:replay:{service.id}:{patient_id}:{as_of or ''}"
    body = _Body(
        hook=service.hook,
        hook_instance=uuid.uuid5(uuid.NAMESPACE_URL, call),
        context=context,
        extension={} if as_of is None else {AS_OF: as_of},
        prefetch={
            key: search.answer(template, context, chart)
            for key, template in service.prefetch(terminology).items()
        },
    )
    return msgspec.json.format(msgspec.json.encode(body), indent=2) + b"\n"


def _patient_id(chart: tuple[Held, ...], wanted: str | None) -> str:
    patients = [held.id for held in chart if held.kind == "Patient"]
    ids = list(dict.fromkeys(each for each in patients if each is not None))
    if not patients:
        raise NoRequestError("there is no Patient in it")
    if not ids:
        raise NoRequestError("the Patient in it has no id")
    listed = ", ".join(ids[:_IDS_SHOWN]) + (", …" if len(ids) > _IDS_SHOWN else "")
    if wanted is not None:
        if wanted not in ids:
            raise NoRequestError(f"there is no Patient of the id {wanted} in it; there are: {listed}")
        return wanted
    if len(set(patients)) > 1:
        raise NoRequestError(f"there are several patients in it, name one with --patient: {listed}")
    return ids[0]
