"""Reading `context.draftOrders`, whatever a client sends there (GUIDELINE D; issue of the order hooks).

Pure and tolerant: a draft that cannot be told what it is becomes an `UnreadDraft`, and fails nothing else.
"""

from collections.abc import Iterator, Mapping

import msgspec

from fhir_mappings.chart import Chart
from fhir_mappings.concepts import Concept
from fhir_mappings.dates import earliest_day
from fhir_mappings.dosage import (
    Agreement,
    Fault,
    Regimen,
    Strength,
    agreement,
    read_dosage,
    read_sig,
    read_sigs,
)
from fhir_mappings.dosage.json import decoded, listed, member, text
from fhir_mappings.medicines.records import Entry, Kind, Medicine
from fhir_mappings.medicines.routes import is_injected
from fhir_mappings.orders import elements
from fhir_mappings.orders.draft import DraftOrder, DraftOrders, UnreadDraft
from fhir_mappings.orders.planned import planned_days
from fhir_mappings.orders.recognition import drugs_of, identified, is_dissolved, kinds_of, product_strength
from fhir_mappings.reader import NO_JSON, CodeableConcept, Medication
from fhir_mappings.value_sets import Terminology

_DRUG_ORDER = "MedicationRequest"
_SERVICE_ORDER = "ServiceRequest"
_OF_OTHER_VERSIONS = {"MedicationOrder", "MedicationPrescription", "ProcedureRequest", "DiagnosticOrder"}
_COMPLETE = {"http://www.nlm.nih.gov/research/umls/rxnorm", "http://www.whocc.no/atc"}
_EMPTY = Chart()


def read_draft_orders(
    raw: msgspec.Raw | bytes, terminology: Terminology, chart: Chart = _EMPTY
) -> DraftOrders:
    """Read a Bundle of drafts, also one without `type`, a bare list, or a single resource.

    A Medication that a draft points at is looked for in the draft, in the Bundle and in the chart. Never
    raises.
    """
    drafts = list(_resources(raw))
    plain = [(url, decoded(each), each) for url, each in drafts]
    medications = {
        **chart.medications,
        **elements.medications((url, value) for url, value, _ in plain if isinstance(value, dict)),
    }
    orders: list[DraftOrder] = []
    unread: list[UnreadDraft] = []
    others: list[str] = []
    for _, resource, source in plain:
        found = _draft(resource, source, medications, terminology)
        if isinstance(found, DraftOrder):
            orders.append(found)
        elif isinstance(found, UnreadDraft):
            unread.append(found)
        elif found is not None:
            others.append(found)
    return DraftOrders(orders=tuple(orders), unread=tuple(unread), others=tuple(others))


def holds_drafts(raw: msgspec.Raw | bytes) -> bool:
    """Whether drafts may stand in it: in a Bundle, also one that does not say so, in a bare list, or alone.

    An empty one holds none, and that is said. Null, an error, or the patient say nothing of any order.
    """
    value = decoded(raw)
    if not isinstance(value, dict):
        return isinstance(value, list) and all(isinstance(each, dict) for each in value)
    entries = value.get("entry", [])
    kind = text(value.get("resourceType"))
    if kind == "Bundle" or "entry" in value:
        return isinstance(entries, list)
    return kind.endswith(("Request", "Order", "Prescription"))


def _resources(raw: msgspec.Raw | bytes) -> Iterator[tuple[str, msgspec.Raw]]:
    """Each resource with the `fullUrl` of its entry, exactly as sent."""
    top = _members(raw)
    if top is None:
        yield from (("", each) for each in _items(raw))
        return
    if "entry" not in top:
        if text(decoded(top.get("resourceType", NO_JSON))) != "Bundle":
            yield "", msgspec.Raw(bytes(raw))
        return
    for each in _items(top["entry"]):
        entry = _members(each)
        if entry is None or "resource" not in entry:
            yield "", each
        else:
            yield text(decoded(entry.get("fullUrl", NO_JSON))), entry["resource"]


