"""Medicines: current osteoporosis drugs, calcium and vitamin D (GUIDELINE section 0, 6; table B, 25)."""

import datetime
from collections.abc import Iterator
from typing import Literal

import msgspec

from fhir_mappings.chart import Chart, Source
from fhir_mappings.concepts import Concept
from fhir_mappings.dates import add_months, earliest_day
from fhir_mappings.inputs import BoneTherapy, Supplement
from fhir_mappings.names import suspected
from fhir_mappings.notes import Notes
from fhir_mappings.observations import concepts_of
from fhir_mappings.reader import (
    CodeableConcept,
    Medication,
    MedicationRequest,
    MedicationStatement,
    read,
)
from fhir_mappings.value_sets import Terminology

STALE_MONTHS = 24
"""An order this old that nothing renewed is still current therapy, and a question."""
DEPOT_MONTHS = 18
"""Zoledronate and denosumab go on acting this long after the last dose."""

_DRUGS: tuple[tuple[Concept, str], ...] = (
    (Concept.ALENDRONATE_INGREDIENT, "alendronate"),
    (Concept.ALENDRONATE_70MG_TABLET, "alendronate"),
    (Concept.ALENDRONATE_10MG_TABLET, "alendronate"),
    (Concept.ALENDRONATE_UNSPECIFIED_PRODUCT, "alendronate"),
    (Concept.ALENDRONATE_PLUS_D3, "alendronate"),
    (Concept.RISEDRONATE, "risedronate"),
    (Concept.IBANDRONATE, "ibandronate"),
    (Concept.ZOLEDRONIC_ACID, "zoledronic acid"),
    (Concept.ZOLEDRONIC_ACID_5MG_OSTEOPOROSIS, "zoledronic acid"),
    (Concept.ZOLEDRONIC_ACID_4MG_ONCOLOGY, "zoledronic acid"),
    (Concept.PAMIDRONATE, "pamidronate"),
    (Concept.ETIDRONATE, "etidronate"),
    (Concept.OTHER_BISPHOSPHONATES_INTERNATIONAL, "a bisphosphonate"),
    (Concept.DENOSUMAB, "denosumab"),
    (Concept.DENOSUMAB_120MG_ONCOLOGY, "denosumab"),
    (Concept.RALOXIFENE, "raloxifene"),
    (Concept.BAZEDOXIFENE_CE, "bazedoxifene"),
    (Concept.TERIPARATIDE, "teriparatide"),
    (Concept.ABALOPARATIDE, "abaloparatide"),
    (Concept.ROMOSOZUMAB, "romosozumab"),
)
_DEPOT = frozenset({"zoledronic acid", "denosumab"})
_CALCIUM = frozenset(
    {
        Concept.CALCIUM_SUPPLEMENT,
        Concept.CALCIUM_VITD_COMBO_RECOGNISE_ONLY,
        Concept.CALCIUM_PRODUCT_INGREDIENT_ONLY,
    }
)
_VITAMIN_D = frozenset(
    {
        Concept.VITAMIN_D_SUPPLEMENT,
        Concept.VITAMIN_D_PRODUCT_INGREDIENT_ONLY,
        Concept.CALCIUM_VITD_COMBO_RECOGNISE_ONLY,
        Concept.ALENDRONATE_PLUS_D3,
    }
)
_RELEVANT = frozenset(concept for concept, _ in _DRUGS) | _CALCIUM | _VITAMIN_D

