"""The trace: what was decided, on which values, and what is missing (GUIDELINE, "Codes on the wire")."""

from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal

from cdshooks import GUIDELINE_VERSION
from cdshooks.cards.case import Case
from cdshooks.guideline.decision import Disposition
from cdshooks.wire.response import (
    CriterionTrace,
    DataQualityTrace,
    Evaluation,
    FindingTrace,
    InputTrace,
)
from fhir_mappings.inputs import Disease, GuidelineInputs, Measurement, Sex, Site, Source

_PLACES = Decimal("0.01")
_OSTEOPENIA = frozenset({Disposition.RISK_ASSESSMENT_NEEDED})
_ESOPHAGEAL = frozenset(
    {
        Disease.ESOPHAGEAL_STRICTURE,
        Disease.ACHALASIA,
        Disease.ESOPHAGEAL_VARICES,
        Disease.ESOPHAGITIS,
    }
)
_FED_BY = {
    Source.CONDITIONS: ("menopause", "fracture.hip", "fracture.vertebra", "esophageal-disease", "upright"),
    Source.MEDICATIONS: ("bone-therapy", "calcium-supplement", "vitamin-d-supplement"),
    Source.FRAX: ("frax.hip", "frax.major"),
    Source.LABS: ("calcium", "albumin", "creatinine", "egfr", "vitamin-d"),
    Source.BODY_MEASURES: ("weight", "height"),
    Source.ALLERGIES: ("bisphosphonate-allergy",),
    Source.PROCEDURES: ("esophageal-procedure",),
    Source.REPRODUCTIVE_STATUS: ("pregnancy",),
}
"""What is unknown when a source could not be had."""
_RESTS_ON_BONE_DENSITY = frozenset(
    {
        Disposition.NO_BONE_DENSITY,
        Disposition.INSUFFICIENT_DEMOGRAPHICS,
        Disposition.TREAT,
        Disposition.ALREADY_TREATED,
    }
)
_BARS = frozenset({Disposition.TREAT, Disposition.ALREADY_TREATED})


def trace(case: Case, findings: tuple[FindingTrace, ...], prefetch: dict[str, str]) -> Evaluation:
    """The evaluation extension of one answer; lists that would be empty are left out."""
    decision, inputs = case.decision, case.inputs
    return Evaluation(
        disposition=decision.disposition,
        guideline_version=GUIDELINE_VERSION,
        as_of=inputs.as_of.isoformat(),
        criteria=tuple(
            CriterionTrace(id=each.id, met=each.met.value, because=each.because) for each in decision.criteria
        )
        or None,
        findings=findings or None,
        inputs=tuple(_inputs(inputs)) or None,
        missing=tuple(dict.fromkeys(_missing(case))) or None,
        data_quality=tuple(
            DataQualityTrace(issue=each.issue, because=each.because, reference=each.reference)
            for each in inputs.data_quality
        )
        or None,
        prefetch=prefetch or None,
    )


def _inputs(inputs: GuidelineInputs) -> Iterator[InputTrace]:
    person = inputs.person
    if person.age is not None:
        yield InputTrace(name="age", value=Decimal(person.age), unit="a", reference=person.reference)
    if person.sex is not None:
        yield InputTrace(name="sex", value=person.sex.value, reference=person.reference)
    if person.menopause is not None:
        yield InputTrace(
            name="menopause",
            value=person.menopause.value,
            reference=person.menopause_reference or person.reference,
        )
    if person.pregnancy_reference is not None:
        yield InputTrace(name="pregnancy", value="on record", reference=person.pregnancy_reference)
    for score in inputs.bone_density.study:
        yield InputTrace(
            name=f"t-score.{_site(score.site)}",
            value=score.value,
            unit="{T-score}",
            date=score.day.isoformat(),
            reference=score.reference,
        )
    lowest = inputs.bone_density.lowest
    if lowest is not None:
        yield InputTrace(
            name="t-score.lowest",
            value=lowest.value,
            unit="{T-score}",
            date=lowest.day.isoformat(),
            derived_from=(f"t-score.{_site(lowest.site)}",),
        )
    yield from _measured("frax.hip", inputs.frax.hip)
    yield from _measured("frax.major", inputs.frax.major)
    yield from _history(inputs)
    yield from _measured("weight", inputs.weight)
    yield from _measured("height", inputs.height)
    yield from _labs(inputs)


def _site(site: Site) -> str:
    # The guideline has a name for the forearm only where 33 % is stated.
    return Site.UNSPECIFIED if site is Site.RADIUS else site


