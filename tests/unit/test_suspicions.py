"""What is known by name only, or in doubt: it unmarks the draft and says so, and never does more."""

from typing import Any

import pytest

from cdshooks.guideline.decision import Draft
from fhir_mappings.inputs import Disease
from tests.charts import (
    ICD10,
    PREGNANCY_STATUS,
    SNOMED,
    Json,
    ago,
    allergy,
    clear_labs,
    concept,
    condition,
    decided,
    issues,
    mapped,
    observation,
    order,
    patient,
    statement,
    t_score,
)

SEVERE = t_score("-2.7")


def named(text: str, **members: object) -> Json:
    return {**condition("x"), "id": "named", "code": {"text": text}, **members}


def procedure(text: str, **members: object) -> Json:
    return {
        "resourceType": "Procedure",
        "id": "done",
        "status": "completed",
        "code": {"text": text},
        "performedDateTime": ago(20),
        **members,
    }


@pytest.mark.parametrize(
    ("text", "disease"),
    [
        ("Esophageal stricture", Disease.ESOPHAGEAL_STRICTURE),
        ("stenosis of the oesophagus", Disease.ESOPHAGEAL_STRICTURE),
        ("Achalasia", Disease.ACHALASIA),
        ("Esophageal varices grade II", Disease.ESOPHAGEAL_VARICES),
        ("Osteonecrosis of the jaw", Disease.ONJ),
        ("atypical femoral fracture 2019", Disease.ATYPICAL_FEMORAL_FRACTURE),
        ("cannot sit upright", Disease.CANNOT_SIT_UPRIGHT),
    ],
)
def test_a_contraindication_known_by_name_unmarks_the_draft(text: str, disease: Disease) -> None:
    inputs = mapped(SEVERE, *clear_labs(), named(text))
    assert [(each.disease, each.why) for each in inputs.suspicions] == [(disease, "by name")]
    assert "by-name-only" in issues(inputs)
    assert decided(SEVERE, *clear_labs(), named(text)).draft is Draft.OFFERED


@pytest.mark.parametrize(
    "text",
    [
        "Deep vein thrombosis",
        "History of deep vein thrombosis",
        "DVT of left leg 2014",
        "h/o PE",
        "Acute pulmonary embolism",
        "Venous thromboembolism",
        "VTE",
        "CVA (2019)",
        "Stroke",
        "Ischemic stroke, left MCA",
        "Cerebrovascular accident",
        "cerebral infarction",
        "Tiefe Beinvenenthrombose",
        "Lungenembolie",
        "Schlaganfall",
        "Thrombose veineuse profonde",
        "AVC ischémique",
        "Trombosis venosa profunda",
        "Embolia pulmonare",
    ],
)
def test_thrombosis_and_stroke_known_by_name_are_asked_about_and_say_nothing_against_a_tablet(
    text: str,
) -> None:
    inputs = mapped(SEVERE, *clear_labs(), named(text))
    assert [(each.disease, each.why) for each in inputs.suspicions] == [(Disease.VTE_OR_STROKE, "by name")]
    assert decided(SEVERE, *clear_labs(), named(text)).draft is Draft.RECOMMENDED


@pytest.mark.parametrize(
    "text",
    [
        "Family history of DVT",
        "No history of stroke",
        "Superficial vein thrombosis",
        "Heat stroke",
        "DVT prophylaxis",
        "At risk for stroke",
        "Pulmonary hypertension",
        "Normal PE",
        "Myocardial infarction",
    ],
)
def test_what_is_no_thrombosis_nor_stroke_is_not_asked_about(text: str) -> None:
    assert mapped(SEVERE, named(text)).suspicions == ()


@pytest.mark.parametrize(
    "text",
    ["Family history of achalasia", "No evidence of esophageal stricture", "urethral stricture", "reflux"],
)
def test_other_things_of_like_names_do_not(text: str) -> None:
    assert decided(SEVERE, *clear_labs(), named(text)).draft is Draft.RECOMMENDED


@pytest.mark.parametrize("status", ["unconfirmed", "provisional", "differential"])
def test_an_unconfirmed_contraindication_unmarks_the_draft(status: str) -> None:
    doubted = {**condition("K22.2", ICD10), "verificationStatus": {"coding": [{"code": status}]}}
    assert [each.why for each in mapped(doubted).suspicions] == ["unconfirmed"]
    assert decided(SEVERE, *clear_labs(), doubted).draft is Draft.OFFERED


