"""A chart that is a hundred times as long takes about a hundred times the work, whatever it is made of.

Counted, not timed: calls of Python functions, which hang on the chart alone.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from fhir_mappings import names
from fhir_mappings.chart import assemble
from fhir_mappings.mapping import map_chart
from fhir_mappings.reader import read
from fhir_mappings.value_sets import load
from tests.charts import (
    AS_OF,
    CALCIUM,
    CREATININE,
    HIP_FRACTURE,
    ICD10,
    PATIENT,
    SNOMED,
    Json,
    ago,
    allergy,
    condition,
    frax,
    observation,
    order,
    patient,
    procedure,
    report,
    statement,
    t_score,
    wire,
)

FEW, MANY = 50, 800
PROSE = "the patient was seen in good spirits and will come back in the spring, " * 6


def encounter(number: int) -> Json:
    return {"reference": f"Encounter/e{number}"}


def fracture(number: int, **members: Any) -> Json:  # noqa: ANN401 - any element
    code, system = (HIP_FRACTURE, SNOMED) if number % 2 else ("W01.0XXA", ICD10)
    return condition(code, system, **members)


MADE: dict[str, Callable[[int], Json]] = {
    "fractures of many days": lambda number: condition(HIP_FRACTURE, onsetDateTime=ago(number)),
    "fractures and falls of one day": lambda number: fracture(number, onsetDateTime=ago(10)),
    "fractures and falls of many encounters": lambda number: fracture(
        number, onsetDateTime=ago(10), encounter=encounter(number)
    ),
    "fractures without a day": fracture,
    "long names": lambda number: {**condition("x"), "code": {"text": f"{number} {PROSE}"}},
    "diagnoses": lambda number: condition("K22.0", ICD10, onsetDateTime=ago(number)),
    "calcium": lambda number: observation(CALCIUM, "9.4", "mg/dL", day=ago(number)),
    "calcium without units": lambda number: observation(CALCIUM, "9.4", day=ago(number % 300)),
    "creatinine": lambda number: observation(CREATININE, "0.9", "mg/dL", day=ago(number % 7)),
    "T-scores": lambda number: t_score(f"-1.{number}", day=ago(number)),
    "reports": lambda number: report(f"Observation/{number}", effectiveDateTime=ago(number)),
    "FRAX": lambda number: frax(major="12.0", day=ago(number % 300))[0],
    "allergies": lambda number: allergy(name=f"Allergen {number}"),
    "orders": lambda number: order("904431", authoredOn=ago(number)),
    "statements": lambda number: statement("904431", effectivePeriod={"start": ago(number), "end": ago()}),
    "procedures": lambda number: procedure(performedDateTime=ago(number)),
}


def work(made: Callable[[int], Json], count: int, *, one_id: bool = False) -> int:
    """How many Python functions are called to sort and map a chart of so many resources."""
    resources = [{**made(number), "id": "n" if one_id else f"n{number}"} for number in range(count)]
    readable = [read(wire(each)) for each in (patient(), *resources)]
    calls = 0

    def count_call(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    previous = sys.getprofile()
    sys.setprofile(count_call)
    try:
        map_chart(assemble(PATIENT, readable), AS_OF, load())
    finally:
        sys.setprofile(previous)
    return calls


@pytest.mark.parametrize("kind", MADE)
def test_the_work_grows_with_the_chart_and_not_faster(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "_remembered", {})
    work(MADE[kind], 2)
    few, many = work(MADE[kind], FEW), work(MADE[kind], MANY)
    assert many <= few * (MANY / FEW) * 1.25


def test_nor_does_it_where_one_id_comes_with_many_contents() -> None:
    kind = MADE["diagnoses"]
    work(kind, 2, one_id=True)
    few, many = work(kind, FEW, one_id=True), work(kind, MANY, one_id=True)
    assert many <= few * (MANY / FEW) * 1.25
