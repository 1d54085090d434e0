"""Whether the structure of an order and its words say the same (GUIDELINE D, O-DOSE-CONFLICT)."""

from enum import StrEnum

from fhir_mappings.dosage.regimen import Amount, Fault, Regimen


class Agreement(StrEnum):
    """How the structure and the words of an order stand to each other."""

    AGREE = "agree"
    CONFLICT = "conflict"
    """They cannot both be followed, or one of them says two things at once."""
    STRUCTURE_ONLY = "structure-only"
    TEXT_ONLY = "text-only"
    NEITHER = "neither"
    """No frequency could be read of either."""


def agreement(structure: Regimen, text: Regimen) -> Agreement:
    """Compare what both say: how often, and how much where both say that.

    Side that says no frequency cannot be compared. Two ranges agree where they overlap.
    """
    if Fault.CONTRADICTORY in structure.faults or Fault.CONTRADICTORY in text.faults:
        return Agreement.CONFLICT
    by_structure, by_text = structure.doses_per_week, text.doses_per_week
    if by_structure is None or by_text is None:
        if _apart(structure.mg_per_dose, text.mg_per_dose):
            return Agreement.CONFLICT
        if by_structure is not None:
            return Agreement.STRUCTURE_ONLY
        return Agreement.NEITHER if by_text is None else Agreement.TEXT_ONLY
    pairs = [(structure, text)]
    if len(structure.steps) == len(text.steps):
        pairs = [
            (Regimen(steps=(one,)), Regimen(steps=(other,)))
            for one, other in zip(structure.steps, text.steps, strict=True)
        ]
    return Agreement.AGREE if all(_same(one, other) for one, other in pairs) else Agreement.CONFLICT


def _same(one: Regimen, other: Regimen) -> bool:
    return not any(
        _apart(*each)
        for each in (
            (one.doses_per_week, other.doses_per_week),
            (one.mg_per_week, other.mg_per_week),
        )
    )


def _apart(one: Amount | None, other: Amount | None) -> bool:
    return one is not None and other is not None and not one.overlaps(other)
