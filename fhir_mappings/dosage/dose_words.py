"""How much, in words: milligrams, tablets of so many milligrams, millilitres."""

import re
from decimal import Decimal
from typing import TypeVar

from fhir_mappings.dosage.amounts import Strength
from fhir_mappings.dosage.regimen import Amount, Fault

_N = r"(\d{1,6}(?:\.\d{1,4})?)(?: (?:to|or) (\d{1,6}(?:\.\d{1,4})?))?"
_IN_MG = {"g": Decimal(1000), "mg": Decimal(1), "mcg": Decimal("0.001")}
_TABLETS_OF = re.compile(
    rf"\b(?:{_N} (?:x |of )?(?:the )?)?(\d{{1,6}}(?:\.\d{{1,4}})?) (mg|g|mcg) (?:oral )?tablet\b"
)
_MASS = re.compile(rf"\b{_N} (g|mg|mcg)\b")
_TABLETS = re.compile(rf"\b{_N} (?:oral )?tablet\b")
_VOLUME = re.compile(rf"\b{_N} ml\b")
_BARE = re.compile(rf"^(?:\| )?(?:take |give |use |sig |po )*{_N}(?= (?:po|by mouth|oral|orally|#|,|\|)|$)")
_OTHER_UNITS = re.compile(r"\b(?:unit|units|iu|mg per|mcg per|puff|puffs|drop|drops|up to)\b")
_TWO_NUMBERS = re.compile(r"(?<![\d.])\d{1,2}(?:\.\d+)? \d+(?:\.\d+)? (?:g|mg|mcg)\b")
"""How "2 70 mg" is meant, nobody knows."""
_MOST_TABLETS = 20
_T = TypeVar("_T")


def find_dose(text: str, strength: Strength) -> Amount | Fault:
    """The milligrams of one dose, from what is left of a clause after its frequency has been taken out.

    "2 tablets (70 mg)" says 70 mg in all, or twice 70: only the product's strength can tell, and where it
    cannot there is no dose. Two different amounts are no dose either.
    """
    if _OTHER_UNITS.search(text):
        return Fault.NO_DOSE
    counts: set[Amount] = set()
    sizes: set[Decimal] = set()

    def sized(match: re.Match[str]) -> str:
        sizes.add(Decimal(match[3]) * _IN_MG[match[4]])
        if match[1]:
            counts.add(_amount(match))
        return " "

    text = _TABLETS_OF.sub(sized, text)
    if _TWO_NUMBERS.search(text):
        return Fault.NO_DOSE
    masses = {_amount(match, _IN_MG[match[3]]) for match in _MASS.finditer(text)}
    counts |= {_amount(match) for match in _TABLETS.finditer(text)}
    volumes = {_amount(match) for match in _VOLUME.finditer(text)}
    if not (counts or masses or volumes):
        bare = _BARE.search(" ".join(text.split()))
        counts = {_amount(bare)} if bare else set()
    if any(len(each) > 1 for each in (counts, sizes, masses, volumes)) or (counts and volumes):
        return Fault.NO_DOSE
    if any(not 0 < each.low <= each.high for each in counts | masses | volumes) or 0 in sizes:
        return Fault.NO_DOSE
    return _resolved(_only(counts), _only(sizes), _only(masses), _only(volumes), strength)


def _resolved(
    count: Amount | None, size: Decimal | None, mass: Amount | None, volume: Amount | None, strength: Strength
) -> Amount | Fault:
    if count is not None and count.high > _MOST_TABLETS:
        return Fault.NO_DOSE
    if size is not None and strength.mg is not None and size != strength.mg:
        return Fault.CONTRADICTORY
    each = size or strength.mg
    if volume is not None:
        # "75 mL (70 mg)" says what is in it.
        if mass is not None and strength.mg_per_ml is None:
            return mass
        return _by_count(volume, strength.mg_per_ml, mass)
    if count is None and size is not None:
        count = Amount(low=Decimal(1), high=Decimal(1))
    return _by_count(count, each, mass)


def _by_count(count: Amount | None, each: Decimal | None, mass: Amount | None) -> Amount | Fault:
    """So many of what has `each`; `mass` beside it is what they have in all, or what one of them has."""
    if count is None:
        return mass or Fault.NO_DOSE
    if each is not None:
        total = Amount(low=count.low * each, high=count.high * each)
        one = Amount(low=each, high=each)
        return total if mass in {None, total, one} else Fault.CONTRADICTORY
    if mass is None:
        return Fault.NO_STRENGTH
    return mass if count == Amount(low=Decimal(1), high=Decimal(1)) else Fault.NO_STRENGTH


def _amount(match: re.Match[str], factor: Decimal = Decimal(1)) -> Amount:
    return Amount(low=Decimal(match[1]) * factor, high=Decimal(match[2] or match[1]) * factor)


def _only(found: set[_T]) -> _T | None:
    return next(iter(found), None)
