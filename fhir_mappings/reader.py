"""The tolerant, typed reader of FHIR R4: only the elements the guideline reads, each resource on its own.

A strict parser fails a whole Bundle on one bad entry, and refuses what real charts hold (a dateTime without
an offset, an empty string). Here one resource is decoded at a time; what cannot be read becomes an
`Unreadable` with its reference and fails nothing else. Elements that are not named are not looked at.
"""

from decimal import Decimal
from typing import Literal

import msgspec


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
    """A coding of which only the code is asked for: FHIR fixes the system of a status."""

    code: str | None = None


class Status(Element, frozen=True, kw_only=True):
    """A status that FHIR writes as a concept: clinicalStatus, verificationStatus."""

    coding: tuple[StatusCoding, ...] | None = None

    @property
    def codes(self) -> frozenset[str]:
        """Its codes in lower case."""
        return frozenset([coding.code.lower() for coding in self.coding or () if coding.code])


NO_STATUS = Status()


class Quantity(Element, frozen=True, kw_only=True):
    """A measured amount. `code` is UCUM where `system` says so; `unit` is what people read."""

    value: Decimal | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Period(Element, frozen=True, kw_only=True):
    """From when to when; either end may be open."""

    start: str | None = None
    end: str | None = None


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
    """A laboratory's own limits."""

    low: Quantity | None = None
    high: Quantity | None = None


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

    @property
    def reference(self) -> str:
        """How the trace points at it, "Observation/123"; without an id only the type is left."""
        kind = type(self).__name__
        return f"{kind}/{self.id}" if self.id else kind


class Patient(Resource, frozen=True, kw_only=True, tag=True):
    """The person."""

    gender: str | None = None
    birth_date: str | None = None
    deceased_boolean: bool | None = None
    deceased_date_time: str | None = None
    extension: tuple[Extension, ...] | None = None


class Component(Element, frozen=True, kw_only=True):
    """A part of a panel that shares the panel's date, subject and status."""

    code: CodeableConcept | None = None
    value_quantity: Quantity | None = None
    value_integer: int | None = None
    value_string: str | None = None
    value_codeable_concept: CodeableConcept | None = None
    data_absent_reason: CodeableConcept | None = None
    reference_range: tuple[ReferenceRange, ...] | None = None


class Observation(Resource, frozen=True, kw_only=True, tag=True):
    """A measurement or finding. Its category is not read: DXA stands under imaging, laboratory, procedure."""

    status: str | None = None
    code: CodeableConcept | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    effective_instant: str | None = None
    issued: str | None = None
    value_quantity: Quantity | None = None
    value_integer: int | None = None
    value_string: str | None = None
    value_codeable_concept: CodeableConcept | None = None
    value_date_time: str | None = None
    data_absent_reason: CodeableConcept | None = None
    body_site: CodeableConcept | None = None
    reference_range: tuple[ReferenceRange, ...] | None = None
    component: tuple[Component, ...] | None = None

    @property
    def effective(self) -> str | None:
        """Clinical time as written, never `issued`: the end of a period where it has one."""
        period = self.effective_period
        return (
            self.effective_date_time
            or (period.end or period.start if period else None)
            or self.effective_instant
        )


class DiagnosticReport(Resource, frozen=True, kw_only=True, tag=True):
    """A report; `contained` holds observations that exist nowhere else."""

    status: str | None = None
    code: CodeableConcept | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    result: tuple[Reference, ...] | None = None
    contained: tuple[msgspec.Raw, ...] | None = None

    @property
    def effective(self) -> str | None:
        """Clinical time of the study as written."""
        period = self.effective_period
        return self.effective_date_time or (period.end or period.start if period else None)


class Condition(Resource, frozen=True, kw_only=True, tag=True):
    """A problem, diagnosis or event."""

    clinical_status: Status | None = None
    verification_status: Status | None = None
    code: CodeableConcept | None = None
    encounter: Reference | None = None
    onset_date_time: str | None = None
    onset_period: Period | None = None
    onset_age: Quantity | None = None
    abatement_date_time: str | None = None
    recorded_date: str | None = None


class Reaction(Element, frozen=True, kw_only=True):
    """A reaction that was seen; the substance may be named only here."""

    substance: CodeableConcept | None = None


