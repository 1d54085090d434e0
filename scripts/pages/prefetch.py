"""docs/reference-prefetch.md: what the services ask an EHR to send."""

from collections.abc import Mapping

from cdshooks.chart.prefetch import PAGE, PATIENT_VIEW, Query
from cdshooks.guideline.bars.not_checked import FEEDS_A_BLOCK
from fhir_mappings.inputs import PREGNANCY_AGE, Source
from fhir_mappings.value_sets import load
from scripts.pages import MADE
from scripts.pages.tables import codes, table

FEEDS: Mapping[Source, str] = {
    Source.PATIENT: "age, sex, death",
    Source.BONE_DENSITY: "T-scores",
    Source.DXA_REPORTS: "dates, status and contained results of DXA studies",
    Source.FRAX: "FRAX probabilities",
    Source.LABS: "calcium, albumin, creatinine, eGFR, 25-OH vitamin D, TSH, PTH, alkaline phosphatase, "
    "testosterone",
    Source.BODY_MEASURES: "weight (for creatinine clearance), height and body mass index",
    Source.LIFESTYLE: "smoking, alcohol, falls; and as observations a parent's hip fracture, and being unable "
    "to stay upright",
    Source.FAMILY_HISTORY: "a hip fracture of a parent",
    Source.CONDITIONS: "fractures, diagnoses, menopause, pregnancy, hospice care",
    Source.MEDICATIONS: "current osteoporosis drugs, glucocorticoids, cancer therapy, calcium, vitamin D, "
    "antacids, iron",
    Source.DISPENSES: "supplies of these medicines: how long they reach",
    Source.ADMINISTRATIONS: "infusions and injections: when the last dose was given",
    Source.ALLERGIES: "reactions to bisphosphonates",
    Source.PROCEDURES: "banding or sclerotherapy of esophageal varices, oophorectomy, orchiectomy, "
    "bariatric surgery, dialysis, dental examinations",
    Source.REPRODUCTIVE_STATUS: "pregnancy status and last menstrual period",
}
FOR_WHOM: Mapping[Source, str] = {Source.REPRODUCTIVE_STATUS: f", for women under {PREGNANCY_AGE}"}
"""Sources that block a draft for some patients only."""


def render() -> str:
    """The whole page."""
    rows = [_row(query) for query in PATIENT_VIEW]
    terminology = load()
    templates = "".join(
        f"\n### {query.key}\n\n"
        + (f"Value sets: {codes(query.concepts)}.\n\n" if query.concepts else "")
        + f"```text\n{query.template(terminology)}\n```\n"
        for query in PATIENT_VIEW
    )
    return (
        f"# Prefetch keys\n\n{MADE}\n"
        "What the services ask an EHR to send; all three ask for the same. [Connect an EHR](connect-an-ehr.md) "
        "says how to answer. `bone-health-patient-view` cannot answer without the keys that are required. The "
        "order hooks require none: each part of the chart that is missing and that a check of the order needs "
        "is named on a card as not checked.\n\n"
        + table(
            (
                "Key",
                "Resource type",
                "Required at patient-view",
                "Codes",
                "What it feeds",
                "Missing at patient-view",
            ),
            rows,
        )
        + "\n## Templates\n\n"
        "As in discovery, without a local code map; its codes are added to the templates of their value sets. "
        f"Each search asks for pages of {PAGE}.\n" + templates
    )


def _row(query: Query) -> tuple[str, ...]:
    count = sum(len(load().codes(concept)) for concept in query.concepts)
    if query.required:
        missing = "the call is answered with 412"
    elif query.source in FEEDS_A_BLOCK:
        alone = [each for each in PATIENT_VIEW if each.source is query.source] == [query]
        missing = "`block-not-checked`: no alendronate draft" + FOR_WHOM.get(query.source, "")
        missing += "" if alone else ", if both such keys are"
    else:
        missing = "unknown, and said so"
    return (
        f"`{query.key}`",
        query.resource_type,
        "yes" if query.required else "no",
        str(count) if count else "all",
        FEEDS[query.source],
        missing,
    )
