"""What could not be looked at (GUIDELINE section 0, 5 and "Less data, never more").

When a part of the chart that feeds a block or the list of current drugs could not be had, Then the draft is
withheld: unknown is not the same as clear.
"""

from cdshooks.guideline.decision import Bar, Looked, no, yes
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import listed, source_words
from fhir_mappings.inputs import PREGNANCY_AGE, GuidelineInputs, Sex, Source

FEEDS_A_BLOCK: tuple[Source, ...] = (
    # A report says which study is the newest, and that a result is preliminary: without it a T-score may
    # indicate what the whole chart would not.
    Source.DXA_REPORTS,
    Source.MEDICATIONS,
    # What is given in a clinic, or dispensed on another's order, is often on no list of medicines.
    Source.DISPENSES,
    Source.ADMINISTRATIONS,
    Source.CONDITIONS,
    Source.LABS,
    Source.BODY_MEASURES,
    Source.ALLERGIES,
    Source.PROCEDURES,
    Source.REPRODUCTIVE_STATUS,
    # A structured answer may say that the patient cannot stay upright.
    Source.LIFESTYLE,
)


def not_checked(inputs: GuidelineInputs) -> list[str]:
    """The parts of the chart that a safety check of this patient needs and that could not be had."""
    return [
        source_words(each)
        for each in FEEDS_A_BLOCK
        if each in inputs.unanswered and (each is not Source.REPRODUCTIVE_STATUS or may_conceive(inputs))
    ]


def may_conceive(inputs: GuidelineInputs) -> bool:
    """Whether pregnancy is asked about at all (GUIDELINE B, 24)."""
    person = inputs.person
    return person.sex is not Sex.MALE and (person.age is None or person.age < PREGNANCY_AGE)


def _look(inputs: GuidelineInputs) -> Looked:
    lacking = not_checked(inputs)
    if not lacking:
        return no("every part of the chart that a safety check needs was answered")
    return yes(
        f"could not be read: {listed(lacking)}",
        reason=f"{lacking[0]} not checked" if len(lacking) == 1 else f"{len(lacking)} sources not checked",
    )


BLOCK_NOT_CHECKED = Bar(
    id="block-not-checked",
    look=_look,
    citation="GUIDELINE section 0, 5",
    topic=Topic.ALENDRONATE_UNSUITABLE,
)
