"""Numbers and days as a clinician reads them."""

import datetime
from decimal import Decimal
from typing import Literal

from fhir_mappings.inputs import BoneTherapy, Measurement, Site, Source, TScore

MINUS = "−"

_SITES = {
    Site.LUMBAR_SPINE: "lumbar spine",
    Site.FEMORAL_NECK: "femoral neck",
    Site.TOTAL_HIP: "total hip",
    Site.FEMUR: "femur",
    Site.RADIUS_33: "33 % radius",
    Site.RADIUS: "forearm",
    Site.UNSPECIFIED: "site not stated",
    Site.OTHER: "other site",
}


_SOURCES = {Source.DXA_REPORTS: "DXA reports", Source.FRAX: "FRAX"}


def number(value: Decimal, places: Literal[1, 2] = 2) -> str:
    """The number with at most so many decimals, cut and not rounded: −2.499 never reads as −2.5.

    A second decimal that is zero says nothing and is left out: 7.90 reads 7.9.
    """
    whole, point, decimals = f"{value:f}".partition(".")
    decimals = decimals[:places]
    if len(decimals) > 1:
        decimals = decimals[0] + decimals[1:].rstrip("0")
    return f"{whole}{point}{decimals}".replace("-", MINUS)


def t_score(score: TScore) -> str:
    """A T-score with its sign, "−1.9"; above zero with a plus, so that a lost sign is seen."""
    text = number(score.value)
    return f"+{text}" if score.value > 0 else text


def site(score: TScore) -> str:
    """The site as people call it."""
    return _SITES[score.site]


def source_words(part: Source) -> str:
    """A part of the chart as people call it."""
    return _SOURCES.get(part, part.value.replace("-", " "))


def day(value: datetime.date | None) -> str:
    """An ISO day, or that there is none."""
    return value.isoformat() if value else "no date"


def between(first: datetime.date | None, last: datetime.date) -> str:
    """A day that is known as far as a chart has it: "2026-04", "2026"; else that it is the first or later.

    `first` is None where the day is known.
    """
    if first is None:
        return last.isoformat()
    if first.year == last.year and first.day == 1:
        if first.month == last.month:
            return f"{first:%Y-%m}"
        if first.month == 1:
            return f"{first:%Y}"
    return f"{first} or later"


def begun(therapy: BoneTherapy) -> str:
    """Since when a drug is taken, as far as a chart has it, or that there is no date."""
    return (
        day(therapy.since) if therapy.since_latest is None else between(therapy.since, therapy.since_latest)
    )


def drug(therapy: BoneTherapy) -> str:
    """A current drug, and what makes it less than sure that it is current."""
    less = (" (by name)" if therapy.by_name else "") + (" (in doubt)" if therapy.in_doubt else "")
    return f"{therapy.drug}{less}"


def measured(value: Measurement, places: Literal[1, 2] = 2) -> str:
    """A measurement with its comparator and unit."""
    unit = value.unit.replace("{1.73_m2}", "1.73 m²").replace("[", "").replace("]", "")
    bound = f"{value.comparator} " if value.comparator else ""
    return f"{bound}{number(value.value, places)} {unit}"


def listed(words: list[str]) -> str:
    """Words as a sentence lists them: "a", "a and b", "a, b and c"."""
    if len(words) < 2:  # noqa: PLR2004 - one word needs no conjunction
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
