"""What an order says is to be taken: how much, how often, for how long. Exact, and without a guess."""

import datetime
import itertools
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import msgspec

DAYS_IN_WEEK = 7
_LAST_DAY = datetime.date.max.toordinal() - 1
"""So that there is a day after the last one."""
_NONE = Fraction(0)


class Fault(StrEnum):
    """Why a dosage, or a part of it, could not be read."""

    NO_FREQUENCY = "no-frequency"
    """It does not say how often."""
    FREQUENCY_UNREADABLE = "frequency-unreadable"
    """It has words about time that were not understood."""
    NO_DOSE = "no-dose"
    """It does not say how much."""
    DOSE_UNREADABLE = "dose-unreadable"
    """It says something about how much, in words, numbers or units that were not understood."""
    NO_STRENGTH = "no-strength"
    """It counts tablets or millilitres of a product whose strength is not known."""
    CONTRADICTORY = "contradictory"
    """It says two things that cannot both be meant."""
    WRONG_VERSION = "wrong-version"
    """It is written as FHIR STU3, DSTU2 or R5 write it; what R4 has no word for may change the meaning."""
    UNREADABLE = "unreadable"
    """It is broken, or has a modifier that is not understood."""
    ABOVE_MAXIMUM = "above-maximum"
    """It adds up to more than the maximum per period that it states itself; it was read all the same."""


NOT_UNDERSTOOD = frozenset(
    {Fault.FREQUENCY_UNREADABLE, Fault.DOSE_UNREADABLE, Fault.WRONG_VERSION, Fault.UNREADABLE}
)
"""What was said and may change the meaning of the rest."""


