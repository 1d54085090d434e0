"""The inputs of the trace: every value that a decision could rest on, by the guideline's own names."""

import datetime
from collections.abc import Iterator
from decimal import Decimal

from cdshooks.cards.traced_measures import measured, traced_measures
from cdshooks.guideline.words import begun, drug
from cdshooks.wire.response import InputTrace
from fhir_mappings.inputs import Disease, GuidelineInputs, Site

_ESOPHAGEAL = frozenset(
    {
        Disease.ESOPHAGEAL_STRICTURE,
        Disease.ACHALASIA,
        Disease.ESOPHAGEAL_VARICES,
        Disease.ESOPHAGITIS,
    }
)
_SUPPLEMENTS = {
    "calcium": "calcium-supplement",
    "vitamin D": "vitamin-d-supplement",
    "antacids": "antacid",
    "iron": "iron",
}


def traced_inputs(inputs: GuidelineInputs) -> Iterator[InputTrace]:
    """Each value with its unit, day and resource, or what it was derived from; the unknown is left out."""
    yield from _person(inputs)
    yield from _densities(inputs)
    yield from measured("frax.hip", inputs.frax.hip)
    yield from measured("frax.major", inputs.frax.major)
    yield from _fractures(inputs)
    yield from _medicines(inputs)
    yield from _diagnoses(inputs)
    yield from _safety(inputs)
    yield from traced_measures(inputs)


def _person(inputs: GuidelineInputs) -> Iterator[InputTrace]:
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


def _densities(inputs: GuidelineInputs) -> Iterator[InputTrace]:
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


def _site(site: Site) -> str:
    # The guideline has a name for the forearm only where 33 % is stated.
    return Site.UNSPECIFIED if site is Site.RADIUS else site


def _fractures(inputs: GuidelineInputs) -> Iterator[InputTrace]:
    for fracture in inputs.fractures:
        yield InputTrace(
            name=f"fracture.{fracture.site}",
            value=fracture.mechanism.value,
            date=_date(fracture.day),
            reference=fracture.reference,
        )


def _medicines(inputs: GuidelineInputs) -> Iterator[InputTrace]:
    for therapy in inputs.therapy:
        yield InputTrace(
            name="bone-therapy",
            value=drug(therapy),
            date=begun(therapy) if therapy.since else None,
            reference=therapy.reference,
        )
    yield from _glucocorticoid(inputs)
    for cancer_drug in inputs.cancer_therapy:
        yield InputTrace(
            name="cancer-therapy",
            value=f"{cancer_drug.drug} ({cancer_drug.kind})",
            date=_date(cancer_drug.since),
            reference=cancer_drug.reference,
        )
    for supplement in inputs.supplements:
        value = "on the list, in the morning" if supplement.in_the_morning else "on the list"
        yield InputTrace(name=_SUPPLEMENTS[supplement.name], value=value, reference=supplement.reference)


def _glucocorticoid(inputs: GuidelineInputs) -> Iterator[InputTrace]:
    """The dose of the last days it was taken, and the days in all: both derived from the orders named."""
    course = inputs.glucocorticoid
    if course is None or course.mg_per_day is None:
        return
    yield InputTrace(
        name="glucocorticoid.mg-per-day",
        value=course.mg_per_day,
        unit="mg/d",
        date=course.spans[-1].start.isoformat(),
        derived_from=course.references,
    )
    yield InputTrace(
        name="glucocorticoid.days",
        value=Decimal(course.days_at_least(Decimal(0))),
        unit="d",
        date=course.spans[-1].end.isoformat(),
        derived_from=course.references,
    )


def _diagnoses(inputs: GuidelineInputs) -> Iterator[InputTrace]:
    for diagnosis in inputs.diagnoses:
        name, value = None, diagnosis.disease.value
        if diagnosis.disease in _ESOPHAGEAL:
            name = "esophageal-disease"
        elif diagnosis.disease is Disease.CANNOT_SIT_UPRIGHT and diagnosis.current:
            name, value = "upright", "cannot"
        elif diagnosis.disease is Disease.RHEUMATOID_ARTHRITIS:
            name, value = "rheumatoid-arthritis", "on record" if diagnosis.current else "past"
        if name is not None:
            yield InputTrace(name=name, value=value, date=_date(diagnosis.day), reference=diagnosis.reference)


def _safety(inputs: GuidelineInputs) -> Iterator[InputTrace]:
    upright = inputs.cannot_stay_upright
    if upright is not None:
        yield InputTrace(
            name="upright",
            value="cannot" if upright.is_so else "can",
            date=_date(upright.day),
            reference=upright.reference,
        )
    if inputs.esophageal_procedure is not None:
        yield InputTrace(
            name="esophageal-procedure",
            value="banding or sclerotherapy",
            date=_date(inputs.esophageal_procedure.day),
            reference=inputs.esophageal_procedure.reference,
        )
    if inputs.allergy is not None:
        yield InputTrace(
            name="bisphosphonate-allergy",
            value="intolerance" if inputs.allergy.intolerance else "allergy",
            reference=inputs.allergy.reference,
        )
    if inputs.dental_exam is not None:
        yield InputTrace(
            name="dental-exam",
            value="done",
            date=_date(inputs.dental_exam.day),
            reference=inputs.dental_exam.reference,
        )


def _date(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None
