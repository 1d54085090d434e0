"""Conditions as problems, and which fractures are fragility fractures.

Mutations these tests kill: ADULT 40 to 39 or 41, PRESUMED_HIP_AGE 65 and PRESUMED_VERTEBRA_AGE 50 by one.
"""

from typing import Any

import pytest

from fhir_mappings.inputs import Disease, GuidelineInputs
from tests.charts import (
    AS_OF,
    COLLES,
    HIP_FRACTURE,
    ICD10,
    OSTEOPOROTIC_HIP_FRACTURE,
    SNOMED,
    Json,
    ago,
    concept,
    condition,
    issues,
    mapped,
    patient,
)

VERTEBRA, WEDGE = "S22.009A", "S22.000A"
FALL, HISTORY_OF_FALLING, TRAFFIC, FROM_TREE, SOME_FALL = (
    "20902002",
    "Z91.81",
    "214344005",
    "W14.XXXA",
    "W19.XXXA",
)
UNKNOWN, LOW, PRESUMED, OSTEOPOROTIC = (
    "mechanism unknown",
    "fall from standing height or less",
    "presumed fragility, confirm mechanism",
    "coded as osteoporotic",
)


def coded(*codes: str) -> Json:
    return {"coding": [{"system": "x", "code": code} for code in codes]}


def found(*resources: Json) -> list[tuple[str, str]]:
    return [(each.site.value, each.mechanism.value) for each in mapped(*resources).fractures]


def hip(day: str | None = ago(10), **members: Any) -> Json:  # noqa: ANN401 - any element
    return condition(HIP_FRACTURE, onsetDateTime=day, **members)


def diagnosed(inputs: GuidelineInputs) -> list[tuple[str, bool]]:
    return [(each.disease.value, each.current) for each in inputs.diagnoses]


OSTEOPENIA = "312894000"


# Conditions.


@pytest.mark.parametrize("status", ["active", "recurrence", "relapse", "Active"])
def test_a_diagnosis_is_current_while_its_status_says_so(status: str) -> None:
    assert diagnosed(mapped(condition(OSTEOPENIA, clinicalStatus=coded(status)))) == [("osteopenia", True)]


@pytest.mark.parametrize("status", ["inactive", "remission", "resolved"])
def test_a_diagnosis_that_is_over_is_history(status: str) -> None:
    inputs = mapped(condition(OSTEOPENIA, clinicalStatus=coded(status)))
    assert diagnosed(inputs) == [("osteopenia", False)]
    assert inputs.has(Disease.OSTEOPENIA) is None
    assert inputs.ever(Disease.OSTEOPENIA) is not None


@pytest.mark.parametrize(
    ("abated", "current"), [(ago(), False), (ago(-1), True), ("unknown", True), (None, True)]
)
def test_without_a_status_a_diagnosis_is_current_until_it_ends(abated: str | None, *, current: bool) -> None:
    assert diagnosed(mapped(condition(OSTEOPENIA, abatementDateTime=abated))) == [("osteopenia", current)]


@pytest.mark.parametrize("status", ["refuted", "entered-in-error"])
def test_a_diagnosis_that_is_not_so_is_as_if_it_were_not_there(status: str) -> None:
    inputs = mapped(condition(OSTEOPENIA, verificationStatus=coded(status)))
    assert diagnosed(inputs) == []
    assert issues(inputs) == []


@pytest.mark.parametrize("status", ["unconfirmed", "provisional", "differential"])
def test_a_diagnosis_in_doubt_decides_nothing_and_is_noted(status: str) -> None:
    inputs = mapped(condition(OSTEOPENIA, verificationStatus=coded(status)))
    assert diagnosed(inputs) == []
    assert issues(inputs) == ["not-final"]


@pytest.mark.parametrize("day", [ago(), "2026", "2026-01"])
def test_a_diagnosis_counts_from_its_day_on(day: str) -> None:
    assert diagnosed(mapped(condition(OSTEOPENIA, onsetDateTime=day))) == [("osteopenia", True)]


