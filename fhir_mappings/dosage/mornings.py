"""Whether a dosage has something taken in the morning, when a tablet against the loss of bone is (O-CAIRON).

For a question only, never for a dose: what is neither coded nor said in so many words is not in the morning.
"""

import re
from collections.abc import Iterator

import msgspec

from fhir_mappings.dosage.json import decoded, listed, member, text

_MORNINGS = frozenset({"MORN", "MORN.early", "WAKE", "ACM", "CM", "PCM", "AC", "C", "PC"})
"""Of HL7's TimingEvent: on waking, early, or with one or each meal, of which breakfast is the first."""
_EVERY_MORNING = frozenset({"AM", "QAM"})
_BEFORE_TEN = re.compile(r"0?\d:")
_NEGATED = re.compile(r"\b(?:not|never|avoid)\b[^.,;]*", re.IGNORECASE)
_SAID = re.compile(
    r"\bmornings?\b|\bbreakfasts?\b"
    r"|\b(?:up)?on (?:waking|awakening|rising|arising|getting up)\b|\bwhen (?:you )?(?:wake|get up)"
    r"|\b(?:with|before|after) (?:each |every |all |the |your )?meals?\b"
    # 8 am and 08:00; "am" alone, but not 11 am.
    r"|(?<![\d:])0?[1-9](?::[0-5]\d)? ?a\.?m\b|(?<![\d:])0?[1-9]:[0-5]\d\b(?! ?p)"
    r"|(?<!\d)(?<!\d )\b(?:q ?)?a\.?m\b",
    re.IGNORECASE,
)


def is_in_the_morning(raw: msgspec.Raw | bytes) -> bool:
    """Whether any element of `dosageInstruction` or `dosage` says so, in its timing or in its words.

    Never raises. "With meals" is also with breakfast; late in the morning is late enough.
    """
    return any(_at_times(element) or _in_words(element) for element in listed(decoded(raw)))


def _at_times(element: object) -> bool:
    timing = member(element, "timing")
    repeat = member(timing, "repeat")
    codes = {text(member(each, "code")).upper() for each in listed(member(member(timing, "code"), "coding"))}
    return (
        not _MORNINGS.isdisjoint(map(text, listed(member(repeat, "when"))))
        or any(_BEFORE_TEN.match(text(each)) for each in listed(member(repeat, "timeOfDay")))
        or not _EVERY_MORNING.isdisjoint(codes)
    )


def _in_words(element: object) -> bool:
    return any(_SAID.search(_NEGATED.sub(" ", words)) for words in _texts(element))


def _texts(element: object) -> Iterator[str]:
    code = member(member(element, "timing"), "code")
    yield text(member(element, "text"))
    yield text(member(element, "patientInstruction"))
    for concept in (code, *listed(member(element, "additionalInstruction"))):
        yield text(member(concept, "text"))
        for coding in listed(member(concept, "coding")):
            yield text(member(coding, "display"))
