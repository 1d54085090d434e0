"""Observations as single readings: panels, components, reports' results and contained ones made flat."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

import msgspec

from fhir_mappings.chart import Chart
from fhir_mappings.code_facts import CodeFacts
from fhir_mappings.concepts import Concept
from fhir_mappings.dates import earliest_day
from fhir_mappings.inputs import Issue, Source
from fhir_mappings.notes import Notes
from fhir_mappings.reader import (
    CodeableConcept,
    Component,
    DiagnosticReport,
    MeasuredQuantity,
    Observation,
    Quantity,
    ReferenceRange,
    Unreadable,
    read,
)
from fhir_mappings.units import Analyte, Fault, convert
from fhir_mappings.value_sets import Terminology

FINAL = frozenset({"final", "amended", "corrected"})
RETRACTED = frozenset({"entered-in-error", "cancelled"})
# HL7's ObservationInterpretation: low, critically low, significantly low, below the scale; and so for high.
_LOW_FLAGS = frozenset({"L", "LL", "LU", "<"})
_HIGH_FLAGS = frozenset({"H", "HH", "HU", ">"})
_A_DAY = datetime.timedelta(days=1)
_LOOKS_LIKE_T_SCORE = re.compile(r"(?<![a-z])t[\s-]?scores?(?![a-z])", re.IGNORECASE)
# Answers that say all of it themselves, so that the question need not be known.
_WHATEVER_WAS_ASKED = frozenset({Concept.CANNOT_SIT_UPRIGHT, Concept.PARENTAL_HIP_FRACTURE})
_GATING_LAB = re.compile(
    r"^(?!.*(?:urin|24.?h|score|supplement|intake)).*(?:calcium|creatinine|(?<![a-z])e?gfr(?![a-z])|glomerular)",
    re.IGNORECASE | re.DOTALL,
)
_Z_SCORE = re.compile(r"(?<![a-z])z[\s-]?scores?(?![a-z])", re.IGNORECASE)
# Scores of questionnaires are called T-scores too and have nothing to do with bone.
_QUESTIONNAIRE = re.compile(r"promis|vr-?12|vr-?36|sf-?12|sf-?36|neuro-?qol|questionnaire", re.IGNORECASE)


class Reading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One value of one code: an observation's own, or a component's with what the observation says for all.

    `report` is the DXA report that lists it.
    """

    observation: Observation
    part: Observation | Component
    report: DiagnosticReport | None
    code: CodeableConcept
    concepts: frozenset[Concept]

    @property
    def written_day(self) -> str:
        """The clinical time as written, for sorting: FHIR dates of any precision sort as text.

        What has none sorts as the newest, so that it is looked at, and noted, before an older value is used.
        """
        own = self.observation.effective
        return own or (self.report.effective if self.report else None) or "undated"

    @property
    def day(self) -> datetime.date | None:
        """The observation's clinical day, else its report's."""
        own = earliest_day(self.observation.effective)
        return earliest_day(self.report.effective) if own is None and self.report else own

    @property
    def is_called_z_score(self) -> bool:
        """Whether its code, its unit or the words for it name a Z-score, whatever the code stands for."""
        quantity = self.part.value_quantity
        units = (quantity.unit or "", quantity.code or "") if quantity else ()
        return any(_Z_SCORE.search(text) for text in (*self.code.names, *units))

    @property
    def body_site(self) -> CodeableConcept | None:
        """Where it was measured, as far as the observation says so itself."""
        return self.observation.body_site

    @property
    def quantity(self) -> Quantity | None:
        """The number; a bare integer is one without a unit."""
        measured = self.part.value_quantity
        if measured is not None:
            return measured.quantity
        return None if self.part.value_integer is None else Quantity(value=Decimal(self.part.value_integer))

    @property
    def comparator(self) -> str | None:
        """What says that the number is only a bound."""
        measured = self.part.value_quantity
        return measured.comparator if measured is not None else None

    @property
    def is_text(self) -> bool:
        """Whether there is a value, and it is words or a code."""
        return self.part.value_string is not None or self.part.value_codeable_concept is not None

    @property
    def carries_value(self) -> bool:
        """Whether there is a value at all, readable or not."""
        quantity = self.quantity
        return self.is_text or (quantity is not None and quantity.value is not None)

    @property
    def flagged(self) -> Literal["low", "high"] | None:
        """What the laboratory says that it is; low where it says both."""
        codings = (coding for each in self.part.interpretation or () for coding in each.codings)
        flags = {(coding.code or "").strip().upper() for coding in codings}
        if flags & _LOW_FLAGS:
            return "low"
        return "high" if flags & _HIGH_FLAGS else None

    @property
    def is_absent(self) -> bool:
        """Whether the chart itself says that there is no value."""
        return self.part.data_absent_reason is not None

    @property
    def status(self) -> str | None:
        """The observation's status; what a report that is not final lists is not final either."""
        own = self.observation.status
        if self.report is None or own not in FINAL or self.report.status in FINAL:
            return own
        return self.report.status

    @property
    def went_with_its_report(self) -> bool:
        """Whether it was retracted only by the report that lists it: its own status still says final."""
        return self.observation.status in FINAL and self.status in RETRACTED

    @property
    def issued(self) -> str:
        """When this version was made available, for telling which of two corrections is the later."""
        meta = self.observation.meta
        return self.observation.issued or (meta.last_updated if meta else None) or ""

    @property
    def reference(self) -> str:
        """The observation it stands in."""
        return self.observation.reference

    @property
    def ranges(self) -> tuple[ReferenceRange, ...]:
        """The laboratory's own limits."""
        return self.part.reference_range or ()

    def facts(self, terminology: Terminology, concept: Concept) -> CodeFacts | None:
        """What the value set says of the reading's code beside that it is in it."""
        found = (terminology.facts(coding.system, coding.code, concept) for coding in self.code.codings)
        return next((facts for facts in found if facts is not None), None)


