"""Every draft template as a validated FHIR R4B model. Costs a third of a second to import: never per call.

`scripts/generate.py` writes what `render` returns to `cdshooks/drafts/templates/`; a test compares them.
R4B stands in for R4: fhir.resources 8 has no R4, and the elements used here are the same in both.
"""

import json

from cdshooks.drafts.models.medications import MEDICATIONS
from cdshooks.drafts.models.services import SERVICES
from cdshooks.drafts.models.tasks import TASKS


def render() -> dict[str, str]:
    """The exact text of each template file, by file name."""
    return {
        f"{name}.json": json.dumps(json.loads(model.model_dump_json()), ensure_ascii=False, indent=2) + "\n"
        for name, model in {**MEDICATIONS, **SERVICES, **TASKS}.items()
    }
