"""The decision (GUIDELINE section 0): the first rule that matches sets the disposition."""

import msgspec

from cdshooks.guideline.bars import BLOCKS, CAUTIONS
from cdshooks.guideline.decision import Criterion, Decision, Disposition, Draft, Met, Rule
from cdshooks.guideline.recommendations import (
    CLASSES,
    CONSIDERATION,
    GATES,
    TREATMENT,
    WIDER_CONSIDERATION,
)
from cdshooks.guideline.recommendations.frax import frax_applies
from cdshooks.guideline.risk_factors import risk_factors
from fhir_mappings.inputs import Frax, GuidelineInputs

_CONFLICT = "data-conflict"
_STANDS_ALONE = "hip-or-vertebral-fracture"
_MAY_BE_OFFERED = frozenset({Disposition.TREAT, Disposition.CONSIDER})
# The later, the more careful.
_CARE = (Draft.RECOMMENDED, Draft.OFFERED, Draft.WITHHELD, Draft.NOT_INDICATED)


def decide(inputs: GuidelineInputs, *, extra_risk_factors: bool = False) -> Decision:
    """What the guideline says of this patient.

    Pure and total: any inputs give exactly one disposition. A chart that contradicts itself is decided once
    for each way to read it; where the answers differ there is none, and the disposition says so (G5). A hip
    or vertebral fracture stands irrespective of bone density and FRAX, and so of conflicts in them. With
    `extra_risk_factors`, K2 and K3 count alcohol, rheumatoid arthritis and secondary osteoporosis too.
    """
    decision = _decide(inputs, extra=extra_risk_factors)
    if decision.disposition not in _AFTER_GATES:
        return decision
    if not inputs.conflicts:
        return _with_conflict(decision, Met.NO, "no two usable values contradict each other")
    if decision.fired(_STANDS_ALONE):
        return _with_conflict(decision, Met.NO, "values contradict each other; the fracture stands anyway")
    variants = [
        _decide(
            msgspec.structs.replace(
                inputs, bone_density=conflict.bone_density, frax=conflict.frax, conflicts=()
            ),
            extra=extra_risk_factors,
        )
        for conflict in inputs.conflicts
    ]
    because = "two values in the chart cannot both be true"
    if len({variant.disposition for variant in variants}) == 1:
        careful = max(variants, key=lambda variant: _CARE.index(variant.draft))
        return _with_conflict(careful, Met.NO, f"{because}, and both give the same answer")
    looked = _with_conflict(decision, Met.YES, f"{because}, and the answer depends on which is")
    criteria = looked.criteria[: len(GATES) + 2]
    return Decision(
        disposition=Disposition.DATA_CONFLICT,
        criteria=criteria,
        grounds=criteria[-1:],
        risk_factors=decision.risk_factors,
    )


_AFTER_GATES = frozenset(Disposition) - {gate.sets for gate in GATES}


def _with_conflict(decision: Decision, met: Met, because: str) -> Decision:
    """The decision with G5 in its place, which is after the gates and T1."""
    criterion = Criterion(id=_CONFLICT, met=met, because=because, reason="conflicting values")
    place = len(GATES) + 1
    criteria = (*decision.criteria[:place], criterion, *decision.criteria[place:])
    return msgspec.structs.replace(decision, criteria=criteria)


def _decide(inputs: GuidelineInputs, *, extra: bool) -> Decision:
    if not frax_applies(inputs):
        inputs = msgspec.structs.replace(inputs, frax=Frax())
    found = Decision(
        disposition=Disposition.NORMAL, criteria=(), risk_factors=risk_factors(inputs, extra=extra)
    )
    looked: list[Criterion] = []
    for gate in GATES:
        if _fires(gate, inputs, looked):
            return _with_bars(found, inputs, gate.sets, looked, looked[-1:])
    sets: dict[Disposition | None, list[Criterion]] = {}
    for rule in (*TREATMENT, *(WIDER_CONSIDERATION if extra else CONSIDERATION)):
        if _fires(rule, inputs, looked):
            sets.setdefault(rule.otherwise if looked[-1].lesser else rule.sets, []).append(looked[-1])
    for disposition in (Disposition.TREAT, Disposition.CONSIDER):
        if disposition in sets:
            return _with_bars(found, inputs, disposition, looked, sets[disposition])
    # The classes cover every T-score and its absence, so one of them is met.
    disposition = next(rule.sets for rule in CLASSES if _fires(rule, inputs, looked))
    return _with_bars(found, inputs, disposition, looked, looked[-1:])


def _fires(rule: Rule, inputs: GuidelineInputs, looked: list[Criterion]) -> bool:
    looked.append(rule.criterion(inputs))
    return looked[-1].met is Met.YES


def _with_bars(
    found: Decision,
    inputs: GuidelineInputs,
    disposition: Disposition,
    looked: list[Criterion],
    grounds: list[Criterion],
) -> Decision:
    """Blocks and cautions never change the indication: they say what becomes of the draft."""
    bars = [bar.criterion(inputs) for bar in BLOCKS if disposition in bar.bears_on]
    warnings = [bar.criterion(inputs) for bar in CAUTIONS if disposition in bar.bears_on]
    blocks = tuple(each for each in bars if each.met is Met.YES)
    cautions = tuple(each for each in warnings if each.met is Met.YES)
    draft = Draft.NOT_INDICATED
    if disposition in _MAY_BE_OFFERED:
        strong = disposition is Disposition.TREAT and any(each.id in _RECOMMENDING for each in grounds)
        draft = Draft.WITHHELD if blocks else Draft.RECOMMENDED if strong and not cautions else Draft.OFFERED
    return msgspec.structs.replace(
        found,
        disposition=disposition,
        criteria=(*looked, *bars, *warnings),
        grounds=tuple(grounds),
        blocks=blocks,
        cautions=cautions,
        draft=draft,
    )


_RECOMMENDING = frozenset(rule.id for rule in TREATMENT if rule.recommends)
