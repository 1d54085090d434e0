"""What may speak against a tablet: known by name only, in doubt, or dated in the future.

Text and doubt may only make an answer more careful (GUIDELINE, "Matching by text"): what is found here unmarks
a draft and raises a question. It never fires a recommendation, and never sets a disposition.
"""

import datetime
import re
from collections.abc import Iterable

from fhir_mappings.allergies import BISPHOSPHONATES
from fhir_mappings.answers import is_so
from fhir_mappings.chart import Chart
from fhir_mappings.concepts import Concept
from fhir_mappings.conditions import (
    A_DAY,
    Standing,
    Told,
    begins_after,
    is_current,
    is_reflux_alone,
    standing,
)
from fhir_mappings.dates import add_months, earliest_day
from fhir_mappings.inputs import PREGNANCY_AGE, Disease, Menopause, Person, Sex, Source, Suspicion
from fhir_mappings.medicines.bone_drugs import TREATMENTS
from fhir_mappings.medicines.records import Entry
from fhir_mappings.names import folded, suspected, suspected_in
from fhir_mappings.notes import Notes
from fhir_mappings.observations import FINAL, RETRACTED, Reading, Readings, concepts_of
from fhir_mappings.person.absent_periods import CONTRACEPTIVES, in_use
from fhir_mappings.person.reproductive_status import PREGNANT, PRESUMED_POSTMENOPAUSAL_AGE
from fhir_mappings.person.upright import ANSWER_MONTHS, says_uprightness
from fhir_mappings.procedures import NOT_DONE
from fhir_mappings.reader import (
    CodeableConcept,
    Medication,
    MedicationRequest,
    MedicationStatement,
    Procedure,
    Reference,
    read,
)
from fhir_mappings.value_sets import Terminology

_CAREFUL: dict[Concept, Disease] = {
    Concept.ESOPHAGEAL_STRICTURE: Disease.ESOPHAGEAL_STRICTURE,
    Concept.ACHALASIA: Disease.ACHALASIA,
    Concept.ESOPHAGEAL_VARICES: Disease.ESOPHAGEAL_VARICES,
    Concept.VARICEAL_BANDING_SCLEROTHERAPY: Disease.ESOPHAGEAL_VARICES,
    Concept.TETANY: Disease.HYPOCALCEMIA,
    Concept.VTE_STROKE_HISTORY: Disease.VTE_OR_STROKE,
    Concept.ESOPHAGEAL_MOTILITY_OTHER: Disease.ESOPHAGITIS,
    Concept.ESOPHAGEAL_OTHER: Disease.ESOPHAGITIS,
    Concept.CANNOT_SIT_UPRIGHT: Disease.CANNOT_SIT_UPRIGHT,
    Concept.ONJ: Disease.ONJ,
    Concept.ATYPICAL_FEMORAL_FRACTURE: Disease.ATYPICAL_FEMORAL_FRACTURE,
    Concept.BISPHOSPHONATE_CONTRAINDICATED: Disease.BISPHOSPHONATE_CONTRAINDICATED,
    Concept.HYPOCALCEMIA: Disease.HYPOCALCEMIA,
    Concept.CKD: Disease.DIALYSIS_OR_CKD_5,
    Concept.KIDNEY_FAILURE: Disease.DIALYSIS_OR_CKD_5,
    Concept.BISPHOSPHONATE_LONGTERM_USE_STATUS: Disease.LONG_TERM_BISPHOSPHONATE,
    Concept.PREGNANCY: Disease.PREGNANCY,
    Concept.LACTATION: Disease.PREGNANCY,
    Concept.CONTRACEPTION: Disease.ABSENT_PERIODS,
    Concept.CONTRACEPTIVE_DRUG: Disease.ABSENT_PERIODS,
    Concept.CONTRACEPTIVE_DEVICE: Disease.ABSENT_PERIODS,
    Concept.ABSENT_PERIODS_OTHER_CAUSE: Disease.ABSENT_PERIODS,
}
# The value set begins with early kidney disease; the names that are looked for do not.
_BY_NAME_ONLY = frozenset({Concept.CKD})
_BONE_DRUGS = frozenset(
    {
        Concept.DENOSUMAB,
        Concept.DENOSUMAB_120MG_ONCOLOGY,
        Concept.TERIPARATIDE,
        Concept.ABALOPARATIDE,
        Concept.ROMOSOZUMAB,
        Concept.RALOXIFENE,
        Concept.BAZEDOXIFENE_CE,
        Concept.OTHER_BONE_DRUGS_INTERNATIONAL,
    }
)
_WHILE_CURRENT = frozenset({Disease.ESOPHAGITIS, Disease.HYPOCALCEMIA, Disease.PREGNANCY})
_BY_NAME, _UNCONFIRMED, _LATER = "by name", "unconfirmed", "dated in the future"
_EDITION = "by a code whose system or edition is not known here"
_STAGE = "by its stage, stage 4 or beyond"
_ON_HOLD, _HELD = "on hold", "on-hold"
_ALLERGY = re.compile(
    r"allerg|hypersens|anaphyla|angio-?o?edema|adverse|intoleran|reaction|side effect|rash|urticaria",
    re.IGNORECASE,
)
# Why a bisphosphonate was stopped, where the reason speaks against giving one again.
_STOPPED_FOR: tuple[tuple[Disease, str, re.Pattern[str]], ...] = (
    (Disease.BISPHOSPHONATE_ALLERGY, _BY_NAME, _ALLERGY),
    (
        Disease.BISPHOSPHONATE_CONTRAINDICATED,
        "one was stopped for what it may have done",
        re.compile(
            r"heart-?burn|dyspep|o?esophag|reflux|\bgerd\b|gastr|\bgi\b|stomach|ulcer|nausea|vomit|dysphag|swallow"
            r"|tolera|sodbrennen|magen|speiserohre|unvertr|jaw|\bm?r?onj\b|atypical|thigh|hypocalc",
            re.IGNORECASE,
        ),
    ),
    (
        Disease.LONG_TERM_BISPHOSPHONATE,
        "one was stopped for a holiday",
        re.compile(r"holiday|pause|break|years|long[\s-]?term", re.IGNORECASE),
    ),
)
# What these codes say of bisphosphonates is all that the text beside them names one for.
_ABOUT_BISPHOSPHONATES = frozenset(
    {
        Concept.ONJ,
        Concept.ATYPICAL_FEMORAL_FRACTURE,
        Concept.BISPHOSPHONATE_CONTRAINDICATED,
        Concept.BISPHOSPHONATE_LONGTERM_USE_STATUS,
        Concept.BISPHOSPHONATE_DECLINED_OR_NOT_INDICATED,
    }
)


