"""Diagnoses that the guideline asks about, from the problem list and from what was done."""

import datetime
import re

from fhir_mappings.code_facts import CodeFacts, Evidence
from fhir_mappings.concepts import Concept
from fhir_mappings.conditions import Problem, is_reflux_alone
from fhir_mappings.dates import add_months, years_between
from fhir_mappings.inputs import Diagnosis, Disease
from fhir_mappings.procedures import Done
from fhir_mappings.value_sets import Terminology

_DISEASES: dict[Concept, Disease] = {
    Concept.OSTEOPENIA: Disease.OSTEOPENIA,
    Concept.OSTEOPOROSIS: Disease.OSTEOPOROSIS,
    Concept.OSTEOPOROSIS_WITH_FRACTURE: Disease.OSTEOPOROSIS,
    Concept.ESOPHAGEAL_STRICTURE: Disease.ESOPHAGEAL_STRICTURE,
    Concept.ACHALASIA: Disease.ACHALASIA,
    Concept.ESOPHAGEAL_VARICES: Disease.ESOPHAGEAL_VARICES,
    Concept.ESOPHAGEAL_OTHER: Disease.ESOPHAGITIS,
    Concept.ESOPHAGEAL_MOTILITY_OTHER: Disease.ESOPHAGITIS,
    Concept.CANNOT_SIT_UPRIGHT: Disease.CANNOT_SIT_UPRIGHT,
    Concept.ONJ: Disease.ONJ,
    Concept.ATYPICAL_FEMORAL_FRACTURE: Disease.ATYPICAL_FEMORAL_FRACTURE,
    Concept.BISPHOSPHONATE_CONTRAINDICATED: Disease.BISPHOSPHONATE_CONTRAINDICATED,
    Concept.HYPERCALCEMIA: Disease.HYPERCALCEMIA,
    Concept.HYPERPARATHYROIDISM: Disease.HYPERPARATHYROIDISM,
    Concept.NEPHROLITHIASIS: Disease.NEPHROLITHIASIS,
    Concept.SARCOID_GRANULOMATOUS: Disease.SARCOIDOSIS,
    Concept.HYPOCALCEMIA: Disease.HYPOCALCEMIA,
    Concept.TETANY: Disease.TETANY,
    Concept.HYPERTHYROIDISM: Disease.HYPERTHYROIDISM,
    Concept.HYPOGONADISM: Disease.HYPOGONADISM,
    Concept.CELIAC_MALABSORPTION: Disease.MALABSORPTION,
    Concept.BARIATRIC_SURGERY: Disease.MALABSORPTION,
    Concept.ALCOHOL_DISORDER: Disease.ALCOHOL_USE_DISORDER,
    Concept.MULTIPLE_MYELOMA: Disease.MYELOMA,
    Concept.FRACTURE_NEOPLASTIC: Disease.NEOPLASTIC_FRACTURE,
    Concept.BONE_METASTASIS: Disease.BONE_METASTASIS,
    Concept.RHEUMATOID_ARTHRITIS: Disease.RHEUMATOID_ARTHRITIS,
    Concept.SECONDARY_OSTEOPOROSIS_FRAX: Disease.SECONDARY_OSTEOPOROSIS,
    Concept.PAGET_DISEASE_BONE: Disease.PAGET,
    Concept.VTE_STROKE_HISTORY: Disease.VTE_OR_STROKE,
    Concept.MYOCARDIAL_INFARCTION_HISTORY: Disease.MYOCARDIAL_INFARCTION,
    Concept.CORONARY_HEART_DISEASE: Disease.CORONARY_DISEASE,
    Concept.KIDNEY_FAILURE: Disease.DIALYSIS_OR_CKD_5,
    Concept.BISPHOSPHONATE_LONGTERM_USE_STATUS: Disease.LONG_TERM_BISPHOSPHONATE,
    Concept.GLUCOCORTICOID_LONGTERM_STATUS: Disease.LONG_TERM_STEROIDS,
}
_ALSO_SECONDARY = frozenset({Disease.HYPOGONADISM, Disease.MALABSORPTION})
"""FRAX counts these under secondary osteoporosis too."""
PREMATURE_AGE = 45
"""Ovaries removed at this age or later are menopause, and not hypogonadism."""
DIALYSIS_MONTHS = 12
"""A dialysis longer ago may have been for an injury from which the kidneys recovered."""
# By the value set's own name: a code that says that it is over, or was.
_PAST = re.compile(r"(personal )?history of |old ", re.IGNORECASE)


