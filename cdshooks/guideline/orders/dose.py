"""The dose of alendronate (FDA label section 2; ISMP; GUIDELINE D, O-DAILY70 to O-DOSE-CONFLICT).

When 35 mg or more are ordered more often than once a week, or more than 70 mg a week, Then that is critical:
70 mg is the dose of a week. When less than 70 mg a week is ordered, Then that is below the dose of treatment.
When structure and words disagree, Then that is critical, whichever is right. When neither can be read, Then
nobody knows.
"""

from decimal import Decimal

from cdshooks.guideline.decision import Topic
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding, Remedy
from cdshooks.guideline.orders.drugs import ALENDRONATE
from cdshooks.guideline.orders.schedule import spoken
from cdshooks.guideline.recommendations.t_score import OSTEOPOROSIS
from cdshooks.guideline.words import number
from fhir_mappings.concepts import Concept
from fhir_mappings.dosage import Agreement, Regimen
from fhir_mappings.inputs import Disease

WEEKLY_MG = Decimal(70)
PREVENTION_MG = Decimal(35)
"""A week: 5 mg daily or 35 mg weekly, the labelled doses of prevention. 35 mg at once are for a week."""
PAGET_MG = Decimal(40)
"""A day, for six months, is the labelled dose in Paget disease."""


def _conflicts(case: OrderCase) -> OrderFinding | None:
    order = case.order
    if case.drug != ALENDRONATE or order.agreement is not Agreement.CONFLICT:
        return None
    words, structure = spoken(order.text), spoken(order.structure)
    disagree = (
        f"sig and structured timing disagree ({words} vs {structure})"
        if words and structure and words != structure
        else f"order contradicts itself ({words or structure or 'dose'})"
    )
    return OrderFinding(
        topic=Topic.ORDER_DOSE_CONFLICT,
        weight="critical",
        summary=f"Alendronate {disagree}",
        because=f"the text says {words or 'nothing readable'}, the structure {structure or 'nothing readable'}",
        order=order,
    )


def _too_much(case: OrderCase) -> OrderFinding | None:
    order = case.order
    if case.drug != ALENDRONATE or order.agreement is Agreement.CONFLICT:
        return None
    reading = next((each for each in order.readings if _exceeds(each)), None)
    if reading is None or (_is_for_paget(case) and _is_paget_dose(reading)):
        return None
    return OrderFinding(
        topic=Topic.ORDER_DAILY_70,
        weight="critical",
        summary=f"Alendronate {spoken(reading)}: 70 mg is a once-WEEKLY dose",
        because=f"the order says {spoken(reading)}; treatment is 70 mg once a week or 10 mg daily",
        order=order,
        remedies=(*_weekly(case), Remedy.REMOVE),
    )


def _exceeds(regimen: Regimen) -> bool:
    total = regimen.mg_per_week
    return (total is not None and total.high > WEEKLY_MG) or any(
        dose.mg is not None
        and dose.mg.high >= PREVENTION_MG
        and dose.per_week is not None
        and dose.per_week.high > 1
        for dose in regimen.doses
    )


def _is_for_paget(case: OrderCase) -> bool:
    return Concept.PAGET_DISEASE_BONE in case.order.reasons or case.inputs.has(Disease.PAGET) is not None


def _is_paget_dose(regimen: Regimen) -> bool:
    daily = regimen.mg_per_day
    return daily is not None and daily.high <= PAGET_MG


def _unreadable(case: OrderCase) -> OrderFinding | None:
    order = case.order
    if case.drug != ALENDRONATE or not case.signing or order.agreement is Agreement.CONFLICT:
        return None
    if any(each.mg_per_week is not None for each in order.readings):
        return None
    lacks = "dose" if order.readings else "frequency"
    return OrderFinding(
        topic=Topic.ORDER_DOSE_UNREADABLE,
        weight="warning",
        summary=f"Alendronate order has no readable {lacks}; 70 mg must be once weekly",
        because=f"neither its text nor its structure says a {lacks} that can be read",
        order=order,
        remedies=_weekly(case),
    )


def _too_little(case: OrderCase) -> OrderFinding | None:
    order = case.order
    if case.drug != ALENDRONATE or order.agreement is Agreement.CONFLICT:
        return None
    totals = [each.mg_per_week for each in order.readings if each.mg_per_week is not None]
    if not totals or max(total.high for total in totals) >= WEEKLY_MG:
        return None
    dose = spoken(order.regimen)
    prevention = all(total.low == total.high == PREVENTION_MG for total in totals)
    return OrderFinding(
        topic=Topic.ORDER_UNDERDOSE,
        weight="warning",
        summary=f"Alendronate {dose} is below the treatment dose (70 mg weekly / 10 mg daily)",
        because=(
            f"{dose} is {number(totals[0].high)} mg a week"
            + (", a labelled dose of prevention" if prevention else "")
        ),
        order=order,
        remedies=_weekly(case),
        own_card=not prevention or _needs_treatment(case),
    )


def _needs_treatment(case: OrderCase) -> bool:
    """Whether a dose of prevention is not enough."""
    lowest = case.inputs.bone_density.lowest
    fracture = case.decision.fired("hip-or-vertebral-fracture") is not None
    return fracture or (lowest is not None and lowest.value <= OSTEOPOROSIS)


def _weekly(case: OrderCase) -> tuple[Remedy, ...]:
    """A change of timing is right for the weekly strength only."""
    weekly = Concept.ALENDRONATE_70MG_TABLET in case.order.concepts or case.order.strength.mg == WEEKLY_MG
    return (Remedy.CHANGE_TO_WEEKLY,) if weekly else ()


_LABEL = "FDA label section 2: 70 mg once weekly or 10 mg once daily"

O_DOSE_CONFLICT = Check(
    id="O-DOSE-CONFLICT", topic=Topic.ORDER_DOSE_CONFLICT, look=_conflicts, citation=_LABEL
)
O_DAILY70 = Check(
    id="O-DAILY70",
    topic=Topic.ORDER_DAILY_70,
    look=_too_much,
    citation=f"{_LABEL}; ISMP: weekly drugs given daily",
)
O_DOSE_UNK = Check(id="O-DOSE-UNK", topic=Topic.ORDER_DOSE_UNREADABLE, look=_unreadable, citation=_LABEL)
O_UNDERDOSE = Check(id="O-UNDERDOSE", topic=Topic.ORDER_UNDERDOSE, look=_too_little, citation=_LABEL)
