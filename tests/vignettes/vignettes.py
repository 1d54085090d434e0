"""What a vignette is: a clinical story in plain words and numbers, and what the guideline says of it."""

import datetime
from pathlib import Path
from typing import Literal

import msgspec

_HERE = Path(__file__).parent

Number = int | float


class _Plain(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A part of a vignette; a member that nobody knows is a typing error in the file."""


class TScore(_Plain, frozen=True, kw_only=True):
    """A T-score. Without a value it was registered only; `text` stands for a value in words."""

    site: str
    value: Number | None = None
    text: str | None = None
    unit: str | None = None
    date: datetime.date | None = None
    status: str | None = "final"
    side: Literal["left", "right"] | None = None
    of_other_patient: bool = False


class ZScore(_Plain, frozen=True, kw_only=True):
    """A Z-score, which the guideline never reads as a T-score."""

    site: str
    value: Number
    date: datetime.date


class Frax(_Plain, frozen=True, kw_only=True):
    """Probabilities as the chart holds them; `unit` absent means that the chart has none."""

    hip: Number | None = None
    mof: Number | None = None
    unit: str | None = None
    date: datetime.date
    status: str = "final"


class Lab(_Plain, frozen=True, kw_only=True):
    """A laboratory value, with the laboratory's own limits where it states them."""

    value: Number
    unit: str | None = None
    date: datetime.date
    comparator: Literal["<", ">"] | None = None
    low: Number | None = None
    high: Number | None = None


class Condition(_Plain, frozen=True, kw_only=True):
    """A diagnosis with more than its name; `by_name` means that no code says it."""

    name: str
    by_name: str | None = None
    date: datetime.date | None = None
    status: str = "active"
    verification: str = "confirmed"
    abated: datetime.date | None = None


class Fracture(_Plain, frozen=True, kw_only=True):
    """A fracture, and what the chart tells of how it came about."""

    site: str
    mechanism: str
    date: datetime.date
    encounter: Literal["initial", "subsequent", "sequela"] = "initial"


class Glucocorticoid(_Plain, frozen=True, kw_only=True):
    """A course that ends today, or did some days ago: so many days of the last 12 months.

    `every_other_day` gives twice the dose every second day; `as_text` leaves the dose to be read from words.
    One that `begins_in_days` is ordered today for as many days to come; `stopped` is one of which only what
    was planned is on record.
    """

    drug: str
    mg_per_day: Number
    days: int = msgspec.field(name="daysIn12mo")
    route: str
    as_needed: bool = False
    every_other_day: bool = False
    as_text: bool = False
    ended_days_ago: int = 0
    begins_in_days: int | None = None
    stopped: bool = False


class Given(_Plain, frozen=True, kw_only=True):
    """An injection or infusion that was given, so many months and days ago.

    `written` is the day as the chart has it where it is not a whole one, "2025-06"; empty where it has none.
    """

    drug: str
    months_ago: int = 0
    days_more: int = 0
    written: str | None = None


class Supply(_Plain, frozen=True, kw_only=True):
    """Medicine handed over so many days ago, on no known day without them, and the days it is to last."""

    drug: str
    days_ago: int | None = None
    days: int


class Therapy(_Plain, frozen=True, kw_only=True):
    """An osteoporosis drug that was begun so many years before it was stopped, or before today.

    Where the last dose is told, it is given in the hospital and not ordered.
    """

    drug: str
    years: Number
    stopped_months_ago: int | None = None
    last_dose_months_ago: int | None = None


class Order(_Plain, frozen=True, kw_only=True):
    """One order, or one entry of a medication list. `by_name` means that no code says which drug it is."""

    drug: str
    status: str | None = "active"
    intent: str = "order"
    months_ago: int = 3
    days_ahead: int | None = None
    do_not_perform: bool = False
    by_name: str | None = None
    ended_months_ago: int | None = None
    daily: bool = False


class Allergy(_Plain, frozen=True, kw_only=True):
    """An allergy entry; `by_name` means that no code says to what."""

    drug: str
    by_name: str | None = None
    type: Literal["allergy", "intolerance"] = "allergy"
    verification: str = "confirmed"
    status: str = "active"


class Procedure(_Plain, frozen=True, kw_only=True):
    """Something that was done."""

    type: str
    date: datetime.date
    status: str = "completed"


class Draft(_Plain, frozen=True, kw_only=True):
    """An order that is being written; the first is the one chosen, unless it says otherwise.

    `written` is how the medicine is told: each hospital has its own way where that is not stated. `dose_mg`
    is what is taken each time, else one unit of the product. `replaces` tells that it takes the place of the
    first order in the chart.
    """

    drug: str
    strength_mg: Number | None = None
    dose_mg: Number | None = None
    frequency: int | None = None
    period: Number | None = None
    period_unit: str | None = None
    text: str | None = None
    duration_days: int | None = None
    repeats: int | None = None
    as_needed: bool = False
    written: Literal["text-only", "contained", "referenced", "ndc", "ingredient"] | None = None
    name: str | None = None
    reason: str | None = None
    status: str = "draft"
    selected: bool = True
    replaces: bool = False
    due_in_months: int | None = None
    of_other_patient: bool = False
    without_id: bool = False


class Patient(_Plain, frozen=True, kw_only=True):
    """The person; what is null or absent is not in the chart."""

    age: int | None = None
    birth_date: str | None = None
    sex: str | None = None
    birth_sex: Literal["female", "male"] | None = None
    menopausal_status: Literal["premenopausal", "postmenopausal"] | None = None
    deceased: bool = False
    deceased_date: datetime.date | None = None
    pregnant: bool = False
    pregnant_by_observation: bool = False
    last_menstrual_period: datetime.date | None = None
    smoking: str | None = None
    parental_hip_fracture: bool = False
    alcohol_drinks_per_day: Number | None = None
    weight_kg: Number | None = None
    height_cm: Number | None = None
    conditions: tuple[str | Condition, ...] = ()
    fractures: tuple[Fracture, ...] = ()
    glucocorticoids: tuple[Glucocorticoid, ...] = ()
    cancer_therapy: tuple[str, ...] = ()
    current_therapy: tuple[Therapy, ...] = ()
    administrations: tuple[Given, ...] = ()
    dispenses: tuple[Supply, ...] = ()
    medication_orders: tuple[Order, ...] = ()
    medication_statements: tuple[Order, ...] = ()
    meds: tuple[str, ...] = ()
    allergies: tuple[str | Allergy, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    dental_exam: datetime.date | None = None


class Input(_Plain, frozen=True, kw_only=True):
    """The chart in plain words."""

    patient: Patient
    t_scores: tuple[TScore, ...] = ()
    z_scores: tuple[ZScore, ...] = ()
    frax: Frax | None = None
    labs: dict[str, Lab | tuple[Lab, ...]] = {}
    draft_order: Draft | None = None
    draft_orders: tuple[Draft, ...] = ()
    not_sent: tuple[str, ...] = ()
    """Prefetch keys that the client leaves out; "*" for all of them."""
    failed: tuple[str, ...] = ()
    """Prefetch keys that are answered with an error."""
    looked_at_by: Literal["Practitioner", "Patient"] = "Practitioner"

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """All drafts of the story."""
        return (*((self.draft_order,) if self.draft_order else ()), *self.draft_orders)


class Expected(_Plain, frozen=True, kw_only=True):
    """What the guideline says; README.md tells how each member is read."""

    disposition: str
    indicator: Literal["info", "warning", "critical"] | None = None
    cards_must: tuple[str, ...] = ()
    cards_must_not: tuple[str, ...] = ()
    suggestions_must: tuple[str, ...] = ()
    suggestions_must_not: tuple[str, ...] = ()
    start_alendronate: Literal["recommended", "offered", "none"] | None = None
    criteria: dict[str, Literal["yes", "no", "unknown"]] = {}
    data_quality_must: tuple[str, ...] = ()
    no_cards: bool = False
    indicators: dict[str, Literal["info", "warning", "critical"]] = {}
    folded: tuple[str, ...] = ()
    summaries: tuple[str, ...] = ()
    most_cards: int | None = None


class Vignette(_Plain, frozen=True, kw_only=True):
    """One story."""

    id: str
    title: str
    hook: Literal["patient-view", "order-select", "order-sign"]
    as_of: datetime.date
    input: Input
    expected: Expected
    rationale: str


class _File(msgspec.Struct, frozen=True):
    cases: tuple[Vignette, ...]


def load(name: str) -> tuple[Vignette, ...]:
    """The vignettes of a file beside this module."""
    return msgspec.json.decode((_HERE / name).read_bytes(), type=_File).cases
