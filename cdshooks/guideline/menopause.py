"""A period at an age at which menopause should be behind her (GUIDELINE B, 4).

When a period within twelve months is on record from 55 on, Then it is a bleeding to look into. Below 60 it may
also mean that menopause is not yet reached: the draft is not recommended until that is asked, nor where the
chart could not say whether there was one.
"""

from fhir_mappings.inputs import GuidelineInputs, Menopause, Source

LATEST_AGE = 60
"""From here on menopause is behind her, whatever bleeds."""


def late_period(inputs: GuidelineInputs) -> str | None:
    """The question that a period at this age raises, in words; None without one."""
    person = inputs.person
    # Presumed on the strength of a resource, and not of age alone: that is the period.
    if person.menopause is not Menopause.PRESUMED or person.menopause_reference is None:
        return None
    early = ", or menopause not yet reached" if _may_be_early(inputs) else ""
    return f"a period within twelve months at age {person.age}: postmenopausal bleeding{early}? Please check"


def in_doubt(inputs: GuidelineInputs) -> str | None:
    """What leaves open whether menopause is reached, in words; None where it is."""
    if not _may_be_early(inputs):
        return None
    unread = inputs.person.menopause is Menopause.BY_AGE and Source.REPRODUCTIVE_STATUS in inputs.unanswered
    return (
        "whether she had a period within twelve months could not be read" if unread else late_period(inputs)
    )


def _may_be_early(inputs: GuidelineInputs) -> bool:
    return inputs.person.age is not None and inputs.person.age < LATEST_AGE
