"""Calcium and vitamin D with a drug that lowers calcium (GUIDELINE D, O-VITD, O-CAD, O-CAIRON).

When 25-OH vitamin D is below 20 ng/mL, Then it is replete first or beside. When calcium or vitamin D is
neither on the list nor ordered, and no level of 20 is known, Then intake is to be ensured. When calcium, an
antacid or iron is taken at the time of the tablet, Then that is said: it would not be absorbed.
"""

from cdshooks.guideline.bars.vitamin_d import REPLETE
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding, Remedy
from cdshooks.guideline.orders.drugs import is_swallowed, stops_turnover
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import day, listed, measured
from fhir_mappings.inputs import Source
from fhir_mappings.orders import OrderKind

_ORDERED = ((OrderKind.CALCIUM, "calcium"), (OrderKind.VITAMIN_D, "vitamin D"))


def _vitamin_d(case: OrderCase) -> OrderFinding | None:
    level = case.inputs.labs.vitamin_d
    if level is None or not level.below(REPLETE):
        return None
    return OrderFinding(
        topic=Topic.ORDER_VITAMIN_D,
        weight="warning",
        summary=f"25-OH vitamin D {measured(level, 1)}: replete before/with {case.drug}",
        because=f"25-OH vitamin D {measured(level, 1)} ({day(level.day)}) is below {REPLETE} ng/mL",
        order=case.order,
        remedies=() if "vitamin D" in _being_ordered(case) else (Remedy.VITAMIN_D,),
    )


def _intake(case: OrderCase) -> OrderFinding | None:
    level = case.inputs.labs.vitamin_d
    # That the list of medicines could not be had is said as such.
    if Source.MEDICATIONS in case.inputs.unanswered or (level is not None and level.below(REPLETE) is False):
        return None
    taken = {each.name for each in case.inputs.supplements} | _being_ordered(case)
    lacking = [
        (name, remedy)
        for name, remedy in (("calcium", Remedy.CALCIUM), ("vitamin D", Remedy.VITAMIN_D))
        if name not in taken
    ]
    if not lacking:
        return None
    return OrderFinding(
        topic=Topic.ORDER_CALCIUM_VITAMIN_D,
        weight="info",
        summary=(f"No {'/'.join(name for name, _ in lacking)} on med list; ensure intake with {case.drug}"),
        because=(
            f"{listed([name for name, _ in lacking])} not found on the medication list, "
            f"and no 25-OH vitamin D of {REPLETE} ng/mL or above"
        ),
        order=case.order,
        remedies=tuple(remedy for _, remedy in lacking),
    )


def _being_ordered(case: OrderCase) -> set[str]:
    """What is in the order itself, or in another of the same call."""
    ordered = (case.order, *(each for each in case.others if not each.gone))
    return {name for each in ordered for kind, name in _ORDERED if kind in each.kinds}


def _timing(case: OrderCase) -> OrderFinding | None:
    together = [each for each in case.inputs.supplements if each.in_the_morning]
    if not together:
        return None
    names = listed([each.name for each in together])
    return OrderFinding(
        topic=Topic.ORDER_ADMINISTRATION_TIMING,
        weight="info",
        summary=f"Take {case.drug} 30 minutes before {names}",
        because=f"{names} taken in the morning ({listed([each.reference for each in together])})",
        order=case.order,
        own_card=False,
    )


O_VITD = Check(
    id="O-VITD",
    topic=Topic.ORDER_VITAMIN_D,
    concerns=stops_turnover,
    needs=frozenset({Source.LABS}),
    look=_vitamin_d,
    citation="FDA label section 5: mineral metabolism; IOM 2011: 20 ng/mL",
)
O_CAD = Check(
    id="O-CAD",
    topic=Topic.ORDER_CALCIUM_VITAMIN_D,
    concerns=stops_turnover,
    needs=frozenset({Source.MEDICATIONS, Source.LABS}),
    look=_intake,
    citation="FDA label section 5: adequate calcium and vitamin D",
)
O_CAIRON = Check(
    id="O-CAIRON",
    topic=Topic.ORDER_ADMINISTRATION_TIMING,
    concerns=is_swallowed,
    needs=frozenset({Source.MEDICATIONS}),
    look=_timing,
    citation="FDA label section 7: calcium and antacids hinder absorption",
)
