"""C00: no usable bone density, in somebody who should have one (GUIDELINE section 0, 4)."""

from cdshooks.cards import offers, parts, referrals
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, paragraphs
from cdshooks.cards.sheet import Offer, Sheet
from cdshooks.guideline.exercise import is_fragile
from cdshooks.guideline.screening import AT_RISK, MEN_FROM, WOMEN_FROM, who
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import day, listed
from fhir_mappings.bone.bone_density import USABLE_MONTHS
from fhir_mappings.inputs import UnusedDensity

_PRELIMINARY = "not final"
_STALE = "stale"
_OTHER_SITE = "of a site that does not count"
_NO_DXA = "not by DXA"
_ADVICE = (
    f"USPSTF 2025 recommends a bone density test for women from {WOMEN_FROM} and younger postmenopausal women "
    f"at risk; BHOF 2022 also for men from {MEN_FROM}."
)


def sheet(case: Case) -> Sheet | None:
    """The card, or none where nothing in the chart asks for a bone density."""
    unused = _latest_unused(case)
    tested = who(case.inputs, case.decision)
    if tested is None and (unused is None or unused.why == _OTHER_SITE):
        return None
    if unused is not None and unused.why == _PRELIMINARY:
        summary = f"No usable bone density: preliminary DXA of {day(unused.day)}, await its final report"
    elif unused is not None:
        summary = f"No usable bone density ({_called(unused)} {day(unused.day)}: {unused.why}): order DXA"
    else:
        summary = f"No DXA on record: bone density test recommended ({tested})"
    return Sheet(
        topic=Topic.DXA_SCREENING,
        indicator="info",
        summary=summary,
        detail=_detail(case, tested, unused),
        offers=_offers(case),
    )


def _called(unused: UnusedDensity) -> str:
    return "measurement" if unused.why == _NO_DXA else "DXA"


def _latest_unused(case: Case) -> UnusedDensity | None:
    unused = case.inputs.bone_density.unused
    return max(unused, key=lambda each: (each.day is not None, each.day, each.why), default=None)


def _detail(case: Case, tested: str | None, unused: UnusedDensity | None) -> str:
    if unused is None:
        why = f"{tested}, and no T-score was found in the chart. {_ADVICE}"
    elif unused.why == _PRELIMINARY:
        why = (
            f"a preliminary DXA of {day(unused.day)} exists; the recommendation will follow the final report. "
            "Order another only if none will come."
        )
    elif unused.why == _STALE:
        why = f"last DXA {day(unused.day)}, more than {USABLE_MONTHS // 12} years ago: not used; repeat it."
    else:
        what = f"the {_called(unused)} of {day(unused.day)}"
        why = f"{what} was not used: {unused.why}. Correct the entry, or repeat the DXA."
    return paragraphs(
        (
            bold("Why", why),
            _risk_factors(case) if tested == AT_RISK else None,
            parts.values(case),
            "**Meanwhile:**\n\n" + parts.foundation(case, low_impact=is_fragile(case.inputs)),
            parts.not_found(case),
            parts.to_check(case),
        )
    )


def _risk_factors(case: Case) -> str:
    return bold("Risk factors", f"{listed([each.because for each in case.decision.risk_factors])}.")


def _offers(case: Case) -> tuple[Offer, ...]:
    to = case.recipient
    if to is None:
        return ()
    return referrals.chosen(
        offers.dxa_now(case, to),
        offers.calcium(case, to),
        offers.vitamin_d(case, to),
        *referrals.lifestyle(case, to),
    )
