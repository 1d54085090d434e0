"""What was diagnosed, done and is in the family: conditions, allergies, procedures, relatives, risks."""

from decimal import Decimal

import msgspec

from fhir_mappings.reader.elements import (
    Annotation,
    CodeableConcept,
    Element,
    Period,
    Quantity,
    Reference,
    Resource,
    Status,
)


class Range(Element, frozen=True, kw_only=True):
    """From so much to so much."""

    low: Quantity | None = None
    high: Quantity | None = None


class Condition(Resource, frozen=True, kw_only=True, tag=True):
    """A problem, diagnosis or event."""

    # What may turn the meaning round, and elements of other versions of FHIR: what has one is not read.
    modifier_extension: None = None
    context: None = None
    asserted_date: None = None
    date_recorded: None = None
    patient: None = None
    participant: None = None

    clinical_status: Status | None = None
    verification_status: Status | None = None
    code: CodeableConcept | None = None
    encounter: Reference | None = None
    onset_date_time: str | None = None
    onset_period: Period | None = None
    onset_age: Quantity | None = None
    onset_range: Range | None = None
    onset_string: str | None = None
    abatement_date_time: str | None = None
    recorded_date: str | None = None
    note: tuple[Annotation, ...] | None = None


class Reaction(Element, frozen=True, kw_only=True):
    """A reaction that was seen, and how it showed; the substance may be named only here."""

    substance: CodeableConcept | None = None
    manifestation: tuple[CodeableConcept, ...] | None = None


class AllergyIntolerance(Resource, frozen=True, kw_only=True, tag=True):
    """An allergy or intolerance."""

    # What may turn the meaning round, and elements of other versions of FHIR: what has one is not read.
    modifier_extension: None = None
    asserted_date: None = None
    status: None = None
    substance: None = None
    participant: None = None

    clinical_status: Status | None = None
    verification_status: Status | None = None
    type: str | None = None
    code: CodeableConcept | None = None
    subject: Reference | None = msgspec.field(default=None, name="patient")
    reaction: tuple[Reaction, ...] | None = None


class Procedure(Resource, frozen=True, kw_only=True, tag=True):
    """Something that was done to the patient."""

    # What may turn the meaning round: what has one is not read.
    modifier_extension: None = None

    status: str | None = None
    code: CodeableConcept | None = None
    performed_date_time: str | None = None
    performed_period: Period | None = None
    not_done: bool | None = None
    """STU3's way of saying that it was not done; R4 has a status for that."""
    not_performed: bool | None = None
    """DSTU2's way of saying so."""
    occurrence_date_time: str | None = None
    """R5's name for when it was done."""
    occurrence_period: Period | None = None
    context: Reference | None = None
    """STU3's name for the encounter."""

    @property
    def performed(self) -> str | None:
        """When it was done, as written; the end of a period where it has one."""
        period = self.performed_period
        return self.performed_date_time or (period.end or period.start if period else None)

    @property
    def of_another_version(self) -> bool:
        """Whether it has elements of DSTU2, STU3 or R5 in the place of R4's."""
        alien = (
            self.not_done,
            self.not_performed,
            self.occurrence_date_time,
            self.occurrence_period,
            self.context,
        )
        return any(each is not None for each in alien)


class FamilyMemberCondition(Element, frozen=True, kw_only=True):
    """What a relative has or had."""

    code: CodeableConcept | None = None


class FamilyMemberHistory(Resource, frozen=True, kw_only=True, tag=True):
    """One relative, and what is known of their health."""

    # What may turn the meaning round, and elements of other versions of FHIR: what has one is not read.
    modifier_extension: None = None
    participant: None = None

    status: str | None = None
    subject: Reference | None = msgspec.field(default=None, name="patient")
    not_done: bool | None = None
    """STU3's way of saying that nothing was recorded of this relative."""
    date: str | None = None
    relationship: CodeableConcept | None = None
    condition: tuple[FamilyMemberCondition, ...] | None = None


class Prediction(Element, frozen=True, kw_only=True):
    """One outcome and how likely it is: in R4 `probabilityDecimal` is a percentage.

    A range or a word ("high") instead of that is nothing a threshold can be held against.
    """

    outcome: CodeableConcept | None = None
    probability_decimal: Decimal | None = None


class RiskAssessment(Resource, frozen=True, kw_only=True, tag=True):
    """How likely something is to happen: here, a fracture within ten years."""

    # What may turn the meaning round, and elements of other versions of FHIR: what has one is not read.
    modifier_extension: None = None
    context: None = None
    date: None = None

    status: str | None = None
    code: CodeableConcept | None = None
    method: CodeableConcept | None = None
    occurrence_date_time: str | None = None
    occurrence_period: Period | None = None
    basis: tuple[Reference, ...] | None = None
    prediction: tuple[Prediction, ...] | None = None

    @property
    def occurrence(self) -> str | None:
        """When it was assessed, as written; the end of a period where it has one."""
        period = self.occurrence_period
        return self.occurrence_date_time or (period.end or period.start if period else None)
