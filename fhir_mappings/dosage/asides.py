"""What stands in a sig beside the dose: water, minutes before food, dates, supply, notes for the staff.

A reader that accounts for every number and every word about time has to know these, or it would understand no
sig at all. What is told apart here is taken out; all else stays, and counts.
"""

import re

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|march|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_MARKS = tuple(
    re.compile(pattern)
    for pattern in (
        # Dates.
        r"\b\d{4}-\d\d-\d\d\b",
        r"\b\d{1,2}([/-])\d{1,2}\1(?:\d{4}|\d\d)\b",
        rf"\b{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}}\b)?",
        rf"\b\d{{1,2}} {_MONTH}\b\.?(?:,? \d{{4}}\b)?",
        r"\b(?:19|20)\d\d\b(?!\s?(?:mg|mcg|units?|iu|unt))",
        # Telephone, prescription and product numbers.
        r"(?:\b1[ -])?\(?\b\d{3}\)?[ .-]?\d{3}[.-]\d{4}\b",
        r"\b(?:rx|ndc|npi|dea|lot|auth)\b[ #:.no]{0,6}\d[\d-]{3,}",
        # Diagnoses by their code, T-scores, ages.
        r"\b(?:icd-?10(?:-cm)?:? ?)?[a-pr-tvwyz]\d\d\.[0-9a-z]{1,4}\b|\bicd-?(?:10|9)\b|\bm8[0-9]\b",
        r"\bt[- ]?scores?\b[^\d|;,)]{0,12}\d(?:\.\d{1,2})?\b",
        r"\baged? ?:? ?\d{2,3}\b|\b\d{2,3}[ -]?(?:yo|y\.o\.?|y/o|yrs?[ -]old|years?[ -]old)\b",
    )
)
_CLOCK = re.compile(
    r"(?<![\d:])([01]?\d|2[0-3]):[0-5]\d(?:\s?(am|pm|a\.m\.?|p\.m\.?|hrs?|h)(?![a-z]))?(?![\d:])"
)
_MILITARY = re.compile(r"(?:\bat|@) ?([01]\d|2[0-3])[0-5]\d\b(?:\s?(hrs?|hours|h)\b)?")
_AT_HOUR = re.compile(r"(?<![\d:/.])(?:1[0-2]|[1-9])\s?(am|pm|a\.m\.?|p\.m\.?)(?![a-z])")
_NOON, _EVENING = 12, 17


def without_marks(sig: str) -> str:
    """The sig, in small letters, without dates, numbers of people and things; hours as parts of the day."""
    for mark in _MARKS:
        sig = mark.sub(" ", sig)
    for clock in (_CLOCK, _MILITARY):
        sig = clock.sub(_part_of_day, sig)
    return _AT_HOUR.sub(lambda found: f" {found[1]} ", sig)


def _part_of_day(found: re.Match[str]) -> str:
    hour = int(found[1])
    if found[2] and found[2][0] in "ap":
        return f" {found[2]} "
    return " morning " if hour < _NOON else " afternoon " if hour < _EVENING else " evening "