class Readings:
    """The readings of a chart, by what they are of.

    `unmapped` are those that look like T-scores of bone and mean nothing to the value sets; `dxa_reports` are
    the reports of bone densitometry that were not retracted, whether or not they list a result.
    """

    def __init__(
        self,
        readings: Iterable[Reading],
        unmapped: Iterable[Reading] = (),
        dxa_reports: Iterable[DiagnosticReport] = (),
    ) -> None:
        self.unmapped = tuple(unmapped)
        self.dxa_reports = tuple(dxa_reports)
        self._by_concept: defaultdict[Concept, list[Reading]] = defaultdict(list)
        for reading in readings:
            for concept in reading.concepts:
                self._by_concept[concept].append(reading)

    def of(self, *concepts: Concept) -> list[Reading]:
        """The readings of any of the concepts, each once."""
        if len(concepts) == 1:
            return self._by_concept.get(concepts[0], [])
        found = {id(reading): reading for each in concepts for reading in self._by_concept.get(each, ())}
        return list(found.values())


def concepts_of(code: CodeableConcept | None, terminology: Terminology) -> frozenset[Concept]:
    """Every concept that any of the codings stands for."""
    return terminology.concepts_of(code.codings) if code is not None else frozenset()


def looks_like_t_score(code: CodeableConcept, quantity: Quantity | MeasuredQuantity | None) -> bool:
    """Whether a value that no value set knows is called a T-score, or measured so, and may be of bone."""
    names = " ".join(code.names)
    if _QUESTIONNAIRE.search(names):
        return False
    units = " ".join(filter(None, (quantity.unit, quantity.code))) if quantity else ""
    return bool(_LOOKS_LIKE_T_SCORE.search(names) or _LOOKS_LIKE_T_SCORE.search(units))


def flatten(chart: Chart, terminology: Terminology, notes: Notes) -> Readings:
    """Every reading of the chart whose code means something to the guideline.

    A result without a date of its own has the date of the DXA report that lists it, and one listed by a
    report that is not final, or was retracted, is not final either. Of several reports that list it the one
    that stands most firmly counts.
    """
    dxa_reports = _dxa_reports(chart, terminology)
    reports = _listing(dxa_reports, chart.observations) if dxa_reports else {}
    readings: list[Reading] = []
    unmapped: list[Reading] = []
    uncoded: list[Observation] = []
    for observation in chart.observations:
        report = reports.get(observation.id or "") if reports else None
        _read_parts(observation, report, terminology, readings, unmapped)
        if _is_uncoded_lab(observation):
            uncoded.append(observation)
    for report in chart.reports:
        if report.status in RETRACTED:
            continue
        for raw in report.contained or ():
            resource = read(raw)
            if isinstance(resource, Observation):
                inside = msgspec.structs.replace(resource, id=f"{report.id or ''}#{resource.id or ''}")
                _read_parts(inside, report, terminology, readings, unmapped)
            elif isinstance(resource, Unreadable) and resource.kind == "Observation":
                notes.add("unreadable", resource.because, report.reference, of=Source.BONE_DENSITY)
    for observation in uncoded:
        notes.add("unmapped-code", "a laboratory value has a name and no code", observation.reference)
        notes.unsettle(Source.LABS)
    for reading in unmapped:
        notes.add(
            "unmapped-code",
            "looks like a T-score, but its code is in no value set and no local code map",
            reading.reference,
            of=Source.BONE_DENSITY,
        )
    standing = [each for each in dxa_reports if each.status not in RETRACTED]
    return Readings(readings, unmapped, standing)


def _dxa_reports(chart: Chart, terminology: Terminology) -> list[DiagnosticReport]:
    """The reports of bone densitometry, the retracted ones too: what these list went with them."""
    studies = {Concept.DXA_STUDY, Concept.DXA_ORDER_CPT, Concept.DXA_PROCEDURE_SNOMED}
    return [
        report for report in chart.reports if not studies.isdisjoint(concepts_of(report.code, terminology))
    ]


