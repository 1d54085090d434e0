"""The laboratory values that hint at another cause of bone loss (GUIDELINE B, 12 and 20)."""

import datetime
import itertools

import msgspec

from fhir_mappings.concepts import Concept
from fhir_mappings.inputs import Labs, Measurement
from fhir_mappings.measurements import Search, measurements
from fhir_mappings.notes import Notes
from fhir_mappings.observations import Readings
from fhir_mappings.units import ALKALINE_PHOSPHATASE, PTH, TESTOSTERONE, TSH

_SEARCHES = {
    "tsh": Search(concept=Concept.TSH, analytes=(TSH,), called="TSH"),
    "pth": Search(concept=Concept.PTH_INTACT, analytes=(PTH,), called="PTH"),
    "alkaline_phosphatase": Search(
        concept=Concept.ALKALINE_PHOSPHATASE,
        analytes=(ALKALINE_PHOSPHATASE,),
        called="alkaline phosphatase",
    ),
    "testosterone": Search(
        concept=Concept.TESTOSTERONE_TOTAL, analytes=(TESTOSTERONE,), called="testosterone"
    ),
}


def with_cause_labs(labs: Labs, readings: Readings, as_of: datetime.date, notes: Notes) -> Labs:
    """The same values, and TSH, PTH, alkaline phosphatase and testosterone of the last 12 months.

    The newest of each with its laboratory's limits; of several of one day one that is outside them, or that the
    laboratory calls low or high where it states none.
    """
    found = {name: _newest(readings, search, as_of, notes) for name, search in _SEARCHES.items()}
    return msgspec.structs.replace(labs, **found)


def _newest(readings: Readings, search: Search, as_of: datetime.date, notes: Notes) -> Measurement | None:
    values = measurements(readings, search, as_of, notes)
    first = next(values, None)
    if first is None:
        return None
    today = [first, *itertools.takewhile(lambda each: each.day == first.day, values)]
    return next((each for each in today if _is_outside(each)), first)


def _is_outside(value: Measurement) -> bool:
    too_low = value.lab_low is not None and value.value < value.lab_low and value.comparator != ">"
    too_high = value.lab_high is not None and value.value > value.lab_high and value.comparator != "<"
    has_limits = value.lab_low is not None or value.lab_high is not None
    return too_low or too_high or (value.flagged is not None and not has_limits)
