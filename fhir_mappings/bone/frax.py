"""FRAX results that the chart holds, and whether they still hold (GUIDELINE B, 5). Never computed."""

import datetime
from collections.abc import Iterable

import msgspec

from fhir_mappings.bone.frax_results import FraxResult, Kind
from fhir_mappings.inputs import Frax, Measurement, Source
from fhir_mappings.notes import Notes

VALID = datetime.timedelta(days=365)
"""Risk rises with age: after a year a result is out of date."""
DXA_MARGIN = datetime.timedelta(days=30)
"""A result this much older than the latest DXA was made without it."""
_KINDS: tuple[Kind, ...] = ("hip", "major")
NEAR = datetime.timedelta(days=90)
"""Within this much of the newest, a better result goes before a newer one."""


class FraxResults(msgspec.Struct, frozen=True, kw_only=True):
    """The usable probabilities, and what else they could be where they contradict each other."""

    frax: Frax
    candidates: tuple[Frax, ...] = ()


class _Calculation(msgspec.Struct, frozen=True, kw_only=True):
    """What belongs together: the results of one day, made with bone density, without, or not said."""

    day: datetime.date
    with_bmd: bool | None
    results: tuple[FraxResult, ...]

    def of(self, kind: Kind) -> list[FraxResult]:
        return [each for each in self.results if each.kind == kind]

    @property
    def complete(self) -> bool:
        return bool(self.of("hip") and self.of("major"))


def map_frax(
    results: Iterable[FraxResult],
    as_of: datetime.date,
    notes: Notes,
    *,
    dxa: datetime.date | None,
    new_risk: datetime.date | None,
    may_be_outdated: bool = False,
) -> FraxResults:
    """The usable hip and major osteoporotic fracture probabilities, in percent.

    `dxa` is the day of the latest usable study, `new_risk` the last day on which a major risk factor came
    about: a result from before either no longer describes this patient, and counts as missing. Where one
    `may_be_outdated` by what could not be read, only a result of today is sure to hold.

    The newest calculation counts. Of those within 90 days of it one with both probabilities goes before one
    with one, and one made with bone density before one made without. Where it lacks one of the two, that is
    taken from the newest other result.
    """
    oldest = max(
        as_of - VALID,
        dxa - DXA_MARGIN if dxa else datetime.date.min,
        new_risk or datetime.date.min,
        as_of if may_be_outdated else datetime.date.min,
    )
    found = tuple(results)
    usable = [each for each in found if each.day >= oldest]
    chosen = _chosen(_calculations(usable))
    values: dict[Kind, tuple[Measurement, ...]] = {}
    for kind in _KINDS:
        of_kind = chosen.of(kind) if chosen is not None else []
        if not of_kind:
            other = [each for each in usable if each.kind == kind]
            newest = _chosen(_calculations(other))
            of_kind = newest.of(kind) if newest is not None else []
        if not of_kind:
            stale = [each for each in found if each.kind == kind]
            _note_stale(stale, _MAY_BE_OUTDATED if may_be_outdated else _OUTDATED, notes)
        values[kind] = _values(of_kind, notes)
    with_bmd = chosen.with_bmd if chosen is not None else None
    pairs = [
        Frax(hip=hip, major=major, with_bmd=with_bmd)
        for hip in values["hip"] or (None,)
        for major in values["major"] or (None,)
    ]
    candidates = tuple(frax for pair in pairs for frax in _possible(pair, notes))
    return FraxResults(frax=pairs[0], candidates=candidates if len(candidates) > 1 else ())


def _calculations(results: list[FraxResult]) -> list[_Calculation]:
    """Results of one day belong together; one that does not say goes with those that do, if they agree."""
    by_day: dict[datetime.date, list[FraxResult]] = {}
    for each in results:
        by_day.setdefault(each.day, []).append(each)
    calculations = []
    for day, today in by_day.items():
        said = {each.with_bmd for each in today if each.with_bmd is not None}
        if len(said) < len((True, False)):
            calculations.append(_Calculation(day=day, with_bmd=next(iter(said), None), results=tuple(today)))
            continue
        for with_bmd in {each.with_bmd for each in today}:
            own = tuple(each for each in today if each.with_bmd is with_bmd)
            calculations.append(_Calculation(day=day, with_bmd=with_bmd, results=own))
    return calculations


def _chosen(calculations: list[_Calculation]) -> _Calculation | None:
    if not calculations:
        return None
    newest = max(each.day for each in calculations)
    near = [each for each in calculations if each.day >= newest - NEAR]

    def rank(each: _Calculation) -> tuple[bool, bool, datetime.date, int]:
        bettered = each.with_bmd is False and any(other.with_bmd for other in near)
        return each.complete, not bettered, each.day, {True: 2, None: 1, False: 0}[each.with_bmd]

    return max(near, key=rank)


def _values(results: list[FraxResult], notes: Notes) -> tuple[Measurement, ...]:
    """The values of one kind in one calculation, the lowest first; several only where they contradict."""
    today = sorted(results, key=lambda each: (each.percent, each.reference))
    corrected = [each for each in today if each.corrected]
    if corrected:
        today = [max(corrected, key=lambda each: each.issued)]
    distinct = {each.percent: each for each in reversed(today)}
    if len(distinct) > 1:
        for each in distinct.values():
            notes.add(
                "conflict",
                "another FRAX result of the same day has a different value",
                each.reference,
                of=Source.FRAX,
            )
    extremes = {percent: distinct[percent] for percent in (min(distinct), max(distinct))} if distinct else {}
    return tuple(
        Measurement(value=each.percent, unit="%", day=each.day, reference=each.reference)
        for each in extremes.values()
    )


_OUTDATED = (
    "FRAX result is older than a year, than the latest DXA, or than a fracture or the start of "
    "glucocorticoids since"
)
_MAY_BE_OUTDATED = (
    "FRAX result may be out of date: conditions or medications, where a fracture or the start of "
    "glucocorticoids since would stand, could not be read"
)


def _note_stale(results: list[FraxResult], because: str, notes: Notes) -> None:
    """The newest of those that no longer hold, where none holds; older ones are history."""
    if not results:
        return
    newest = max(results, key=lambda each: (each.day, each.reference))
    notes.add("stale", because, newest.reference, of=Source.FRAX)


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
    return Frax(hip=pair.hip, with_bmd=pair.with_bmd), Frax(major=pair.major, with_bmd=pair.with_bmd)