def _listing(
    reports: Iterable[DiagnosticReport], observations: Iterable[Observation]
) -> dict[str, DiagnosticReport]:
    """By the id of an observation the report that lists it, or the panel it is a member of."""
    listing = {
        result.id: each
        for each in sorted(reports, key=_firmness)
        for result in each.result or ()
        if result.id
    }
    for panel in observations:
        report = listing.get(panel.id or "") if panel.has_member else None
        if report is not None:
            listing = {each.id: report for each in panel.has_member or () if each.id} | listing
    return listing


def _firmness(report: DiagnosticReport) -> tuple[bool, bool, str, str]:
    """What sorts a report behind those that stand less firmly: final, then not yet, then retracted."""
    status = report.status
    return status in FINAL, status not in RETRACTED, report.effective or "", report.reference


def _read_parts(
    observation: Observation,
    report: DiagnosticReport | None,
    terminology: Terminology,
    readings: list[Reading],
    unmapped: list[Reading],
) -> None:
    parts: tuple[Observation | Component, ...] = (observation, *(observation.component or ()))
    for part in parts:
        code = part.code
        if code is None:
            continue
        concepts = terminology.concepts_of(code.coding or ())
        if part.value_codeable_concept is not None:
            concepts |= concepts_of(part.value_codeable_concept, terminology) & _WHATEVER_WAS_ASKED
        if concepts or _is_unmapped_t_score(observation, part, code):
            found = readings if concepts else unmapped
            found.append(
                Reading(observation=observation, part=part, report=report, code=code, concepts=concepts)
            )


def _is_uncoded_lab(observation: Observation) -> bool:
    """Whether a value that gates alendronate is known by its name only: nobody can tell what it would say."""
    code = observation.code
    if code is None or code.coding or observation.value_quantity is None or observation.status in RETRACTED:
        return False
    return _GATING_LAB.search(code.text or "") is not None


def _is_unmapped_t_score(
    observation: Observation, part: Observation | Component, code: CodeableConcept
) -> bool:
    quantity = part.value_quantity
    return quantity is not None and observation.status not in RETRACTED and looks_like_t_score(code, quantity)


class Value(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A reading that passed: its number in the analyte's unit, and its day."""

    number: Decimal
    analyte: Analyte
    day: datetime.date
    reading: Reading


def value_of(
    reading: Reading,
    analytes: tuple[Analyte, ...],
    as_of: datetime.date,
    notes: Notes,
    *,
    called: str,
    of: Source,
) -> Value | None:
    """The reading's number if it may be used: final, dated, not of the future, readable, plausible.

    Of several analytes the number is of the first whose unit fits.

    What may not is noted, except what was retracted or said to be absent: there is nothing to mend then. A
    panel has its values in its components, and need have none itself.
    """
    status = reading.status
    if status in RETRACTED or reading.is_absent:
        return None
    day = reading.day
    fault = _fault(status, day, as_of)
    if fault is None:
        number, analyte = _number(reading, analytes)
        if isinstance(number, Decimal) and day is not None:
            return Value(number=number, analyte=analyte, day=day, reading=reading)
        if number is None and not reading.observation.component:
            # Not of a source: nobody can tell what was not read, and a newer one may settle it.
            notes.add("unreadable", f"{called} has no value", reading.reference)
        fault = _SPOKEN[number] if isinstance(number, Fault) else None
    if fault is not None:
        notes.add(fault[0], f"{called} {fault[1]}", reading.reference, of=of)
    return None


def usable_day(
    reading: Reading, as_of: datetime.date, notes: Notes, *, called: str, of: Source
) -> datetime.date | None:
    """The day of a reading whose value is no number, if it may be used; noted where not, as `value_of` does."""
    status = reading.status
    if status in RETRACTED or reading.is_absent:
        return None
    day = reading.day
    fault = _fault(status, day, as_of)
    if fault is not None:
        notes.add(fault[0], f"{called} {fault[1]}", reading.reference, of=of)
        return None
    return day


def _fault(status: str | None, day: datetime.date | None, as_of: datetime.date) -> tuple[Issue, str] | None:
    if not status:
        return "no-status", "has no status, so it is not known to be final"
    if status not in FINAL:
        return "not-final", "is not final"
    if day is None:
        return "unreadable", "has no readable date"
    if day > as_of + _A_DAY:
        return "future-date", "is dated in the future"
    return None


def _number(reading: Reading, analytes: tuple[Analyte, ...]) -> tuple[Decimal | Fault | None, Analyte]:
    quantity = reading.quantity
    if quantity is None or quantity.value is None:
        return Fault.UNREADABLE if reading.is_text else None, analytes[0]
    for analyte in analytes:
        number = convert(quantity, analyte)
        if number is not Fault.WRONG_UNIT:
            return number, analyte
    return Fault.WRONG_UNIT, analytes[0]


_SPOKEN: dict[Fault, tuple[Issue, str]] = {
    Fault.NO_UNIT: ("no-unit", "has no unit"),
    Fault.WRONG_UNIT: ("wrong-unit", "has a unit that does not belong to it"),
    Fault.IMPLAUSIBLE: ("implausible", "is outside what is plausible"),
    Fault.UNREADABLE: ("unreadable", "is not a number"),
}
