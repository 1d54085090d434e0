"""A card before it has its place among the others and its identifiers."""

from enum import StrEnum
from typing import Any

import msgspec

from cdshooks.guideline.decision import Topic
from cdshooks.wire.response import Indicator


class SuggestionId(StrEnum):
    """The suggestions of GUIDELINE.md by their code on the wire."""

    FRAX_TASK = "frax-task"
    START_ALENDRONATE = "start-alendronate"
    CALCIUM = "calcium"
    VITAMIN_D = "vitamin-d"
    EXERCISE_REFERRAL = "exercise-referral"
    DXA_24 = "dxa-in-24-months"
    DXA_12 = "dxa-in-12-months"
    DXA_NOW = "dxa-now"
    LABS = "secondary-cause-labs"
    VITAMIN_D_LEVEL = "vitamin-d-level"
    DENTAL_EXAM = "dental-exam"
    FRAX_IN_12_MONTHS = "frax-in-12-months"
    SPECIALIST_REFERRAL = "specialist-referral"
    FALL_RISK_REFERRAL = "fall-risk-referral"
    SMOKING_CESSATION = "smoking-cessation"
    ALCOHOL_COUNSELLING = "alcohol-counselling"
    NUTRITION_COUNSELLING = "nutrition-counselling"
    CHANGE_TO_WEEKLY = "change-to-weekly"
    REMOVE_ORDER = "remove-order"


class Creation(msgspec.Struct, frozen=True, kw_only=True):
    """One resource to create, and what a clinician reads of it."""

    description: str
    resource: dict[str, Any]


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """A draft of the clinician as it should be, whole and with its id, and what a clinician reads of it."""

    description: str
    resource: dict[str, Any]


class Removal(msgspec.Struct, frozen=True, kw_only=True):
    """A draft of the clinician to take away, by its reference ("MedicationRequest/1")."""

    description: str
    reference: str


Change = Creation | Correction | Removal


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A suggestion: what it is called, what it changes, and whether it is recommended."""

    id: SuggestionId
    label: str
    changes: tuple[Change, ...]
    recommended: bool = False


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """The content of one card. `offers` are in order of importance; the first four are shown.

    `folded` is what another card says of it where there is no room for this one; None: its summary.
    """

    topic: Topic
    indicator: Indicator
    summary: str
    detail: str
    folded: str | None = None
    offers: tuple[Offer, ...] = ()
    about_frax: bool = False
    about_fracture: bool = False
    against_order: bool = False
    """Whether signing all the same takes a reason of its own."""
    exclusive: bool = False
    """Whether one suggestion at most makes sense: a draft is corrected or taken away."""
    stays: bool = False
    """Whether no answer silences it, as none does a critical one: silence would say that all was checked."""
    order: str = ""
    """The draft it is about; two cards of one topic are told apart by it."""
