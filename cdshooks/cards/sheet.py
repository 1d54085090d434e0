"""A card before it has its place among the others and its identifiers."""

from enum import StrEnum
from typing import Any, Self

import msgspec

from cdshooks.guideline.topics import Topic
from cdshooks.wire.response import Indicator


class SuggestionId(StrEnum):
    """The suggestions of GUIDELINE.md: the code on the wire, and the number in the uuids of cards.

    A number stays with its code for good, as those of topics do; 0 is the card itself.
    """

    number: int

    def __new__(cls, code: str, number: int) -> Self:
        """A member is its code."""
        suggestion = str.__new__(cls, code)
        suggestion._value_ = code
        suggestion.number = number
        return suggestion

    FRAX_TASK = "frax-task", 1
    START_ALENDRONATE = "start-alendronate", 2
    CALCIUM = "calcium", 3
    VITAMIN_D = "vitamin-d", 4
    EXERCISE_REFERRAL = "exercise-referral", 5
    DXA_24 = "dxa-in-24-months", 7
    DXA_12 = "dxa-in-12-months", 8
    DXA_NOW = "dxa-now", 9
    LABS = "secondary-cause-labs", 10
    VITAMIN_D_LEVEL = "vitamin-d-level", 11
    DENTAL_EXAM = "dental-exam", 12
    FRAX_IN_12_MONTHS = "frax-in-12-months", 19
    SPECIALIST_REFERRAL = "specialist-referral", 16
    FALL_RISK_REFERRAL = "fall-risk-referral", 6
    SMOKING_CESSATION = "smoking-cessation", 13
    ALCOHOL_COUNSELLING = "alcohol-counselling", 14
    NUTRITION_COUNSELLING = "nutrition-counselling", 15
    CHANGE_TO_WEEKLY = "change-to-weekly", 17
    REMOVE_ORDER = "remove-order", 18


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
