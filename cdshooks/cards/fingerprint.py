"""What a card rests on, as one text: it changes where a value changes that the card was written from.

GUIDELINE C, "Alert-fatigue policy": an answer to a card holds for the disposition and the values it rests on,
and a changed value ends it. In doubt the text changes, and the card is shown again.
"""

import re
from collections.abc import Iterator

from cdshooks.cards.case import Case
from cdshooks.cards.sheet import Sheet
from cdshooks.guideline.decision import Met
from cdshooks.guideline.topics import Topic
from fhir_mappings.inputs import BoneDensity, Frax, Measurement

# "on 97 of 365 days": it grows from one day to the next while nothing changes.
# A digit comes first, which is quick to look for, and then that it begins a number.
_SPAN = re.compile(r"\d(?<!\w\d)\d* (?:of \d+ )?(?:days|weeks|months|years)\b")


def rests_on(case: Case, sheet: Sheet) -> str:
    """The disposition, what every criterion came to, the values behind those met, the summary and the order.

    Bone density, FRAX, fractures and current drugs count with their days, wherever they are known: every card
    is written with them in view. The day the chart is looked at, age, and references to resources do not
    count as such; they do where a criterion or the summary names them. Spans of time never count.
    """
    lines = (sheet.topic, sheet.summary, sheet.order, *_decided(case), *_values(case))
    if sheet.topic is Topic.DATA_PROBLEM:
        lines = (*lines, *_problems(case))
    return _SPAN.sub("", "\n".join(lines))


def _decided(case: Case) -> Iterator[str]:
    yield case.decision.disposition
    for each in case.decision.criteria:
        # What is not met says so by its absence: a criterion that a later version adds changes nothing then.
        if each.met is not Met.NO:
            yield f"{each.id} {each.met} {each.because if each.met is Met.YES else ''}"


def _values(case: Case) -> Iterator[str]:
    inputs = case.inputs
    yield from _measured(inputs.bone_density, inputs.frax)
    for conflict in inputs.conflicts:
        yield from _measured(conflict.bone_density, conflict.frax)
    for fracture in inputs.fractures:
        yield f"{fracture.site} {fracture.mechanism} {fracture.day}"
    for drug in inputs.therapy:
        yield f"{drug.drug} {drug.since}"


def _problems(case: Case) -> list[str]:
    return sorted(f"{each.issue} {each.because}" for each in case.inputs.data_quality)


def _measured(bone_density: BoneDensity, frax: Frax) -> Iterator[str]:
    for score in sorted(bone_density.study, key=lambda score: (score.site, score.day, score.value)):
        yield f"{score.site} {score.value.normalize()} {score.day}"
    yield f"hip {_result(frax.hip)} major {_result(frax.major)}"


def _result(value: Measurement | None) -> str:
    return "" if value is None else f"{value.comparator or ''}{value.value.normalize()} {value.day}"