def test_what_was_refuted_is_no_suspicion_and_what_is_dated_in_the_future_is_one() -> None:
    refuted = named("achalasia", verificationStatus={"coding": [{"code": "refuted"}]})
    assert mapped(refuted).suspicions == ()
    later = named("achalasia", onsetDateTime=ago(-5))
    assert [each.why for each in mapped(later).suspicions] == ["by name"]


@pytest.mark.parametrize("code", [None, {}, {"coding": []}, {"text": ""}])
def test_a_condition_that_names_nothing_may_be_anything(code: Json | None) -> None:
    inputs = mapped(named("", code=code))
    assert issues(inputs) == ["unreadable"]
    assert "conditions" in inputs.incomplete
    assert decided(SEVERE, *clear_labs(), named("", code=code)).draft is Draft.OFFERED
    refuted = named("", code=code, verificationStatus={"coding": [{"code": "refuted"}]})
    assert issues(mapped(refuted)) == []


def test_banding_known_by_name_is_a_suspicion_when_it_was_done() -> None:
    assert [each.disease for each in mapped(procedure("banding of esophageal varices")).suspicions] == [
        Disease.ESOPHAGEAL_VARICES
    ]
    for other in (
        procedure("banding of esophageal varices", status="not-done"),
        procedure("banding of hemorrhoids"),
        procedure("x", code=None),
    ):
        assert mapped(other).suspicions == ()


def test_a_name_never_indicates_treatment() -> None:
    assert decided(t_score("-1.9"), named("hip fracture, osteoporotic")).draft is Draft.NOT_INDICATED


# A text beside a code.


def beside(code: str, text: str, system: str = ICD10, **members: object) -> Json:
    """A coded condition with a text that says more."""
    resource = condition(code, system, **members)
    return {**resource, "code": {**resource["code"], "text": text}}


@pytest.mark.parametrize(
    ("code", "text", "disease"),
    [
        ("K21.9", "GERD with esophageal stricture", Disease.ESOPHAGEAL_STRICTURE),
        ("K21.9", "Ösophagusstriktur", Disease.ESOPHAGEAL_STRICTURE),
        ("K21.9", "\uff21\uff23\uff28\uff21\uff2c\uff21\uff33\uff29\uff21", Disease.ACHALASIA),
        ("M81.0", "Osteoporosis; MRONJ 2021", Disease.ONJ),
        ("I10", "Hypertension, on hemodialysis", Disease.DIALYSIS_OR_CKD_5),
        ("Z99.9", "Barrett's esophagus", Disease.ESOPHAGITIS),
        ("R79.9", "Hypocalcaemia", Disease.HYPOCALCEMIA),
        ("Z88.8", "Allergy to Fosamax", Disease.BISPHOSPHONATE_ALLERGY),
        ("Z88.8", "Anaphylaxis after Alendronat", Disease.BISPHOSPHONATE_ALLERGY),
        ("Z79.899", "Long term (current) use of Fosamax", Disease.LONG_TERM_BISPHOSPHONATE),
    ],
)
def test_a_text_counts_beside_a_code_where_it_says_more(code: str, text: str, disease: Disease) -> None:
    chart = (SEVERE, *clear_labs(), beside(code, text))
    assert [(each.disease, each.why) for each in mapped(*chart).suspicions] == [(disease, "by name")]
    assert decided(*chart).draft is Draft.OFFERED


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("K22.2", "Esophageal stricture"),
        ("K21.9", "Gastro-esophageal reflux disease without esophagitis"),
        ("M87.180", "Osteonecrosis of the jaw due to bisphosphonates"),
        ("Z79.83", "Long term (current) use of bisphosphonates"),
    ],
)
def test_a_text_that_says_what_the_code_says_is_no_suspicion(code: str, text: str) -> None:
    assert mapped(beside(code, text)).suspicions == ()


@pytest.mark.parametrize("text", ["Hypocalcemia", "Dysphagia", "Pregnancy"])
def test_what_is_over_is_no_suspicion_where_only_the_present_matters(text: str) -> None:
    over = named(text, clinicalStatus={"coding": [{"code": "resolved"}]})
    younger = patient(52)
    assert mapped(younger, over).suspicions == ()
    assert len(mapped(younger, named(text)).suspicions) == 1


