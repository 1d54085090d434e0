"""Systemic glucocorticoids of the last year, in milligrams of prednisone a day (GUIDELINE B, 10).

Systemic ones only, by code only, at doses that stand in the structure of an order. What cannot be read is
unknown and a finding; it is never zero, and it never fires.
"""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

import msgspec

from fhir_mappings.code_facts import CodeFacts
from fhir_mappings.concepts import Concept
from fhir_mappings.dosage import (
    NO_STRENGTH,
    Amount,
    Fault,
    Regimen,
    Strength,
    read_dosage,
    read_given,
    read_sigs,
)
from fhir_mappings.inputs import Glucocorticoid
from fhir_mappings.medicines.daily_doses import Course, Days, bridged, days_of, spans
from fhir_mappings.medicines.records import Entry, Kind
from fhir_mappings.medicines.routes import Route, route_of
from fhir_mappings.medicines.strengths import facts_of, strength_in
from fhir_mappings.notes import Notes
from fhir_mappings.reader import CodeableConcept
from fhir_mappings.value_sets import Terminology

LOOK_BACK_DAYS = 365
PLANNED_DAYS = 90
"""A course planned for so long counts with the days to come once it has begun."""
CURRENT_DAYS = 30
"""The last covered day may be so long ago."""
PHYSIOLOGIC_MG = 25
"""Hydrocortisone up to this much a day replaces what the adrenals lack."""
MOST_MG = 100
"""More prednisone a day than that, of a substance that is in creams too and without a route, is a cream."""

PREDNISONE_MG: dict[str, Fraction] = {
    "prednisone": Fraction(1),
    "prednisolone": Fraction(1),
    "methylprednisolone": Fraction(5, 4),
    "triamcinolone": Fraction(5, 4),
    "hydrocortisone": Fraction(5, 20),
    "cortisone": Fraction(5, 25),
    "dexamethasone": Fraction(500, 75),
    "betamethasone": Fraction(50, 6),
    "deflazacort": Fraction(5, 6),
}
"""Milligrams of prednisone that a milligram stands for (GUIDELINE, "Glucocorticoid conversion")."""
COUNTED = frozenset({Concept.GLUCOCORTICOID_INGREDIENTS, Concept.GLUCOCORTICOID_ORAL_PRODUCTS})
RELEVANT = COUNTED | {Concept.GLUCOCORTICOID_EXCLUDED}

_A_DAY = datetime.timedelta(days=1)
_DAYS_IN_WEEK = 7
_LOCAL_TOO = frozenset({"hydrocortisone", "triamcinolone", "betamethasone", "dexamethasone", "prednisolone"})


