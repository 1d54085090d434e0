import datetime
import functools
import importlib.resources
import itertools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given
from hypothesis import strategies as st

from cdshooks import GUIDELINE_VERSION, drafts
from cdshooks.drafts import Draft, LabTest, Recipient
from cdshooks.drafts.models import render
from fhir_mappings.concepts import Concept

TODAY = datetime.date(2026, 1, 5)
NEXT_YEAR = datetime.date(2027, 1, 5)
REASON = "FRAX hip 3.4 %"
FOUND = ["age 62", "femoral neck T-score −1.2 (2026-01-05)"]
NOT_FOUND = ["parental hip fracture", "smoking"]

SOMEONE = Recipient(
    patient="Patient/123", encounter="Encounter/9", requester="Practitioner/5", authored_on=TODAY
)
RECIPIENTS = [
    Recipient(patient="Patient/123", encounter=encounter, requester=requester, authored_on=TODAY)
    for encounter, requester in itertools.product((None, "Encounter/9"), (None, "Practitioner/5"))
]
MEDICATIONS: dict[str, Callable[[Recipient], Draft]] = {
    "alendronate": lambda to: drafts.alendronate(to, reason=REASON),
    "calcium": drafts.calcium,
    "vitamin D": drafts.vitamin_d,
}
DRAFTS: dict[str, Callable[[Recipient], Draft]] = {
    **MEDICATIONS,
    "exercise": lambda to: drafts.exercise_referral(to, reason=REASON, low_impact=False),
    "low-impact exercise": lambda to: drafts.exercise_referral(to, reason=REASON, low_impact=True),
    "DXA now": lambda to: drafts.dxa(to, due=None, reason=REASON),
    "DXA later": lambda to: drafts.dxa(to, due=NEXT_YEAR, reason=REASON),
    "dental exam": drafts.dental_exam,
    "FRAX": lambda to: drafts.frax_task(to, found=FOUND, not_found=NOT_FOUND),
    "FRAX later": lambda to: drafts.frax_task(to, found=FOUND, not_found=NOT_FOUND, due=NEXT_YEAR),
    "FRAX, nothing found": lambda to: drafts.frax_task(to, found=[], not_found=NOT_FOUND),
    "FRAX, all found": lambda to: drafts.frax_task(to, found=FOUND, not_found=[]),
    **{f"lab {test}": functools.partial(drafts.lab, test=test, reason=REASON) for test in LabTest},
}

every_draft = pytest.mark.parametrize("make", DRAFTS.values(), ids=DRAFTS)
every_medication = pytest.mark.parametrize("make", MEDICATIONS.values(), ids=MEDICATIONS)
every_recipient = pytest.mark.parametrize(
    "to", RECIPIENTS, ids=lambda to: f"encounter {to.encounter}, requester {to.requester}"
)


