"""How often and for how long: FHIR's Timing as doses a week, or why it does not say."""

import datetime
import itertools
import math
import re
from decimal import Decimal
from fractions import Fraction

import msgspec

from fhir_mappings.dates import earliest_day, is_partial, latest_day
from fhir_mappings.dosage.json import listed, member, positive, text
from fhir_mappings.dosage.regimen import DAYS_IN_WEEK, Fault, Rate

HOURS_IN_DAY = 24
# UCUM's month and year are Julian: 30.4375 and 365.25 days.
_DAYS = {
    "s": Fraction(1, 86400),
    "min": Fraction(1, 1440),
    "h": Fraction(1, HOURS_IN_DAY),
    "d": Fraction(1),
    "wk": Fraction(DAYS_IN_WEEK),
    "mo": Fraction(Decimal("30.4375")),
    "a": Fraction(Decimal("365.25")),
}
_SPELLED = {
    "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "day": "d", "days": "d", "week": "wk", "weeks": "wk",
    "wks": "wk", "month": "mo", "months": "mo", "year": "a", "years": "a", "yr": "a", "minute": "min",
    "minutes": "min", "second": "s", "seconds": "s",
}  # fmt: skip
"""What no unit of FHIR is, and can still mean only one: not "m" nor "w"."""
_WEEKDAYS = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})
_EACH_MEAL = frozenset({"C", "AC", "PC"})
_AT = frozenset({
    "MORN", "MORN.early", "MORN.late", "NOON", "AFT", "AFT.early", "AFT.late", "EVE", "EVE.early", "EVE.late",
    "NIGHT", "PHS", "HS", "WAKE", "CM", "CD", "CV", "ACM", "ACD", "ACV", "PCM", "PCD", "PCV", *_EACH_MEAL,
})  # fmt: skip
_PART_OF_DAY = {
    **dict.fromkeys(("MORN", "MORN.early", "MORN.late", "WAKE", "CM", "ACM", "PCM"), "morning"),
    **dict.fromkeys(("NOON", "CD", "ACD", "PCD"), "noon"),
    **dict.fromkeys(("AFT", "AFT.early", "AFT.late"), "afternoon"),
    **dict.fromkeys(("EVE", "EVE.early", "EVE.late", "CV", "ACV", "PCV"), "evening"),
    **dict.fromkeys(("NIGHT", "PHS", "HS"), "night"),
}
_HL7_TIMING = frozenset({
    "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation",
    "http://hl7.org/fhir/v3/GTSAbbreviation",
    "http://hl7.org/fhir/timing-abbreviation",
    "urn:oid:2.16.840.1.113883.5.1022",
    "http://terminology.hl7.org/CodeSystem/v2-0335",
})  # fmt: skip
_SNOMED = "http://snomed.info/sct"
_TIMES_A_DAY = {
    "AM": 1, "PM": 1, "BED": 1, "QD": 1, "BID": 2, "TID": 3, "QID": 4, "QAM": 1, "QPM": 1, "QHS": 1,
    # SNOMED CT: once, twice, three, four, five times daily.
    "229797004": 1, "229799001": 2, "229798009": 3, "307439001": 4, "307440004": 5,
}  # fmt: skip
_EVERY = re.compile(r"Q(\d{1,3})([HDWL])")
_CODED_UNITS = {"H": "h", "D": "d", "W": "wk", "L": "mo"}
_OF_FHIR_STU3_OR_DSTU2 = ("periodUnits", "bounds")


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """Doses a week and the days they are bound to; `fault` says why `per_week` is absent."""

    per_week: Rate | None = None
    fault: Fault | None = None
    days: int | None = None
    start: datetime.date | None = None
    end: datetime.date | None = None


def read_timing(element: object) -> Timing:
    """Read a Timing: its repetition, its code and its events, which must not contradict each other.

    Words ("every morning" in `code.text`) are not read here. What names a time of the day only is no
    frequency: who takes a weekly tablet takes it in the morning too.
    """
    if isinstance(element, list) and len(element) == 1:
        # Where R4 has one, clients write a list of one.
        (element,) = element
    if element is None:
        return Timing(fault=Fault.NO_FREQUENCY)
    if not isinstance(element, dict) or element.get("modifierExtension"):
        return Timing(fault=Fault.UNREADABLE)
    repeat = element.get("repeat")
    events = _events(listed(element.get("event")))
    repeated = _frequency(repeat)
    coded = _by_code(element.get("code"))
    said = [each for each in (repeated, coded, events.per_week) if each is not None]
    faults = [each for each in said if isinstance(each, Fault)]
    rates = [each for each in said if isinstance(each, Rate)]
    if faults:
        return Timing(fault=faults[0])
    if not rates:
        return Timing(fault=Fault.NO_FREQUENCY)
    if any(rate != rates[0] for rate in rates):
        return Timing(fault=Fault.CONTRADICTORY)
    bounds = _bounds(repeat, rates[0])
    return bounds if repeat is not None else events if events.per_week else bounds


