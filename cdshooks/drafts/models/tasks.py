"""The draft Tasks (GUIDELINE C, S-FRAX, S-FRAX12)."""

from collections.abc import Mapping
from typing import Any

from fhir.resources.R4B.period import Period
from fhir.resources.R4B.task import Task, TaskRestriction

from cdshooks.drafts.models.elements import DRAFT, GUIDELINE, UNFILLED_DAY, concept, unfilled
from cdshooks.drafts.tasks import FRAX_CALCULATOR

# One URI and one reason: a Task's elements are not lists. "for" is a word of Python.
TASK: Mapping[str, Any] = {
    **DRAFT,
    "instantiatesUri": GUIDELINE,
    "for": unfilled("patient"),
    "reasonCode": concept("Fracture risk assessment for bone health"),
}

# Which of the US models applies is the clinician's choice, and the thresholds are those of the US (S06).
HOW = (
    f"with the official calculator ({FRAX_CALCULATOR}, US model, chosen by the clinician) and record both "
    "results in percent: hip fracture and major osteoporotic fracture."
)

FRAX = Task(
    **TASK,
    code=concept("Calculate FRAX fracture risk"),
    description=f"Calculate the 10-year fracture risk (FRAX) {HOW}",
)

# S36: yearly, because the risk rises with age. The end of the period is the due date, says FHIR.
FRAX_AGAIN = Task(
    **TASK,
    code=concept("Calculate FRAX fracture risk again"),
    description=f"Yearly reassessment: calculate the 10-year fracture risk (FRAX) again {HOW} "
    "Check first which inputs have changed.",
    restriction=TaskRestriction(period=Period(end=UNFILLED_DAY)),
)

TASKS: Mapping[str, Task] = {"frax-task": FRAX, "frax-in-12-months": FRAX_AGAIN}
"""By the guideline's suggestion id."""
