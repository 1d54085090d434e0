"""FHIR elements of a draft, from whatever a client sends: what is not there or not right is left out.

A draft is in the making, and clients send shapes that no profile allows (a single object for a list, a number
as a string). One element that is not as R4 has it must not cost the whole order.
"""

from collections.abc import Iterable, Mapping

from fhir_mappings.dosage.json import listed, member, number, text
from fhir_mappings.reader import (
    CodeableConcept,
    Coding,
    Medication,
    Quantity,
    Ratio,
    Reference,
)
from fhir_mappings.reader import Ingredient as IngredientOf


def concept(element: object) -> CodeableConcept | None:
    """A CodeableConcept; None where it has neither a code nor a name."""
    codings = tuple(
        coding
        for each in listed(member(element, "coding"))
        if (coding := _coding(each)).code or coding.display
    )
    written = text(member(element, "text")) or text(element)
    return CodeableConcept(coding=codings or None, text=written or None) if codings or written else None


def concepts(element: object) -> tuple[CodeableConcept, ...]:
    """The concepts of a list, or of the one that stands in its place."""
    return tuple(each for each in map(concept, listed(element)) if each is not None)


def _coding(element: object) -> Coding:
    """A Coding; a code that is a number is the same in digits. A system alone says nothing."""
    system, display = (text(member(element, name)) or None for name in ("system", "display"))
    code = member(element, "code")
    if isinstance(code, int) and not isinstance(code, bool):
        code = str(code)
    return Coding(system=system, code=text(code) or None, display=display)


def reference(element: object) -> Reference | None:
    """A Reference; None where it neither points nor names."""
    target, display = (text(member(element, name)) or None for name in ("reference", "display"))
    return Reference(reference=target, display=display) if target or display else None


def medication(element: object) -> Medication:
    """A Medication with its code, form and ingredients."""
    return Medication(
        id=text(member(element, "id")) or None,
        code=concept(member(element, "code")),
        form=concept(member(element, "form")),
        ingredient=tuple(
            IngredientOf(
                item_codeable_concept=concept(member(each, "itemCodeableConcept")),
                strength=_ratio(member(each, "strength")),
            )
            for each in listed(member(element, "ingredient"))
        )
        or None,
    )


def _ratio(element: object) -> Ratio | None:
    if element is None:
        return None
    over, under = (member(element, name) for name in ("numerator", "denominator"))
    return Ratio(
        numerator=None if over is None else quantity(over),
        denominator=None if under is None else quantity(under),
    )


def quantity(element: object) -> Quantity:
    """A Quantity, as far as its parts are what they should be."""
    comparator, unit, system, code = (
        text(member(element, name)) or None for name in ("comparator", "unit", "system", "code")
    )
    return Quantity(
        value=number(member(element, "value")), comparator=comparator, unit=unit, system=system, code=code
    )


def medications(resources: Iterable[tuple[str, Mapping[str, object]]]) -> dict[str, Medication]:
    """The Medications among resources, by their own id and by the id that their entry's `fullUrl` ends in."""
    found: dict[str, Medication] = {}
    for full_url, resource in resources:
        if resource.get("resourceType") != "Medication":
            continue
        known = medication(resource)
        for name in (Reference(reference=full_url).id, known.id):
            if name:
                found[name] = known
    return found
