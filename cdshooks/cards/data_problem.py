"""C11: the chart prevents a recommendation, or could not be looked at in full (GUIDELINE C, C11)."""

from cdshooks.cards import offers, parts, referrals
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, paragraphs
from cdshooks.cards.sheet import Offer, Sheet
from cdshooks.guideline.decision import Disposition
from cdshooks.guideline.exercise import is_fragile
from cdshooks.guideline.frax_inputs import frax_inputs
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import listed

_DECISIVE = frozenset({Disposition.INSUFFICIENT_DEMOGRAPHICS, Disposition.DATA_CONFLICT})
_CONTRADICTIONS = frozenset({"conflict", "sign-suspect"})
_SHORT = 45


def is_decisive(case: Case) -> bool:
    """Whether the problem itself is why there is no recommendation."""
    return case.decision.disposition in _DECISIVE


def problems(case: Case) -> list[str]:
    """Each problem in a few words, the decisive ones first."""
    if case.decision.disposition is Disposition.DATA_CONFLICT:
        return ["conflicting values", *_issues(case, but=_CONTRADICTIONS)]
    decisive = [each.reason for each in case.decision.grounds if each.reason] if is_decisive(case) else []
    return [*decisive, *_issues(case)]


def _issues(case: Case, *, but: frozenset[str] = frozenset()) -> list[str]:
    """What is wrong with the data, in the words of the issue; a source that was not read by its name."""
    unread = case.inputs.unanswered
    return list(
        dict.fromkeys(
            f"{problem.of.value.replace('-', ' ')} not read"
            if problem.of in unread and problem.of is not None
            else problem.because.replace(" is known by its name only", " known by name only")
            if problem.issue == "by-name-only"
            else problem.issue.replace("-", " ")
            for problem in case.inputs.data_quality
            if problem.issue not in but
        )
    )


def sheet(case: Case) -> Sheet:
    """The card of its own, where a problem decides or there is no other card to say it on."""
    found = problems(case)
    short = found[0] if len(found[0]) <= _SHORT else f"{found[0][: _SHORT - 1]}…"
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    count = f"{len(found)} data problem{'s' if len(found) > 1 else ''}"
    decisive = is_decisive(case)
    offered = _offers(case)
    doubted = next((each for each in case.inputs.therapy if each.in_doubt), None)
    return Sheet(
        topic=Topic.DATA_PROBLEM,
        indicator="info",
        summary=(
            f"Bone health: {count} prevent{'' if len(found) > 1 else 's'} a recommendation ({short}{more})"
            if decisive
            else f"Bone health: {doubted.drug} may be current, please check ({doubted.in_doubt})"
            if doubted and case.decision.disposition is Disposition.ALREADY_TREATED
            else f"Bone health: {count}, please check ({short}{more})"
        ),
        detail=paragraphs(
            (
                bold("Why", f"{listed([criterion.because for criterion in case.decision.grounds])}."),
                parts.values(case),
                parts.not_found(case),
                parts.to_check(case),
                "**Meanwhile:**\n\n" + parts.foundation(case, low_impact=is_fragile(case.inputs))
                if decisive
                else None,
            )
        ),
        offers=offered,
        about_frax=bool(offered),
    )


def _offers(case: Case) -> tuple[Offer, ...]:
    """FRAX where demographics are open or FRAX itself is what contradicts; never a drug."""
    if case.recipient is None:
        return ()
    of_frax = any(conflict.of_frax for conflict in case.inputs.conflicts)
    demographics = case.decision.disposition is Disposition.INSUFFICIENT_DEMOGRAPHICS
    if demographics or (case.decision.disposition is Disposition.DATA_CONFLICT and of_frax):
        return referrals.chosen(offers.frax_task(case, case.recipient, frax_inputs(case.inputs)))
    return ()
