"""FHIR dates as charts write them: a year, a month, a day, or an instant with or without an offset.

A clinical day is the day as written where it happened: "2026-01-15T23:30:00-08:00" is 15 January. A partial
date stands for its earliest day wherever age or recency depends on it, which makes everything look older
and so less usable, never more.
"""

import datetime
import re

_FHIR_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?$", re.DOTALL)


def earliest_day(text: str | None) -> datetime.date | None:
    """The first day a FHIR date or dateTime may mean; None where it is absent or is no date."""
    if text is None:
        return None
    match = _FHIR_DATE.match(text.strip())
    if match is None:
        return None
    year, month, day = match.groups()
    try:
        return datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None


def latest_day(text: str | None) -> datetime.date | None:
    """The last day a FHIR date or dateTime may mean; None where it is absent or is no date."""
    first = earliest_day(text)
    if first is None or text is None:
        return None
    match = _FHIR_DATE.match(text.strip())
    _, month, day = match.groups() if match else (None, None, None)
    if day:
        return first
    return add_months(first, 1 if month else 12) - datetime.timedelta(days=1)


def is_partial(text: str | None) -> bool:
    """Whether a readable FHIR date leaves the day open."""
    match = _FHIR_DATE.match(text.strip()) if text else None
    return match is not None and match.group(3) is None


def years_between(start: datetime.date, end: datetime.date) -> int:
    """Whole years from start to end, as an age is counted; negative where end is before start."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months on; the last of the month where that month is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return datetime.date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
