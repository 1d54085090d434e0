"""Who the guideline is for: the gates that come before any criterion (GUIDELINE section 0, G0–G3).

When a gate is met, Then nothing further is looked at: adult osteoporosis rules are not for this person, or
not enough is known of the person to apply them.
"""

from cdshooks.guideline.decision import Criterion, Disposition, Met, Rule
from cdshooks.guideline.words import listed
from fhir_mappings.inputs import GuidelineInputs, Menopause, Sex, Source

ADULT_AGE = 18
"""Younger: out of scope."""
MEN_FROM = 50
"""The age from which T-scores classify men."""


def _hospice(inputs: GuidelineInputs) -> Criterion:
    person = inputs.person
    if person.deceased:
        met, because = Met.YES, "the patient is recorded as deceased"
    elif person.hospice_reference:
        met, because = Met.YES, "hospice or palliative care is on record"
    elif unread := [each for each in (Source.CONDITIONS, Source.PROCEDURES) if each in inputs.unanswered]:
        met, because = Met.UNKNOWN, f"{listed([each.value for each in unread])} could not be read"
    else:
        met, because = Met.NO, "neither death nor hospice or palliative care is on record"
    return Criterion(id="hospice-or-deceased", met=met, because=because)


def _pediatric(inputs: GuidelineInputs) -> Criterion:
    age = inputs.person.age
    if age is None:
        return Criterion(id="pediatric", met=Met.UNKNOWN, because="age is not known")
    met = Met.YES if age < ADULT_AGE else Met.NO
    return Criterion(id="pediatric", met=met, because=f"age {age}; the guideline begins at {ADULT_AGE}")


def _pregnancy(inputs: GuidelineInputs) -> Criterion:
    if inputs.person.pregnancy_reference:
        met, because = Met.YES, "pregnancy or breast-feeding is on record within 300 days"
    elif Source.CONDITIONS in inputs.unanswered:
        met, because = Met.UNKNOWN, "conditions could not be read"
    else:
        met, because = Met.NO, "neither pregnancy nor breast-feeding is on record"
    return Criterion(id="pregnancy-or-lactation", met=met, because=because)


def _demographics(inputs: GuidelineInputs) -> Criterion:
    lacking = [
        word for word, value in (("age", inputs.person.age), ("sex", inputs.person.sex)) if value is None
    ]
    if lacking:
        because = f"{' and '.join(lacking)} missing or not usable in the chart"
        return Criterion(
            id="demographics-unusable",
            met=Met.YES,
            because=because,
            reason=f"{' and '.join(lacking)} not usable",
        )
    return Criterion(id="demographics-unusable", met=Met.NO, because="age and sex are known")


def _young(inputs: GuidelineInputs) -> Criterion:
    person = inputs.person
    who = f"{'man' if person.sex is Sex.MALE else 'woman'} of {person.age}"
    if person.sex is Sex.MALE:
        applies, why = (person.age or 0) >= MEN_FROM, f"the guideline is for men from {MEN_FROM}"
    else:
        applies = person.menopause not in {None, Menopause.PREMENOPAUSAL}
        why = person.menopause or "menopause not documented"
    met = Met.NO if applies else Met.YES
    return Criterion(id="not-postmenopausal-or-over-50", met=met, because=f"{who}; {why}")


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
