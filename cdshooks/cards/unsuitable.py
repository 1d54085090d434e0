"""C07: oral alendronate is not suitable, and what else there is (GUIDELINE C, "Alternatives matrix")."""

from cdshooks.cards import drug_choice, labs, parts
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, paragraphs
from cdshooks.cards.sheet import Sheet
from cdshooks.guideline.bars import BLOCKS
from cdshooks.guideline.decision import Criterion
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import listed
from fhir_mappings.inputs import ORAL_BISPHOSPHONATES

_MAY_BE_ORAL = ORAL_BISPHOSPHONATES | {"a bisphosphonate"}
"""Current drugs that a block speaks against as it does against alendronate."""


def blocking(case: Case) -> list[Criterion]:
    """The blocks that alternatives can get around; what is to be corrected first has a card of its own."""
    ours = {bar.id for bar in BLOCKS if bar.topic is Topic.ALENDRONATE_UNSUITABLE}
    return [criterion for criterion in case.decision.blocks if criterion.id in ours]


def is_only_unchecked(case: Case) -> bool:
    """Whether nothing is known to speak against the tablet, and something could not be looked at."""
    return [criterion.id for criterion in case.decision.blocks] == ["block-not-checked"]


def sheet(case: Case) -> Sheet | None:
    """The card where a block stands in the way of the tablet."""
    blocks = blocking(case)
    if case.inputs.therapy:
        # That something could not be read is no reason to doubt a drug that is taken: it is said elsewhere.
        blocks = [criterion for criterion in blocks if criterion.id != "block-not-checked"]
    oral = [each.drug for each in case.inputs.therapy if each.drug in _MAY_BE_ORAL]
    if not blocks or (case.inputs.therapy and not oral):
        return None
    reason = blocks[0].reason or blocks[0].because
    summary = (
        f"On {oral[0]}: {reason}; review"
        if oral
        else f"Oral alendronate not suitable: {reason}. See alternatives"
    )
    because = listed([criterion.because for criterion in blocks])
    return Sheet(
        topic=Topic.ALENDRONATE_UNSUITABLE,
        indicator="warning",
        summary=summary,
        detail=paragraphs(
            (
                bold("Why", f"{because}."),
                parts.classification(case),
                labs.known(case.inputs),
                _alternatives(case),
                parts.none_found(case),
                labs.not_found(case.inputs, labs.BEFORE_A_DRUG),
            )
        ),
        folded=_folded(case, because),
    )


def _folded(case: Case, because: str) -> str:
    """Where treatment is indicated or considered, its card tells the block already."""
    if is_only_unchecked(case):
        return ""
    if case.inputs.therapy:
        return bold("Oral bisphosphonate to review", f"{because}.")
    return _alternatives(case)


def _alternatives(case: Case) -> str:
    """The options that fit this patient's blocks. What one block rules out no other lets in again."""
    if any(criterion.id == "block-not-checked" for criterion in case.decision.blocks):
        return bold("Alternatives", "check what could not be read first; the same facts bear on them.")
    return drug_choice.alternatives(case)
