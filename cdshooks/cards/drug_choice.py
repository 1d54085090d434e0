"""What C02 and C03 say of the drug: why it is held back, how it is taken, what else fits this patient."""

from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, bullets, paragraphs
from cdshooks.guideline.alternatives import Option
from cdshooks.guideline.alternatives import alternatives as left
from cdshooks.guideline.bars import BLOCKS, CAUTIONS
from cdshooks.guideline.bars.kidney import LOWEST_CLEARANCE
from cdshooks.guideline.decision import Draft, Met
from cdshooks.guideline.older_women import OLDER_THAN, is_older_woman_with_osteopenia
from cdshooks.guideline.recommendations.scope import DEMOGRAPHICS, PEDIATRIC, PREGNANCY, YOUNG
from fhir_mappings.inputs import GuidelineInputs, Sex


def blocks(case: Case) -> list[str]:
    """What withholds the draft, in the words of a summary."""
    return [criterion.reason or criterion.because for criterion in case.decision.blocks]


def not_recommended(case: Case) -> str | None:
    """Why the draft is offered without recommendation, where a caution says so."""
    decision = case.decision
    if decision.draft is not Draft.OFFERED or not decision.cautions:
        return None
    open_questions = {bar.id for bar in CAUTIONS if bar.can_be_settled}
    until = (
        "" if any(each.id not in open_questions for each in decision.cautions) else ", until this is settled"
    )
    cautions = "; ".join(criterion.because for criterion in decision.cautions)
    return bold(f"Offered, not recommended{until}", f"{cautions}.")


def first_line() -> str:
    """Alendronate: how it is taken, and when not."""
    return paragraphs(
        (
            bold(
                "First line",
                "alendronate 70 mg once WEEKLY (10 mg daily is the alternative); bisphosphonates come first "
                "for safety, cost and efficacy (ACP 2023). Fasting on waking, with 6–8 oz of plain water, 30 "
                "minutes before food, drink or other medicines; upright for 30 minutes and until after the "
                "first food.",
            ),
            bold(
                "Not if",
                "esophageal stricture or achalasia, recent banding or sclerotherapy, cannot sit or stand "
                f"upright 30 minutes, hypocalcemia, CrCl below {LOWEST_CLEARANCE} mL/min, hypersensitivity.",
            ),
        )
    )


_SHORT = {
    Option.ZOLEDRONIC_ACID: "zoledronic acid IV yearly",
    Option.DENOSUMAB: "denosumab 60 mg SC every 6 months (do not stop without a follow-on drug)",
    Option.RALOXIFENE: "raloxifene (younger postmenopausal women)",
    Option.ANABOLIC: "teriparatide or another anabolic (severe)",
}


def alternatives_in_short(case: Case) -> str:
    """The alternatives that fit this patient, where nothing speaks against the tablet."""
    return bold("Alternatives", f"{'; '.join(_SHORT[option] for option in left(case.inputs, ()))}.")


def alternatives(case: Case) -> str:
    """The alternatives that fit this patient, with what each asks for."""
    return _told(case.inputs, [block.id for block in case.decision.blocks])


def alternatives_to_order(case: Case) -> str:
    """The same for a drug that is being ordered, whatever the disposition.

    None before menopause, under 50 in men, under 18 and in pregnancy; nor where that is not known.
    """
    inputs = case.inputs
    gates = (DEMOGRAPHICS, PEDIATRIC, PREGNANCY, YOUNG)
    if any(gate.look(inputs).met is Met.YES for gate in gates):
        return bold("Alternatives", "none without a specialist.")
    return _told(inputs, [block.id for block in BLOCKS if block.look(inputs).met is Met.YES])


def _told(inputs: GuidelineInputs, blocks: list[str]) -> str:
    options = left(inputs, blocks)
    lines = [f"{option}: {'; '.join(asked)}" for option, asked in options.items()]
    if not lines:
        return bold("Alternatives", "none before this is corrected: they are contraindicated too.")
    if Option.ZOLEDRONIC_ACID not in options and Option.DENOSUMAB not in options:
        lines.append("no further bisphosphonate; what remains is for a specialist")
    return f"**Alternatives to consider, none preselected:**\n\n{bullets(lines)}"


def special(case: Case) -> str | None:
    """What the evidence and the label say of people like this one."""
    said = []
    if case.inputs.person.sex is Sex.MALE:
        said.append(
            bold(
                "Men",
                "indicated to increase bone mass in men with osteoporosis (FDA); for osteopenia by FRAX this "
                "is guideline-based, evidence weaker (ACP: conditional, low certainty). T-scores are read "
                "against the female reference (ISCD).",
            )
        )
    elif is_older_woman_with_osteopenia(case.inputs):
        said.append(
            bold(
                "ACP 2023",
                f"women over {OLDER_THAN} with osteopenia: individualize by fracture risk; the evidence is of "
                "low certainty.",
            )
        )
    if case.decision.fired("glucocorticoid"):
        said.append(
            bold(
                "Glucocorticoids",
                "70 mg weekly is not labelled for glucocorticoid-induced osteoporosis (5 mg daily is; 10 mg "
                "daily for postmenopausal women not on estrogen). Ask for the lowest dose that works.",
            )
        )
    return "\n\n".join(said) or None
