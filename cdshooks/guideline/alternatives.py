"""What else there is where alendronate is not suitable (GUIDELINE C, "Alternatives matrix"; A, S31–S34).

One table: for each blocker and option, what it asks for, or None where the blocker rules the option out or
does not name it. An option is left where no blocker rules it out.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from cdshooks.guideline import renal
from cdshooks.guideline.bars import hypocalcemia
from cdshooks.guideline.bars.kidney import LOWEST_CLEARANCE
from cdshooks.guideline.bars.vitamin_d import REPLETE
from fhir_mappings.inputs import Disease, GuidelineInputs, Sex


class Option(StrEnum):
    """The alternatives, in the order of the matrix."""

    ZOLEDRONIC_ACID = "zoledronic acid 5 mg IV yearly"
    DENOSUMAB = "denosumab 60 mg SC every 6 months"
    RALOXIFENE = "raloxifene"
    ANABOLIC = "an anabolic drug"


_TABLET = {
    Option.ZOLEDRONIC_ACID: "",
    Option.DENOSUMAB: "",
    Option.RALOXIFENE: "",
    Option.ANABOLIC: "",
}
MATRIX: Mapping[str, Mapping[Option, str | None]] = {
    "block-esophageal": _TABLET,
    "block-banding": _TABLET,
    "block-upright": _TABLET,
    "block-renal": {
        Option.ZOLEDRONIC_ACID: None,
        Option.DENOSUMAB: (
            "only after CKD-MBD work-up with calcium and vitamin D replete; boxed warning: severe "
            "hypocalcemia in advanced CKD and dialysis; involve nephrology"
        ),
        Option.RALOXIFENE: "with caution in renal impairment",
        Option.ANABOLIC: "",
    },
    "block-hypocalcemia": dict.fromkeys(Option),
    "block-hypersensitivity": {
        Option.ZOLEDRONIC_ACID: None,
        Option.DENOSUMAB: "",
        Option.RALOXIFENE: "",
        Option.ANABOLIC: "",
    },
    "low-vitamin-d": {
        Option.ZOLEDRONIC_ACID: "vitamin D replete first",
        Option.DENOSUMAB: "vitamin D replete first",
        Option.RALOXIFENE: "",
        Option.ANABOLIC: "",
    },
    "onj": {
        Option.ZOLEDRONIC_ACID: None,
        Option.DENOSUMAB: None,
        Option.RALOXIFENE: None,
        Option.ANABOLIC: "",
    },
    "atypical-fracture": {
        Option.ZOLEDRONIC_ACID: None,
        Option.DENOSUMAB: "only by a specialist",
        Option.RALOXIFENE: None,
        Option.ANABOLIC: "",
    },
    "block-pregnancy": dict.fromkeys(Option),
}
"""By block; what a block leaves open between two diseases is named by the disease."""

ALWAYS = {
    Option.ZOLEDRONIC_ACID: f"CrCl {LOWEST_CLEARANCE} or above, calcium normal, vitamin D replete",
    Option.DENOSUMAB: (
        "calcium normal; no drug holiday: vertebral fractures rebound when a dose is delayed or it is stopped"
    ),
    Option.RALOXIFENE: (
        "younger postmenopausal women; vertebral fractures only, no hip benefit; not with VTE, stroke or "
        "coronary risk, nor before immobilization"
    ),
    Option.ANABOLIC: "teriparatide, abaloparatide or romosozumab, by a specialist; an antiresorptive after it",
}
"""What an option asks for whatever blocks the tablet."""


def blockers(inputs: GuidelineInputs, blocks: Iterable[str]) -> set[str]:
    """The rows of the matrix that hold for this patient, from the blocks that are met."""
    found = set(blocks) & MATRIX.keys()
    if inputs.ever(Disease.ONJ):
        found.add("onj")
    if inputs.ever(Disease.ATYPICAL_FEMORAL_FRACTURE):
        found.add("atypical-fracture")
    level = inputs.labs.vitamin_d
    if level is not None and level.below(REPLETE):
        found.add("low-vitamin-d")
    return found


def alternatives(inputs: GuidelineInputs, blocks: Iterable[str]) -> dict[Option, list[str]]:
    """The options left for this patient, each with what it asks for; none while calcium is low."""
    rows = blockers(inputs, blocks)
    left: dict[Option, list[str]] = {}
    for option in Option:
        asked = [MATRIX[row][option] for row in sorted(rows)]
        if None in asked or _is_ruled_out(option, inputs):
            continue
        wanted = [*(word for word in asked if word), ALWAYS[option]]
        left[option] = [*wanted, *_of_patient(option, inputs)]
    return left


def _is_ruled_out(option: Option, inputs: GuidelineInputs) -> bool:
    if option is Option.RALOXIFENE:
        at_risk = inputs.ever(Disease.VTE_OR_STROKE, Disease.MYOCARDIAL_INFARCTION, Disease.CORONARY_DISEASE)
        # It does not go with an aromatase inhibitor, which takes away the estrogen it stands in for.
        inhibited = any(each.kind == "aromatase inhibitor" for each in inputs.cancer_therapy)
        return inputs.person.sex is not Sex.FEMALE or at_risk is not None or inhibited
    if option is Option.ZOLEDRONIC_ACID:
        return inputs.renal.kidney_injury
    return False


def _of_patient(option: Option, inputs: GuidelineInputs) -> list[str]:
    """What the chart says of the conditions of an option."""
    if option is Option.ANABOLIC:
        if inputs.ever(Disease.MYOCARDIAL_INFARCTION, Disease.VTE_OR_STROKE):
            return ["romosozumab not within a year of a heart attack or stroke"]
        return []
    if option is Option.RALOXIFENE:
        return []
    calcium = inputs.labs.calcium
    here = [hypocalcemia.spoken(calcium) if calcium else "calcium not known"]
    if option is Option.ZOLEDRONIC_ACID:
        here.append(renal.spoken(inputs.renal) or "renal function not known")
    return [f"here: {', '.join(here)}"]
