"""The person: age, sex, menopause, and what puts them outside the guideline (GUIDELINE B, 2–4, 24)."""

import datetime

from fhir_mappings.chart import Chart
from fhir_mappings.concepts import Concept
from fhir_mappings.conditions import Problem
from fhir_mappings.dates import add_months, earliest_day, is_partial, latest_day, years_between
from fhir_mappings.inputs import Person, Sex, Source
from fhir_mappings.medicines.records import Entry
from fhir_mappings.notes import Notes
from fhir_mappings.observations import Readings
from fhir_mappings.person.reproductive_status import map_menopause, map_pregnancy
from fhir_mappings.procedures import Done
from fhir_mappings.reader import Extension, Patient
from fhir_mappings.value_sets import Terminology

OLDEST = 120
HOSPICE_MONTHS = 12
"""How long hospice care that is recorded as done may be the care of now: few leave it."""
_IN_HOSPICE = Concept.HOSPICE_PALLIATIVE

BIRTH_SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
SEX_FOR_CLINICAL_USE = (
    "http://hl7.org/fhir/StructureDefinition/patient-sexParameterForClinicalUse",
    "http://hl7.org/fhir/StructureDefinition/patient-sexForClinicalUse",
)
_SEXES = {
    "female": Sex.FEMALE,
    "f": Sex.FEMALE,
    "female-typical": Sex.FEMALE,
    "male": Sex.MALE,
    "m": Sex.MALE,
    "male-typical": Sex.MALE,
}


def birth_of(patient: Patient | None, as_of: datetime.date, notes: Notes) -> datetime.date | None:
    """The latest day of birth a birthDate may mean, so that age is never overstated; None where unusable."""
    if patient is None or patient.birth_date is None:
        return None
    born = earliest_day(patient.birth_date)
    if born is None:
        notes.add("unreadable", "birth date is not readable", patient.reference, of=Source.PATIENT)
        return None
    if is_partial(patient.birth_date):
        born = latest_day(patient.birth_date) or born
        notes.add(
            "unreadable",
            "birth date leaves the day open; the youngest possible age is used",
            patient.reference,
        )
    if not 0 <= years_between(born, as_of) <= OLDEST:
        notes.add("implausible", "birth date gives an impossible age", patient.reference, of=Source.PATIENT)
        return None
    return born


def map_person(
    chart: Chart,
    birth: datetime.date | None,
    problems: tuple[Problem, ...],
    done: tuple[Done, ...],
    entries: tuple[Entry, ...],
    readings: Readings,
    as_of: datetime.date,
    terminology: Terminology,
    notes: Notes,
) -> Person:
    """Who the patient is on that day."""
    patient = chart.patient or Patient()
    age = years_between(birth, as_of) if birth else None
    sex = _sex(patient)
    menopause, menopause_from = map_menopause(
        sex,
        age,
        problems,
        done,
        entries,
        readings,
        as_of,
        terminology,
        notes,
        unseen=chart.unanswered | chart.truncated,
    )
    return Person(
        age=age,
        sex=sex,
        deceased=_deceased(patient, as_of),
        menopause=menopause,
        menopause_reference=menopause_from,
        hospice_reference=_hospice(problems, done, as_of),
        pregnancy_reference=map_pregnancy(sex, age, problems, readings, as_of, terminology),
        reference=patient.reference,
    )


def _sex(patient: Patient) -> Sex | None:
    """Sex for clinical use, else birth sex, else administrative gender; other and unknown are not usable."""
    extensions = patient.extension or ()
    stated = [_clinical_use(each) for each in extensions if each.url in SEX_FOR_CLINICAL_USE]
    stated += [each.value_code for each in extensions if each.url == BIRTH_SEX]
    stated.append(patient.gender)
    return next((_SEXES[word.lower()] for word in stated if word and word.lower() in _SEXES), None)


def _clinical_use(extension: Extension) -> str | None:
    for part in (extension, *(extension.extension or ())):
        if part.value_codeable_concept is not None:
            return next((coding.code for coding in part.value_codeable_concept.codings), None)
    return None


def _deceased(patient: Patient, as_of: datetime.date) -> bool:
    if patient.deceased_boolean:
        return True
    if not patient.deceased_date_time:
        return False
    died = earliest_day(patient.deceased_date_time)
    return died is None or died <= as_of


def _hospice(problems: tuple[Problem, ...], done: tuple[Done, ...], as_of: datetime.date) -> str | None:
    """What says that the patient is in hospice or palliative care now, or was within twelve months."""
    oldest = add_months(as_of, -HOSPICE_MONTHS)
    listed = (each.reference for each in problems if each.current and _IN_HOSPICE in each.concepts)
    given = (
        each.reference
        for each in done
        if _IN_HOSPICE in each.concepts and (each.latest is None or each.latest >= oldest)
    )
    return next(listed, None) or next(given, None)