class _Taken(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of a systemic glucocorticoid with its dosage."""

    entry: Entry
    drug: str
    strength: Strength
    regimen: Regimen
    sure: bool
    """Whether its code or its route says that it is systemic."""
    pack: int | None
    """How many tablets are in a pack that is sold for one taper."""


class _Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order as a supply may belong to it; `id` where a supply names it."""

    drug: str
    strength: Strength
    id: str | None
    day: datetime.date | None
    covered: datetime.date | None
    mg: Amount | None


def map_glucocorticoid(
    entries: tuple[Entry, ...], as_of: datetime.date, terminology: Terminology, notes: Notes
) -> Glucocorticoid | None:
    """Systemic glucocorticoids that are current or were taken in the last 365 days; None where there are none.

    Orders, statements and dispenses of one drug are words on the same thing and not summed; different drugs
    are. Hydrocortisone at a replacement dose and doses as needed do not count, and are noted.
    """
    first = as_of - (LOOK_BACK_DAYS - 1) * _A_DAY
    taken = [
        each for entry in entries if (each := _taken(entry, first, as_of, terminology, notes)) is not None
    ]
    if not taken:
        return None
    orders, supplies = _orders(taken), [each for each in taken if each.entry.kind is Kind.DISPENSE]
    by_entry = [
        (each, found)
        for each in taken
        if (found := _courses(each, orders, supplies, as_of, notes)) is not None
    ]
    courses = [course for _, each in by_entry for course in each]
    days, doses = _in_prednisone(courses, first, as_of)
    beyond = {drug for each in days for drug, mg in each.mg.items() if _beyond_replacement(drug, mg) > 0}
    used, cut_short = [], [each for each in taken if _is_cut_short(each)]
    for each, found in by_entry:
        if found and each.drug not in beyond:
            because = "hydrocortisone at a replacement dose is not counted"
            notes.add("dose-unreadable", because, each.entry.reference)
        elif found or each.entry.current:
            used.append(each)
    if not used and not cut_short:
        return None
    last = max((each.end for each, dose in zip(days, doses, strict=True) if dose > 0), default=None)
    planned = [course for each in cut_short for course in _as_planned(each, as_of)]
    all_days, all_doses = _in_prednisone([*courses, *planned], first, as_of)
    return Glucocorticoid(
        drugs=tuple(sorted({each.drug for each in used or cut_short})),
        spans=spans(bridged(doses, days), days),
        up_to=_up_to(used),
        perhaps=spans(bridged(all_doses, all_days), all_days) if planned else (),
        current=any(each.entry.current for each in used)
        or (last is not None and last >= as_of - CURRENT_DAYS * _A_DAY),
        references=tuple(sorted({each.entry.reference for each in used or cut_short})),
    )


def _up_to(used: list[_Taken]) -> Decimal | None:
    """The upper end of the highest dose range that is current, in mg of prednisone a day."""
    highest = [
        PREDNISONE_MG[each.drug] * Fraction(week.high) / _DAYS_IN_WEEK
        for each in used
        if each.entry.current and not each.regimen.as_needed
        for week in (step.mg_per_week for step in each.regimen.steps)
        if week is not None and week.is_range
    ]
    most = max(highest, default=None)
    return None if most is None else Decimal(most.numerator) / Decimal(most.denominator)


def _in_prednisone(
    courses: list[Course], first: datetime.date, as_of: datetime.date
) -> tuple[list[Days], list[Fraction]]:
    """The days of the window, and the milligrams of prednisone that each of them comes to."""
    days = days_of(courses, first, as_of + (LOOK_BACK_DAYS - 1) * _A_DAY)
    return days, [
        sum(
            (PREDNISONE_MG[drug] * _beyond_replacement(drug, mg) for drug, mg in each.mg.items()), Fraction(0)
        )
        for each in days
    ]


def _beyond_replacement(drug: str, mg: Fraction) -> Fraction:
    return Fraction(0) if drug == "hydrocortisone" and mg <= PHYSIOLOGIC_MG else mg


def _taken(
    entry: Entry, first: datetime.date, as_of: datetime.date, terminology: Terminology, notes: Notes
) -> _Taken | None:
    """The entry as one of a systemic glucocorticoid, if it is one and of the last year."""
    if not entry.concepts & COUNTED or Concept.GLUCOCORTICOID_EXCLUDED in entry.concepts:
        return None
    if not entry.taken or entry.in_doubt or not _is_recent(entry, first, as_of):
        return None
    route = route_of(entry)
    if route is Route.LOCAL:
        return None
    if entry.by_name:
        because = "a glucocorticoid is known by its name only, and not counted"
        notes.add("by-name-only", because, entry.reference)
        return None
    facts = list(facts_of(entry.medicine, COUNTED, terminology))
    drug = _drug(facts)
    if drug is None or route is Route.NOT_UNDERSTOOD:
        missing = "the route" if drug is not None else "a conversion to prednisone"
        notes.add("dose-unreadable", f"glucocorticoid: {missing} is not known, not counted", entry.reference)
        return None
    strength = strength_in(entry.medicine, facts)
    regimen = read_dosage(entry.dosage, strength=strength)
    words = read_sigs(entry.dosage, strength=strength)
    if any(said.doses and all(dose.as_needed for dose in said.doses) for said in (regimen, words)):
        because = "a glucocorticoid to be taken as needed is not counted"
        notes.add("dose-unreadable", because, entry.reference)
        return None
    if _says_less(words, regimen):
        because = "the words of a glucocorticoid order say less than its structure, and neither is counted"
        notes.add("dose-unreadable", because, entry.reference)
        regimen = Regimen()
    sure = (
        route is Route.SYSTEMIC
        or drug not in _LOCAL_TOO
        or Concept.GLUCOCORTICOID_ORAL_PRODUCTS in entry.concepts
        or any(_is_systemic_by_class(code) for code in entry.medicine.codes)
    )
    pack = max((each.pack_count for each in facts if each.pack_count is not None), default=None)
    return _Taken(entry=entry, drug=drug, strength=strength, regimen=regimen, sure=sure, pack=pack)


def _says_less(words: Regimen, structure: Regimen) -> bool:
    """Whether the words of an order ask for less than its structure; they may only make an answer careful."""
    if words.mg_per_week is not None and structure.mg_per_week is not None:
        return words.mg_per_week.high < structure.mg_per_week.low
    if words.mg_per_dose is not None and structure.mg_per_dose is not None:
        return words.mg_per_dose.high < structure.mg_per_dose.low
    if words.doses_per_week is not None and structure.doses_per_week is not None:
        return words.doses_per_week.high < structure.doses_per_week.low
    return False


def _is_recent(entry: Entry, first: datetime.date, as_of: datetime.date) -> bool:
    if entry.current:
        return entry.day is None or entry.day <= as_of
    reached = max((day for day in (entry.latest, entry.covered) if day), default=None)
    if reached is None:
        # When it was is not on record. One dose of an unknown day is not asked about.
        return not entry.by_name and entry.kind is not Kind.ADMINISTRATION
    return reached >= first


def _drug(facts: Iterable[CodeFacts]) -> str | None:
    """The substance as the conversion knows it; None where it knows none, or codes name two."""
    names = {
        max((known for known in PREDNISONE_MG if known in name.lower()), key=len, default=None)
        for each in facts
        if (name := each.ingredient or each.display)
    }
    return names.pop() if len(names) == 1 else None


def _is_systemic_by_class(code: CodeableConcept) -> bool:
    """ATC has glucocorticoids for systemic use under H02, and the local ones elsewhere."""
    return any((coding.code or "").upper().startswith("H02") for coding in code.codings)


def _courses(
    taken: _Taken, orders: set[_Order], supplies: list[_Taken], as_of: datetime.date, notes: Notes
) -> list[Course] | None:
    """The courses of an entry; None where it has not begun.

    Of a partial day those days count that are sure.
    """
    entry = taken.entry
    if entry.kind is Kind.ADMINISTRATION:
        return _given(taken)
    if entry.kind is Kind.DISPENSE:
        return _dispensed(taken, orders, as_of, notes)
    if _is_cut_short(taken):
        # What was planned does not say how long it was taken; what was handed over does.
        if not any(_may_be_for(each, _order(taken)) for each in supplies):
            because = "glucocorticoid: how long what was stopped had been taken is not on record"
            notes.add("dose-unreadable", because, entry.reference)
        return []
    start = _start(taken)
    end = _end(taken, start, as_of) if start is not None else None
    laid_out = taken.regimen.laid_out(start, end) if start is not None and end is not None else ()
    begun = min((span.start for span in laid_out), default=start)
    if (
        start is None
        or end is None
        or begun is None
        or (begun > as_of and begun == entry.latest != entry.day)
    ):
        notes.add("dose-unreadable", "glucocorticoid: from when to when is not on record", entry.reference)
        return []
    if begun > as_of:
        because = f"glucocorticoid: begins on {begun}, and is not counted yet"
        notes.add("future-date", because, entry.reference)
        return None
    last = max((span.end for span in laid_out), default=end)
    if not (entry.current and (last - begun).days + 1 >= PLANNED_DAYS):
        end = min(end, as_of)
    found = [
        course
        for span in laid_out
        if (course := _course(taken, span.start, min(span.end, end), span.mg_per_day)) is not None
    ]
    if not laid_out or any(span.mg_per_day is None for span in laid_out):
        notes.add("dose-unreadable", "the dose of a glucocorticoid could not be read", entry.reference)
    return found


def _is_cut_short(taken: _Taken) -> bool:
    """Whether it was stopped on no known day."""
    entry = taken.entry
    return entry.status == "stopped" and entry.listed and (entry.kind is Kind.ORDER or entry.ended is None)


def _as_planned(taken: _Taken, as_of: datetime.date) -> list[Course]:
    """The longest that what was stopped may have been taken."""
    start = _start(taken)
    end = None if start is None else _end(taken, start, as_of)
    if start is None or end is None:
        return []
    return [
        course
        for span in taken.regimen.laid_out(start, min(end, as_of))
        if (course := _course(taken, span.start, span.end, span.mg_per_day)) is not None
    ]


def _start(taken: _Taken) -> datetime.date | None:
    """From when on it is taken at the earliest: by its dosage, else once it is ordered and valid."""
    entry = taken.entry
    doses = taken.regimen.doses
    begins = [dose.start for dose in doses if dose.start is not None]
    ordered = max((day for day in (entry.latest, entry.valid_from) if day), default=None)
    if ordered is not None and (len(begins) < len(doses) or not doses):
        begins.append(ordered)
    return min(begins, default=None)


def _end(taken: _Taken, start: datetime.date, as_of: datetime.date) -> datetime.date | None:
    """The last day it may reach: by the dosage, by the supply, or today where it is active without an end."""
    entry = taken.entry
    doses = taken.regimen.doses
    if doses and all(dose.last_day(dose.start or start) is not None for dose in doses):
        planned = as_of + LOOK_BACK_DAYS * _A_DAY
        # The end that a statement gives is believed.
        return min(planned, entry.ended_from or planned) if entry.kind is Kind.STATEMENT else planned
    if entry.ended_from is not None:
        return entry.ended_from
    if entry.supply is not None:
        return start + (entry.supply - 1) * _A_DAY
    if not entry.current:
        return None
    # A dose pack is used up: at a tablet a day after as many days as it has tablets, and mostly sooner.
    return as_of if taken.pack is None else min(as_of, start + (taken.pack - 1) * _A_DAY)


def _course(taken: _Taken, start: datetime.date, end: datetime.date, mg: Amount | None) -> Course | None:
    """Of a range the low end: what fires must hold for the least that is taken."""
    if mg is None or end < start:
        return None
    low = Fraction(mg.low)
    if not taken.sure and low * PREDNISONE_MG[taken.drug] > MOST_MG:
        return None
    return Course(
        drug=taken.drug,
        record=taken.entry.kind,
        product=None if taken.strength == NO_STRENGTH else taken.strength,
        start=start,
        end=end,
        mg=low,
    )


def _given(taken: _Taken) -> list[Course]:
    """A dose on the day on which it was given; one that cannot be read is no day of treatment."""
    mg = read_given(taken.entry.dosage, strength=taken.strength)
    day = taken.entry.day
    if isinstance(mg, Fault) or day is None:
        return []
    course = _course(taken, day, day, Amount(low=mg, high=mg))
    return [] if course is None else [course]


def _orders(taken: list[_Taken]) -> set[_Order]:
    """What a supply can know of the orders; many that say the same are one."""
    linked = {each for one in taken for each in one.entry.orders}
    orders = {_order(each) for each in taken if each.entry.kind is Kind.ORDER}
    return {each if each.id in linked else msgspec.structs.replace(each, id=None) for each in orders}


def _order(taken: _Taken) -> _Order:
    return _Order(
        drug=taken.drug,
        strength=taken.strength,
        id=taken.entry.reference.rpartition("/")[2],
        day=taken.entry.day,
        covered=taken.entry.covered,
        mg=None if taken.regimen.as_needed else taken.regimen.mg_per_day,
    )


def _dispensed(taken: _Taken, orders: set[_Order], as_of: datetime.date, notes: Notes) -> list[Course]:
    """The days of a supply up to today, at the dose that it states, else at the highest of its orders.

    Days to come count of what is planned only, and a supply is no plan.
    """
    entry = taken.entry
    start = entry.latest
    if start is None or entry.supply is None:
        if not any(_may_be_for(taken, each) for each in orders):
            because = "glucocorticoid: from when to when it was supplied is not on record"
            notes.add("dose-unreadable", because, entry.reference)
        return []
    end = min(start + (entry.supply - 1) * _A_DAY, as_of)
    own = taken.regimen.laid_out(start, end)
    pieces = [(span.start, span.end, span.mg_per_day) for span in own if span.mg_per_day is not None]
    if not pieces:
        under = [each for each in orders if _may_be_for(taken, each)]
        doses = [each.mg for each in under if each.mg is not None]
        if not under:
            because = "the dose of a glucocorticoid could not be read"
            notes.add("dose-unreadable", because, entry.reference)
        if doses:
            pieces = [(start, end, max(doses, key=lambda mg: mg.low))]
    found = [_course(taken, *each) for each in pieces]
    return [course for course in found if course is not None]


def _may_be_for(dispense: _Taken, order: _Order) -> bool:
    """Whether a supply may have been handed over under that order: the one it names, else of the product."""
    entry = dispense.entry
    if order.drug != dispense.drug:
        return False
    if entry.orders:
        return order.id in entry.orders
    if NO_STRENGTH not in {order.strength, dispense.strength} and order.strength != dispense.strength:
        return False
    handed_over = entry.day
    if handed_over is None:
        return True
    begun = order.day is None or order.day <= handed_over + _A_DAY
    return begun and (order.covered is None or order.covered >= handed_over - CURRENT_DAYS * _A_DAY)