def map_suspicions(
    chart: Chart,
    told: tuple[Told, ...],
    entries: tuple[Entry, ...],
    readings: Readings,
    person: Person,
    as_of: datetime.date,
    terminology: Terminology,
    notes: Notes,
) -> tuple[Suspicion, ...]:
    """Possible contraindications, as conditions, procedures and pregnancy statuses name them.

    A text counts beside a code too, where it names what the code does not: "GERD with esophageal stricture"
    on the code for reflux. An allergy among the conditions counts where its text names a bisphosphonate.
    """
    found: list[Suspicion] = []
    for each in told:
        found += _of_condition(each, as_of, terminology, notes)
    for procedure in chart.procedures:
        found += _of_procedure(procedure, as_of, terminology, notes)
    orders: tuple[MedicationRequest | MedicationStatement, ...] = chart.medication_requests
    for order in orders + chart.medication_statements:
        found += _of_medicine(order, chart, terminology)
    found += _on_hold(entries)
    found += [
        Suspicion(disease=Disease.ABSENT_PERIODS, why=_BY_NAME, reference=entry.reference)
        for entry in in_use(entries, CONTRACEPTIVES, as_of)
    ]
    for reading in readings.of(Concept.PREGNANCY_STATUS_OBS):
        found += _of_status(reading, as_of, terminology, notes)
    for reading in readings.of(Concept.CANNOT_SIT_UPRIGHT):
        found += _of_uprightness(reading, as_of, terminology)
    if person.sex is Sex.MALE or (person.age is not None and person.age >= PREGNANCY_AGE):
        found = [each for each in found if each.disease is not Disease.PREGNANCY]
    if not _rests_on_a_period(person, readings):
        found = [each for each in found if each.disease is not Disease.ABSENT_PERIODS]
    for suspicion in found:
        if suspicion.why == _BY_NAME:
            notes.add("by-name-only", f"{suspicion.disease} is known by its name only", suspicion.reference)
    return tuple(found)


def _rests_on_a_period(person: Person, readings: Readings) -> bool:
    """Whether menopause is told from nothing but a last period long ago, and that below 50."""
    if person.age is None or person.age >= PRESUMED_POSTMENOPAUSAL_AGE:
        return False
    periods = {each.reference for each in readings.of(Concept.LAST_MENSTRUAL_PERIOD)}
    return person.menopause is Menopause.DOCUMENTED and person.menopause_reference in periods


