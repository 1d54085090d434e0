"""What the guideline says: the disposition, each criterion that was looked at, and what follows from them.

The codes are those of GUIDELINE.md, "Codes on the wire".
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Literal

import msgspec

from cdshooks.guideline.topics import Topic
from fhir_mappings.inputs import GuidelineInputs


class Disposition(StrEnum):
    """The one answer of a call; the first rule that matches sets it."""

    HOSPICE = "out-of-scope-hospice"
    PEDIATRIC = "out-of-scope-pediatric"
    PREGNANCY = "out-of-scope-pregnancy"
    INSUFFICIENT_DEMOGRAPHICS = "insufficient-demographics"
    YOUNG = "not-applicable-young"
    ALREADY_TREATED = "already-treated"
    TREAT = "treat"
    CONSIDER = "consider"
    DATA_CONFLICT = "data-conflict"
    RISK_ASSESSMENT_NEEDED = "risk-assessment-needed"
    DEFER = "defer"
    NORMAL = "normal"
    NO_BONE_DENSITY = "no-bone-density"


class Met(StrEnum):
    """A criterion is met, is not, or cannot be told: absent evidence is not evidence of absence."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at the chart came to. `reason` is the short form that a card's summary quotes.

    `lesser` is true where it is met, and only well enough for what its rule sets `otherwise`.
    """

    met: Met
    because: str
    reason: str | None = None
    lesser: bool = False


def yes(because: str, *, reason: str | None = None, lesser: bool = False) -> Looked:
    """It is met."""
    return Looked(met=Met.YES, because=because, reason=reason, lesser=lesser)


def no(because: str) -> Looked:
    """It is not met."""
    return Looked(met=Met.NO, because=because)


def unknown(because: str) -> Looked:
    """Nobody can tell."""
    return Looked(met=Met.UNKNOWN, because=because)


def yes_or_no(because: str, *, met: bool, reason: str | None = None) -> Looked:
    """It is met or it is not; `because` is true of what it is."""
    return yes(because, reason=reason) if met else no(because)


Look = Callable[[GuidelineInputs], Looked]


class Criterion(Looked, frozen=True, kw_only=True):
    """One criterion as it was found: what a look came to, under the id of what was looked for."""

    id: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for in a chart: its id, how it is looked at, and where it comes from."""

    id: str
    look: Look
    citation: str

    def criterion(self, inputs: GuidelineInputs) -> Criterion:
        """What is found in this chart, under the id of the question."""
        found = self.look(inputs)
        return Criterion(
            id=self.id, met=found.met, because=found.because, reason=found.reason, lesser=found.lesser
        )


class Rule(Question, frozen=True, kw_only=True):
    """One criterion of the guideline, and what it sets.

    `evidence` is S (sure), P (probable) or N (the source article alone), as in GUIDELINE.md. `recommends` is
    whether alendronate may be recommended on its strength, and not only offered.
    """

    sets: Disposition
    evidence: Literal["S", "P", "N"]
    otherwise: Disposition | None = None
    recommends: bool = False


class RiskFactor(msgspec.Struct, frozen=True, kw_only=True):
    """A risk factor that counts for K2 and K3, in the words of a card, with its value and day."""

    name: str
    because: str


class Bar(Question, frozen=True, kw_only=True):
    """What speaks against alendronate: a block withholds the draft, a caution leaves it unrecommended.

    `bears_on` are the dispositions in which it is looked at. A caution that `can_be_settled` goes when somebody
    asks, measures or waits; the others stay with the patient.
    """

    topic: Topic | None = None
    bears_on: frozenset[Disposition] = frozenset(
        {Disposition.TREAT, Disposition.CONSIDER, Disposition.ALREADY_TREATED}
    )
    can_be_settled: bool = False


class Draft(StrEnum):
    """What becomes of the alendronate draft."""

    RECOMMENDED = "recommended"
    OFFERED = "offered"
    WITHHELD = "withheld"
    NOT_INDICATED = "not indicated"


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer. `criteria` are all that were looked at, in order, blocks and cautions last.

    `grounds` are those that set the disposition: one of the gates or classes, one or more of the others.
    `risk_factors` are those that count for K2 and K3, whether or not a T-score makes them matter.
    """

    disposition: Disposition
    criteria: tuple[Criterion, ...]
    grounds: tuple[Criterion, ...] = ()
    risk_factors: tuple[RiskFactor, ...] = ()
    blocks: tuple[Criterion, ...] = ()
    cautions: tuple[Criterion, ...] = ()
    draft: Draft = Draft.NOT_INDICATED

    def fired(self, criterion_id: str) -> Criterion | None:
        """The criterion of that id if it is met."""
        return next((each for each in self.criteria if each.id == criterion_id and each.met is Met.YES), None)
