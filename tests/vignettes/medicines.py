"""Orders, medication lists and allergies as FHIR resources."""

import datetime
from typing import Any

from fhir_mappings.dates import add_months
from tests.vignettes import codes
from tests.vignettes.resources import Resource, Writer, amount, concept, status
from tests.vignettes.vignettes import Allergy, Given, Glucocorticoid, Order, Patient

_DAY = datetime.timedelta(days=1)
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_ABBREVIATIONS = "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation"


def write_medicines(writer: Writer, patient: Patient, as_of: datetime.date) -> None:
    """Everything the patient takes, took, or was meant to take."""
    for order in patient.medication_orders:
        _order(writer, order, as_of)
    for order in patient.medication_statements:
        _statement(writer, order, as_of)
    for drug in patient.meds:
        _listed(writer, drug, as_of)
    for therapy in patient.current_therapy:
        ended = add_months(as_of, -therapy.stopped_months_ago) if therapy.stopped_months_ago else None
        begun = add_months(ended or as_of, -round(therapy.years * 12))
        if therapy.last_dose_months_ago is not None:
            for months in (round(therapy.years * 12), therapy.last_dose_months_ago):
                _given(writer, Given(drug=therapy.drug, months_ago=months), as_of)
            continue
        if writer.by_the_book:
            valid = {"start": begun.isoformat(), "end": ended.isoformat()} if ended else None
            _request(
                writer,
                therapy.drug,
                begun,
                status="stopped" if ended else "active",
                dispenseRequest={"validityPeriod": valid} if valid else None,
            )
            if ended is None and begun < add_months(as_of, -12):
                _request(writer, therapy.drug, add_months(as_of, -2), status="active")
        else:
            _said(writer, therapy.drug, begun, ended, status="completed" if ended else "active")
    for course in patient.glucocorticoids:
        _course(writer, course, as_of)
    for drug in patient.cancer_therapy:
        _listed(writer, drug, as_of)
    for given in patient.administrations:
        _given(writer, given, as_of)
    for supply in patient.dispenses:
        writer.add(
            "MedicationDispense",
            status="completed",
            whenHandedOver=None if supply.days_ago is None else writer.when(as_of - supply.days_ago * _DAY),
            daysSupply=amount(supply.days, "d"),
            **_medicine(writer, supply.drug, None, contained=True),
        )


def write_allergies(writer: Writer, allergies: tuple[str | Allergy, ...]) -> None:
    """Each entry by its code, or by what somebody typed; where charts are real, in the reaction."""
    for each in allergies:
        entry = Allergy(drug=each) if isinstance(each, str) else each
        substance = (
            concept(text=entry.by_name)
            if entry.by_name
            else concept(codes.ALLERGENS[entry.drug].by(writer.encoding))
        )
        in_reaction = not writer.by_the_book and not entry.by_name
        writer.add(
            "AllergyIntolerance",
            subject="patient",
            clinicalStatus=status("allergyintolerance-clinical", entry.status),
            verificationStatus=status("allergyintolerance-verification", entry.verification),
            type=entry.type,
            criticality="high" if entry.type == "allergy" else "low",
            code=concept(text="Drug allergy") if in_reaction else substance,
            reaction=[{"substance": substance, "manifestation": [{"text": "see note"}]}]
            if in_reaction
            else None,
        )


_TABLET_MG = {
    "prednisone": 5,
    "methylprednisolone": 4,
    "dexamethasone": 0.5,
    "hydrocortisone": 10,
    "budesonide": 3,
}


def _course(writer: Writer, course: Glucocorticoid, as_of: datetime.date) -> None:
    """By the book an order in mg with its bounds; in real charts a statement in tablets of a strength."""
    end = as_of - course.ended_days_ago * _DAY
    begun = end - (course.days - 1) * _DAY
    if course.begins_in_days is not None:
        begun = as_of + course.begins_in_days * _DAY
        end = begun + (course.days - 1) * _DAY
    mg = course.mg_per_day * (2 if course.every_other_day else 1)
    period = 2 if course.every_other_day else 1
    if writer.by_the_book:
        repeat = {
            "boundsPeriod": {"start": begun.isoformat(), "end": end.isoformat()},
            "frequency": 1,
            "period": period,
            "periodUnit": "d",
        }
        dosage: Resource = {
            "asNeededBoolean": course.as_needed,
            "timing": {"repeat": repeat},
            "doseAndRate": [{"doseQuantity": amount(mg, "mg")}],
        }
    else:
        tablets = mg / _TABLET_MG[course.drug]
        code = "QOD" if course.every_other_day else "QD"
        dosage = {
            "text": f"{tablets:g} tablets {'every other day' if course.every_other_day else 'daily'}",
            "asNeededBoolean": course.as_needed,
            "timing": {"code": {"coding": [{"system": _ABBREVIATIONS, "code": code}], "text": code}},
            "doseAndRate": [{"doseQuantity": {"value": tablets, "unit": "tablet"}}],
        }
    if course.as_text:
        dosage = {"text": f"{mg:g} mg of it, as discussed"}
    status = "stopped" if course.stopped else "completed" if course.ended_days_ago else "active"
    if writer.by_the_book:
        _request(writer, course.drug, min(begun, as_of), status=status, dosageInstruction=[dosage])
        return
    ended = end if course.ended_days_ago or course.begins_in_days is not None else None
    _said(writer, course.drug, begun, ended, status=status, dosage=[dosage], **_tablets(writer, course.drug))