# The future.


@pytest.mark.parametrize(
    ("code", "disease"),
    [
        ("K22.0", Disease.ACHALASIA),
        ("K22.2", Disease.ESOPHAGEAL_STRICTURE),
        ("K20.0", Disease.ESOPHAGITIS),
        ("E83.51", Disease.HYPOCALCEMIA),
        ("Z33.1", Disease.PREGNANCY),
    ],
)
def test_a_contraindication_dated_in_the_future_unmarks_the_draft_and_is_named(
    code: str, disease: Disease
) -> None:
    chart = (patient(53), SEVERE, *clear_labs(), condition(code, ICD10, onsetDateTime=ago(-2)))
    inputs = mapped(*chart)
    assert [(each.disease, each.why) for each in inputs.suspicions] == [(disease, "dated in the future")]
    assert issues(inputs) == ["future-date"]
    assert decided(*chart).draft is Draft.OFFERED


def test_a_contraindication_of_tomorrow_is_there() -> None:
    for day in (ago(), ago(-1)):
        chart = (SEVERE, *clear_labs(), condition("K22.0", ICD10, onsetDateTime=day))
        assert decided(*chart).draft is Draft.WITHHELD


def test_reflux_in_doubt_is_no_suspicion_and_esophagitis_is() -> None:
    doubt = {"coding": [{"code": "provisional"}]}
    assert mapped(condition("K21.9", ICD10, verificationStatus=doubt)).suspicions == ()
    assert len(mapped(condition("K20.0", ICD10, verificationStatus=doubt)).suspicions) == 1


# Doubt in words.


@pytest.mark.parametrize(
    "status",
    [
        {"text": "Refuted"},
        {"coding": [{"display": "Entered in Error"}]},
        {"text": "unconfirmed"},
        {"coding": [{"code": "confirmed"}, {"code": "refuted"}]},
    ],
)
def test_a_status_in_words_neither_counts_nor_dismisses(status: Json) -> None:
    stricture = condition("K22.2", ICD10, verificationStatus=status)
    assert [each.why for each in mapped(stricture).suspicions] == ["unconfirmed"]
    assert decided(SEVERE, *clear_labs(), stricture).draft is Draft.OFFERED
    fracture = condition("704334005", onsetDateTime=ago(10), verificationStatus=status)
    assert mapped(fracture).fractures == ()
    assert decided(fracture).draft is Draft.NOT_INDICATED


# Pregnancy.


def pregnancy(**members: object) -> Json:
    stated: Json = {"id": "pregnant", "valueCodeableConcept": concept("77386006", SNOMED), **members}
    return observation(PREGNANCY_STATUS, **stated)


@pytest.mark.parametrize(
    ("members", "why", "issue"),
    [
        ({"day": ago(-2)}, "dated in the future", "future-date"),
        ({"status": "preliminary"}, "unconfirmed", "not-final"),
        ({"effectiveDateTime": None}, "without a date", "unreadable"),
        ({"valueCodeableConcept": {"text": "Pregnant"}}, "by name", "by-name-only"),
        ({"valueCodeableConcept": None, "valueString": "pregnant"}, "by name", "by-name-only"),
    ],
)
def test_a_pregnancy_that_does_not_count_is_a_question(members: Json, why: str, issue: str) -> None:
    inputs = mapped(patient(53), pregnancy(**members))
    assert inputs.person.pregnancy_reference is None
    assert [(each.disease, each.why) for each in inputs.suspicions] == [(Disease.PREGNANCY, why)]
    assert issue in issues(inputs)


@pytest.mark.parametrize("who", [patient(56), patient(53, "male")])
def test_nobody_asks_those_about_pregnancy_who_cannot_be_pregnant(who: Json) -> None:
    assert mapped(who, pregnancy(day=ago(-2))).suspicions == ()


@pytest.mark.parametrize(
    "members", [{"status": "entered-in-error"}, {"valueCodeableConcept": concept("60001007", SNOMED)}, {}]
)
def test_a_pregnancy_status_that_counts_or_says_no_is_no_question(members: Json) -> None:
    assert mapped(patient(53), pregnancy(**members)).suspicions == ()


