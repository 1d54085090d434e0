"""A long course of glucocorticoids is being ordered (ACR 2022; GUIDELINE D, O-GC).

When 2.5 mg of prednisone a day or more are planned for 90 days or more, at age 40 or above, and no bone drug
is current, Then fracture risk is to be assessed.
"""

import datetime
from decimal import Decimal
from fractions import Fraction

from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding, Remedy
from cdshooks.guideline.orders.drugs import is_glucocorticoid
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import number
from fhir_mappings.inputs import Source
from fhir_mappings.medicines.glucocorticoids import PREDNISONE_MG
from fhir_mappings.orders import OrderKind

LEAST_MG = Fraction(5, 2)
"""Of prednisone a day."""
LEAST_DAYS = 90
FROM_AGE = 40
_LAST_DAY = datetime.date.max.toordinal()


PHYSIOLOGIC = ("hydrocortisone", Fraction(25))
"""Up to this many milligrams a day only replace what the adrenals lack."""


def _look(case: OrderCase) -> OrderFinding | None:
    order, age = case.order, case.inputs.person.age
    planned = _planned(case)
    if planned is None or age is None or age < FROM_AGE:
        return None
    beside = frozenset[OrderKind]().union(*(each.kinds for each in case.others if not each.gone))
    if case.inputs.therapy or OrderKind.BONE_DRUG in beside:
        return None
    dose, days = planned
    return OrderFinding(
        topic=Topic.ORDER_GLUCOCORTICOID,
        weight="info",
        summary="Glucocorticoid ≥3 months: assess fracture risk",
        because=(
            f"{case.drug}, at least {_decimal(dose)} mg of prednisone a day, planned for {days} days; "
            f"age {age}, no osteoporosis drug found"
        ),
        order=order,
        remedies=(Remedy.FRAX,) if OrderKind.DXA in beside else (Remedy.FRAX, Remedy.DXA),
    )


def _planned(case: OrderCase) -> tuple[Fraction, int] | None:
    """The least dose of the days on which it is enough, in prednisone, and how many they are, if they are.

    The lower end of a range counts, and no dose as needed. Of a taper only the days on which it is enough do.
    """
    order, days, factor = case.order, case.order.planned_days, PREDNISONE_MG.get(case.drug)
    reading = next(iter(order.readings), None)
    if reading is None or factor is None or days is None or days < LEAST_DAYS:
        return None
    begin = min((dose.start for dose in reading.doses if dose.start is not None), default=case.inputs.as_of)
    end = datetime.date.fromordinal(min(begin.toordinal() + days - 1, _LAST_DAY))
    enough = [
        (Fraction(span.mg_per_day.low) * factor, (span.end - span.start).days + 1)
        for span in reading.laid_out(begin, end)
        if span.mg_per_day is not None
        and Fraction(span.mg_per_day.low) * factor >= LEAST_MG
        and not _is_physiologic(case.drug, Fraction(span.mg_per_day.high))
    ]
    total = sum(length for _, length in enough)
    return (min(dose for dose, _ in enough), total) if total >= LEAST_DAYS else None


def _is_physiologic(drug: str, mg: Fraction) -> bool:
    name, most = PHYSIOLOGIC
    return drug == name and mg <= most


def _decimal(dose: Fraction) -> str:
    return number(Decimal(dose.numerator) / dose.denominator, 1)


O_GC = Check(
    id="O-GC",
    topic=Topic.ORDER_GLUCOCORTICOID,
    concerns=is_glucocorticoid,
    needs=frozenset({Source.PATIENT, Source.MEDICATIONS, Source.DISPENSES, Source.ADMINISTRATIONS}),
    look=_look,
    citation="ACR 2022: assess fracture risk where 2.5 mg/d or more are planned for 3 months or more",
)
