"""Whether the structure of an order and its words say the same (GUIDELINE D, O-DOSE-CONFLICT)."""

from collections.abc import Iterable
from enum import StrEnum

from fhir_mappings.dosage.regimen import Amount, Fault, Regimen, Step


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

    A side that says no frequency cannot be compared by it. Two ranges agree where they overlap.
    """
    if Fault.CONTRADICTORY in structure.faults or Fault.CONTRADICTORY in text.faults:
        return Agreement.CONFLICT
    if not (structure.says_how_often and text.says_how_often):
        if _apart(structure.mg_per_dose, text.mg_per_dose):
            return Agreement.CONFLICT
        if structure.says_how_often:
            return Agreement.STRUCTURE_ONLY
        return Agreement.TEXT_ONLY if text.says_how_often else Agreement.NEITHER
    pairs: Iterable[tuple[Step, Step] | tuple[Regimen, Regimen]] = [(structure, text)]
    if len(structure.steps) == len(text.steps):
        pairs = zip(structure.steps, text.steps, strict=True)
    same = all(
        not _apart(one.doses_per_week, other.doses_per_week)
        and not _apart(one.mg_per_week, other.mg_per_week)
        for one, other in pairs
    )
    return Agreement.AGREE if same else Agreement.CONFLICT


def _apart(one: Amount | None, other: Amount | None) -> bool:
    return one is not None and other is not None and not one.overlaps(other)
