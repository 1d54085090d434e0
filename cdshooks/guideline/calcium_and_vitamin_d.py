"""Calcium and vitamin D for everybody whose bone is at risk (GUIDELINE A, S08 and S09; BHOF 2022, IOM 2011).

When a supplement is not on the list, Then it is suggested: not while calcium is high, calcium not with stones
or hyperparathyroidism, vitamin D not with sarcoidosis, and neither where the list or the diagnoses could not be
read.
"""

from cdshooks.guideline.secondary_cause import is_hypercalcemic
from fhir_mappings.inputs import Disease, GuidelineInputs, Person, Sex, Source

WOMEN_FROM, MEN_FROM = 51, 71
"""Years of age from which the higher amount of calcium is advised."""
CALCIUM_MG, MORE_CALCIUM_MG = 1000, 1200
"""A day, food and supplements together."""
VITAMIN_D_IU = 800, 1000
"""A day, from and to."""


def calcium_target(person: Person) -> str:
    """The daily total that is advised at this age and sex; without them, from where to where."""
    if person.age is None or person.sex is None:
        return f"{CALCIUM_MG:,}–{MORE_CALCIUM_MG:,} mg/d"
    more_from = WOMEN_FROM if person.sex is Sex.FEMALE else MEN_FROM
    return f"{MORE_CALCIUM_MG if person.age >= more_from else CALCIUM_MG:,} mg/d"


def vitamin_d_target() -> str:
    """The daily amount that is advised."""
    least, most = VITAMIN_D_IU
    return f"{least:,}–{most:,} IU/d"


def is_calcium_suggested(inputs: GuidelineInputs) -> bool:
    """Unless it is on the list, or calcium is high, or stones or hyperparathyroidism are on record."""
    if _is_taken_or_unknown(inputs, "calcium") or _is_calcium_high(inputs):
        return False
    return not (inputs.has(Disease.HYPERPARATHYROIDISM) or inputs.ever(Disease.NEPHROLITHIASIS))


def is_vitamin_d_suggested(inputs: GuidelineInputs) -> bool:
    """Unless it is on the list, or calcium is high, or sarcoidosis is on record."""
    if _is_taken_or_unknown(inputs, "vitamin D") or _is_calcium_high(inputs):
        return False
    return inputs.ever(Disease.SARCOIDOSIS) is None


def _is_taken_or_unknown(inputs: GuidelineInputs, supplement: str) -> bool:
    """Whether it is on the list, or the list or what speaks against it could not be read."""
    unread = inputs.unanswered & {Source.MEDICATIONS, Source.CONDITIONS}
    return bool(unread) or any(each.name == supplement for each in inputs.supplements)


def _is_calcium_high(inputs: GuidelineInputs) -> bool:
    """By the deciding value or by diagnosis."""
    value = inputs.labs.calcium
    return (value is not None and is_hypercalcemic(value)) or inputs.has(Disease.HYPERCALCEMIA) is not None
