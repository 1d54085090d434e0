"""What a check of a draft order is, and what it finds (GUIDELINE D).

Checks run whatever the disposition is. Each looks at one draft beside the chart, the decision on the patient,
and the other drafts of the same call.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Literal

import msgspec

from cdshooks.guideline.decision import Decision
from cdshooks.guideline.topics import Topic
from fhir_mappings.inputs import GuidelineInputs, Source
from fhir_mappings.orders import DraftOrder

Hook = Literal["order-select", "order-sign"]
Weight = Literal["critical", "warning", "info"]


class Remedy(StrEnum):
    """What may be offered against a finding, in the order in which it is offered."""

    CHANGE_TO_WEEKLY = "change-to-weekly"
    REMOVE = "remove-order"
    FRAX = "frax-task"
    LABS = "secondary-cause-labs"
    CALCIUM = "calcium"
    VITAMIN_D = "vitamin-d"
    DXA = "dxa-now"
    DENTAL = "dental-exam"


class OrderFinding(msgspec.Struct, frozen=True, kw_only=True):
    """What speaks against a draft, or is to be known before it is signed.

    `because` says which fact of the chart or of the draft it rests on, with its date. `own_card` is false
    where it is only ever a line on another card. `alternatives`: whether other drugs are to be named.
    """

    topic: Topic
    weight: Weight
    summary: str
    because: str
    order: DraftOrder
    remedies: tuple[Remedy, ...] = ()
    own_card: bool = True
    alternatives: bool = False


class OrderCase(msgspec.Struct, frozen=True, kw_only=True):
    """One draft, and all that it is held against."""

    order: DraftOrder
    others: tuple[DraftOrder, ...]
    inputs: GuidelineInputs
    decision: Decision
    hook: Hook

    @property
    def drug(self) -> str:
        """The bone drug or the glucocorticoid that is ordered, as cards name it."""
        return self.order.drugs[0] if self.order.drugs else ""

    @property
    def signing(self) -> bool:
        """Whether the order is complete: at order-select details may still be typed."""
        return self.hook == "order-sign"

    def against(
        self, topic: Topic, weight: Weight, summary: str, because: str, *, alternatives: bool = False
    ) -> OrderFinding:
        """Something that speaks against giving this drug: it may be removed, and the card names the drug.

        What is critical names other drugs too; what is only to be checked does where `alternatives` is true.
        """
        return OrderFinding(
            topic=topic,
            weight=weight,
            summary=f"{summary} ({self.drug})",
            because=because,
            order=self.order,
            remedies=(Remedy.REMOVE,),
            alternatives=alternatives or weight == "critical",
        )


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One row of GUIDELINE D. `id` is that of the row, as "O-DAILY70".

    `concerns` tells which orders it is made of, and `needs` which parts of the chart it cannot do without: it
    is not made where one of them could not be had, as far as it rests on that. `look` is asked only of orders
    that it concerns.
    """

    id: str
    topic: Topic
    concerns: Callable[[OrderCase], bool]
    needs: frozenset[Source] = frozenset()
    look: Callable[[OrderCase], OrderFinding | None]
    citation: str