def map_diagnoses(
    problems: tuple[Problem, ...],
    done: tuple[Done, ...],
    birth: datetime.date | None,
    as_of: datetime.date,
    terminology: Terminology,
) -> tuple[Diagnosis, ...]:
    """Every diagnosis that a code states, one for each disease of a problem; falls are apart.

    A code "in remission", or of a personal history, makes it a past one, whatever the entry's status.
    """
    found = []
    for problem in problems:
        diseases: dict[Disease, bool] = {}
        for concept in sorted(problem.concepts & _DISEASES.keys()):
            facts = _facts(problem, concept, terminology)
            if facts is None or (concept is Concept.HYPOGONADISM and _is_menopause(problem, birth)):
                continue
            disease = _DISEASES[concept]
            also = {Disease.SECONDARY_OSTEOPOROSIS} if disease in _ALSO_SECONDARY else set()
            for each in (disease, *also):
                diseases[each] = diseases.get(each, False) or not _is_past(facts)
        found += [
            Diagnosis(
                disease=disease,
                current=problem.current and current,
                reference=problem.reference,
                day=problem.day,
                ended=problem.ended,
            )
            for disease, current in diseases.items()
        ]
    return (*found, *_by_procedure(done, as_of))


def _by_procedure(done: tuple[Done, ...], as_of: datetime.date) -> list[Diagnosis]:
    """What was operated on stays so; dialysis counts for a year, and longer only as a past fact."""
    oldest = add_months(as_of, -DIALYSIS_MONTHS)
    found = []
    for each in done:
        diseases: dict[Disease, bool] = {}
        if Concept.BARIATRIC_SURGERY in each.concepts:
            diseases = {Disease.MALABSORPTION: True, Disease.SECONDARY_OSTEOPOROSIS: True}
        elif Concept.KIDNEY_FAILURE in each.concepts:
            diseases = {Disease.DIALYSIS_OR_CKD_5: each.latest is None or each.latest >= oldest}
        found += [
            Diagnosis(disease=disease, current=current, reference=each.reference, day=each.day)
            for disease, current in diseases.items()
        ]
    return found


def _is_menopause(problem: Problem, birth: datetime.date | None) -> bool:
    """Whether lost ovaries are the menopause of her age; unless they are known to have been lost early."""
    if Concept.MENOPAUSE not in problem.concepts:
        return False
    age = problem.age
    if age is None and birth is not None and problem.day is not None:
        age = years_between(birth, problem.day)
    return age is None or age >= PREMATURE_AGE


def _facts(problem: Problem, concept: Concept, terminology: Terminology) -> CodeFacts | None:
    """What the value set says of the code that states the disease; of several the one that is not past.

    A code has to say the disease itself, or be near enough: bed-ridden is, wheelchair-bound is not.
    """
    enough = {None, Evidence.DIRECT, *({Evidence.PROXY} if concept is Concept.CANNOT_SIT_UPRIGHT else ())}
    stated = None
    for coding in problem.code.codings:
        facts = terminology.facts(coding.system, coding.code, concept)
        if facts is None or facts.evidence not in enough:
            continue
        if concept is Concept.ESOPHAGEAL_OTHER and is_reflux_alone(facts.display or ""):
            continue
        if not _is_past(facts):
            return facts
        stated = facts
    return stated


def _is_past(facts: CodeFacts) -> bool:
    return facts.remission or _PAST.match(facts.display or "") is not None