def _frequency(repeat: object) -> Rate | Fault | None:
    """What `repeat` says; None where it says nothing about how often."""
    if repeat is None:
        return None
    if not isinstance(repeat, dict):
        return Fault.UNREADABLE
    if any(name in repeat for name in _OF_FHIR_STU3_OR_DSTU2):
        return Fault.WRONG_VERSION
    weekdays = _codes(repeat.get("dayOfWeek"), _WEEKDAYS)
    times = _codes(repeat.get("when"), _AT)
    clock = listed(repeat.get("timeOfDay"))
    if weekdays is None or times is None or not all(text(each) for each in clock):
        return Fault.UNREADABLE
    parts = len({_PART_OF_DAY.get(each, each) for each in times})
    a_day = len(set(map(text, clock))) or sum(3 if each in _EACH_MEAL else 1 for each in times)
    period = _period(repeat)
    if period is None:
        return _without_period(repeat, weekdays, len(set(map(text, clock))))
    if isinstance(period, Fault):
        return period
    turns = len(set(map(text, clock))) or (3 if times & _EACH_MEAL else parts)
    return _combined(period, weekdays, a_day, turns)


class _Period(msgspec.Struct, frozen=True, kw_only=True):
    """So many times in so many days."""

    least: Fraction
    most: Fraction
    days: Fraction
    longest: Fraction
    unit: str

    @property
    def rate(self) -> Rate:
        return Rate(low=self.least * DAYS_IN_WEEK / self.longest, high=self.most * DAYS_IN_WEEK / self.days)


def _period(repeat: dict[str, object]) -> _Period | Fault | None:
    """`frequency` per `period`: FHIR takes a missing frequency for 1; None where there is no period."""
    if "period" not in repeat:
        return None
    written = text(repeat.get("periodUnit")).lower()
    unit = _SPELLED.get(written, written)
    bounds = [
        positive(repeat.get(name)) if name in repeat else default
        for name, default in (("frequency", Decimal(1)), ("period", None))
    ]
    frequency, period = bounds
    if unit not in _DAYS or frequency is None or period is None:
        return Fault.NO_FREQUENCY if not written else Fault.UNREADABLE
    most = positive(repeat["frequencyMax"]) if "frequencyMax" in repeat else frequency
    longest = positive(repeat["periodMax"]) if "periodMax" in repeat else period
    if most is None or longest is None or most < frequency or longest < period:
        return Fault.UNREADABLE
    return _Period(
        least=Fraction(frequency),
        most=Fraction(most),
        days=Fraction(period) * _DAYS[unit],
        longest=Fraction(longest) * _DAYS[unit],
        unit=unit,
    )


def _without_period(repeat: dict[str, object], weekdays: frozenset[str], clock: int) -> Rate | Fault | None:
    """Times of the clock are kept every day, or on the days of the week that are named."""
    if "frequency" in repeat or "frequencyMax" in repeat:
        return None
    if clock:
        return _same(Fraction(clock * (len(weekdays) or DAYS_IN_WEEK)))
    return _same(Fraction(len(weekdays))) if weekdays else None


