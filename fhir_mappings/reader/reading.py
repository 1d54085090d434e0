"""Reading one resource, whatever it holds."""

import re
from typing import Literal

import msgspec

from fhir_mappings.reader.elements import Element, Resource
from fhir_mappings.reader.history import (
    AllergyIntolerance,
    Condition,
    FamilyMemberHistory,
    Procedure,
    RiskAssessment,
)
from fhir_mappings.reader.medicines import (
    Medication,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
)
from fhir_mappings.reader.observations import DiagnosticReport, Observation
from fhir_mappings.reader.patient import Patient


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
    | MedicationDispense
    | MedicationAdministration
    | FamilyMemberHistory
    | RiskAssessment
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


_RENAMED = {"MedicationOrder": "MedicationRequest", "MedicationUsage": "MedicationStatement"}
"""Types that other versions have in place of one that is read."""
# An element that R4 does not have is read as null, and nothing else. A few have another shape elsewhere: a
# bare code (DSTU2, STU3) for a concept, one for several, a concept (R5) for a bare code.
_OF_ANOTHER_VERSION = re.compile(
    r"^Expected `null`,"
    r"|got `str` - at `\$\.(?:clinicalStatus|verificationStatus)`$"
    r"|got `object` - at `\$\.(?:interpretation|type)`$"
)

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
    reference = f"{kind or 'entry'}/{stub.id}" if stub.id else kind or "entry"
    if kind in _RENAMED:
        because = "a resource type of another version of FHIR"
        return Unreadable(kind=_RENAMED[kind], reference=reference, because=because, issue="wrong-version")
    if kind is not None and kind not in KINDS:
        return Irrelevant(kind=kind)
    if error.endswith(" - at `$.modifierExtension`"):
        because = "modifierExtension: may turn round what the resource says"
        return Unreadable(kind=kind, reference=reference, because=because)
    if _OF_ANOTHER_VERSION.search(error):
        because = f"{_element_of(error)}, as in another version of FHIR"
        return Unreadable(kind=kind, reference=reference, because=because, issue="wrong-version")
    return Unreadable(kind=kind, reference=reference, because=_element_of(error))


def _element_of(error: str) -> str:
    """The element that could not be read. msgspec names types and the path, never the value."""
    text, _, path = error.partition(" - at `$.")
    where = path.rstrip("`")
    return f"{where}: {text[:1].lower()}{text[1:]}" if where else text
