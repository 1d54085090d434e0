"""Which of the guideline's drugs and examinations an order is of: by code, else by name."""

import re
from decimal import Decimal

from fhir_mappings.concepts import Concept
from fhir_mappings.dosage import NO_STRENGTH, Strength
from fhir_mappings.medicines import bone_drugs, cancer_therapy, glucocorticoids
from fhir_mappings.medicines.records import Entry, Medicine
from fhir_mappings.medicines.routes import Route, route_of
from fhir_mappings.medicines.strengths import facts_of, strength_in
from fhir_mappings.medicines.supplements import CALCIUM, VITAMIN_D
from fhir_mappings.names import suspected_in
from fhir_mappings.orders.draft import OrderKind
from fhir_mappings.reader import CodeableConcept
from fhir_mappings.value_sets import Terminology

DXA = frozenset({Concept.DXA_ORDER_CPT, Concept.DXA_PROCEDURE_SNOMED, Concept.DXA_STUDY})
_BONE_DRUGS = frozenset(concept for concept, _ in bone_drugs.DRUGS)
_DRUGS = _BONE_DRUGS | glucocorticoids.RELEVANT | cancer_therapy.RELEVANT | CALCIUM | VITAMIN_D
RELEVANT = _DRUGS | DXA
_DXA_NAMED = re.compile(
    r"\b(?:dxa|dexa)\b|\bbone (?:mineral )?density\b|\bbone densitometry\b", re.IGNORECASE
)
_SIZE = re.compile(
    r"(?<![\d.,])(\d{1,6}(?:\.\d{1,4})?)[ -]?(mg|mcg|ug|µg|g)\b"
    r"(?! ?(?:/|per) ?[\d.]* ?(?:ml|l|g|hr|hour|h|day|dose)\b)",
    re.IGNORECASE,
)
"""So many milligrams in a name, and not so many in a millilitre or an hour."""
_CONTAINER = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:\.\d{1,2})?) ?mg ?(?:/|per|in) ?(\d{1,3}(?:\.\d)?) ?ml\b", re.IGNORECASE
)
_DISSOLVED = re.compile(
    r"\beffervesc|\bbinosto\b|\bsolution\b|\bliquid\b|\d ?ml\b|\bbuffered\b", re.IGNORECASE
)
_IN_MG = {"g": Decimal(1000), "mg": Decimal(1)}
_MICROGRAM = Decimal("0.001")
_BRANDS = {
    "deltasone": "prednisone", "rayos": "prednisone", "orapred": "prednisolone", "millipred": "prednisolone",
    "pediapred": "prednisolone", "medrol": "methylprednisolone", "decadron": "dexamethasone",
    "hemady": "dexamethasone", "cortef": "hydrocortisone", "emflaza": "deflazacort",
}  # fmt: skip


def identified(
    codes: tuple[CodeableConcept, ...], terminology: Terminology
) -> tuple[frozenset[Concept], bool]:
    """What the guideline knows it as, and whether only its names say so."""
    coded = frozenset[Concept]().union(*(terminology.concepts_of(code.codings) for code in codes)) & RELEVANT
    if coded:
        return coded, False
    named = frozenset[Concept]().union(*map(suspected_in, codes)) & RELEVANT
    if any(_DXA_NAMED.search(name) for code in codes for name in code.names):
        named |= {Concept.DXA_PROCEDURE_SNOMED}
    return named, True


def kinds_of(entry: Entry) -> frozenset[OrderKind]:
    """What the order is for. A glucocorticoid for local use is none, nor is a combination with add-back."""
    concepts = entry.concepts
    kinds = {
        kind
        for kind, members in (
            (OrderKind.BONE_DRUG, _BONE_DRUGS),
            (OrderKind.CALCIUM, CALCIUM),
            (OrderKind.VITAMIN_D, VITAMIN_D),
            (OrderKind.AROMATASE_INHIBITOR, {Concept.AROMATASE_INHIBITORS}),
            (OrderKind.DXA, DXA),
        )
        if concepts & members
    }
    if Concept.ADT_GNRH in concepts and Concept.GNRH_ADDBACK_GYN not in concepts:
        kinds.add(OrderKind.HORMONE_DEPRIVATION)
    counted = concepts & glucocorticoids.COUNTED and Concept.GLUCOCORTICOID_EXCLUDED not in concepts
    if counted and route_of(entry) is not Route.LOCAL:
        kinds.add(OrderKind.GLUCOCORTICOID)
    return frozenset(kinds)


def drugs_of(entry: Entry, kinds: frozenset[OrderKind], terminology: Terminology) -> tuple[str, ...]:
    """The bone drugs of it, else the one glucocorticoid that codes and names agree on."""
    if OrderKind.BONE_DRUG in kinds:
        return tuple(bone_drugs.by_drug((entry,), bone_drugs.DRUGS))
    if OrderKind.GLUCOCORTICOID not in kinds:
        return ()
    facts = facts_of(entry.medicine, glucocorticoids.COUNTED, terminology)
    names = [each.ingredient for each in facts if each.ingredient]
    names = names or [name for code in entry.medicine.codes for name in code.names]
    words = {word for name in names for word in re.findall(r"[a-z]+", name.lower())}
    known = (words & glucocorticoids.PREDNISONE_MG.keys()) | {
        _BRANDS[word] for word in words & _BRANDS.keys()
    }
    return tuple(known) if len(known) == 1 else ()


def is_dissolved(medicine: Medicine, strength: Strength) -> bool:
    """Whether a tablet's instructions do not fit it: a solution, or a tablet that is dissolved first."""
    form = medicine.medication.form if medicine.medication is not None else None
    codes = (*medicine.codes, *((form,) if form is not None else ()))
    return strength.mg_per_ml is not None or any(
        _DISSOLVED.search(name) for code in codes for name in code.names
    )


def product_strength(medicine: Medicine, terminology: Terminology) -> tuple[Strength, bool]:
    """How much is in one unit, by code or ingredient, else by name; and whether these contradict each other.

    A name ("Fosamax 70 mg tablet") counts here, since an order check is on the careful side.
    """
    known = strength_in(medicine, list(facts_of(medicine, _DRUGS, terminology)))
    names = {name for code in medicine.codes for name in code.names}
    named = {size for name in names if (size := _size_in(name)) is not None}
    if len(named) > 1:
        return known, True
    per_ml = None
    if medicine.concepts & _BONE_DRUGS:
        # "5 mg/100 mL" is one bag, and "70 mg/75 mL" one bottle: bone drugs in solution come in single doses.
        contained = {
            (Decimal(match[1]), Decimal(match[2])) for name in names for match in _CONTAINER.finditer(name)
        }
        named = named or {mg for mg, _ in contained}
        in_each = {mg / ml for mg, ml in contained if ml}
        per_ml = in_each.pop() if len(in_each) == 1 else None
    named_mg = named.pop() if len(named) == 1 else None
    if known == NO_STRENGTH:
        return Strength(mg=named_mg, mg_per_ml=per_ml), False
    return known, named_mg is not None and known.mg is not None and named_mg != known.mg


def _size_in(name: str) -> Decimal | None:
    """The milligrams that a product's name has in it; None for none or several."""
    sizes = {Decimal(size) * _IN_MG.get(unit.lower(), _MICROGRAM) for size, unit in _SIZE.findall(name)}
    return sizes.pop() if len(sizes) == 1 else None
