"""Medicines: what was ordered, is said to be taken, was supplied and was given."""

import msgspec

from fhir_mappings.reader.elements import (
    NO_JSON,
    CodeableConcept,
    Element,
    Period,
    Quantity,
    Reference,
    Resource,
)


class Ratio(Element, frozen=True, kw_only=True):
    """So much in so much."""

    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Ingredient(Element, frozen=True, kw_only=True):
    """A substance in a medication, and how much of it is in so much of the product."""

    # Elements of other versions of FHIR: a resource that has one is not R4.
    item: None = None

    item_codeable_concept: CodeableConcept | None = None
    strength: Ratio | None = None


class Medication(Resource, frozen=True, kw_only=True, tag=True):
    """A medication that orders and statements point at."""

    # What may turn the meaning round, and elements of other versions of FHIR: what has one is not read.
    modifier_extension: None = None
    product: None = None
    is_brand: None = None

    code: CodeableConcept | None = None
    form: CodeableConcept | None = None
    ingredient: tuple[Ingredient, ...] | None = None


class DispenseRequest(Element, frozen=True, kw_only=True):
    """For how long an order may be supplied."""

    validity_period: Period | None = None
    number_of_repeats_allowed: int | None = None
    expected_supply_duration: Quantity | None = None


class MedicationRequest(Resource, frozen=True, kw_only=True, tag=True):
    """An order."""

    # What may turn the meaning round, and elements of other versions of FHIR: what has one is not read.
    modifier_extension: None = None
    medication: None = None
    context: None = None
    reason: None = None

    status: str | None = None
    intent: str | None = None
    do_not_perform: bool | None = None
    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    status_reason: CodeableConcept | None = None
    authored_on: str | None = None
    dosage_instruction: msgspec.Raw = NO_JSON
    """Read only where a dose matters: `fhir_mappings.dosage`. A broken one does not cost the order."""
    prior_prescription: Reference | None = None
    dispense_request: DispenseRequest | None = None
    contained: tuple[msgspec.Raw, ...] | None = None


class MedicationStatement(Resource, frozen=True, kw_only=True, tag=True):
    """What the patient is said to take."""

    # What may turn the meaning round, and elements of other versions of FHIR: what has one is not read.
    modifier_extension: None = None
    medication: None = None
    taken: None = None
    not_taken: None = None
    was_not_taken: None = None
    adherence: None = None
    patient: None = None

    status: str | None = None
    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    status_reason: tuple[CodeableConcept, ...] | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    date_asserted: str | None = None
    dosage: msgspec.Raw = NO_JSON
    contained: tuple[msgspec.Raw, ...] | None = None


class MedicationDispense(Resource, frozen=True, kw_only=True, tag=True):
    """What a pharmacy handed over, for how many days."""

    # What may turn the meaning round, and elements of other versions of FHIR: what has one is not read.
    modifier_extension: None = None
    medication: None = None
    not_done: None = None
    patient: None = None

    status: str | None = None
    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    when_handed_over: str | None = None
    when_prepared: str | None = None
    days_supply: Quantity | None = None
    authorizing_prescription: tuple[Reference, ...] | None = None
    dosage_instruction: msgspec.Raw = NO_JSON
    contained: tuple[msgspec.Raw, ...] | None = None


class MedicationAdministration(Resource, frozen=True, kw_only=True, tag=True):
    """What was given: an infusion, an injection."""

    # What may turn the meaning round, and elements of other versions of FHIR: what has one is not read.
    modifier_extension: None = None
    medication: None = None
    occurence_date_time: None = None
    occurence_period: None = None
    not_given: None = None
    was_not_given: None = None
    prescription: None = None
    effective_time_date_time: None = None
    effective_time_period: None = None
    patient: None = None

    status: str | None = None
    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    dosage: msgspec.Raw = NO_JSON
    contained: tuple[msgspec.Raw, ...] | None = None

    @property
    def effective(self) -> str | None:
        """When it was given, as written; the end of a period where it has one."""
        period = self.effective_period
        return self.effective_date_time or (period.end or period.start if period else None)
