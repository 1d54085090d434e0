"""The dose of alendronate (FDA label section 2; ISMP; GUIDELINE D, O-DAILY70 to O-DOSE-CONFLICT).

When 35 mg or more are ordered more often than once a week, or more than 70 mg a week or at once, Then that is
critical: 70 mg is the dose of a week, also where four of them are for a month. When less than 70 mg a week is
ordered, Then that is below the dose of treatment. When structure and words disagree, Then that is critical,
whichever is right. When neither can be read, or one of them says more than was understood, Then nobody knows.
"""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from cdshooks.guideline.decision import Met
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding, Remedy
from cdshooks.guideline.orders.drugs import is_alendronate
from cdshooks.guideline.orders.schedule import spoken
from cdshooks.guideline.recommendations.hip_or_vertebral_fracture import HIP_OR_VERTEBRAL_FRACTURE
from cdshooks.guideline.recommendations.t_score import OSTEOPOROSIS
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import number
from fhir_mappings.concepts import Concept
from fhir_mappings.dosage import NOT_UNDERSTOOD, Agreement, Fault, Regimen, Step
from fhir_mappings.inputs import Disease, Source
from fhir_mappings.orders import DraftOrder

WEEKLY_MG = Decimal(70)
PREVENTION_MG = Decimal(35)
"""A week: 5 mg daily or 35 mg weekly, the labelled doses of prevention. 35 mg at once are for a week."""
PAGET_MG = Decimal(40)
"""Once a day, for six months at most, is the labelled dose in Paget disease."""
PAGET_DAYS = 184
FOUR_A_MONTH = Decimal(28) / Decimal("30.4375")
"""Times a week."""
_DAILY = Decimal(7)
_PREVENTION = frozenset({(Decimal(5), _DAILY), (PREVENTION_MG, Decimal(1))})
"""Milligrams at a time, and times a week."""


def _conflicts(case: OrderCase) -> OrderFinding | None:
    order = case.order
    if order.agreement is not Agreement.CONFLICT:
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
    if order.agreement is Agreement.CONFLICT:
        return None
    reading = next((each for each in order.readings if _exceeds(each, _tablet(order))), None)
    if reading is None or (_is_for_paget(case) and _is_paget_dose(reading, order.planned_days)):
        return None
    dose = spoken(reading) or "more than once a week"
    if reading.at_once is not None and not any(_is_too_much(step, _tablet(order)) for step in reading.steps):
        dose = "in steps of which none is said to end"
    return OrderFinding(
        topic=Topic.ORDER_DAILY_70,
        weight="critical",
        summary=f"Alendronate {dose}: 70 mg is a once-WEEKLY dose",
        because=f"the order says {dose}; treatment is 70 mg once a week or 10 mg daily",
        order=order,
        remedies=(*_weekly(case), Remedy.REMOVE),
    )


def _tablet(order: DraftOrder) -> Decimal | None:
    """The least that is swallowed at a time where nobody knows how much: one tablet; of a solution, nothing."""
    return None if order.strength.mg_per_ml is not None else order.strength.mg


def _exceeds(regimen: Regimen, tablet: Decimal | None) -> bool:
    """Whether one step is too much, or all of them together where nobody says that one ends."""
    steps = regimen.steps if regimen.at_once is None else (*regimen.steps, regimen.at_once)
    return any(_is_too_much(step, tablet) for step in steps)


def _is_too_much(step: Step, tablet: Decimal | None) -> bool:
    """Whether more than 70 mg come together in a week or at once, or doses for a week each come within one."""
    known = [dose for dose in step.doses if dose.mg is not None]
    if any(dose.mg.high > WEEKLY_MG for dose in known if dose.mg is not None):
        return True
    totals = [dose.weekly[1] for dose in known if dose.weekly is not None]
    return sum(totals) > WEEKLY_MG or sum(_weekly_doses(step, tablet)) > 1


def _weekly_doses(step: Step, tablet: Decimal | None) -> Iterator[Fraction]:
    """How many times a week each dose of 35 mg or more is taken at most."""
    for dose in step.doses:
        high = dose.mg.high if dose.mg is not None else tablet if dose.unread else None
        if high is not None and high >= PREVENTION_MG and dose.per_week is not None:
            yield dose.per_week.high


def _is_for_paget(case: OrderCase) -> bool:
    return Concept.PAGET_DISEASE_BONE in case.order.reasons or case.inputs.has(Disease.PAGET) is not None


def _is_paget_dose(regimen: Regimen, days: int | None) -> bool:
    """40 mg once a day, and not planned for longer than six months."""
    amount, often = regimen.mg_per_dose, regimen.doses_per_week
    if amount is None or often is None or (days is not None and days > PAGET_DAYS):
        return False
    return amount.high == PAGET_MG and often.high == _DAILY


