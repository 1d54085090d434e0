"""How much: a quantity of a dosage in milligrams, by mass, or counted in tablets or millilitres."""

from decimal import Decimal
from typing import Literal

import msgspec

from fhir_mappings.code_facts import CodeFacts
from fhir_mappings.dosage.json import member, positive, text
from fhir_mappings.dosage.regimen import Amount, Fault
from fhir_mappings.reader import Quantity, Ratio

Kind = Literal["mass", "count", "volume"]

_MASS = {
    "g": Decimal(1000),
    "gm": Decimal(1000),
    "gram": Decimal(1000),
    "grams": Decimal(1000),
    "mg": Decimal(1),
    "mgs": Decimal(1),
    "milligram": Decimal(1),
    "milligrams": Decimal(1),
    "ug": Decimal("0.001"),
    "mcg": Decimal("0.001"),
    "mcgs": Decimal("0.001"),
    "microgram": Decimal("0.001"),
    "micrograms": Decimal("0.001"),
}
"""Milligrams in each unit of mass, UCUM's and printed ones."""
_VOLUME = frozenset({"ml", "mls", "cc", "milliliter", "milliliters", "millilitre", "millilitres"})
_COUNT = frozenset(
    {
        "1", "tbl", "tbls", "tab", "tabs", "tablet", "tablets", "cap", "caps", "capsule", "capsules",
        "pill", "pills", "ea", "each", "unit dose", "dose form", "caplet", "caplets", "ertab", "ecertab",
        "drtab", "orodisper", "efftab", "effervescent tablet", "effervescent tablets",
        "delayed release tablet", "delayed release tablets", "oral tablet", "oral tablets", "oral capsule",
        "film-coated tablet", "film-coated tablets", "syringe", "syringes", "vial", "vials",
        "tableta", "tabletas", "comprimido", "comprimidos", "comprimé", "comprimés", "comprime", "comprimes",
        "tablette", "tabletten", "compressa", "compresse",
        "385055001",
    }
)  # fmt: skip
"""One of what the product comes in, as UCUM annotations, v3-orderableDrugForm, SNOMED CT and people have it."""
_DOSE = frozenset({"dose", "doses", "dosis"})
"""One of these is no more than what is taken at a time: it says nothing about how much that is."""
_BOTTLE = frozenset({"bottle", "bottles", "bot", "btl"})
_SMALL_COUNT = 4
_DIGITS = 9
_PARTS = (Decimal("0.5"), Decimal("0.25"))


class Strength(msgspec.Struct, frozen=True, kw_only=True):
    """How much of the substance is in one unit of the product, or in a millilitre of it."""

    mg: Decimal | None = None
    mg_per_ml: Decimal | None = None


NO_STRENGTH = Strength()


def strength_of(facts: CodeFacts | None = None, ratio: Ratio | None = None) -> Strength:
    """The strength by what is known of the product's code, else as the Medication's ingredient states it.

    Of a product with several ingredients it is that of the only one that is measured in milligrams. One
    container counts as one unit where the product is a solution in single doses. The two contradicting each
    other leave no strength.
    """
    known = NO_STRENGTH
    if facts is not None:
        parts = [each.strength_mg for each in facts.components if each.strength_mg is not None]
        alone = facts.strength_mg or facts.total_mg or (parts[0] if len(parts) == 1 else None)
        known = Strength(mg=alone, mg_per_ml=facts.strength_mg_per_ml)
    stated = _stated(ratio) if ratio is not None else NO_STRENGTH
    if known == NO_STRENGTH:
        return stated
    agrees = stated.mg in {None, known.mg} and stated.mg_per_ml in {None, known.mg_per_ml}
    return known if agrees else NO_STRENGTH


def _stated(ratio: Ratio) -> Strength:
    over, under = ratio.numerator, ratio.denominator
    milligrams = None if over is None else _measured(over)
    if milligrams is None or milligrams[1] != "mass":
        return NO_STRENGTH
    if under is None:
        return Strength(mg=milligrams[0])
    per = _measured(under) or ((under.value, "count") if _is_bare(under) else None)
    if per is None or per[0] is None or per[1] == "mass":
        return NO_STRENGTH
    amount = milligrams[0] / per[0]
    return Strength(mg=amount) if per[1] == "count" else Strength(mg_per_ml=amount)


def _is_bare(quantity: Quantity) -> bool:
    return bool(quantity.value and quantity.value > 0 and not quantity.unit and not quantity.code)


