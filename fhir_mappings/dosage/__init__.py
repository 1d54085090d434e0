"""Dosages: what an order says is to be taken, from its structure and from its words, without a guess.

`read_dosage` reads the structure of FHIR R4, `read_sigs` the words in it, `read_sig` one text; `agreement`
compares the first two. `is_in_the_morning` reads the
time of the day. All of it is exact (`Decimal`, fractions), pure, and never raises: what cannot be read
is a `Fault`.
"""

from fhir_mappings.dosage.agreement import Agreement, agreement
from fhir_mappings.dosage.amounts import NO_STRENGTH, Strength, strength_of
from fhir_mappings.dosage.mornings import is_in_the_morning
from fhir_mappings.dosage.regimen import NOT_UNDERSTOOD, Amount, Dose, Fault, Rate, Regimen, Span, Step
from fhir_mappings.dosage.sig import read_sig, read_sigs
from fhir_mappings.dosage.structured import read_dosage, read_given

__all__ = [
    "NOT_UNDERSTOOD",
    "NO_STRENGTH",
    "Agreement",
    "Amount",
    "Dose",
    "Fault",
    "Rate",
    "Regimen",
    "Span",
    "Step",
    "Strength",
    "agreement",
    "is_in_the_morning",
    "read_dosage",
    "read_given",
    "read_sig",
    "read_sigs",
    "strength_of",
]
