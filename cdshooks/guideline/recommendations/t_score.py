"""What the lowest T-score alone says (GUIDELINE section 0, T2, F1, F2, N1, N2; WHO 1994, ISCD).

When the lowest usable T-score is −2.5 or below, Then treatment is indicated whatever FRAX says. When it is
between −2.5 and −1.0, Then FRAX decides. When it is −1.0 or above, Then bone density is normal.
"""

from decimal import Decimal

from cdshooks.guideline.decision import Disposition, Looked, Rule, no, unknown, yes, yes_or_no
from cdshooks.guideline.words import day, number, site, t_score
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import GuidelineInputs, TScore

OSTEOPOROSIS = Decimal("-2.5")
"""At or below: osteoporosis."""
NORMAL = Decimal("-1.0")
"""At or above: normal. −1.0 exactly is normal."""
OLD_MONTHS = 24
"""A study this old still decides, and is to be repeated (GUIDELINE B, 1)."""

BETWEEN = f"between {number(OSTEOPOROSIS)} and {number(NORMAL)}"
"""Where osteopenia lies, in words; neither limit belongs to it."""


def is_old(inputs: GuidelineInputs) -> bool:
    """Whether the deciding study is so old that a DXA is due."""
    last = inputs.bone_density.day
    return last is not None and add_months(last, OLD_MONTHS) < inputs.as_of


def is_osteoporotic(score: TScore | None) -> bool:
    """Whether there is a T-score, and it is that of osteoporosis."""
    return score is not None and score.value <= OSTEOPOROSIS


def is_low(score: TScore | None) -> bool:
    """Whether there is a T-score, and it is below normal: osteopenia or osteoporosis."""
    return score is not None and score.value < NORMAL


def in_osteopenia(score: TScore | None) -> bool:
    """Whether there is a T-score, and it lies strictly between osteoporosis and normal."""
    return is_low(score) and not is_osteoporotic(score)


def who_class(score: TScore) -> str:
    """The class of the WHO, in words."""
    if is_osteoporotic(score):
        return "osteoporosis"
    return "osteopenia" if is_low(score) else "normal bone density"


def spoken(score: TScore) -> str:
    """The T-score with its site and day."""
    return f"lowest T-score {t_score(score)} ({site(score)}, {day(score.day)})"


def _osteoporosis(inputs: GuidelineInputs) -> Looked:
    lowest = inputs.bone_density.lowest
    if lowest is None:
        return unknown("no usable T-score")
    met = is_osteoporotic(lowest)
    return yes_or_no(
        f"{spoken(lowest)} is {'at or below' if met else 'above'} {number(OSTEOPOROSIS)}",
        met=met,
        reason=f"T-score {t_score(lowest)} {site(lowest)}",
    )


def _osteopenia_without_frax(inputs: GuidelineInputs) -> Looked:
    lowest = inputs.bone_density.lowest
    if lowest is None or not in_osteopenia(lowest):
        return _not_osteopenia(lowest)
    if inputs.frax.complete:
        return no("both FRAX probabilities are usable")
    return yes(f"{spoken(lowest)} is {BETWEEN}, and FRAX is not usable in full")


def _osteopenia_frax_below(inputs: GuidelineInputs) -> Looked:
    lowest = inputs.bone_density.lowest
    if lowest is None or not in_osteopenia(lowest):
        return _not_osteopenia(lowest)
    if not inputs.frax.complete:
        return unknown("it takes both FRAX probabilities to exclude treatment")
    return yes(f"{spoken(lowest)}, and both FRAX probabilities are below the thresholds")


def _not_osteopenia(lowest: TScore | None) -> Looked:
    if lowest is None:
        return unknown("no usable T-score")
    return no(f"{spoken(lowest)} is not {BETWEEN}")


def _normal(inputs: GuidelineInputs) -> Looked:
    lowest = inputs.bone_density.lowest
    if lowest is None:
        return unknown("no usable T-score")
    low = is_low(lowest)
    return yes_or_no(f"{spoken(lowest)} is {'below' if low else 'at or above'} {number(NORMAL)}", met=not low)


def _none(inputs: GuidelineInputs) -> Looked:
    if inputs.bone_density.lowest is None:
        return yes("no usable T-score")
    return no("there is a usable T-score")


T_SCORE_OSTEOPOROSIS = Rule(
    id="t-score-osteoporosis",
    sets=Disposition.TREAT,
    look=_osteoporosis,
    citation="WHO 1994; BHOF 2022: T-score −2.5 or below",
    evidence="S",
    recommends=True,
)
OSTEOPENIA_WITHOUT_FRAX = Rule(
    id="osteopenia-without-frax",
    sets=Disposition.RISK_ASSESSMENT_NEEDED,
    look=_osteopenia_without_frax,
    citation="BHOF 2022: low bone mass is decided on with FRAX, not on the T-score alone",
    evidence="S",
)
OSTEOPENIA_FRAX_BELOW = Rule(
    id="osteopenia-frax-below",
    sets=Disposition.DEFER,
    look=_osteopenia_frax_below,
    citation="BHOF 2022: both probabilities below the US thresholds",
    evidence="S",
)
T_SCORE_NORMAL = Rule(
    id="t-score-normal",
    sets=Disposition.NORMAL,
    look=_normal,
    citation="WHO 1994: T-score −1.0 or above",
    evidence="S",
)
NO_USABLE_T_SCORE = Rule(
    id="no-usable-t-score",
    sets=Disposition.NO_BONE_DENSITY,
    look=_none,
    citation="GUIDELINE section 0, N2",
    evidence="S",
)
