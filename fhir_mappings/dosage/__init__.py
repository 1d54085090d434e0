"""Dosages: what an order says is to be taken, from its structure and from its words, without a guess.

`read_dosage` reads the structure of FHIR R4. All of it is exact (`Decimal`, fractions), pure, and never raises:
what cannot be read is a `Fault`.
"""

from fhir_mappings.dosage.amounts import NO_STRENGTH, Strength, strength_of
from fhir_mappings.dosage.regimen import Amount, Dose, Fault, Rate, Regimen, Span, Step
from fhir_mappings.dosage.structured import read_dosage, read_given

__all__ = [
    "NO_STRENGTH",
    "Amount",
    "Dose",
    "Fault",
    "Rate",
    "Regimen",
    "Span",
    "Step",
    "Strength",
    "read_dosage",
    "read_given",
    "strength_of",
]
