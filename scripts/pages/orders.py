"""The reference page of the order checks, docs/reference-orders.md.

Ids, topics, citations, thresholds and what each module says of itself are taken from the code. How heavily a
check weighs at each hook and what it offers stands here, and a check without words fails the run.
"""

import inspect
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from types import ModuleType

from cdshooks.cards.orders import MOST_CARDS
from cdshooks.cards.sheet import SuggestionId
from cdshooks.guideline.orders import CHECKS, Check
from fhir_mappings.inputs import Source
from scripts.pages import MADE
from scripts.pages.tables import table

CRITICAL, WARNING, INFO = ("critical",), ("warning",), ("info",)
EITHER = ("critical", "warning")
LINE = ("line",)
"""Never a card of its own: a line on another one."""

_REMOVE = (SuggestionId.REMOVE_ORDER,)
_WEEKLY = (SuggestionId.CHANGE_TO_WEEKLY,)

WEIGHTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], tuple[SuggestionId, ...]]] = {
    "O-DAILY70": (CRITICAL, CRITICAL, (*_WEEKLY, *_REMOVE)),
    "O-DOSE-CONFLICT": (CRITICAL, CRITICAL, ()),
    "O-DOSE-UNK": ((), WARNING, _WEEKLY),
    "O-UNDERDOSE": ((*WARNING, *LINE), (*WARNING, *LINE), _WEEKLY),
    "O-HCA": (EITHER, EITHER, (*_REMOVE, SuggestionId.LABS)),
    "O-ESO": (EITHER, EITHER, _REMOVE),
    "O-VAR": (EITHER, EITHER, _REMOVE),
    "O-UPR": (EITHER, EITHER, _REMOVE),
    "O-HYP": (EITHER, EITHER, _REMOVE),
    "O-REN": (EITHER, EITHER, _REMOVE),
    "O-AFF": (EITHER, EITHER, _REMOVE),
    "O-PREG": (EITHER, EITHER, _REMOVE),
    "O-PEDS": (CRITICAL, CRITICAL, _REMOVE),
    "O-YOUNG": (WARNING, WARNING, _REMOVE),
    "O-DUP": (EITHER, EITHER, _REMOVE),
    "O-RLX": (EITHER, EITHER, _REMOVE),
    "O-ZOL-STRENGTH": (WARNING, WARNING, ()),
    "O-VITD": (WARNING, WARNING, (SuggestionId.VITAMIN_D,)),
    "O-NOFRAX": (WARNING, WARNING, (SuggestionId.FRAX_TASK,)),
    "O-CA-UNK": (INFO, INFO, (SuggestionId.LABS,)),
    "O-REN-UNK": (INFO, INFO, (SuggestionId.LABS,)),
    "O-HOLIDAY": (INFO, INFO, (SuggestionId.DXA_NOW,)),
    "O-GC": (INFO, INFO, (SuggestionId.FRAX_TASK, SuggestionId.DXA_NOW)),
    "O-BELOW": (INFO, INFO, ()),
    "O-CAD": (INFO, INFO, (SuggestionId.CALCIUM, SuggestionId.VITAMIN_D)),
    "O-DXA-EARLY": (INFO, INFO, ()),
    "O-DENTAL": (INFO, LINE, (SuggestionId.DENTAL_EXAM,)),
    "O-CAIRON": (LINE, LINE, ()),
}
"""Of each check: the indicators it may have at order-select and at order-sign, and what it may offer."""

_HEAD = (
    "Check",
    "Topic",
    "Title",
    "order-select",
    "order-sign",
    "May offer",
    "Needs of the chart",
    "Citation",
)


def render() -> str:
    """The whole page."""
    return "\n".join(
        (*_page(), table(_HEAD, map(_row, CHECKS)), "## In the words of the code\n", *_sections())
    )


def _page() -> Iterator[str]:
    yield f"# Order checks\n\n{MADE}"
    yield (
        "What `bone-health-order-select` and `bone-health-order-sign` look at in a draft. "
        "[Check orders](orders.md) says how to call them and what comes back.\n"
    )
    yield (
        "A check looks at every draft in `context.draftOrders` at order-sign, and at those that "
        "`context.selections` names at order-select. It runs whatever the disposition is. Where a critical "
        "check may also be a warning, only a name or an unconfirmed entry speaks for it, or its section below "
        'says when. "line" is a line of text on another card. '
        "What a check needs and could not be had is named on a card as not checked. At most "
        f"{MOST_CARDS['order-select']} cards are shown at order-select and {MOST_CARDS['order-sign']} at "
        "order-sign, and every critical one.\n"
    )


def _row(check: Check) -> tuple[str, ...]:
    """The row of a check, in the columns of `_HEAD`."""
    select, sign, offers = WEIGHTS[check.id]
    return (
        f"`{check.id}`",
        f"`{check.topic}`",
        check.topic.display,
        ", ".join(select) or "not looked at",
        ", ".join(sign) or "not looked at",
        ", ".join(f"`{each}`" for each in offers) or "nothing",
        ", ".join(source.value.replace("-", " ") for source in Source if source in check.needs) or "nothing",
        check.citation,
    )


def _sections() -> Iterator[str]:
    """What each module of checks says of itself, with its thresholds, in the order of the checks."""
    for module in dict.fromkeys(sys.modules[check.look.__module__] for check in CHECKS):
        ids = ", ".join(check.id for check in CHECKS if check.look.__module__ == module.__name__)
        first, _, rest = (inspect.getdoc(module) or "").partition("\n")
        limits = ", ".join(f"`{name}` {value}" for name, value in _thresholds(module))
        yield f"### {ids}\n\n{first} {' '.join(rest.split())}\n" + (
            f"\nThresholds: {limits}.\n" if limits else ""
        )


def _thresholds(module: ModuleType) -> Iterator[tuple[str, str]]:
    """The public numbers that the module decides by, its own and those it shares."""
    for name, value in vars(module).items():
        if name.isupper() and not name.startswith("_") and isinstance(value, int | Decimal | Fraction):
            yield name, str(float(value)) if isinstance(value, Fraction) else str(value)