def test_a_diagnosis_of_tomorrow_is_a_time_zone_and_one_of_the_day_after_is_not_there_yet() -> None:
    assert diagnosed(mapped(condition(OSTEOPENIA, onsetDateTime=ago(-1)))) == [("osteopenia", True)]
    later = mapped(condition(OSTEOPENIA, onsetDateTime=ago(-2)))
    assert diagnosed(later) == []
    assert [(each.issue, each.reference) for each in later.data_quality] == [
        ("future-date", f"Condition/c-{OSTEOPENIA}")
    ]


def test_a_fracture_of_tomorrow_is_not_there_yet() -> None:
    assert found(condition(OSTEOPOROTIC_HIP_FRACTURE, onsetDateTime=ago(-1))) == []
    assert found(condition(OSTEOPOROTIC_HIP_FRACTURE, onsetDateTime=ago())) == [("hip", OSTEOPOROTIC)]


@pytest.mark.parametrize(
    ("members", "day"),
    [
        ({"onsetDateTime": ago(20), "recordedDate": ago(10)}, ago(20)),
        ({"onsetPeriod": {"start": ago(20), "end": ago(15)}}, ago(20)),
        ({"onsetPeriod": {"end": ago(15)}}, ago(15)),
        ({"onsetPeriod": {}, "recordedDate": ago(10)}, ago(10)),
        ({"recordedDate": ago(10)}, ago(10)),
        ({"onsetAge": {"value": 50, "unit": "a"}, "recordedDate": ago(10)}, None),
        ({}, None),
    ],
)
def test_a_diagnosis_began_with_its_onset_else_when_it_was_recorded(members: Json, day: str | None) -> None:
    (diagnosis,) = mapped(condition(OSTEOPENIA, **members)).diagnoses
    assert (str(diagnosis.day) if diagnosis.day else None) == day


@pytest.mark.parametrize("code", [None, {}, {"text": "Osteopenia"}, concept("1", "urn:local", "Osteopenia")])
def test_a_name_alone_is_no_diagnosis(code: Json | None) -> None:
    assert diagnosed(mapped({**condition(OSTEOPENIA), "code": code})) == []


@pytest.mark.parametrize(
    ("code", "system", "disease"),
    [
        (OSTEOPENIA, SNOMED, "osteopenia"),
        ("M85.80", ICD10, "osteopenia"),
        ("64859006", SNOMED, "osteoporosis"),
        ("M80.051A", ICD10, "osteoporosis"),
        ("63305008", SNOMED, "esophageal stricture"),
        ("45564002", SNOMED, "achalasia"),
        ("K22.0", ICD10, "achalasia"),
        ("225602000", SNOMED, "cannot sit or stand upright"),
        ("160685001", SNOMED, "cannot sit or stand upright"),
        ("M87.180", ICD10, "osteonecrosis of the jaw"),
        ("890095006", SNOMED, "atypical femoral fracture"),
        ("417128001", SNOMED, "bisphosphonates recorded as contraindicated"),
        ("E83.52", ICD10, "hypercalcemia"),
        ("E21.0", ICD10, "hyperparathyroidism"),
        ("N20.0", ICD10, "kidney stones"),
        ("D86.0", ICD10, "sarcoidosis"),
    ],
)
def test_the_diagnoses_that_the_guideline_asks_about_are_known_by_code(
    code: str, system: str, disease: str
) -> None:
    assert (disease, True) in diagnosed(mapped(condition(code, system)))


@pytest.mark.parametrize("code", ["225612007", "48531003"])
def test_a_code_that_only_stands_beside_a_disease_is_not_that_disease(code: str) -> None:
    assert diagnosed(mapped(condition(code))) == []


# Fractures.


@pytest.mark.parametrize(
    ("code", "system", "site"),
    [
        (OSTEOPOROTIC_HIP_FRACTURE, SNOMED, "hip"),
        ("M80.051A", ICD10, "hip"),
        ("M80.08XA", ICD10, "vertebra"),
        ("203450003", SNOMED, "vertebra"),
        ("704336007", SNOMED, "distal-forearm"),
        ("Z87.310", ICD10, "unspecified"),
    ],
)
def test_a_fracture_coded_as_osteoporotic_is_a_fragility_fracture(code: str, system: str, site: str) -> None:
    assert found(condition(code, system)) == [(site, OSTEOPOROTIC)]
    assert mapped(condition(code, system)).fractures[0].fragility


