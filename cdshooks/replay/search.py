"""As much of a FHIR server as prefetch templates need: reads and searches in the resources of a file.

It answers what the templates ask and nothing else. A parameter it does not know is an error: left out, it
would turn the template into another question, and the answer into a wrong one that looks right.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

import msgspec

from cdshooks.replay.chart import Held
from fhir_mappings.reader import Reference

_TOKEN = re.compile(r"\{\{\s*(.*?)\s*\}\}")
_KIND = re.compile(r"[A-Z][A-Za-z]+")
_READ = re.compile(r"(?P<kind>[A-Z][A-Za-z]+)/(?P<id>[^/]+)")
# Where R4 defines the search parameter `code` as the element `code`, and as nothing beside it.
_CODED = frozenset(
    {"Condition", "DiagnosticReport", "Medication", "Observation", "Procedure", "ServiceRequest"}
)

# A further page has to have an absolute URL, and there is no server to fetch it from.
_NOWHERE = "https://fhir.invalid"


class TemplateError(ValueError):
    """A prefetch template that cannot be answered here. The message is one line and names the reason."""


class _Search(msgspec.Struct, frozen=True):
    mode: str


class _Found(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    full_url: str | None = None
    resource: msgspec.Raw
    search: _Search


class _Link(msgspec.Struct, frozen=True):
    relation: str
    url: str


class _Searchset(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="resourceType", tag="Bundle"
):
    type: str
    total: int
    link: tuple[_Link, ...] = ()
    entry: tuple[_Found, ...] = ()


def answer(template: str, context: Mapping[str, str], chart: tuple[Held, ...]) -> msgspec.Raw:
    """What a FHIR server that holds `chart` answers to a template: a resource, null, or a searchset Bundle.

    A patient's reference counts in whatever form it is written, and codes by system and code exactly, as on a
    server. More than `_count` matches give the first page and a `next` link, as on a server.
    A Medication that a match points at comes along with search mode "include": a client's server resolves
    references elsewhere, but a replay has this one body, and without it would not know the drug.

    Raises:
        TemplateError: where the template asks for anything else.
    """
    kind, question, query = template.partition("?")
    if not question:
        return _read(template, _filled(template, context), chart)
    tests, count = _criteria(template, kind, query, context, chart)
    matches = [held for held in chart if held.kind == kind and all(test(held) for test in tests)]
    page = matches if count is None else matches[:count]
    drugs = [
        held for held in chart if held.kind == "Medication" and any(match.points_at(held) for match in page)
    ]
    bundle = _Searchset(
        type="searchset",
        total=len(matches),
        link=() if len(page) == len(matches) else (_Link("next", f"{_NOWHERE}/{kind}?page=2"),),
        entry=(*(_found(held, "match") for held in page), *(_found(held, "include") for held in drugs)),
    )
    return msgspec.Raw(msgspec.json.encode(bundle))


def _read(template: str, filled: str, chart: tuple[Held, ...]) -> msgspec.Raw:
    wanted = _READ.fullmatch(filled)
    if wanted is None:
        raise TemplateError(f"{template!r} is neither a read, Type/id, nor a search, Type?…")
    found = (held for held in chart if (held.kind, held.id) == (wanted["kind"], wanted["id"]))
    return next((held.entry.resource for held in found), msgspec.Raw(b"null"))


def _criteria(
    template: str, kind: str, query: str, context: Mapping[str, str], chart: tuple[Held, ...]
) -> tuple[list[Callable[[Held], bool]], int | None]:
    """What a resource of `kind` has to meet, and how many there may be on a page."""
    try:
        parameters = parse_qsl(query, keep_blank_values=True, strict_parsing=True)
    except ValueError:
        parameters = []
    if not parameters or not _KIND.fullmatch(kind):
        raise TemplateError(f"{template!r} is not a search, Type?name=value&…")
    if len(dict(parameters)) < len(parameters):
        raise TemplateError(f"{template!r} has a parameter twice, which is not known here")
    tests: list[Callable[[Held], bool]] = []
    count = None
    for name, raw in parameters:
        value = _filled(raw, context)
        if name == "patient":
            tests.append(_of_patient(value, chart))
        elif name == "code" and kind in _CODED:
            tests.append(_of_codes(value))
        elif name == "_count" and value.isdecimal() and int(value) > 0:
            count = int(value)
        else:
            raise TemplateError(f"{kind}?{name}={value[:40]}: this search is not known here")
    return tests, count


def _of_patient(value: str, chart: tuple[Held, ...]) -> Callable[[Held], bool]:
    patient_id = Reference(reference=value).id or ""
    addresses = frozenset(
        held.entry.full_url
        for held in chart
        if held.kind == "Patient" and held.id == patient_id and held.entry.full_url
    )
    return lambda held: held.is_about(patient_id, addresses)


def _of_codes(value: str) -> Callable[[Held], bool]:
    pairs = [token.partition("|") for token in value.split(",")]
    unknown = next((system + bar + code for system, bar, code in pairs if not (system and code)), None)
    if unknown is not None:
        raise TemplateError(f"code={unknown[:40]}: only system|code is known here")
    codes = frozenset((system, code) for system, _, code in pairs)
    return lambda held: held.has_code(codes)


def _filled(text: str, context: Mapping[str, str]) -> str:
    """`text` with its tokens replaced by what the context says."""

    def value(token: re.Match[str]) -> str:
        name = token[1].removeprefix("context.")
        if name == token[1] or name not in context:
            raise TemplateError(f"{token[0]}: this token is not known here")
        return context[name]

    return _TOKEN.sub(value, text)


def _found(held: Held, mode: str) -> _Found:
    return _Found(full_url=held.entry.full_url, resource=held.entry.resource, search=_Search(mode))
