"""Paragraphs that several cards share, each from the chart or from GUIDELINE C."""

from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, bullets, escape, table
from cdshooks.guideline import alcohol, exercise, imminent_risk, renal
from cdshooks.guideline.bars import hypocalcemia, vitamin_d
from cdshooks.guideline.calcium_and_vitamin_d import (
    against_calcium,
    against_vitamin_d,
    calcium_target,
    vitamin_d_target,
)
from cdshooks.guideline.decision import Disposition, Draft, Met
from cdshooks.guideline.follow_up import dxa_months
from cdshooks.guideline.fractures import site_words
from cdshooks.guideline.height_loss import height_loss
from cdshooks.guideline.menopause import late_period
from cdshooks.guideline.on_therapy import DENOSUMAB
from cdshooks.guideline.recommendations.frax import OLDEST, YOUNGEST
from cdshooks.guideline.recommendations.t_score import OLD_MONTHS, is_old, spoken, who_class
from cdshooks.guideline.words import begun, between, day, listed, number, site, source_words, t_score
from fhir_mappings.inputs import DataQuality, Disease, GuidelineInputs, Measurement, Menopause

FOOTER = (
    "_Decision support; verify against chart. Guideline: BHOF 2022, ACP 2023, FDA label. "
    "The clinician decides._"
)
_UNTIL_EXPLAINED = "no calcium or vitamin D supplement until the high calcium is explained"
_SHOWN_PROBLEMS = 6
# T-scores classify neither whom the guideline does not know nor who is too young for them.
_UNCLASSIFIED = frozenset(
    {Disposition.YOUNG, Disposition.INSUFFICIENT_DEMOGRAPHICS, Disposition.DATA_CONFLICT}
)
_CHECKED = {
    "block-esophageal": "esophageal stricture or achalasia",
    "block-banding": "recent banding or sclerotherapy",
    "block-upright": "inability to stay upright",
    "block-hypersensitivity": "bisphosphonate allergy",
    "block-onj-or-atypical-fracture": "osteonecrosis of the jaw or atypical femoral fracture",
}


def foundation(case: Case, *, low_impact: bool) -> str:
    """What helps whatever else is decided (S08–S18)."""
    activity = (
        "low-impact weight-bearing, resistance and balance exercise; avoid loaded flexion and twisting"
        if low_impact
        else "weight-bearing (walking, jogging, dancing), resistance and balance exercise (tai chi)"
    )
    return bullets(
        (
            _calcium_and_vitamin_d(case),
            f"{activity}, at least {exercise.MINUTES} minutes daily",
            f"no smoking, alcohol no more than 1–{alcohol.DRINKS} drinks a day, healthy weight",
        )
    )


def _calcium_and_vitamin_d(case: Case) -> str:
    """What is advised to everybody, less the supplement that something speaks against."""
    against = against_calcium(case.inputs)
    if against is Disease.HYPERCALCEMIA:
        return _UNTIL_EXPLAINED
    target = calcium_target(case.inputs.person)
    calcium = (
        f"calcium {target} from food, no supplement ({against} on record)"
        if against
        else f"calcium {target} in all, from food first"
    )
    vitamin = without_vitamin_d(case.inputs) or (
        f"vitamin D {vitamin_d_target()} (25-OH vitamin D ≥ {vitamin_d.REPLETE} ng/mL; BHOF aims at ≥ "
        f"{vitamin_d.AIM}; deficiency is common and easily corrected)"
    )
    return f"{calcium}, and {vitamin}"


def without_vitamin_d(inputs: GuidelineInputs) -> str | None:
    """That no vitamin D is to be taken, where something speaks against it."""
    against = against_vitamin_d(inputs)
    if against is Disease.HYPERCALCEMIA:
        return _UNTIL_EXPLAINED
    return f"no vitamin D supplement without specialist advice ({against} on record)" if against else None


def classification(case: Case) -> str | None:
    """The WHO class and the T-score that sets it (S01)."""
    lowest = case.inputs.bone_density.lowest
    if lowest is None or case.decision.disposition in _UNCLASSIFIED:
        return None
    old = f"; older than {OLD_MONTHS} months, repeat the DXA" if is_old(case.inputs) else ""
    return bold("Class", f"{who_class(lowest)}, {spoken(lowest)}{old}.")


