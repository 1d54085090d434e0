"""FHIR dates as charts write them: a year, a month, a day, or an instant with or without an offset.

A clinical day is the day as written where it happened: "2026-01-15T23:30:00-08:00" is 15 January. A partial
date stands for its earliest day where a value has to be recent to be used, which makes it look older and so
less usable, never more; and for its latest day where recency speaks against a drug.
"""

import calendar
import datetime
import functools
import re

_FHIR_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?$", re.DOTALL)


_WHOLE_DAY = len("YYYY-MM-DD")


def earliest_day(text: str | None) -> datetime.date | None:
    """The first day a FHIR date or dateTime may mean; None where it is absent or is no date."""
    if text is None:
        return None
    if len(text) >= _WHOLE_DAY and text[4] == text[7] == "-" and text[_WHOLE_DAY : _WHOLE_DAY + 1] in "T ":
        try:
            return datetime.date.fromisoformat(text[:_WHOLE_DAY])
        except ValueError:
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
    if first is None or text is None or not is_partial(text):
        return first
    month = 12 if len(text.strip()) == len("YYYY") else first.month
    return first.replace(month=month, day=calendar.monthrange(first.year, month)[1])


def is_partial(text: str | None) -> bool:
    """Whether a readable FHIR date leaves the day open."""
    match = _FHIR_DATE.match(text.strip()) if text else None
    return match is not None and match.group(3) is None


def years_between(start: datetime.date, end: datetime.date) -> int:
    """Whole years from start to end, as an age is counted; negative where end is before start."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


@functools.lru_cache(maxsize=512)
def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months on; the last of the month where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
