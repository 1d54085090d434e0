"""What every typed value of a chart is, where it comes from, and what can be wrong with it."""

import datetime
from enum import StrEnum
from typing import Literal

import msgspec


class Source(StrEnum):
    """A part of the chart that is asked for as a whole, and can be there, empty, or not to be had."""

    PATIENT = "patient"
    BONE_DENSITY = "bone-density"
    DXA_REPORTS = "dxa-reports"
    FRAX = "frax"
    LABS = "labs"
    BODY_MEASURES = "body-measures"
    CONDITIONS = "conditions"
    MEDICATIONS = "medications"
    ALLERGIES = "allergies"
    PROCEDURES = "procedures"
    REPRODUCTIVE_STATUS = "reproductive-status"
    LIFESTYLE = "lifestyle"
    FAMILY_HISTORY = "family-history"
    DISPENSES = "dispenses"
    ADMINISTRATIONS = "administrations"


class Fact(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A typed value of the chart."""


Issue = Literal[
    "unreadable",
    "wrong-version",
    "no-status",
    "not-final",
    "future-date",
    "stale",
    "no-unit",
    "wrong-unit",
    "implausible",
    "sign-suspect",
    "conflict",
    "site-not-stated",
    "by-name-only",
    "unmapped-code",
    "other-patient",
    "dose-unreadable",
    "mechanism-unknown",
    "truncated",
    "not-fetched",
    "as-of-ignored",
]
"""The data-quality issues of GUIDELINE.md, "Codes on the wire"."""


class DataQuality(Fact, frozen=True, kw_only=True):
    """Something in the chart that could not be used as it stands; `because` quotes nothing personal."""

    issue: Issue
    because: str
    reference: str | None = None
    of: Source | None = None
    """The part of the chart it concerns, where a decision depends on knowing that."""


class Recorded(Fact, frozen=True, kw_only=True):
    """Something that the chart says is so, or says is not so; where it says neither there is none of this."""

    is_so: bool
    day: datetime.date | None = None
    reference: str
