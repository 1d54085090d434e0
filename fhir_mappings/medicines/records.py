"""Every record of a medicine that the guideline asks about, as one list (GUIDELINE B, common filter).

An order, a statement, a dispense and an administration of the same medicine are four words on one thing. Each
becomes an `Entry`; bone therapy, glucocorticoids, cancer therapy and supplements are told from these.
"""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from itertools import chain

import msgspec

from fhir_mappings.chart import Chart
from fhir_mappings.concepts import Concept
from fhir_mappings.dates import earliest_day, latest_day
from fhir_mappings.inputs import Source
from fhir_mappings.medicines.codes import SOURCES, Record, medicine_of
from fhir_mappings.notes import Notes
from fhir_mappings.procedures import NOT_DONE
from fhir_mappings.reader import (
    NO_JSON,
    CodeableConcept,
    Medication,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    Quantity,
)
from fhir_mappings.units import DAYS, convert
from fhir_mappings.value_sets import NO_MEANING, Terminology

# Beside the code of one of these a name may say more: "Fosamax Plus D", coded as vitamin D.
_SUPPLEMENTS = frozenset(
    {
        Concept.CALCIUM_SUPPLEMENT,
        Concept.CALCIUM_PRODUCT_INGREDIENT_ONLY,
        Concept.CALCIUM_VITD_COMBO_RECOGNISE_ONLY,
        Concept.VITAMIN_D_SUPPLEMENT,
        Concept.VITAMIN_D_PRODUCT_INGREDIENT_ONLY,
    }
)
_OVER = frozenset({"completed", "stopped", "ended", "on-hold", "intended", "not-taken"})
_NOT_BEGUN = frozenset({"on-hold", "intended", "not-taken"})
_KNOWN = _OVER | {"active"}
_NEVER_TAKEN = frozenset({"entered-in-error", "cancelled", "draft"})
_NOT_AN_ORDER = frozenset({"proposal", "option"})
_NOT_HANDED_OVER = frozenset(
    {"entered-in-error", "cancelled", "declined", "preparation", "on-hold", "stopped"}
)
_NOT_GIVEN = frozenset({"entered-in-error", "not-done", "on-hold"})
_MOST_DAYS = 3650
"""No supply, however often it may be repeated, is taken for longer."""
_A_DAY = datetime.timedelta(days=1)
_NOTHING: frozenset[Concept] = frozenset()


class Kind(StrEnum):
    """Which record of a medicine it is."""

    ORDER = "order"
    STATEMENT = "statement"
    DISPENSE = "dispense"
    ADMINISTRATION = "administration"


_LISTED = frozenset({Kind.ORDER, Kind.STATEMENT})


