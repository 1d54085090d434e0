"""What stands in a sig beside the dose: water, minutes before food, sitting up, supply, warnings, calcium.

Works on the tokens of `fhir_mappings.dosage.words`. A reader that accounts for every number and every word
about time has to know these, or it would understand no sig at all. What is told apart here is taken out;
all else stays, and counts.

Two kinds. Some have an end of their own ("8 oz of water"). The others begin with a word and go on to the end of
the clause ("upright …"), and people leave out the full stop: "take 1 tablet stay upright 30 min every morning".
So an open one swallows no frequency where the clause holds the dose and has named none yet.
"""

import re

from fhir_mappings.dosage.regimen import DAYS_IN_WEEK
from fhir_mappings.dosage.words import UNCLEAR_AMOUNT

_N = r"\d{1,4}(?:\.\d{1,3})?(?: (?:to|or) \d{1,4}(?:\.\d{1,3})?)?"
_OFTEN = (
    r"(?:(?<!at )once|twice|daily|weekly|monthly|yearly|hourly|every|each|bid|tid|qid|qod|biw|tiw|unclear|"
    r"fortnightly|alternate|mon|tue|wed|thu|fri|sat|sun|\d (?:x|time)(?= (?:a|per|daily|weekly))|"
    r"(?:per|a) (?:day|week|month|hour|morning|night))"
)
_FREQUENCY = re.compile(rf"\b{_OFTEN}\b")
_PHRASE = re.compile(
    r"\b(?:(?:once|twice|\d (?:x|time)) )?(?:daily|weekly|monthly|bid|tid|qid|qod|biw|tiw|unclear|"
    r"(?:every|each|per|a) (?:\d{1,2} |other |alternate )?(?:day|week|month|hour|morning|evening|night))\b"
)
"""A whole frequency, for what may be said in the middle of an aside."""
_TAKEN = re.compile(r"\b(?:take|takes|tablet|bottle|mg|ml|po)\b")
_COUNTED = re.compile(r"\b\d (?:tablet|mg|bottle|ml|po)\b")

_REST = r"(?:(?! (?:and )?take\b| (?:\d[\d.]* )?tablet\b| then\b)[^|,])*"
"""To the end of the clause, and no further than to something that is taken."""
_REFILLS = r"(?:rfl?s?|refills?)"
_WATER = (
    r"(?:(?:plain|tap|still|cold|warm|lukewarm|room|temperature|drinking|filtered) )*(?:water|fluid|liquid)"
)
_OUNCES = r"(?:oz|ounces?|cups?|glass|glasses|glassful|sips?)"
_LENGTH = r"\d{1,3} (?:day|week|month|year)"

