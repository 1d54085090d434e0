"""The decision (GUIDELINE section 0): the first rule that matches sets the disposition."""

import msgspec

from cdshooks.guideline.bars import BLOCKS, CAUTIONS
from cdshooks.guideline.decision import Criterion, Decision, Disposition, Draft, Met, Rule
from cdshooks.guideline.recommendations import CLASSES, GATES, TREATMENT
from cdshooks.guideline.recommendations.frax import frax_applies
from fhir_mappings.inputs import Frax, GuidelineInputs

_BARS_MATTER = frozenset({Disposition.TREAT, Disposition.ALREADY_TREATED})


def decide(inputs: GuidelineInputs) -> Decision:
    """What the guideline says of this patient.

    Pure and total: any inputs give exactly one disposition. A chart that contradicts itself is decided once
    for each way to read it; where the answers differ there is none, and the disposition says so (G5). A hip
    or vertebral fracture stands irrespective of bone density and FRAX, and so of conflicts in them.
    """
    decision = _decide(inputs)
    variants = [
        _decide(
            msgspec.structs.replace(
                inputs, bone_density=conflict.bone_density, frax=conflict.frax, conflicts=()
            )
        )
        for conflict in inputs.conflicts
    ]
    if not variants or decision.fired("hip-or-vertebral-fracture"):
        return decision
    answers = {variant.disposition for variant in variants}
    because = "two values in the chart cannot both be true"
    consequence = "the answer depends on which is" if len(answers) > 1 else "both give the same answer"
    conflict = Criterion(
        id="data-conflict",
        met=Met.YES if len(answers) > 1 else Met.NO,
        because=f"{because}, and {consequence}",
        reason="conflicting values",
    )
    if len(answers) == 1:
        return msgspec.structs.replace(variants[0], criteria=(*variants[0].criteria, conflict))
    gates = decision.criteria[: len(GATES) + 1]
    return Decision(disposition=Disposition.DATA_CONFLICT, criteria=(*gates, conflict))


def _decide(inputs: GuidelineInputs) -> Decision:
    if not frax_applies(inputs):
        inputs = msgspec.structs.replace(inputs, frax=Frax())
    looked: list[Criterion] = []
    for gate in GATES:
        if _fires(gate, inputs, looked):
            return _with_bars(inputs, gate.sets, looked)
    looked += [rule.look(inputs) for rule in TREATMENT]
    if any(criterion.met is Met.YES for criterion in looked):
        return _with_bars(inputs, Disposition.TREAT, looked)
    return _with_bars(inputs, _classified(inputs, CLASSES, looked), looked)


def _classified(inputs: GuidelineInputs, rules: tuple[Rule, ...], looked: list[Criterion]) -> Disposition:
    # The classes cover every T-score and its absence, so one of them is met.
    return next(rule.sets for rule in rules if _fires(rule, inputs, looked))


def _fires(rule: Rule, inputs: GuidelineInputs, looked: list[Criterion]) -> bool:
    looked.append(rule.look(inputs))
    return looked[-1].met is Met.YES


def _with_bars(inputs: GuidelineInputs, disposition: Disposition, looked: list[Criterion]) -> Decision:
    """Blocks and cautions never change the indication: they say what becomes of the draft."""
    if disposition not in _BARS_MATTER:
        return Decision(disposition=disposition, criteria=tuple(looked))
    bars = [bar.look(inputs) for bar in BLOCKS]
    warnings = [bar.look(inputs) for bar in CAUTIONS]
    blocks = tuple(each for each in bars if each.met is Met.YES)
    cautions = tuple(each for each in warnings if each.met is Met.YES)
    draft = Draft.NOT_INDICATED
    if disposition is Disposition.TREAT:
        draft = Draft.WITHHELD if blocks else Draft.OFFERED if cautions else Draft.RECOMMENDED
    return Decision(
        disposition=disposition,
        criteria=(*looked, *bars, *warnings),
        blocks=blocks,
        cautions=cautions,
        draft=draft,
    )