class Medicine(msgspec.Struct, frozen=True, kw_only=True):
    """What is taken: its concepts, and the codes and the Medication they were told from."""

    concepts: frozenset[Concept]
    by_name: bool
    codes: tuple[CodeableConcept, ...]
    medication: Medication | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One record of a medicine that the guideline asks about, begun by the day the chart is looked at.

    `day` is the first and `latest` the last day that its beginning may mean: ordered, begun, handed over,
    given. `ended` is the last day that the end it states may mean, `ended_from` the first. `valid_from` is
    the last day that the beginning of an order's validity may mean. `supply` is for how many days it supplies
    the medicine, repeats included. `current` says of an order or a statement that it is active; dispenses and
    administrations are of a day, and never current by themselves.
    """

    kind: Kind
    medicine: Medicine
    status: str
    current: bool = False
    day: datetime.date | None = None
    latest: datetime.date | None = None
    ended: datetime.date | None = None
    ended_from: datetime.date | None = None
    valid_from: datetime.date | None = None
    asserted: datetime.date | None = None
    supply: int | None = None
    dosage: msgspec.Raw = NO_JSON
    orders: tuple[str, ...] = ()
    """The ids of the orders that a dispense belongs to."""
    reference: str

    @property
    def concepts(self) -> frozenset[Concept]:
        """What the medicine is, as far as the guideline asks."""
        return self.medicine.concepts

    @property
    def by_name(self) -> bool:
        """Whether only its name says what it is."""
        return self.medicine.by_name

    @property
    def listed(self) -> bool:
        """Whether it is an order or a statement, which say what is taken; the others say what was had."""
        return self.kind in _LISTED

    @property
    def in_doubt(self) -> bool:
        """Whether no status says that it is taken: it counts where that makes an answer more careful only."""
        return self.listed and self.status not in _KNOWN

    @property
    def taken(self) -> bool:
        """Whether it says that the medicine is or was taken: one on hold or only intended does not."""
        return self.status not in _NOT_BEGUN

    @property
    def covered(self) -> datetime.date | None:
        """The last day that it says the medicine is there for; None where it does not say."""
        if self.ended is not None:
            return self.ended
        if self.day is None or self.supply is None:
            return None
        return self.day + datetime.timedelta(days=self.supply - 1)


def map_entries(
    chart: Chart,
    as_of: datetime.date,
    terminology: Terminology,
    notes: Notes,
    relevant: frozenset[Concept],
    withholding: frozenset[Concept] = frozenset(),
) -> tuple[Entry, ...]:
    """Every record of a medicine among `relevant`, begun by `as_of`, in the order of kinds and ids.

    Known by code where it has one that a value set lists, else by name. What was never taken is left out:
    orders not to give it, proposals, drafts, doses not given, supplies not handed over. One of `withholding`
    that is dated in the future leaves its source incomplete: the day may be a slip. Doses of those that stand
    among the procedures come last.
    """
    entries = []
    everything: chain[Record] = chain(
        chart.medication_requests, chart.medication_statements, chart.dispenses, chart.administrations
    )
    for record in everything:
        if _is_another(record, terminology):
            continue
        status = (record.status or "").strip().lower()
        if _is_nothing(record, status):
            continue
        codes, medication = medicine_of(record, chart, notes)
        concepts, by_name = _identified(codes, terminology, relevant)
        if not concepts:
            continue
        medicine = Medicine(concepts=concepts, by_name=by_name, codes=codes, medication=medication)
        entry = _entry(record, status, medicine, as_of)
        if entry.day is not None and entry.day > as_of + _A_DAY:
            because = "medicine is dated in the future"
            notes.add("future-date", because, record.reference, of=SOURCES[type(record)])
            if concepts & withholding:
                notes.unsettle(SOURCES[type(record)])
            continue
        if entry.in_doubt:
            notes.add(
                "no-status",
                "medicine has no known status; counts as current where that is careful",
                record.reference,
            )
        entries.append(entry)
    return (*entries, *_given_as_procedures(chart, as_of, terminology, notes, withholding))


def _given_as_procedures(
    chart: Chart,
    as_of: datetime.date,
    terminology: Terminology,
    notes: Notes,
    drugs: frozenset[Concept],
) -> Iterator[Entry]:
    """The infusions and injections of these drugs that stand among the procedures, by code: each is a dose.

    One of another version of FHIR counts unless it says that nothing was done.
    """
    for procedure in chart.procedures:
        code = procedure.code
        if code is None or procedure.status in NOT_DONE or procedure.not_done or procedure.not_performed:
            continue
        concepts = terminology.meaning_of(code).coded & drugs
        if not concepts:
            continue
        day = earliest_day(procedure.performed)
        if day is not None and day > as_of + _A_DAY:
            notes.add(
                "future-date", "medicine is dated in the future", procedure.reference, of=Source.PROCEDURES
            )
            notes.unsettle(Source.PROCEDURES)
            continue
        yield Entry(
            kind=Kind.ADMINISTRATION,
            medicine=Medicine(concepts=concepts, by_name=False, codes=(code,)),
            status=(procedure.status or "").strip().lower(),
            day=day,
            latest=latest_day(procedure.performed),
            reference=procedure.reference,
        )


def _is_another(record: Record, terminology: Terminology) -> bool:
    """Whether its own code says that it is none of the medicines, as with nearly all of a list."""
    own = record.medication_codeable_concept
    return (
        own is not None
        and terminology.meaning_of(own) is NO_MEANING
        and record.medication_reference is None
        and bool(own.coding or own.text)
    )


def _is_nothing(record: Record, status: str) -> bool:
    if isinstance(record, MedicationRequest):
        return bool(
            status in _NEVER_TAKEN or record.do_not_perform or (record.intent or "").lower() in _NOT_AN_ORDER
        )
    if isinstance(record, MedicationStatement):
        return status in _NEVER_TAKEN
    if isinstance(record, MedicationDispense):
        return status in _NOT_HANDED_OVER or (status == "in-progress" and not record.when_handed_over)
    return status in _NOT_GIVEN


def _identified(
    codes: tuple[CodeableConcept, ...], terminology: Terminology, relevant: frozenset[Concept]
) -> tuple[frozenset[Concept], bool]:
    """What the medicine is, and whether only its name says so."""
    meanings = [terminology.meaning_of(code) for code in codes]
    concepts = _NOTHING.union(*(each.coded for each in meanings)) & relevant
    if concepts - _SUPPLEMENTS:
        return concepts, False
    named = _NOTHING.union(*(each.named for each in meanings))
    named &= relevant - _SUPPLEMENTS if concepts else relevant
    return concepts | named, bool(named)


def _entry(record: Record, status: str, medicine: Medicine, as_of: datetime.date) -> Entry:
    if isinstance(record, MedicationRequest):
        return _ordered(record, status, medicine)
    if isinstance(record, MedicationStatement):
        period = record.effective_period
        began = _readable(record.effective_date_time, period.start if period else None, record.date_asserted)
        ended = latest_day(period.end) if period else None
        return Entry(
            kind=Kind.STATEMENT,
            medicine=medicine,
            status=status,
            # The end that a statement gives is believed.
            current=status not in _OVER and (ended is None or ended >= as_of),
            day=earliest_day(began),
            latest=latest_day(began),
            ended=ended,
            ended_from=earliest_day(period.end) if period else None,
            asserted=latest_day(record.date_asserted),
            dosage=record.dosage,
            reference=record.reference,
        )
    if isinstance(record, MedicationDispense):
        handed_over = _readable(record.when_handed_over, record.when_prepared)
        return Entry(
            kind=Kind.DISPENSE,
            medicine=medicine,
            status=status,
            day=earliest_day(handed_over),
            latest=latest_day(handed_over),
            supply=_days(record.days_supply),
            dosage=record.dosage_instruction,
            orders=tuple(filter(None, (each.id for each in record.authorizing_prescription or ()))),
            reference=record.reference,
        )
    return Entry(
        kind=Kind.ADMINISTRATION,
        medicine=medicine,
        status=status,
        day=earliest_day(record.effective),
        latest=latest_day(record.effective),
        dosage=record.dosage,
        reference=record.reference,
    )


def _ordered(order: MedicationRequest, status: str, medicine: Medicine) -> Entry:
    request = order.dispense_request
    valid = request.validity_period if request else None
    supply = _days(request.expected_supply_duration) if request else None
    if supply is not None and request is not None:
        repeats = max(request.number_of_repeats_allowed or 0, 0)
        supply = min(supply * (1 + min(repeats, _MOST_DAYS)), _MOST_DAYS)
    began = _readable(order.authored_on, valid.start if valid else None)
    return Entry(
        kind=Kind.ORDER,
        medicine=medicine,
        status=status,
        # An active order is current therapy also after its validity.
        current=status not in _OVER,
        day=earliest_day(began),
        latest=latest_day(began),
        ended=latest_day(valid.end) if valid else None,
        ended_from=earliest_day(valid.end) if valid else None,
        valid_from=latest_day(valid.start) if valid else None,
        supply=supply,
        dosage=order.dosage_instruction,
        reference=order.reference,
    )


def _readable(*days: str | None) -> str | None:
    """The first of them that is a date."""
    return next((day for day in days if earliest_day(day) is not None), None)


def _days(quantity: Quantity | None) -> int | None:
    """Whole days of a supply, also where it is in weeks or months; None where that is not one."""
    days = convert(quantity, DAYS) if quantity else None
    return int(days) if isinstance(days, Decimal) else None
