"""A tablet that cannot be swallowed safely (FDA label section 4; GUIDELINE D, O-ESO, O-VAR and O-UPR).

When an oral bisphosphonate is ordered and the esophagus empties slowly, was banded or injected within 90
days, or the patient cannot stay upright for 30 minutes, Then that is critical; where only a name says so, or
the stricture was resolved more than 12 months ago, or there are varices that were not treated, it is a
warning.
"""

from cdshooks.guideline.bars.esophagus import (
    BLOCK_BANDING,
    BLOCK_ESOPHAGEAL,
    BLOCK_UPRIGHT,
    CAUTION_VARICES,
    long_over,
)
from cdshooks.guideline.decision import Met
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding
from cdshooks.guideline.orders.drugs import is_swallowed
from cdshooks.guideline.orders.suspected import suspicion
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import day
from fhir_mappings.inputs import Disease, Source


def _esophageal(case: OrderCase) -> OrderFinding | None:
    topic = Topic.ORDER_ESOPHAGEAL
    criterion = BLOCK_ESOPHAGEAL.look(case.inputs)
    if criterion.met is Met.YES:
        what = (criterion.reason or "").removeprefix("esophageal ")
        return case.against(topic, "critical", f"Contraindicated: esophageal {what}", criterion.because)
    past = long_over(case.inputs)
    if past is not None:
        because = f"{past.disease} on record, resolved on {day(past.ended)}"
        return case.against(topic, "warning", f"Was {past.disease} resolved? Check before", because)
    found = suspicion(case, Disease.ESOPHAGEAL_STRICTURE, Disease.ACHALASIA)
    return (
        None
        if found is None
        else case.against(topic, "warning", f"Possible {found.disease}: check before", found.because)
    )


def _varices(case: OrderCase) -> OrderFinding | None:
    topic = Topic.ORDER_VARICES
    banding = BLOCK_BANDING.look(case.inputs)
    if banding.met is Met.YES:
        summary = "Recent esophageal banding/sclerotherapy: avoid oral bisphosphonate"
        return case.against(topic, "critical", summary, banding.because)
    varices = CAUTION_VARICES.look(case.inputs)
    if varices.met is Met.YES:
        summary = "Esophageal varices: prefer an IV drug to an oral bisphosphonate"
        return case.against(topic, "warning", summary, varices.because, alternatives=True)
    found = suspicion(case, Disease.ESOPHAGEAL_VARICES)
    summary = "Possible esophageal varices or their banding: check before"
    if found is None:
        return None
    return case.against(topic, "warning", summary, found.because, alternatives=True)


def _upright(case: OrderCase) -> OrderFinding | None:
    topic = Topic.ORDER_UPRIGHT
    criterion = BLOCK_UPRIGHT.look(case.inputs)
    if criterion.met is Met.YES:
        summary = "Contraindicated: cannot stay upright 30 minutes"
        return case.against(topic, "critical", summary, criterion.because)
    found = suspicion(case, Disease.CANNOT_SIT_UPRIGHT)
    summary = "Can the patient stay upright 30 minutes? Check before"
    if found is None:
        return None
    return case.against(topic, "warning", summary, found.because)


O_ESO = Check(
    id="O-ESO",
    topic=Topic.ORDER_ESOPHAGEAL,
    concerns=is_swallowed,
    needs=frozenset({Source.CONDITIONS}),
    look=_esophageal,
    citation="FDA label section 4: abnormalities of the esophagus which delay emptying",
)
O_VAR = Check(
    id="O-VAR",
    topic=Topic.ORDER_VARICES,
    concerns=is_swallowed,
    needs=frozenset({Source.PROCEDURES, Source.CONDITIONS}),
    look=_varices,
    citation="GUIDELINE A, S43: recent esophageal banding or sclerotherapy",
)
O_UPR = Check(
    id="O-UPR",
    topic=Topic.ORDER_UPRIGHT,
    concerns=is_swallowed,
    needs=frozenset({Source.CONDITIONS, Source.LIFESTYLE}),
    look=_upright,
    citation="FDA label section 4: inability to stand or sit upright for at least 30 minutes",
)
