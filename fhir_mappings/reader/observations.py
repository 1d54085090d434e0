"""Measurements, findings and reports of them."""

import msgspec

from fhir_mappings.reader.elements import (
    Annotation,
    CodeableConcept,
    Element,
    MeasuredQuantity,
    Period,
    Reference,
    ReferenceRange,
    Resource,
)


class Component(Element, frozen=True, kw_only=True):
    """A part of a panel that shares the panel's date, subject and status."""

    code: CodeableConcept | None = None
    value_quantity: MeasuredQuantity | None = None
    value_integer: int | None = None
    value_boolean: bool | None = None
    value_string: str | None = None
    value_codeable_concept: CodeableConcept | None = None
    interpretation: tuple[CodeableConcept, ...] | None = None
    data_absent_reason: CodeableConcept | None = None
    reference_range: tuple[ReferenceRange, ...] | None = None


class Observation(Resource, frozen=True, kw_only=True, tag=True):
    """A measurement or finding. Its category is not read: DXA stands under imaging, laboratory, procedure."""

    # What may turn the meaning round, and elements of other versions of FHIR: what has one is not read.
    modifier_extension: None = None
    comments: None = None
    comment: None = None
    related: None = None
    context: None = None
    triggered_by: None = None
    body_structure: None = None

    status: str | None = None
    code: CodeableConcept | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    effective_instant: str | None = None
    issued: str | None = None
    value_quantity: MeasuredQuantity | None = None
    value_integer: int | None = None
    value_boolean: bool | None = None
    value_string: str | None = None
    value_codeable_concept: CodeableConcept | None = None
    value_date_time: str | None = None
    interpretation: tuple[CodeableConcept, ...] | None = None
    data_absent_reason: CodeableConcept | None = None
    body_site: CodeableConcept | None = None
    method: CodeableConcept | None = None
    device: Reference | None = None
    note: tuple[Annotation, ...] | None = None
    derived_from: tuple[Reference, ...] | None = None
    has_member: tuple[Reference, ...] | None = None
    reference_range: tuple[ReferenceRange, ...] | None = None
    component: tuple[Component, ...] | None = None

    @property
    def effective(self) -> str | None:
        """Clinical time as written, never `issued`: the end of a period where it has one."""
        period = self.effective_period
        return (
            self.effective_date_time
            or (period.end or period.start if period else None)
            or self.effective_instant
        )


class DiagnosticReport(Resource, frozen=True, kw_only=True, tag=True):
    """A report; `contained` holds observations that exist nowhere else."""

    # What may turn the meaning round, and elements of other versions of FHIR: what has one is not read.
    modifier_extension: None = None
    context: None = None
    image: None = None
    coded_diagnosis: None = None
    supporting_info: None = None

    status: str | None = None
    code: CodeableConcept | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    result: tuple[Reference, ...] | None = None
    contained: tuple[msgspec.Raw, ...] | None = None

    @property
    def effective(self) -> str | None:
        """Clinical time of the study as written."""
        period = self.effective_period
        return self.effective_date_time or (period.end or period.start if period else None)
