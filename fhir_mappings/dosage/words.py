"""The words of a sig in one spelling: what a prescriber typed, turned into tokens that patterns can be told of.

Numbers are digits ("one-half", "½" and "1/2" are 0.5), Latin abbreviations are words ("q7d" is "every 7 day"),
units are singular, and what ends a clause (a full stop, a bracket, a dash) is "|". Misspellings that are one
letter away from a word about dosage, and from no other word, are mended.
"""

import re
import unicodedata

from fhir_mappings.dosage.marks import without_marks

_FRACTIONS = {"½": " 1/2 ", "¼": " 1/4 ", "¾": " 3/4 "}
_NUMBERS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "fourteen": "14", "fifteen": "15",
    "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70",
    "eighty": "80", "ninety": "90",
}  # fmt: skip
_COMPOUND = re.compile(r"\b(twenty|thirty|eighty)[ -](one|two|three|four|five|six|seven|eight|nine)\b")
_TOKENS = {
    "qow": "every other week",
    "qd": "daily", "qday": "daily", "qdaily": "daily", "od": "daily", "dly": "daily", "everyday": "daily",
    "bd": "bid", "tds": "tid", "qds": "qid", "eod": "qod", "qad": "qod",
    "qw": "weekly", "qwk": "weekly", "qweek": "weekly", "qwkly": "weekly", "qweekly": "weekly",
    "wkly": "weekly", "qmo": "monthly", "qmonth": "monthly", "annually": "yearly", "nightly": "every night",
    "qam": "every morning", "qpm": "every evening", "qhs": "every bedtime", "qnoc": "every night",
    "qevening": "every evening", "qmorning": "every morning", "qnight": "every night", "hs": "bedtime",
    "q": "every", "am": "morning", "pm": "evening", "wk": "week", "wks": "week", "weeks": "week",
    "d": "d", "days": "day", "mo": "month", "mos": "month", "months": "month", "yr": "year", "yrs": "year",
    "years": "year", "h": "hour", "hr": "hour", "hrs": "hour", "hours": "hour", "min": "minute",
    "mins": "minute", "minutes": "minute", "times": "time", "tab": "tablet", "tabs": "tablet",
    "tablets": "tablet", "cap": "tablet", "caps": "tablet", "capsule": "tablet", "capsules": "tablet",
    "pill": "tablet", "pills": "tablet", "caplet": "tablet", "caplets": "tablet", "tbl": "tablet",
    "moth": "mouth", "weeky": "weekly",
    "tbls": "tablet", "tabl": "tablet", "ea": "tablet", "tableta": "tablet", "tabletas": "tablet",
    "comprimido": "tablet", "comprimidos": "tablet", "comprime": "tablet", "comprimes": "tablet",
    "comprimé": "tablet", "comprimés": "tablet", "tablette": "tablet", "tabletten": "tablet",
    "compressa": "tablet", "compresse": "tablet", "bottles": "bottle", "mgs": "mg",
    "milligram": "mg", "milligrams": "mg", "gm": "g", "gram": "g", "grams": "g", "ug": "mcg",
    "microgram": "mcg", "micrograms": "mcg", "mls": "ml", "cc": "ml", "milliliter": "ml",
    "milliliters": "ml", "thrice": "3 time", "dont": "do not", "mornings": "every morning",
    "evenings": "every evening", "nights": "every night", "mouthly": "monthly", "dose": "dose",
    "doses": "dose", "monday": "mon", "tuesday": "tue", "tues": "tue", "wednesday": "wed", "weds": "wed",
    "thursday": "thu", "thur": "thu", "thurs": "thu", "friday": "fri", "saturday": "sat", "sunday": "sun",
    "mondays": "every mon", "tuesdays": "every tue", "wednesdays": "every wed", "thursdays": "every thu",
    "fridays": "every fri", "saturdays": "every sat", "sundays": "every sun", "weekdays": "every weekday",
}  # fmt: skip
_EACH = re.compile(r"\bea\.? (?=(?:am|a\.m|morning|day|evening|night|week|mon|tue|wed|thu|fri|sat|sun)\b)")
_PLURAL_PART = re.compile(
    r"\b(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(day)?s? (morning|evening|night)s\b"
)
"""Mornings of one day: "Wednesday mornings" are no more than every Wednesday."""
_BED = re.compile(r"\b(?:before|to|at) (?:bed|sleep)\b(?! ?time)")
_JOINED = re.compile(r"\b(once|twice|every|each|x)(a|daily|weekly|day|week|morning|night|monthly|month)\b")
_ABBREVIATED = re.compile(r"(?<![a-z0-9])((?:[a-z]\.){2,}[a-z]?)(?![a-z])")
_SHORT_WORD_DOT = re.compile(
    r"\b(tabs?|caps?|mgs?|mcg|gm?|q|po|wks?|wkly|hrs?|mins?|mos?|yrs?|ml|d|max|approx|x|am|pm|"
    r"mon|tues?|wed|thurs?|fri|sat|sun)\.(?!\d)"
)
_SLASHED = re.compile(r"\b([fbchsrnyap])/([ucoptapc])\b")
"""Abbreviations with a stroke that is no "per": f/u, b/c, h/o, s/p."""
_OR = re.compile(
    r"(?<=[a-z]{3}) ?/ ?"
    r"(?!(?:day|d|week|wk|wkly|month|mo|year|yr|hour|hr|tablet|tab|capsule|cap|pill|dose|min)\b)(?=[a-z]{3})"
)
"""A stroke between words is "or", unless it is "per"."""
_ASIDE = {
    "h2o": "water",
    "w/o": "without",
    "w/": "with ",
    "&": " and ",
    "@": " at ",
    "+": " and ",
    " plus ": " and ",
    "(s)": "",
    "'s": "",
}
_MENDED = (
    "daily", "everyday", "weekly", "every", "each", "once", "twice", "week", "weeks", "days", "month", "months",
    "monthly", "morning", "evening", "night", "nightly", "tablet", "tablets", "capsule", "capsules", "take",
    "other", "times", "bedtime", "hours", "alternate", "sunday", "monday", "tuesday", "wednesday", "thursday",
    "friday", "saturday", "needed", "directed", "then", "before", "breakfast",
)  # fmt: skip
_MENDED_BY_LETTER = {
    letter: tuple(each for each in _MENDED if each[0] == letter) for letter in {each[0] for each in _MENDED}
}
_OTHER_WORDS = frozenset({
    "dairy", "daisy", "days", "ever", "mouth", "time", "timed", "weak", "weed", "seek", "ones", "ounce", "tape",
    "date", "them", "than", "they", "thin", "when", "hour", "take", "taken", "takes", "table", "note", "edge",
    "night", "needs", "need", "direct", "month", "tale", "cake", "the", "both", "bath", "with", "there",
    "these", "light", "right", "might", "want", "weekday", "weekdays", "weekends", "weekend", "biweekly",
    "ease", "east", "reach", "teach", "onset", "evenly", "event", "events", "even", "tabs", "caps", "hourly",
    "others", "mother", "father", "orders", "order", "nights", "evenings", "mornings", "sundays", "mondays",
    "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "tomes", "tires", "trice", "thrice",
})  # fmt: skip
"""Words of English that are one letter from one of ours: "by mouth" is not "by month"."""
_KNOWN = frozenset(_MENDED) | _OTHER_WORDS | frozenset(_TOKENS) | frozenset(_NUMBERS)
_SHORTEST_MENDED = 4
UNCLEAR = "unclear"
"""Stands for a frequency that two readers read in two ways: "biweekly", and the British "4 weekly"."""
_LONGEST = 2000
"""What is longer is nobody's sig, and left as it is."""
_OF_NO_ALPHABET_KNOWN = re.compile(r"(?:[^\W\d_a-z\u00c0-\u024f\u1e00-\u1eff\u03bc]|(?![0-9])\d)+")
"""Letters that are not Latin, the micro sign apart, and numbers in circles: they may say anything."""
UNCLEAR_AMOUNT = "unclear_amount"
"""Stands for an amount that is said in a way nobody can be held to: "max 2", "double the next dose"."""
_UNCLEAR = re.compile(
    r"\b(?:bi|semi|tri|non|multi|demi)[ -]?(?:weekly|daily|monthly|yearly|annual(?:ly)?)\b"
    r"|\bhalf[ -]?(?:weekly|monthly)\b|\b(?:bi|semi|tri|multi)-?(?:weeks?|months?)\b"
)


