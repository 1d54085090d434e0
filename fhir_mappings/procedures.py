"""Procedures: which were done, and those that bear on swallowing a tablet safely (GUIDELINE B, 21)."""

import datetime

import msgspec

from fhir_mappings.chart import Chart
from fhir_mappings.concepts import Concept
from fhir_mappings.conditions import A_DAY
from fhir_mappings.dates import earliest_day, latest_day
from fhir_mappings.inputs import Disease, EsophagealProcedure, Source, Suspicion
from fhir_mappings.notes import Notes
from fhir_mappings.observations import concepts_of
from fhir_mappings.reader import Procedure
from fhir_mappings.value_sets import Terminology

RECENT_DAYS = 90
"""How long ago banding may have been for a tablet to be unsafe."""
NOT_DONE = frozenset({"preparation", "not-done", "entered-in-error"})
"""Statuses of a procedure under which nothing has been done."""
_CARE = frozenset({Concept.HOSPICE_PALLIATIVE, Concept.KIDNEY_FAILURE})
"""What is given for months, and counts from its beginning."""
_ESOPHAGEAL = frozenset(
    {Concept.VARICEAL_BANDING_SCLEROTHERAPY, Concept.ESOPHAGEAL_BLEEDING_CONTROL_NONSPECIFIC}
)


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """A procedure that was completed; `day` is the first day that its date may mean, `latest` the last.

    Care that goes on is here too: its `latest` day is today.
    """

    concepts: frozenset[Concept]
    day: datetime.date | None
    latest: datetime.date | None
    reference: str


def map_done(chart: Chart, as_of: datetime.date, terminology: Terminology, notes: Notes) -> tuple[Done, ...]:
    """The completed procedures that are in a value set, and dialysis and hospice care that go on.

    One with elements of another version of FHIR is noted and left out: there "completed" may stand beside
    "not done".
    """
    done = []
    for procedure in chart.procedures:
        concepts = concepts_of(procedure.code, terminology)
        if not concepts or procedure.status in NOT_DONE:
            continue
        if procedure.of_another_version:
            notes.add(
                "wrong-version",
                "procedure has elements that R4 does not have",
                procedure.reference,
                of=Source.PROCEDURES,
            )
            continue
        first = earliest_day(procedure.performed)
        goes_on = procedure.status == "in-progress" and not concepts.isdisjoint(_CARE)
        if (goes_on or procedure.status == "completed") and (first is None or first <= as_of):
            done.append(
                Done(
                    concepts=concepts,
                    day=first,
                    latest=as_of if goes_on else latest_day(procedure.performed),
                    reference=procedure.reference,
                )
            )
    return tuple(done)


def map_esophageal_procedure(
    chart: Chart, as_of: datetime.date, terminology: Terminology
) -> EsophagealProcedure | None:
    """The latest banding or sclerotherapy of esophageal varices that was done by the day after `as_of`."""
    done = [
        EsophagealProcedure(day=day, reference=procedure.reference)
        for procedure, concepts, day in _esophageal(chart, as_of, terminology)
        if Concept.VARICEAL_BANDING_SCLEROTHERAPY in concepts
    ]
    return max(done, key=lambda each: (each.day or datetime.date.max, each.reference), default=None)


def map_possible_banding(
    chart: Chart, as_of: datetime.date, terminology: Terminology
) -> tuple[Suspicion, ...]:
    """Recent control of esophageal bleeding whose code does not say how: it may have been banding."""
    recent = as_of - datetime.timedelta(days=RECENT_DAYS)
    return tuple(
        Suspicion(
            disease=Disease.ESOPHAGEAL_VARICES,
            why="bleeding controlled, method not stated",
            reference=procedure.reference,
        )
        for procedure, concepts, day in _esophageal(chart, as_of, terminology)
        if Concept.VARICEAL_BANDING_SCLEROTHERAPY not in concepts and (day is None or day >= recent)
    )


def _esophageal(
    chart: Chart, as_of: datetime.date, terminology: Terminology
) -> list[tuple[Procedure, frozenset[Concept], datetime.date | None]]:
    """Each that was done, or begun, with the last day that its date may mean: recency speaks against a tablet.

    Those of another version of FHIR count unless they say that nothing was done.
    """
    found = []
    for procedure in chart.procedures:
        if procedure.status in NOT_DONE or procedure.not_done or procedure.not_performed:
            continue
        concepts = concepts_of(procedure.code, terminology) & _ESOPHAGEAL
        first, last = earliest_day(procedure.performed), latest_day(procedure.performed)
        if not concepts or (first is not None and first > as_of + A_DAY):
            continue
        found.append((procedure, concepts, min(last, as_of) if last else None))
    return found
