"""The elements of a dosage put together: side by side, or one after the other by their sequences and dates."""

import itertools
from collections.abc import Callable

import msgspec

from fhir_mappings.dosage.json import BROKEN, decoded, listed, member
from fhir_mappings.dosage.regimen import Dose, Fault, Regimen, Step

Read = tuple[tuple[Step, ...], tuple[Fault, ...]]
"""The steps of one element, mostly one, and what could not be read of it."""

_MOST_WITH_ADVICE = 20
"""Elements among which advice is looked for; who sends more has to say in each what is taken."""


def assembled(
    raw: msgspec.Raw | bytes,
    read: Callable[[object], Read | None],
    is_advice: Callable[[object], bool],
) -> Regimen:
    """The regimen of all elements, each by `read`, in the order of their sequences.

    An element of which `read` says nothing leaves no dose, and neither does advice beside another element. One
    that has several steps has to be alone.
    """
    value = decoded(raw)
    elements = [value] if value is BROKEN else listed(value)
    if 1 < len(elements) <= _MOST_WITH_ADVICE:
        elements = [each for each in elements if not is_advice(each)] or elements
    groups: dict[int | None, list[Dose]] = {}
    faults: dict[Fault, None] = {}
    readings = [(element, found) for element in elements if (found := read(element)) is not None]
    if len(readings) == 1:
        ((_, (steps, those)),) = readings
        return Regimen(steps=steps, faults=those)
    for element, (steps, those) in readings:
        sequence = member(element, "sequence")
        if sequence is not None and (isinstance(sequence, bool) or not isinstance(sequence, int)):
            sequence = None
            faults[Fault.UNREADABLE] = None
        if len(steps) > 1:
            faults[Fault.CONTRADICTORY] = None
        groups.setdefault(sequence, []).append(steps[0].doses[0] if len(steps) == 1 else Dose())
        faults.update(dict.fromkeys(those))
    loose = groups.pop(None, [])
    if len(groups) > 1 and loose:
        # Some have a place in the order and some have none: beside which of them the latter are is not said.
        faults[Fault.CONTRADICTORY] = None
        loose = [msgspec.structs.replace(dose, per_week=None) for dose in loose]
    in_order = [groups[sequence] for sequence in sorted(each for each in groups if each is not None)]
    if loose:
        in_order = [[*loose, *(in_order[0] if in_order else [])], *in_order[1:]]
    in_turn = tuple(step for doses in in_order for step in _in_turn(tuple(doses)))
    return Regimen(steps=in_turn, faults=tuple(faults))


def _in_turn(doses: tuple[Dose, ...]) -> tuple[Step, ...]:
    """Side by side, unless each has dates of its own and none overlaps another: then one after the other."""
    dated = sorted(
        (dose.start, dose.end, place) for place, dose in enumerate(doses) if dose.start and dose.end
    )
    if len(dated) == len(doses) and all(one[1] < other[0] for one, other in itertools.pairwise(dated)):
        return tuple(Step(doses=(doses[place],)) for _, _, place in dated)
    return (Step(doses=doses),)
