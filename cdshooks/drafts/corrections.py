"""A draft order of the clinician, corrected: alendronate 70 mg from whatever it said to once a week.

An `update` in CDS Hooks is the whole resource (PROTOCOL F43). All that says nothing of dose and supply stays
as it was sent, member by member and byte by byte, also what this house does not read.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from cdshooks.drafts.filling import TEMPLATES, Draft

_decoder = msgspec.json.Decoder(float_hook=Decimal)
_TABLETS, _DAYS, _MOST_REPEATS = 12, 84, 3
_WEEKLY = "once weekly"
_WEEKS: Draft = {"value": _DAYS, "unit": "days", "system": "http://unitsofmeasure.org", "code": "d"}
_RENDERED = "medicationrequest.rendereddosageinstruction"
_PRODUCT_WORDS = frozenset(
    {
        "alendronate", "alendronic", "acid", "sodium", "fosamax", "plus", "d", "cholecalciferol",
        "colecalciferol", "oral", "tablet", "tablets", "tab", "tabs", "mg", "mcg", "iu", "unt", "units", "once",
        "weekly", "and", "with",
    }
)  # fmt: skip

_PRODUCT_NUMBERS = frozenset({"70", "70.0", "2800", "5600"})
"""Milligrams of alendronate, units of vitamin D."""


class _Template(msgspec.Struct):
    dosage_instruction: list[dict[str, Any]] = msgspec.field(name="dosageInstruction")


def once_weekly(members: Mapping[str, msgspec.Raw], *, with_vitamin_d: bool) -> Draft:
    """The MedicationRequest with the weekly dosage of our own draft.

    That is timing, dose, maximum, text and instructions. `members` are those of the resource as it was sent.
    A supply for every day becomes one for twelve weeks, repeated three times at most. A text of the medicine
    that says more than which product it is, and a narrative or a rendered dosage, would go on saying what was
    wrong: the one is written anew, the others are left out. What clients are known to write against R4 (one
    category in place of a list, no intent) is put right: an answer has to be valid, whatever was asked.
    """
    corrected: Draft = {}
    for member, raw in members.items():
        if member not in {"text", "_text"} and (kept := _without_gaps(raw)) is not None:
            corrected[member] = kept
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
    if name is not None and isinstance(name.get("text"), str) and not _is_product(name["text"]):
        # "alendronate 70 mg, daily" may be all that people read of the order.
        product = "alendronate 70 mg with vitamin D3" if with_vitamin_d else "alendronate 70 mg"
        corrected["medicationCodeableConcept"] = name | {"text": f"{product} tablet, {_WEEKLY}"}
    return _without_rendered(corrected, members.get("extension"))


def _is_product(text: str) -> bool:
    """Whether it says no more than what the product is called: "70 mg 4 tablets weekly" says how many too."""
    numbers = {each.replace(",", "") for each in re.findall(r"\d(?:[\d.,]*\d)?", text)}
    return set(re.findall(r"[^\W\d]+", text.lower())) <= _PRODUCT_WORDS and numbers <= _PRODUCT_NUMBERS


def _without_rendered(corrected: Draft, raw: msgspec.Raw | None) -> Draft:
    """The draft without the dosage in words that R5 has for R4 as an extension."""
    extensions = _objects(raw)
    kept = [each for each in extensions if not str(each.get("url")).lower().endswith(_RENDERED)]
    if len(kept) == len(extensions):
        return corrected
    rest = {name: value for name, value in corrected.items() if name != "extension"}
    return rest | ({"extension": kept} if kept else {})


def _supply(request: dict[str, Any]) -> dict[str, Any]:
    supply = {name: value for name, value in request.items() if name != "initialFill"}
    if "quantity" in supply:
        supply["quantity"] = {"value": _TABLETS, "unit": "tablet"}
    for length in supply.keys() & {"expectedSupplyDuration", "dispenseInterval"}:
        supply[length] = _WEEKS
    repeats = supply.get("numberOfRepeatsAllowed")
    if isinstance(repeats, int) and repeats > _MOST_REPEATS:
        supply["numberOfRepeatsAllowed"] = _MOST_REPEATS
    return supply


def _objects(raw: msgspec.Raw | None) -> list[dict[str, Any]]:
    """The objects of a list; none where it is anything else."""
    found = None if raw is None else _decoded(raw)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _object(raw: msgspec.Raw | None) -> dict[str, Any] | None:
    """The member where it is an object; None where it is absent or anything else."""
    found = None if raw is None else _without_gaps(raw, whole=False)
    return found if isinstance(found, dict) else None


def _without_gaps(raw: msgspec.Raw, *, whole: bool = True) -> Any:  # noqa: ANN401 - any JSON
    """The member as it was sent, unless something in it is null or empty: an answer may have neither.

    Clients do send them. None where nothing is left. With `whole` it stays bytes where it can.
    """
    value = _decoded(raw)
    filled = _filled(value)
    return raw if whole and filled is not None and filled == value else filled


def _filled(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """The value without what is null or empty; None where it is that itself."""
    if isinstance(value, dict):
        return {name: kept for name, each in value.items() if (kept := _filled(each)) is not None} or None
    if isinstance(value, list):
        return [kept for each in value if (kept := _filled(each)) is not None] or None
    return None if value == "" else value


def _decoded(raw: msgspec.Raw) -> Any:  # noqa: ANN401 - any JSON
    """Numbers to their last digit; None where it is nested too deep to be sent on."""
    try:
        return _decoder.decode(raw)
    except RecursionError:
        return None
