"""How well the kidneys work, as the chart tells it (GUIDELINE B, 17): held against a limit, and in words.

Creatinine clearance comes before eGFR. Where the two fall on different sides of a limit, the lower one counts
against a drug.
"""

from decimal import Decimal

import msgspec

from cdshooks.guideline.words import day, measured, number
from fhir_mappings.inputs import Measurement, Renal


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """Clearance or eGFR in words, and whether it is below a limit; None where its bound leaves that open."""

    words: str
    below: bool | None


def judged(renal: Renal, limit: Decimal) -> list[Judged]:
    """Clearance and eGFR against a limit in mL/min, as far as they are known. The first one decides."""
    found = []
    if renal.clearance is not None:
        found.append(Judged(words=_clearance(renal.clearance), below=renal.clearance < limit))
    if renal.egfr is not None:
        found.append(Judged(words=_egfr(renal.egfr), below=renal.egfr.below(limit)))
    return found


def is_below(renal: Renal, limit: Decimal) -> bool | None:
    """Below if either is; None where nobody knows.

    In an acute injury a value that is not low says nothing of the days to come.
    """
    found = judged(renal, limit)
    if any(each.below for each in found):
        return True
    return None if renal.kidney_injury or not found else found[0].below


def spoken(renal: Renal) -> str:
    """Clearance and eGFR with their days, as far as they are known, and whether creatinine is changing fast."""
    parts = []
    if renal.clearance is not None:
        parts.append(f"{_clearance(renal.clearance)} ({day(renal.clearance_day)})")
    if renal.egfr is not None:
        parts.append(f"{_egfr(renal.egfr)} ({day(renal.egfr.day)})")
    if parts and renal.kidney_injury:
        parts.append("in acute kidney injury")
    return ", ".join(parts)


def _clearance(value: Decimal) -> str:
    return f"CrCl {number(value, 1)} mL/min"


def _egfr(value: Measurement) -> str:
    return f"eGFR {measured(value, 1)}"
