"""Values called T-scores whose codes stand for nothing, and how to tell the local code map what they are."""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal

import msgspec

from cdshooks.replay.material import Entry
from fhir_mappings.code_systems import LONGEST_CODE
from fhir_mappings.concepts import Concept
from fhir_mappings.local_codes import SITES
from fhir_mappings.observations import RETRACTED, concepts_of, looks_like_t_score
from fhir_mappings.reader import Coding, Component, DiagnosticReport, Observation, Quantity, read
from fhir_mappings.value_sets import Terminology

_NO_NUMBER = "no number"


class Unmapped(msgspec.Struct, kw_only=True):
    """One code that nothing maps, as one name shows it: how often, in which unit, from where to where."""

    coding: Coding
    count: int = 0
    unit: str | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None

    @property
    def mappable(self) -> bool:
        """Whether a code map can name it: there is a system and a code to name."""
        parts = (self.coding.system, self.coding.code)
        return all(part and part.strip() and len(part) <= LONGEST_CODE for part in parts)

    def add(self, quantity: Quantity) -> None:
        """Count one value of it."""
        self.count += 1
        self.unit = self.unit or quantity.unit or quantity.code
        if quantity.value is not None:
            self.lowest = min(quantity.value, quantity.value if self.lowest is None else self.lowest)
            self.highest = max(quantity.value, quantity.value if self.highest is None else self.highest)

    def toml(self) -> str:
        """What is known of it as comments, and an entry for the code map that lacks what only people know."""
        span = _NO_NUMBER if self.lowest is None else f"{self.lowest} to {self.highest}"
        unit = "no unit" if self.unit is None else f"unit {_quoted(self.unit)}"
        known = f"# {self.count} {'value' if self.count == 1 else 'values'}, {span}, {unit}\n"
        members = ("system", "code", "display")
        named = {name: value for name in members if (value := getattr(self.coding, name))}
        lines = [f"{name} = {_quoted(value)}\n" for name, value in named.items()]
        if not self.mappable:
            reason = "# A code map cannot name this one: it needs a system and a code.\n"
            return known + reason + "".join(f"# {line}" for line in lines)
        return known + "[[code]]\n" + "".join(lines) + _CHOICES


def find(entries: Iterable[Entry], terminology: Terminology) -> Iterator[tuple[Coding, Quantity]]:
    """Every value that is called a T-score and that the service would not read, by each of its codes.

    These are the values that a call reports as `unmapped-code`: of observations and their components, also
    of those inside reports; not what was retracted, nor the scores of questionnaires.
    """
    for entry in entries:
        for observation in _observations(entry.resource):
            if observation.status not in RETRACTED:
                yield from _values(observation, terminology)


def tally(found: Iterable[tuple[Coding, Quantity]]) -> list[Unmapped]:
    """One row per system, code and display, the most frequent first."""
    rows: dict[Coding, Unmapped] = {}
    for coding, quantity in found:
        rows.setdefault(coding, Unmapped(coding=coding)).add(quantity)
    return sorted(rows.values(), key=lambda row: -row.count)


def _observations(raw: msgspec.Raw) -> Iterator[Observation]:
    resource = read(raw)
    inside = resource.contained or () if isinstance(resource, DiagnosticReport) else ()
    for each in (resource, *map(read, inside)):
        if isinstance(each, Observation):
            yield each


def _values(observation: Observation, terminology: Terminology) -> Iterator[tuple[Coding, Quantity]]:
    parts: tuple[Observation | Component, ...] = (observation, *(observation.component or ()))
    for part in parts:
        quantity = part.value_quantity.quantity if part.value_quantity else None
        if quantity is None and part.value_integer is not None:
            quantity = Quantity(value=Decimal(part.value_integer))
        if part.code is None or quantity is None or concepts_of(part.code, terminology):
            continue
        if looks_like_t_score(part.code, quantity):
            for coding in part.code.codings or (Coding(),):
                yield msgspec.structs.replace(coding, display=coding.display or part.code.text), quantity


def _quoted(text: str) -> str:
    """A string of TOML, which has those of JSON and forbids a few characters more."""
    return "".join(
        char if char.isprintable() else f"\\U{ord(char):08x}" for char in json.dumps(text, ensure_ascii=False)
    )


_CHOICES = f"""\
# Say what it is by taking the # away from what applies; until then this map is refused.
# concept = "t-score"
# site = "…"  # {", ".join(SITES)}
# concept = "{Concept.T_SCORE_EXCLUDED_SITES}"  # a T-score of a site that does not count
# concept = "{Concept.Z_SCORE_CODES_EXCLUDED}"  # a Z-score
"""
