"""How much, in words: milligrams, tablets of so many milligrams, millilitres."""

import re
from decimal import Decimal
from typing import TypeVar

from fhir_mappings.dosage.amounts import Strength, in_volume
from fhir_mappings.dosage.regimen import Amount, Fault
from fhir_mappings.dosage.words import UNCLEAR_AMOUNT

_N = r"(\d{1,6}(?:\.\d{1,4})?)(?: (?:to|or) (\d{1,6}(?:\.\d{1,4})?))?"
_IN_MG = {"g": Decimal(1000), "mg": Decimal(1), "mcg": Decimal("0.001")}
_TABLETS_OF = re.compile(
    rf"\b(?:{_N} (?:x |of )?(?:the )?)?(\d{{1,6}}(?:\.\d{{1,4}})?) (mg|g|mcg) (?:oral )?tablet\b"
)
_MASS = re.compile(rf"\b{_N} (g|mg|mcg)\b")
_TABLETS = re.compile(rf"\b{_N} (?:oral |whole |full |more |(?:single|unit) dose )?(tablet|bottle)\b")
_VOLUME = re.compile(rf"\b{_N} ml\b")
_BARE = re.compile(
    rf"(?:^|[|] )(?:[#|,] )*(?:take |give |use |sig |po |dose |swallow |\| )*{_N}"
    r"(?= (?:po|by mouth|oral|orally|to be (?:taken|swallowed)|together|at once|(?:on )?(?:the )?#|,|\|)|$)"
)
_VITAMIN_D = re.compile(r"\b\d+(?: to \d+)? (?:units?|iu|unt)\b")
"""Alendronate and steroids are measured in no units: these are of the vitamin D in the same tablet."""
_PER_ML = re.compile(r"\b(\d{1,4}(?:\.\d{1,3})?) mg per (\d{1,4}(?:\.\d{1,3})?) ml\b")
_ONE_DOSE = re.compile(r"\b(?:1|a single) dose\b")
_OTHER_UNITS = re.compile(r"\b(?:mg per|mcg per|puff|puffs|drop(?! (?:a |the |\d )?tablet)|drops|up to)\b")
_OR_MORE = re.compile(
    rf"\b(?:more than|at least|over|about|around|approx\w*) {_N} (?:tablet|mg|mcg|g|ml|bottle|dose|po)\b"
    r"|\bor (?:more|so)\b|\bmore (?:often|if|when)\b"
)
"""A bound or a guess, where a dose should be."""
_ALL_OF_IT = re.compile(
    r"\b(?:take|swallow|use|give|chew) (?:all|both|everything)\b"
    r"|\b(?:all|both) (?:(?:of|the|your) )*(?:tablet\b|#)"
    r"|\b(?:whole|entire|rest of the) (?:pack|package|box|blister|strip|card|supply)\b|\bhandful\b"
)
_ALL_OF_A_BOTTLE = re.compile(r"\b(?:whole|entire|rest of the) bottle\b")
_AT_ANOTHER_TIME = re.compile(
    r"\b(?:stat|now|today|tomorrow|tonight|this (?:morning|afternoon|evening))\b"
    r"|\b(?:second|third) (?:tablet|dose)\b"
)
"""A dose beside the regular one: "1 tablet now and then weekly"."""
_BEFORE_TABLET = re.compile(r"(\w+) tablet\b")
_SHORT_WORDS_BEFORE_TABLET = frozenset({
    "a", "an", "the", "one", "this", "that", "your", "her", "his", "their", "our", "my", "each", "every",
    "per", "of", "or", "and", "with", "by", "po", "mouth", "take", "use", "chew", "give", "drop", "place",
    "put", "whole", "oral", "film", "plain", "small", "white", "round", "acid", "other", "same", "brand",
    "first", "after", "then", "on", "in", "for", "if", "when", "only", "just", "no", "not", "be", "as", "it",
    "is",
})  # fmt: skip
_LONG_WORD = 6
"""So many letters have names of medicines, and no number that is not known."""
_LEFT_OVER = re.compile(
    rf"\d|\b(?:{UNCLEAR_AMOUNT}|double|doubled|twin|triple|couple|pair|dozen|both tablet|several|few|many|"
    r"extra|additional|another|half|quarter|hundred|ii|iii|tt|tii|tiii|tow|duo|dos|tres|cuatro|deux|trois|quatre|zwei|drei|vier|duas|dois|"
    r"due tablet)\b"
)
"""What, after all that was understood has been taken out, says something about how much that was not."""
_TWO_NUMBERS = re.compile(r"(?<![\d.])\d{1,2}(?:\.\d+)? \d+(?:\.\d+)? (?:g|mg|mcg)\b")
"""How "2 70 mg" is meant, nobody knows."""
_MOST_TABLETS = 20
_T = TypeVar("_T")


