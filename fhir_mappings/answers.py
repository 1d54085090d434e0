"""Answers that are no numbers: yes and no, and findings that an observation states by its mere presence."""

import datetime
from collections.abc import Iterator, Sequence

from fhir_mappings.concepts import Concept
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import Source
from fhir_mappings.notes import Notes
from fhir_mappings.observations import Reading, concepts_of, usable_day
from fhir_mappings.value_sets import Terminology


def newest_first(
    found: Sequence[Reading],
    as_of: datetime.date,
    notes: Notes,
    *,
    called: str,
    of: Source,
    months: int | None = None,
) -> Iterator[tuple[datetime.date, Reading]]:
    """The usable readings of the last so many months, each with its day, the newest first.

    Lazily, so that a broken reading is noted where it would have been used, and an old one is not.
    """
    oldest = add_months(as_of, -months) if months is not None else datetime.date.min
    for reading in sorted(found, key=lambda each: (each.written_day, each.reference), reverse=True):
        day = reading.day
        if day is not None and day < oldest:
            return
        day = usable_day(reading, as_of, notes, called=called, of=of)
        if day is not None:
            yield day, reading


def is_so(reading: Reading, terminology: Terminology) -> bool | None:
    """Whether what the reading's code names is so: by yes or no, or by standing there without a value.

    None where the value is anything else: text, a number, "unknown".
    """
    part = reading.part
    if part.value_boolean is not None:
        return part.value_boolean
    if part.value_codeable_concept is not None:
        meant = concepts_of(part.value_codeable_concept, terminology)
        if Concept.ANSWER_YES in meant:
            return True
        # The finding again as its own value: "Bed-ridden: Bed-ridden".
        if meant & reading.concepts:
            return True
        return False if Concept.ANSWER_NO in meant else None
    return None if reading.is_text or reading.quantity is not None else True