def _of_condition(
    told: Told, as_of: datetime.date, terminology: Terminology, notes: Notes
) -> list[Suspicion]:
    condition, meaning = told
    code = condition.code
    if code is None or not (code.coding or code.text):
        if standing(condition) is not Standing.NOT_SO:
            notes.add("unreadable", "names no condition", condition.reference, of=Source.CONDITIONS)
        return []
    sure, reference = standing(condition), condition.reference
    if sure is Standing.NOT_SO:
        return []
    coded, named = meaning.coded, meaning.named
    elsewhere = (meaning.elsewhere & _CAREFUL.keys()) - _BY_NAME_ONLY - {Concept.ESOPHAGEAL_OTHER}
    if elsewhere:
        return _suspicions(elsewhere, reference, _EDITION)
    careful = (coded & _CAREFUL.keys()) - _BY_NAME_ONLY
    if Concept.ESOPHAGEAL_OTHER in careful and _is_reflux(code, terminology):
        careful -= {Concept.ESOPHAGEAL_OTHER}
    found = []
    if _is_stage_four(code, coded, terminology) and is_current(condition, as_of):
        found += _suspicions({Concept.CKD}, reference, _STAGE)
    if begins_after(condition, as_of):
        found += _suspicions(careful, reference, _LATER)
    elif sure is Standing.DOUBTED:
        found += _suspicions(careful, reference, _UNCONFIRMED)
    by_name = _suspicions((named & _CAREFUL.keys()) - coded, reference, _BY_NAME)
    known = {_CAREFUL[concept] for concept in careful}
    if not is_current(condition, as_of):
        known |= _WHILE_CURRENT
    found += [each for each in by_name if each.disease not in known]
    return found + _bone_drug(code, coded, named, reference)


def _bone_drug(
    code: CodeableConcept, coded: frozenset[Concept], named: frozenset[Concept], reference: str
) -> list[Suspicion]:
    """A bone drug in the words of a diagnosis or a procedure: "On Prolia, next due in May", "Reclast infusion".

    Where a code says that it was given, it is a dose and no suspicion.
    """
    if coded & TREATMENTS:
        return []
    found = []
    if named & BISPHOSPHONATES and not coded & _ABOUT_BISPHOSPHONATES:
        disease = Disease.BISPHOSPHONATE_ALLERGY if _is_allergy(code) else Disease.LONG_TERM_BISPHOSPHONATE
        found.append(Suspicion(disease=disease, why=_BY_NAME, reference=reference))
    if named & _BONE_DRUGS and not _is_allergy(code):
        found.append(Suspicion(disease=Disease.OSTEOPOROSIS_DRUG, why=_BY_NAME, reference=reference))
    return found


def _is_reflux(code: CodeableConcept, terminology: Terminology) -> bool:
    facts = (
        terminology.facts(coding.system, coding.code, Concept.ESOPHAGEAL_OTHER) for coding in code.codings
    )
    return all(is_reflux_alone(each.display or "") for each in facts if each is not None)


def _is_stage_four(code: CodeableConcept, coded: frozenset[Concept], terminology: Terminology) -> bool:
    """Whether a code of kidney disease is of stage 4, by the value set's own name for it.

    Whoever writes it in words is doubted too; beyond stage 4 it blocks.
    """
    if Concept.CKD not in coded or Concept.KIDNEY_FAILURE in coded:
        return False
    facts = (terminology.facts(coding.system, coding.code, Concept.CKD) for coding in code.codings)
    return any(Concept.CKD in suspected(each.display or "") for each in facts if each is not None)


def _is_allergy(code: CodeableConcept) -> bool:
    return any(_ALLERGY.search(name) for name in code.names)


def _of_medicine(
    order: MedicationRequest | MedicationStatement, chart: Chart, terminology: Terminology
) -> list[Suspicion]:
    """A bisphosphonate that is ordered not to be given, or was stopped for a reason that speaks against one."""
    against = isinstance(order, MedicationRequest) and order.do_not_perform is True
    if not against and order.status_reason is None:
        return []
    if (order.status or "").strip().lower() == "entered-in-error":
        return []
    why = _why_stopped(order)
    if against:
        why = (Disease.BISPHOSPHONATE_CONTRAINDICATED, "an order says not to give one")
    if why is None or not _is_bisphosphonate(order, chart, terminology):
        return []
    disease, because = why
    return [Suspicion(disease=disease, why=because, reference=order.reference)]