def canonical(sig: str) -> str:
    """The sig as tokens with one space between them."""
    text = sig.casefold()
    for mark, spelled in _FRACTIONS.items():
        text = text.replace(mark, spelled)
    text = unicodedata.normalize("NFKC", text).replace("’", "'")
    if len(text) > _LONGEST:
        return text
    text = _OF_NO_ALPHABET_KNOWN.sub(f" {UNCLEAR} {UNCLEAR_AMOUNT} ", text)
    text = re.sub(r"\b(\w+)n't\b", r"\1 not", text).replace("cannot", "can not")
    text = _SLASHED.sub(r"\1\2", without_marks(text))
    text = _PLURAL_PART.sub(r"every \1\2 \3", _BED.sub("bedtime", _EACH.sub("each ", text)))
    # "Vitamin D3 tablet" is no three tablets.
    text = re.sub(r"\bd[23]\b", " colecalciferol ", text)
    text = _UNCLEAR.sub(f" {UNCLEAR} ", text)
    text = re.sub(r"(?<![=-])[>≥]=?", " more than ", text)
    text = _COMPOUND.sub(lambda found: str(int(_NUMBERS[found[1]]) + int(_NUMBERS[found[2]])), text)
    for mark, spelled in _ASIDE.items():
        text = text.replace(mark, spelled)
    text = _ABBREVIATED.sub(lambda found: found[1].replace(".", ""), text)
    text = _SHORT_WORD_DOT.sub(r"\1 ", text)
    text = re.sub(r"(\d),(?=\d{3}(?!\d))", r"\1", text)
    text = re.sub(r"(?<!\d)\.(?=\d)", "0.", text)
    text = re.sub(r"(?<=\d)\s*[-–—−~]\s*(?=\d)", " to ", text)
    text = re.sub(r"\s[-–—−]+\s|[–—−]|--+", " | ", text)
    text = re.sub(r"(?<=[a-z0-9])-(?=[a-z0-9])", " ", text)
    text = re.sub(r"\.(?!\d)|[;:!?()\[\]\n\r\"*=>_]+", " | ", text)
    text = text.replace(",", " , ")
    text = _JOINED.sub(r"\1 \2", text)
    text = re.sub(r"\bq(\d)", r"every \1", text)
    text = re.sub(r"\bq(mon|tue|wed|thu|fri|sat|sun)", r"every \1", text)
    text = re.sub(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)", " ", text)
    text = re.sub(r"(?<=\d)\s*/\s*(?=\d)", "/", text)
    text = re.sub(r"(?<=[a-z]) ?/ ?(?=(?:mon|tue|wed|thu|fri|sat|sun))", " , ", text)
    text = _OR.sub(" or ", text)
    text = re.sub(r"(?<=\d) (?:st|nd|rd|th)\b", "", text)
    text = re.sub(r"(?<!\d)/|/(?!\d)", " per ", text)
    words = [token for word in text.split() for token in _token(word).split()]
    text = re.sub(r"\b(every|per|\d+) d\b", r"\1 day", " ".join(words))
    text = re.sub(r"\b(every \d+) w\b", r"\1 week", text)
    text = re.sub(r"(?<![#\d.])(?<!# )\b(?:[2-9]|1[0-2]) (?:weekly|monthly)\b", UNCLEAR, text)
    text = re.sub(r"\b(?:[2-9]|\d\d) tablet (?:a|per) (?:month|year)\b", UNCLEAR, text)
    text = re.sub(r"\b(day|week|month) and (?:a|1) (?:half|1/2)\b", UNCLEAR, text)
    text = re.sub(r"\bevery (daily|weekly|monthly)\b", r"\1", text)
    return _numbers(
        re.sub(r"\bx (\d{1,2}) (per day|per week|per month|daily|weekly|monthly)\b", r"\1 x \2", text)
    )


