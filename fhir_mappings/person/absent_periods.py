"""What else than menopause keeps periods away: contraception, a lost uterus, GnRH drugs (GUIDELINE B, 4)."""

import datetime

from fhir_mappings.concepts import Concept
from fhir_mappings.conditions import Problem
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import Source
from fhir_mappings.medicines.records import Entry
from fhir_mappings.procedures import Done

CONTRACEPTIVES = frozenset({Concept.CONTRACEPTIVE_DRUG, Concept.CONTRACEPTIVE_DEVICE})
MAY_TELL = frozenset(
    {Source.CONDITIONS, Source.PROCEDURES, Source.MEDICATIONS, Source.DISPENSES, Source.ADMINISTRATIONS}
)
"""Where one of these would stand."""
DEVICE_MONTHS = 144
"""For how long a device may stay after its only order or its insertion: no longer than twelve years."""
WINDOW_MONTHS = 12
"""What was taken within the time without periods may be why there were none."""
ORDER_MONTHS = 12
"""How long an order or a statement that does not say its end was followed at most."""
_OTHERS = frozenset({Concept.ABSENT_PERIODS_OTHER_CAUSE})
_SUPPRESSING = frozenset({Concept.ADT_GNRH})


def contraception(
    problems: tuple[Problem, ...], done: tuple[Done, ...], entries: tuple[Entry, ...], as_of: datetime.date
) -> str | None:
    """What says by code that contraception is in use, or was within the last twelve months."""
    inserted = [
        each.reference
        for each in done
        if Concept.CONTRACEPTIVE_DEVICE in each.concepts
        and (each.latest is None or each.latest >= add_months(as_of, -DEVICE_MONTHS))
    ]
    taken = [each.reference for each in in_use(entries, CONTRACEPTIVES, as_of) if not each.by_name]
    listed = (each.reference for each in problems if each.current and Concept.CONTRACEPTION in each.concepts)
    return next(iter((*listed, *taken, *inserted)), None)


def other_cause(
    problems: tuple[Problem, ...], done: tuple[Done, ...], entries: tuple[Entry, ...], as_of: datetime.date
) -> bool:
    """Whether something else is on record by code, so that a last period long ago proves nothing."""
    if any(each.current and each.concepts & _OTHERS for each in problems):
        return True
    if any(each.concepts & _OTHERS for each in done):
        return True
    return any(not each.by_name for each in in_use(entries, _SUPPRESSING, as_of))


def in_use(entries: tuple[Entry, ...], concepts: frozenset[Concept], as_of: datetime.date) -> list[Entry]:
    """The records of these medicines that are current, or were taken within the last twelve months."""
    return [each for each in entries if each.concepts & concepts and each.taken and _is_recent(each, as_of)]


def _is_recent(entry: Entry, as_of: datetime.date) -> bool:
    if entry.current:
        return True
    last = entry.covered or entry.latest
    if last is None:
        return True
    if entry.ended is None and Concept.CONTRACEPTIVE_DEVICE in entry.concepts:
        return last >= add_months(as_of, -DEVICE_MONTHS)
    if entry.covered is None and entry.listed:
        last = add_months(last, ORDER_MONTHS)
    return last >= add_months(as_of, -WINDOW_MONTHS)
