"""Calls of order-select and order-sign without HTTP: the drafts, the chart, and the answer."""

import datetime
from typing import Any

import msgspec

from cdshooks.cards.identity import CardKeys
from cdshooks.services import order_select, order_sign
from cdshooks.services.service import Call
from cdshooks.wire.request import CarefulRequest
from cdshooks.wire.response import encode
from cdshooks.wire.rules import broken_rules
from fhir_mappings.value_sets import load
from tests.charts import AS_OF, PATIENT, RXNORM, Json, concept, prefetch, wire

ALENDRONATE_70, ALENDRONATE_10, ALENDRONATE_AND_D = "904431", "904419", "904492"
RISEDRONATE, DENOSUMAB_60, PREDNISONE = "73056", "993452", "8640"
DOSES = {"order-daily-70", "order-underdose", "order-dose-unreadable", "order-dose-conflict"}
_KEYS = CardKeys.ephemeral()
"""The same for every call: so the same answers are equal, uuids and all."""
_ANSWERS = {"order-select": order_select.answer, "order-sign": order_sign.answer}


def timing(frequency: int, period: int, unit: str) -> Json:
    return {"timing": {"repeat": {"frequency": frequency, "period": period, "periodUnit": unit}}}


DAILY, WEEKLY = timing(1, 1, "d"), timing(1, 1, "wk")
ONE_TABLET: Json = {"doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}]}


def draft(
    code: str | None = ALENDRONATE_70,
    name: str | None = None,
    *,
    id: str | None = "d1",  # noqa: A002 - the FHIR member
    dosage: Json | None = None,
    **members: Any,  # noqa: ANN401 - any element
) -> Json:
    """A MedicationRequest that is being written, of the weekly tablet unless it says otherwise."""
    medicine: Json = concept(code, RXNORM) if code else {}
    order: Json = {
        "resourceType": "MedicationRequest",
        "status": "draft",
        "intent": "order",
        "medicationCodeableConcept": {**medicine, "text": name} if name else medicine,
        "subject": {"reference": f"Patient/{PATIENT}"},
        **members,
    }
    if id is not None:
        order["id"] = id
    return order if dosage is None else {**order, "dosageInstruction": [dosage]}


def ordered(
    *drafts: Json,
    hook: str = "order-sign",
    keys: Json | None = None,
    user: str = "Practitioner/1",
    selections: list[str] | None = None,
    as_of: datetime.date = AS_OF,
    **call: Any,  # noqa: ANN401 - members of Call
) -> Json:
    """The whole answer as it stands on the wire; with an empty chart unless `keys` is another prefetch."""
    context: Json = {
        "userId": user,
        "patientId": PATIENT,
        "draftOrders": {"resourceType": "Bundle", "entry": [{"resource": each} for each in drafts]},
    }
    if hook == "order-select":
        context["selections"] = selections or [f"{each['resourceType']}/{each.get('id')}" for each in drafts]
    body = {
        "hook": hook,
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": context,
        "prefetch": prefetch() if keys is None else keys,
    }
    request = msgspec.json.decode(wire(body), type=CarefulRequest)
    answer = _ANSWERS[hook](Call(request=request, as_of=as_of, terminology=load(), keys=_KEYS, **call))
    response: Json = msgspec.json.decode(encode(answer))
    assert broken_rules(response) == []
    return response


def found(response: Json) -> dict[str, str]:
    """Every finding, and whether it has a card."""
    told = response["extension"]["com.bone-health-cds.evaluation"].get("findings", ())
    return {each["topic"]: each["shown"] for each in told}


def actions(response: Json, kind: str) -> list[Json]:
    """Every action of this type on any card."""
    return [
        action
        for card in response["cards"]
        for suggestion in card.get("suggestions", ())
        for action in suggestion["actions"]
        if action["type"] == kind
    ]