_AS_NEEDED = re.compile(r"\b(?:prn\w*|(?:as|if|when|where|only if|whenever) (?:needed|necessary|required))\b")
_REFILLED = re.compile(
    r"\b(?:refills?|rf)(?: \|)? (?:prn|as needed)\b|\b\d+ (?:month|year) (?:of )?refills?\b"
)
_N = r"\d{1,4}(?:\.\d{1,3})?(?: (?:to|or) \d{1,4}(?:\.\d{1,3})?)?"
_CLAUSE = r"(?:(?! take\b| tablet\b)[^|,])*"
"""To the end of the clause, and no further than to something that is taken."""
_SUPPLIED_AT_THE_END = (
    # "1 tablet, Oral, weekly, 4, Refills: 3" and "…, 4 tablet".
    re.compile(r"(?<= tablet )(.*?) [|,] (?:[4-9]|\d{2,3})(?: tablet)? [|,] (?=(?:\d+ )?(?:refill|rf))"),
    re.compile(r"(?<= tablet )(.*), (?:[4-9]|\d{2,3}) tablet *$"),
)
_REFILLS = r"(?:rfl?s?|refills?)"
_WATER = (
    r"(?:(?:plain|tap|still|cold|warm|lukewarm|room|temperature|drinking|filtered) )*(?:water|fluid|liquid)"
)
_OUNCES = r"(?:oz|ounces?|cups?|glass|glasses|glassful|sips?)"
_UP = r"(?:remain|remaining|stay|staying|sit|sitting|stand|standing|keep|be)"
_CHECKED = r"(?:dxa|dexa|bmd|density|labs?|scan|levels?|visit|appointment|cmp|bmp|creatinine|imaging)"
_OTHER_THINGS = (
    r"(?:medicine|medication|med|meds|drug|food|drink|beverage|water|minute|information|instructions|refills)"
)
_HANDED_OUT = (
    r"\b\d+ (?:day|week|month) supply\b",
    r"(?<!take )(?<!give )# ?\d+(?: \| \d+ \|)?(?: tablet| bottle)?",
    rf"(?<!take )\b(?:no |zero |\d+ ){_REFILLS}\b(?! (?:\| )?(?:\d|no|none|zero)\b)(?: left)?",
    (
        rf"\b(?:disp|dispense|qty|quantity|{_REFILLS}|supply|mitte)\b(?: of| for)?(?: [|,])?(?: x)?"
        rf"(?: (?:# ?)?\d+(?: \| \d+)?(?: \|)?(?: day)?)?(?: tablet| bottle| pack| box)?"
        r"(?: per month| per \d+ day)?"
    ),
    r"\b(?:for|x) (?:[4-9]|\d\d) dose\b",
    r"\b\d+ tablet (?:pack|package|blister|box|carton|bottle)\b",
    r"\b(?:pack|package|box|carton) of \d+\b",
    r"\b\d{1,3} (?:ct|count)\b",
    r"\bdaw\b(?: \d\b)?|\bds \d+\b|\b\d+ ds\b",
    # A length behind the frequency is what the supply lasts: "once a week 28 days".
    r"(?<=\b(?:daily|month|night) )(?:[|,] )?\d{2,3} day(?= *(?:[|,]|$))",
    *(rf"(?<=\b{unit} )(?:[|,] )?\d{{2,3}} day(?= *(?:[|,]|$))" for unit in ("weekly", "week", "day")),
)
_MISSED = (
    (
        r"\b(?:if|when) (?:you |a |the |your |pt |patient )*(?:dose |day |tablet )?(?:is |was |has been )?"
        r"(?:miss|missed|misses|forget|forgets|forgot|forgotten|skip|skipped)\b[^|]*"
    ),
    r"\bmissed (?:dose|day)\b[^|]*",
)
_DRUNK = (
    rf"\b{_N} ml (?=(?:[|,]|or) {_N} (?:fl )?(?:oz|ounces?)\b)",
    (
        rf"\b(?:{_N}|half|a|1) (?:(?:a|full|large|small|tall|fl|fluid|of) )*{_OUNCES}\b"
        rf"(?: (?:glass|glasses|cup))?(?: (?:[|,]|or|per) {_N} ml\b(?: \|)?)?"
    ),
    rf"\b{_N} (?:ml|l|liters?|litres?|units) (?:glass )?(?:of )?{_WATER}\b",
    r"\b\d+ seconds?\b",
    r"\ba few (?:sips|minute)\b",
)
_DONE = (
    # Sitting up, which some do daily, and what is checked or done later.
    rf"\b{_UP}(?: (?!take\b|tablet\b)[a-z]+){{0,5}}? (?:upright|erect|sitting|standing)\b{_CLAUSE}",
    rf"\bupright\b{_CLAUSE}",
    rf"\b(?:sit|sitting|stand|standing|stay|staying) up\b{_CLAUSE}",
    rf"\bl(?:ie|ying|ay) (?:down|flat)\b{_CLAUSE}",
    (
        r"\b(?:follow up|followup|recheck|return|rtc|see (?:me|dr|md|provider|pcp)|appt|appointment|visit|fu)\b"
        rf"{_CLAUSE}"
    ),
    rf"\b(?:repeat|next|last|check|monitor|due for|obtain|order|get)(?: [a-z]+){{0,3}}? {_CHECKED}\b{_CLAUSE}",
)
_NO_DOSES = (
    # Firsts, seconds and others that are no doses.
    r"\b1 (?=(?:meal|food|thing|drink|beverage|liquid|medicine|medication|med|bite|intake|fill)\b)",
    rf"\b(?:another|additional|extra) (?={_OTHER_THINGS}\b)",
    r"\bdouble (?:up|check|checked)\b",
    r"\brepeat(?:ed)? (?=prescription|script|order|rx)",
)
_ASIDES = tuple(re.compile(pattern) for pattern in (*_HANDED_OUT, *_MISSED, *_DRUNK, *_DONE, *_NO_DOSES))
_DANGER = re.compile(
    r"\b(?:taking |taken )?(?:it )?(?:daily|every day)(?: (?:use|dosing|intake|doses?|ingestion))? "
    r"(?:is|may|can|could|will|would)\b[^|]*"
)
_NEGATED = re.compile(
    r"\b(?:do not|does not|must not|should not|can not|not|never|no more than|at most|avoid|instead of|"
    r"rather than|maximum|max|no)\b(?: (?:to )?(?:be )?(?:take|taken|taking|use|used|exceed))?"
    r"(?:(?! [|,] | take\b| but\b| only\b| instead\b)[^|])*"
)
"""What is not asked for, up to the end of the clause: a warning, or a limit."""


def without_asides(plain: str) -> tuple[str, bool]:
    """The canonical text without what is no dose and no frequency, and whether it is to be taken as needed."""
    plain = _REFILLED.sub(" ", plain)
    as_needed = bool(_AS_NEEDED.search(plain))
    # "Weekly and as needed" is more than weekly.
    plain = _AS_NEEDED.sub(" ", re.sub(r"\b(and|or) (?=prn|(?:as|if|when) needed)", "repeat ", plain))
    for pattern in _SUPPLIED_AT_THE_END:
        plain = pattern.sub(r"\1 , ", " ".join(plain.split()))
    plain = f" {plain} "
    for pattern in (*_ASIDES, _DANGER, _NEGATED):
        plain = pattern.sub(" ", plain)
    return " ".join(plain.split()), as_needed
