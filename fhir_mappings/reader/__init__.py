"""The tolerant, typed reader of FHIR R4: only the elements the guideline reads, each resource on its own.

A strict parser fails a whole Bundle on one bad entry, and refuses what real charts hold (a dateTime without
an offset, an empty string). Here one resource is decoded at a time; what cannot be read becomes an
`Unreadable` with its reference and fails nothing else. Elements that are not named are not looked at.
"""

from fhir_mappings.reader.elements import (
    NO_JSON,
    NO_STATUS,
    CodeableConcept,
    Coding,
    Element,
    Extension,
    MeasuredQuantity,
    Meta,
    Period,
    Quantity,
    Reference,
    ReferenceRange,
    Resource,
    Status,
    StatusCoding,
)
from fhir_mappings.reader.history import (
    AllergyIntolerance,
    Condition,
    FamilyMemberCondition,
    FamilyMemberHistory,
    Prediction,
    Procedure,
    Reaction,
    RiskAssessment,
)
from fhir_mappings.reader.medicines import (
    DispenseRequest,
    Ingredient,
    Medication,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    Ratio,
)
from fhir_mappings.reader.observations import Component, DiagnosticReport, Observation
from fhir_mappings.reader.patient import Patient
from fhir_mappings.reader.reading import (
    KINDS,
    Irrelevant,
    OperationOutcome,
    OperationOutcomeIssue,
    Readable,
    Unreadable,
    read,
)

__all__ = [
    "KINDS",
    "NO_JSON",
    "NO_STATUS",
    "AllergyIntolerance",
    "CodeableConcept",
    "Coding",
    "Component",
    "Condition",
    "DiagnosticReport",
    "DispenseRequest",
    "Element",
    "Extension",
    "FamilyMemberCondition",
    "FamilyMemberHistory",
    "Ingredient",
    "Irrelevant",
    "MeasuredQuantity",
    "Medication",
    "MedicationAdministration",
    "MedicationDispense",
    "MedicationRequest",
    "MedicationStatement",
    "Meta",
    "Observation",
    "OperationOutcome",
    "OperationOutcomeIssue",
    "Patient",
    "Period",
    "Prediction",
    "Procedure",
    "Quantity",
    "Ratio",
    "Reaction",
    "Readable",
    "Reference",
    "ReferenceRange",
    "Resource",
    "RiskAssessment",
    "Status",
    "StatusCoding",
    "Unreadable",
    "read",
]
