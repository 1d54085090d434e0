"""How often, in words: the frequencies that a clause of a sig names, and whether words about it are left over.

Works on the tokens of `fhir_mappings.dosage.words`. What is understood is taken out of the text, so that what
remains can be searched for words which mean that something was not understood.
"""

import re
from collections.abc import Callable
from fractions import Fraction

import msgspec

from fhir_mappings.dosage.regimen import DAYS_IN_WEEK, Rate

_DAYS = {
    "hour": Fraction(1, 24), "day": Fraction(1), "week": Fraction(7),
    "month": Fraction(487, 16), "year": Fraction(1461, 4),
}  # fmt: skip
"""Days in each; a month is 30.4375 and a year 365.25, as in UCUM."""
_UNIT_OF = {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year", "hourly": "hour"}
_N = r"(\d{1,3}(?:\.\d{1,3})?)(?: (?:to|or) (\d{1,3}(?:\.\d{1,3})?))?"
_UNIT = r"(day|week|month|year|hour)"
_PERIODIC = r"(daily|weekly|monthly|yearly|day|week|month|year)"
_TIMES = rf"(?:(once|twice)|{_N} (?:x|time))"
_WHEN = (
    r"(morning|waking|awakening|rising|arising|dawn|sunrise|noon|afternoon|evening|dusk|sunset|night|tonight|"
    r"midnight|bedtime|retiring|breakfast|lunch|dinner|supper)"
)
_PART_OF_DAY = {
    "morning": "morning", "breakfast": "morning", "waking": "morning", "awakening": "morning",
    "rising": "morning", "arising": "morning", "dawn": "morning", "sunrise": "morning",
    "dusk": "evening", "sunset": "evening", "tonight": "night", "midnight": "night", "retiring": "night",
    "noon": "noon", "lunch": "noon", "afternoon": "afternoon",
    "evening": "evening", "dinner": "evening", "supper": "evening", "night": "night", "bedtime": "night",
}  # fmt: skip
_WEEKDAY = r"(?:mon|tue|wed|thu|fri|sat|sun)"
_WEEKDAYS = rf"{_WEEKDAY}(?:(?: ,| and| , and| \|)? (?:every |on )?{_WEEKDAY})*"
_TURN = "(day|week|month|morning|evening|night)"
_IN_A_WEEK = r"(?:(?:a|per|(?:in |of )?(?:each|every)|in a|(?:out )?of the) )?week"
_BUT = (
    r"(?:except|excluding|but(?: not)?|skip|skipping)(?: for| on)? "
    rf"((?:every |on )*{_WEEKDAYS}|weekends?)"
)
_ORDINALS = {
    "other": 2, "second": 2, "alternate": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
}  # fmt: skip

_A_DAY = re.compile(
    r"(\d(?: (?:tablet|dose|mg|g|mcg|ml|by|mouth|po|oral|orally))*) a "
    r"(day|week|month|year|morning|evening|night)\b"
)
_PER_WHOM = (
    r"(?:os|mouth|tube|ng tube|tablet|\d+ (?:units?|iu|unt|mcg)|instructions?|directions?|protocol|label|"
    r"package|pharm\w*|md|physician|doctor|dr|provider|prescriber|patient|pt|request|plan|insurance|formulary|endo\w*|"
    r"rheum\w*|pcp|np|clinic|guidelines?|bnf|spc|pil|leaflet|her|his|their|your|our|the|my|policy)"
)
_SOME = r"(?:\d{1,3}(?:\.\d{1,2})?|an)"
_SPAN = rf"{_SOME}(?: to {_SOME})? (?:minute|hour)(?: to {_SOME} (?:minute|hour))?"
_NOT_HOW_OFTEN = (
    # The day, of which something is the first or the last.
    r"\b(?:of|for|in) (?:the )?day\b",
    (
        r"\b(?:on|during|throughout|start of|beginning of|rest of|remainder of|part of|thing in|early in|"
        r"later in|before|after|until later in|of) (?:the|that|your|this|same) day\b"
    ),
    r"\bthe day (?=1 |first )|\b(?:mark )?the day on (?:your|a|the) calendar\b",
    # Which day of the week, as long as it is one.
    r"\b(?:(?:pick|choose|select|on|any|a|1|the same|same) )*day of (?:the )?week\b",
    r"\b(?:(?:on|pick|choose|select|any|a|the|same) )+day of (?:each|every) week\b(?! and\b)",
    r"\bsame day\b|\b(?:on )?1 day\b(?! (?:a|per|each|every|of) )",
    r"\b(?:a|the|your) (?:set|fixed|chosen|particular|specific|regular|usual|designated) day\b",
    (
        rf"\b(?:start|starting|begin|beginning|until)(?: on)?(?: the)?(?: next| this)? {_WEEKDAY}\b"
        rf"(?!(?: ,| and| or| \|)* (?:on |every |1 dose )?{_WEEKDAY}\b)"
    ),
    r"\b(?:start|starting|begin|beginning|from) (?:on )?(?:today|tomorrow|tonight|now)\b",
    # By whom, or with each of what is taken.
    rf"\bper {_PER_WHOM}\b",
    r"\b(?:(?:with|before|after|on) )?(?:each|every) (?:dose|dosing day|tablet|time(?! you)|administration)\b",
    # How long before or after something.
    r"\bat once\b",
    r"\b(?:at least )?\d{1,3} (?:minute|hour) \| up to \d{1,3}(?: \|)?",
    r"\b(?:for |wait )?(?:at least )?(?:a )?half (?:an |a )?hour\b|\b0\.5 (?:an |a )?hour\b",
    rf"\b(?:at least |about )?{_SPAN} (?:before|prior|after|apart|from|ac|pc)\b",
    r"\b(?:for |wait |x )?(?:at least |about )?\d{1,3}(?:\.\d{1,2})? (?:to \d{1,3}(?:\.\d{1,2})? )?minute\b",
    r"\b(?:for|wait) (?:at least |about )?(?:an|\d{1,3}(?:\.\d{1,2})?) (?:to \d{1,3}(?:\.\d{1,2})? )?hour\b",
    r"\b\d{1,3} (?:to \d{1,3} )?(?:before|prior|ac)\b",
    r"\bup to \d+(?= (?:minute|hour))",
    # How long it goes on, and in which year of it the patient is.
    r"\b\d+ (?:day|week|month|year) (?:of )?(?:course|treatment|therapy|trial|total|plan|(?:drug )?holiday)\b",
    r"\byear \d{1,2}(?: of \d{1,2})?\b(?! (?:tablet|mg)\b)|(?<!every )(?<!per )\b\d{1,2} year(?= *(?:[|,]|$))",
    (
        r"\b(?:plan|complete|reassess|evaluate|need|review|stop|at|in|after)(?: (?:at|in|after|need))*"
        r" \d{1,2} (?:to \d{1,2} )?year\b"
    ),
    r"\b(?:hold|stop|pause)(?: for)? \d{1,2} (?:day|week|month) (?:before|prior|after)\b",
    r"\blasting (?:more than|over|longer than) \d{1,2} (?:day|week)\b",
    r"\bsun (?:exposure|light|screen)\b",
)
_NEUTRAL = tuple(map(re.compile, _NOT_HOW_OFTEN))
"""Words about time that are not about how often."""

_FOREIGN = (
    # Spanish, Portuguese, Italian, French, German; what is English too is left out.
    r"d[ií]as?|diari\w+|di[aá]ri\w+|cada|semana\w*|mensual\w*|mensal\w*|quincenal\w*|veces|vez|vezes|noches?|"
    r"mañanas?|mananas?|tardes?|horas?|ma?eses|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingos?|"
    r"todos|todas|jours?|journ\w+|quotidien\w*|quotidian\w*|semaines?|hebdo\w*|fois|chaque|matins?|soirs?|"
    r"heures?|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|giorn\w+|settiman\w*|ogni|volt[ae]|"
    r"mattin[ao]|luned[iì]|marted[iì]|mercoled[iì]|gioved[iì]|venerd[iì]|domenica|t(?:ä|ae)gl\w*|wochen?|"
    r"w(?:ö|oe)chentl\w*|monatl\w*|jede[nrsm]?|morgens|abends|mittags|nachts|stunden|montags?|dienstags?|"
    r"mittwochs?|donnerstags?|freitags?|samstags?|sonntags?|noites?|manhãs?|"
    # Dutch, Danish, Norwegian, Swedish, Polish, Czech, Hungarian, Romanian, Turkish.
    r"dagelijks|elke|iedere|dag|dagen|weken|wekelijks|ochtend|avond|dagligen|dagligt?|hver|varje|dygn|veckan|"
    r"codziennie|dziennie|dzień|dzien|dobę|rano|wieczorem|tydzień|denně|denne|naponta|zilnic|günde|gün|"
    # Vietnamese, Tagalog, Haitian, Indonesian.
    r"hàng|ngày|hang ngay|ngay|mỗi|araw|umaga|gabi|linggo|chak|jou|maten|fwa|hari|harian|setiap|sehari|"
    # Latin.
    r"mane|nocte|omni|alt die|alternis"
)
_LEFT_OVER = re.compile(
    r"\b(?:every|each|per|daily|weekly|monthly|yearly|hourly|day|week|month|year|hour|twice|x(?= \d)|(?<=\d )x|"
    r"alternate|biweekly|bimonthly|semiweekly|unclear|fortnight|midweek|weekends?|wkends?|up to|alternating|"
    r"bid|tid|qid|qod|tiw|biw|"
    r"increase|increasing|decrease|decreasing|reduce|reducing|titrate|wean|taper|repeat|repeated|repeating|"
    r"meals|mealtimes?|around the clock|frequent(?:ly)?|constantly|continuously|whenever|often|"
    r"next (?:day|morning|evening|night)|mtwt[a-z]{0,5}|smtwt[a-z]{0,4}|each time|"
    r"again|except|excluding|skip|skipping|several time|many time|few time|"
    rf"q\w{{1,4}}|{_FOREIGN})\b|\b\d+ time\b"
    r"|\b(?:m|t|w|f|tu|th|we|fr|sa|su)(?: (?:and|,|per|or|\|))? (?:m|t|w|f|tu|th|we|fr|sa|su)\b"
    r"|\b(?:mwf|tth|tuth|mowefr|mth|mf|ttf|tthsa|tuthsa)\b"
)
"""What, after all that was understood has been taken out, shows that something was not."""


_EVERY_PART = re.compile(
    rf"\b(?:once )?(?:every|each|per) {_WHEN}(?: (?:and|,) (?:every |each |at |in the |with )?{_WHEN})*\b"
)
_PART = re.compile(rf"\b{_WHEN}\b")
_AND_PART = re.compile(rf"\b(?:and|or) (?:[\w.]+ ){{0,5}}?{_WHEN}\b")
_ANOTHER = r"(?:take )?(?:\d+(?:\.\d+)?|another|an? (?:extra|additional)) (?:(?:\d+ mg )?tablet|mg)\b"
_AND_MORE = re.compile(
    rf"(?:tablet|mg) [^|#]*?\b(?:and|with|also) {_ANOTHER}"
    rf"|\b(?:and|with|then|also) {_ANOTHER}(?! (?:(?:on|in the|at|every|po|by mouth|oral|orally) )*#)"
)
"""A second dose that no frequency goes with: "1 tablet daily and 1 tablet at bedtime"."""
_AND_A_DAY = re.compile(rf"# (?:and|plus|with) (?:(?:on|every|each|take|\d|tablet|dose) )*{_WEEKDAY}\b")
"""A day beside a frequency: "weekly and Wednesday"."""
_EVERY_WEEKDAY = re.compile(rf"\b(?:once )?(?:every|each) {_WEEKDAYS}\b")
_SOME_WEEKDAYS = re.compile(rf"\b{_WEEKDAYS}\b")


class Frequencies(msgspec.Struct, frozen=True, kw_only=True):
    """The different frequencies that were found, what is left of the text, and whether all was understood."""

    rates: frozenset[Rate]
    rest: str
    understood: bool


def find_frequencies(text: str) -> Frequencies:
    """Every frequency that the clause names; the same one in two wordings is one."""
    for neutral in _NEUTRAL:
        text = neutral.sub(" ", text)
    rates: set[Rate] = set()
    parts_of_day: set[str] = set()
    days_named: set[str] = set()

    def take(pattern: re.Pattern[str], rate: Callable[[re.Match[str]], Rate | None]) -> None:
        nonlocal text

        def note(match: re.Match[str]) -> str:
            found = rate(match)
            if found is not None:
                rates.add(found)
            return " # "

        text = pattern.sub(note, text)

    def each_part(match: re.Match[str]) -> None:
        parts_of_day.update(_PART_OF_DAY[word] for word in re.findall(_WHEN, match[0]))

    def each_weekday(match: re.Match[str]) -> None:
        days_named.update(re.findall(_WEEKDAY, match[0]))

    text = _A_DAY.sub(r"\1 per \2", text)
    for pattern, rate in _PATTERNS:
        take(pattern, rate)
    take(_EVERY_PART, each_part)
    if parts_of_day:
        rates.add(_rate(len(parts_of_day), Fraction(1)))
    day_beside = _AND_A_DAY.search(" ".join(text.split()))
    take(_EVERY_WEEKDAY, each_weekday)
    recurring = bool(days_named)
    others = set(re.findall(rf"\b{_WEEKDAY}\b", text)) - days_named
    if not recurring:
        take(_SOME_WEEKDAYS, each_weekday)
        recurring = len(days_named) > 1
        others = set()
    else:
        text = re.sub(rf"\b{_WEEKDAY}\b", " ", text)
    if days_named and (recurring or rates):
        # "Weekly on Sunday" names the day of a week; "on Sunday" alone may be next Sunday.
        rates.add(_rate(len(days_named), _DAYS["week"]))
    text = " ".join(text.split())
    beside = others or day_beside or _AND_MORE.search(text) or _two_parts(text, parts_of_day)
    understood = not (beside or _LEFT_OVER.search(text))
    return Frequencies(rates=frozenset(rates), rest=text, understood=understood)


def names_a_day_or_an_hour(text: str) -> bool:
    """Whether it names a day of the week, or a part of the day other than the morning."""
    parts = {_PART_OF_DAY[found[1]] for found in _PART.finditer(text)}
    return bool(parts - {"morning"} or _SOME_WEEKDAYS.search(text))


def _two_parts(text: str, taken: set[str]) -> bool:
    """Whether what is left names another part of the day than the one, or those, that are understood.

    Evening and night are one ("every evening at bedtime"), unless they are joined by "and".
    """
    left = {_PART_OF_DAY[found[1]] for found in _PART.finditer(text)} - taken
    joined = {_PART_OF_DAY[found[1]] for found in _AND_PART.finditer(text)} - taken
    parts = left | taken
    late = {"evening", "night"}
    return len(parts) > 1 and bool(left) and (bool(joined) or not parts <= late)


def _rate(
    times: Fraction | int, days: Fraction, most: Fraction | int | None = None, longest: Fraction | None = None
) -> Rate:
    return Rate(
        low=Fraction(times) * DAYS_IN_WEEK / (longest or days),
        high=Fraction(most or times) * DAYS_IN_WEEK / days,
    )


def _times(match: re.Match[str], first: int) -> tuple[Fraction, Fraction] | None:
    """How many times, from the three groups of `_TIMES`."""
    if match[first]:
        times = Fraction(1 if match[first] == "once" else 2)
        return times, times
    least = Fraction(match[first + 1])
    most = Fraction(match[first + 2] or match[first + 1])
    return (least, most) if 0 < least <= most else None


def _times_per(match: re.Match[str]) -> Rate | None:
    times = _times(match, 1)
    unit = _UNIT_OF.get(match[4], match[4])
    return None if times is None else _rate(times[0], _DAYS[unit], times[1])


def _period_then_times(match: re.Match[str]) -> Rate | None:
    times = _times(match, 2)
    return None if times is None else _rate(times[0], _DAYS[_UNIT_OF[match[1]]], times[1])


def _every(match: re.Match[str]) -> Rate | None:
    times = _times(match, 1) if match[1] or match[2] else (Fraction(1), Fraction(1))
    shortest, longest = Fraction(match[4]), Fraction(match[5] or match[4])
    if times is None or not 0 < shortest <= longest:
        return None
    unit = _DAYS[match[6]]
    return _rate(times[0], shortest * unit, times[1], longest * unit)


def _every_other(match: re.Match[str]) -> Rate | None:
    unit = match[2] if match[2] in _DAYS else "day"
    return _rate(1, _ORDINALS[match[1]] * _DAYS[unit])


def _days_of_week(match: re.Match[str]) -> Rate | None:
    days = int(match[1])
    return _rate(days, _DAYS["week"]) if 0 < days <= DAYS_IN_WEEK else None


def _a_day_on(match: re.Match[str]) -> Rate | None:
    times = _times(match, 1)
    days = len(set(re.findall(_WEEKDAY, match[4])))
    return None if times is None else _rate(times[0] * days, _DAYS["week"], times[1] * days)


def _but(match: re.Match[str]) -> Rate:
    """Every day but on those."""
    days = len(set(re.findall(_WEEKDAY, match[1]))) or 2
    return _rate(DAYS_IN_WEEK - days, _DAYS["week"])


def _is(times: Fraction | int, unit: str) -> Callable[[re.Match[str]], Rate | None]:
    return lambda _match: _rate(times, _DAYS[unit])


def _by_unit(match: re.Match[str]) -> Rate | None:
    return _rate(1, _DAYS[_UNIT_OF.get(match[1], match[1])])


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Rate | None]], ...] = tuple(
    (re.compile(rf"\b{pattern}\b"), rate)
    for pattern, rate in (
        (rf"(?:{_TIMES} )?(?:every|per) {_N} {_UNIT}", _every),
        (
            rf"(?:once )?(?:on )?(?:every |each )?({'|'.join(_ORDINALS)}) {_TURN}",
            _every_other,
        ),
        (rf"(?:every |each )other {_WEEKDAY}", _is(Fraction(1, 2), "week")),
        (rf"(?:daily|(?:once )?(?:every|each|a|per) day)(?: ,)? {_BUT}", _but),
        (rf"{_TIMES} (?:in|within|in every) {_N} {_UNIT}", _every),
        (rf"{_TIMES} (?:a|per|each) day (?:only )?on ({_WEEKDAYS})", _a_day_on),
        (rf"{_TIMES}(?: (?:a|per|each|every|in a|in each))? {_PERIODIC}", _times_per),
        (rf"(daily|weekly|monthly) {_TIMES}", _period_then_times),
        (
            rf"(?:(?:for|x) )?(\d) day (?:weekly|{_IN_A_WEEK})",
            _days_of_week,
        ),
        (rf"(?:on )?1 {_TURN} (?:a|per|each|every|of each|of every|of the) week", _is(1, "week")),
        (r"(?:mon (?:through|thru|to) fri|every weekday)(?: only)?", _is(5, "week")),
        (r"qod", _is(Fraction(1, 2), "day")),
        (r"bid", _is(2, "day")),
        (r"tid", _is(3, "day")),
        (r"qid", _is(4, "day")),
        (r"biw", _is(2, "week")),
        (r"tiw", _is(3, "week")),
        (r"fortnightly|every fortnight", _is(Fraction(1, 2), "week")),
        (r"(daily|weekly|monthly|yearly|hourly)", _by_unit),
        (r"(?:once )?(?:every|each|per) (?:single )?(day|week|month|year|hour)", _by_unit),
    )
)
