"""Draft orders as two hospitals send them in `context.draftOrders`."""

from fhir_mappings.dates import add_months
from tests.vignettes import codes
from tests.vignettes.charts import chart_of
from tests.vignettes.codes import Encoding
from tests.vignettes.resources import OTHER_PATIENT, PATIENT, Resource, Writer, amount, concept
from tests.vignettes.vignettes import Draft, Vignette

_NDC = "http://hl7.org/fhir/sid/ndc"
_ABBREVIATIONS = {(1, 1, "d"): "QD", (2, 1, "d"): "BID", (1, 2, "d"): "QOD", (1, 1, "wk"): "WK"}
_TIMING = "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation"


def drafts_of(vignette: Vignette, encoding: Encoding) -> Resource:
    """The members of the context: every draft in a Bundle, and which of them were selected.

    By the book the Bundle has a type; the other hospital leaves it out, as the public sandbox does, and has a
    list where one object is meant.
    """
    writer = Writer(encoding)
    orders = [_draft(writer, vignette, draft, n) for n, draft in enumerate(vignette.input.drafts, 1)]
    bundle: Resource = {"resourceType": "Bundle", "entry": [{"resource": each} for each in writer.resources]}
    if writer.by_the_book:
        bundle["type"] = "collection"
    context: Resource = {"draftOrders": bundle}
    if vignette.hook == "order-select":
        context["selections"] = [
            f"{order['resourceType']}/{order['id']}"
            for order, draft in zip(orders, vignette.input.drafts, strict=True)
            if draft.selected
        ]
    return context


def _draft(writer: Writer, vignette: Vignette, draft: Draft, number: int) -> Resource:
    patient = OTHER_PATIENT if draft.of_other_patient else PATIENT
    if draft.drug == "dxa":
        due = draft.due_in_months
        return writer.add(
            "ServiceRequest",
            id=f"draft-{number}",
            patient=patient,
            status=draft.status,
            intent="order",
            code=concept(codes.DXA.by(writer.encoding)),
            occurrenceDateTime=None if due is None else writer.when(add_months(vignette.as_of, due)),
        )
    current = [
        each for each in chart_of(vignette, writer.encoding) if each["resourceType"] == "MedicationRequest"
    ]
    # What is being stopped is the order of the chart itself; a therapy is written last.
    stopped = draft.status == "stopped" and current
    order = writer.add(
        "MedicationRequest",
        id=current[-1]["id"] if stopped else f"draft-{number}",
        patient=patient,
        status=draft.status,
        intent="order",
        category=[{"text": "Outpatient"}] if writer.by_the_book else {"text": "Outpatient"},
        **_medicine(writer, draft),
        dosageInstruction=_dosage(writer, draft),
        dispenseRequest=_supply(draft),
        reasonCode=None
        if draft.reason is None
        else [concept(codes.CONDITIONS[draft.reason].by(writer.encoding))],
        priorPrescription={"reference": f"MedicationRequest/{current[0]['id']}"} if draft.replaces else None,
    )
    if draft.without_id:
        del order["id"]
    return order


def _medicine(writer: Writer, draft: Draft) -> Resource:
    """By code, or by name, or through a Medication that is contained or stands beside in the Bundle."""
    key = draft.drug, draft.strength_mg or 0
    product = codes.PRODUCTS.get(key)
    coded = product or codes.SUBSTANCES.get(draft.drug) or codes.of_drug(draft.drug)
    name = (
        draft.name or f"{draft.drug.replace('_', ' ')} {draft.strength_mg:g} mg"
        if draft.strength_mg
        else None
    )
    written = draft.written or (None if writer.by_the_book else "referenced")
    if written == "text-only":
        return {"medicationCodeableConcept": concept(text=draft.name or name)}
    if written == "ndc":
        return {"medicationCodeableConcept": concept(codes.Code(_NDC, codes.NATIONAL_DRUG_CODES[key]))}
    if written == "ingredient":
        coded = codes.SUBSTANCES[draft.drug]
        return {"medicationCodeableConcept": concept(coded.by(writer.encoding))}
    code = concept(coded.by(writer.encoding), text=draft.name or (None if product else name))
    if written is None:
        return {"medicationCodeableConcept": code}
    medication = writer.new("Medication", code=code)
    del medication["subject"]
    if written == "contained":
        return {"contained": [medication], "medicationReference": {"reference": f"#{medication['id']}"}}
    writer.resources.append(medication)
    return {"medicationReference": {"reference": f"Medication/{medication['id']}"}}


def _dosage(writer: Writer, draft: Draft) -> list[Resource] | None:
    dosage: Resource = {} if draft.text is None else {"text": draft.text}
    if draft.frequency is not None:
        assert draft.period is not None
        repeat: Resource = {
            "frequency": draft.frequency,
            "period": draft.period,
            "periodUnit": draft.period_unit,
        }
        if draft.duration_days is not None:
            repeat["boundsDuration"] = amount(draft.duration_days, "d")
        dosage["timing"] = {"repeat": repeat}
        short = _ABBREVIATIONS.get((draft.frequency, int(draft.period), draft.period_unit or ""))
        if not writer.by_the_book and short is not None:
            dosage["timing"]["code"] = concept(codes.Code(_TIMING, short))
        dose = draft.dose_mg or draft.strength_mg
        if dose is not None:
            quantity = amount(dose, "mg")
            if not writer.by_the_book and draft.strength_mg and draft.written != "ingredient":
                quantity = {"value": dose / draft.strength_mg, "unit": "tablet"}
            dosage["doseAndRate"] = [{"doseQuantity": quantity}]
    if draft.as_needed:
        dosage["asNeededBoolean"] = True
    return [dosage] if dosage else None


def _supply(draft: Draft) -> Resource | None:
    if draft.repeats is None:
        return None
    return {
        "numberOfRepeatsAllowed": draft.repeats,
        "quantity": {"value": 30, "unit": "tablet"},
        "expectedSupplyDuration": amount(30, "d"),
    }
