"""Paragraphs that several cards share, each from the chart or from GUIDELINE C."""

from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, bullets, escape, table
from cdshooks.guideline.bars import hypocalcemia, kidney
from cdshooks.guideline.words import day, listed, measured, number, site, t_score
from fhir_mappings.inputs import DataQuality, Menopause, Sex

FOOTER = (
    "_Decision support; verify against chart. Guideline: BHOF 2022, ACP 2023, FDA label. "
    "The clinician decides._"
)
_WOMEN_HIGH_CALCIUM_AGE = 51
_MEN_HIGH_CALCIUM_AGE = 71
_SHOWN_PROBLEMS = 6


def calcium_target(case: Case) -> str:
    """The daily total that BHOF and IOM advise at this age and sex."""
    person = case.inputs.person
    if person.age is None or person.sex is None:
        return "1,000–1,200 mg/d"
    high = _WOMEN_HIGH_CALCIUM_AGE if person.sex is Sex.FEMALE else _MEN_HIGH_CALCIUM_AGE
    return "1,200 mg/d" if person.age >= high else "1,000 mg/d"


def foundation(case: Case, *, low_impact: bool) -> str:
    """What helps whatever else is decided (S08–S18)."""
    exercise = (
        "low-impact weight-bearing, resistance and balance exercise; avoid loaded flexion and twisting"
        if low_impact
        else "weight-bearing (walking, jogging, dancing), resistance and balance exercise (tai chi)"
    )
    supplements = (
        f"calcium {calcium_target(case)} in all, from food first, and vitamin D 800–1,000 IU/d "
        "(25-OH vitamin D ≥ 20 ng/mL; BHOF aims at ≥ 30; deficiency is common and easily corrected)"
    )
    return bullets(
        (
            supplements,
            f"{exercise}, at least 30 minutes daily",
            "no smoking, alcohol no more than 1–2 drinks a day, healthy weight",
        )
    )


def values(case: Case) -> str | None:
    """The values the card rests on, with their days."""
    inputs = case.inputs
    # A chart that contradicts itself is shown with every value it has.
    studies = [conflict.bone_density.study for conflict in inputs.conflicts] or [inputs.bone_density.study]
    scores = dict.fromkeys(score for study in studies for score in study)
    rows = [(f"T-score {site(score)}", t_score(score), day(score.day)) for score in scores]
    for name, value in (("FRAX hip", inputs.frax.hip), ("FRAX MOF", inputs.frax.major)):
        if value is not None:
            rows.append((name, f"{number(value.value)} %", day(value.day)))
    rows += [
        (f"{fracture.site.replace('-', ' ')} fracture", fracture.mechanism.value, day(fracture.day))
        for fracture in inputs.fractures
    ]
    rows += [(drug.drug, "current", day(drug.since)) for drug in inputs.therapy]
    return table(("Input", "Value", "Date"), rows) if rows else None


def before_prescribing(case: Case) -> str:
    """What to check before a bisphosphonate, with what the chart says of it."""
    labs, renal = case.inputs.labs, case.inputs.renal
    return bold(
        "Before prescribing",
        "; ".join(
            (
                hypocalcemia.spoken(labs.calcium) if labs.calcium else "calcium not found in chart",
                f"25-OH vitamin D {measured(labs.vitamin_d, 1)} ({day(labs.vitamin_d.day)})"
                if labs.vitamin_d
                else "25-OH vitamin D not found in chart",
                kidney.spoken(renal) or "renal function not found in chart",
                "upright 30 minutes? ask",
                "dental exam within 12 months? ask",
            )
        )
        + ".",
    )


def not_found(case: Case) -> str | None:
    """Parts of the chart that could not be had: unknown, which is not the same as absent."""
    sources = sorted(source.value.replace("-", " ") for source in case.inputs.unanswered)
    if not sources:
        return None
    return bold("Could not be checked", f"{listed(sources)}: unknown, which is not the same as absent.")


def to_check(case: Case) -> str | None:
    """Data problems that ride on another card; which element could not be read stands in the trace."""
    problems = [each for each in case.inputs.data_quality if each.of not in case.inputs.unanswered]
    lines = [_spoken(problem) for problem in problems[:_SHOWN_PROBLEMS]]
    if case.inputs.person.menopause is Menopause.PRESUMED:
        lines.insert(0, "menopause is presumed from age 50 on and not documented: please confirm")
    if not lines:
        return None
    more = len(problems) - _SHOWN_PROBLEMS
    if more > 0:
        lines.append(f"and {more} more, in the trace of this answer")
    return f"**Please check in the chart:**\n\n{bullets(lines)}"


def _spoken(problem: DataQuality) -> str:
    because = problem.because.partition(" (")[0]
    return f"{escape(problem.reference)}: {escape(because)}" if problem.reference else escape(because)


def also(hidden: list[str]) -> str | None:
    """Suggestions that did not find room on the card."""
    return bold("Also consider", f"{'; '.join(hidden)}.") if hidden else None