def test_the_name_that_a_chart_gives_it_makes_nothing_osteoporotic() -> None:
    young = {
        **condition(COLLES, onsetDateTime=ago(10)),
        "code": concept(COLLES, SNOMED, "osteoporotic fracture"),
    }
    assert found(young) == [("distal-forearm", UNKNOWN)]


@pytest.mark.parametrize(("age", "mechanism"), [(65, PRESUMED), (64, UNKNOWN)])
def test_a_hip_fracture_is_presumed_a_fragility_fracture_from_65(age: int, mechanism: str) -> None:
    assert found(patient(age), hip(ago())) == [("hip", mechanism)]


@pytest.mark.parametrize(
    "text",
    [
        "Hip fracture after motor vehicle accident",
        "Broken hip, MVA 2024",
        "Femoral neck fracture, pedestrian hit by car",
        "Hip fracture: fell from a ladder",
        "Fell down stairs",
        "Schenkelhalsfraktur nach Sturz von der Leiter",
        "Schenkelhalsfraktur, Verkehrsunfall",
        "Fracture du col fémoral, accident de la voie publique",
        "Fracture du col après chute d'une échelle",
        "high-energy trauma",
    ],
)
def test_of_a_fracture_with_more_force_in_its_words_nothing_is_presumed(text: str) -> None:
    assert found(patient(80), {**hip(), "code": {**concept(HIP_FRACTURE, SNOMED), "text": text}}) == [
        ("hip", UNKNOWN)
    ]


def test_a_note_tells_of_more_force_too() -> None:
    told = {**hip(), "note": [{}, {"text": "MVA, pedestrian struck by car"}]}
    inputs = mapped(patient(80), told)
    assert [each.mechanism for each in inputs.fractures] == [UNKNOWN]
    assert issues(inputs) == ["mechanism-unknown"]
    assert found(patient(80), {**hip(), "note": [{"text": "Slipped in the kitchen"}]}) == [("hip", PRESUMED)]
    assert found(patient(80), {**hip(), "note": [{"text": f"{'x ' * 260}struck by car"}]}) == [
        ("hip", PRESUMED)
    ]


def test_a_fracture_of_tomorrow_is_noted_and_not_there_yet() -> None:
    inputs = mapped(patient(80), hip(ago(-1)), condition("59621000", onsetDateTime=ago(-1)))
    assert inputs.fractures == ()
    assert issues(inputs) == ["future-date"]


@pytest.mark.parametrize(
    "text",
    [
        "Hip fracture after fall from standing height",
        "Fracture du col, chute de sa hauteur",
        "Schenkelhalsfraktur nach Sturz",
        "Carpal tunnel known; hip fracture",
        "Crush fracture",
    ],
)
def test_other_words_take_nothing_from_it(text: str) -> None:
    assert found(patient(80), {**hip(), "code": {**concept(HIP_FRACTURE, SNOMED), "text": text}}) == [
        ("hip", PRESUMED)
    ]


@pytest.mark.parametrize(("day", "mechanism"), [(ago(9), UNKNOWN), (ago(11), UNKNOWN), (ago(12), PRESUMED)])
def test_a_crash_may_be_recorded_a_day_before_or_after(day: str, mechanism: str) -> None:
    crash = condition("V43.52XA", ICD10, onsetDateTime=day)
    assert found(patient(80), hip(), crash) == [("hip", mechanism)]
    elsewhere = [{**each, "encounter": {"reference": f"Encounter/{each['id']}"}} for each in (hip(), crash)]
    assert found(patient(80), *elsewhere) == [("hip", PRESUMED)]


@pytest.mark.parametrize(("age", "mechanism"), [(50, PRESUMED), (49, UNKNOWN)])
def test_a_wedge_fracture_is_presumed_a_fragility_fracture_from_50(age: int, mechanism: str) -> None:
    assert found(patient(age), condition(WEDGE, ICD10, onsetDateTime=ago())) == [("vertebra", mechanism)]


def test_a_vertebral_fracture_that_is_no_wedge_is_not_presumed() -> None:
    assert found(condition(VERTEBRA, ICD10, onsetDateTime=ago(10))) == [("vertebra", UNKNOWN)]


