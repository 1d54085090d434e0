"""What a service cannot do without, and the call lacks."""

from collections.abc import Mapping

from cdshooks.chart.held import Held
from cdshooks.chart.ledger import NOT_HAD, Entry
from cdshooks.chart.prefetch import Query
from cdshooks.wire.outcome import Problem
from fhir_mappings.inputs import Source


class LackingError(Problem):
    """A call that cannot be answered: 412, and the ledger as it stands."""

    def __init__(self, key: str, because: str, ledger: Mapping[str, Entry]) -> None:
        super().__init__(
            412,
            "required",
            f"Data this service needs are missing: prefetch key '{key}' {because}.",
            expressions=(f"prefetch.{key}",),
            diagnostics="Send the prefetch that discovery asks for under this key, or a fhirServer and a "
            "fhirAuthorization with which it can be fetched.",
        )
        self.ledger = ledger


def is_lacking(query: Query, held: Held) -> bool:
    """Whether a required query was not had; the patient has to be somebody too."""
    if not query.required:
        return False
    nothing = held.word == "truncated" and not held.contents.resources
    nobody = held.word == "empty" and query.source is Source.PATIENT
    return held.word in NOT_HAD or nothing or nobody