def _tablets(writer: Writer, drug: str) -> Resource:
    """A contained Medication that states the strength of its tablets."""
    medication = writer.new(
        "Medication",
        code=concept(codes.of_drug(drug).by(writer.encoding)),
        ingredient=[
            {
                "itemCodeableConcept": concept(text=drug),
                "strength": {
                    "numerator": amount(_TABLET_MG[drug], "mg"),
                    "denominator": {"value": 1, "unit": "tablet"},
                },
            }
        ],
    )
    del medication["subject"]
    return {"contained": [medication], "medicationReference": {"reference": f"#{medication['id']}"}}


def _given(writer: Writer, given: Given, as_of: datetime.date) -> None:
    """What was given; in real charts for a period, a minute long."""
    day = given.written
    if day is None:
        day = writer.when(add_months(as_of, -given.months_ago) - given.days_more * _DAY)
    when: Resource = {"effectiveDateTime": day}
    if not writer.by_the_book:
        when = {"effectivePeriod": {"start": day, "end": day} if day else {}}
    elif not day:
        when = {"effectivePeriod": {"extension": [{"url": _ABSENT, "valueCode": "unknown"}]}}
    writer.add(
        "MedicationAdministration",
        status="completed",
        **_medicine(writer, given.drug, None, contained=False),
        **when,
    )


def _listed(writer: Writer, drug: str, as_of: datetime.date) -> None:
    begun = as_of - 40 * _DAY
    if writer.by_the_book:
        _request(writer, drug, begun, status="active")
    else:
        _said(writer, drug, begun, None, status="active")


def _order(writer: Writer, order: Order, as_of: datetime.date) -> None:
    day = _day(order, as_of)
    dosage = (
        [
            {
                "text": "1 tablet daily",
                "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": amount(70, "mg")}],
            }
        ]
        if order.daily
        else None
    )
    _request(
        writer,
        order.drug,
        day,
        by_name=order.by_name,
        status=order.status,
        intent=order.intent,
        doNotPerform=True if order.do_not_perform else None,
        dosageInstruction=dosage,
    )


def _statement(writer: Writer, order: Order, as_of: datetime.date) -> None:
    day = _day(order, as_of)
    ended = None if order.ended_months_ago is None else add_months(as_of, -order.ended_months_ago)
    _said(writer, order.drug, day, ended, by_name=order.by_name, status=order.status)


def _day(order: Order, as_of: datetime.date) -> datetime.date:
    if order.days_ahead is not None:
        return as_of + order.days_ahead * _DAY
    return add_months(as_of, -order.months_ago)


def _request(
    writer: Writer,
    drug: str,
    day: datetime.date,
    *,
    by_name: str | None = None,
    intent: str = "order",
    **members: Any,  # noqa: ANN401 - FHIR members
) -> None:
    writer.add(
        "MedicationRequest",
        intent=intent,
        authoredOn=writer.when(day),
        **_medicine(writer, drug, by_name, contained=True),
        **members,
    )


def _said(
    writer: Writer,
    drug: str,
    begun: datetime.date,
    ended: datetime.date | None,
    *,
    by_name: str | None = None,
    **members: Any,  # noqa: ANN401 - FHIR members
) -> None:
    period = {"start": writer.when(begun)} | ({"end": writer.when(ended)} if ended else {})
    medicine = {} if "medicationReference" in members else _medicine(writer, drug, by_name, contained=False)
    writer.add("MedicationStatement", effectivePeriod=period, **medicine, **members)


def _medicine(writer: Writer, drug: str, by_name: str | None, *, contained: bool) -> Resource:
    """A code, or a Medication that is contained or comes as an included resource."""
    if writer.by_the_book:
        code = concept(text=by_name) if by_name else concept(codes.of_drug(drug).by(writer.encoding))
        return {"medicationCodeableConcept": code}
    if by_name:
        # The Medication was not sent along: its name in the reference is all there is.
        return {"medicationReference": {"reference": "Medication/formulary-7", "display": by_name}}
    medication = writer.new("Medication", code=concept(codes.of_drug(drug).by(writer.encoding)))
    del medication["subject"]
    if contained:
        return {"contained": [medication], "medicationReference": {"reference": f"#{medication['id']}"}}
    writer.resources.append(medication)
    return {"medicationReference": {"reference": f"Medication/{medication['id']}"}}
