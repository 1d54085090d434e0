"""Medicines that the guideline asks about."""

import datetime
from decimal import Decimal
from typing import Literal

from fhir_mappings.inputs.facts import Fact


class BoneTherapy(Fact, frozen=True, kw_only=True):
    """A current drug that acts on bone. `by_name` is true where only its name is known.

    `drug` is "denosumab" for the 60 mg product and "denosumab 120 mg" for the oncology one; "a bisphosphonate"
    where it is not known which.

    `last_dose` is the last day that the last dose may have been given, dispensed or, failing these, ordered
    on, and `last_dose_from` the first where it may have been on several. `covered_until` is the last day that
    the known supply reaches, where supplies are on record at all.
    """

    drug: str
    since: datetime.date | None
    since_latest: datetime.date | None = None
    """The last day that `since` may mean, where only its month or year is on record."""
    reference: str
    references: tuple[str, ...] = ()
    """Every entry by which it is current, the one of `reference` first."""
    by_name: bool = False
    in_doubt: str | None = None
    """Why nobody knows whether it is current, where what is on record leaves that open."""
    last_dose: datetime.date | None = None
    last_dose_from: datetime.date | None = None
    followed: bool = False
    """Another bone drug came after the last dose of denosumab and took over from it."""
    not_followed_by: tuple[str, ...] = ()
    """What may have come after it and does not count: known by name only, or an order that is over."""
    covered_until: datetime.date | None = None
    stale: bool = False
    """Active on the list, and neither ordered, dispensed nor stated again for two years."""
    weekly_tablet_daily: bool = False
    """An active order of the weekly 70 mg strength is written to be taken daily."""


class PastTherapy(Fact, frozen=True, kw_only=True):
    """An osteoporosis drug that was taken before the current course: for how many days, as far as is known.

    `last_day` is the last one on which it was taken; of zoledronate and denosumab, that of the last dose, from
    `last_day_from` on where it may have been on several days.
    """

    drug: str
    days: int
    reference: str
    last_day: datetime.date | None = None
    last_day_from: datetime.date | None = None


ORAL_BISPHOSPHONATES = frozenset({"alendronate", "risedronate", "ibandronate", "etidronate"})
"""As `BoneTherapy.drug` and `PastTherapy.drug` name them."""


class DoseSpan(Fact, frozen=True, kw_only=True):
    """Days, both ends included, on which a daily dose was taken or is planned."""

    start: datetime.date
    end: datetime.date
    mg_per_day: Decimal


class Glucocorticoid(Fact, frozen=True, kw_only=True):
    """Systemic glucocorticoids of the last 365 days, in mg of prednisone a day (GUIDELINE B, 10).

    `spans` are disjoint and in order, concurrent drugs summed; a course planned for 90 days or more that has
    begun counts with the days to come. `current` is active, or last covered 30 days ago or less.

    `perhaps` are the spans with all that was planned of what was stopped on no known day, where there is such:
    they fire nothing. `up_to` is the most that a range in a current order allows, of which the low end counts.
    """

    drugs: tuple[str, ...]
    spans: tuple[DoseSpan, ...]
    up_to: Decimal | None = None
    perhaps: tuple[DoseSpan, ...] = ()
    current: bool
    references: tuple[str, ...]

    def days_at_least(self, mg_per_day: Decimal) -> int:
        """Days on which the dose was at least this much, in all."""
        return sum((span.end - span.start).days + 1 for span in self.spans if span.mg_per_day >= mg_per_day)

    @property
    def mg_per_day(self) -> Decimal | None:
        """The dose of the last span; None where no dose could be read."""
        return self.spans[-1].mg_per_day if self.spans else None


class CancerTherapy(Fact, frozen=True, kw_only=True):
    """A current cancer drug, or an operation, that takes the hormones away which bone lives on.

    GUIDELINE B, 11.
    """

    drug: str
    kind: Literal["aromatase inhibitor", "androgen deprivation", "ovarian suppression"]
    since: datetime.date | None
    reference: str


class Supplement(Fact, frozen=True, kw_only=True):
    """What the patient already takes beside; `in_the_morning` where it says so, and it would bind a tablet.

    Antacids are those with magnesium, aluminium or calcium; iron is by mouth.
    """

    name: Literal["calcium", "vitamin D", "antacids", "iron"]
    reference: str
    in_the_morning: bool = False