def test_other_fractures_are_never_presumed() -> None:
    inputs = mapped(condition(COLLES, onsetDateTime=ago(10)))
    assert [each.fragility for each in inputs.fractures] == [False]
    assert issues(inputs) == ["mechanism-unknown"]


def test_a_collapsed_vertebra_is_a_wedge_by_its_name_in_the_value_set() -> None:
    assert found(condition("M48.56XA", ICD10, onsetDateTime=ago(10))) in (
        [("vertebra", PRESUMED)],
        [("vertebra", OSTEOPOROTIC)],
    )


@pytest.mark.parametrize(("age", "count"), [(40, 1), (39, 0)])
def test_fractures_before_40_say_nothing(age: int, count: int) -> None:
    assert len(found(patient(age), hip(ago()))) == count


@pytest.mark.parametrize(("age", "expected"), [(39, []), (40, [UNKNOWN]), (64, [UNKNOWN]), (65, [PRESUMED])])
def test_the_age_at_onset_counts_and_not_the_day_it_was_recorded(age: int, expected: list[str]) -> None:
    stated = condition(HIP_FRACTURE, onsetAge={"value": age, "unit": "a"}, recordedDate=ago(10))
    assert [mechanism for _, mechanism in found(patient(70), stated)] == expected


@pytest.mark.parametrize("age", [{"value": 200, "unit": "a"}, {"value": 66, "unit": "d"}, {"unit": "a"}])
def test_an_age_that_cannot_be_read_presumes_nothing(age: Json) -> None:
    assert found(condition(HIP_FRACTURE, onsetAge=age, recordedDate=ago(10))) == [("hip", UNKNOWN)]


@pytest.mark.parametrize("resources", [(patient(birthDate=None), hip()), (patient(), hip(None))])
def test_without_an_age_at_the_event_nothing_is_presumed(resources: tuple[Json, ...]) -> None:
    assert found(*resources) == [("hip", UNKNOWN)]


@pytest.mark.parametrize(
    "where",
    [{"onsetDateTime": ago(10)}, {"onsetDateTime": ago(11), "encounter": {"reference": "Encounter/e"}}],
)
def test_a_low_fall_on_the_day_or_in_the_encounter_makes_a_fragility_fracture(where: Json) -> None:
    fracture = condition(COLLES, onsetDateTime=ago(10), encounter=where.get("encounter"))
    assert found(fracture, condition(FALL, **where)) == [("distal-forearm", LOW)]


@pytest.mark.parametrize(
    "where",
    [
        {"onsetDateTime": ago(11)},
        {},
        {"onsetDateTime": ago(10), "encounter": {"reference": "Encounter/other"}},
    ],
)
def test_a_fall_of_another_time_or_encounter_says_nothing(where: Json) -> None:
    fracture = condition(COLLES, onsetDateTime=ago(10), encounter={"reference": "Encounter/e"})
    assert found(fracture, condition(FALL, **where)) == [("distal-forearm", UNKNOWN)]


def test_a_fracture_without_a_day_is_not_joined_with_a_fall_without_one() -> None:
    assert found(condition(COLLES), condition(FALL)) == [("distal-forearm", UNKNOWN)]


def test_a_history_of_falling_is_not_how_it_broke() -> None:
    falls = condition(HISTORY_OF_FALLING, ICD10, onsetDateTime=ago(10))
    assert found(condition(COLLES, onsetDateTime=ago(10)), falls) == [("distal-forearm", UNKNOWN)]


def test_a_low_fall_makes_no_fragility_fracture_of_an_unspecified_site() -> None:
    somewhere = condition("65966004", onsetDateTime=ago(10))
    assert found(somewhere) == [("unspecified", UNKNOWN)]
    assert found(somewhere, condition(FALL, onsetDateTime=ago(10))) == [("unspecified", UNKNOWN)]


