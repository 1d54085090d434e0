"""What mapping could not use, noted as it goes; the notes become `GuidelineInputs.data_quality`."""

from fhir_mappings.inputs import DataQuality, Issue, Source


class Notes:
    """An ordered set of data-quality notes."""

    def __init__(self) -> None:
        self._notes: dict[DataQuality, None] = {}

    def add(
        self, issue: Issue, because: str, reference: str | None = None, *, of: Source | None = None
    ) -> None:
        """Note one problem; the same one twice counts once."""
        self._notes[DataQuality(issue=issue, because=because, reference=reference, of=of)] = None

    def all(self) -> tuple[DataQuality, ...]:
        """Every note, in the order in which it was made."""
        return tuple(self._notes)