def _members(raw: msgspec.Raw | bytes) -> dict[str, msgspec.Raw] | None:
    try:
        return msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _items(raw: msgspec.Raw | bytes) -> list[msgspec.Raw]:
    try:
        return msgspec.json.decode(raw, type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return [] if decoded(raw) is None else [msgspec.Raw(bytes(raw))]


def _draft(
    resource: object, source: msgspec.Raw, medications: Mapping[str, Medication], terminology: Terminology
) -> DraftOrder | UnreadDraft | str | None:
    """The draft; the reference of one that concerns nobody here; None for what is no order."""
    kind = text(member(resource, "resourceType"))
    own_id = text(member(resource, "id")) or None
    reference = f"{kind or 'entry'}/{own_id}" if own_id else kind or "entry"
    if not isinstance(resource, dict) or not kind:
        return UnreadDraft(reference=reference, issue="unreadable", because="is not a FHIR resource")
    if kind == "OperationOutcome":
        because = "an error came in place of an order"
        return UnreadDraft(reference=reference, issue="not-fetched", because=because)
    if kind in _OF_OTHER_VERSIONS:
        return UnreadDraft(reference=reference, issue="wrong-version", because="is not a resource of FHIR R4")
    if kind == "Medication":
        return None
    if kind not in {_DRUG_ORDER, _SERVICE_ORDER}:
        return reference
    named = _named(resource, kind, reference, medications)
    if isinstance(named, UnreadDraft):
        return named
    codes, medication = named
    found, by_name = identified(codes, terminology)
    if not found:
        if kind == _DRUG_ORDER and not _is_of_another_drug(codes, terminology):
            because = "has no name, and no code that is known here"
            return UnreadDraft(reference=reference, issue="unreadable", because=because)
        return reference
    medicine = Medicine(concepts=found, by_name=by_name, codes=codes, medication=medication)
    return _order(resource, source, medicine, terminology, reference)


def _named(
    resource: dict[str, object], kind: str, reference: str, medications: Mapping[str, Medication]
) -> tuple[tuple[CodeableConcept, ...], Medication | None] | UnreadDraft:
    """What the order says it is of."""
    if kind == _SERVICE_ORDER:
        code = elements.concept(resource.get("code"))
        # A service that is not named is no drug, and no examination that is asked for.
        return (() if code is None else (code,)), None
    if "medication" in resource:
        return UnreadDraft(
            reference=reference, issue="wrong-version", because="medication: written as FHIR R5 has it"
        )
    own = elements.concept(resource.get("medicationCodeableConcept"))
    codes = [] if own is None else [own]
    pointer = elements.reference(resource.get("medicationReference"))
    medication = None
    if pointer is not None:
        medication = _contained(resource, pointer.id) or medications.get(pointer.id or "")
        if medication is not None:
            ingredients = (each.item_codeable_concept for each in medication.ingredient or ())
            codes += [each for each in (medication.code, *ingredients) if each is not None]
        if pointer.display:
            codes.append(CodeableConcept(text=pointer.display))
    if codes:
        return tuple(codes), medication
    if pointer is None or medication is not None:
        return UnreadDraft(reference=reference, issue="unreadable", because="names no medicine")
    return UnreadDraft(
        reference=reference, issue="not-fetched", because="the medicine it points at is not here"
    )


def _is_of_another_drug(codes: tuple[CodeableConcept, ...], terminology: Terminology) -> bool:
    """Whether a medicine that stands for nothing here is sure to be another one.

    By its name, or by a code of those systems of which the guideline's drugs are known in full. A product's
    number (NDC) alone, of which others come every week, may be of any drug.
    """
    codings = [coding for code in codes for coding in code.codings if coding.system and coding.code]
    known = {terminology.canonical(each.system or "", each.code or "")[0] for each in codings}
    return any(code.names for code in codes) or not known.isdisjoint(_COMPLETE)


def _contained(resource: dict[str, object], pointer: str | None) -> Medication | None:
    if pointer is None or not pointer.startswith("#"):
        return None
    for each in listed(resource.get("contained")):
        if text(member(each, "id")).removeprefix("#") == pointer.removeprefix("#"):
            return elements.medication(each)
    return None


def _order(
    resource: dict[str, object],
    source: msgspec.Raw,
    medicine: Medicine,
    terminology: Terminology,
    reference: str,
) -> DraftOrder | str:
    kind = text(resource["resourceType"])
    status = text(resource.get("status")).lower()
    members = _members(source) or {}
    dosage = members.get("dosageInstruction", NO_JSON)
    entry = Entry(kind=Kind.ORDER, medicine=medicine, status=status, dosage=dosage, reference=reference)
    kinds = kinds_of(entry)
    if not kinds:
        return reference
    strength, contradicted = product_strength(medicine, terminology)
    structure = read_dosage(dosage, strength=strength)
    words = _words(dosage, medicine, strength)
    agrees = Agreement.CONFLICT if contradicted else agreement(structure, words)
    regimen = words if words.says_how_often and not structure.says_how_often else structure
    prior = elements.reference(resource.get("priorPrescription"))
    return DraftOrder(
        reference=reference,
        id=text(resource.get("id")) or None,
        resource_type=kind,
        status=status,
        do_not_perform=resource.get("doNotPerform") is True,
        kinds=kinds,
        drugs=drugs_of(entry, kinds, terminology),
        concepts=medicine.concepts,
        by_name=medicine.by_name,
        codes=medicine.codes,
        name=next((name for code in medicine.codes for name in code.names), None),
        strength=strength,
        injected=is_injected(entry),
        dissolved=is_dissolved(medicine, strength),
        named_with_frequency=_named_with_frequency(resource, medicine, strength),
        structure=structure,
        text=words,
        agreement=agrees,
        planned_days=planned_days(resource, regimen, strength),
        reasons=_reasons(resource, terminology),
        reason_references=tuple(
            pointer.id
            for each in listed(resource.get("reasonReference"))
            if (pointer := elements.reference(each)) is not None and pointer.id
        ),
        prior=None if prior is None else prior.id,
        due=earliest_day(
            text(resource.get("occurrenceDateTime"))
            or text(member(resource.get("occurrencePeriod"), "start"))
        ),
        subject=elements.reference(resource.get("subject")),
        raw=source,
    )


def _words(dosage: msgspec.Raw, medicine: Medicine, strength: Strength) -> Regimen:
    """What the sig says; else what the name of the medicine says ("Fosamax 70 mg, once weekly").

    A frequency in the name that is another than the sig's is a contradiction.
    """
    sig = read_sigs(dosage, strength=strength)
    names = dict.fromkeys(name for code in medicine.codes for name in code.names)
    named = [read for name in names if (read := read_sig(name, strength=strength)).says_how_often]
    if not named:
        return sig
    if not sig.says_how_often:
        return msgspec.structs.replace(named[0], faults=(*named[0].faults, *sig.faults))
    if all(agreement(sig, each) is Agreement.AGREE for each in named):
        return sig
    return msgspec.structs.replace(sig, faults=(*sig.faults, Fault.CONTRADICTORY))


def _named_with_frequency(resource: dict[str, object], medicine: Medicine, strength: Strength) -> bool:
    """Whether a name beside the order's own text says how often, and be it the same words once more."""
    own = elements.concept(resource.get("medicationCodeableConcept"))
    codes = medicine.codes if own is None else medicine.codes[1:]
    displayed = () if own is None else (each.display for each in own.codings if each.display)
    names = (*displayed, *(name for code in codes for name in code.names))
    return any(read_sig(name, strength=strength).says_how_often for name in names)


def _reasons(resource: dict[str, object], terminology: Terminology) -> frozenset[Concept]:
    reasons = elements.concepts(resource.get("reasonCode"))
    return frozenset[Concept]().union(*(terminology.concepts_of(each.codings) for each in reasons))
