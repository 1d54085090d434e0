"""Doses on each day of a window: which count together, what bridges a gap, and the spans that come out.

All of it is monotone: with one course less, no day has a higher dose. GUIDELINE, "Less data, never more", needs
that: no glucocorticoid order may be one whose removal raises the answer.
"""

import datetime
from collections.abc import Hashable, Iterable
from decimal import Decimal
from fractions import Fraction

import msgspec

from fhir_mappings.inputs import DoseSpan

BRIDGED_DAYS = 30
"""A gap up to this long between two covered days is covered too (GUIDELINE B, "Reading duration")."""


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """One drug at one dose from day to day, by one kind of record.

    Courses of one `drug` and `record` and different `product`s are taken side by side, of the same product
    they are the same one; what different records say of one drug is said of the same thing.
    """

    drug: str
    record: Hashable
    product: Hashable
    start: datetime.date
    end: datetime.date
    mg: Fraction


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """The days that are looked at, both included."""

    first: datetime.date
    last: datetime.date

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1


def doses_by_drug(courses: Iterable[Course], window: Window) -> dict[str, list[Fraction]]:
    """Milligrams of each drug on each day of the window."""
    products: dict[tuple[str, Hashable], dict[Hashable, list[Fraction]]] = {}
    for course in courses:
        daily = products.setdefault((course.drug, course.record), {}).setdefault(
            course.product, [Fraction(0)] * window.days
        )
        first = max((course.start - window.first).days, 0)
        for day in range(first, min((course.end - window.first).days + 1, window.days)):
            daily[day] = max(daily[day], course.mg)
    found: dict[str, list[Fraction]] = {}
    for (drug, _), of_products in products.items():
        summed = [sum(day, Fraction(0)) for day in zip(*of_products.values(), strict=True)]
        known = found.get(drug)
        found[drug] = summed if known is None else list(map(max, known, summed))
    return found


def bridged(daily: list[Fraction]) -> list[Fraction]:
    """The doses with short gaps filled: by as much as both sides of the gap have."""
    filled = list(daily)
    for level in sorted({dose for dose in daily if dose > 0}):
        last = None
        for day, dose in enumerate(daily):
            if dose < level:
                continue
            if last is not None and 0 < day - last - 1 <= BRIDGED_DAYS:
                filled[last + 1 : day] = [max(each, level) for each in filled[last + 1 : day]]
            last = day
    return filled


def spans(daily: list[Fraction], window: Window) -> tuple[DoseSpan, ...]:
    """Days of the same dose in a row; days without any are in none."""
    found: list[DoseSpan] = []
    begun = 0
    for day in range(1, len(daily) + 1):
        if day < len(daily) and daily[day] == daily[begun]:
            continue
        if daily[begun] > 0:
            found.append(
                DoseSpan(
                    start=window.first + datetime.timedelta(days=begun),
                    end=window.first + datetime.timedelta(days=day - 1),
                    mg_per_day=Decimal(daily[begun].numerator) / Decimal(daily[begun].denominator),
                )
            )
        begun = day
    return tuple(found)
