"""FRAX results that the chart holds, and whether they still hold (GUIDELINE B, 5). Never computed."""

import datetime

import msgspec

from fhir_mappings.concepts import Concept
from fhir_mappings.inputs import Frax, Measurement, Source
from fhir_mappings.notes import Notes
from fhir_mappings.observations import Readings, Value, value_of
from fhir_mappings.units import FRAX_HIP, FRAX_MAJOR, Analyte

VALID = datetime.timedelta(days=365)
"""Risk rises with age: after a year a result is out of date."""
DXA_MARGIN = datetime.timedelta(days=30)
"""A result this much older than the latest DXA was made without it."""


class FraxResults(msgspec.Struct, frozen=True, kw_only=True):
    """The usable probabilities, and what else they could be where they contradict each other."""

    frax: Frax
    candidates: tuple[Frax, ...] = ()


def map_frax(
    readings: Readings,
    as_of: datetime.date,
    notes: Notes,
    *,
    dxa: datetime.date | None,
    new_risk: datetime.date | None,
) -> FraxResults:
    """The newest usable hip and major osteoporotic fracture probabilities, in percent.

    `dxa` is the day of the latest usable study, `new_risk` that of the latest fracture: a result from before
    either no longer describes this patient, and counts as missing.
    """
    oldest = max(
        as_of - VALID,
        dxa - DXA_MARGIN if dxa else datetime.date.min,
        new_risk or datetime.date.min,
    )
    hips = _newest(readings, Concept.FRAX_HIP, FRAX_HIP, as_of, oldest, notes)
    majors = _newest(readings, Concept.FRAX_MOF, FRAX_MAJOR, as_of, oldest, notes)
    pairs = [Frax(hip=hip, major=major) for hip in hips or (None,) for major in majors or (None,)]
    candidates = tuple(frax for pair in pairs for frax in _possible(pair, notes))
    return FraxResults(frax=pairs[0], candidates=candidates if len(candidates) > 1 else ())


def _possible(pair: Frax, notes: Notes) -> tuple[Frax, ...]:
    """The pair, or each of its halves where both cannot be true."""
    if pair.hip is None or pair.major is None or pair.hip.value <= pair.major.value:
        return (pair,)
    for probability in (pair.hip, pair.major):
        notes.add(
            "conflict",
            "FRAX hip probability is above the major osteoporotic one, of which it is a part",
            probability.reference,
            of=Source.FRAX,
        )
    return Frax(hip=pair.hip), Frax(major=pair.major)


def _newest(
    readings: Readings,
    concept: Concept,
    analyte: Analyte,
    as_of: datetime.date,
    oldest: datetime.date,
    notes: Notes,
) -> tuple[Measurement, ...]:
    """The values of the newest day, the lowest first; several only where they contradict each other."""
    usable: list[Value] = []
    for reading in readings.of(concept):
        value = value_of(reading, analyte, as_of, notes, called="FRAX result", of=Source.FRAX)
        if value is None:
            continue
        if reading.quantity is not None and reading.quantity.comparator:
            notes.add("unreadable", "FRAX result is only a bound", reading.reference, of=Source.FRAX)
        elif value.day < oldest:
            notes.add(
                "stale",
                "FRAX result is older than a year, than the latest DXA or than a fracture since",
                reading.reference,
                of=Source.FRAX,
            )
        else:
            usable.append(value)
    newest = max((value.day for value in usable), default=None)
    today = sorted(
        (value for value in usable if value.day == newest),
        key=lambda value: (value.number, value.reading.reference),
    )
    corrected = [value for value in today if value.reading.status == "corrected"]
    if corrected:
        today = [max(corrected, key=lambda value: value.reading.issued)]
    distinct = {value.number: value for value in reversed(today)}
    if len(distinct) > 1:
        for value in distinct.values():
            notes.add(
                "conflict",
                "another FRAX result of the same day has a different value",
                value.reading.reference,
                of=Source.FRAX,
            )
    extremes = {number: distinct[number] for number in (min(distinct), max(distinct))} if distinct else {}
    return tuple(
        Measurement(value=value.number, unit="%", day=value.day, reference=value.reading.reference)
        for value in extremes.values()
    )