def _combined(period: _Period, weekdays: frozenset[str], a_day: int, turns: int) -> Rate | Fault:
    """The frequency, on certain days of the week or at certain times of the day only.

    "Once a week, Monday and Thursday" may mean one dose or two, and so may "once a day, with breakfast and
    supper", or "once a week, at 8 and at 20 h": from the least to the most.

    `a_day` counts all times of the day that are named, `turns` only those that are apart: on waking and before
    breakfast is one turn.
    """
    rate = period.rate
    if not weekdays:
        if a_day and period.unit == "d":
            most = max(period.most, Fraction(a_day))
            return Rate(low=rate.low, high=most * DAYS_IN_WEEK / period.days)
        most = max(period.most, Fraction(turns)) if period.days > 1 else period.most
        return Rate(low=rate.low, high=most * DAYS_IN_WEEK / period.days)
    if period.unit == "wk":
        most = max(period.most, Fraction(len(weekdays) * max(turns, 1)))
        return Rate(low=rate.low, high=most * DAYS_IN_WEEK / period.days)
    if period.longest > 1:
        # "Every two days on Mondays": one of the two is wrong; a month's Monday is one of four.
        return rate if period.unit in {"mo", "a"} else Fault.CONTRADICTORY
    share = Fraction(len(weekdays), DAYS_IN_WEEK)
    return Rate(low=rate.low * share, high=max(rate.high, Fraction(a_day * DAYS_IN_WEEK)) * share)


def _codes(elements: object, known: frozenset[str]) -> frozenset[str] | None:
    """The codes of a list; None where one is not known."""
    codes = frozenset(text(each) for each in listed(elements))
    return codes if codes <= known else None


def _same(rate: Fraction) -> Rate:
    return Rate(low=rate, high=rate)


def _by_code(code: object) -> Rate | Fault | None:
    """What the codes of HL7 and SNOMED CT say; any other code is a word like `text`, and not read here."""
    rates = set()
    for coding in listed(member(code, "coding")):
        system, symbol = text(member(coding, "system")), text(member(coding, "code")).upper()
        if system.rstrip("/") not in {*_HL7_TIMING, _SNOMED}:
            continue
        rate = _rate_of(symbol)
        if rate is not None:
            rates.add(rate)
    if len(rates) > 1:
        return Fault.CONTRADICTORY
    return _same(rates.pop()) if rates else None


def _rate_of(symbol: str) -> Fraction | None:
    if symbol in _TIMES_A_DAY:
        return Fraction(_TIMES_A_DAY[symbol] * DAYS_IN_WEEK)
    if symbol == "WK":
        return Fraction(1)
    if symbol == "MO":
        return DAYS_IN_WEEK / _DAYS["mo"]
    if symbol == "QOD":
        return Fraction(DAYS_IN_WEEK, 2)
    every = _EVERY.fullmatch(symbol)
    if every is None or int(every[1]) == 0:
        return None
    return DAYS_IN_WEEK / (int(every[1]) * _DAYS[_CODED_UNITS[every[2]]])


def _events(events: list[object]) -> Timing:
    """Dates at equal distances are a frequency; one date alone, or dates at random, are none."""
    days = [None if is_partial(text(each)) else earliest_day(text(each)) for each in events]
    known = sorted({day for day in days if day is not None})
    if None in days or len(known) < 2:  # noqa: PLR2004 - a distance needs two
        return Timing()
    gaps = {(after - day).days for day, after in itertools.pairwise(known)}
    counts = {days.count(day) for day in known}
    if len(gaps) > 1 or len(counts) > 1:
        return Timing()
    gap, count = gaps.pop(), counts.pop()
    rate = _same(Fraction(count * DAYS_IN_WEEK, gap))
    return Timing(per_week=rate, days=(known[-1] - known[0]).days + gap, start=known[0])


def _bounds(repeat: object, rate: Rate) -> Timing:
    """How long it goes on: the shorter where that is a range, the shortest that a partial date may mean."""
    period = member(repeat, "boundsPeriod")
    length = member(repeat, "boundsDuration") or member(member(repeat, "boundsRange"), "low")
    length_in_days = period_in_days(length)
    days = None if length_in_days is None else max(math.ceil(length_in_days), 1)
    count = positive(member(repeat, "count"))
    if count is not None:
        counted = math.ceil(Fraction(count) * DAYS_IN_WEEK / rate.high)
        days = counted if days is None else min(days, counted)
    return Timing(
        per_week=rate,
        days=days,
        start=latest_day(text(member(period, "start"))),
        end=earliest_day(text(member(period, "end"))),
    )


def period_in_days(quantity: object) -> Fraction | None:
    """A quantity of time in days; None where it is none."""
    value = positive(member(quantity, "value"))
    units = [text(member(quantity, name)).lower() for name in ("code", "unit")]
    known = {_SPELLED.get(unit, unit) for unit in units if unit}
    if value is None or len(known) != 1 or (unit := known.pop()) not in _DAYS:
        return None
    return Fraction(value) * _DAYS[unit]
