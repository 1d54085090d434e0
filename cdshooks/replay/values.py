"""JSON values: when two are the same, and how a person is shown one."""

import itertools
from decimal import Decimal

import msgspec

_SHOWN = 160
_BEFORE = 30

_encoder = msgspec.json.Encoder(decimal_format="number")


def same(one: object, other: object) -> bool:
    """Whether two values that are neither objects nor arrays are equal: 1.0 is 1, and true is not 1."""
    if _is_number(one) and _is_number(other):
        return one == other
    return type(one) is type(other) and one == other


def shown(value: object) -> str:
    """The value as JSON, cut to what fits two lines."""
    text = _encoder.encode(value).decode()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def both_shown(expected: object, got: object) -> str:
    """Two values side by side; long texts from shortly before they part."""
    if isinstance(expected, str) and isinstance(got, str) and max(len(expected), len(got)) > _SHOWN:
        alike = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(expected, got, strict=False))
        start = sum(1 for _ in alike) - _BEFORE
        if start > 0:
            expected, got = f"…{expected[start:]}", f"…{got[start:]}"
    return f"expected {shown(expected)}, got {shown(got)}"


def _is_number(value: object) -> bool:
    # To Python true is 1, and to JSON it is not.
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)
