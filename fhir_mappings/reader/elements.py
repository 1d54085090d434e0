"""The elements that FHIR resources are made of, as far as the guideline reads them."""

import re
from decimal import Decimal

import msgspec

NO_JSON = msgspec.Raw(b"null")
"""What stands in an element that is read only where it matters, and is absent."""


class Element(msgspec.Struct, frozen=True, kw_only=True, rename="camel", gc=False):
    """A FHIR element; members not named by the class are ignored."""


class Coding(Element, frozen=True, kw_only=True):
    """A code in a system, with the name the chart shows for it."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


class CodeableConcept(Element, frozen=True, kw_only=True):
    """A concept by codes, by text, or both."""

    coding: tuple[Coding, ...] | None = None
    text: str | None = None

    @property
    def codings(self) -> tuple[Coding, ...]:
        """The codings, none where the element is absent."""
        return self.coding or ()

    @property
    def names(self) -> tuple[str, ...]:
        """What people call it: the text and each display that is there."""
        return tuple(filter(None, (self.text, *(coding.display for coding in self.codings))))


class StatusCoding(Element, frozen=True, kw_only=True):
    """A coding of which the system is not asked for: FHIR fixes that of a status."""

    code: str | None = None
    display: str | None = None


class Status(Element, frozen=True, kw_only=True):
    """A status that FHIR writes as a concept: clinicalStatus, verificationStatus."""

    coding: tuple[StatusCoding, ...] | None = None
    text: str | None = None

    @property
    def codes(self) -> frozenset[str]:
        """Its codes in lower case."""
        return frozenset([coding.code.strip().lower() for coding in self.coding or () if coding.code])

    @property
    def words(self) -> frozenset[str]:
        """What it is called, spelled as a code: "Entered in Error" as "entered-in-error"."""
        names = (self.text, *(coding.display for coding in self.coding or ()))
        return frozenset(["-".join(name.lower().split()) for name in names if name])


NO_STATUS = Status()


class Quantity(Element, frozen=True, kw_only=True):
    """A measured amount. `code` is UCUM where `system` says so; `unit` is what people read."""

    value: Decimal | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


# FHIR's decimal, as a number and, which FHIR forbids and systems do, in quotes. There without an exponent:
# Python would also read " 1_0", "Infinity" and other people's digits.
_NUMBER = re.compile(rb'-?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,9})?|"-?\d{1,40}(?:\.\d{1,40})?"')
_NO_NUMBER = Decimal("NaN")


class MeasuredQuantity(Element, frozen=True, kw_only=True):
    """A Quantity of an Observation, whose number is read only where the measurement matters.

    A JSON number counts, and a string that spells one in digits, with a sign and a point at most. What stands
    there otherwise is not a number: `value` is then NaN.
    """

    number: msgspec.Raw = msgspec.field(default=NO_JSON, name="value")
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None

    @property
    def quantity(self) -> Quantity:
        """The same with its number read."""
        return Quantity(
            value=self.value,
            comparator=self.comparator,
            unit=self.unit,
            system=self.system,
            code=self.code,
        )

    @property
    def value(self) -> Decimal | None:
        """The number; None where there is none."""
        written = bytes(self.number)
        if written == b"null":
            return None
        return Decimal(written.strip(b'"').decode()) if _NUMBER.fullmatch(written) else _NO_NUMBER


class Period(Element, frozen=True, kw_only=True):
    """From when to when; either end may be open."""

    start: str | None = None
    end: str | None = None


class Annotation(Element, frozen=True, kw_only=True):
    """What somebody wrote beside a value or a diagnosis."""

    text: str | None = None


class Reference(Element, frozen=True, kw_only=True):
    """A pointer to another resource, relative, absolute, urn:uuid or `#contained`."""

    reference: str | None = None
    display: str | None = None

    @property
    def id(self) -> str | None:
        """The bare id it points at, whatever the form; None where there is none."""
        if not self.reference:
            return None
        target = self.reference.split("/_history/", 1)[0].rstrip("/")
        return target.rsplit("/", 1)[-1].removeprefix("urn:uuid:").removeprefix("urn:oid:")

    @property
    def kind(self) -> str | None:
        """The resource type it names ("Patient/1", "https://…/Patient/1"); None where the form has none."""
        parts = (self.reference or "").split("/_history/", 1)[0].split("/")
        return parts[-2] if len(parts) > 1 else None


class ReferenceRange(Element, frozen=True, kw_only=True):
    """A laboratory's own limits; `type` says what for, and where it is absent they are the normal ones."""

    low: Quantity | None = None
    high: Quantity | None = None
    type: CodeableConcept | None = None


class Extension(Element, frozen=True, kw_only=True):
    """An extension, read for birth sex and sex for clinical use only."""

    url: str | None = None
    value_code: str | None = None
    value_codeable_concept: CodeableConcept | None = None
    extension: tuple["Extension", ...] | None = None


class Meta(Element, frozen=True, kw_only=True):
    """Metadata of a resource, read for the time of its last change."""

    last_updated: str | None = None


class Resource(Element, frozen=True, kw_only=True, tag_field="resourceType"):
    """What every resource has. `resourceType` picks the class."""

    id: str | None = None
    meta: Meta | None = None
    subject: Reference | None = None
    """Whose it is; None where the type has no such element."""
    focus: tuple[Reference, ...] | None = None
    """Whom or what an Observation on the subject's record is about, where that is not the subject."""

    @property
    def reference(self) -> str:
        """How the trace points at it, "Observation/123"; without an id only the type is left."""
        kind = type(self).__name__
        return f"{kind}/{self.id}" if self.id else kind