def values(case: Case, *, classified: bool = True) -> str | None:
    """The values the card rests on, with their days; `classified` unless the card says the class itself."""
    inputs = case.inputs
    # A chart that contradicts itself is shown with every value it has.
    studies = [conflict.bone_density.study for conflict in inputs.conflicts] or [inputs.bone_density.study]
    scores = dict.fromkeys(score for study in studies for score in study)
    rows = [(f"T-score {site(score)}", t_score(score), day(score.day)) for score in scores]
    previous = inputs.bone_density.previous
    if previous is not None:
        rows.append((f"T-score {site(previous)}, previous", t_score(previous), day(previous.day)))
    for name, value in _frax(case):
        if value is not None:
            rows.append((f"FRAX {name}", f"{number(value.value)} %", day(value.day)))
    rows += [
        (f"{site_words(fracture)} fracture", fracture.mechanism.value, day(fracture.day))
        for fracture in inputs.fractures
    ]
    drugs = (*inputs.therapy, *inputs.other_bone_drugs)
    rows += [(escape(drug.drug), "in doubt" if drug.in_doubt else "current", begun(drug)) for drug in drugs]
    course = inputs.glucocorticoid
    if course is not None and course.current:
        dose = f"{number(course.mg_per_day)} mg/d" if course.mg_per_day is not None else "dose not readable"
        since = course.spans[0].start if course.spans else None
        rows.append((f"glucocorticoid ({escape(listed(list(course.drugs)))})", dose, day(since)))
    rows += [(escape(each.drug), each.kind, day(each.since)) for each in inputs.cancer_therapy]
    return paragraphs_of(
        classification(case) if classified else None,
        table(("Input", "Value", "Date"), rows) if rows else None,
        _preliminary(case),
        _denosumab_before(case),
        _height_loss(case),
    )


def paragraphs_of(*parts: str | None) -> str | None:
    """The parts that are there as one block, or None where there are none."""
    return "\n\n".join(part for part in parts if part) or None


def _preliminary(case: Case) -> str | None:
    """That a newer DXA than the deciding one awaits its final report; the card of screening says so itself."""
    density = case.inputs.bone_density
    if case.decision.disposition is Disposition.NO_BONE_DENSITY:
        return None
    awaited = [
        each.day
        for each in density.unused
        if each.why == "not final" and (each.day is None or density.day is None or each.day > density.day)
    ]
    if not awaited:
        return None
    last = max((each for each in awaited if each is not None), default=None)
    return bold(
        "Preliminary DXA",
        f"a preliminary DXA of {day(last)} exists; the recommendation will follow the final report.",
    )


def next_dxa(case: Case) -> str:
    """When bone density is measured next: at once where it is not known or old, and then again."""
    then = f"in {dxa_months(case.inputs, case.decision)} months"
    if case.inputs.bone_density.lowest is None:
        return f"DXA now, then {then}"
    if is_old(case.inputs):
        return f"DXA now (the last is older than {OLD_MONTHS} months), then {then}"
    return f"DXA {then}"


def _frax(case: Case) -> tuple[tuple[str, Measurement | None], ...]:
    return (("hip", case.inputs.frax.hip), ("MOF", case.inputs.frax.major))


def frax_values(case: Case) -> list[str]:
    """The FRAX probabilities on record: "hip 3.2 %"."""
    return [f"{name} {number(value.value)} %" for name, value in _frax(case) if value is not None]


def outside_frax(case: Case) -> str:
    """On which side of the ages of FRAX somebody is to whom it does not apply."""
    age = case.inputs.person.age
    return f"under age {YOUNGEST}" if age is not None and age < YOUNGEST else f"beyond age {OLDEST}"


def frax_not_used(case: Case) -> str | None:
    """That FRAX probabilities are on record which do not count at this age."""
    known = frax_values(case)
    if not known:
        return None
    return bold("FRAX on record", f"{listed(known)}, not used {outside_frax(case)}.")