def _measured(quantity: Quantity) -> tuple[Decimal, Kind] | None:
    return measured(
        {
            "value": quantity.value,
            "comparator": quantity.comparator,
            "unit": quantity.unit,
            "system": quantity.system,
            "code": quantity.code,
        }
    )


def measured(quantity: object) -> tuple[Decimal, Kind] | None:
    """A Quantity in milligrams, units of the product or millilitres; None where it is none of these.

    By code and by printed unit alike; where the two say different things it is none. Without either it is
    no measure: whether 5 is five tablets or five milligrams, nobody knows.
    """
    value = positive(member(quantity, "value"))
    if value is None or member(quantity, "comparator") is not None:
        return None
    code, printed = _unit(text(member(quantity, "code"))), _unit(text(member(quantity, "unit")))
    found = {each for each in (code, printed) if each is not None}
    if len(found) != 1:
        return None
    ((factor, kind),) = found
    return value * factor, kind


def _unit(written: str) -> tuple[Decimal, Kind] | None:
    folded = (
        " ".join(written.casefold().replace("(s)", "").split())
        .strip("{}.")
        .replace("µ", "u")
        .replace("μ", "u")
    )
    if folded in _MASS:
        return _MASS[folded], "mass"
    if folded in _VOLUME:
        return Decimal(1), "volume"
    return (Decimal(1), "count") if folded in _COUNT else None


def milligrams(low: object, high: object, strength: Strength) -> Amount | Fault:
    """The milligrams of a quantity, or from one quantity to another.

    `NO_DOSE` only where nothing at all is said of either end.
    """
    ends = [_in_mg(each, strength) for each in (low, high)]
    if Fault.NO_DOSE in ends:
        return Fault.NO_DOSE if ends[0] == ends[1] else Fault.DOSE_UNREADABLE
    for end in ends:
        if isinstance(end, Fault):
            return end
    least, most = (each for each in ends if isinstance(each, Decimal))
    return Amount(low=least, high=most) if least <= most else Fault.CONTRADICTORY


def _in_mg(quantity: object, strength: Strength) -> Decimal | Fault:
    if quantity is None or quantity == {} or _is_one_dose(quantity):
        return Fault.NO_DOSE
    found = measured(quantity) or _bottled(quantity, strength) or _counted(quantity, strength)
    if found is None:
        return Fault.DOSE_UNREADABLE
    value, kind = found
    if kind == "mass":
        return value
    if kind == "volume":
        return Fault.NO_STRENGTH if strength.mg_per_ml is None else in_volume(value, strength.mg_per_ml)
    return Fault.NO_STRENGTH if strength.mg is None else value * strength.mg


def in_volume(ml: Decimal, mg_per_ml: Decimal) -> Decimal:
    """The milligrams of so many millilitres: 75 mL of 70 mg in 75 mL are 70 mg, though 70/75 has no end."""
    found = round(ml * mg_per_ml, _DIGITS)
    return found.to_integral_value() if found == found.to_integral_value() else found.normalize()


def _is_one_dose(quantity: object) -> bool:
    units = {
        text(member(quantity, name)).casefold().replace("(s)", "").strip("{}") for name in ("unit", "code")
    }
    alone = positive(member(quantity, "value")) == 1 and member(quantity, "comparator") is None
    return alone and bool(units & _DOSE) and units <= {*_DOSE, "", "1"}


def _bottled(quantity: object, strength: Strength) -> tuple[Decimal, Kind] | None:
    """Bottles of a solution that comes in single doses; a bottle of tablets is no dose."""
    units = {
        text(member(quantity, name)).casefold().replace("(s)", "").strip("{}") for name in ("unit", "code")
    }
    value = positive(member(quantity, "value"))
    known = (
        strength.mg is not None and strength.mg_per_ml is not None and member(quantity, "comparator") is None
    )
    return (value, "count") if known and value and units - {""} <= _BOTTLE and any(units) else None


def _counted(quantity: object, strength: Strength) -> tuple[Decimal, Kind] | None:
    """A few of the product where no unit at all is written and milligrams cannot be meant.

    Less than a tablet has, and no half or quarter of it.
    """
    value = positive(member(quantity, "value"))
    bare = not any(member(quantity, name) for name in ("unit", "code", "comparator"))
    if value is None or not bare or value != int(value) or value > _SMALL_COUNT or strength.mg is None:
        return None
    meant_as_mg = value >= strength.mg or value in {strength.mg * part for part in _PARTS}
    return None if meant_as_mg else (value, "count")
