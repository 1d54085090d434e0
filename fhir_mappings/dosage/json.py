"""The elements of a dosage as they come: anything may stand anywhere, and nothing here raises."""

from decimal import Decimal

import msgspec

# A number beyond 10^9, or finer than 10^-9, means nothing clinical, and exact arithmetic with it is unbounded.
_MAGNITUDE = 9
_LONGEST_NUMBER = 20

BROKEN = object()
"""What no JSON is; unlike null it says that something stood there."""


def _exact(written: str) -> Decimal | None:
    return Decimal(written) if len(written) <= _LONGEST_NUMBER else None


_decoder = msgspec.json.Decoder(float_hook=_exact)


def decoded(raw: msgspec.Raw | bytes) -> object:
    """The JSON value, `BROKEN` where it is none."""
    try:
        return _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return BROKEN


def member(element: object, name: str) -> object:
    """A member of an object; None where it is absent or there is no object."""
    return element.get(name) if isinstance(element, dict) else None


def listed(element: object) -> list[object]:
    """What a list holds, a single element as a list of one, nothing as an empty list."""
    if element is None:
        return []
    return element if isinstance(element, list) else [element]


def text(element: object) -> str:
    """A string without the blanks around it; empty where there is none."""
    return element.strip() if isinstance(element, str) else ""


def number(element: object) -> Decimal | None:
    """A number, also one written as a string; None for anything else or beyond any dose."""
    if isinstance(element, str):
        written = element.strip()
        plain = (
            len(written) <= _LONGEST_NUMBER and written.isascii() and written.replace(".", "", 1).isdecimal()
        )
        value = Decimal(written) if plain else None
    elif isinstance(element, int | Decimal) and not isinstance(element, bool):
        value = Decimal(element)
    else:
        return None
    return None if value is None or (value and abs(value.adjusted()) > _MAGNITUDE) else value


def positive(element: object) -> Decimal | None:
    """A number above zero; None for anything else."""
    value = number(element)
    return value if value is not None and value > 0 else None
