"""Calcium and vitamin D for everybody whose bone is at risk (GUIDELINE A, S08 and S09; BHOF 2022, IOM 2011).

When a supplement is not on the list, Then it is suggested: not while calcium is high, calcium not with stones
or hyperparathyroidism, vitamin D not with sarcoidosis, and neither where the list or the diagnoses could not be
read. What speaks against a supplement speaks against advising it in words, too.
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
    """Unless it is on the list, or something speaks against it."""
    return not _is_taken_or_unknown(inputs, "calcium") and against_calcium(inputs) is None


def is_vitamin_d_suggested(inputs: GuidelineInputs) -> bool:
    """Unless it is on the list, or something speaks against it."""
    return not _is_taken_or_unknown(inputs, "vitamin D") and against_vitamin_d(inputs) is None


def against_calcium(inputs: GuidelineInputs) -> Disease | None:
    """What speaks against a supplement: high calcium, by its value or by diagnosis; or what may raise it."""
    if _is_calcium_high(inputs):
        return Disease.HYPERCALCEMIA
    found = inputs.has(Disease.HYPERPARATHYROIDISM) or inputs.ever(Disease.NEPHROLITHIASIS)
    return found.disease if found else None


def against_vitamin_d(inputs: GuidelineInputs) -> Disease | None:
    """The same of vitamin D, of which sarcoidosis makes too much by itself."""
    if _is_calcium_high(inputs):
        return Disease.HYPERCALCEMIA
    return Disease.SARCOIDOSIS if inputs.ever(Disease.SARCOIDOSIS) else None


def _is_taken_or_unknown(inputs: GuidelineInputs, supplement: str) -> bool:
    """Whether it is on the list, or the list or what speaks against it could not be read."""
    unread = inputs.unanswered & {Source.MEDICATIONS, Source.CONDITIONS}
    return bool(unread) or any(each.name == supplement for each in inputs.supplements)


def _is_calcium_high(inputs: GuidelineInputs) -> bool:
    """By the deciding value or by diagnosis."""
    value = inputs.labs.calcium
    return (value is not None and is_hypercalcemic(value)) or inputs.has(Disease.HYPERCALCEMIA) is not None
