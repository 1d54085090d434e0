"""Observations as single readings: panels, components, reports' results and contained ones made flat."""

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from fhir_mappings.chart import Chart, Source
from fhir_mappings.concepts import Concept
from fhir_mappings.dates import earliest_day
from fhir_mappings.inputs import Issue
from fhir_mappings.notes import Notes
from fhir_mappings.reader import (
    CodeableConcept,
    Component,
    DiagnosticReport,
    Observation,
    Quantity,
    ReferenceRange,
    Unreadable,
    read,
)
from fhir_mappings.units import Analyte, Fault, convert
from fhir_mappings.value_sets import CodeFacts, Terminology

FINAL = frozenset({"final", "amended", "corrected"})
RETRACTED = frozenset({"entered-in-error", "cancelled"})
_A_DAY = datetime.timedelta(days=1)
_LOOKS_LIKE_T_SCORE = re.compile(r"(?<![a-z])t[\s-]?scores?(?![a-z])", re.IGNORECASE)
# Scores of questionnaires are called T-scores too and have nothing to do with bone.
_QUESTIONNAIRE = re.compile(r"promis|vr-?12|vr-?36|sf-?12|sf-?36|neuro-?qol|questionnaire", re.IGNORECASE)


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One value of one code, with everything that says whether and how it may be used."""

    code: CodeableConcept
    concepts: frozenset[Concept]
    body_site: CodeableConcept | None
    quantity: Quantity | None
    text_value: str | None
    absent: bool
    day: datetime.date | None
    status: str | None
    issued: str
    reference: str
    ranges: tuple[ReferenceRange, ...]

    def facts(self, terminology: Terminology, concept: Concept) -> CodeFacts | None:
        """What the value set says of the reading's code beside that it is in it."""
        found = (terminology.facts(coding.system, coding.code, concept) for coding in self.code.codings)
        return next((facts for facts in found if facts is not None), None)


def concepts_of(code: CodeableConcept | None, terminology: Terminology) -> frozenset[Concept]:
    """Every concept that any of the codings stands for."""
    if code is None or not code.coding:
        return frozenset()
    if len(code.coding) == 1:
        return terminology.concepts(code.coding[0].system, code.coding[0].code)
    return frozenset().union(*(terminology.concepts(each.system, each.code) for each in code.coding))


def looks_like_t_score(code: CodeableConcept, quantity: Quantity | None) -> bool:
    """Whether a value that no value set knows is called a T-score, or measured so, and may be of bone."""
    names = " ".join(code.names)
    if _QUESTIONNAIRE.search(names):
        return False
    units = " ".join(filter(None, (quantity.unit, quantity.code))) if quantity else ""
    return bool(_LOOKS_LIKE_T_SCORE.search(names) or _LOOKS_LIKE_T_SCORE.search(units))


def flatten(chart: Chart, terminology: Terminology, notes: Notes) -> tuple[Reading, ...]:
    """Every reading of the chart whose code means something to the guideline.

    A result without a date of its own has the date of the DXA report that lists it, and one listed by a
    report that is not final is not final either.
    """
    reports = _dxa_reports(chart, terminology)
    readings: list[Reading] = []
    for observation in chart.observations:
        report = reports.get(observation.id or "")
        readings.extend(_readings(observation, report, terminology, notes))
    for report in chart.reports:
        for raw in report.contained or ():
            resource = read(raw)
            if isinstance(resource, Observation):
                inside = msgspec.structs.replace(resource, id=f"{report.id or ''}#{resource.id or ''}")
                readings.extend(_readings(inside, report, terminology, notes))
            elif isinstance(resource, Unreadable) and resource.kind == "Observation":
                notes.add("unreadable", resource.because, report.reference, of=Source.BONE_DENSITY)
    return tuple(readings)


def _dxa_reports(chart: Chart, terminology: Terminology) -> dict[str, DiagnosticReport]:
    studies = {Concept.DXA_STUDY, Concept.DXA_ORDER_CPT, Concept.DXA_PROCEDURE_SNOMED}
    listed: dict[str, DiagnosticReport] = {}
    for report in chart.reports:
        if studies.isdisjoint(concepts_of(report.code, terminology)) or report.status in RETRACTED:
            continue
        for result in report.result or ():
            if result.id is not None:
                listed[result.id] = report
    return listed