@pytest.mark.parametrize(
    ("code", "system"),
    [
        ("S22.31XA", ICD10),
        ("S42.001D", ICD10),
        ("S82.891A", ICD10),
        ("33737001", SNOMED),
        ("16114001", SNOMED),
    ],
)
def test_a_low_fall_that_broke_another_bone_is_low_trauma_and_no_fragility_fracture(
    code: str, system: str
) -> None:
    inputs = mapped(condition(code, system, onsetDateTime=ago(10)), condition(FALL, onsetDateTime=ago(10)))
    (fracture,) = inputs.fractures
    assert (fracture.site.value, fracture.mechanism.value) == ("other", LOW)
    assert fracture.low_trauma
    assert not fracture.fragility
    assert issues(inputs) == []


def test_another_bone_of_which_nobody_says_how_it_broke_is_a_question_only() -> None:
    inputs = mapped(condition("S82.891A", ICD10, onsetDateTime=ago(10)))
    assert inputs.fractures == ()
    assert issues(inputs) == ["mechanism-unknown"]
    assert inputs.data_quality[0].because == "how a fracture of another site happened is not recorded"


def test_another_bone_broken_in_traffic_or_in_youth_is_nothing() -> None:
    ankle = condition("S82.891A", ICD10, onsetDateTime=ago(10))
    assert issues(mapped(ankle, condition(TRAFFIC, onsetDateTime=ago(10)))) == []
    assert issues(mapped(patient(), condition("S82.891A", ICD10, onsetDateTime="1980-01-01"))) == []


def test_another_bone_coded_as_osteoporotic_too_is_an_osteoporotic_fracture() -> None:
    both = condition("S82.891A", ICD10, onsetDateTime=ago(10))
    both["code"]["coding"].append({"system": ICD10, "code": "M80.061A"})
    assert found(both) == [("unspecified", OSTEOPOROTIC)]


@pytest.mark.parametrize(("code", "system"), [(TRAFFIC, SNOMED), (FROM_TREE, ICD10)])
def test_high_energy_takes_a_fracture_out(code: str, system: str) -> None:
    assert found(hip(), condition(code, system, onsetDateTime=ago(10))) == []
    assert found(hip(), condition(code, system, onsetDateTime=ago(8))) == [("hip", PRESUMED)]


def test_high_energy_among_its_own_codes_takes_a_fracture_out() -> None:
    both = hip()
    both["code"]["coding"].append({"system": SNOMED, "code": TRAFFIC})
    assert found(both) == []


def test_a_fall_of_unknown_height_presumes_nothing() -> None:
    assert found(hip(), condition(SOME_FALL, ICD10, onsetDateTime=ago(10))) == [("hip", UNKNOWN)]


@pytest.mark.parametrize(
    "code",
    [
        concept("S72.001B", ICD10),
        concept("S72.001C", ICD10),
        concept(HIP_FRACTURE, SNOMED, "Open fracture of hip"),
    ],
)
def test_an_open_fracture_is_not_presumed(code: Json) -> None:
    assert found({**hip(), "code": code}) == [("hip", UNKNOWN)]


@pytest.mark.parametrize("code", ["S72.001A", "S72.001D"])
def test_a_closed_one_is(code: str) -> None:
    assert found(condition(code, ICD10, onsetDateTime=ago(10))) == [("hip", PRESUMED)]


@pytest.mark.parametrize(
    ("code", "system"),
    [
        ("704063001", SNOMED),
        ("M84.451A", ICD10),
        ("890095006", SNOMED),
        ("M84.750A", ICD10),
        ("S02.0XXA", ICD10),
        ("S62.001A", ICD10),
    ],
)
def test_fractures_of_other_causes_and_of_hand_and_skull_are_left_out(code: str, system: str) -> None:
    assert found(condition(code, system, onsetDateTime=ago(10))) == []


def test_a_pathological_fracture_of_unstated_cause_is_a_question() -> None:
    assert found(condition("409666003", onsetDateTime=ago(10))) in (
        [("hip", UNKNOWN)],
        [("unspecified", UNKNOWN)],
    )


def test_the_last_day_that_a_partial_date_may_mean_is_kept() -> None:
    (fracture,) = mapped(condition(OSTEOPOROTIC_HIP_FRACTURE, onsetDateTime="2025")).fractures
    assert (str(fracture.day), str(fracture.latest)) == ("2025-01-01", "2025-12-31")
    assert fracture.day is not None
    assert fracture.day < AS_OF


# An event stands once.


