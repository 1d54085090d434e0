"""Dental examinations (GUIDELINE B, 26)."""

import datetime

from fhir_mappings.concepts import Concept
from fhir_mappings.conditions import Problem
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import Recorded
from fhir_mappings.procedures import Done

EXAM_MONTHS = 12


def map_dental_exam(
    done: tuple[Done, ...], problems: tuple[Problem, ...], as_of: datetime.date
) -> Recorded | None:
    """The latest examination of the last 12 months: as a procedure, or as the reason of an encounter."""
    oldest = add_months(as_of, -EXAM_MONTHS)
    exams = [(each.day, each.reference) for each in done if Concept.DENTAL_EXAM in each.concepts]
    exams += [(each.day, each.reference) for each in problems if Concept.DENTAL_EXAM in each.concepts]
    recent = [(day, reference) for day, reference in exams if day is not None and day >= oldest]
    if not recent:
        return None
    day, reference = max(recent)
    return Recorded(is_so=True, day=day, reference=reference)
