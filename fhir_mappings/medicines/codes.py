"""What a medicine is called, wherever an order, a statement or a dispense keeps it."""

from collections.abc import Iterator

from fhir_mappings.chart import Chart
from fhir_mappings.inputs import Source
from fhir_mappings.notes import Notes
from fhir_mappings.reader import (
    CodeableConcept,
    Medication,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    Reference,
    read,
)

Record = MedicationRequest | MedicationStatement | MedicationDispense | MedicationAdministration

SOURCES: dict[type[Record], Source] = {
    MedicationRequest: Source.MEDICATIONS,
    MedicationStatement: Source.MEDICATIONS,
    MedicationDispense: Source.DISPENSES,
    MedicationAdministration: Source.ADMINISTRATIONS,
}


def medicine_of(
    record: Record, chart: Chart, notes: Notes
) -> tuple[tuple[CodeableConcept, ...], Medication | None]:
    """The codes of the medicine itself, and the Medication the record points at where it does.

    Codes come from the record, from the Medication and from the Medication's ingredients. Nothing there, or a
    Medication that was not sent, is noted: the record may be of any medicine.
    """
    own = record.medication_codeable_concept
    pointer = record.medication_reference
    if pointer is None:
        if own is None or not (own.coding or own.text):
            notes.add("unreadable", "names no medicine", record.reference, of=SOURCES[type(record)])
            return (), None
        return (own,), None
    medication = _contained(record, pointer.id) or chart.medications.get(pointer.id or "")
    codes = (*((own,) if own is not None else ()), *_pointed_at(record, pointer, medication, notes))
    if codes and not any(code.coding or code.text for code in codes):
        notes.add("unreadable", "names no medicine", record.reference, of=SOURCES[type(record)])
    return codes, medication


def _pointed_at(
    record: Record, pointer: Reference, medication: Medication | None, notes: Notes
) -> Iterator[CodeableConcept]:
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
            record.reference,
            of=SOURCES[type(record)],
        )


def _contained(record: Record, pointer: str | None) -> Medication | None:
    if pointer is None or not pointer.startswith("#"):
        return None
    for raw in record.contained or ():
        resource = read(raw)
        if isinstance(resource, Medication) and resource.id == pointer.removeprefix("#"):
            return resource
    return None
