"""Since when a patient's risk is another than a FRAX result says (GUIDELINE B, 5)."""

import datetime
from decimal import Decimal

from fhir_mappings.inputs import DoseSpan, Fracture, Glucocorticoid, Source

FRAX_MG_PER_DAY = Decimal(5)
FRAX_DAYS = 90
"""FRAX counts glucocorticoids of 5 mg of prednisone a day or more for three months or more."""
BRIDGED = datetime.timedelta(days=30)
TELL_OF_NEW_RISKS = frozenset({Source.CONDITIONS, Source.MEDICATIONS})
"""Where a fracture or a course would stand: unread, nobody knows that there was none since a result."""


def latest_new_risk(
    fractures: tuple[Fracture, ...], glucocorticoid: Glucocorticoid | None, as_of: datetime.date
) -> datetime.date | None:
    """The last day on which a major risk factor came about: a fracture, or the start of glucocorticoids.

    Of a fracture it is the last day that its date may mean. A course counts from its first day once it lasts
    three months, the days planned included, also where it was stopped and nobody knows when; a short one for
    a flare is no new risk.
    """
    days = [min(each.latest, as_of) for each in fractures if each.latest is not None]
    days += [start for start in _course_starts(glucocorticoid) if start <= as_of]
    return max(days, default=None)


def _course_starts(glucocorticoid: Glucocorticoid | None) -> list[datetime.date]:
    """The first day of each course at FRAX's dose and of FRAX's length; short gaps do not end a course."""
    courses: list[list[DoseSpan]] = []
    for span in (glucocorticoid.perhaps or glucocorticoid.spans) if glucocorticoid is not None else ():
        if span.mg_per_day < FRAX_MG_PER_DAY:
            continue
        if courses and span.start - courses[-1][-1].end <= BRIDGED:
            courses[-1].append(span)
        else:
            courses.append([span])
    return [
        course[0].start
        for course in courses
        if sum((span.end - span.start).days + 1 for span in course) >= FRAX_DAYS
    ]