def _token(word: str) -> str:
    word = word.strip("-'")
    if word not in _KNOWN and len(word) >= _SHORTEST_MENDED and word.isalpha():
        word = _mended(word)
    return _TOKENS.get(word) or _NUMBERS.get(word, word)


def _mended(word: str) -> str:
    """The one word of ours that is a letter away and begins alike; else the word itself."""
    near = {
        _TOKENS.get(each, each): each for each in _MENDED if each[0] == word[0] and _is_one_off(word, each)
    }
    return next(iter(near)) if len(near) == 1 else word


def _is_one_off(word: str, other: str) -> bool:
    """Whether one letter is missing, too many, another one, or has changed places with its neighbour."""
    if abs(len(word) - len(other)) > 1 or word == other:
        return False
    at = next(
        (i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other))
    )
    rest, rest_of_other = word[at:], other[at:]
    return (
        rest[1:] == rest_of_other[1:]
        or rest[1:] == rest_of_other
        or rest == rest_of_other[1:]
        or (rest[1::-1] == rest_of_other[:2] and rest[2:] == rest_of_other[2:])
    )


def _numbers(text: str) -> str:
    """Fractions as decimals, and a number that is written twice ("two (2) tablets") once."""
    text = re.sub(r"(?<=\d) t\b", " tablet", text)
    text = re.sub(r"\b(i{1,3})(?= tablet)", lambda found: str(len(found[1])), text)
    text = re.sub(r"\b(\d+(?:\.\d+)?) \| \1 \|", r"\1", text)
    text = re.sub(r"\b(?:1 |a )?half(?: of)?(?: (?:a|1))?(?= tablet)", "1/2", text)
    text = re.sub(r"\b1 half(?= )", "1/2", text)
    text = re.sub(r"\b(\d{1,2}) (?:and )?(?:a )?(?:half|1/2)(?= tablet)", r"\1.5", text)
    text = re.sub(r"\b(\d{1,2}) and 1/2\b", r"\1.5", text)
    text = re.sub(r"\b(?:1 )?quarter(?: of)?(?: (?:a|1))?(?= tablet)", "1/4", text)
    for written, spelled in (("1/2", "0.5"), ("1/4", "0.25"), ("3/4", "0.75")):
        text = re.sub(rf"(?<![\d.]){written}(?![\d/])", spelled, text)
    text = re.sub(r"\b(\d{1,2}) x (\d+(?:\.\d+)? (?:mg|g|mcg))(?: tablet)?\b", r"\1 of \2 tablet", text)
    text = re.sub(r"\b(\d+(?:\.\d+)?) tablet (to|or) (\d+(?:\.\d+)? tablet)\b", r"\1 \2 \3", text)
    text = re.sub(r"(?<=\d )(?:dissolvable |dissolved |soluble )?effervescent (?=tablet)", "", text)
    text = re.sub(r"\b(\d{1,2}(?: (?:to|or) \d{1,2})?) (?=to be (?:taken|swallowed)\b)", r"\1 tablet ", text)
    text = re.sub(r"(?<=[,|] )(\d{1,2}) (?=(?:po|by mouth|orally)\b)", r"\1 tablet ", text)
    text = re.sub(r"\b(\d) (\d{1,3}(?:\.\d)? ml) bottle\b", r"\1 bottle \2", text)
    text = re.sub(r"\b(?:x )(?=\d tablet\b)", "", text)
    text = re.sub(r"\bpo d(?= *(?:[|,]|$))", "po daily", text)
    text = re.sub(r"\b(take|use|give) an? (?=tablet|bottle)", r"\1 1 ", text)
    return " ".join(text.split())