def _readings(
    observation: Observation, report: DiagnosticReport | None, terminology: Terminology, notes: Notes
) -> Iterator[Reading]:
    parts: tuple[Observation | Component, ...] = (observation, *(observation.component or ()))
    for part in parts:
        code = part.code
        if code is None:
            continue
        concepts = concepts_of(code, terminology)
        if not concepts:
            _note_unmapped(observation, part, code, notes)
            continue
        day = earliest_day(observation.effective)
        status = observation.status
        if report is not None:
            day = day or earliest_day(report.effective)
            status = report.status if status in FINAL and report.status not in FINAL else status
        yield Reading(
            code=code,
            concepts=concepts,
            body_site=observation.body_site,
            quantity=_quantity(part),
            text_value=part.value_string or (_text(part.value_codeable_concept)),
            absent=part.data_absent_reason is not None,
            day=day,
            status=status,
            issued=observation.issued or (observation.meta.last_updated if observation.meta else None) or "",
            reference=observation.reference,
            ranges=part.reference_range or (),
        )


def _note_unmapped(
    observation: Observation, part: Observation | Component, code: CodeableConcept, notes: Notes
) -> None:
    quantity = _quantity(part)
    if quantity is not None and observation.status not in RETRACTED and looks_like_t_score(code, quantity):
        notes.add(
            "unmapped-code",
            "looks like a T-score, but its code is in no value set and no local code map",
            observation.reference,
            of=Source.BONE_DENSITY,
        )


def _quantity(part: Observation | Component) -> Quantity | None:
    if part.value_quantity is None and part.value_integer is not None:
        return Quantity(value=Decimal(part.value_integer))
    return part.value_quantity


def _text(concept: CodeableConcept | None) -> str | None:
    return next(iter(concept.names), "coded") if concept is not None else None


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A reading that passed: its number in the analyte's unit, and its day."""

    number: Decimal
    day: datetime.date
    reading: Reading


def value_of(
    reading: Reading, analyte: Analyte, as_of: datetime.date, notes: Notes, *, called: str, of: Source
) -> Value | None:
    """The reading's number if it may be used: final, dated, not of the future, readable, plausible.

    What may not is noted, except what was retracted or said to be absent: there is nothing to mend then.
    """
    if reading.status in RETRACTED or reading.absent:
        return None
    fault = _fault(reading, as_of)
    if fault is None:
        number = _number(reading, analyte)
        if isinstance(number, Decimal) and reading.day is not None:
            return Value(number=number, day=reading.day, reading=reading)
        fault = _SPOKEN[number] if isinstance(number, Fault) else None
    if fault is not None:
        notes.add(fault[0], f"{called} {fault[1]}", reading.reference, of=of)
    return None


def _fault(reading: Reading, as_of: datetime.date) -> tuple[Issue, str] | None:
    if not reading.status:
        return "no-status", "has no status, so it is not known to be final"
    if reading.status not in FINAL:
        return "not-final", "is not final"
    if reading.day is None:
        return "unreadable", "has no readable date"
    if reading.day > as_of + _A_DAY:
        return "future-date", "is dated in the future"
    return None


def _number(reading: Reading, analyte: Analyte) -> Decimal | Fault | None:
    if reading.quantity is not None and reading.quantity.value is not None:
        return convert(reading.quantity, analyte)
    if reading.text_value is not None:
        return Fault.UNREADABLE
    # A panel carries its values in its components, and has none itself.
    return None


_SPOKEN: dict[Fault, tuple[Issue, str]] = {
    Fault.NO_UNIT: ("no-unit", "has no unit"),
    Fault.WRONG_UNIT: ("wrong-unit", "has a unit that does not belong to it"),
    Fault.IMPLAUSIBLE: ("implausible", "is outside what is plausible"),
    Fault.UNREADABLE: ("unreadable", "is not a number"),
}