class Amount(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """From so much to so much; both ends are the same unless a range was written.

    What fires a recommendation must hold for `low`; what warns of too much looks at `high`.
    """

    low: Decimal
    high: Decimal

    @property
    def is_range(self) -> bool:
        """Whether the two ends differ."""
        return self.low != self.high

    def overlaps(self, other: "Amount") -> bool:
        """Whether both may mean the same."""
        return self.low <= other.high and other.low <= self.high


class Rate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Doses a week, as exact fractions: one every three days is 7/3."""

    low: Fraction
    high: Fraction


class Dose(msgspec.Struct, frozen=True, kw_only=True):
    """One instruction: `mg` each time, `per_week` times, both absent where they could not be read.

    `unread` is true where it says how much and that could not be read: then nothing may stand in for `mg`.
    `days` is how long it goes on, `start` and `end` the days it is bound to, all as far as it says so.
    """

    mg: Amount | None = None
    unread: bool = False
    per_week: Rate | None = None
    as_needed: bool = False
    days: int | None = None
    start: datetime.date | None = None
    end: datetime.date | None = None

    @property
    def mg_per_week(self) -> Amount | None:
        """Milligrams a week, as if it was taken each time also where it is as needed."""
        return None if (total := self.weekly) is None else _amount(*total)

    @property
    def weekly(self) -> tuple[Fraction, Fraction] | None:
        """The same as exact fractions, for adding up."""
        if self.mg is None or self.per_week is None:
            return None
        return Fraction(self.mg.low) * self.per_week.low, Fraction(self.mg.high) * self.per_week.high

    def last_day(self, begun: datetime.date) -> datetime.date | None:
        """The last day of it when it begins on that day; None where it does not say."""
        if self.end is not None:
            return _after(self.end, 0)
        return None if self.days is None else _after(begun, self.days - 1)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Doses that are taken side by side."""

    doses: tuple[Dose, ...]

    @property
    def mg_per_week(self) -> Amount | None:
        """Milligrams a week of all of them; None where one of them could not be read."""
        return _summed(dose.weekly for dose in self.doses)

    @property
    def doses_per_week(self) -> Amount | None:
        """How many times a week in all; None where one of them does not say."""
        rates = (dose.per_week for dose in self.doses)
        return _summed(None if rate is None else (rate.low, rate.high) for rate in rates)


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Days, both ends included, on which a daily dose is taken; None where it could not be read."""

    start: datetime.date
    end: datetime.date
    mg_per_day: Amount | None


class Regimen(msgspec.Struct, frozen=True, kw_only=True):
    """All that an order says about dosage: steps that follow each other, mostly one.

    Without steps it says nothing at all. `faults` are in the order in which they were met.
    """

    steps: tuple[Step, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def doses(self) -> tuple[Dose, ...]:
        """Every instruction, also those of which a part could not be read."""
        return tuple(dose for step in self.steps for dose in step.doses)

    @property
    def readable(self) -> bool:
        """Whether milligrams a week are known of every step."""
        return self.mg_per_week is not None

    @property
    def says_how_often(self) -> bool:
        """Whether it does, of every dose."""
        return bool(self.steps) and all(dose.per_week is not None for dose in self.doses)

    @property
    def is_taper(self) -> bool:
        """Whether one step follows another."""
        return len(self.steps) > 1

    @property
    def as_needed(self) -> bool:
        """Whether a dose of it is taken only when needed."""
        return any(dose.as_needed for dose in self.doses)

    @property
    def mg_per_week(self) -> Amount | None:
        """Milligrams a week, from the least to the most of the steps; None where one could not be read."""
        return _spread(step.mg_per_week for step in self.steps)

    @property
    def mg_per_day(self) -> Amount | None:
        """Milligrams a day on average: 15 mg every other day is 7.5."""
        return _spread(_daily(step.doses) for step in self.steps)

    @property
    def doses_per_week(self) -> Amount | None:
        """How many times a week, from the least to the most of the steps; None where one does not say."""
        return _spread(step.doses_per_week for step in self.steps)

    @property
    def mg_per_dose(self) -> Amount | None:
        """Milligrams at a time, from the least to the most; None where one could not be read."""
        return _spread(dose.mg for dose in self.doses)

    @property
    def days(self) -> int | None:
        """How long all of it takes; None where a step does not say."""
        total = 0
        for step in self.steps:
            lengths = [_length(dose) for dose in step.doses]
            if any(length is None for length in lengths):
                return None
            total += max(length or 0 for length in lengths)
        return total or None

    @property
    def at_once(self) -> Step | None:
        """All steps as one, where one is followed by another and nobody says when it ends; else None."""
        ends = [
            each.last_day(datetime.date.min) is not None or _begins(after) is not None
            for step, after in itertools.pairwise(self.steps)
            for each in step.doses
        ]
        return None if all(ends) else Step(doses=self.doses)

    def with_dose(self, mg: Amount | None) -> "Regimen":
        """The same regimen with so many milligrams each time where it says nothing about how much.

        None: something else says how much, and that could not be read.
        """
        return msgspec.structs.replace(
            self,
            steps=tuple(
                Step(
                    doses=tuple(
                        dose
                        if dose.mg is not None or dose.unread
                        else msgspec.structs.replace(dose, mg=mg, unread=mg is None)
                        for dose in step.doses
                    )
                )
                for step in self.steps
            ),
        )

    def laid_out(self, start: datetime.date, end: datetime.date) -> tuple[Span, ...]:
        """The regimen on the days from `start` to `end`: disjoint spans in order, concurrent doses summed.

        Steps follow each other for as long as they say. A step that does not say how long it lasts before
        the next begins leaves open which of the rest applies: then the days from there on have the least and
        the most of them. Doses as needed add nothing.
        """
        pieces: list[tuple[datetime.date, datetime.date, tuple[Dose, ...]]] = []
        cursor = start
        for number, step in enumerate(self.steps):
            rest = self.steps[number:]
            following = _begins(rest[1]) if len(rest) > 1 else None
            ends = [
                dose.last_day(dose.start or cursor) or (_after(following, -1) if following else None)
                for dose in step.doses
            ]
            if len(rest) > 1 and any(each is None for each in ends):
                # Which step applies on which of the remaining days is not said.
                spread = _spread(_daily(_scheduled(each)) for each in rest)
                open_from = max(cursor, start)
                before = min(_after(open_from, -1), end)
                covered = _spans(pieces, start, before) if open_from > start else ()
                open_span = (Span(start=open_from, end=end, mg_per_day=spread),) if open_from <= end else ()
                return (*covered, *open_span)
            pieces.extend(
                (dose.start or cursor, last or end, _scheduled(Step(doses=(dose,))))
                for dose, last in zip(step.doses, ends, strict=True)
            )
            cursor = _after(max([last for last in ends if last is not None], default=end), 1)
        return _spans(pieces, start, end)


def _begins(step: Step) -> datetime.date | None:
    return min((dose.start for dose in step.doses if dose.start is not None), default=None)


def _scheduled(step: Step) -> tuple[Dose, ...]:
    return tuple(dose for dose in step.doses if not dose.as_needed)


def _spans(
    pieces: list[tuple[datetime.date, datetime.date, tuple[Dose, ...]]],
    start: datetime.date,
    end: datetime.date,
) -> tuple[Span, ...]:
    """Sum what overlaps: a new span begins wherever a piece begins or has ended."""
    pieces = [
        (max(first, start), _after(min(last, end), 0), doses)
        for first, last, doses in pieces
        if max(first, start) <= min(last, end)
    ]
    edges = sorted({first for first, _, _ in pieces} | {_after(last, 1) for _, last, _ in pieces})
    spans: list[Span] = []
    for first, after in itertools.pairwise(edges):
        doses = [piece for piece in pieces if piece[0] <= first <= piece[1]]
        if doses:
            taken = _daily(tuple(dose for _, _, each in doses for dose in each))
            spans.append(Span(start=first, end=_after(after, -1), mg_per_day=taken))
    return tuple(spans)


def _length(dose: Dose) -> int | None:
    if dose.days is not None or dose.start is None or dose.end is None:
        return dose.days
    return max((dose.end - dose.start).days + 1, 0)


def _after(day: datetime.date, days: int) -> datetime.date:
    """So many days later or earlier; what lies at the ends of the calendar ("9999-12-31") stays within it."""
    return datetime.date.fromordinal(
        min(max(day.toordinal() + days, 1), _LAST_DAY if days < 1 else _LAST_DAY + 1)
    )


def _daily(doses: tuple[Dose, ...]) -> Amount | None:
    """Milligrams a day of doses side by side; none of them is zero, one that is not readable is unknown."""
    return _summed((dose.weekly for dose in doses), DAYS_IN_WEEK)


def _summed(totals: Iterable[tuple[Fraction, Fraction] | None], divisor: int = 1) -> Amount | None:
    known: list[tuple[Fraction, Fraction]] = []
    for total in totals:
        if total is None:
            return None
        known.append(total)
    if len(known) == 1:
        ((low, high),) = known
    else:
        low, high = (sum(ends, Fraction(0)) for ends in zip(*known, strict=True)) if known else (_NONE, _NONE)
    return _amount(low, high) if divisor == 1 else _amount(low / divisor, high / divisor)


def _spread(amounts: Iterable[Amount | None]) -> Amount | None:
    """The least and the most; None where there is none, or one is not known."""
    known: list[Amount] = []
    for amount in amounts:
        if amount is None:
            return None
        known.append(amount)
    if not known:
        return None
    return Amount(low=min(each.low for each in known), high=max(each.high for each in known))


def _amount(low: Fraction, high: Fraction) -> Amount:
    least = _decimal(low)
    return Amount(low=least, high=least if low == high else _decimal(high))


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)
