"""The shipped value sets as they lie in `value_sets/`: FHIR ValueSet resources, one per `Concept`.

They are generated from terminology/, and only the elements that codes are looked up by are read.
"""

import importlib.resources
from collections.abc import Mapping
from decimal import Decimal

import msgspec

from fhir_mappings.code_facts import CodeFacts
from fhir_mappings.concepts import Concept

EXTENSIONS = "urn:bone-health-cds:"


class Extension(msgspec.Struct, frozen=True, rename="camel"):
    """One fact about a code, named by the end of its URL."""

    url: str
    value_string: str | None = None
    value_code: str | None = None
    value_decimal: Decimal | None = None
    value_integer: int | None = None
    extension: tuple["Extension", ...] = ()


class Member(msgspec.Struct, frozen=True):
    """A code that is enumerated."""

    code: str
    display: str | None = None
    extension: tuple[Extension, ...] = ()


class Filter(msgspec.Struct, frozen=True):
    """A regular expression that codes have to match."""

    value: str


class Part(msgspec.Struct, frozen=True):
    """An include or an exclude: codes of one system, by enumeration or by one expression."""

    system: str
    concept: tuple[Member, ...] = ()
    filter: tuple[Filter, ...] = ()
    extension: tuple[Extension, ...] = ()


class Compose(msgspec.Struct, frozen=True):
    """What is in the value set, and what of that is not."""

    include: tuple[Part, ...]
    exclude: tuple[Part, ...] = ()


class ValueSet(msgspec.Struct, frozen=True):
    """A FHIR ValueSet, as far as codes are looked up by it."""

    id: Concept
    compose: Compose


class Shipped(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is shipped: the value sets, other spellings of code systems, and RxNorm codes by NDC."""

    value_sets: tuple[ValueSet, ...]
    aliases: Mapping[str, tuple[str, ...]]
    products: Mapping[str, tuple[str, ...]] = {}


def read_shipped() -> Shipped:
    """Read all of it. Raises msgspec.ValidationError where a file is damaged."""
    folder = importlib.resources.files("fhir_mappings").joinpath("value_sets")

    def read(name: str) -> dict[str, tuple[str, ...]]:
        return msgspec.json.decode(folder.joinpath(name).read_bytes(), type=dict[str, tuple[str, ...]])

    return Shipped(
        value_sets=tuple(
            msgspec.json.decode(folder.joinpath(f"{concept}.json").read_bytes(), type=ValueSet)
            for concept in Concept
        ),
        aliases=read("code-systems.json"),
        products=read("national-drug-codes.json"),
    )


def facts_of(display: str | None, extensions: tuple[Extension, ...]) -> CodeFacts:
    """Extensions named after a fact, as that fact; the others are for people who read the file."""
    return msgspec.convert({"display": display, **_stated(extensions)}, CodeFacts)


def _stated(extensions: tuple[Extension, ...]) -> dict[str, object]:
    stated: dict[str, object] = {}
    components = []
    for each in extensions:
        name = each.url.removeprefix(EXTENSIONS).replace("-", "_")
        if name == "component":
            components.append(_stated(each.extension))
        else:
            values = (each.value_string, each.value_code, each.value_decimal, each.value_integer)
            stated[name] = next((value for value in values if value is not None), None)
    return {**stated, "components": components} if components else stated
