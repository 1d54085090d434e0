"""Medicines: current osteoporosis drugs, calcium and vitamin D (GUIDELINE section 0, 6; table B, 25)."""

import datetime
from collections.abc import Iterator

import msgspec

from fhir_mappings.chart import Chart
from fhir_mappings.concepts import Concept
from fhir_mappings.dates import earliest_day, latest_day
from fhir_mappings.inputs import Source
from fhir_mappings.names import suspected_in
from fhir_mappings.notes import Notes
from fhir_mappings.reader import (
    CodeableConcept,
    Medication,
    MedicationRequest,
    MedicationStatement,
    Reference,
    read,
)
from fhir_mappings.value_sets import Terminology

DRUGS: tuple[tuple[Concept, str], ...] = (
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
CALCIUM = frozenset(
    {
        Concept.CALCIUM_SUPPLEMENT,
        Concept.CALCIUM_VITD_COMBO_RECOGNISE_ONLY,
        Concept.CALCIUM_PRODUCT_INGREDIENT_ONLY,
    }
)
VITAMIN_D = frozenset(
    {
        Concept.VITAMIN_D_SUPPLEMENT,
        Concept.VITAMIN_D_PRODUCT_INGREDIENT_ONLY,
        Concept.CALCIUM_VITD_COMBO_RECOGNISE_ONLY,
        Concept.ALENDRONATE_PLUS_D3,
    }
)
_RELEVANT = frozenset(concept for concept, _ in DRUGS) | CALCIUM | VITAMIN_D

_Entry = MedicationRequest | MedicationStatement
_NOTHING: frozenset[Concept] = frozenset()
_A_DAY = datetime.timedelta(days=1)
_OVER = frozenset({"completed", "stopped", "ended", "on-hold", "intended", "not-taken"})
_KNOWN = _OVER | {"active"}
_NEVER_TAKEN = frozenset({"entered-in-error", "cancelled", "draft"})
_NOT_AN_ORDER = frozenset({"proposal", "option"})


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A medicine that the guideline asks about, as one order or statement has it.

    `day` is the first and `latest` the last day that its beginning may mean.
    """

    concepts: frozenset[Concept]
    by_name: bool
    current: bool
    completed: bool
    order: bool
    day: datetime.date | None
    latest: datetime.date | None
    ended: datetime.date | None
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
        status = (entry.status or "").strip().lower()
        if status in _NEVER_TAKEN:
            continue
        if isinstance(entry, MedicationRequest) and (entry.do_not_perform or entry.intent in _NOT_AN_ORDER):
            continue
        codes = _codes(entry, chart, notes)
        if not any(code.coding or code.text for code in codes):
            # Where it points at something that is not here, that has been noted.
            if codes or entry.medication_reference is None:
                notes.add("unreadable", "names no medicine", entry.reference, of=Source.MEDICATIONS)
            continue
        concepts, by_name = _identified(codes, terminology)
        if not concepts:
            continue
        began, ended = _span(entry)
        day = earliest_day(began)
        if day is not None and day > as_of + _A_DAY:
            notes.add(
                "future-date", "medicine is dated in the future", entry.reference, of=Source.MEDICATIONS
            )
            continue
        if status not in _KNOWN:
            notes.add("no-status", "medicine has no known status; taken as current", entry.reference)
        taken.append(
            Taken(
                concepts=concepts,
                by_name=by_name,
                current=_is_current(entry, status, ended, as_of),
                completed=status in {"completed", "stopped"},
                order=isinstance(entry, MedicationRequest),
                day=day,
                latest=latest_day(began),
                ended=ended,
                reference=entry.reference,
            )
        )
    return tuple(taken)


def _is_current(entry: _Entry, status: str, ended: datetime.date | None, as_of: datetime.date) -> bool:
    """An active order is current therapy also after its validity; a statement's own end is believed.

    What no status says to be over, or not begun, counts as active.
    """
    active = status not in _OVER
    return active and (isinstance(entry, MedicationRequest) or ended is None or ended >= as_of)


def _identified(
    codes: tuple[CodeableConcept, ...], terminology: Terminology
) -> tuple[frozenset[Concept], bool]:
    """What the medicine is, and whether only its name says so."""
    concepts = _NOTHING
    for code in codes:
        concepts |= terminology.concepts_of(code.coding or ())
    concepts &= _RELEVANT
    if concepts:
        return concepts, False
    for code in codes:
        concepts |= suspected_in(code)
    return concepts & _RELEVANT, True


def _span(entry: _Entry) -> tuple[str | None, datetime.date | None]:
    if isinstance(entry, MedicationRequest):
        period = entry.dispense_request.validity_period if entry.dispense_request else None
        return entry.authored_on, latest_day(period.end) if period else None
    period = entry.effective_period
    start = entry.effective_date_time or (period.start if period else None) or entry.date_asserted
    return start, latest_day(period.end) if period else None


def _codes(entry: _Entry, chart: Chart, notes: Notes) -> tuple[CodeableConcept, ...]:
    """The codes of the medicine itself, wherever the entry keeps them."""
    own = (entry.medication_codeable_concept,) if entry.medication_codeable_concept is not None else ()
    pointer = entry.medication_reference
    return own if pointer is None else (*own, *_pointed_at(entry, pointer, chart, notes))


def _pointed_at(entry: _Entry, pointer: Reference, chart: Chart, notes: Notes) -> Iterator[CodeableConcept]:
    medication = _contained(entry, pointer.id) or chart.medications.get(pointer.id or "")
    if medication is not None:
        yield medication.code or CodeableConcept()
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
