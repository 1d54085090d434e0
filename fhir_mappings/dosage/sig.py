"""Free-text sigs as people write them: the same `Regimen` as from structure, or why there is none.

Never a guess. A text that names two frequencies, or has words about time that were not understood, has none;
"once" and "as directed" are none. What a label warns of ("do not take every day", "never two on one day") is
not taken for what it asks. Text never fires a recommendation (GUIDELINE, "Matching by text").
"""

import itertools
import re
import secrets
from collections.abc import Iterable

import msgspec

from fhir_mappings.dosage.amounts import NO_STRENGTH, Strength
from fhir_mappings.dosage.asides import without_asides, without_other_substances
from fhir_mappings.dosage.dose_words import find_dose, without_strength
from fhir_mappings.dosage.frequency_words import find_frequencies, names_a_day_or_an_hour
from fhir_mappings.dosage.instructions import Read, assembled
from fhir_mappings.dosage.json import decoded, listed, member, text
from fhir_mappings.dosage.regimen import (
    DAYS_IN_WEEK,
    NOT_UNDERSTOOD,
    Amount,
    Dose,
    Fault,
    Rate,
    Regimen,
    Step,
)
from fhir_mappings.dosage.words import canonical

LONGEST_SIG = 1000
"""A longer text is not read: its end may say the opposite of its beginning."""
LONGEST_IN_WORDS = 2000
"""Abbreviations and ligatures become words; a text that becomes longer than this is not read either."""
LONGEST_TOGETHER = 5000
"""Nor are all the texts of one order, where they are longer in all."""
LONGEST_ADVICE = 300
"""A longer text of an element is taken for more than advice."""
REMEMBERED = 4096
"""Texts whose reading is remembered; beyond that, all are forgotten and remembering starts anew."""

