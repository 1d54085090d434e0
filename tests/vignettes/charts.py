"""From a vignette to the resources of a chart, in either encoding."""

import datetime

from fhir_mappings.dates import add_months
from tests.vignettes import codes
from tests.vignettes.codes import Encoding
from tests.vignettes.density import write_frax, write_t_scores, write_z_scores
from tests.vignettes.medicines import write_allergies, write_medicines
from tests.vignettes.resources import PATIENT, Resource, Writer, amount, concept, status
from tests.vignettes.vignettes import Condition, Fracture, Lab, Patient, Vignette

_DAY = datetime.timedelta(days=1)
_BIRTH_SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
_CLINICAL_SEX = "http://hl7.org/fhir/StructureDefinition/patient-sexParameterForClinicalUse"
_MENOPAUSE_KNOWN_BY_AGE = 55
_PRINTED = {"mL/min/{1.73_m2}": "mL/min/1.73m2", "umol/L": "µmol/L", "ng/mL": "ng/ml"}
_SEVENTH = {"initial": "A", "subsequent": "D", "sequela": "S"}


def chart_of(vignette: Vignette, encoding: Encoding) -> list[Resource]:
    """Every resource of the vignette's chart, the Patient first."""
    writer = Writer(encoding)
    given, as_of = vignette.input, vignette.as_of
    writer.resources.append(_person(writer, given.patient, as_of))
    write_t_scores(writer, given.t_scores)
    write_z_scores(writer, given.z_scores)
    write_frax(writer, given.frax)
    for name, labs in given.labs.items():
        for lab in (labs,) if isinstance(labs, Lab) else labs:
            _lab(writer, name, lab)
    _observed(writer, given.patient, as_of)
    _conditions(writer, given.patient, as_of)
    for number, fracture in enumerate(given.patient.fractures):
        _fracture(writer, fracture, number)
    for procedure in given.patient.procedures:
        writer.add(
            "Procedure",
            status=procedure.status,
            code=concept(codes.PROCEDURES[procedure.type].by(encoding)),
            performedDateTime=writer.when(procedure.date),
        )
    if given.patient.dental_exam is not None:
        writer.add(
            "Procedure",
            status="completed",
            code=concept(codes.DENTAL_EXAM.by(encoding)),
            performedDateTime=writer.when(given.patient.dental_exam),
        )
    write_medicines(writer, given.patient, as_of)
    write_allergies(writer, given.patient.allergies)
    return writer.resources


def _person(writer: Writer, patient: Patient, as_of: datetime.date) -> Resource:
    born = patient.birth_date
    if born is None and patient.age is not None:
        # Where charts are real, today is the birthday.
        birthday = add_months(as_of, -12 * patient.age)
        born = (birthday - 100 * _DAY if writer.by_the_book else birthday).isoformat()
    person: Resource = {"resourceType": "Patient", "id": PATIENT, "gender": patient.sex, "birthDate": born}
    if patient.deceased_date:
        person["deceasedDateTime"] = writer.when(patient.deceased_date)
    elif patient.deceased or not writer.by_the_book:
        person["deceasedBoolean"] = patient.deceased
    if writer.by_the_book:
        person = {name: value for name, value in person.items() if value is not None}
    else:
        person |= {"meta": {"versionId": "4"}, "maritalStatus": None, "contact": [], "vendorFlags": [1, None]}
    if patient.birth_sex is not None:
        person["extension"] = [_sex(writer, patient.birth_sex)]
    return person


def _sex(writer: Writer, sex: str) -> Resource:
    if writer.by_the_book:
        return {"url": _BIRTH_SEX, "valueCode": sex[0].upper()}
    meant = codes.Code(
        "http://terminology.hl7.org/CodeSystem/sex-parameter-for-clinical-use", f"{sex}-typical"
    )
    return {"url": _CLINICAL_SEX, "extension": [{"url": "value", "valueCodeableConcept": concept(meant)}]}


def _lab(writer: Writer, name: str, lab: Lab) -> None:
    kind = "molar" if lab.unit and "mol" in lab.unit else "mass"
    value = amount(lab.value, lab.unit)
    if not writer.by_the_book and lab.unit:
        value = amount(lab.value, None, _PRINTED.get(lab.unit, lab.unit))
    if lab.comparator:
        value["comparator"] = lab.comparator
    limits = {
        side: {"value": limit} if not writer.by_the_book else amount(limit, lab.unit)
        for side, limit in (("low", lab.low), ("high", lab.high))
        if limit is not None
    }
    writer.add(
        "Observation",
        status="final",
        code=concept(codes.LABS[name, kind].by(writer.encoding)),
        effectiveDateTime=writer.when(lab.date),
        valueQuantity=value,
        referenceRange=[limits] if limits else None,
    )


