"""A patient's chart in a file made into a hook call, by answering the service's own prefetch templates."""

import datetime
import hashlib
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

_CHART_ONLY = "patient-view"
_SELECTING = "order-select"
_WITH_ORDERS = frozenset({_SELECTING, "order-sign"})
_IDS_SHOWN = 10


class NoRequestError(ValueError):
    """A chart that no request can be made of. The message is one line and says why."""


class _Draft(msgspec.Struct, frozen=True):
    resource: msgspec.Raw


class _Drafts(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`context.draftOrders`."""

    resource_type: str = "Bundle"
    type: str = "collection"
    entry: tuple[_Draft, ...]


class _Body(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    hook: str
    hook_instance: uuid.UUID
    context: dict[str, str | list[str] | _Drafts]
    extension: dict[str, datetime.date] = {}
    prefetch: dict[str, msgspec.Raw]


class _Name(msgspec.Struct, frozen=True, rename="camel"):
    resource_type: str
    id: str


def build_request(
    content: bytes,
    *,
    service: Service,
    terminology: Terminology,
    patient: str | None = None,
    as_of: datetime.date | None = None,
    user: str = SOMEONE,
    drafts: bytes | None = None,
) -> bytes:
    """The body of the call that a client with this chart makes to `service`, as JSON that people can read.

    `content` is a Bundle of any type, NDJSON or a resource, also as gzip; `patient` the Patient.id where
    there are several; `drafts` the orders of an order hook, in the same forms, all of them selected. Resources
    go in token by token as they are, with their numbers and whatever is wrong with them. The same arguments
    give the same bytes.

    Raises:
        material.MaterialError: where `content` or `drafts` hold no resources.
        NoRequestError: where it does not say which patient, or the hook needs drafts, has none, or needs more.
        search.TemplateError: where a template of the service asks for more than is known here.
    """
    return request_for(
        read(content),
        service=service,
        terminology=terminology,
        patient=patient,
        as_of=as_of,
        user=user,
        drafts=None if drafts is None else read(drafts),
    )


def request_for(
    entries: tuple[Entry, ...],
    *,
    service: Service,
    terminology: Terminology,
    patient: str | None = None,
    as_of: datetime.date | None = None,
    user: str = SOMEONE,
    drafts: tuple[Entry, ...] | None = None,
) -> bytes:
    """As `build_request`, of resources that were read already."""
    ordered = _ordered(service, drafts)
    chart = hold(entries)
    patient_id = _patient_id(chart, patient)
    context = {"userId": user, "patientId": patient_id}
    call = f"urn:bone-health-cds:replay:{service.id}:{patient_id}:{as_of or ''}"
    if ordered:
        call += f":{hashlib.sha256(msgspec.json.encode(ordered)).hexdigest()}"
    body = _Body(
        hook=service.hook,
        hook_instance=uuid.uuid5(uuid.NAMESPACE_URL, call),
        context={**context, **ordered},
        extension={} if as_of is None else {AS_OF: as_of},
        prefetch={
            key: search.answer(template, context, chart)
            for key, template in service.prefetch(terminology).items()
        },
    )
    return msgspec.json.format(msgspec.json.encode(body), indent=2) + b"\n"


def _ordered(service: Service, drafts: tuple[Entry, ...] | None) -> dict[str, list[str] | _Drafts]:
    """What the context of an order hook has beside the chart's."""
    if service.hook == _CHART_ONLY and drafts is None:
        return {}
    if service.hook not in _WITH_ORDERS:
        more = "takes no draft" if service.hook == _CHART_ONLY else "takes more than a chart and drafts"
        raise NoRequestError(f"{service.id} is called for {service.hook}, which {more}")
    if not drafts:
        raise NoRequestError(f"{service.id} is called for {service.hook}, which takes a draft order too")
    orders = _Drafts(entry=tuple(_Draft(each.resource) for each in drafts))
    if service.hook != _SELECTING:
        return {"draftOrders": orders}
    return {"selections": [_reference(each.resource) for each in drafts], "draftOrders": orders}


def _reference(draft: msgspec.Raw) -> str:
    try:
        name = msgspec.json.decode(draft, type=_Name)
    except msgspec.ValidationError:
        raise NoRequestError("a draft without resourceType and id cannot be selected") from None
    return f"{name.resource_type}/{name.id}"


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