def _unreadable(case: OrderCase) -> OrderFinding | None:
    order = case.order
    if not case.signing or order.agreement is Agreement.CONFLICT:
        return None
    known = any(each.mg_per_week is not None for each in order.readings)
    if (known and not order.not_understood) or _too_much(case) is not None:
        return None
    lacks = "dose" if order.readings and not _time_is_unclear(order) else "frequency"
    because = f"neither its text nor its structure says a {lacks} that can be read"
    if known:
        because = f"it says something about the {lacks} that could not be read, and may change the rest of it"
    return OrderFinding(
        topic=Topic.ORDER_DOSE_UNREADABLE,
        weight="warning",
        summary=f"Alendronate order has no readable {lacks}; 70 mg must be once weekly",
        because=because,
        order=order,
        remedies=_weekly(case),
    )


def _time_is_unclear(order: DraftOrder) -> bool:
    faults = {*order.structure.faults, *order.text.faults}
    return not faults.isdisjoint(NOT_UNDERSTOOD - {Fault.DOSE_UNREADABLE})


def _too_little(case: OrderCase) -> OrderFinding | None:
    order = case.order
    if order.agreement is Agreement.CONFLICT or any(
        _exceeds(each, _tablet(order)) for each in order.readings
    ):
        # 280 mg once a month are too little for a month, and too much at once.
        return None
    known = [(each.mg_per_week, each) for each in order.readings]
    totals = [(total.high, each) for total, each in known if total is not None]
    if (
        not totals
        or max(total for total, _ in totals) >= WEEKLY_MG
        or any(_is_weekly(each) for _, each in totals)
    ):
        return None
    total, reading = totals[0]
    dose, prevention = spoken(reading), all(_is_prevention(each) for _, each in totals)
    return OrderFinding(
        topic=Topic.ORDER_UNDERDOSE,
        weight="warning",
        summary=f"Alendronate {dose} is below the treatment dose (70 mg weekly / 10 mg daily)",
        because=(
            f"{dose} is {number(total)} mg a week" + (", a labelled dose of prevention" if prevention else "")
        ),
        order=order,
        remedies=_weekly(case),
        own_card=not prevention or _needs_treatment(case),
    )


def _is_weekly(regimen: Regimen) -> bool:
    """70 mg four times a month or 52 times a year: once a week, as people count weeks."""
    amount, often = regimen.mg_per_dose, regimen.doses_per_week
    return (
        amount is not None and often is not None and amount.high == WEEKLY_MG and often.high >= FOUR_A_MONTH
    )


def _is_prevention(regimen: Regimen) -> bool:
    """5 mg daily or 35 mg weekly; the same amount by another schedule is no labelled dose."""
    amount, often = regimen.mg_per_dose, regimen.doses_per_week
    return amount is not None and often is not None and (amount.high, often.high) in _PREVENTION


def _needs_treatment(case: OrderCase) -> bool:
    """Whether a dose of prevention is not enough."""
    lowest = case.inputs.bone_density.lowest
    # Behind a gate the decision did not look for fractures.
    broken = HIP_OR_VERTEBRAL_FRACTURE.look(case.inputs).met is Met.YES
    return broken or (lowest is not None and lowest.value <= OSTEOPOROSIS)


def _weekly(case: OrderCase) -> tuple[Remedy, ...]:
    """A change of timing is right for the weekly tablet only.

    Neither for what is dissolved and drunk, whose instructions are others, nor where a name that goes with the
    product says how often and would contradict the change.
    """
    order = case.order
    if order.dissolved or order.named_with_frequency:
        return ()
    weekly = order.strength.mg == WEEKLY_MG or (order.strength.mg is None and _is_of_ingredient(case))
    return (Remedy.CHANGE_TO_WEEKLY,) if weekly else ()


def _is_of_ingredient(case: OrderCase) -> bool:
    """Whether it names the substance and no product, and 70 mg are to be taken each time."""
    amounts = [each.mg_per_dose for each in (case.order.structure, case.order.text)]
    known = [amount for amount in amounts if amount is not None]
    weekly = bool(known) and all(amount.low == amount.high == WEEKLY_MG for amount in known)
    return weekly and case.order.concepts == {Concept.ALENDRONATE_INGREDIENT}


_LABEL = "FDA label section 2: 70 mg once weekly or 10 mg once daily"

O_DOSE_CONFLICT = Check(
    id="O-DOSE-CONFLICT",
    topic=Topic.ORDER_DOSE_CONFLICT,
    concerns=is_alendronate,
    look=_conflicts,
    citation=_LABEL,
)
O_DAILY70 = Check(
    id="O-DAILY70",
    topic=Topic.ORDER_DAILY_70,
    concerns=is_alendronate,
    look=_too_much,
    citation=f"{_LABEL}; ISMP: weekly drugs given daily",
)
O_DOSE_UNK = Check(
    id="O-DOSE-UNK",
    topic=Topic.ORDER_DOSE_UNREADABLE,
    concerns=is_alendronate,
    look=_unreadable,
    citation=_LABEL,
)
O_UNDERDOSE = Check(
    id="O-UNDERDOSE",
    topic=Topic.ORDER_UNDERDOSE,
    concerns=is_alendronate,
    needs=frozenset({Source.BONE_DENSITY, Source.CONDITIONS}),
    look=_too_little,
    citation=_LABEL,
)