_AS_NEEDED = re.compile(r"\b(?:prn\w*|(?:as|if|when|where|only if|whenever) (?:needed|necessary|required))\b")
_REFILLED = re.compile(
    r"\b(?:refills?|rf)(?: \|)? (?:prn|as needed)\b|\b\d+ (?:month|year) (?:of )?refills?\b"
)
_SUPPLIED_AT_THE_END = (
    # "1 tablet, Oral, weekly, 4, Refills: 3" and "…, 4 tablet".
    re.compile(r"(?<= tablet )(.*?) [|,] (?:[4-9]|\d{2,3})(?: tablet)? [|,] (?=(?:\d+ )?(?:refill|rf))"),
    re.compile(r"(?<= tablet )(.*), (?:[4-9]|\d{2,3}) tablet *$"),
)
_HANDED_OUT = (
    # What the pharmacy hands out, and for how long.
    r"\b\d+ (?:day|week|month) supply\b(?: \| (?:[4-9]|\d\d) tablet\b)?",
    rf"(?<!take )\b(?:no |zero |\d+ ){_REFILLS}\b(?! (?:\| )?(?:\d|no|none|zero)\b)(?: left)?",
    rf"\b{_REFILLS}(?: \|)?(?: x)? {_LENGTH}\b",
    (
        rf"\b(?:disp|dispense|qty|quantity|{_REFILLS}|supply|mitte)\b(?: of| for)?(?: [|,]){{0,2}}(?: x)?"
        rf"(?: (?:# ?)?\d+(?: \| (?:{_LENGTH}|\d+))?(?: \|)?(?: day)?)?(?: tablet| bottle| pack| box)?"
        r"(?: per month| per \d+ day)?"
    ),
    r"\b(?:for|x) (?:up to )?(?:[4-9]|\d\d) dose\b",
    r"\b\d+ tablet (?:pack|package|blister|box|carton)\b",
    r"\b(?:pack|package|box|carton) of \d+\b",
    r"\b\d{1,3} (?:ct|count)\b",
    r"\bnhs(?: \|)? \d\d day\b",
    r"\bdaw\b(?: \d\b)?|\bds \d+\b|\b\d+ ds\b",
    # A length behind the frequency is what the supply lasts: "once a week 28 days".
    r"(?<=\b(?:daily|month|night) )(?:[|,] )?\d{2,3} day(?= *(?:[|,]|$))",
    *(rf"(?<=\b{unit} )(?:[|,] )?\d{{2,3}} day(?= *(?:[|,]|$))" for unit in ("weekly", "week", "day")),
)
_N_SUPPLIED = r"(?:[4-9]|\d{2,3})"
_SUPPLIED = tuple(
    re.compile(pattern)
    for pattern in (
        # The same without a word for it; behind a dose and its frequency only.
        rf"\btotal(?: of)? {_N_SUPPLIED}(?: tablet)?\b|\b{_N_SUPPLIED} (?:tablet )?total\b",
        rf"(?<=[|,] ){_N_SUPPLIED} tablet(?= *(?:[|,]|$))",
        *(
            rf"(?<=\b{often} ){_N_SUPPLIED} tablet(?= *(?:[|,]|$))"
            for often in ("weekly", "week", "daily", "day")
        ),
    )
)
_SUPPLIED_FOR = re.compile(r"(?:# ?)?\b(\d{1,3})(?: tablet)? (?:per|for|\|) (\d{2,3}) day\b")
"""So many for so many days; of the dose only where both are the same."""
_DOSED = re.compile(r"\b\d (?:tablet|po|by mouth|orally|weekly|daily|once|every|each|to be)\b")
_OF_ANOTHER_ORDER = (
    # What is taken daily anyway, and what this order takes the place of.
    (
        r"\b(?:before|prior to|after|apart from|with|than) (?:(?:any|all|other|your|the|usual|taking) )*daily"
        r" (?:medicines?|medications?|meds?|drugs?|vitamins?|supplements?)\b"
    ),
    (
        r"\b(?:replac(?:es|ing)|changed from|switched from|stop(?: taking)?|discontinue)"
        r"(?: (?:the|your|old|previous))?(?: (?!take\b|then\b)[a-z]+(?: acid| sodium)?)? \d{1,3}(?:\.\d)? mg"
        r"(?: (?:once )?(?:daily|weekly|monthly|every (?:day|week|month|morning)))?(?: (?:tablet|dose))?\b"
    ),
)
_DRUNK = (
    # Water, by the glass or by measure.
    rf"\b{_N} ml (?=(?:[|,]|or) {_N} (?:fl )?(?:oz|ounces?)\b)",
    (
        rf"\b(?:{_N}|half|a|1) (?:(?:a|full|large|small|tall|fl|fluid|of) )*{_OUNCES}\b"
        rf"(?: (?:glass|glasses|cup))?(?: (?:[|,]|or|per) {_N} ml\b(?: \|)?)?"
    ),
    rf"\b{_N} (?:ml|l|liters?|litres?|units) (?:glass )?(?:of )?{_WATER}\b",
    r"\b\d+ seconds?\b",
    r"\ba few (?:sips|minute)\b",
)
_OTHER_THINGS = (
    r"(?:medicine|medication|med|meds|drug|food|drink|beverage|water|minute|information|instructions|refills)"
)
_NO_DOSES = (
    # Firsts, seconds and others that are no doses.
    r"\b1 (?=(?:meal|food|thing|drink|beverage|liquid|medicine|medication|med|bite|intake|fill)\b)",
    rf"\b(?:another|additional|extra) (?=(?:oral )?{_OTHER_THINGS}\b)",
    r"\bdouble (?:up|check|checked)\b",
    r"\brepeat(?:ed)? (?=prescription|script|order|rx)",
)
_NUMBERED = re.compile(r"(?<!take )(?<!give )# ?\d+(?: \| \d+ \|)?(?: tablet| bottle)?")
_CLOSED = tuple(re.compile(pattern) for pattern in (*_HANDED_OUT, *_OF_ANOTHER_ORDER, *_DRUNK, *_NO_DOSES))

_UP = r"(?:remain|remaining|stay|staying|sit|sitting|stand|standing|keep|be)"
_CHECKED = r"(?:dxa|dexa|bmd|density|labs?|scan|levels?|visit|appointment|cmp|bmp|creatinine|imaging)"
_DONE = (
    # Sitting up, which some do daily.
    rf"\b{_UP}(?: (?!(?:take|tablet|{_OFTEN})\b)[a-z]+){{0,5}}? (?:upright|erect|sitting|standing)\b",
    r"\bupright\b",
    r"\b(?:sit|sitting|stand|standing|stay|staying) up\b",
    r"\bl(?:ie|ying|ay) (?:down|flat)\b",
    # What is checked or done later.
    r"\b(?:follow up|followup|recheck|return|rtc|see (?:me|dr|md|provider|pcp)|appt|appointment|visit|fu)\b",
    (
        r"\b(?:repeat|next|last|check|monitor|due for|obtain|order|get)"
        rf"(?: (?!{_OFTEN}\b)[a-z]+){{0,3}}? {_CHECKED}\b"
    ),
)
_OPEN = tuple(re.compile(rf"{begin}(?P<rest>{_REST})") for begin in _DONE)

