"""The weekly tablet of alendronate, ordered to be taken daily (GUIDELINE section 0, 6; D, O-DAILY70)."""

from fractions import Fraction

from fhir_mappings.concepts import Concept
from fhir_mappings.dosage import read_dosage, read_sigs
from fhir_mappings.medicines.records import Entry
from fhir_mappings.medicines.strengths import facts_of, strength_in
from fhir_mappings.reader import NO_JSON
from fhir_mappings.value_sets import Terminology

WEEKLY_MG = 35
"""From this much at a time on, a dose is meant for a week."""
_ALENDRONATE = frozenset(
    {
        Concept.ALENDRONATE_INGREDIENT,
        Concept.ALENDRONATE_70MG_TABLET,
        Concept.ALENDRONATE_10MG_TABLET,
        Concept.ALENDRONATE_UNSPECIFIED_PRODUCT,
        Concept.ALENDRONATE_PLUS_D3,
    }
)


def is_weekly_tablet_daily(entry: Entry, terminology: Terminology) -> bool:
    """Whether an order of alendronate is of a weekly dose and says to take it more often than once a week.

    In its structure or in its words: either may be what the patient was told. Where it does not say how much,
    one tablet is taken at a time.
    """
    if not entry.concepts & _ALENDRONATE or entry.dosage == NO_JSON:
        return False
    facts = list(facts_of(entry.medicine, _ALENDRONATE, terminology))
    strength = strength_in(entry.medicine, facts)
    structured = read_dosage(entry.dosage, strength=strength)
    for dose in (*structured.doses, *read_sigs(entry.dosage, strength=strength).doses):
        often = dose.per_week is not None and dose.per_week.low > Fraction(1)
        at_a_time = dose.mg.low if dose.mg is not None else strength.mg
        if often and at_a_time is not None and at_a_time >= WEEKLY_MG:
            return True
    return False
