"""Draft orders as clients send them: what each is of, and how it is dosed."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fhir_mappings.chart import Chart
from fhir_mappings.concepts import Concept
from fhir_mappings.dosage import Agreement, Amount, Regimen, Strength
from fhir_mappings.orders import DraftOrder, DraftOrders, OrderKind, read_draft_orders
from fhir_mappings.orders.elements import medication
from fhir_mappings.value_sets import load
from tests.charts import CPT, ICD10, RXNORM, Json, concept

SENT = Path(__file__).parent / "draft_orders"
OWN_DRAFT = Path(__file__).parents[2] / "cdshooks" / "drafts" / "templates" / "start-alendronate.json"
TERMINOLOGY = load()
ALENDRONATE_70, ALENDRONATE_10, ALENDRONATE_AND_D, PREDNISONE_5 = "904431", "904419", "904492", "312617"
WEEKLY: Json = {"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "wk"}}}
DAILY: Json = {"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}
ONE_TABLET: Json = {"doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}]}


def read(*resources: object, chart: Chart | None = None) -> DraftOrders:
    bundle = {"resourceType": "Bundle", "entry": [{"resource": each} for each in resources]}
    return read_draft_orders(json.dumps(bundle).encode(), TERMINOLOGY, chart or Chart())


def draft(code: str | None = ALENDRONATE_70, name: str | None = None, **members: Any) -> Json:  # noqa: ANN401
    medicine: Json = concept(code, RXNORM) if code else {}
    return {
        "resourceType": "MedicationRequest",
        "id": "d1",
        "status": "draft",
        "medicationCodeableConcept": {**medicine, "text": name} if name else medicine,
        **members,
    }


def one(*resources: object, chart: Chart | None = None) -> DraftOrder:
    (order,) = read(*resources, chart=chart).orders
    return order


def weekly(regimen: Regimen) -> str | None:
    return None if regimen.mg_per_week is None else f"{regimen.mg_per_week.high:f}"


@pytest.mark.parametrize(
    ("file", "others", "unread"),
    [
        ("sandbox-order-select", ["MedicationRequest/request-123"], []),
        ("sandbox-order-sign", ["MedicationRequest/request-123"], []),
        ("sandbox-no-medication", [], ["MedicationRequest/request-123: names no medicine"]),
        ("sandbox-imaging", ["ServiceRequest/example-request-id"], []),
        ("da-vinci-device", ["DeviceRequest/123"], []),
        (
            "inferno-nutrition-and-medication",
            ["NutritionOrder/pureeddiet-simple", "MedicationRequest/smart-MedicationRequest-103"],
            [],
        ),
        ("opioid-film", ["MedicationRequest/05f8cb26-2eb6-4124-b65d-bb1f13e21c49"], []),
        ("bad-status", ["MedicationRequest/05f8cb26-2eb6-4124-b65d-bb1f13e21c49"], []),
    ],
)
def test_drafts_that_clients_really_sent_concern_nobody_here(
    file: str, others: list[str], unread: list[str]
) -> None:
    found = read_draft_orders((SENT / f"{file}.json").read_bytes(), TERMINOLOGY)
    assert found.orders == ()
    assert list(found.others) == others
    assert [f"{each.reference}: {each.because}" for each in found.unread] == unread


def test_the_sandboxs_shape_with_alendronate_in_it_is_read() -> None:
    sent = json.loads((SENT / "sandbox-order-select.json").read_bytes())
    sent["entry"][0]["resource"]["medicationCodeableConcept"] = concept(ALENDRONATE_70, RXNORM)
    (order,) = read_draft_orders(json.dumps(sent).encode(), TERMINOLOGY).orders
    assert (order.reference, order.drugs, order.planned_days) == (
        "MedicationRequest/request-123",
        ("alendronate",),
        30,
    )
    assert (weekly(order.structure), order.agreement) == ("490", Agreement.STRUCTURE_ONLY)


def test_the_draft_that_the_service_offers_itself_is_seventy_milligrams_a_week_in_both_ways() -> None:
    order = one(json.loads(OWN_DRAFT.read_bytes()) | {"resourceType": "MedicationRequest"})
    assert (weekly(order.structure), weekly(order.text), order.agreement) == ("70", "70", Agreement.AGREE)
    assert order.planned_days == 84 * 4


DRUGS = [
    (ALENDRONATE_70, {"alendronate"}, {"bone-drug"}, "70"),
    (ALENDRONATE_10, {"alendronate"}, {"bone-drug"}, "10"),
    (ALENDRONATE_AND_D, {"alendronate"}, {"bone-drug", "vitamin-d"}, "70"),
    ("904396", {"alendronate"}, {"bone-drug"}, None),
    ("46041", {"alendronate"}, {"bone-drug"}, None),
    ("73056", {"risedronate"}, {"bone-drug"}, None),
    ("115264", {"ibandronate"}, {"bone-drug"}, None),
    ("705824", {"zoledronic acid"}, {"bone-drug"}, "5"),
    ("1114085", {"zoledronic acid"}, {"bone-drug"}, "4"),
    ("993449", {"denosumab"}, {"bone-drug"}, None),
    ("993456", {"denosumab"}, {"bone-drug"}, "60"),
    ("1046402", {"denosumab 120 mg"}, {"bone-drug"}, "119"),
    ("72143", {"raloxifene"}, {"bone-drug"}, None),
    (PREDNISONE_5, {"prednisone"}, {"glucocorticoid"}, "5"),
    ("8640", {"prednisone"}, {"glucocorticoid"}, None),
    ("84857", set(), {"aromatase-inhibitor"}, None),
    ("42375", set(), {"hormone-deprivation"}, None),
    ("1897", set(), {"calcium"}, None),
    ("2418", set(), {"vitamin-d"}, None),
]


@pytest.mark.parametrize(("code", "drugs", "kinds", "mg"), DRUGS)
def test_a_drug_is_known_by_its_code(code: str, drugs: set[str], kinds: set[str], mg: str | None) -> None:
    order = one(draft(code))
    assert (set(order.drugs), set(order.kinds), order.by_name) == (drugs, kinds, False)
    assert order.strength.mg == (None if mg is None else Decimal(mg))


def test_a_drug_is_known_by_its_national_drug_code() -> None:
    code = concept("00006-0031-44", "http://hl7.org/fhir/sid/ndc")
    order = one(draft(medicationCodeableConcept=code))
    assert (order.drugs, order.strength.mg, order.by_name) == (("alendronate",), Decimal(70), False)


NAMES = [
    ("Fosamax 70 mg daily", "alendronate", "bone-drug", "70"),
    ("alendronate sodium 10 MG Oral Tablet", "alendronate", "bone-drug", "10"),
    ("Fosamax Plus D 70 mg/5600 units", "alendronate", "bone-drug", "70"),
    ("Prolia", "denosumab", "bone-drug", None),
    ("Xgeva", "denosumab 120 mg", "bone-drug", None),
    ("Reclast 5 mg/100 mL", "zoledronic acid", "bone-drug", "5"),
    ("zoledronic acid 4 mg/5 mL", "zoledronic acid", "bone-drug", "4"),
    ("zoledronic acid 4 mg/5 mL or 5 mg/100 mL", "zoledronic acid", "bone-drug", None),
    ("denosumab 60 mg/mL", "denosumab", "bone-drug", None),
    ("prednisolone 15 mg/5 mL oral solution", "prednisolone", "glucocorticoid", None),
    ("Zometa", "zoledronic acid", "bone-drug", None),
    ("Evista", "raloxifene", "bone-drug", None),
    ("prednisone 20 mg tablet", "prednisone", "glucocorticoid", "20"),
    ("alendronate 70000 mcg", "alendronate", "bone-drug", "70"),
    ("alendronate 0.07 g tablet", "alendronate", "bone-drug", "70"),
    ("alendronate 70 mg/75 mL oral solution", "alendronate", "bone-drug", "70"),
    ("alendronate 70 mg (2 x 35 mg)", "alendronate", "bone-drug", None),
    ("Medrol 4 mg", "methylprednisolone", "glucocorticoid", "4"),
    ("methylprednisolone 16 mg", "methylprednisolone", "glucocorticoid", "16"),
]


@pytest.mark.parametrize(("name", "drug", "kind", "mg"), NAMES)
def test_a_drug_is_known_by_its_name_and_marked_so(name: str, drug: str, kind: str, mg: str | None) -> None:
    order = one(draft(None, name))
    assert (order.drugs, order.by_name, order.name) == ((drug,), True, name)
    assert OrderKind(kind) in order.kinds
    assert order.strength.mg == (None if mg is None else Decimal(mg))


def test_a_bone_drug_in_solution_has_milligrams_in_the_bottle_and_in_each_millilitre() -> None:
    solution = one(
        draft(None, "alendronate 70 mg/75 mL oral solution", dosageInstruction=[{"text": "75 mL weekly"}])
    )
    assert (solution.strength.mg, weekly(solution.text)) == (Decimal(70), "70")
    assert one(draft(None, "zoledronic acid 4 mg/5 mL or 5 mg/100 mL")).strength == Strength()
    assert one(draft(None, "alendronate 70 mg/0 mL")).strength == Strength(mg=Decimal(70))
    assert one(draft(None, "prednisolone 15 mg/5 mL oral solution")).strength == Strength()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("861007", None),
        (None, "Metformin 500 mg"),
        (None, "prednisolone eye drops"),
        ("8640", "prednisone cream"),
        ("1347", None),
        (None, "budesonide"),
    ],
)
def test_other_medicines_and_local_glucocorticoids_concern_nobody_here(
    code: str | None, name: str | None
) -> None:
    found = read(draft(code, name))
    assert (found.orders, found.unread, found.others) == ((), (), ("MedicationRequest/d1",))


def test_two_glucocorticoids_in_one_order_are_none_by_name() -> None:
    order = one(draft(None, "prednisone or dexamethasone"))
    assert (order.drugs, order.kinds) == ((), frozenset({OrderKind.GLUCOCORTICOID}))


def test_a_name_that_says_daily_is_a_daily_order() -> None:
    order = one(draft(None, "Fosamax 70 mg daily"))
    assert (weekly(order.text), order.agreement, weekly(order.regimen)) == ("490", Agreement.TEXT_ONLY, "490")


@pytest.mark.parametrize(
    ("name", "sig", "expected"),
    [
        ("alendronate 70 mg, once weekly", "once weekly", "agree"),
        ("Fosamax Once Weekly 70 mg", "1 tablet daily", "conflict"),
        ("alendronate 70 mg, once weekly", "as directed", "agree"),
        ("alendronate 10 mg", "70 mg weekly", "conflict"),
    ],
)
def test_name_sig_and_structure_must_fit_each_other(name: str, sig: str, expected: str) -> None:
    order = one(draft(name=name, dosageInstruction=[{**WEEKLY, **ONE_TABLET, "text": sig}]))
    assert order.agreement == Agreement(expected)


def test_two_strengths_in_its_names_are_a_conflict() -> None:
    code = {**concept(ALENDRONATE_70, RXNORM, "alendronate 70 MG"), "text": "alendronate 10 mg"}
    order = one(draft(medicationCodeableConcept=code, dosageInstruction=[{**WEEKLY, **ONE_TABLET}]))
    assert order.agreement is Agreement.CONFLICT


def test_what_either_says_is_there_for_the_check_of_too_much() -> None:
    order = one(draft(dosageInstruction=[{**DAILY, "text": "once weekly"}]))
    assert [weekly(each) for each in order.readings] == ["490", "70"]
    assert order.agreement is Agreement.CONFLICT
    assert order.structure.mg_per_week is None
    unknown_strength = one(draft("46041", dosageInstruction=[DAILY]))
    assert [weekly(each) for each in unknown_strength.readings] == [None]
    assert one(draft(dosageInstruction=[ONE_TABLET])).readings == ()


@pytest.mark.parametrize(
    ("dosage", "regimen"),
    [
        ([{**WEEKLY, **ONE_TABLET, "text": "as directed"}], "70"),
        ([{**ONE_TABLET, "text": "1 tablet weekly"}], "70"),
        ([{"text": "as directed"}], None),
        ([ONE_TABLET], None),
    ],
)
def test_the_regimen_is_the_structures_else_the_words(dosage: list[Json], regimen: str | None) -> None:
    assert weekly(one(draft(dosageInstruction=dosage)).regimen) == regimen


def pointing_at(target: str, **members: Any) -> Json:  # noqa: ANN401
    return {**draft(None), "medicationReference": {"reference": target}, **members}


MEDICATION: Json = {
    "resourceType": "Medication",
    "id": "med1",
    "code": {"text": "tablets"},
    "ingredient": [
        {
            "itemCodeableConcept": concept("46041", RXNORM),
            "strength": {
                "numerator": {"value": 70, "unit": "mg"},
                "denominator": {"value": 1, "unit": "tablet"},
            },
        }
    ],
}


@pytest.mark.parametrize(
    ("pointer", "others"),
    [
        ({"reference": "Medication/med1"}, [MEDICATION]),
        ({"reference": "https://ehr.example.org/fhir/Medication/med1"}, [MEDICATION]),
    ],
)
def test_the_medication_is_found_in_the_bundle(pointer: Json, others: list[Json]) -> None:
    order = one({**draft(), "medicationCodeableConcept": None, "medicationReference": pointer}, *others)
    assert (order.drugs, order.strength.mg) == (("alendronate",), Decimal(70))


def test_the_medication_is_found_by_the_full_url_of_its_entry_in_the_draft_and_in_the_chart() -> None:
    pointing: Json = {**draft(), "medicationCodeableConcept": None}
    url = "urn:uuid:0b8f6c5e-6f3c-4a35-a6d6-5a5b6a4d2f10"
    by_url = {
        "resourceType": "Bundle",
        "entry": [
            {"resource": {**pointing, "medicationReference": {"reference": url}}},
            {"fullUrl": url, "resource": {**MEDICATION, "id": None}},
        ],
    }
    (order,) = read_draft_orders(json.dumps(by_url).encode(), TERMINOLOGY).orders
    assert order.strength.mg == 70
    local = {**MEDICATION, "id": "m"}
    contained = {**pointing, "contained": [{"id": "x"}, local], "medicationReference": {"reference": "#m"}}
    assert one(contained).strength.mg == 70
    chart = Chart(medications={"med1": medication(MEDICATION)})
    elsewhere = {**pointing, "medicationReference": {"reference": "Medication/med1"}}
    assert one(elsewhere, chart=chart).strength.mg == 70


def test_an_ingredient_without_a_strength_leaves_the_strength_unknown() -> None:
    unmeasured = {**MEDICATION, "ingredient": [{"itemCodeableConcept": concept("46041", RXNORM)}]}
    pointing = {**draft(None), "medicationReference": {"reference": "Medication/med1"}}
    assert one(pointing, unmeasured).strength == Strength()


def test_a_reference_may_name_what_it_points_at() -> None:
    order = one({**draft(None), "medicationReference": {"display": "Fosamax 70 mg"}})
    assert (order.drugs, order.by_name) == (("alendronate",), True)


@pytest.mark.parametrize(
    ("resource", "issue", "because"),
    [
        (draft(None), "unreadable", "names no medicine"),
        (pointing_at("#m", contained=[{"id": "m"}]), "unreadable", "names no medicine"),
        (pointing_at("#gone"), "not-fetched", "the medicine it points at is not here"),
        (pointing_at("Medication/9"), "not-fetched", "the medicine it points at is not here"),
        ({**draft(), "medication": {"concept": {}}}, "wrong-version", "medication: written as FHIR R5 has it"),
        ({"resourceType": "MedicationOrder", "id": "d1"}, "wrong-version", "is not a resource of FHIR R4"),
        ({"id": "d1"}, "unreadable", "is not a FHIR resource"),
        ("Fosamax", "unreadable", "is not a FHIR resource"),
        (7, "unreadable", "is not a FHIR resource"),
    ],
)  # fmt: skip
def test_a_draft_that_may_be_of_anything_is_named(resource: object, issue: str, because: str) -> None:
    found = read(resource)
    assert (found.orders, found.others) == ((), ())
    assert [(each.issue, each.because) for each in found.unread] == [(issue, because)]


NDC_SYSTEM = "http://hl7.org/fhir/sid/ndc"


@pytest.mark.parametrize(
    "coding",
    [
        {"system": RXNORM},
        {"system": RXNORM, "code": {}},
        {"system": RXNORM, "code": True},
    ],
)
def test_a_code_that_cannot_be_read_names_no_medicine(coding: Json) -> None:
    found = read({**draft(), "medicationCodeableConcept": {"coding": [coding]}})
    assert [each.because for each in found.unread] == ["names no medicine"]


def test_a_code_that_is_a_number_is_read() -> None:
    coding = {"system": RXNORM, "code": int(ALENDRONATE_70)}
    assert one({**draft(), "medicationCodeableConcept": {"coding": [coding]}}).drugs == ("alendronate",)


@pytest.mark.parametrize(
    ("code", "identified"),
    [
        (concept("99999-9999-99", NDC_SYSTEM), False),
        (concept("904431", "urn:local"), False),
        ({"coding": [{"code": ALENDRONATE_70}]}, False),
        (concept("99999-9999-99", NDC_SYSTEM, "Metformin 500 mg"), True),
        ({**concept("99999-9999-99", NDC_SYSTEM), "text": "Metformin"}, True),
        (
            {
                "coding": [
                    *concept("99999-9999-99", NDC_SYSTEM)["coding"],
                    *concept("861007", RXNORM)["coding"],
                ]
            },
            True,
        ),
        (concept("861007", "urn:oid:2.16.840.1.113883.6.88"), True),
        (concept("A10BA02", "http://www.whocc.no/atc"), True),
    ],
)
def test_a_medicine_without_a_name_whose_code_says_nothing_here_is_not_identified(
    code: Json, identified: bool
) -> None:
    found = read({**draft(), "medicationCodeableConcept": code})
    assert (found.orders, len(found.others), len(found.unread)) == ((), identified, not identified)


def test_the_weekly_tablet_of_another_labeler_is_known_by_its_national_drug_code() -> None:
    order = one(draft(medicationCodeableConcept=concept("00093517144", NDC_SYSTEM)))
    assert (order.drugs, order.strength.mg) == (("alendronate",), Decimal(70))


@pytest.mark.parametrize(
    ("raw", "orders", "unread"),
    [
        (b"", 0, 1),
        (b"{", 0, 1),
        (b"\xff", 0, 1),
        (b"[" * 100_000, 0, 1),
        (b"null", 0, 0),
        (b"[]", 0, 0),
        (b"{}", 0, 1),
        (b"7", 0, 1),
        (b'{"resourceType":"Bundle"}', 0, 0),
        (b'{"resourceType":"Bundle","entry":null}', 0, 0),
        (b'{"resourceType":"Bundle","entry":[{}]}', 0, 1),
        (b'{"resourceType":"Bundle","entry":[null]}', 0, 1),
        (b'{"resourceType":"Bundle","entry":"none"}', 0, 1),
        (json.dumps(draft()).encode(), 1, 0),
        (json.dumps([draft(), draft()]).encode(), 2, 0),
        (json.dumps({"entry": {"resource": draft()}}).encode(), 1, 0),
    ],
)
def test_any_shape_of_draft_orders_is_read_and_nothing_raises(raw: bytes, orders: int, unread: int) -> None:
    found = read_draft_orders(raw, TERMINOLOGY)
    assert (len(found.orders), len(found.unread), found.others) == (orders, unread, ())


def test_elements_that_are_not_right_cost_no_order() -> None:
    order = one(
        {
            **draft(),
            "id": 7,
            "status": ["draft"],
            "dosageInstruction": "weekly",
            "category": {"coding": []},
            "reasonCode": {"coding": {"system": ICD10, "code": "M88.0"}},
            "reasonReference": [{"reference": "Condition/c1"}, {"display": "pain"}, None],
            "dispenseRequest": "yes",
            "priorPrescription": 5,
            "doNotPerform": "no",
            "subject": "me",
        }
    )
    assert (order.reference, order.id, order.status) == ("MedicationRequest", None, "")
    assert (order.reasons, order.reason_references) == (frozenset({Concept.PAGET_DISEASE_BONE}), ("c1",))
    assert (order.prior, order.do_not_perform, order.subject, order.planned_days) == (None, False, None, None)


def test_what_replaces_and_what_is_stopped_is_told() -> None:
    new = draft("73056", id="new", priorPrescription={"reference": "MedicationRequest/old"})
    old = draft(id="old", status="stopped")
    found = read(new, old, draft(id="no", doNotPerform=True))
    assert [(each.prior, each.gone) for each in found.orders] == [("old", False), (None, True), (None, True)]


def test_a_reason_by_name_is_no_excuse_for_a_dose() -> None:
    assert one(draft(reasonCode=[{"text": "Paget's disease of bone"}])).reasons == frozenset()


def dispensed(**request: Any) -> Json:  # noqa: ANN401
    return draft(dosageInstruction=[{**DAILY, **ONE_TABLET}], dispenseRequest=request)


@pytest.mark.parametrize(
    ("order", "days"),
    [
        (dispensed(expectedSupplyDuration={"value": 30, "unit": "days"}), 30),
        (dispensed(expectedSupplyDuration={"value": 30, "code": "d"}, numberOfRepeatsAllowed=2), 90),
        (dispensed(expectedSupplyDuration={"value": 4, "unit": "weeks"}, numberOfRepeatsAllowed="2"), 84),
        (dispensed(expectedSupplyDuration={"value": 1, "unit": "d"}, numberOfRepeatsAllowed=1000), 100),
        (dispensed(expectedSupplyDuration={"value": 1, "unit": "d"}, numberOfRepeatsAllowed=-1), 1),
        (dispensed(quantity={"value": 30, "unit": "tablet"}, numberOfRepeatsAllowed=1), 60),
        (dispensed(quantity={"value": 30, "unit": "mL"}), None),
        (dispensed(validityPeriod={"start": "2026-01-01", "end": "2026-03-31"}), 90),
        ({**dispensed(validityPeriod={"end": "2026-01-31"}), "authoredOn": "2026-01-01"}, 31),
        (dispensed(validityPeriod={"start": "2026-01-31", "end": "2026-01-01"}), None),
        (dispensed(validityPeriod={"end": "2026-01-31"}), None),
        (dispensed(), None),
        (draft(dispenseRequest={"quantity": {"value": 30, "unit": "tablet"}}), None),
        (
            draft(
                "46041",
                dosageInstruction=[DAILY],
                dispenseRequest={"quantity": {"value": 30, "unit": "tablet"}},
            ),
            None,
        ),
        (draft(dosageInstruction=[{"text": "70 mg weekly for 12 weeks"}]), 84),
        (
            draft(
                dosageInstruction=[
                    {
                        "timing": {
                            "repeat": {
                                **DAILY["timing"]["repeat"],
                                "boundsDuration": {"value": 6, "unit": "mo"},
                            }
                        }
                    }
                ]
            ),
            183,
        ),
    ],
)
def test_how_long_an_order_is_to_go_on(order: Json, days: int | None) -> None:
    assert one(order).planned_days == days


@pytest.mark.parametrize(
    ("code", "kinds", "by_name"),
    [
        (concept("77080", CPT), {"dxa"}, False),
        (concept("38268-9"), {"dxa"}, False),
        ({"text": "DXA scan hip and spine"}, {"dxa"}, True),
        ({"text": "Bone density study"}, {"dxa"}, True),
        (concept("J0897", "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"), {"bone-drug"}, False),
        ({"text": "Prolia injection"}, {"bone-drug"}, True),
    ],
)
def test_a_service_may_be_an_examination_or_an_injection(code: Json, kinds: set[str], by_name: bool) -> None:
    service = {"resourceType": "ServiceRequest", "id": "s1", "code": code, "occurrenceDateTime": "2028-01-15"}
    order = one(service)
    assert (set(order.kinds), order.by_name, str(order.due)) == (kinds, by_name, "2028-01-15")
    period = {**service, "occurrenceDateTime": None, "occurrencePeriod": {"start": "2028-02"}}
    assert str(one(period).due) == "2028-02-01"


def test_a_service_without_a_name_concerns_nobody_here() -> None:
    assert read({"resourceType": "ServiceRequest", "id": "s1"}).others == ("ServiceRequest/s1",)


def test_the_whole_resource_is_kept_as_it_was_sent() -> None:
    medicine = b'"medicationCodeableConcept":{"text":"Fosamax"}'
    raw = b'{"resourceType":"MedicationRequest","id":"d1",' + medicine + b',"x":[1.50]}'
    (order,) = read_draft_orders(raw, TERMINOLOGY).orders
    assert msgspec.json.encode(order.members) == raw


def test_only_selected_orders_are_looked_at() -> None:
    found = read(draft(id="a"), draft(id="b"), draft("861007", id="c"), draft(None, id="d"))
    some = found.selected(frozenset({"MedicationRequest/b", "c"}))
    assert ([each.id for each in some.orders], some.others, some.unread) == (
        ["b"],
        ("MedicationRequest/c",),
        (),
    )
    assert found.selected(frozenset({"MedicationRequest/d"})).unread == found.unread


@pytest.mark.parametrize(
    ("selection", "ids"),
    [
        ("MedicationRequest/a", ["a"]),
        ("https://ehr.example.org/fhir/MedicationRequest/a/_history/2", ["a"]),
        ("a", ["a"]),
        ("ServiceRequest/a", ["a", "b"]),
        ("MedicationRequest/elsewhere", ["a", "b"]),
    ],
)
def test_a_selection_names_an_order_by_type_and_id_and_one_that_names_nothing_leaves_all(
    selection: str, ids: list[str]
) -> None:
    found = read(draft(id="a"), draft(id="b")).selected(frozenset({selection}))
    assert [each.id for each in found.orders] == ids


@pytest.mark.parametrize(
    ("subject", "own"),
    [
        (None, True),
        ({"display": "Somebody"}, True),
        ({"reference": "#patient"}, True),
        ({"reference": "Patient/p1"}, True),
        ({"reference": "https://ehr.example.org/fhir/Patient/p1/_history/3"}, True),
        ({"reference": "urn:uuid:p1"}, True),
        ({"reference": "Patient/p2"}, False),
    ],
)
def test_an_order_is_of_the_patient_it_names(subject: Json | None, own: bool) -> None:
    assert one(draft(subject=subject)).is_of("p1") is own


@pytest.mark.parametrize(
    ("order", "injected"),
    [
        (draft("904952", "3 ML ibandronic acid 1 MG/ML Prefilled Syringe"), True),
        (draft("115264"), False),
        (draft("115264", dosageInstruction=[{"route": {"coding": [{"code": "47625008"}]}}]), True),
        (draft("115264", dosageInstruction=[{"route": {"text": "intravenous"}}]), True),
        (draft("115264", dosageInstruction=[{"route": {"coding": [{"code": "26643006"}]}}]), False),
    ],
)
def test_what_is_injected_is_known_by_name_or_route(order: Json, injected: bool) -> None:
    assert one(order).injected is injected


@pytest.mark.parametrize(
    ("order", "dissolved"),
    [
        (draft(), False),
        (draft(None, "Binosto 70 mg"), True),
        (draft(None, "alendronate 70 mg effervescent tablet"), True),
        (draft(None, "alendronate 70 mg/75 mL oral solution"), True),
        (
            {
                **draft(medicationReference={"reference": "#m"}, medicationCodeableConcept=None),
                "contained": [
                    {
                        "resourceType": "Medication",
                        "id": "m",
                        "code": {"text": "alendronate 70 mg"},
                        "form": {"text": "Effervescent tablet"},
                    }
                ],
            },
            True,
        ),
    ],
)
def test_what_is_drunk_is_no_tablet_to_be_swallowed_whole(order: Json, dissolved: bool) -> None:
    assert one(order).dissolved is dissolved


def test_a_name_that_a_correction_does_not_reach_may_say_how_often() -> None:
    assert not one(draft(None, "Fosamax 70 mg daily")).named_with_frequency
    twice = {"text": "Fosamax 70 mg daily", "coding": [{"display": "Fosamax 70 mg daily"}]}
    assert one(draft(None, medicationCodeableConcept=twice)).named_with_frequency
    pointer = {"display": "Fosamax 70 mg daily"}
    assert one(draft(None, medicationCodeableConcept=None, medicationReference=pointer)).named_with_frequency


def glucocorticoid(code: str, mg: float, **members: Any) -> Json:  # noqa: ANN401
    amount = {"doseAndRate": [{"doseQuantity": {"value": mg, "unit": "mg"}}]}
    return draft(code, dosageInstruction=[{**DAILY, **amount, **members}])


@pytest.mark.parametrize(
    ("order", "mg"),
    [
        (glucocorticoid("8640", 7.5), "7.5"),
        (glucocorticoid("6902", 4), "5"),
        (glucocorticoid("3264", 0.75), "5"),
        (glucocorticoid("5492", 25), "6.25"),
        (glucocorticoid("8640", 7.5, asNeededBoolean=True), None),
        (glucocorticoid(ALENDRONATE_10, 10), None),
        (draft("8640"), None),
        (draft(None, "prednisone or dexamethasone", dosageInstruction=[{"text": "5 mg daily"}]), None),
    ],
)
def test_a_glucocorticoid_comes_to_prednisone(order: Json, mg: str | None) -> None:
    found = one(order).prednisone_mg_per_day
    assert found == (None if mg is None else Amount(low=Decimal(mg), high=Decimal(mg)))