def dates(*resources: Json) -> list[tuple[str, str | None, int]]:
    """Each event: its site, its day, and how many conditions speak of it."""
    return [
        (each.site.value, str(each.day) if each.day else None, len(each.references))
        for each in mapped(*resources).fractures
    ]


def icd(code: str, day: str | None = None, **members: Any) -> Json:  # noqa: ANN401 - any element
    return condition(code, ICD10, onsetDateTime=day, **members)


def test_the_codes_of_one_fracture_and_its_care_are_one_event() -> None:
    told = (icd("S72.001A", ago(900)), icd("S72.001D", ago(500)), icd("S72.001S", ago(10)))
    assert dates(*told) == [("hip", ago(900), 3)]
    assert mapped(*told).fractures[0].reference == "Condition/c-S72.001A"
    assert set(mapped(*told).fractures[0].references) == {
        "Condition/c-S72.001A",
        "Condition/c-S72.001D",
        "Condition/c-S72.001S",
    }


@pytest.mark.parametrize(("apart", "events"), [(180, 1), (181, 2)])
def test_within_180_days_a_site_breaks_once(apart: int, events: int) -> None:
    told = (icd("S72.001A", ago(10 + apart)), icd("S72.002A", ago(10)))
    assert len(dates(*told)) == events
    assert len(dates(*told, condition(COLLES, onsetDateTime=ago(10)))) == events + 1


def test_a_code_without_a_day_tells_of_no_second_fracture() -> None:
    assert dates(icd("S72.001A", ago(900)), condition(HIP_FRACTURE)) == [("hip", ago(900), 2)]
    assert dates(condition(HIP_FRACTURE), icd("S72.001A")) == [("hip", None, 2)]


def test_late_effects_say_not_when_it_broke() -> None:
    assert dates(icd("S72.001S", ago(10))) == [("hip", None, 1)]
    assert found(icd("S72.001S", ago(10))) == [("hip", PRESUMED)]


def test_care_alone_dates_a_fracture_as_well_as_can_be() -> None:
    assert dates(icd("S72.001D", ago(10))) == [("hip", ago(10), 1)]
    assert dates(icd("S72.001D", ago(10)), icd("S72.001A", ago(10))) == [("hip", ago(10), 2)]
    assert mapped(icd("S72.001D", ago(10)), icd("S72.001A", ago(10))).fractures[0].reference.endswith("A")


def test_what_is_known_of_a_fracture_holds_for_all_its_codes() -> None:
    later = icd("S72.001D", ago(100))
    assert found(icd("S72.001A", ago(200)), icd("V43.52XA", ago(200)), later) == []
    assert found(icd("S72.001A", ago(200)), icd("W19.XXXA", ago(200)), later) == [("hip", UNKNOWN)]
    assert found(icd("S72.001B", ago(200)), later) == [("hip", UNKNOWN)]
    assert found(icd("M80.051A", ago(200)), later) == [("hip", OSTEOPOROTIC)]


def test_a_neoplastic_fracture_of_the_same_day_takes_a_fracture_out() -> None:
    assert found(hip(), icd("M84.551A", ago(10))) == []
    assert found(hip(), icd("M84.551A", ago(100))) == [("hip", PRESUMED)]


@pytest.mark.parametrize("code", ["1912002", "40104005"])
def test_a_fall_without_a_height_counts_and_is_to_be_confirmed(code: str) -> None:
    fall = condition(code, onsetDateTime=ago(10))
    assert found(hip(), fall) == [("hip", PRESUMED)]
    assert found(condition(COLLES, onsetDateTime=ago(10)), fall) == [("distal-forearm", PRESUMED)]
    assert found(hip(), fall, icd("W01.0XXA", ago(10))) == [("hip", LOW)]
    assert found(hip(), fall, icd("W13.0XXA", ago(10))) == []


def test_a_fall_among_its_own_codes_is_how_it_broke() -> None:
    both = {**condition(COLLES, onsetDateTime=ago(10))}
    both["code"]["coding"].append({"system": ICD10, "code": "W01.0XXA"})
    assert found(both) == [("distal-forearm", LOW)]


