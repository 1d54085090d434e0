"""Doses on each day of a window: which count together, what bridges a gap, and the spans that come out.

All of it is monotone: with one course less, no day has a higher dose. GUIDELINE, "Less data, never more", needs
that: no glucocorticoid order may be one whose removal raises the answer.
"""

import datetime
import itertools
from collections.abc import Hashable, Iterable
from decimal import Decimal
from fractions import Fraction

import msgspec

from fhir_mappings.inputs import DoseSpan

BRIDGED_DAYS = 30
"""A gap up to this long between two covered days is covered too (GUIDELINE B, "Reading duration")."""

_A_DAY = datetime.timedelta(days=1)


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """One drug at one dose from day to day, both included, by one kind of record.

    Courses of one `drug` and `record` and different `product`s are taken side by side, of the same product
    they are the same one, and so they are where the product is not known. What different records say of one
    drug is said of the same thing.
    """

    drug: str
    record: Hashable
    product: Hashable | None
    start: datetime.date
    end: datetime.date
    mg: Fraction


class Days(msgspec.Struct, frozen=True, kw_only=True):
    """Days in a row on which nothing changes, both ends included, with milligrams of each drug."""

    start: datetime.date
    end: datetime.date
    mg: dict[str, Fraction]


def days_of(courses: Iterable[Course], first: datetime.date, last: datetime.date) -> list[Days]:
    """The window from first to last, cut wherever a course begins or ends."""
    # Many records of the same course are one.
    within = {each for each in courses if each.start <= last and each.end >= first}
    edges = {first, last + _A_DAY}
    for course in within:
        edges |= {max(course.start, first), min(course.end, last) + _A_DAY}
    return [
        Days(
            start=start,
            end=after - _A_DAY,
            mg=_by_drug([each for each in within if each.start <= start <= each.end]),
        )
        for start, after in itertools.pairwise(sorted(edges))
    ]


def _by_drug(courses: list[Course]) -> dict[str, Fraction]:
    records: dict[tuple[str, Hashable], dict[Hashable, Fraction]] = {}
    for course in courses:
        products = records.setdefault((course.drug, course.record), {})
        products[course.product] = max(products.get(course.product, course.mg), course.mg)
    found: dict[str, Fraction] = {}
    for (drug, _), products in records.items():
        unknown = products.pop(None, Fraction(0))
        found[drug] = max(found.get(drug, Fraction(0)), unknown, sum(products.values(), Fraction(0)))
    return found


def bridged(doses: list[Fraction], days: list[Days]) -> list[Fraction]:
    """The dose of each of the days with short gaps filled: by as much as both sides of the gap have."""
    filled = list(doses)
    for level in {dose for dose in doses if dose > 0}:
        last = None
        for place, dose in enumerate(doses):
            if dose < level:
                continue
            if last is not None and (days[place].start - days[last].end).days - 1 <= BRIDGED_DAYS:
                filled[last + 1 : place] = [max(each, level) for each in filled[last + 1 : place]]
            last = place
    return filled


def spans(doses: list[Fraction], days: list[Days]) -> tuple[DoseSpan, ...]:
    """Days of the same dose in a row; days without any are in none."""
    found = []
    for dose, together in itertools.groupby(zip(doses, days, strict=True), key=lambda each: each[0]):
        if dose > 0:
            same = [each for _, each in together]
            mg = Decimal(dose.numerator) / Decimal(dose.denominator)
            found.append(DoseSpan(start=same[0].start, end=same[-1].end, mg_per_day=mg))
    return tuple(found)
