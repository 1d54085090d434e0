"""A resource as a search sees it: whose it is and what it is called, whatever else of it may be broken.

What is there but cannot be read (a `code` that is a string) rules nothing out: a service that a chart is made
ready for is to meet its broken resources too.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from cdshooks.replay.material import Entry
from fhir_mappings.reader import Reference


class _Stub(msgspec.Struct, frozen=True, rename="camel"):
    resource_type: str
    id: Any = None
    subject: Any = None
    patient: Any = None
    code: Any = None
    medication_reference: Any = None


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One resource of a chart, with the elements that are searched by as they stand."""

    entry: Entry
    kind: str
    id: str | None
    whose: Any
    code: Any
    medication: Any

    def is_about(self, patient_id: str, addresses: frozenset[str]) -> bool:
        """Whether it refers to the patient of that id, or to one of the addresses that Patient has."""
        if self.whose is None:
            return False
        target = _target(self.whose)
        if target is None:
            return not isinstance(self.whose, dict) or self.whose.get("reference") is not None
        reference = Reference(reference=target)
        return target in addresses or (reference.id == patient_id and reference.kind in {None, "Patient"})

    def has_code(self, codes: frozenset[tuple[str, str]]) -> bool:
        """Whether one of its codings has the system and the code of one of `codes`, letter by letter."""
        if self.code is None:
            return False
        codings = self.code.get("coding", []) if isinstance(self.code, dict) else None
        if not isinstance(codings, list) or not all(isinstance(coding, dict) for coding in codings):
            return True
        return any((coding.get("system"), coding.get("code")) in codes for coding in codings)

    def points_at(self, medication: "Held") -> bool:
        """Whether its medicationReference is to that resource."""
        target = _target(self.medication)
        if target is None or target.startswith("#"):
            return False
        reference = Reference(reference=target)
        by_id = medication.id is not None and reference.id == medication.id
        return target == medication.entry.full_url or (by_id and reference.kind in {None, medication.kind})


def hold(entries: Iterable[Entry]) -> tuple[Held, ...]:
    """The entries, ready to be searched; what names no resource type is left out."""
    return tuple(_held(entries))


_stub = msgspec.json.Decoder(_Stub)


def _held(entries: Iterable[Entry]) -> Iterator[Held]:
    for entry in entries:
        try:
            stub = _stub.decode(entry.resource)
        except (msgspec.DecodeError, RecursionError):
            continue
        yield Held(
            entry=entry,
            kind=stub.resource_type,
            id=stub.id if isinstance(stub.id, str) and stub.id else None,
            whose=stub.patient if stub.subject is None else stub.subject,
            code=stub.code,
            medication=stub.medication_reference,
        )


def _target(reference: Any) -> str | None:  # noqa: ANN401 - whatever stands in the place of a Reference
    target = reference.get("reference") if isinstance(reference, dict) else None
    return target if isinstance(target, str) else None
