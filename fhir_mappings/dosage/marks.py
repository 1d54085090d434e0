"""What is cleared from a sig before its words are read: markup, dates, hours, numbers of people and things.

Works on what was typed, in small letters. Hours become parts of the day, the shorthand of printed orders
becomes the words it stands for, and all else that is known here becomes a blank. What is not known stays, and
counts.
"""

import html
import re

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|march|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_TAG = re.compile(r"</?(?:p|br|b|i|u|em|strong|div|span|ul|ol|li|table|tr|td|th|h[1-6]|font)\b[^<>]{0,99}>")
"""Tags of HTML, and no word that somebody put between < and >."""
_BLANKS = re.compile(r"[^\S\n\r]+")

_DATES = (
    r"\b\d{4}-\d\d-\d\d\b",
    r"\b\d{1,2}([/-])\d{1,2}\1(?:\d{4}|\d\d)\b",
    rf"\b{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?! ?(?:tab|cap|pill|mg|po\b))(?:,? \d{{4}}\b)?",
    rf"\b\d{{1,2}} {_MONTH}\b\.?(?! ?(?:tab|cap|pill))(?:,? \d{{4}}\b)?",
    r"\b(?:0?[1-9]|1[0-2])/20\d\d\b",
    # Without a year only where a word says that it is a date: "1/2" is half a tablet.
    (
        r"\b(?:start|starting|begin|beginning|filled|fill|due|from|since|until|after)(?: on| date)?:? "
        r"\d{1,2}/\d{1,2}\b(?! ?(?:tab|cap|pill|hour|hr|h\b))"
    ),
)
_YEARS = (
    # 2000 and 2030 are also hours, and years only where a word says so.
    r"\b(?:since|in|from|until|through|by|year|dx'?d?|dexa|dxa) (?:of )?(?:19|20)\d\d\b",
    r"\b(?:19[5-9]\d|20(?!00|30)[0-4]\d)\b(?!\s?(?:mg|mcg|units?|iu|unt|ml|tab|cap|pill|time|x\b))",
)
_NUMBERS_OF_THINGS = (
    # Telephone, prescription and product numbers; pharmacies, shops, rooms, what an insurance calls it.
    r"(?:\b1[ -])?\(?\b\d{3}\)?[ .-]?\d{3}[.-]\d{4}\b",
    r"\b(?:rx|ndc|npi|dea|lot|auth)\b[ #:.no]{0,6}\d[\d-]{3,}",
    r"(?:(?<=\bstore)|(?<=\bpharmacy)) ?#? ?\d{3,6}\b",
    (
        r"\b(?:pbs|odb|lu|authority|streamlined)(?: (?:pbs|lu|code|authority|number|no\.?))*:? ?#?\d{3,6}\b"
        r"(?! ?(?:tab|cap|pill|mg))"
    ),
    r"\b(?:room|rm|tier|unit no\.?) ?#?\d{1,4}\b(?! ?(?:tab|cap|pill|mg))|\$ ?\d{1,3}(?:\.\d\d)?",
)
_FINDINGS = (
    # Diagnoses by their code, vertebrae, scores, ages, laboratory values.
    r"\b(?:icd-?10(?:-cm)?:? ?)?[a-pr-tvwyz]\d\d\.[0-9a-z]{1,4}\b|\bicd-?(?:10|9)\b|\bm8[0-9]\b",
    (
        r"\b[tl](?:1[0-2]|[1-9])(?:[-/][tl]?\d{1,2})?(?= (?:compression |vertebral |wedge )?"
        r"(?:fx|fracture|compression|vertebra))"
    ),
    r"(?<=s/p )[tl](?:1[0-2]|[1-9])\b",
    (
        r"\bt[- ]?scores?\b(?:[^\d|;,)]{0,12}|[^\d|;,)]{0,9}\bl1-l?4\b[^\d|;,)]{0,6})\d(?:\.\d{1,2})?\b"
        r"(?! ?(?:tab|cap|pill|mg))"
        r"(?:,? (?:fn|th|hip|neck|spine|ls|lumbar|femoral neck)[ :]{1,2}[-−–]?\d\.\d{1,2}\b)*"
    ),
    r"\baged? ?:? ?\d{2,3}\b|\b\d{2,3}[ -]?(?:yo|y\.o\.?|y/o|yrs?[ -]old|years?[ -]old)\b",
    (
        r"\bfrax\b(?: (?:mof|major|hip|score|risk))*[ :]{0,2}\d{1,2}(?:\.\d)?(?:\s?%)?"
        r"(?:(?: ?[/,] ?| (?:and )?)(?:hip )?\d{1,2}(?:\.\d)?\s?%?)?"
    ),
    (
        r"\b(?:e?gfr|crcl|creatinine|scr|cr|ca|calcium level|bmd|wt|weight|vit(?:amin)? d(?: level)?|"
        r"25-?oh(?:d| d)?)[ :]{1,2}(?:[=<>≥≤] ?)?\d{1,3}(?:\.\d{1,3})?"
        r"(?: ?(?:ml/min(?:/1\.73 ?m2)?|mg/dl|ng/ml|g/cm2|kg|lbs?)\b"
        r"|(?! ?(?:mg|mcg|iu|unit|tab|cap|pill|to\b|-))(?=[.,;)\"]? *(?:$|[a-z(#\n])))"
    ),
)
_CLEARED = tuple(re.compile(pattern) for pattern in (*_DATES, *_NUMBERS_OF_THINGS, *_FINDINGS))
_CLEARED_AFTER_HOURS = tuple(map(re.compile, _YEARS))

