"""Draft Tasks: FRAX is calculated by the clinician on the official site, never here (GUIDELINE E)."""

import datetime
from collections.abc import Sequence

from cdshooks.drafts.filling import Draft, Recipient, fill

FRAX_CALCULATOR = "https://frax.shef.ac.uk/FRAX/"
"""The official calculator. Nothing about a patient may ever be added to this address."""


def frax_task(
    to: Recipient, *, found: Sequence[str], not_found: Sequence[str], due: datetime.date | None = None
) -> Draft:
    """The task to calculate FRAX, with the inputs at hand; with `due`, to calculate it again then (S04, S36).

    `found` are inputs as a clinician reads them, each with its value and date ("femoral neck T-score −1.2
    (2026-01-05)"); `not_found` are names of inputs. Neither may identify the patient.
    """
    draft = fill("frax-task" if due is None else "frax-in-12-months", to)
    lines = [
        draft["description"],
        f"Found in the chart on {to.authored_on}: {'; '.join(found) or 'none of the inputs'}.",
    ]
    if not_found:
        # FRAX counts an unanswered risk factor as absent; missing from a chart is not absent.
        lines.append(f"Not found in the chart, please ask (not found is not a no): {'; '.join(not_found)}.")
    draft["description"] = "\n".join(lines)
    if due is not None:
        draft["restriction"] = {"period": {"end": due.isoformat()}}
    return draft
