"""FRAX results as charts hold them: single Observations, components of one, RiskAssessments.

A result is a percentage that a code says to be FRAX's, of the hip or of all major osteoporotic fractures.
Other instruments have other thresholds, and what only words call FRAX is asked about and not used.
"""

import datetime
import re
from decimal import Decimal
from typing import Literal

import msgspec

from fhir_mappings.chart import Chart
from fhir_mappings.concepts import Concept
from fhir_mappings.dates import earliest_day
from fhir_mappings.inputs import Source
from fhir_mappings.notes import Notes
from fhir_mappings.observations import FINAL, RETRACTED, Reading, Readings, concepts_of, value_of
from fhir_mappings.reader import CodeableConcept, Prediction, Quantity, Reference, RiskAssessment
from fhir_mappings.units import FRAX_HIP, FRAX_MAJOR, convert
from fhir_mappings.value_sets import T_SCORE_SITES, Terminology

Kind = Literal["hip", "major"]
_CONCEPTS: dict[Kind, Concept] = {"hip": Concept.FRAX_HIP, "major": Concept.FRAX_MOF}
_ANALYTES = {"hip": FRAX_HIP, "major": FRAX_MAJOR}
_A_DAY = datetime.timedelta(days=1)
_FRAX = re.compile(r"(?<![a-z])frax(?![a-z])", re.IGNORECASE)
_NAMES: dict[Kind, re.Pattern[str]] = {
    "hip": re.compile(r"\bhip\b|femoral neck", re.IGNORECASE),
    "major": re.compile(r"\bmajor\b|\bMOF\b", re.IGNORECASE),
}
_DENSITY = r"(?:BMD|bone\s+(?:mineral\s+)?density)"
_WITHOUT_BMD = re.compile(
    rf"(?<![a-z])(?:without|w/o|no|not\s+incl\w*|excl\w*)\s+(?:\w+\s+)?{_DENSITY}\b", re.IGNORECASE
)
_WITH_BMD = re.compile(rf"\b{_DENSITY}\b", re.IGNORECASE)


class FraxResult(msgspec.Struct, frozen=True, kw_only=True):
    """One probability in percent; `with_bmd` is None where the chart does not say."""

    kind: Kind
    percent: Decimal
    day: datetime.date
    with_bmd: bool | None
    reference: str
    corrected: bool = False
    issued: str = ""


def frax_results(
    chart: Chart, readings: Readings, as_of: datetime.date, terminology: Terminology, notes: Notes
) -> list[FraxResult]:
    """Every result that is final, dated, a plausible percentage, and not of the future."""
    densities = {
        f"Observation/{reading.observation.id}"
        for reading in readings.of(*T_SCORE_SITES, Concept.BMD_MASS_AREA)
    }
    results = []
    for kind, concept in _CONCEPTS.items():
        for reading in readings.of(concept):
            result = _observed(kind, reading, densities, as_of, notes)
            if result is not None:
                results.append(result)
    for assessment in chart.risk_assessments:
        results += _assessed(assessment, densities, as_of, terminology, notes)
    return results


def _observed(
    kind: Kind, reading: Reading, densities: set[str], as_of: datetime.date, notes: Notes
) -> FraxResult | None:
    value = value_of(reading, (_ANALYTES[kind],), as_of, notes, called="FRAX result", of=Source.FRAX)
    if value is None:
        return None
    if reading.comparator:
        notes.add("unreadable", "FRAX result is only a bound", reading.reference, of=Source.FRAX)
        return None
    observation = reading.observation
    return FraxResult(
        kind=kind,
        percent=value.number,
        day=value.day,
        with_bmd=_with_bmd(
            densities, observation.derived_from, observation.method, observation.code, reading.code
        ),
        reference=reading.reference,
        corrected=reading.status == "corrected",
        issued=reading.issued,
    )


def _with_bmd(
    densities: set[str], made_from: tuple[Reference, ...] | None, *codes: CodeableConcept | None
) -> bool | None:
    """Whether bone density went into it: as its names say, or by a density among what it was made from."""
    names = " ; ".join(name for code in codes if code is not None for name in code.names)
    if _WITHOUT_BMD.search(names):
        return False
    if _WITH_BMD.search(names) or any(f"Observation/{each.id}" in densities for each in made_from or ()):
        return True
    return None


