"""What the templates are made of: codes with a text to read, and placeholders for what a call fills in."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fhir.resources.R4B.codeableconcept import CodeableConcept
from fhir.resources.R4B.coding import Coding
from fhir.resources.R4B.quantity import Quantity
from fhir.resources.R4B.reference import Reference

from cdshooks import GUIDELINE_VERSION

CPT = "http://www.ama-assn.org/go/cpt"
LOINC = "http://loinc.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"

GUIDELINE = f"urn:bone-health-cds:guideline:{GUIDELINE_VERSION}"
"""Which version of the rules an order came from, for whoever meets it in the chart later."""

# Not typed: fhir.resources annotates its dateTime elements as datetime, and takes a date as FHIR does.
UNFILLED_DAY: Any = datetime.date(1, 1, 1)
"""Where a call fills in a day. FHIR takes no braces there, and nobody takes this for a real day."""


def concept(text: str, *codings: Coding) -> CodeableConcept:
    """A concept with the words a clinician reads; `text` is never left to the display of a code."""
    return CodeableConcept(coding=list(codings) or None, text=text)


def coding(system: str, code: str, display: str | None = None) -> Coding:
    """A code. CPT codes go without display: their descriptors belong to the AMA."""
    return Coding(system=system, code=code, display=display)


def quantity(value: int, unit: str, code: str) -> Quantity:
    """An amount in UCUM units."""
    return Quantity(value=Decimal(value), unit=unit, system=UCUM, code=code)


def unfilled(name: str) -> Reference:
    """The place of a reference that a call fills in."""
    return Reference(reference=f"{{{{{name}}}}}")


# Of any draft: what it is, whom it is from, when. An order is an order, to be signed; hence the intent.
DRAFT: Mapping[str, Any] = {
    "status": "draft",
    "intent": "order",
    "encounter": unfilled("encounter"),
    "authoredOn": UNFILLED_DAY,
    "requester": unfilled("requester"),
}


def order(reason: str = "{{reason}}") -> dict[str, Any]:
    """What every MedicationRequest and ServiceRequest has; its reason is the call's unless given here."""
    return {
        **DRAFT,
        "instantiatesUri": [GUIDELINE],
        "subject": unfilled("patient"),
        "reasonCode": [concept(reason)],
    }