# Medicines and names from elsewhere.


@pytest.mark.parametrize(
    "name",
    [
        "Alendronat",
        "Alendronsäure 70 mg",
        "ácido alendrónico",
        "acide alendronique",
        "алендроновая кислота",
        "アレンドロン酸",
        "阿仑膦酸钠",
        "\uff26\uff4f\uff53\uff41\uff4d\uff41\uff58",
        "Fosa\u200bmax",
        "Fosa\u00admax",
    ],
)
def test_a_bone_drug_is_known_in_other_languages_and_letters(name: str) -> None:
    inputs = mapped(SEVERE, order(name=name))
    assert [(each.drug, each.by_name) for each in inputs.therapy] == [("alendronate", True)]
    assert mapped(allergy(name=name)).allergy is not None


def test_a_supplement_by_code_that_is_called_a_bone_drug_is_therapy_by_name() -> None:
    inputs = mapped(order("2418", "Fosamax Plus D"))
    assert [(each.drug, each.by_name) for each in inputs.therapy] == [("alendronate", True)]
    assert [each.name for each in inputs.supplements] == ["vitamin D"]
    plain = mapped(order("2418", "Vitamin D3"))
    assert (plain.therapy, len(plain.supplements)) == ((), 1)


# What an order says against.


def pointing(**members: Any) -> Json:  # noqa: ANN401 - any element
    resource = order("904431", **members)
    del resource["medicationCodeableConcept"]
    return resource


CONTAINED = {"resourceType": "Medication", "id": "m", "code": {"text": "Fosamax"}}


@pytest.mark.parametrize(
    "resource",
    [
        order("904431", doNotPerform=True),
        order(name="Actonel", doNotPerform=True),
        pointing(doNotPerform=True, medicationReference={"display": "alendronate"}),
        pointing(doNotPerform=True, medicationReference={"reference": "#m"}, contained=[CONTAINED]),
    ],
)
def test_an_order_not_to_give_a_bisphosphonate_unmarks_the_draft(resource: Json) -> None:
    chart = (SEVERE, *clear_labs(), resource)
    assert [each.disease for each in mapped(*chart).suspicions] == [Disease.BISPHOSPHONATE_CONTRAINDICATED]
    assert decided(*chart).draft is Draft.OFFERED


def test_nor_is_it_recommended_where_the_medicine_is_a_resource_of_its_own() -> None:
    against = pointing(doNotPerform=True, medicationReference={"reference": "Medication/m"})
    assert len(mapped(CONTAINED, against).suspicions) == 1


@pytest.mark.parametrize(
    "resource",
    [
        order("904431", status="stopped", statusReason={"text": "Allergic reaction"}),
        statement("904431", status="stopped", statusReason=[{"text": "hypersensitivity"}]),
    ],
)
def test_a_bisphosphonate_that_was_stopped_for_a_reaction_is_a_suspected_allergy(resource: Json) -> None:
    assert [each.disease for each in mapped(resource).suspicions] == [Disease.BISPHOSPHONATE_ALLERGY]


@pytest.mark.parametrize(
    "resource",
    [
        order("904431", doNotPerform=True, status="entered-in-error"),
        order("1897", doNotPerform=True),
        order("904431", status="stopped", statusReason={"text": "course completed"}),
        statement("904431", status="stopped"),
        pointing(doNotPerform=True),
    ],
)
def test_other_orders_are_no_suspicion(resource: Json) -> None:
    assert mapped(resource).suspicions == ()


# Codes that name no edition of ICD-10, or another one.


@pytest.mark.parametrize(
    "system", [None, "http://hl7.org/fhir/sid/icd-10", "http://fhir.de/CodeSystem/bfarm/icd-10-gm"]
)
def test_a_code_of_another_edition_of_icd_10_is_a_suspicion(system: str | None) -> None:
    foreign = {**condition("K22.0"), "code": {"coding": [{"system": system, "code": "K22.0"}]}}
    assert [each.disease for each in mapped(foreign).suspicions] == [Disease.ACHALASIA]
    assert decided(SEVERE, *clear_labs(), foreign).draft is Draft.OFFERED


