"""The person."""

from fhir_mappings.reader.elements import Extension, Resource


class Patient(Resource, frozen=True, kw_only=True, tag=True):
    """The person."""

    gender: str | None = None
    birth_date: str | None = None
    deceased_boolean: bool | None = None
    deceased_date_time: str | None = None
    extension: tuple[Extension, ...] | None = None
