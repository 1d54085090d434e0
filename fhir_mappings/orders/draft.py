"""A draft order as the order checks see it (GUIDELINE D)."""

import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from fhir_mappings.concepts import Concept
from fhir_mappings.dosage import NO_STRENGTH, NOT_UNDERSTOOD, Agreement, Amount, Fault, Regimen, Strength
from fhir_mappings.medicines.glucocorticoids import PREDNISONE_MG
from fhir_mappings.reader import CodeableConcept, Reference

GONE = frozenset({"stopped", "cancelled", "completed", "ended", "entered-in-error", "revoked"})
"""Statuses of an order that is not to be followed: one that is being stopped, in the drafts of the new one."""


class OrderKind(StrEnum):
    """What an order is for, as far as the guideline asks; one may be several."""

    BONE_DRUG = "bone-drug"
    GLUCOCORTICOID = "glucocorticoid"
    AROMATASE_INHIBITOR = "aromatase-inhibitor"
    HORMONE_DEPRIVATION = "hormone-deprivation"
    """GnRH agonists and antagonists."""
    CALCIUM = "calcium"
    VITAMIN_D = "vitamin-d"
    DXA = "dxa"


class DraftOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order that concerns the guideline.

    `reference` is how suggestions point at it ("MedicationRequest/123"; only the type where it has no id).
    `drugs` are the bone drugs it is of, by the names of `fhir_mappings.medicines.bone_drugs`, or the
    glucocorticoid by the names of `fhir_mappings.medicines.glucocorticoids`. `by_name` is true where only its
    name says what it is; for the draft itself its exact name counts like a code (GUIDELINE, "Matching by
    text").
    """

    reference: str
    id: str | None
    resource_type: str
    status: str
    do_not_perform: bool
    kinds: frozenset[OrderKind]
    drugs: tuple[str, ...]
    concepts: frozenset[Concept]
    by_name: bool
    codes: tuple[CodeableConcept, ...]
    name: str | None
    """What it calls itself, for a card; escape it."""
    strength: Strength = NO_STRENGTH
    injected: bool = False
    """Whether it is injected or infused, and not swallowed."""
    dissolved: bool = False
    """Whether it is drunk, as a solution or an effervescent tablet, and not swallowed whole."""
    named_with_frequency: bool = False
    """Whether a name of the medicine that is not the order's own text says how often. It cannot be corrected
    along with the order, and would then speak against it."""
    structure: Regimen = Regimen()
    text: Regimen = Regimen()
    agreement: Agreement = Agreement.NEITHER
    planned_days: int | None = None
    """How long it is to go on, repeats included; None where it does not say."""
    reasons: frozenset[Concept] = frozenset()
    """What its reasons are by their codes; a name is no excuse for a dose."""
    reason_references: tuple[str, ...] = ()
    """Ids of the conditions it gives as reasons."""
    prior: str | None = None
    """The id of the order it replaces."""
    due: datetime.date | None = None
    """When it is to be carried out, where it says so."""
    subject: Reference | None = None
    raw: msgspec.Raw

    @property
    def regimen(self) -> Regimen:
        """What is to be taken: the structure where it says how often, else the words."""
        return self.text if self.text.says_how_often and not self.structure.says_how_often else self.structure

    @property
    def readings(self) -> tuple[Regimen, ...]:
        """Structure and words, where they say how often, each with a dose as far as anybody knows.

        Where one says nothing about how much, that is what the other says; where neither does, it is one unit
        of the product. For the checks of too much: what either of them says may be followed. What was said
        about an amount and not understood stays unknown.
        """
        both = ((self.structure, self.text), (self.text, self.structure))
        return tuple(self._dosed(each, other) for each, other in both if _says_how_often(each))

    def _dosed(self, regimen: Regimen, other: Regimen) -> Regimen:
        mg = self.strength.mg
        if other.mg_per_dose is not None or any(dose.unread for dose in other.doses):
            return regimen.with_dose(other.mg_per_dose)
        return regimen if mg is None else regimen.with_dose(Amount(low=mg, high=mg))

    @property
    def not_understood(self) -> bool:
        """Whether structure or words say something about how much or how often that was not understood.

        Whatever the rest of the order says, this may change its meaning.
        """
        faults = {*self.structure.faults, *self.text.faults}
        # Millilitres of a tablet, or of a bottle of which nobody says how much is in it.
        volume = Fault.NO_STRENGTH in faults and self.strength.mg is not None
        return volume or not faults.isdisjoint(NOT_UNDERSTOOD)

    @property
    def prednisone_mg_per_day(self) -> Amount | None:
        """What a glucocorticoid comes to in prednisone, on average over a day, from the least to the most.

        None where its dose could not be read, where it is taken as needed, or is not one the conversion knows.
        Hydrocortisone up to 25 mg (6.25 here) may only replace what the adrenals lack.
        """
        daily = None if self.regimen.as_needed else self.regimen.mg_per_day
        if OrderKind.GLUCOCORTICOID not in self.kinds or not self.drugs or daily is None:
            return None
        factor = PREDNISONE_MG[self.drugs[0]]
        low, high = (each * factor.numerator / factor.denominator for each in (daily.low, daily.high))
        return Amount(low=low, high=high)

    @property
    def gone(self) -> bool:
        """Whether it is not to be followed: stopped, cancelled, or an order not to give it."""
        return self.do_not_perform or self.status in GONE

    def is_of(self, patient_id: str) -> bool:
        """Whether it is for this patient. An order that does not say for whom, or by a name only, is."""
        subject = self.subject
        if subject is None or subject.id is None or subject.id.startswith("#"):
            return True
        return subject.id == patient_id

    @property
    def members(self) -> dict[str, msgspec.Raw]:
        """The whole resource, member by member, each exactly as it was sent: for an `update` of it."""
        return msgspec.json.decode(self.raw, type=dict[str, msgspec.Raw])


def _says_how_often(regimen: Regimen) -> bool:
    return any(dose.per_week is not None for dose in regimen.doses)


class UnreadDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A draft of which it could not be told what it is; it may be of any drug."""

    reference: str
    issue: Literal["unreadable", "wrong-version", "not-fetched"]
    because: str


class DraftOrders(msgspec.Struct, frozen=True, kw_only=True):
    """All of `context.draftOrders`, in the order in which they were sent.

    `others` are the references of orders that concern nobody here.
    """

    orders: tuple[DraftOrder, ...] = ()
    unread: tuple[UnreadDraft, ...] = ()
    others: tuple[str, ...] = ()

    def selected(self, selections: frozenset[str]) -> "DraftOrders":
        """Only those that `context.selections` names: by "Type/id", also in a URL, or by the bare id.

        Where they name nothing that is here, nobody can tell what was chosen, and it is all of them.
        """
        names = frozenset(_named(each) for each in selections)

        def is_selected(reference: str) -> bool:
            return reference in names or reference.rpartition("/")[2] in names

        chosen = DraftOrders(
            orders=tuple(each for each in self.orders if is_selected(each.reference)),
            unread=tuple(each for each in self.unread if is_selected(each.reference)),
            others=tuple(each for each in self.others if is_selected(each)),
        )
        return self if chosen == DraftOrders() else chosen


def _named(selection: str) -> str:
    pointer = Reference(reference=selection)
    return f"{pointer.kind}/{pointer.id}" if pointer.kind else pointer.id or selection