def _why_stopped(order: MedicationRequest | MedicationStatement) -> tuple[Disease, str] | None:
    reasons = (order.status_reason,) if isinstance(order, MedicationRequest) else order.status_reason
    words = [folded(name) for each in reasons or () if each for name in each.names]
    return next(
        (
            (disease, because)
            for disease, because, reason in _STOPPED_FOR
            if any(reason.search(each) for each in words)
        ),
        None,
    )


def _on_hold(entries: tuple[Entry, ...]) -> list[Suspicion]:
    """Osteoporosis drugs that are on hold: they may go on, and how long they were taken is seldom on record."""
    return [
        Suspicion(
            disease=Disease.LONG_TERM_BISPHOSPHONATE
            if entry.concepts & BISPHOSPHONATES
            else Disease.OSTEOPOROSIS_DRUG,
            why=_ON_HOLD,
            reference=entry.reference,
        )
        for entry in entries
        if entry.listed and entry.status == _HELD and entry.concepts & TREATMENTS
    ]


def _is_bisphosphonate(
    order: MedicationRequest | MedicationStatement, chart: Chart, terminology: Terminology
) -> bool:
    pointer = order.medication_reference or Reference()
    medications = [chart.medications.get(pointer.id or ""), *map(read, order.contained or ())]
    codes = [order.medication_codeable_concept, CodeableConcept(text=pointer.display)]
    codes += [each.code for each in medications if isinstance(each, Medication)]
    return any(
        BISPHOSPHONATES & (concepts_of(code, terminology) | suspected_in(code)) for code in codes if code
    )


def _of_procedure(
    procedure: Procedure, as_of: datetime.date, terminology: Terminology, notes: Notes
) -> list[Suspicion]:
    code = procedure.code
    if code is None or procedure.status in NOT_DONE:
        return []
    told, in_words = concepts_of(code, terminology), suspected_in(code)
    coded = told & _CAREFUL.keys() - _BY_NAME_ONLY
    named = (in_words & _CAREFUL.keys()) - coded
    drug = _bone_drug(code, told, in_words, procedure.reference)
    if not coded and not named:
        return drug
    day = earliest_day(procedure.performed)
    later = day is not None and day > as_of + A_DAY
    if later:
        notes.add(
            "future-date", "procedure is dated in the future", procedure.reference, of=Source.PROCEDURES
        )
    return [
        *(_suspicions(coded, procedure.reference, _LATER) if later else ()),
        *_suspicions(named, procedure.reference, _BY_NAME),
        *drug,
    ]


def _of_status(
    reading: Reading, as_of: datetime.date, terminology: Terminology, notes: Notes
) -> list[Suspicion]:
    """A pregnancy or breast-feeding that is stated in a way that does not count."""
    value = reading.part.value_codeable_concept or CodeableConcept(text=reading.part.value_string)
    coded = concepts_of(value, terminology)
    if reading.status in RETRACTED or PREGNANT.isdisjoint(coded or suspected_in(value)):
        return []
    of = Source.REPRODUCTIVE_STATUS
    if reading.status not in FINAL:
        why = _UNCONFIRMED
        notes.add("not-final", "pregnancy status is not final", reading.reference, of=of)
    elif reading.day is None:
        why = "without a date"
        notes.add("unreadable", "pregnancy status has no readable date", reading.reference, of=of)
    elif reading.day > as_of + A_DAY:
        why = _LATER
        notes.add("future-date", "pregnancy status is dated in the future", reading.reference, of=of)
    elif not coded:
        why = _BY_NAME
    else:
        return []
    return [Suspicion(disease=Disease.PREGNANCY, why=why, reference=reading.reference)]


def _of_uprightness(reading: Reading, as_of: datetime.date, terminology: Terminology) -> list[Suspicion]:
    """That a patient cannot stay upright, stated in a way that does not count; noted where it is looked for."""
    if reading.status in RETRACTED or reading.is_absent or not says_uprightness(reading, terminology):
        return []
    if is_so(reading, terminology) is False:
        return []
    day = reading.day
    if day is not None and day < add_months(as_of, -ANSWER_MONTHS):
        return []
    if reading.status not in FINAL:
        why = _UNCONFIRMED
    elif day is None:
        why = "without a date"
    elif day > as_of + A_DAY:
        why = _LATER
    else:
        return []
    return [Suspicion(disease=Disease.CANNOT_SIT_UPRIGHT, why=why, reference=reading.reference)]


def _suspicions(concepts: Iterable[Concept], reference: str, why: str) -> list[Suspicion]:
    diseases = sorted({_CAREFUL[concept] for concept in concepts})
    return [Suspicion(disease=disease, why=why, reference=reference) for disease in diseases]
