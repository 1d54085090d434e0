"""What the service answers: cards, suggestions, actions, links (CDS Hooks 2.0/3.0, "HTTP Response").

Absent values are omitted, never null or empty (PROTOCOL A4, A5); only `cards` may be an empty list.
"""

from decimal import Decimal
from typing import Any, Literal

import msgspec

SUMMARY_LIMIT = 139
"""A card's summary is strictly shorter than 140 characters (PROTOCOL F11)."""

Indicator = Literal["info", "warning", "critical"]

EVALUATION = "com.bone-health-cds.evaluation"
"""Key of the response extension that says to machines what the cards say to people."""
SUGGESTION = "com.bone-health-cds.suggestion"
"""Key of the action extension that names which suggestion of the guideline the action belongs to."""


class Part(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A part of a response."""


class Coding(Part, frozen=True, kw_only=True):
    """The Coding of CDS Hooks: system and code always, display where a person will read it."""

    system: str
    code: str
    display: str | None = None


class Source(Part, frozen=True, kw_only=True):
    """Who says what the card says; `topic` is the code of GUIDELINE.md for the card."""

    label: str
    topic: Coding
    url: str | None = None


class Link(Part, frozen=True, kw_only=True):
    """A link out of the card. Its URL never carries anything about the patient."""

    label: str
    url: str
    type: Literal["absolute", "smart"]


class Action(Part, frozen=True, kw_only=True):
    """One change to the chart that the clinician may accept; `resource` is a complete FHIR R4 resource."""

    type: Literal["create", "update", "delete"]
    description: str
    resource: dict[str, Any] | None = None
    resource_id: str | None = None
    extension: dict[str, Any] | None = None


class Suggestion(Part, frozen=True, kw_only=True):
    """A set of actions to take together. `is_recommended` is true or absent, never false (PROTOCOL F32)."""

    label: str
    uuid: str
    actions: tuple[Action, ...]
    is_recommended: bool | None = None
    action_selection_behavior: Literal["all", "any", "at-most-one"] | None = None
    """Sent only to clients whose profile declares it (PROTOCOL F34)."""


class Card(Part, frozen=True, kw_only=True):
    """One piece of guidance. `detail` is GitHub-flavoured Markdown without raw HTML."""

    uuid: str
    summary: str
    indicator: Indicator
    source: Source
    detail: str
    suggestions: tuple[Suggestion, ...] | None = None
    selection_behavior: Literal["any", "at-most-one"] | None = None
    override_reasons: tuple[Coding, ...] | None = None
    links: tuple[Link, ...] | None = None


class CriterionTrace(Part, frozen=True, kw_only=True):
    """One criterion that was looked at, and why it fired, did not, or could not be told."""

    id: str
    met: Literal["yes", "no", "unknown"]
    because: str


class SilenceTrace(Part, frozen=True, kw_only=True):
    """What an answer of the past keeps from being shown: the card, or one suggestion on it.

    `answer` is the code of an override reason, or "accepted"; `until` is the last day on which it holds.
    """

    answer: str
    answered: str
    until: str
    suggestion: str | None = None


class FindingTrace(Part, frozen=True, kw_only=True):
    """One finding, and whether it stands on a card of its own or in another's text."""

    topic: str
    shown: Literal["card", "folded", "capped", "silenced"]
    silenced_by: tuple[SilenceTrace, ...] | None = None


class InputTrace(Part, frozen=True, kw_only=True):
    """One value a decision could rest on. Derived values name their parts instead of a resource."""

    name: str
    value: Decimal | str
    unit: str | None = None
    date: str | None = None
    reference: str | None = None
    derived_from: tuple[str, ...] | None = None


class DataQualityTrace(Part, frozen=True, kw_only=True):
    """One thing in the chart that could not be used as it stands. `because` holds no patient data."""

    issue: str
    because: str
    reference: str | None = None


class Evaluation(Part, frozen=True, kw_only=True):
    """The trace of one call: what was decided, on what, and what could not be looked at."""

    disposition: str
    guideline_version: str
    as_of: str
    criteria: tuple[CriterionTrace, ...] | None = None
    findings: tuple[FindingTrace, ...] | None = None
    inputs: tuple[InputTrace, ...] | None = None
    missing: tuple[str, ...] | None = None
    data_quality: tuple[DataQualityTrace, ...] | None = None
    prefetch: dict[str, str] | None = None


class HookResponse(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to a hook call. An empty `cards` means: checked, nothing to say."""

    cards: tuple[Card, ...]
    extension: dict[str, Evaluation] | None = None


_encoder = msgspec.json.Encoder(decimal_format="number")


def encode(message: msgspec.Struct) -> bytes:
    """The message as UTF-8 JSON; decimals stay as they were reported."""
    return _encoder.encode(message)
