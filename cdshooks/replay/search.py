"""As much of a FHIR server as prefetch templates need: reads and searches in a handful of resources.

It answers what the templates ask and nothing else. A parameter it does not know is an error: left out, it
would turn the template into another question, and the answer into a wrong one that looks right.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from cdshooks.replay.material import Entry
from fhir_mappings.reader import Reference

_TOKEN = re.compile(r"\{\{\s*(.*?)\s*\}\}")
_READ = re.compile(r"(?P<kind>[A-Z][A-Za-z]+)/(?P<id>[^/?]+)")
# Where R4 defines the search parameter `code` as the element `code`, and as nothing beside it.
_CODED = frozenset({"Condition", "DiagnosticReport", "Medication", "Observation", "Procedure", "ServiceRequest"})


class TemplateError(ValueError):
    """A prefetch template that cannot be answered here. The message is one line and names the reason."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A resource as the search sees it. What is not looked at may be broken, and is passed on broken."""

    entry: Entry
    kind: str
    id: str | None
    elements: Mapping[str, Any]

    @property
    def medication(self) -> str | None:
        """The Medication it points at."""
        pointer = self.elements.get("medicationReference")
        reference = pointer.get("reference") if isinstance(pointer, dict) else None
        return reference if isinstance(reference, str) else None


class _Stub(msgspec.Struct, frozen=True, rename="camel"):
    resource_type: str
    id: Any = None
    subject: Any = None
    patient: Any = None
    code: Any = None
    medication_reference: Any = None


class _Mode(msgspec.Struct, frozen=True):
    mode: str


class _Link(msgspec.Struct, frozen=True):
    relation: str
    url: str


class _Found(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    full_url: str | None = None
    resource: msgspec.Raw
    search: _Mode


class _Searchset(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="resourceType", tag="Bundle"
):
    type: str
    total: int
    link: tuple[_Link, ...] = ()
    entry: tuple[_Found, ...] = ()


_stub = msgspec.json.Decoder(_Stub)
_Test = Callable[[Held], bool]


def hold(entries: Iterable[Entry]) -> tuple[Held, ...]:
    """The entries, ready to be searched; what names no resource type is left out."""
    return tuple(_held(entries))


def answer(template: str, context: Mapping[str, str], chart: tuple[Held, ...]) -> msgspec.Raw:
    """What a FHIR server that holds `chart` answers to a template: a resource or null, or a searchset.

    A patient's reference counts in whatever form it is written, and codes by system and code exactly, as on a
    server. What is there but cannot be read (a `code` that is a string) rules nothing out: the service under
    replay is to meet it. More than `_count` matches give the first page with a `next` link, as on a server.
    A Medication that a match points at comes along with search mode "include": a client's server resolves
    references elsewhere, but a replay has this one body, and without it would not know the drug.

    Raises:
        TemplateError: where the template asks for anything else.
    """
    kind, question, query = template.partition("?")
    if not question:
        return _read(_filled(template, context), chart)
    tests, count = _parsed(kind, query, context, chart)
    matches = [held for held in chart if held.kind == kind and all(test(held) for test in tests)]
    page = matches[:count]
    found = [_found(held, "match") for held in page]
    found += [_found(held, "include") for held in _medications(page, chart)]
    following = () if len(page) == len(matches) else (_Link("next", f"{kind}?page=2"),)
    bundle = _Searchset(type="searchset", total=len(matches), link=following, entry=tuple(found))
    return msgspec.Raw(msgspec.json.encode(bundle))


def _held(entries: Iterable[Entry]) -> Iterator[Held]:
    for entry in entries:
        try:
            stub = _stub.decode(entry.resource)
        except msgspec.DecodeError:
            continue
        elements = {
            "subject": stub.subject,
            "patient": stub.patient,
            "code": stub.code,
            "medicationReference": stub.medication_reference,
        }
        known_as = stub.id if isinstance(stub.id, str) else None
        yield Held(entry=entry, kind=stub.resource_type, id=known_as, elements=elements)