def _assessed(
    assessment: RiskAssessment,
    densities: set[str],
    as_of: datetime.date,
    terminology: Terminology,
    notes: Notes,
) -> list[FraxResult]:
    if assessment.status in RETRACTED:
        return []
    results = []
    for prediction in assessment.prediction or ():
        kind = _kind(assessment, prediction, terminology)
        if kind is None:
            continue
        day = earliest_day(assessment.occurrence)
        percent = _percent(prediction, kind) if kind != "by name" else None
        if kind == "by name":
            notes.add(
                "by-name-only",
                "a risk assessment is called FRAX, but no code says what the percentage is of: not used",
                assessment.reference,
                of=Source.FRAX,
            )
        elif not assessment.status:
            notes.add(
                "no-status",
                "FRAX result has no status, so it is not known to be final",
                assessment.reference,
                of=Source.FRAX,
            )
        elif assessment.status not in FINAL:
            notes.add("not-final", "FRAX result is not final", assessment.reference, of=Source.FRAX)
        elif day is None:
            notes.add("unreadable", "FRAX result has no readable date", assessment.reference, of=Source.FRAX)
        elif day > as_of + _A_DAY:
            notes.add(
                "future-date", "FRAX result is dated in the future", assessment.reference, of=Source.FRAX
            )
        elif prediction.probability_decimal is None:
            notes.add(
                "unreadable", "FRAX result is not a single percentage", assessment.reference, of=Source.FRAX
            )
        elif percent is None:
            notes.add(
                "implausible",
                "FRAX result is outside what is plausible",
                assessment.reference,
                of=Source.FRAX,
            )
        else:
            results.append(
                FraxResult(
                    kind=kind,
                    percent=percent,
                    day=day,
                    with_bmd=_with_bmd(
                        densities, assessment.basis, assessment.method, assessment.code, prediction.outcome
                    ),
                    reference=assessment.reference,
                    corrected=assessment.status == "corrected",
                    issued=(assessment.meta.last_updated if assessment.meta else None) or "",
                )
            )
    return results


def _percent(prediction: Prediction, kind: Kind) -> Decimal | None:
    """As it stands: R4 writes a percentage, so 0.03 is 0.03 % and not 3 %."""
    stated = Quantity(value=prediction.probability_decimal, unit="%")
    percent = convert(stated, _ANALYTES[kind])
    return percent if isinstance(percent, Decimal) else None


def _kind(
    assessment: RiskAssessment, prediction: Prediction, terminology: Terminology
) -> Kind | Literal["by name"] | None:
    """Which of FRAX's two probabilities a prediction is; None where it is nothing of FRAX.

    By the outcome's code if that is FRAX's own; else the assessment has to be FRAX by code, and the outcome a
    fracture by code. A code that names one probability is enough where there is one prediction.
    """
    outcome = concepts_of(prediction.outcome, terminology)
    for kind, concept in _CONCEPTS.items():
        if concept in outcome:
            return kind
    instrument = concepts_of(assessment.code, terminology) | concepts_of(assessment.method, terminology)
    named = [kind for kind, concept in _CONCEPTS.items() if concept in instrument]
    if named or _is_coded_frax(assessment.code) or _is_coded_frax(assessment.method):
        if Concept.FRACTURE_HIP in outcome:
            return "hip"
        if Concept.OSTEOPOROSIS_WITH_FRACTURE in outcome:
            return "major"
        alone = len(assessment.prediction or ()) == 1 and not outcome
        if len(named) == 1 and alone and not _names_other(prediction.outcome, named[0]):
            return named[0]
        return "by name"
    codes = (assessment.code, assessment.method, prediction.outcome)
    is_called = any(_FRAX.search(name) for code in codes if code is not None for name in code.names)
    return "by name" if is_called else None


def _is_coded_frax(code: CodeableConcept | None) -> bool:
    """Whether a code is "FRAX" itself: there is none in the standard systems, and it means one thing only."""
    return code is not None and any(
        coding.system and (coding.code or "").strip().upper() == "FRAX" for coding in code.codings
    )


def _names_other(outcome: CodeableConcept | None, kind: Kind) -> bool:
    names = " ; ".join(outcome.names) if outcome is not None else ""
    return any(pattern.search(names) for other, pattern in _NAMES.items() if other != kind)