_Entry = MedicationRequest | MedicationStatement
_NOT_AN_ORDER = frozenset({"proposal", "option"})


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A medicine that the guideline asks about, as one order or statement has it."""

    concepts: frozenset[Concept]
    by_name: bool
    current: bool
    completed: bool
    day: datetime.date | None
    reference: str


def map_taken(
    chart: Chart, as_of: datetime.date, terminology: Terminology, notes: Notes
) -> tuple[Taken, ...]:
    """Every order and statement of a medicine the guideline asks about, begun by `as_of`.

    Known by code where it has one that a value set lists, else by name; orders not to give a medicine and
    mere proposals are left out.
    """
    taken = []
    entries: tuple[_Entry, ...] = (*chart.medication_requests, *chart.medication_statements)
    for entry in entries:
        if entry.status in {"entered-in-error", "cancelled", "draft"}:
            continue
        if isinstance(entry, MedicationRequest) and (entry.do_not_perform or entry.intent in _NOT_AN_ORDER):
            continue
        day, ended = _span(entry)
        if day is not None and day > as_of:
            continue
        codes = tuple(_codes(entry, chart, notes))
        concepts = frozenset().union(*(concepts_of(code, terminology) for code in codes)) & _RELEVANT
        by_name = not concepts
        if by_name:
            names = {name for code in codes for name in code.names}
            concepts = frozenset().union(*map(suspected, names)) & _RELEVANT
        if not concepts:
            continue
        if not entry.status:
            notes.add("no-status", "medicine has no status; taken as current", entry.reference)
        taken.append(
            Taken(
                concepts=concepts,
                by_name=by_name,
                current=entry.status in {"active", None, ""} and (ended is None or ended >= as_of),
                completed=entry.status in {"completed", "stopped"},
                day=day,
                reference=entry.reference,
            )
        )
    return tuple(taken)


def _span(entry: _Entry) -> tuple[datetime.date | None, datetime.date | None]:
    if isinstance(entry, MedicationRequest):
        return earliest_day(entry.authored_on), None
    period = entry.effective_period
    start = entry.effective_date_time or (period.start if period else None) or entry.date_asserted
    return earliest_day(start), earliest_day(period.end) if period else None


def _codes(entry: _Entry, chart: Chart, notes: Notes) -> Iterator[CodeableConcept]:
    """The codes of the medicine itself, wherever the entry keeps them."""
    if entry.medication_codeable_concept is not None:
        yield entry.medication_codeable_concept
    pointer = entry.medication_reference
    if pointer is None:
        return
    medication = _contained(entry, pointer.id) or next(
        (each for each in chart.medications if each.id == pointer.id), None
    )
    if medication is not None:
        if medication.code is not None:
            yield medication.code
        for ingredient in medication.ingredient or ():
            if ingredient.item_codeable_concept is not None:
                yield ingredient.item_codeable_concept
    if pointer.display:
        yield CodeableConcept(text=pointer.display)
    elif medication is None:
        notes.add(
            "not-fetched",
            "the medicine it points at is not here, so it could not be told which it is",
            entry.reference,
            of=Source.MEDICATIONS,
        )


def _contained(entry: _Entry, pointer: str | None) -> Medication | None:
    if pointer is None or not pointer.startswith("#"):
        return None
    for raw in entry.contained or ():
        resource = read(raw)
        if isinstance(resource, Medication) and resource.id == pointer.removeprefix("#"):
            return resource
    return None


def map_therapy(taken: tuple[Taken, ...], as_of: datetime.date, notes: Notes) -> tuple[BoneTherapy, ...]:
    """Current osteoporosis drugs: active orders and statements, and depots that still act.

    One entry a drug, since its earliest current order; coded evidence goes before a name.
    """
    current: dict[str, BoneTherapy] = {}
    for entry in sorted(taken, key=lambda each: (each.by_name, each.day or datetime.date.max)):
        drug = next((name for concept, name in _DRUGS if concept in entry.concepts), None)
        if drug is None or not (entry.current or _still_acts(entry, drug, as_of)):
            continue
        if entry.by_name:
            notes.add("by-name-only", f"{drug} is known by its name only", entry.reference)
        if entry.current and entry.day is not None and entry.day < add_months(as_of, -STALE_MONTHS):
            notes.add("stale", f"{drug} order is older than two years; is it still taken?", entry.reference)
        if drug not in current:
            current[drug] = BoneTherapy(
                drug=drug, since=entry.day, reference=entry.reference, by_name=entry.by_name
            )
    return tuple(current.values())


def _still_acts(entry: Taken, drug: str, as_of: datetime.date) -> bool:
    if drug not in _DEPOT or not entry.completed or entry.day is None:
        return False
    return entry.day >= add_months(as_of, -DEPOT_MONTHS)


def map_supplements(taken: tuple[Taken, ...]) -> tuple[Supplement, ...]:
    """Calcium and vitamin D that are on the list now, one entry each."""
    found: list[Supplement] = []
    kinds: tuple[tuple[Literal["calcium", "vitamin D"], frozenset[Concept]], ...] = (
        ("calcium", _CALCIUM),
        ("vitamin D", _VITAMIN_D),
    )
    for name, concepts in kinds:
        entry = next((each for each in taken if each.current and each.concepts & concepts), None)
        if entry is not None:
            found.append(Supplement(name=name, reference=entry.reference))
    return tuple(found)
