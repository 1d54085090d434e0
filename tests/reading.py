"""What the fast reader and fhir.resources make of one resource, side by side."""

import datetime
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec


def differences(ours: object, theirs: object, path: str) -> list[str]:
    """Where what we read differs from what fhir.resources read, for the elements that we read."""
    if isinstance(ours, msgspec.Raw):
        ours = json.loads(bytes(ours), parse_float=Decimal)
    if isinstance(ours, msgspec.Struct):
        assert isinstance(theirs, Mapping), path
        return [
            difference
            for field in msgspec.structs.fields(ours)
            for difference in differences(
                getattr(ours, field.name), theirs.get(field.encode_name), f"{path}.{field.encode_name}"
            )
        ]
    if isinstance(ours, tuple):
        assert isinstance(theirs, Sequence), path
        assert len(ours) == len(theirs), path
        pairs = enumerate(zip(ours, theirs, strict=True))
        return [each for index, (one, other) in pairs for each in differences(one, other, f"{path}[{index}]")]
    return [] if ours == theirs or _is_one_instant(ours, theirs) else [path]


def _is_one_instant(ours: object, theirs: object) -> bool:
    """Whether two texts name one instant: fhir.resources writes it with other fractions of a second."""
    if not (isinstance(ours, str) and isinstance(theirs, str) and "T" in ours):
        return False
    try:
        return datetime.datetime.fromisoformat(ours) == datetime.datetime.fromisoformat(theirs)
    except ValueError:
        return False