@pytest.mark.parametrize(
    "onset",
    [
        {"onsetString": "in her sixties"},
        {"onsetRange": {"low": {"value": 66, "unit": "a"}, "high": {"value": 70, "unit": "a"}}},
        {"onsetRange": {}},
        {"onsetRange": {"high": {"value": 70, "unit": "a"}}},
        {"onsetAge": {"value": 66, "unit": "a"}},
    ],
)
def test_an_onset_that_is_no_day_is_not_the_day_of_recording(onset: Json) -> None:
    (fracture,) = mapped(condition(OSTEOPOROTIC_HIP_FRACTURE, recordedDate=ago(), **onset)).fractures
    assert (fracture.day, fracture.latest) == (None, None)


@pytest.mark.parametrize(("youngest", "expected"), [(39, []), (66, [("hip", PRESUMED)])])
def test_of_a_range_of_ages_the_youngest_counts(youngest: int, expected: list[tuple[str, str]]) -> None:
    onset = {"low": {"value": youngest, "unit": "a"}, "high": {"value": 80, "unit": "a"}}
    assert found(condition(HIP_FRACTURE, onsetRange=onset)) == expected


def test_encounters_of_one_day_are_two_events_and_no_encounter_may_be_either() -> None:
    one, other = {"reference": "Encounter/1"}, {"reference": "Encounter/2"}
    crash = icd("V43.52XA", ago(10), encounter=other)
    assert found(hip(encounter=one), crash) == [("hip", PRESUMED)]
    assert found(hip(), crash) == []
    assert found(hip(encounter=one), icd("V43.52XA", ago(10))) == []


@pytest.mark.parametrize(("abated", "current"), [("2026", True), ("2025", False), ("2026-01", True)])
def test_of_a_partial_end_the_last_day_counts(abated: str, *, current: bool) -> None:
    assert diagnosed(mapped(condition(OSTEOPENIA, abatementDateTime=abated))) == [("osteopenia", current)]


@pytest.mark.parametrize(
    "words", ["Rule out hip fracture", "Possible fracture", "Family history: mother, hip fracture"]
)
def test_a_diagnosis_that_reads_as_a_question_or_as_somebody_elses_fires_nothing(words: str) -> None:
    asked = {**condition(OSTEOPOROTIC_HIP_FRACTURE, onsetDateTime=ago(10))}
    asked["code"]["text"] = words
    assert found(asked) == [("hip", UNKNOWN)]
    assert issues(mapped(asked)) == ["mechanism-unknown"]


# Codes of other editions.

ICD9, WHO = "http://hl7.org/fhir/sid/icd-9-cm", "http://hl7.org/fhir/sid/icd-10"


@pytest.mark.parametrize(
    ("code", "system", "told"),
    [
        ("M80.9", WHO, "a fracture with osteoporosis"),
        ("M80.08", "http://fhir.de/CodeSystem/bfarm/icd-10-gm", "the vertebral fracture"),
        ("S72.0", WHO, "the hip fracture"),
        ("733.13", ICD9, "the vertebral fracture"),
        ("73313", ICD9, "the vertebral fracture"),
        ("820.8", ICD9, "the hip fracture"),
        ("813.41", "urn:oid:2.16.840.1.113883.6.103", "the distal forearm fracture"),
        ("733.19", ICD9, "a fracture with osteoporosis"),
    ],
)
def test_a_fracture_by_a_code_of_another_edition_is_a_question_and_never_counts(
    code: str, system: str, told: str
) -> None:
    inputs = mapped(condition(code, system))
    assert inputs.fractures == ()
    assert [(each.issue, each.because.partition(" is told")[0]) for each in inputs.data_quality] == [
        ("unmapped-code", told)
    ]
    refuted = {"coding": [{"code": "refuted"}]}
    assert issues(mapped(condition(code, system, verificationStatus=refuted))) == []


def test_a_fracture_around_a_prosthesis_is_a_question_too() -> None:
    inputs = mapped(condition("M97.01XA", ICD10))
    assert inputs.fractures == ()
    assert issues(inputs) == ["mechanism-unknown"]


def test_a_code_of_another_edition_without_a_code_or_a_meaning_is_nothing() -> None:
    assert issues(mapped(condition("401.9", ICD9))) == []
    assert issues(mapped({**condition("x"), "code": {"coding": [{"system": ICD9}]}})) == []
