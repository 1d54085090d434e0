"""Who the guideline is for: the gates that come before any criterion (GUIDELINE section 0, G0–G3).

When a gate is met, Then nothing further is looked at: adult osteoporosis rules are not for this person, or
not enough is known of the person to apply them.
"""

from cdshooks.guideline.decision import Disposition, Looked, Rule, no, unknown, yes, yes_or_no
from cdshooks.guideline.words import listed
from fhir_mappings.inputs import GuidelineInputs, Menopause, Sex, Source

ADULT_AGE = 18
"""Younger: out of scope."""
MEN_FROM = 50
"""The age from which T-scores classify men."""


def _hospice(inputs: GuidelineInputs) -> Looked:
    person = inputs.person
    if person.deceased:
        return yes("the patient is recorded as deceased")
    if person.hospice_reference:
        return yes("hospice or palliative care is on record")
    unread = [each.value for each in (Source.CONDITIONS, Source.PROCEDURES) if each in inputs.unanswered]
    if unread:
        return unknown(f"{listed(unread)} could not be read")
    return no("neither death nor hospice or palliative care is on record")


def _pediatric(inputs: GuidelineInputs) -> Looked:
    age = inputs.person.age
    if age is None:
        return unknown("age is not known")
    return yes_or_no(f"age {age}; the guideline begins at {ADULT_AGE}", met=age < ADULT_AGE)


def _pregnancy(inputs: GuidelineInputs) -> Looked:
    if inputs.person.pregnancy_reference:
        return yes("pregnancy or breast-feeding is on record within 300 days")
    if Source.CONDITIONS in inputs.unanswered:
        return unknown("conditions could not be read")
    return no("neither pregnancy nor breast-feeding is on record")


def _demographics(inputs: GuidelineInputs) -> Looked:
    person = inputs.person
    lacking = [word for word, value in (("age", person.age), ("sex", person.sex)) if value is None]
    if not lacking:
        return no("age and sex are known")
    what = " and ".join(lacking)
    return yes(f"{what} missing or not usable in the chart", reason=f"{what} not usable")


def _young(inputs: GuidelineInputs) -> Looked:
    person = inputs.person
    who = f"{'man' if person.sex is Sex.MALE else 'woman'} of {person.age}"
    if person.sex is Sex.MALE:
        applies, why = (person.age or 0) >= MEN_FROM, f"the guideline is for men from {MEN_FROM}"
    else:
        applies = person.menopause not in {None, Menopause.PREMENOPAUSAL}
        why = person.menopause or "menopause not documented"
    return yes_or_no(f"{who}; {why}", met=not applies)


HOSPICE = Rule(
    id="hospice-or-deceased",
    sets=Disposition.HOSPICE,
    look=_hospice,
    citation="GUIDELINE section 0, G0",
    evidence="S",
)
PEDIATRIC = Rule(
    id="pediatric",
    sets=Disposition.PEDIATRIC,
    look=_pediatric,
    citation="FDA label, section 8.4: not indicated in pediatric patients",
    evidence="S",
)
PREGNANCY = Rule(
    id="pregnancy-or-lactation",
    sets=Disposition.PREGNANCY,
    look=_pregnancy,
    citation="FDA label, sections 8.1 and 8.2",
    evidence="S",
)
DEMOGRAPHICS = Rule(
    id="demographics-unusable",
    sets=Disposition.INSUFFICIENT_DEMOGRAPHICS,
    look=_demographics,
    citation="GUIDELINE section 0, G2b",
    evidence="S",
)
YOUNG = Rule(
    id="not-postmenopausal-or-over-50",
    sets=Disposition.YOUNG,
    look=_young,
    citation="ISCD 2019/2023: T-scores classify postmenopausal women and men from 50",
    evidence="S",
)