def without_strength(text: str, strength: Strength) -> str:
    """The text without the strength of a solution, where it is the product's own: "70 mg/75 mL"."""

    def note(match: re.Match[str]) -> str:
        known = strength.mg_per_ml
        return " " if known and in_volume(Decimal(match[2]), known) == Decimal(match[1]) else match[0]

    return _PER_ML.sub(note, text)


def find_dose(text: str, strength: Strength) -> Amount | Fault:
    """The milligrams of one dose, from what is left of a clause after its frequency has been taken out.

    "2 tablets (70 mg)" says 70 mg in all, or twice 70: only the product's strength can tell, and where it
    cannot there is no dose. Two different amounts are no dose either, and neither is one beside a number that
    is none of those known: `NO_DOSE` only where nothing about an amount is left.
    """
    text = _ONE_DOSE.sub(" ", text)
    if any(each.search(text) for each in (_OTHER_UNITS, _OR_MORE, _ALL_OF_IT, _AT_ANOTHER_TIME)):
        return Fault.DOSE_UNREADABLE
    if strength.mg_per_ml is None and _ALL_OF_A_BOTTLE.search(text):
        return Fault.DOSE_UNREADABLE
    counts: set[Amount] = set()
    sizes: set[Decimal] = set()
    masses: set[Amount] = set()
    volumes: set[Amount] = set()
    kinds: set[str] = set()

    def sized(match: re.Match[str]) -> str:
        sizes.add(Decimal(match[3]) * _IN_MG[match[4]])
        if match[1]:
            counts.add(_amount(match))
        return " "

    def counted(match: re.Match[str]) -> str:
        counts.add(_amount(match))
        kinds.add(match[3])
        return " "

    def massed(match: re.Match[str]) -> str:
        masses.add(_amount(match, _IN_MG[match[3]]))
        return " "

    def filled(match: re.Match[str]) -> str:
        volumes.add(_amount(match))
        return " "

    text = _TABLETS_OF.sub(sized, text)
    if _TWO_NUMBERS.search(text):
        return Fault.DOSE_UNREADABLE
    text = _VOLUME.sub(filled, _TABLETS.sub(counted, _MASS.sub(massed, text)))
    bare = None if counts or masses or volumes else _BARE.search(" ".join(text.split()))
    if bare is not None:
        counts = {_amount(bare)}
        text = f"{bare.string[: bare.start()]} {bare.string[bare.end() :]}"
    if counts or masses or volumes or sizes:
        text = _VITAMIN_D.sub(" ", text)
    if (
        _LEFT_OVER.search(text)
        or any(map(_is_strange, _BEFORE_TABLET.findall(text)))
        or ("bottle" in kinds and strength.mg_per_ml is None)
    ):
        return Fault.DOSE_UNREADABLE
    if any(len(each) > 1 for each in (counts, sizes, masses, volumes)) or (
        counts and volumes and kinds != {"bottle"}
    ):
        return Fault.DOSE_UNREADABLE
    if any(not 0 < each.low <= each.high for each in counts | masses | volumes) or 0 in sizes:
        return Fault.DOSE_UNREADABLE
    return _resolved(_only(counts), _only(sizes), _only(masses), _only(volumes), strength)


def _is_strange(word: str) -> bool:
    """Whether a word before "tablet" may be a number that is misspelled, or of another language."""
    return len(word) < _LONG_WORD and word not in _SHORT_WORDS_BEFORE_TABLET


def _resolved(
    count: Amount | None, size: Decimal | None, mass: Amount | None, volume: Amount | None, strength: Strength
) -> Amount | Fault:
    if count is not None and count.high > _MOST_TABLETS:
        return Fault.DOSE_UNREADABLE
    if size is not None and strength.mg is not None and size != strength.mg:
        return Fault.CONTRADICTORY
    each = size or strength.mg
    if volume is not None:
        # "75 mL (70 mg)" says what is in it.
        if mass is not None and strength.mg_per_ml is None:
            return mass
        if strength.mg_per_ml is None:
            return Fault.NO_STRENGTH
        low, high = (in_volume(each, strength.mg_per_ml) for each in (volume.low, volume.high))
        total = Amount(low=low, high=high)
        if count is not None and (each is None or count.low * each != low or count.high * each != high):
            # So many bottles are not so many millilitres.
            return Fault.CONTRADICTORY
        # "70 mg (5 mL)" of a solution with 1 mg in each is neither.
        return total if mass in {None, total} else Fault.CONTRADICTORY
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
