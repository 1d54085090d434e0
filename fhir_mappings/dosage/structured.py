"""The structured part of FHIR R4 dosages as a regimen; words are read in `fhir_mappings.dosage.sig`."""

from decimal import Decimal
from fractions import Fraction

import msgspec

from fhir_mappings.dosage.amounts import NO_STRENGTH, Strength, milligrams
from fhir_mappings.dosage.instructions import Read, assembled
from fhir_mappings.dosage.json import decoded, listed, member
from fhir_mappings.dosage.regimen import DAYS_IN_WEEK, Amount, Dose, Fault, Regimen, Step
from fhir_mappings.dosage.sig import is_advice
from fhir_mappings.dosage.timing import period_in_days, read_timing

_OF_OTHER_VERSIONS = (
    "doseQuantity",
    "doseRange",
    "doseSimpleQuantity",
    "quantityQuantity",
    "timingSchedule",
    "asNeeded",
    "asNeededFor",
    "additionalInstructions",
)
"""Members of a Dosage in DSTU2, STU3 and R5 that R4 does not have; ignored, they could be misread."""

_HOW_MUCH = ("doseQuantity", "doseRange")
_GRAVITY = (Fault.NO_DOSE, Fault.NO_STRENGTH, Fault.DOSE_UNREADABLE, Fault.CONTRADICTORY)


def read_dosage(raw: msgspec.Raw | bytes, *, strength: Strength = NO_STRENGTH) -> Regimen:
    """Read `dosageInstruction` or `dosage` of R4, structure only: a list, a single element, null, or worse.

    Instructions with the same `sequence`, or none, are taken side by side; different ones follow each other
    (GUIDELINE B, "Reading dose"). What cannot be read is a dose without milligrams or without frequency, and
    a fault. Nothing raises.
    """
    return assembled(raw, lambda element: _instruction(element, strength), is_advice)


def _instruction(element: object, strength: Strength) -> Read:
    dose, faults = _dose(element, strength)
    return (Step(doses=(dose,)),), faults


def _dose(element: object, strength: Strength) -> tuple[Dose, tuple[Fault, ...]]:
    if not isinstance(element, dict) or element.get("modifierExtension"):
        return Dose(unread=True), (Fault.UNREADABLE,)
    if any(element.get(name) is not None for name in _OF_OTHER_VERSIONS):
        return Dose(unread=True), (Fault.WRONG_VERSION,)
    as_needed = _as_needed(element)
    if as_needed is None:
        return Dose(unread=True, as_needed=True), (Fault.UNREADABLE,)
    timing = read_timing(element.get("timing"))
    amount = _amount(listed(element.get("doseAndRate")), strength)
    faults = [each for each in (timing.fault, amount) if isinstance(each, Fault)]
    dose = Dose(
        mg=amount if isinstance(amount, Amount) else None,
        unread=isinstance(amount, Fault) and amount is not Fault.NO_DOSE,
        per_week=timing.per_week,
        as_needed=as_needed,
        days=timing.days,
        start=timing.start,
        end=timing.end,
    )
    if any(_exceeds(dose, limit, strength) for limit in listed(element.get("maxDosePerPeriod"))):
        faults.append(Fault.ABOVE_MAXIMUM)
    return dose, tuple(faults)


def _as_needed(element: dict[str, object]) -> bool | None:
    """Whether it is taken as needed; None where that cannot be told."""
    flag = element.get("asNeededBoolean")
    if flag is not None and not isinstance(flag, bool):
        return None
    return bool(flag) or bool(element.get("asNeededCodeableConcept"))


def _amount(rates: list[object], strength: Strength) -> Amount | Fault:
    """Milligrams at a time; several entries are the same dose in other words, as ordered and as calculated.

    A rate alone ("140 mg a week") is not read, and is not nothing.
    """
    dosed = [each for each in rates if any(member(each, name) is not None for name in _HOW_MUCH)]
    if not dosed:
        return Fault.DOSE_UNREADABLE if any(map(_says_something, rates)) else Fault.NO_DOSE
    found = [_dose_of(each, strength) for each in dosed]
    amounts = {each for each in found if isinstance(each, Amount)}
    if len(amounts) > 1:
        return Fault.CONTRADICTORY
    if amounts and Fault.DOSE_UNREADABLE not in found:
        return amounts.pop()
    return max((each for each in found if isinstance(each, Fault)), key=_GRAVITY.index)


def _says_something(rate: object) -> bool:
    """Whether it has any more than its type, and be it broken."""
    return bool(rate) and not (
        isinstance(rate, dict) and rate.keys() <= {"type", "id", "extension", *_HOW_MUCH}
    )


def _dose_of(rate: object, strength: Strength) -> Amount | Fault:
    quantity, between = member(rate, "doseQuantity"), member(rate, "doseRange")
    if quantity is not None and between is not None:
        return Fault.CONTRADICTORY
    if quantity is not None:
        return milligrams(quantity, quantity, strength)
    return milligrams(member(between, "low"), member(between, "high"), strength)


def _exceeds(dose: Dose, limit: object, strength: Strength) -> bool:
    """Whether the least that is to be taken is more than the stated maximum; one that is not read is none."""
    weekly = dose.weekly
    most = milligrams(member(limit, "numerator"), member(limit, "numerator"), strength)
    days = period_in_days(member(limit, "denominator"))
    if weekly is None or days is None or not isinstance(most, Amount):
        return False
    return weekly[0] * days > Fraction(most.high) * DAYS_IN_WEEK


def read_given(raw: msgspec.Raw | bytes, *, strength: Strength = NO_STRENGTH) -> Decimal | Fault:
    """The milligrams of one dose that was given: `MedicationAdministration.dosage` of R4."""
    element = decoded(raw)
    if element is None:
        return Fault.NO_DOSE
    if not isinstance(element, dict) or element.get("modifierExtension"):
        return Fault.UNREADABLE
    amount = milligrams(element.get("dose"), element.get("dose"), strength)
    return amount.low if isinstance(amount, Amount) else amount