@pytest.mark.parametrize(
    ("system", "code"),
    [
        (None, "45564002"),
        ("SNOMED-CT", "45564002"),
        ("SCT", "45564002"),
        ("http://snomed.info/sct/900000000000207008", "45564002"),
        ("2.16.840.1.113883.6.96", "45564002"),
        ("I10", "K22.0"),
        ("I10C", "K22.0"),
        ("2.16.840.1.113883.6.90", "K22.0"),
        ("http://id.who.int/icd/release/10", "K22.0"),
    ],
)
def test_a_code_whose_system_is_written_in_another_way_is_a_suspicion(system: str | None, code: str) -> None:
    foreign = {**condition("x"), "code": {"coding": [{"system": system, "code": code}]}}
    assert [each.disease for each in mapped(foreign).suspicions] == [Disease.ACHALASIA]
    assert decided(SEVERE, *clear_labs(), foreign).draft is Draft.OFFERED


@pytest.mark.parametrize("text", ["On Prolia every 6 months", "Osteoporosis, takes teriparatide", "Evenity"])
def test_a_bone_drug_in_the_words_of_a_diagnosis_or_procedure_is_a_suspicion(text: str) -> None:
    for resource in (named(text), procedure(text)):
        assert [each.disease for each in mapped(resource).suspicions] == [Disease.OSTEOPOROSIS_DRUG]
        assert decided(SEVERE, *clear_labs(), resource).draft is Draft.OFFERED


@pytest.mark.parametrize(
    ("text", "disease"),
    [
        ("Reclast infusion", Disease.LONG_TERM_BISPHOSPHONATE),
        ("Zoledronate infusion 5 mg", Disease.LONG_TERM_BISPHOSPHONATE),
        ("IV bisphosphonate therapy", Disease.LONG_TERM_BISPHOSPHONATE),
        ("Desensitization for allergy to zoledronic acid", Disease.BISPHOSPHONATE_ALLERGY),
    ],
)
def test_a_bisphosphonate_in_the_words_of_a_procedure_is_a_suspicion(text: str, disease: Disease) -> None:
    assert [each.disease for each in mapped(procedure(text)).suspicions] == [disease]
    assert decided(SEVERE, *clear_labs(), procedure(text)).draft is Draft.OFFERED
    assert decided(SEVERE, *clear_labs(), procedure(text, status="not-done")).draft is Draft.RECOMMENDED


def test_an_allergy_to_another_bone_drug_is_no_treatment_with_it() -> None:
    assert mapped(named("Allergy to denosumab")).suspicions == ()


@pytest.mark.parametrize(("code", "system"), [("N18.4", ICD10), ("431857002", SNOMED)])
def test_kidney_disease_of_stage_4_by_code_is_as_doubtful_as_in_words(code: str, system: str) -> None:
    assert decided(SEVERE, *clear_labs(), condition(code, system)).draft is Draft.OFFERED
    assert decided(SEVERE, *clear_labs(), named("CKD stage 4")).draft is Draft.OFFERED
    over = condition(code, system, clinicalStatus={"coding": [{"code": "resolved"}]})
    assert decided(SEVERE, *clear_labs(), over).draft is Draft.RECOMMENDED


@pytest.mark.parametrize(("code", "system"), [("N18.32", ICD10), ("433144002", SNOMED), ("N18.9", ICD10)])
def test_kidney_disease_before_stage_4_is_what_was_measured(code: str, system: str) -> None:
    assert decided(SEVERE, *clear_labs(), condition(code, system)).draft is Draft.RECOMMENDED


@pytest.mark.parametrize(
    "coding", [{"system": "urn:local", "code": "K22.0"}, {"code": "I10"}, {"code": None}]
)
def test_other_codes_are_not(coding: Json) -> None:
    assert mapped({**condition("x"), "code": {"coding": [coding]}}).suspicions == ()


def test_a_status_that_says_active_goes_before_an_end() -> None:
    stricture = condition(
        "K22.2", ICD10, clinicalStatus={"coding": [{"code": "active"}]}, abatementDateTime="2015"
    )
    assert decided(SEVERE, *clear_labs(), stricture).draft is Draft.WITHHELD


@pytest.mark.parametrize("text", ["Bedridden", "bed-bound since 2024", "Confined to bed"])
def test_who_lies_in_bed_by_name_may_be_unable_to_stay_upright(text: str) -> None:
    assert [each.disease for each in mapped(named(text)).suspicions] == [Disease.CANNOT_SIT_UPRIGHT]


