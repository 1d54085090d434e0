"""The strength of a product that an entry is of: by its code, else as its Medication states it."""

from collections.abc import Iterator

from fhir_mappings.code_facts import CodeFacts
from fhir_mappings.concepts import Concept
from fhir_mappings.dosage import NO_STRENGTH, Strength, strength_of
from fhir_mappings.medicines.records import Medicine
from fhir_mappings.value_sets import Terminology


def facts_of(
    medicine: Medicine, concepts: frozenset[Concept], terminology: Terminology
) -> Iterator[CodeFacts]:
    """What is known of its codes as members of those concepts."""
    codings = [coding for code in medicine.codes for coding in code.codings]
    for concept in sorted(concepts & medicine.concepts):
        found = (terminology.facts(coding.system, coding.code, concept) for coding in codings)
        yield from filter(None, found)


def strength_in(medicine: Medicine, facts: list[CodeFacts]) -> Strength:
    """How much is in one unit of it; none where its codes or its ingredients disagree, or nobody says."""
    stated = medicine.medication.ingredient or () if medicine.medication is not None else ()
    ratio = stated[0].strength if len(stated) == 1 else None
    known = {strength_of(each, ratio) for each in facts} - {NO_STRENGTH}
    return known.pop() if len(known) == 1 else NO_STRENGTH
