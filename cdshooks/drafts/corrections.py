"""A draft order of the clinician, corrected: alendronate 70 mg from whatever it said to once a week.

An `update` in CDS Hooks is the whole resource (PROTOCOL F43). All that is not about dose and supply stays as
it was sent, member by member and byte by byte, also what this house does not read.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from cdshooks.drafts.filling import TEMPLATES, Draft

_TABLETS, _DAYS = 12, 84
_WEEKLY = "once weekly"


class _Template(msgspec.Struct):
    dosage_instruction: list[dict[str, Any]] = msgspec.field(name="dosageInstruction")


def once_weekly(members: Mapping[str, msgspec.Raw]) -> Draft:
    """The MedicationRequest with the weekly dosage of our own draft.

    That is timing, dose, maximum, text and instructions. `members` are those of the resource as it was sent.
    A supply for every day becomes one for twelve weeks. What clients are known to write against R4 (one
    category in place of a list, no intent) is put right: an answer has to be valid, whatever was asked.
    """
    corrected: Draft = dict(members)
    template = msgspec.json.decode(TEMPLATES["start-alendronate"], type=_Template)
    corrected["dosageInstruction"] = template.dosage_instruction
    request = _object(members.get("dispenseRequest"))
    if request is not None:
        corrected["dispenseRequest"] = _supply(request)
    category = _object(members.get("category"))
    if category is not None:
        corrected["category"] = [category]
    corrected.setdefault("intent", "order")
    corrected.setdefault("status", "draft")
    name = _object(members.get("medicationCodeableConcept"))
    if name is not None and isinstance(name.get("text"), str):
        # "alendronate 70 mg, daily" may be all that people read of the order.
        corrected["medicationCodeableConcept"] = name | {"text": f"alendronate 70 mg tablet, {_WEEKLY}"}
    return corrected


def _supply(request: dict[str, Any]) -> dict[str, Any]:
    supply = dict(request)
    if "quantity" in supply:
        supply["quantity"] = {"value": _TABLETS, "unit": "tablet"}
    if "expectedSupplyDuration" in supply:
        supply["expectedSupplyDuration"] = {
            "value": _DAYS,
            "unit": "days",
            "system": "http://unitsofmeasure.org",
            "code": "d",
        }
    return supply


def _object(raw: msgspec.Raw | None) -> dict[str, Any] | None:
    """The member where it is an object; None where it is absent or anything else."""
    if raw is None:
        return None
    try:
        return msgspec.json.decode(raw, type=dict[str, Any])
    except msgspec.ValidationError:
        return None