@pytest.mark.parametrize(
    "text", ["Esophageal stricture; family history of reflux", "No evidence of cancer. Esophageal stricture"]
)
def test_a_word_rules_out_only_what_stands_in_its_sentence(text: str) -> None:
    assert [each.disease for each in mapped(named(text)).suspicions] == [Disease.ESOPHAGEAL_STRICTURE]


@pytest.mark.parametrize(
    ("reason", "disease"),
    [
        ("severe heartburn", Disease.BISPHOSPHONATE_CONTRAINDICATED),
        ("Dyspepsia", Disease.BISPHOSPHONATE_CONTRAINDICATED),
        ("GI upset", Disease.BISPHOSPHONATE_CONTRAINDICATED),
        ("esophageal irritation", Disease.BISPHOSPHONATE_CONTRAINDICATED),
        ("Unverträglichkeit", Disease.BISPHOSPHONATE_CONTRAINDICATED),
        ("ONJ", Disease.BISPHOSPHONATE_CONTRAINDICATED),
        ("drug holiday after 5 years", Disease.LONG_TERM_BISPHOSPHONATE),
        ("taken for 7 years", Disease.LONG_TERM_BISPHOSPHONATE),
    ],
)
def test_a_reason_to_have_stopped_one_that_speaks_against_another_unmarks(
    reason: str, disease: Disease
) -> None:
    for stopped in (
        order("904431", status="stopped", statusReason={"text": reason}),
        statement(
            "904431", status="stopped", statusReason=[{"text": "-"}, {"coding": [{"display": reason}]}]
        ),
    ):
        assert [each.disease for each in mapped(stopped).suspicions] == [disease]
        assert decided(SEVERE, *clear_labs(), stopped).draft is Draft.OFFERED


@pytest.mark.parametrize("reason", ["cost", "patient moved", "prescription ended"])
def test_other_reasons_do_not(reason: str) -> None:
    assert mapped(order("904431", status="stopped", statusReason={"text": reason})).suspicions == ()


@pytest.mark.parametrize(
    ("code", "disease"),
    [("904431", Disease.LONG_TERM_BISPHOSPHONATE), ("993456", Disease.OSTEOPOROSIS_DRUG)],
)
def test_an_osteoporosis_drug_on_hold_unmarks_the_draft(code: str, disease: Disease) -> None:
    for held in (order(code, status="on-hold"), statement(code, status="On-Hold")):
        assert [(each.disease, each.why) for each in mapped(held).suspicions] == [(disease, "on hold")]
        assert decided(SEVERE, *clear_labs(), held).draft is Draft.OFFERED
    assert mapped(order("36118", status="on-hold")).suspicions == ()


@pytest.mark.parametrize(
    ("code", "disease"),
    [
        ("530.3", Disease.ESOPHAGEAL_STRICTURE),
        ("530.0", Disease.ACHALASIA),
        ("456.1", Disease.ESOPHAGEAL_VARICES),
        ("585.6", Disease.DIALYSIS_OR_CKD_5),
        ("V45.11", Disease.DIALYSIS_OR_CKD_5),
        ("V49.84", Disease.CANNOT_SIT_UPRIGHT),
        ("733.45", Disease.ONJ),
        ("275.41", Disease.HYPOCALCEMIA),
        ("V58.68", Disease.LONG_TERM_BISPHOSPHONATE),
    ],
)
@pytest.mark.parametrize("system", ["http://hl7.org/fhir/sid/icd-9-cm", "urn:oid:2.16.840.1.113883.6.103"])
def test_what_speaks_against_a_tablet_in_icd_9_cm_is_a_suspicion(
    system: str, code: str, disease: Disease
) -> None:
    old = condition(code, system)
    assert [each.disease for each in mapped(old).suspicions] == [disease]
    assert decided(SEVERE, *clear_labs(), old).draft is Draft.OFFERED


@pytest.mark.parametrize("status", ["unconfirmed", "provisional"])
def test_kidney_failure_in_doubt_is_a_suspicion(status: str) -> None:
    failed = condition("N18.6", ICD10, verificationStatus={"coding": [{"code": status}]})
    assert Disease.DIALYSIS_OR_CKD_5 in {each.disease for each in mapped(failed).suspicions}
