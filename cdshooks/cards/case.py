"""Everything a card is written from."""

import msgspec

from cdshooks.drafts import Recipient
from cdshooks.guideline.decision import Decision
from fhir_mappings.inputs import GuidelineInputs


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One decided call. Without a `recipient` nobody who could sign drafts is looking, and none are offered."""

    decision: Decision
    inputs: GuidelineInputs
    recipient: Recipient | None
