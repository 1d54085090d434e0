"""The hospital's own codes, read from a TOML file, as additions to the shipped value sets.

[[code]]
system = "urn:oid:1.2.3.4"
code = "BMD-LS-T"
concept = "t-score"        # then with a site; or the id of a value set, such as "calcium-total"
site = "lumbar-spine"
display = "T-score L1-L4"  # optional, for people
"""

import difflib
import tomllib
from collections.abc import Iterator
from pathlib import Path

from fhir_mappings.code_facts import LocalCode
from fhir_mappings.code_systems import LONGEST_CODE
from fhir_mappings.concepts import Concept
from fhir_mappings.value_sets import T_SCORE_SITES, load

__all__ = ["SITES", "LocalCode", "LocalCodesError", "read"]

SITES = {
    "lumbar-spine": Concept.T_SCORE_LUMBAR_SPINE,
    "femoral-neck": Concept.T_SCORE_FEMORAL_NECK_OR_FEMUR,
    "total-hip": Concept.T_SCORE_TOTAL_HIP,
    "femur": Concept.T_SCORE_FEMORAL_NECK_OR_FEMUR,
    "radius-33": Concept.T_SCORE_FOREARM,
}
"""Where a T-score that counts may have been measured, and the value set it then belongs to."""

_T_SCORE = "t-score"
_REQUIRED = ("system", "code", "concept")
_MEMBERS = (*_REQUIRED, "site", "display")
# Codes known to be no T-score that counts. Reading them as one would turn a Z-score into a diagnosis.
_NEVER_T_SCORES = frozenset({Concept.Z_SCORE_CODES_EXCLUDED, Concept.T_SCORE_EXCLUDED_SITES})


class LocalCodesError(ValueError):
    """A local code map that cannot be used; the message lists every mistake in it, one per line."""


def read(path: Path) -> tuple[LocalCode, ...]:
    """The local codes of a file, in its order and each once.

    Raises:
        LocalCodesError: where the file cannot be read or says anything that is not understood. Nothing of
            such a file is used.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise LocalCodesError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise LocalCodesError(f"{path}: is not UTF-8 text: byte {error.start} is not") from error
    except tomllib.TOMLDecodeError as error:
        raise LocalCodesError(f"{path}: is not TOML: {error}") from error
    mistakes = [
        f"{name!r} is not known; allowed at the top is only [[code]]" for name in content if name != "code"
    ]
    entries = content.get("code", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        mistakes.append("'code' is not a list of tables; write each entry under [[code]]")
        entries = []
    # By what is the same code in a chart: the entry that mapped it first, and to what.
    codes: dict[tuple[str, str], tuple[int, LocalCode]] = {}
    for number, entry in enumerate(entries, start=1):
        wrong = list(_mistakes(entry))
        if not wrong:
            code = _local_code(entry)
            first, same = codes.setdefault(load().canonical(code.system, code.code), (number, code))
            if (same.concept, same.site) != (code.concept, code.site):
                wrong.append(
                    f"code: {code.code!r} of this system already means {_meaning(same)} in entry {first}; "
                    "a code has one meaning"
                )
        mistakes.extend(f"entry {number}: {mistake}" for mistake in wrong)
    if mistakes:
        raise LocalCodesError("\n".join(f"{path}: {mistake}" for mistake in mistakes))
    return tuple(code for _, code in codes.values())


def _local_code(entry: dict[str, str]) -> LocalCode:
    site = entry.get("site")
    return LocalCode(
        system=entry["system"].strip(),
        code=entry["code"].strip(),
        concept=Concept(entry["concept"]) if site is None else SITES[site],
        site=site,
        display=entry.get("display"),
    )


def _meaning(code: LocalCode) -> str:
    return f"{_T_SCORE} at {code.site}" if code.site else str(code.concept)


def _mistakes(entry: dict[str, object]) -> Iterator[str]:
    """What is wrong with one entry, by member."""
    for name in entry:
        if name not in _MEMBERS:
            yield f"{name}: is not known; allowed are {', '.join(_MEMBERS)}"
    unusable = set()
    for name in _MEMBERS:
        value = entry.get(name)
        if value is None:
            if name in _REQUIRED:
                unusable.add(name)
                yield f"{name}: is missing"
        elif not isinstance(value, str) or not value.strip():
            unusable.add(name)
            yield f"{name}: {value!r} is not a text; write it in quotes, not empty"
        elif name in {"system", "code"} and len(value) > LONGEST_CODE:
            unusable.add(name)
            yield f"{name}: is longer than {LONGEST_CODE} characters"
    if "concept" not in unusable:
        yield from _mistakes_of_meaning(entry, str(entry["concept"]), unusable)


def _mistakes_of_meaning(entry: dict[str, object], concept: str, unusable: set[str]) -> Iterator[str]:
    site = entry.get("site")
    if concept == _T_SCORE:
        if site is None:
            yield f"site: is missing; a T-score needs one of {', '.join(SITES)}"
        elif "site" not in unusable and site not in SITES:
            yield f"site: {site!r} is not known; allowed are {', '.join(SITES)}"
        if unusable.isdisjoint({"system", "code"}):
            yield from _mistakes_of_t_score(str(entry["system"]), str(entry["code"]))
        return
    if site is not None:
        yield f'site: is stated only with concept = "{_T_SCORE}"'
    if concept in T_SCORE_SITES:
        yield f'concept: {concept!r} is written as "{_T_SCORE}" with a site, one of {", ".join(SITES)}'
    elif concept not in set(Concept):
        near = difflib.get_close_matches(concept, [_T_SCORE, *Concept], n=3)
        hint = f"; near are {', '.join(near)}" if near else ""
        yield f"concept: {concept!r} is not known; allowed are {_T_SCORE} and the id of any value set{hint}"


def _mistakes_of_t_score(system: str, code: str) -> Iterator[str]:
    refused = load().concepts(system, code) & _NEVER_T_SCORES
    if refused:
        yield (
            f"code: {code!r} is in the value set {min(refused)} and must not be read as a T-score; "
            "allowed are codes outside of " + " and ".join(sorted(_NEVER_T_SCORES))
        )