class AllergyIntolerance(Resource, frozen=True, kw_only=True, tag=True):
    """An allergy or intolerance."""

    clinical_status: Status | None = None
    verification_status: Status | None = None
    type: str | None = None
    code: CodeableConcept | None = None
    subject: Reference | None = msgspec.field(default=None, name="patient")
    reaction: tuple[Reaction, ...] | None = None


class Procedure(Resource, frozen=True, kw_only=True, tag=True):
    """Something that was done to the patient."""

    status: str | None = None
    code: CodeableConcept | None = None
    performed_date_time: str | None = None
    performed_period: Period | None = None

    @property
    def performed(self) -> str | None:
        """When it was done, as written; the end of a period where it has one."""
        period = self.performed_period
        return self.performed_date_time or (period.end or period.start if period else None)


class Ingredient(Element, frozen=True, kw_only=True):
    """A substance in a medication."""

    item_codeable_concept: CodeableConcept | None = None


class Medication(Resource, frozen=True, kw_only=True, tag=True):
    """A medication that orders and statements point at."""

    code: CodeableConcept | None = None
    ingredient: tuple[Ingredient, ...] | None = None


class DispenseRequest(Element, frozen=True, kw_only=True):
    """For how long an order may be supplied."""

    validity_period: Period | None = None


class MedicationRequest(Resource, frozen=True, kw_only=True, tag=True):
    """An order."""

    status: str | None = None
    intent: str | None = None
    do_not_perform: bool | None = None
    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    authored_on: str | None = None
    dispense_request: DispenseRequest | None = None
    contained: tuple[msgspec.Raw, ...] | None = None


class MedicationStatement(Resource, frozen=True, kw_only=True, tag=True):
    """What the patient is said to take."""

    status: str | None = None
    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    date_asserted: str | None = None
    contained: tuple[msgspec.Raw, ...] | None = None


class OperationOutcomeIssue(Element, frozen=True, kw_only=True):
    """One issue of an OperationOutcome."""

    severity: str | None = None
    code: str | None = None


class OperationOutcome(Resource, frozen=True, kw_only=True, tag=True):
    """A server saying that something went wrong, or that it does not support what was asked."""

    issue: tuple[OperationOutcomeIssue, ...] | None = None


Readable = (
    Patient
    | Observation
    | DiagnosticReport
    | Condition
    | AllergyIntolerance
    | Procedure
    | Medication
    | MedicationRequest
    | MedicationStatement
    | OperationOutcome
)


class Unreadable(msgspec.Struct, frozen=True, kw_only=True):
    """A resource that could not be read: which one, and the element and shape that stood in the way.

    `because` never quotes a value.
    """

    kind: str | None
    reference: str
    because: str
    issue: Literal["unreadable", "wrong-version"] = "unreadable"


class Irrelevant(msgspec.Struct, frozen=True, kw_only=True):
    """A resource of a type that the guideline does not read."""

    kind: str


class _Stub(Element, frozen=True, kw_only=True):
    resource_type: str | None = None
    id: str | None = None


KINDS: frozenset[str] = frozenset(kind.__name__ for kind in Readable.__args__)
"""The resource types that the guideline reads."""

_decoder: msgspec.json.Decoder[Readable] = msgspec.json.Decoder(Readable)
_stub_decoder = msgspec.json.Decoder(_Stub)


def read(raw: msgspec.Raw | bytes) -> Readable | Unreadable | Irrelevant:
    """Read one resource; whatever it holds, this returns."""
    try:
        return _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _unreadable(raw, str(error))


def _unreadable(raw: msgspec.Raw | bytes, error: str) -> Unreadable | Irrelevant:
    try:
        stub = _stub_decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Unreadable(kind=None, reference="entry", because="is not a FHIR resource")
    kind = stub.resource_type
    if kind is not None and kind not in KINDS:
        return Irrelevant(kind=kind)
    reference = f"{kind or 'entry'}/{stub.id}" if stub.id else kind or "entry"
    return Unreadable(kind=kind, reference=reference, because=_element_of(error))


def _element_of(error: str) -> str:
    """The element that could not be read. msgspec names types and the path, never the value."""
    text, _, path = error.partition(" - at `$.")
    where = path.rstrip("`")
    return f"{where}: {text[:1].lower()}{text[1:]}" if where else text