_PRINTED = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        # Orders as EHRs print them: "Disp-12 tablet, R-3, Normal", "R-11E-Prescribe"; Canadian "M: 12 R: 3".
        (r"(?<![\w-])r ?[-:] ?(\d{1,2})(?!\d|[/.]\d)", r" refill \1 | "),
        (r"(?<![\w-])r ?x ?(\d{1,2})\b", r" refill \1 | "),
        (r"(?<![\w-])m ?: ?(\d{1,3})\b", r" disp \1 | "),
        (r"\brf ?x ?(?=\d)", " refill "),
        # Australian and Canadian repeats; behind a comma they are of the prescription.
        (r"\b(\d{1,2}) (?:repeats|rpts?)\b", r" \1 refill "),
        (
            r"(?<=[,;.-] )(?:repeats?|rpts?)[ :]{1,2}(?:x ?)?(\d{1,2})(?: times)?(?= *(?:$|[,;.]))",
            r" refill \1 ",
        ),
        # Alendronate with vitamin D: 70 mg with 2,800 or 5,600 units, which are 70 or 140 micrograms.
        (
            (
                r"(?<![\d.,/])70(?: ?mg)?(?: alendron\w+(?: sodium| acid)?)?(?: ?[-–/] ?| and | with )"
                r"(?:2,?800|5,?600|(?:70|140)(?= ?mcg))\b ?-?"
                r"(?:mg[-/](?:units?|iu|mcg)|units?|iu|unt|mcg|int(?:l|ernational)\.? units?)?"
                r"(?: (?:of )?(?:vit(?:amin)? )?d3?\b| (?:chole|cole)calciferol)?"
            ),
            " 70 mg ",
        ),
    )
)

_AM_OR_PM = r"(am|pm|a\.m\.?|p\.m\.?)(?![a-z])"
_CLOCK = re.compile(
    r"(?<![\d:])([01]?\d|2[0-3]):[0-5]\d(?:\s?(am|pm|a\.m\.?|p\.m\.?|hrs?|h)(?![a-z]))?(?![\d:])"
)
_MILITARY = re.compile(r"(?:\bat|@) ?([01]\d|2[0-3])[0-5]\d\b(?:\s?(hrs?|hours|h)\b)?")
_EARLY = re.compile(
    r"(?<![\d#./:$-])(?<!# )(0[4-9])[0-5]\d(?:\s?(hrs?|hours|h)\b)?(?![\d/.:-]*\d| ?[a-z]*g\b| ?ml)"
)
"""Four digits that begin with a nought, without "at"."""
_NEXT_HOUR = re.compile(
    r"\b(morning|afternoon|evening|am|pm)(?:\.? *(?:,|and|&|/|\+|or) *)(?:at )?([01]\d|2[0-3])[0-5]\d\b"
)
"""The second hour of "at 0800 and 2000"."""
_BETWEEN = re.compile(rf"\bbetween \d{{1,2}}(?: ?{_AM_OR_PM})? ?(?:-|–|to|and) ?\d{{1,2}} ?{_AM_OR_PM}")
_AT_HOUR = re.compile(rf"(?<![\d:/.])(?:1[0-2]|[1-9])\s?{_AM_OR_PM}")
_BARE_HOUR = re.compile(
    r"\b(?:at|@) ?(?:1[0-2]|[4-9])(?= *(?:$|[.;)\n\"#]|, [a-z])| (?:on|with|w/|before|every) )"
)
_NOON, _EVENING = 12, 17


def without_marks(sig: str) -> str:
    """The sig, in small letters, without dates, numbers of people and things; hours as parts of the day."""
    sig = _BLANKS.sub(" ", _TAG.sub("\n", html.unescape(sig)))
    for mark in _CLEARED:
        sig = mark.sub(" ", sig)
    for shorthand, words in _PRINTED:
        sig = shorthand.sub(words, sig)
    sig = _BETWEEN.sub(_within, sig)
    for clock in (_CLOCK, _MILITARY, _EARLY):
        sig = clock.sub(_part_of_day, sig)
    sig = _AT_HOUR.sub(lambda found: f" {found[1].replace('.', '')} ", sig)
    sig = _BARE_HOUR.sub(" ", _NEXT_HOUR.sub(_next_part, sig))
    for mark in _CLEARED_AFTER_HOURS:
        sig = mark.sub(" ", sig)
    return sig


def _part_of_day(found: re.Match[str]) -> str:
    if found[2] and found[2][0] in "ap":
        return f" {found[2].replace('.', '')} "
    return f" {_named(int(found[1]))} "


def _next_part(found: re.Match[str]) -> str:
    return f" {found[1]} and {_named(int(found[2]))} "


def _within(found: re.Match[str]) -> str:
    """Both hours in one half of the day are one time; else the hours stay what they are."""
    first, second = found[1] or found[2], found[2]
    return f" {second.replace('.', '')} " if first[0] == second[0] else found[0]


def _named(hour: int) -> str:
    return "morning" if hour < _NOON else "afternoon" if hour < _EVENING else "evening"
