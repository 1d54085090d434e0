"""What mapping could not use, noted as it goes; the notes become `GuidelineInputs.data_quality`."""

import datetime

from fhir_mappings.inputs import DataQuality, Issue, Source


class Notes:
    """An ordered set of data-quality notes."""

    def __init__(self) -> None:
        self._notes: dict[DataQuality, None] = {}
        self._doubts: dict[str, datetime.date | None] = {}
        self._unsettled: set[Source] = set()
        self._left_open: set[str] = set()

    def add(
        self, issue: Issue, because: str, reference: str | None = None, *, of: Source | None = None
    ) -> None:
        """Note one problem; the same one twice counts once."""
        self._notes[DataQuality(issue=issue, because=because, reference=reference, of=of)] = None

    def all(self) -> tuple[DataQuality, ...]:
        """Every note, in the order in which it was made."""
        return tuple(self._notes)

    def doubt(self, called: str, day: datetime.date | None) -> None:
        """Note that a newer value than the newest usable one, or the laboratory itself, may say otherwise.

        `day` is the day from which on the value is in doubt; None where nobody knows.
        """
        self._doubts[called] = day

    def is_doubted(self, called: str, day: datetime.date) -> bool:
        """Whether a value of that day may not be the last word."""
        if called not in self._doubts:
            return False
        since = self._doubts[called]
        return since is None or since >= day

    def unsettle(self, source: Source) -> None:
        """Note that what a source says is not all there is to know: it counts as incomplete."""
        self._unsettled.add(source)

    @property
    def unsettled(self) -> frozenset[Source]:
        """The sources that count as incomplete, though each entry may have been read."""
        return frozenset(self._unsettled)

    def leave_open(self, called: str) -> None:
        """Note that the only value of its kind cannot be used: what it would say is not known."""
        self._left_open.add(called)

    @property
    def left_open(self) -> tuple[str, ...]:
        """What such values are called."""
        return tuple(sorted(self._left_open))