_MISSED = re.compile(
    r"(?:\b(?:if|when) (?:(?:you|a|the|your|pt|patient) )*(?:dose |day |tablet )?(?:(?:is|was|has been) )?"
    r"(?:miss|missed|misses|forget|forgets|forgot|forgotten|skip|skipped)\b"
    r"(?: (?:(?:a|an|the|your|any|1|of|once|weekly|scheduled) )*dose\b)?|\bmissed (?:dose|day)\b)"
    r"(?P<rest>[^|]*)"
)
"""What to do about a dose that was missed: nothing of it is asked for every time, but a frequency is."""
_DOUBLED = re.compile(r"\b(?:[2-9]|double|both|extra)\b(?! (?:hour|day|minute|week|month)\b)")

_USE = r"(?:use|dosing|intake|dose|ingestion|administration|tablet)"
_DANGER = re.compile(
    rf"\b(?:(?:taking|taken) (?:(?:it|this|the|1|tablet|medicine|medication) )*(?:daily|every day)(?: {_USE})?"
    rf"|(?:daily|every day) {_USE}) (?P<rest>(?:is|may|can|could|will|would)\b[^|]*)"
)
"""What comes of taking it daily: with a noun or gerund, as "1 tablet daily may cause dizziness" is an order."""

_LIMIT = (
    r"(?:(?:no|not|never)(?: to)?(?: be)?(?: take| taken)? more(?: often)? than|at most|maximum|max|"
    r"(?:not to|(?:do|does|must|should|can) not) exceed)"
)
_NOT = (
    r"(?:do not|does not|must not|should not|can not|not|never|avoid|instead of|rather than|no)"
    r"(?! (?:to )?(?:skip|miss|forget)| (?:less|fewer|later|sooner|earlier) than)"
)
_GOVERNED = (
    r"(?: (?:to|be|been|being|for|a|an|the|as|ever|on|of))*"
    r" (?:(?:take|taken|taking|takes|use|used|using|exceed|give|given)\b"
    r"(?! (?:with|without|if|when|while|at|lying|on|before|within|after|until|other|any other)\b)"
    rf"|(?:{_OFTEN}|1 day|double|{_N} (?:mg|tablet|dose|x|time|per|a))\b)"
)
_NEGATED = re.compile(
    rf"\b(?:{_LIMIT}\b(?: (?:dose|amount|daily|\|))*|{_NOT}\b)(?P<direct>{_GOVERNED})?"
    r"(?P<rest>(?:(?! [|,] | take\b| but\b| only\b| instead\b)[^|])*)"
)
"""What is not asked for, up to the end of the clause: a warning, or a limit.

Of a clause that holds the dose it swallows a frequency only where it speaks of taking or of a frequency itself:
"not daily", but not "no food daily".
"""
_MORE_THAN_ONE = re.compile(
    r"\b(?:more(?: often)? than|most|maximum|max|exceed)(?: (?:of|dose|amount|daily|\|))*"
    r" (?:twice|[2-9]|\d\d)\b(?! (?:mg|mcg|g|ml|minute|hour|week|month|year|oz)\b)"
)
"""A limit that allows more than one."""
_AT_LEAST = re.compile(r"\b(?:no|not) (?:less|fewer) than\b|\bminimum(?: of)?\b")
_NOT_LATER = re.compile(r"\b(?:no|not) (?:later|sooner|earlier) than\b")
_NO_DOSE_LEFT_OUT = re.compile(
    r"\b(?:do not|never|try not to) (?:skip|miss|forget)(?: (?:a|any|your))? dose\b"
)


def without_asides(plain: str) -> tuple[str, bool]:
    """The canonical text without what is no dose and no frequency, and whether it is to be taken as needed."""
    plain = _REFILLED.sub(" ", plain)
    as_needed = bool(_AS_NEEDED.search(plain))
    # "Weekly and as needed" is more than weekly.
    plain = _AS_NEEDED.sub(" ", re.sub(r"\b(and|or) (?=prn|(?:as|if|when) needed)", "repeat ", plain))
    for pattern in _SUPPLIED_AT_THE_END:
        plain = pattern.sub(r"\1 , ", " ".join(plain.split()))
    plain = _NO_DOSE_LEFT_OUT.sub(" ", _NOT_LATER.sub(" ", _AT_LEAST.sub("at least", plain)))
    plain = f" {plain} "
    for warned, spoken in (
        (_NEGATED, _of_a_warning),
        (_MISSED, _of_a_missed_dose),
        (_DANGER, _of_an_open_one),
    ):
        plain = warned.sub(spoken, plain)
    plain = _NUMBERED.sub(_of_a_number, _SUPPLIED_FOR.sub(_of_a_span, plain))
    for pattern in _SUPPLIED:
        plain = pattern.sub(_of_a_supply, plain)
    for pattern in _CLOSED:
        plain = pattern.sub(" ", plain)
    for pattern in _OPEN:
        plain = pattern.sub(_of_an_open_one, plain)
    return " ".join(plain.split()), as_needed