_LASTING = re.compile(
    r"\b(?:for|x|duration(?: of (?:therapy|treatment))?(?: \|)?)(?: the)?(?: first| next| another| up to)?"
    r"(?! [1-7] day (?:(?:every|each|a|per|in a|in each|out of the|of the|of each|of every) )?week(?:ly)?\b)"
    r" (\d{1,3}|a) (?:more )?(day|week|month|year)\b"
    r"|\bfor(?: the)?(?: first| next) (day|week|month)\b"
)
_NOT_READ = Regimen(steps=(Step(doses=(Dose(unread=True),)),), faults=(Fault.UNREADABLE,))
_SAYING_NOTHING = tuple(
    Regimen(steps=(Step(doses=(Dose(),)),), faults=faults)
    for faults in itertools.permutations((Fault.NO_FREQUENCY, Fault.NO_DOSE))
)
_OF_ADVICE = frozenset(
    {"id", "sequence", "text", "patientInstruction", "additionalInstruction", "route", "method"}
)
_A_FEW_WEEKS = 28
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_THEN = re.compile(r"(?: [|,])? (?:and )?(?:then|followed by|after that|thereafter)(?: ,)? ")
_STOP = re.compile(r"^(?:stop|off|discontinue|done|hold|drug holiday|holiday|reassess|re ?evaluate|review)\b")


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a sig: what could be read of it."""

    rates: frozenset[Rate]
    understood: bool
    amount: Amount | Fault
    days: int | None


# The same sigs come again and again. They are remembered by two of Python's keyed hashes, 128 bits in all, and
# not by themselves: no word of a chart outlives the call it came with.
_SALT = secrets.token_hex(16)
_remembered: dict[tuple[int, int, Strength, bool], Regimen] = {}


def read_sig(sig: str, *, strength: Strength = NO_STRENGTH, beside: bool = False) -> Regimen:
    """Read one text; an empty one gives a regimen without steps.

    `beside`: whether it stands beside the sig. What it says of calcium is then said of calcium only.

    Where a part is missing the dose has none: "once weekly" is one dose a week of unknown size. Steps are
    read only of a plain taper: "daily for 5 days, then weekly".
    """
    if not sig.strip():
        return Regimen()
    if len(sig) > LONGEST_SIG:
        return _NOT_READ
    key = (hash(sig), hash(sig + _SALT), strength, beside)
    found = _remembered.get(key)
    if found is None:
        found = _read(sig, strength, beside=beside)
        if len(_remembered) >= REMEMBERED:
            _remembered.clear()
        _remembered[key] = found
    return found


def _read(sig: str, strength: Strength, *, beside: bool) -> Regimen:
    words = canonical(sig)
    if len(words) > LONGEST_IN_WORDS:
        return _NOT_READ
    plain, as_needed = without_asides(words)
    parts = [_part(each, strength, beside=beside) for each in _steps_of(plain)]
    return _regimen(parts, as_needed=as_needed)


def _steps_of(plain: str) -> list[str]:
    """The text of each step: split at "then" after a length, or at commas where each piece has its own."""
    pieces = [each for each in _THEN.split(f" {plain} ") if each.strip() and not _STOP.match(each.strip())]
    if len(pieces) > 1 and _LASTING.search(pieces[0]):
        return pieces
    split = [each for each in re.split(r" [|,] ", plain) if each.strip(" |,")]
    lasting = [bool(_LASTING.search(each)) for each in split]
    return split if len(split) > 1 and all(lasting) else [plain]


def _part(plain: str, strength: Strength, *, beside: bool) -> _Part:
    lengths = {_length(match) for match in _LASTING.finditer(plain)}
    plain = without_strength(_LASTING.sub(" # ", plain), strength)
    found = find_frequencies(without_other_substances(plain))
    if not (found.rates or beside):
        found = find_frequencies(plain)
    return _Part(
        rates=found.rates,
        understood=found.understood and len(lengths) <= 1 and not _is_shorter_than_one(lengths, found.rates),
        amount=find_dose(found.rest, strength),
        days=next(iter(lengths), None),
    )


def _is_shorter_than_one(lengths: set[int], rates: frozenset[Rate]) -> bool:
    """Whether it ends before it comes round: of "weekly x 2 days" nobody knows what is meant."""
    return any(rate.high * days < DAYS_IN_WEEK for rate in rates for days in lengths)


def _length(match: re.Match[str]) -> int:
    count = 1 if match[1] in {None, "a"} else int(match[1])
    return max(count * _DAYS[match[2] or match[3]], 1)


def _regimen(parts: list[_Part], *, as_needed: bool) -> Regimen:
    faults: dict[Fault, None] = {}
    steps: list[Step] = []
    rate: Rate | None = None
    amount: Amount | None = None
    unread = False
    for place, part in enumerate(parts):
        last = place == len(parts) - 1
        if len(part.rates) > 1 or (part.days is None and not last):
            # Two frequencies, and not plainly one after the other.
            faults[Fault.CONTRADICTORY] = None
            rate = None
        elif not part.understood or (place and any(each.high < 1 for each in part.rates)):
            # Nobody tapers to less than once a week: "weekly for a month, then monthly" is something else.
            faults[Fault.FREQUENCY_UNREADABLE] = None
            rate = None
        elif part.rates:
            (rate,) = part.rates
        elif place == 0 and part.days is not None and part.days < _A_FEW_WEEKS:
            # "For 3 days" is daily, as a rule, and is not said to be.
            faults[Fault.FREQUENCY_UNREADABLE] = None
            rate = None
        elif place == 0 or rate is None or not isinstance(part.amount, Amount):
            faults[Fault.NO_FREQUENCY] = None
            rate = None
        # "40 mg daily for 5 days, then 20 mg for 5 days" and "daily for 5 days, then weekly": the rest goes on.
        if isinstance(part.amount, Amount):
            amount, unread = part.amount, False
        elif part.amount is not Fault.NO_DOSE or amount is None:
            amount, unread = None, unread or part.amount is not Fault.NO_DOSE
            faults[part.amount] = None
        steps.append(
            Step(doses=(Dose(mg=amount, unread=unread, per_week=rate, as_needed=as_needed, days=part.days),))
        )
    if len(steps) > 1 and any(dose.per_week is None for step in steps for dose in step.doses):
        # A taper of which one step is not understood is not understood.
        steps = [Step(doses=(Dose(unread=True, as_needed=as_needed),))]
    return Regimen(steps=tuple(steps), faults=tuple(faults))


def read_sigs(raw: msgspec.Raw | bytes, *, strength: Strength = NO_STRENGTH) -> Regimen:
    """Read the words of `dosageInstruction` or `dosage`: of each element its text, in the order of sequences.

    The text of an element is `text`, and where that says no frequency `timing.code` in words,
    `patientInstruction` and `additionalInstruction`. All that say how often, or how much, must say the same.
    """
    elements = listed(decoded(raw))
    texts = {each for element in elements for each in (*_texts(element), *_instructions(element))}
    if sum(map(len, texts)) > LONGEST_TOGETHER:
        return _NOT_READ
    return assembled(raw, lambda element: _of_element(element, strength), is_advice)


def is_advice(element: object) -> bool:
    """Whether an element has words only, and these say nothing of amount or time: "remain upright".

    The morning is no time for this: that is when these tablets are taken anyway.
    """
    if not isinstance(element, dict) or not element.keys() <= _OF_ADVICE:
        return False
    texts = [each for each in (*_texts(element), *_instructions(element)) if each]
    return 0 < sum(map(len, texts)) <= LONGEST_ADVICE and all(
        read_sig(each) in _SAYING_NOTHING and not names_a_day_or_an_hour(canonical(each)) for each in texts
    )


def _of_element(element: object, strength: Strength) -> Read | None:
    own = [read_sig(each, strength=strength) for each in _texts(element)]
    besides = [read_sig(each, strength=strength, beside=True) for each in _instructions(element)]
    readings = [each for each in (*own, *besides) if each.steps]
    if not readings:
        return None
    telling = [each for each in readings if each.says_how_often]
    rates = {tuple(step.doses[0].per_week for step in each.steps) for each in telling}
    amounts = [each.mg_per_dose for each in readings if each.mg_per_dose is not None]
    apart = any(not one.overlaps(other) for one, other in itertools.combinations(amounts, 2))
    if len(rates) > 1 or apart or any(Fault.CONTRADICTORY in each.faults for each in readings):
        return (Step(doses=(Dose(unread=True),)),), (Fault.CONTRADICTORY,)
    best = telling[0] if telling else readings[0]
    faults = dict.fromkeys(best.faults)
    faults.update(
        dict.fromkeys(
            fault
            for each in readings
            for fault in each.faults
            # Millilitres of a tablet are not understood either.
            if fault in NOT_UNDERSTOOD or (fault is Fault.NO_STRENGTH and strength.mg is not None)
        )
    )
    if amounts:
        best = _with_dose(best, amounts)
    return best.steps, tuple(faults)


def _with_dose(regimen: Regimen, amounts: list[Amount]) -> Regimen:
    """With what all texts say of the dose, from the least to the most; of a taper what it says itself."""
    widest = Amount(low=min(each.low for each in amounts), high=max(each.high for each in amounts))
    if len(regimen.steps) > 1:
        return regimen
    doses = tuple(msgspec.structs.replace(each, mg=None) for each in regimen.doses)
    return msgspec.structs.replace(regimen, steps=(Step(doses=doses),)).with_dose(widest)


def _texts(element: object) -> Iterable[str]:
    code = member(member(element, "timing"), "code")
    yield text(member(element, "text"))
    yield from _words(code)


def _instructions(element: object) -> Iterable[str]:
    yield text(member(element, "patientInstruction"))
    for additional in listed(member(element, "additionalInstruction")):
        yield from _words(additional)


def _words(concept: object) -> Iterable[str]:
    yield text(member(concept, "text"))
    for coding in listed(member(concept, "coding")):
        yield text(member(coding, "display"))