def members(value: object) -> Iterator[tuple[str, Any]]:
    """Every (key, value) anywhere below; a list's entries have its key."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield key, member
            yield from members(member)
    if isinstance(value, list):
        for entry in value:
            yield from members(entry)


def codings(draft: Draft) -> list[dict[str, str]]:
    return [coding for key, value in members(draft) if key == "coding" for coding in value]


def dosage_of(draft: Draft) -> dict[str, Any]:
    (dosage,) = draft["dosageInstruction"]
    assert isinstance(dosage, dict)
    return dosage


@pytest.fixture(scope="module")
def displays() -> dict[tuple[str, str], str | None]:
    """What the value sets call each code."""
    folder = importlib.resources.files("fhir_mappings").joinpath("value_sets")
    value_sets = (
        json.loads(folder.joinpath(f"{concept}.json").read_text(encoding="utf-8")) for concept in Concept
    )
    return {
        (include["system"], concept["code"]): concept.get("display")
        for value_set in value_sets
        for include in value_set["compose"]["include"]
        for concept in include.get("concept", ())
    }


def test_the_templates_on_disk_are_those_the_models_render() -> None:
    folder = importlib.resources.files("cdshooks.drafts").joinpath("templates")
    on_disk = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    assert on_disk == render(), "run: make generated"


@pytest.mark.protocol("A2", "F45")
@every_draft
@every_recipient
def test_a_filled_draft_is_valid_fhir_and_nothing_of_it_is_lost(
    make: Callable[[Recipient], Draft], to: Recipient
) -> None:
    draft = make(to)
    model = get_fhir_model_class(draft["resourceType"]).model_validate(draft)
    assert json.loads(model.model_dump_json()) == draft


@every_draft
@every_recipient
def test_a_draft_says_whom_it_is_for_and_leaves_out_what_is_not_known(
    make: Callable[[Recipient], Draft], to: Recipient
) -> None:
    draft = make(to)
    subject = "for" if draft["resourceType"] == "Task" else "subject"
    assert draft[subject] == {"reference": to.patient}
    assert draft["authoredOn"] == "2026-01-05"
    for element, reference in (("encounter", to.encounter), ("requester", to.requester)):
        assert draft.get(element) == (reference and {"reference": reference})
        assert (element in draft) == (reference is not None)


@pytest.mark.protocol("A2", "A4")
@every_draft
@every_recipient
def test_nothing_in_a_draft_is_null_or_empty_or_unfilled(
    make: Callable[[Recipient], Draft], to: Recipient
) -> None:
    draft = make(to)
    assert not [key for key, value in members(draft) if value is None or value in ("", [], {})]
    text = json.dumps(draft)
    assert "{{" not in text
    assert "0001-01-01" not in text


@pytest.mark.protocol("F45")
@every_draft
def test_a_draft_is_an_order_to_be_signed_and_new(make: Callable[[Recipient], Draft]) -> None:
    draft = make(SOMEONE)
    assert (draft["status"], draft["intent"]) == ("draft", "order")
    assert "id" not in draft
    version = f"urn:bone-health-cds:guideline:{GUIDELINE_VERSION}"
    assert draft["instantiatesUri"] == (version if draft["resourceType"] == "Task" else [version])


@every_draft
def test_every_concept_has_a_text_to_read(make: Callable[[Recipient], Draft]) -> None:
    draft = make(SOMEONE)
    assert draft["reasonCode"]
    concepts = [value for _, value in members(draft) if isinstance(value, dict) and "coding" in value]
    assert all(concept["text"] for concept in concepts)
    if draft["resourceType"] != "MedicationRequest":
        assert draft["code"]["text"]


@every_draft
def test_codes_are_those_of_the_value_sets_and_cpt_codes_have_no_display(
    make: Callable[[Recipient], Draft], displays: dict[tuple[str, str], str | None]
) -> None:
    for coding in codings(make(SOMEONE)):
        if coding["system"] == "http://terminology.hl7.org/CodeSystem/dose-rate-type":
            continue  # FHIR's own, and no clinical concept
        assert coding.get("display") == displays[coding["system"], coding["code"]]
        assert ("display" in coding) == (coding["system"] != "http://www.ama-assn.org/go/cpt")


@every_draft
def test_a_draft_can_be_changed_without_changing_the_next(make: Callable[[Recipient], Draft]) -> None:
    expected = make(SOMEONE)
    spoiled = make(SOMEONE)
    for _, value in list(members(spoiled)):
        if isinstance(value, (dict, list)):
            value.clear()
    spoiled.clear()
    assert make(SOMEONE) == expected


def test_alendronate_is_70_mg_once_a_week_in_structure_text_and_maximum() -> None:
    draft = drafts.alendronate(SOMEONE, reason=REASON)
    dosage = dosage_of(draft)
    assert dosage["timing"]["repeat"] == {
        "frequency": 1,
        "period": 1,
        "periodUnit": "wk",
        "when": ["ACM"],
        "offset": 30,
    }
    assert dosage["timing"]["code"]["text"] == "once weekly"
    (dose,) = dosage["doseAndRate"]
    milligrams = {"value": 70, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
    assert dose["doseQuantity"] == milligrams
    assert dosage["maxDosePerPeriod"]["numerator"] == milligrams
    week = {"value": 1, "unit": "week", "system": "http://unitsofmeasure.org", "code": "wk"}
    assert dosage["maxDosePerPeriod"]["denominator"] == week
    assert "70 mg" in dosage["text"]
    assert "ONCE A WEEK" in dosage["text"]
    assert dosage["patientInstruction"].startswith("Once a WEEK only.")
    assert "dayOfWeek" not in dict(members(draft))
    assert not any("daily" in value for _, value in members(draft) if isinstance(value, str))
    assert draft["reasonCode"] == [{"text": REASON}]


def test_alendronate_is_supplied_for_as_many_weeks_as_there_are_tablets() -> None:
    supply = drafts.alendronate(SOMEONE, reason=REASON)["dispenseRequest"]
    assert supply["quantity"]["value"] * 7 == supply["expectedSupplyDuration"]["value"]


@pytest.mark.parametrize(
    ("make", "dose", "when"),
    [(drafts.calcium, (1250, "mg"), ["C"]), (drafts.vitamin_d, (1000, "[iU]"), None)],
    ids=["calcium", "vitamin D"],
)
def test_supplements_are_daily(
    make: Callable[[Recipient], Draft], dose: tuple[int, str], when: list[str] | None
) -> None:
    dosage = dosage_of(make(SOMEONE))
    repeat = dosage["timing"]["repeat"]
    assert (repeat["frequency"], repeat["period"], repeat["periodUnit"]) == (1, 1, "d")
    assert repeat.get("when") == when
    quantity = dosage["doseAndRate"][0]["doseQuantity"]
    assert (quantity["value"], quantity["code"]) == dose
    assert f"{dose[0]:,}" in dosage["text"]
    assert "ONCE A DAY" in dosage["text"]


def test_calcium_says_what_the_salt_holds_and_what_the_whole_diet_should_give() -> None:
    text = dosage_of(drafts.calcium(SOMEONE))["text"]
    assert "1,250 mg of calcium carbonate (500 mg elemental calcium)" in text
    assert "with food" in text
    assert "adjust so diet + supplement = 1,000–1,200 mg/d" in text


@every_medication
def test_a_drug_is_taken_by_mouth_and_never_as_needed(make: Callable[[Recipient], Draft]) -> None:
    dosage = dosage_of(make(SOMEONE))
    assert dosage["asNeededBoolean"] is False
    assert dosage["route"]["coding"][0]["code"] == "26643006"


@every_medication
def test_the_reference_sandbox_can_apply_a_drug(make: Callable[[Recipient], Draft]) -> None:
    medication = make(SOMEONE)["medicationCodeableConcept"]
    assert medication["text"]
    assert medication["coding"][0]["code"]


def test_exercise_is_weight_bearing_resistance_and_balance_half_an_hour_a_day() -> None:
    for low_impact in (False, True):
        draft = drafts.exercise_referral(SOMEONE, reason=REASON, low_impact=low_impact)
        program = draft["orderDetail"][0]["text"].lower()
        for part in ("weight-bearing", "resistance", "balance", "tai chi", "30 minutes"):
            assert part in program


def test_jogging_is_for_those_whose_bones_bear_it() -> None:
    def words(*, low_impact: bool) -> str:
        draft = drafts.exercise_referral(SOMEONE, reason=REASON, low_impact=low_impact)
        return f"{draft['orderDetail'][0]['text']} {draft['patientInstruction']}"

    assert "walking, jogging, dancing" in words(low_impact=False)
    assert "avoid loaded flexion/twisting" in words(low_impact=True)
    assert "No jogging" in words(low_impact=True)
    assert "dancing" not in words(low_impact=True)


def test_dxa_is_dated_only_when_it_is_due_later() -> None:
    assert drafts.dxa(SOMEONE, due=NEXT_YEAR, reason=REASON)["occurrenceDateTime"] == "2027-01-05"
    assert "occurrenceDateTime" not in drafts.dxa(SOMEONE, due=None, reason=REASON)


def test_each_test_is_one_order_of_its_own() -> None:
    codes = {test: drafts.lab(SOMEONE, test, reason=REASON)["code"]["coding"][0]["code"] for test in LabTest}
    assert codes == {
        LabTest.BASIC_METABOLIC_PANEL: "24321-2",
        LabTest.CALCIUM: "17861-6",
        LabTest.CREATININE: "2160-0",
        LabTest.ALBUMIN: "1751-7",
        LabTest.ALKALINE_PHOSPHATASE: "6768-6",
        LabTest.VITAMIN_D: "62292-8",
        LabTest.TSH: "3016-3",
        LabTest.PTH: "2731-8",
        LabTest.TESTOSTERONE: "2986-8",
    }


def test_the_frax_task_carries_the_inputs_and_the_address_and_no_more_of_the_patient() -> None:
    draft = drafts.frax_task(SOMEONE, found=FOUND, not_found=NOT_FOUND)
    what, found, not_found = draft["description"].splitlines()
    assert drafts.FRAX_CALCULATOR == "https://frax.shef.ac.uk/FRAX/"
    assert drafts.FRAX_CALCULATOR in what
    assert found == "Found in the chart on 2026-01-05: age 62; femoral neck T-score −1.2 (2026-01-05)."
    assert not_found.endswith(": parental hip fracture; smoking.")
    assert "123" not in draft["description"]
    assert "restriction" not in draft


def test_an_input_not_found_is_asked_for_and_none_missing_is_not_mentioned() -> None:
    nothing = drafts.frax_task(SOMEONE, found=[], not_found=NOT_FOUND)["description"]
    assert "none of the inputs" in nothing
    assert "not found is not a no" in nothing
    assert "Not found" not in drafts.frax_task(SOMEONE, found=FOUND, not_found=[])["description"]


def test_the_next_frax_is_due_at_the_end_of_the_restriction_period() -> None:
    draft = drafts.frax_task(SOMEONE, found=FOUND, not_found=NOT_FOUND, due=NEXT_YEAR)
    assert draft["restriction"] == {"period": {"end": "2027-01-05"}}
    assert "again" in draft["description"]


fhir_ids = st.from_regex(r"[A-Za-z0-9\-.]{1,64}", fullmatch=True)


@given(patient=fhir_ids, encounter=fhir_ids, requester=fhir_ids, make=st.sampled_from(list(DRAFTS.values())))
def test_ids_survive_unchanged(
    patient: str, encounter: str, requester: str, make: Callable[[Recipient], Draft]
) -> None:
    to = Recipient(
        patient=f"Patient/{patient}",
        encounter=f"Encounter/{encounter}",
        requester=f"PractitionerRole/{requester}",
        authored_on=TODAY,
    )
    draft = msgspec.json.decode(msgspec.json.encode(make(to)))
    references = {
        element: value["reference"]
        for element, value in members(draft)
        if isinstance(value, dict) and "reference" in value
    }
    subject = "for" if draft["resourceType"] == "Task" else "subject"
    assert references == {subject: to.patient, "encounter": to.encounter, "requester": to.requester}


@given(reason=st.text(min_size=1))
def test_a_reason_is_never_read_as_a_template(reason: str) -> None:
    assert drafts.alendronate(SOMEONE, reason=reason)["reasonCode"] == [{"text": reason}]


def test_answering_a_call_imports_neither_fhir_resources_nor_pydantic() -> None:
    program = (
        "import sys, cdshooks.drafts\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('fhir', 'fhir_core', 'pydantic')])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