def _measured(name: str, value: Measurement | None) -> Iterator[InputTrace]:
    if value is not None:
        yield InputTrace(
            name=name,
            value=f"{value.comparator}{value.value}" if value.comparator else value.value,
            unit=value.unit,
            date=value.day.isoformat(),
            reference=value.reference,
        )


def _history(inputs: GuidelineInputs) -> Iterator[InputTrace]:
    for fracture in inputs.fractures:
        yield InputTrace(
            name=f"fracture.{fracture.site}",
            value=fracture.mechanism.value,
            date=fracture.day.isoformat() if fracture.day else None,
            reference=fracture.reference,
        )
    for drug in inputs.therapy:
        yield InputTrace(
            name="bone-therapy",
            value=f"{drug.drug} (by name)" if drug.by_name else drug.drug,
            date=drug.since.isoformat() if drug.since else None,
            reference=drug.reference,
        )
    for supplement in inputs.supplements:
        name = "calcium-supplement" if supplement.name == "calcium" else "vitamin-d-supplement"
        yield InputTrace(name=name, value="on the list", reference=supplement.reference)
    for diagnosis in inputs.diagnoses:
        if diagnosis.disease in _ESOPHAGEAL:
            yield InputTrace(
                name="esophageal-disease",
                value=diagnosis.disease.value,
                date=diagnosis.day.isoformat() if diagnosis.day else None,
                reference=diagnosis.reference,
            )
        elif diagnosis.disease is Disease.CANNOT_SIT_UPRIGHT and diagnosis.current:
            yield InputTrace(name="upright", value="cannot", reference=diagnosis.reference)
    if inputs.esophageal_procedure is not None:
        done = inputs.esophageal_procedure
        yield InputTrace(
            name="esophageal-procedure",
            value="banding or sclerotherapy",
            date=done.day.isoformat() if done.day else None,
            reference=done.reference,
        )
    if inputs.allergy is not None:
        yield InputTrace(
            name="bisphosphonate-allergy",
            value="intolerance" if inputs.allergy.intolerance else "allergy",
            reference=inputs.allergy.reference,
        )


def _labs(inputs: GuidelineInputs) -> Iterator[InputTrace]:
    labs, renal = inputs.labs, inputs.renal
    yield from _measured("calcium", labs.total_calcium)
    yield from _measured("calcium.ionized", labs.ionized_calcium)
    yield from _measured("albumin", labs.albumin)
    if labs.calcium is not None and labs.calcium.kind == "corrected":
        yield InputTrace(
            name="calcium.corrected",
            value=labs.calcium.value,
            unit=labs.calcium.unit,
            date=labs.calcium.day.isoformat(),
            derived_from=("calcium", "albumin"),
        )
    yield from _measured("creatinine", labs.creatinine)
    if renal.clearance is not None and renal.clearance_day is not None:
        yield InputTrace(
            name="creatinine-clearance",
            value=renal.clearance.quantize(_PLACES, rounding=ROUND_DOWN),
            unit="mL/min",
            date=renal.clearance_day.isoformat(),
            derived_from=("creatinine", "weight", "age", "sex"),
        )
    yield from _measured("egfr", labs.egfr)
    yield from _measured("vitamin-d", labs.vitamin_d)


def _missing(case: Case) -> Iterator[str]:
    """Inputs that would have mattered to this answer and are not there."""
    inputs, disposition = case.inputs, case.decision.disposition
    for source in sorted(inputs.unanswered):
        yield from _FED_BY.get(source, ())
    if disposition is Disposition.YOUNG and inputs.person.sex is Sex.FEMALE and not inputs.person.menopause:
        yield "menopause"
    if inputs.person.age is None:
        yield "age"
    if inputs.person.sex is None:
        yield "sex"
    if disposition in _RESTS_ON_BONE_DENSITY and inputs.bone_density.lowest is None:
        yield "t-score.lowest"
    if disposition in _OSTEOPENIA:
        for name, value in (
            ("frax.hip", inputs.frax.hip),
            ("frax.major", inputs.frax.major),
            ("weight", inputs.weight),
            ("height", inputs.height),
        ):
            if value is None:
                yield name
    if disposition in _OSTEOPENIA | _BARS:
        if inputs.labs.calcium is None:
            yield "calcium"
        if inputs.renal.clearance is None and inputs.renal.egfr is None:
            yield "creatinine-clearance"
            yield "egfr"
        if inputs.labs.vitamin_d is None:
            yield "vitamin-d"
