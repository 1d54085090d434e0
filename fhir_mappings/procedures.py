"""Procedures that bear on swallowing a tablet safely (GUIDELINE B, 21)."""

import datetime

from fhir_mappings.chart import Chart
from fhir_mappings.concepts import Concept
from fhir_mappings.dates import earliest_day, latest_day
from fhir_mappings.inputs import EsophagealProcedure
from fhir_mappings.observations import concepts_of
from fhir_mappings.value_sets import Terminology

NOT_DONE = frozenset({"preparation", "not-done", "entered-in-error"})
"""Statuses of a procedure under which nothing has been done."""


def map_esophageal_procedure(
    chart: Chart, as_of: datetime.date, terminology: Terminology
) -> EsophagealProcedure | None:
    """The latest banding or sclerotherapy of esophageal varices that was done by `as_of`."""
    done = []
    for procedure in chart.procedures:
        if procedure.status in NOT_DONE:
            continue
        if Concept.VARICEAL_BANDING_SCLEROTHERAPY not in concepts_of(procedure.code, terminology):
            continue
        first, last = earliest_day(procedure.performed), latest_day(procedure.performed)
        if first is None or last is None:
            done.append(EsophagealProcedure(day=None, reference=procedure.reference))
        elif first <= as_of:
            # The last day that a partial date may mean: how recent it was is what speaks against a tablet.
            done.append(EsophagealProcedure(day=min(last, as_of), reference=procedure.reference))
    return max(done, key=lambda each: (each.day or datetime.date.max, each.reference), default=None)
