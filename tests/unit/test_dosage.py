"""Dosages as FHIR structures: what each comes to in milligrams a week, and what cannot be read."""

import json
from decimal import Decimal
from typing import Any

import pytest

from fhir_mappings.dosage import (
    Amount,
    Regimen,
    Strength,
    read_dosage,
)
from tests.charts import Json

TABLET_5MG = Strength(mg=Decimal(5))
GTS = "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation"


def regimen(*instructions: Json, strength: Strength = TABLET_5MG) -> Regimen:
    return read_dosage(json.dumps(list(instructions)).encode(), strength=strength)


def instruction(repeat: Json | None = None, mg: float = 10, code: str | None = None, **members: Any) -> Json:  # noqa: ANN401
    timing: Json = {}
    if repeat is not None:
        timing["repeat"] = repeat
    if code is not None:
        timing["code"] = {"coding": [{"system": GTS, "code": code}]}
    return {"timing": timing, "doseAndRate": [{"doseQuantity": {"value": mg, "unit": "mg"}}], **members}


def per(frequency: float, period: float, unit: str, **members: Any) -> Json:  # noqa: ANN401
    return {"frequency": frequency, "period": period, "periodUnit": unit, **members}


def weekly(found: Regimen) -> str:
    amount = found.mg_per_week
    if amount is None:
        return "+".join(found.faults) or "nothing"
    return f"{amount.low:f}" if not amount.is_range else f"{amount.low:f}–{amount.high:f}"


def test_fifteen_milligrams_every_other_day_are_seven_and_a_half_a_day() -> None:
    assert regimen(instruction(per(1, 2, "d"), 15)).mg_per_day == Amount(
        low=Decimal("7.5"), high=Decimal("7.5")
    )


def test_what_does_not_come_out_even_is_still_exact() -> None:
    every_three_days = regimen(instruction(per(1, 3, "d"), 10), instruction(per(1, 3, "d"), 12.5))
    assert every_three_days.mg_per_day == Amount(low=Decimal("7.5"), high=Decimal("7.5"))


REPEATS: list[tuple[Json, str]] = [
    (per(1, 1, "d"), "70"),
    (per(2, 1, "d"), "140"),
    (per(1, 24, "h"), "70"),
    (per(1, 12, "h"), "140"),
    (per(1, 1440, "min"), "70"),
    (per(1, 86400, "s"), "70"),
    (per(7, 1, "wk"), "70"),
    (per(1, 1, "wk"), "10"),
    (per(1, 7, "d"), "10"),
    (per(1, 2, "wk"), "5"),
    (per(1, 2, "d"), "35"),
    (per(1, 1, "mo"), "2.299794661190965092402464066"),
    (per(1, 1, "a"), "0.1916495550992470910335386721"),
    ({"period": 1, "periodUnit": "d"}, "70"),
    ({"period": "1", "periodUnit": "day"}, "70"),
    (per(1, 1, "d", frequencyMax=2), "70–140"),
    (per(1, 4, "h", periodMax=6), "280–420"),
    (per(1, 1, "d", dayOfWeek=["mon"]), "10"),
    (per(1, 1, "d", dayOfWeek=["mon", "wed", "fri", "mon"]), "30"),
    (per(1, 1, "wk", dayOfWeek=["sun"]), "10"),
    (per(1, 1, "wk", dayOfWeek=["mon", "thu"]), "10–20"),
    (per(2, 1, "wk", dayOfWeek=["mon", "thu"]), "20"),
    (per(1, 1, "mo", dayOfWeek=["sun"]), "2.299794661190965092402464066"),
    (per(1, 2, "d", dayOfWeek=["sun"]), "contradictory"),
    ({"dayOfWeek": ["mon", "thu"]}, "20"),
    ({"dayOfWeek": "mon"}, "10"),
    ({"dayOfWeek": ["mon"], "timeOfDay": ["08:00:00", "20:00:00"]}, "20"),
    ({"timeOfDay": ["08:00:00"]}, "70"),
    ({"timeOfDay": ["08:00:00", "20:00:00"]}, "140"),
    (per(1, 1, "d", timeOfDay=["08:00:00", "20:00:00"]), "70–140"),
    (per(2, 1, "d", timeOfDay=["08:00:00", "20:00:00"]), "140"),
    (per(1, 1, "d", when=["MORN"]), "70"),
    (per(1, 1, "d", when=["CM", "CV"]), "70–140"),
    (per(3, 1, "d", when=["C"]), "210"),
    (per(1, 1, "wk", when=["ACM"]), "10"),
    ({"when": ["ACM"]}, "no-frequency"),
    ({"frequency": 1}, "no-frequency"),
    ({"frequency": 1, "dayOfWeek": ["mon"]}, "no-frequency"),
    ({"frequency": 1, "periodUnit": "d"}, "no-frequency"),
    ({"frequencyMax": 1, "timeOfDay": ["08:00"]}, "no-frequency"),
    ({"frequency": 1, "period": 1}, "no-frequency"),
    ({"count": 1, "periodUnit": "d"}, "no-frequency"),
    ({"boundsPeriod": {"start": "2026-01-01"}}, "no-frequency"),
    ({}, "no-frequency"),
    (per(0, 1, "d"), "unreadable"),
    (per(1, 0, "d"), "unreadable"),
    (per(1, -1, "d"), "unreadable"),
    (per(1, 1, "m"), "unreadable"),
    (per(1, 1, "fortnight"), "unreadable"),
    (per(2, 1, "d", frequencyMax=1), "unreadable"),
    (per(1, 2, "d", periodMax=1), "unreadable"),
    (per(1, 1, "d", frequencyMax="many"), "unreadable"),
    (per(1, 1, "d", dayOfWeek=["funday"]), "unreadable"),
    (per(1, 1, "d", when=["SOON"]), "unreadable"),
    (per(1, 1, "d", timeOfDay=[8]), "unreadable"),
    ({"frequency": True, "period": 1, "periodUnit": "d"}, "unreadable"),
    (per(1, 1e300, "d"), "unreadable"),
    ({"frequency": 1, "period": 1, "periodUnits": "d"}, "wrong-version"),
]


@pytest.mark.parametrize(("repeat", "expected"), REPEATS)
def test_a_repetition_comes_to_milligrams_a_week(repeat: Json, expected: str) -> None:
    assert weekly(regimen(instruction(repeat))) == expected