def imminent(case: Case) -> str | None:
    """What is said of a fragility fracture of the last two years."""
    if not imminent_risk.is_imminent(case.inputs):
        return None
    return bold(
        "Imminent risk",
        f"a fracture within {imminent_risk.MONTHS // 12} years: the next one is most likely now; do not delay "
        "the decision.",
    )


def _denosumab_before(case: Case) -> str | None:
    past = next((each for each in case.inputs.past_therapy if each.drug == DENOSUMAB), None)
    if past is None or past.last_day is None:
        return None
    return bold(
        "Denosumab before",
        f"last on record {between(past.last_day_from, past.last_day)}. Vertebral fractures rebound after it: "
        "was another bone drug given?",
    )


def _height_loss(case: Case) -> str | None:
    loss = height_loss(case.inputs)
    if loss is None:
        return None
    return bold(
        "Height loss",
        f"{number(loss.cm, 1)} cm since {loss.tallest_day}: consider vertebral fracture assessment (VFA).",
    )


def before_prescribing(case: Case) -> str:
    """What to check before a bisphosphonate, with what the chart says of it."""
    inputs, labs = case.inputs, case.inputs.labs
    upright, dental = inputs.cannot_stay_upright, inputs.dental_exam
    return bold(
        "Before prescribing",
        "; ".join(
            (
                hypocalcemia.spoken(labs.calcium) if labs.calcium else "calcium not found in chart",
                _vitamin_d(case),
                renal.spoken(inputs.renal) or "renal function not found in chart",
                f"upright 30 minutes: {'cannot' if upright.is_so else 'can'} ({day(upright.day)})"
                if upright
                else "upright 30 minutes? not recorded, ask",
                f"dental exam {day(dental.day)}"
                if dental is not None and dental.is_so
                else "dental exam within 12 months? not found, ask",
            )
        )
        + ".",
    )


def _vitamin_d(case: Case) -> str:
    level = case.inputs.labs.vitamin_d
    if level is not None:
        return vitamin_d.spoken(level)
    unusable = "25-OH vitamin D" in case.inputs.left_open
    return f"25-OH vitamin D {'on record, not usable' if unusable else 'not found in chart'}"


def none_found(case: Case) -> str | None:
    """What was looked for and not found: no claim that there is nothing."""
    clear = [
        _CHECKED[each.id] for each in case.decision.criteria if each.id in _CHECKED and each.met is Met.NO
    ]
    return bold("None found in chart", f"{', '.join(clear)}.") if clear else None


def not_found(case: Case) -> str | None:
    """Parts of the chart that could not be had: unknown, which is not the same as absent."""
    sources = [source_words(each) for each in sorted(case.inputs.unanswered)]
    if not sources:
        return None
    return bold("Could not be checked", f"{listed(sources)}: unknown, which is not the same as absent.")


def to_check(case: Case) -> str | None:
    """Data problems that ride on another card; which element could not be read stands in the trace."""
    problems = [each for each in case.inputs.data_quality if each.of not in case.inputs.unanswered]
    lines = [_spoken(problem) for problem in problems[:_SHOWN_PROBLEMS]]
    late = late_period(case.inputs)
    if late is not None:
        # Where it leaves the draft unrecommended it is told as the reason.
        lines = lines if _is_told(case, late) else [late, *lines]
    elif case.inputs.person.menopause is Menopause.PRESUMED:
        lines.insert(0, "menopause is presumed from age 50 on and not documented: please confirm")
    if not lines:
        return None
    more = len(problems) - _SHOWN_PROBLEMS
    if more > 0:
        lines.append(f"and {more} more, in the trace of this answer")
    return f"**Please check in the chart:**\n\n{bullets(lines)}"


def _is_told(case: Case, question: str) -> bool:
    """Whether the card names it already as what leaves the draft unrecommended."""
    cautions = case.decision.cautions if case.decision.draft is Draft.OFFERED else ()
    return any(question in each.because for each in cautions)


def _spoken(problem: DataQuality) -> str:
    because = problem.because.partition(" (")[0]
    return f"{escape(problem.reference)}: {escape(because)}" if problem.reference else escape(because)


def also(hidden: list[str]) -> str | None:
    """Suggestions that did not find room on the card."""
    return bold("Also consider", f"{'; '.join(hidden)}.") if hidden else None
