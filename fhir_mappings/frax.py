"""FRAX results that the chart holds, and whether they still hold (GUIDELINE B, 5). Never computed."""

import datetime
from decimal import Decimal

import msgspec

from fhir_mappings.concepts import Concept
from fhir_mappings.inputs import Frax, Measurement, Source
from fhir_mappings.notes import Notes
from fhir_mappings.observations import Readings, value_of
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
    hip = _newest(readings, Concept.FRAX_HIP, FRAX_HIP, as_of, oldest, notes)
    major = _newest(readings, Concept.FRAX_MOF, FRAX_MAJOR, as_of, oldest, notes)
    frax = Frax(hip=hip, major=major)
    if hip is None or major is None or hip.value <= major.value:
        return FraxResults(frax=frax)
    for probability in (hip, major):
        notes.add(
            "conflict",
            "FRAX hip probability is above the major osteoporotic one, of which it is a part",
            probability.reference,
            of=Source.FRAX,
        )
    return FraxResults(frax=frax, candidates=(Frax(hip=hip), Frax(major=major)))


def _newest(
    readings: Readings,
    concept: Concept,
    analyte: Analyte,
    as_of: datetime.date,
    oldest: datetime.date,
    notes: Notes,
) -> Measurement | None:
    usable: list[tuple[datetime.date, Decimal, str]] = []
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
            usable.append((value.day, value.number, reading.reference))
    if not usable:
        return None
    # Of two on one day the lower one is the careful choice; the pair of a day stays a pair.
    newest = max(day for day, _, _ in usable)
    number, reference = min((number, reference) for day, number, reference in usable if day == newest)
    return Measurement(value=number, unit="%", day=newest, reference=reference)
