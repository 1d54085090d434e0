"""Suggestions of laboratory tests: those whose values the chart does not tell (GUIDELINE C, S-LABS)."""

from cdshooks import drafts
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, table
from cdshooks.cards.sheet import Creation, Offer, SuggestionId
from cdshooks.drafts import LabTest, Recipient
from cdshooks.guideline.bars.caution_not_known import unknown_labs
from cdshooks.guideline.bars.vitamin_d import REPLETE
from cdshooks.guideline.secondary_cause import is_calcium_high
from cdshooks.guideline.words import day, listed, measured, number
from fhir_mappings.inputs import Disease, GuidelineInputs, Sex

_WORDS = {
    LabTest.BASIC_METABOLIC_PANEL: "basic metabolic panel",
    LabTest.ALKALINE_PHOSPHATASE: "alkaline phosphatase",
    LabTest.VITAMIN_D: "25-OH vitamin D",
    LabTest.TSH: "TSH",
    LabTest.PTH: "PTH",
}
BEFORE_A_DRUG = frozenset(
    {LabTest.BASIC_METABOLIC_PANEL, LabTest.CALCIUM, LabTest.CREATININE, LabTest.VITAMIN_D}
)
"""What an antiresorptive drug asks to know beforehand."""
OF_CALCIUM = BEFORE_A_DRUG | {LabTest.ALBUMIN, LabTest.PTH}
"""What tells of low calcium and vitamin D, and of why."""


def words(test: LabTest) -> str:
    """The test as people call it."""
    return _WORDS.get(test, test.value)


def missing_tests(inputs: GuidelineInputs) -> tuple[LabTest, ...]:
    """The tests for secondary causes, and those to know before a bone drug, that the chart does not tell."""
    labs, unknown = inputs.labs, unknown_labs(inputs)
    tests: list[LabTest] = []
    if len(unknown) > 1:
        tests.append(LabTest.BASIC_METABOLIC_PANEL)
    elif unknown:
        tests.append(LabTest.CALCIUM if unknown == ["calcium"] else LabTest.CREATININE)
    tests += [
        test
        for test, missing in (
            (LabTest.ALBUMIN, labs.albumin is None and labs.ionized_calcium is None),
            (LabTest.ALKALINE_PHOSPHATASE, labs.alkaline_phosphatase is None),
            (LabTest.VITAMIN_D, labs.vitamin_d is None),
            (LabTest.TSH, labs.tsh is None),
            (LabTest.PTH, labs.pth is None and _asks_for_pth(inputs)),
            (LabTest.TESTOSTERONE, labs.testosterone is None and inputs.person.sex is Sex.MALE),
        )
        if missing
    ]
    return tuple(tests)


def _asks_for_pth(inputs: GuidelineInputs) -> bool:
    """Whether calcium or vitamin D is abnormal."""
    calcium, vitamin_d = inputs.labs.calcium, inputs.labs.vitamin_d
    abnormal = calcium is not None and (calcium.low or is_calcium_high(calcium))
    low = vitamin_d is not None and bool(vitamin_d.below(REPLETE))
    return abnormal or low or inputs.has(Disease.HYPERCALCEMIA, Disease.HYPOCALCEMIA) is not None


def known(inputs: GuidelineInputs) -> str | None:
    """The laboratory values of the chart, each with its day."""
    labs, renal = inputs.labs, inputs.renal
    injury = ", in acute kidney injury" if renal.kidney_injury else ""
    rows = [
        (name, measured(value), day(value.day))
        for name, value in (
            ("calcium", labs.total_calcium),
            ("ionized calcium", labs.ionized_calcium),
            ("albumin", labs.albumin),
            ("25-OH vitamin D", labs.vitamin_d),
            ("PTH", labs.pth),
            ("TSH", labs.tsh),
            ("alkaline phosphatase", labs.alkaline_phosphatase),
            ("creatinine", labs.creatinine),
            (f"eGFR{injury}", renal.egfr),
        )
        if value is not None
    ]
    if labs.calcium is not None and labs.calcium.kind == "corrected":
        value = f"{number(labs.calcium.value)} {labs.calcium.unit}"
        rows.insert(0, ("corrected calcium", value, day(labs.calcium.day)))
    if renal.clearance is not None:
        rows.append((f"CrCl{injury}", f"{number(renal.clearance, 1)} mL/min", day(renal.clearance_day)))
    return table(("Input", "Value", "Date"), rows) if rows else None


def not_found(inputs: GuidelineInputs, bearing: frozenset[LabTest] = frozenset(LabTest)) -> str | None:
    """The tests `bearing` on a card that the chart does not tell; unknown is neither normal nor abnormal."""
    missing = [words(test) for test in missing_tests(inputs) if test in bearing]
    return bold("Not found in chart", f"{listed(missing)}.") if missing else None


def secondary_cause_labs(case: Case, to: Recipient, *, vitamin_d: bool = True) -> Offer | None:
    """One suggestion with an action for each missing test; `vitamin_d` unless it is suggested beside it."""
    tests = [test for test in missing_tests(case.inputs) if vitamin_d or test is not LabTest.VITAMIN_D]
    if not tests:
        return None
    return Offer(
        id=SuggestionId.LABS,
        label=f"Order secondary-cause labs: {', '.join(words(test) for test in tests)}",
        changes=tuple(
            Creation(
                description=f"Create a draft order: {words(test)}",
                resource=drafts.lab(to, test, reason="Before bone drug therapy; secondary causes"),
            )
            for test in tests
        ),
    )


def vitamin_d_level(case: Case, to: Recipient) -> Offer | None:
    """A 25-OH vitamin D level where none is known."""
    if case.inputs.labs.vitamin_d is not None:
        return None
    return Offer(
        id=SuggestionId.VITAMIN_D_LEVEL,
        label="25-OH vitamin D level",
        changes=(
            Creation(
                description="Create a draft order: 25-OH vitamin D",
                resource=drafts.lab(
                    to, LabTest.VITAMIN_D, reason="Vitamin D status before bone drug therapy"
                ),
            ),
        ),
    )
