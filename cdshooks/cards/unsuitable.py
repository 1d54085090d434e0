"""C07: oral alendronate is not suitable, and what else there is (GUIDELINE C, "Alternatives matrix")."""

from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, bullets, paragraphs
from cdshooks.cards.sheet import Sheet
from cdshooks.guideline.bars import BLOCKS
from cdshooks.guideline.decision import Criterion, Topic
from cdshooks.guideline.words import listed
from fhir_mappings.inputs import Sex

_ORAL = frozenset({"alendronate", "risedronate", "ibandronate", "etidronate", "a bisphosphonate"})
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
    oral = [each.drug for each in case.inputs.therapy if each.drug in _ORAL]
    if not blocks or (case.inputs.therapy and not oral):
        return None
    reason = blocks[0].reason or blocks[0].because
    summary = (
        f"On {oral[0]}: {reason}; review"
        if oral
        else f"Oral alendronate not suitable: {reason}. See alternatives"
    )
    return Sheet(
        topic=Topic.ALENDRONATE_UNSUITABLE,
        indicator="warning",
        summary=summary,
        detail=paragraphs(
            (
                bold("Why", f"{listed([criterion.because for criterion in blocks])}."),
                _alternatives(case, {criterion.id for criterion in blocks}),
            )
        ),
    )


def _alternatives(case: Case, blocks: set[str]) -> str:
    """The options that fit this patient's blocks. What one block rules out no other lets in again."""
    if "block-not-checked" in blocks:
        return bold("Alternatives", "check what could not be read first; the same facts bear on them.")
    calcium = case.inputs.labs.calcium
    if calcium is not None and calcium.low:
        return bold("Alternatives", "none before calcium is corrected: they are contraindicated too.")
    options = []
    if not blocks & {"block-renal", "block-hypersensitivity", "block-onj-or-atypical-fracture"}:
        options.append("zoledronic acid 5 mg IV yearly, if CrCl is 35 or above and calcium is normal")
    if "block-renal" in blocks:
        options.append(
            "denosumab 60 mg SC every 6 months only after CKD-MBD work-up with calcium and vitamin D replete; "
            "boxed warning: severe hypocalcemia in advanced CKD; involve nephrology"
        )
    elif "block-onj-or-atypical-fracture" not in blocks:
        options.append(
            "denosumab 60 mg SC every 6 months, if calcium is normal; no drug holiday: vertebral fractures "
            "rebound when it is delayed or stopped"
        )
    if case.inputs.person.sex is Sex.FEMALE and "block-onj-or-atypical-fracture" not in blocks:
        caution = " with caution in renal impairment" if "block-renal" in blocks else ""
        options.append(f"raloxifene{caution} (vertebral fractures only; not with VTE or stroke risk)")
    options.append("an anabolic drug, by a specialist")
    return f"**Alternatives to consider, none preselected:**\n\n{bullets(options)}"