def _of_a_number(found: re.Match[str]) -> str:
    """What "#4" is: what is handed out, behind a dose or a frequency; before them it may be the dose."""
    before = found.string[: found.start()]
    return " " if _FREQUENCY.search(before) or re.search(r"\d", before) else found[0]


def _of_a_supply(found: re.Match[str]) -> str:
    before = found.string[: found.start()]
    return " , " if _FREQUENCY.search(before) and _DOSED.search(before) else found[0]


def _of_a_span(found: re.Match[str]) -> str:
    """Tablets for so many days are what is handed out, where they last about as long as the dose says."""
    before = found.string[: found.start()]
    tablets, days = int(found[1]), int(found[2])
    weekly = re.search(r"\b(?:week|weekly|7 day)\b", before)
    fits = abs(tablets * DAYS_IN_WEEK - days) < DAYS_IN_WEEK if weekly else tablets == days
    return " " if fits and _FREQUENCY.search(before) else found[0]


def _of_an_open_one(found: re.Match[str]) -> str:
    """What of an aside without an end stays: all from the first frequency, where that is of the dose."""
    often = _FREQUENCY.search(found[0])
    if often is None or not _is_in_want_of_a_frequency(found):
        return " "
    return f" {found[0][often.start() :]}"


def _of_a_warning(found: re.Match[str]) -> str:
    if _MORE_THAN_ONE.search(found[0]):
        return f" {UNCLEAR_AMOUNT} "
    return " " if found["direct"] else _of_an_open_one(found)


def _of_a_missed_dose(found: re.Match[str]) -> str:
    rest = found["rest"]
    kept = [each[0] for each in _PHRASE.finditer(rest)]
    return " ".join(["", *kept, *([UNCLEAR_AMOUNT] if _DOUBLED.search(rest) else []), ""])


def _is_in_want_of_a_frequency(found: re.Match[str]) -> bool:
    """Whether the clause around it holds the dose and names no frequency before it."""
    text, start, end = found.string, found.start(), found.end()
    first, last = text.rfind("|", 0, start) + 1, text.find("|", end)
    before, after = text[first:start], text[end : last if last >= 0 else len(text)]
    if _FREQUENCY.search(before):
        return False
    if _TAKEN.search(before) or _TAKEN.search(after):
        return True
    earlier = text[:first]
    return bool(_COUNTED.search(earlier)) and not _FREQUENCY.search(earlier)


_OWN_AMOUNT = (
    r"(?: \|)? (?:\d{1,6}(?:\.\d)?(?: to \d{1,6})? (?:mg|mcg|units?|iu|unt|g)|\d{3,5}(?! (?:tablet|mg)))\b"
    r"(?: per day)?(?: \|)?"
)
_SUBSTANCES = (
    r"calcium|vitamins?|vit|supplements?|multivitamin|iron|antacids?|tums|caltrate|citracal|os ?cal|calcichew|"
    r"adcal|(?:chole|cole|ergo)calciferol"
)
_DEEDS = r"exercise|walk|fluids|plenty|dxa|dexa|bmd|bone (?:mineral )?density|labs?|dental|dentist"
_OTHER_SUBSTANCE = re.compile(
    r"\b(?:(?:and|with|plus|also|take|continue|your|a|get|drink|ensure|adequate) ){0,4}"
    rf"(?:(?:\d{{2,5}} (?:mg|mcg|units?|iu|unt) (?:of )?(?:elemental )?)?(?:{_SUBSTANCES})\b(?:{_OWN_AMOUNT})?"
    rf"|(?:{_DEEDS})\b)"
    r"(?P<rest>(?:(?! (?:and |plus |also )*take\b| (?:and |plus |with )?\d[\d.]* tablet\b| then\b)[^|,])*)"
    r"(?: ?\| \d{3,6}(?: to \d{3,6})? (?:units?|iu|unt)(?: per day| daily)?(?= \|))?"
)
"""Something else that is taken or done, maybe daily, with its own amount."""


def without_other_substances(plain: str) -> str:
    """The text without what it says of calcium, vitamins, exercise or examinations."""
    return _OTHER_SUBSTANCE.sub(_of_an_open_one, plain)
