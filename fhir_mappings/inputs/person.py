"""Who the patient is to the guideline."""

from enum import StrEnum

from fhir_mappings.inputs.facts import Fact

PREGNANCY_AGE = 56
"""From this age pregnancy is no longer asked about (GUIDELINE B, 24)."""


class Sex(StrEnum):
    """Sex as far as the guideline tells people apart; other and unknown are not usable for it."""

    FEMALE = "female"
    MALE = "male"


class Menopause(StrEnum):
    """What is known of menopause (GUIDELINE B, 4)."""

    DOCUMENTED = "postmenopausal"
    BY_AGE = "postmenopausal by age"
    PRESUMED = "presumed postmenopausal, confirm"
    PREMENOPAUSAL = "premenopausal"


class Person(Fact, frozen=True, kw_only=True):
    """Who the patient is to the guideline. `age` is in whole years, the lower one where the day is open."""

    age: int | None
    sex: Sex | None
    deceased: bool
    menopause: Menopause | None
    menopause_reference: str | None = None
    hospice_reference: str | None = None
    pregnancy_reference: str | None = None
    reference: str
