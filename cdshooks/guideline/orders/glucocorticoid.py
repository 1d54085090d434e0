"""A long course of glucocorticoids is being ordered (ACR 2022; GUIDELINE D, O-GC).

When 2.5 mg of prednisone a day or more are planned for 90 days or more, at age 40 or above, and no bone drug
is current, Then fracture risk is to be assessed.
"""

from decimal import Decimal
from fractions import Fraction

from cdshooks.guideline.decision import Topic
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding, Remedy
from cdshooks.guideline.words import number
from fhir_mappings.glucocorticoids import PREDNISONE_MG
from fhir_mappings.orders import OrderKind

LEAST_MG = Fraction(5, 2)
"""Of prednisone a day."""
LEAST_DAYS = 90
FROM_AGE = 40


def _look(case: OrderCase) -> OrderFinding | None:
    order, age = case.order, case.inputs.person.age
    dose, days = _prednisone(case), order.planned_days
    if dose is None or dose < LEAST_MG or days is None or days < LEAST_DAYS:
        return None
    if age is None or age < FROM_AGE or case.inputs.therapy:
        return None
    return OrderFinding(
        topic=Topic.ORDER_GLUCOCORTICOID,
        weight="info",
        summary="Glucocorticoid ≥3 months: assess fracture risk",
        because=(
            f"{case.drug}, {_decimal(dose)} mg of prednisone a day, planned for {days} days; age {age}, "
            "no osteoporosis drug found"
        ),
        order=order,
        remedies=(Remedy.FRAX, Remedy.DXA),
    )


def _prednisone(case: OrderCase) -> Fraction | None:
    """Milligrams of prednisone a day that the order comes to; the lower end where it is a range."""
    factor = PREDNISONE_MG.get(case.drug)
    if OrderKind.GLUCOCORTICOID not in case.order.kinds or factor is None:
        return None
    daily = [each.mg_per_day for each in case.order.readings if each.mg_per_day is not None]
    return Fraction(daily[0].low) * factor if daily else None


def _decimal(dose: Fraction) -> str:
    return number(Decimal(dose.numerator) / dose.denominator, 1)


O_GC = Check(
    id="O-GC",
    topic=Topic.ORDER_GLUCOCORTICOID,
    look=_look,
    citation="ACR 2022: assess fracture risk where 2.5 mg/d or more are planned for 3 months or more",
)