def _observed(writer: Writer, patient: Patient, as_of: datetime.date) -> None:
    recently = writer.when(as_of - 20 * _DAY)
    if patient.weight_kg is not None:
        weight = (
            amount(patient.weight_kg, "kg") if writer.by_the_book else amount(patient.weight_kg, None, "kg")
        )
        writer.add(
            "Observation",
            status="final",
            code=concept(codes.WEIGHT.by(writer.encoding)),
            effectiveDateTime=recently,
            valueQuantity=weight,
        )
    if patient.height_cm is not None:
        writer.add(
            "Observation",
            status="final",
            code=concept(codes.HEIGHT.by(writer.encoding)),
            effectiveDateTime=recently,
            valueQuantity=amount(patient.height_cm, "cm", None if writer.by_the_book else "cm"),
        )
    if patient.smoking is not None:
        writer.add(
            "Observation",
            status="final",
            code=concept(codes.SMOKING),
            effectiveDateTime=recently,
            valueCodeableConcept=concept(codes.SMOKERS[patient.smoking].by(writer.encoding)),
        )
    if patient.alcohol_drinks_per_day is not None:
        writer.add(
            "Observation",
            status="final",
            code=concept(codes.ALCOHOL),
            effectiveDateTime=recently,
            valueQuantity=amount(
                patient.alcohol_drinks_per_day,
                "{drinks}/d",
                None if writer.by_the_book else "drinks/day",
            ),
        )
    if patient.pregnant_by_observation:
        writer.add(
            "Observation",
            status="final",
            code=concept(codes.PREGNANCY_STATUS),
            effectiveDateTime=recently,
            valueCodeableConcept=concept(codes.PREGNANT.by(writer.encoding)),
        )
    if patient.last_menstrual_period is not None:
        writer.add(
            "Observation",
            status="final",
            code=concept(codes.LAST_MENSTRUAL_PERIOD),
            effectiveDateTime=recently,
            valueDateTime=patient.last_menstrual_period.isoformat(),
        )


def _conditions(writer: Writer, patient: Patient, as_of: datetime.date) -> None:
    for each in patient.conditions:
        _condition(writer, Condition(name=each) if isinstance(each, str) else each)
    documented = patient.menopausal_status == "postmenopausal"
    if documented and (patient.age is None or patient.age < _MENOPAUSE_KNOWN_BY_AGE):
        _condition(writer, Condition(name="postmenopausal"))
    if patient.pregnant:
        _condition(writer, Condition(name="pregnancy", date=as_of - 60 * _DAY))
    if patient.parental_hip_fracture and writer.by_the_book:
        mother = codes.Code("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "MTH", "mother")
        writer.add(
            "FamilyMemberHistory",
            subject="patient",
            status="completed",
            relationship=concept(mother),
            condition=[{"code": concept(codes.HIP.snomed)}],
        )
    elif patient.parental_hip_fracture:
        _condition(writer, Condition(name="parental_hip_fracture"))


def _condition(writer: Writer, condition: Condition) -> None:
    code = (
        concept(text=condition.by_name)
        if condition.by_name
        else concept(codes.CONDITIONS[condition.name].by(writer.encoding))
    )
    writer.add(
        "Condition",
        clinicalStatus=status("condition-clinical", condition.status),
        verificationStatus=status("condition-ver-status", condition.verification),
        code=code,
        onsetDateTime=writer.when(condition.date) if condition.date else None,
        abatementDateTime=writer.when(condition.abated) if condition.abated else None,
    )


def _fracture(writer: Writer, fracture: Fracture, number: int) -> None:
    """The fracture, and its cause as a diagnosis of the same encounter."""
    coded, cause = codes.FRACTURES[fracture.site, fracture.mechanism]
    code = coded.by(writer.encoding)
    if code.system == codes.ICD10 and fracture.encounter != "initial":
        code = codes.Code(code.system, code.code[:-1] + _SEVENTH[fracture.encounter])
        cause = None
    for each in (code, cause.by(writer.encoding) if cause else None):
        if each is not None:
            writer.add(
                "Condition",
                clinicalStatus=status("condition-clinical", "active"),
                verificationStatus=status("condition-ver-status", "confirmed"),
                code=concept(each),
                encounter={"reference": f"Encounter/accident-{number}"},
                onsetDateTime=writer.when(fracture.date),
            )
