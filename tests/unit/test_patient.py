"""The person: age, sex, menopause, death, hospice and pregnancy.

Mutations these tests kill: OLDEST 120, POSTMENOPAUSAL_AGE 55, PRESUMED_POSTMENOPAUSAL_AGE 50, PERIODS_AGE 40
and PREGNANCY_AGE 56 by one; PREGNANCY_DAYS 300 to 299 or 301; PERIODS_MONTHS 12 by a day.
"""

from typing import Any

import pytest

from fhir_mappings.chart import Chart
from fhir_mappings.inputs import Menopause, Person, Sex, Source
from fhir_mappings.mapping import map_chart
from fhir_mappings.person.patient import BIRTH_SEX, SEX_FOR_CLINICAL_USE
from fhir_mappings.value_sets import load
from tests.charts import (
    AS_OF,
    ICD10,
    PATIENT,
    RXNORM,
    SNOMED,
    UCUM,
    Json,
    ago,
    answered,
    clear_labs,
    concept,
    condition,
    evaluation,
    issues,
    mapped,
    observation,
    order,
    patient,
    procedure,
    statement,
    suggested,
    t_score,
    topics,
)

ATC = "http://www.whocc.no/atc"
PREGNANT, HOSPICE, OOPHORECTOMY = "77386006", "385763009", "391083006"


def person(*resources: Json) -> Person:
    return mapped(*resources).person


@pytest.mark.parametrize(
    ("born", "age"),
    [("1976-01-15", 50), ("1976-01-16", 49), ("1976-01-16T10:00:00Z", 49), (ago(), 0), (ago(years=120), 120)],
)
def test_age_is_in_whole_years_on_the_day(born: str, age: int) -> None:
    assert person(patient(birthDate=born)).age == age


@pytest.mark.parametrize(("born", "age"), [("1976", 49), ("1976-01", 49), ("1975-12", 50), ("2025", 0)])
def test_of_an_open_day_of_birth_the_youngest_possible_age_is_taken_and_noted(born: str, age: int) -> None:
    inputs = mapped(patient(birthDate=born))
    assert inputs.person.age == age
    assert issues(inputs) == ["unreadable"]


@pytest.mark.parametrize(
    ("born", "noted"),
    [
        (None, []),
        ("soon", ["unreadable"]),
        ("", ["unreadable"]),
        (ago(1, years=121), ["implausible"]),
        (ago(-1), ["implausible"]),
        ("9999", ["unreadable", "implausible"]),
    ],
)
def test_an_impossible_birth_date_gives_no_age(born: str | None, noted: list[str]) -> None:
    inputs = mapped(patient(birthDate=born))
    assert inputs.person.age is None
    assert issues(inputs) == noted


def test_without_a_patient_nothing_is_known_of_the_person() -> None:
    inputs = map_chart(Chart(), AS_OF, load())
    assert inputs.person == Person(age=None, sex=None, deceased=False, menopause=None, reference="Patient")


@pytest.mark.parametrize(
    ("gender", "sex"),
    [
        ("female", Sex.FEMALE),
        ("male", Sex.MALE),
        ("Female", Sex.FEMALE),
        ("other", None),
        ("unknown", None),
        (None, None),
        ("", None),
        ("nonsense", None),
    ],
)
def test_other_and_unknown_gender_are_not_usable(gender: str | None, sex: Sex | None) -> None:
    assert person({**patient(), "gender": gender}).sex is sex


def birth_sex(code: str) -> Json:
    return {"url": BIRTH_SEX, "valueCode": code}


def clinical(code: str, url: str = SEX_FOR_CLINICAL_USE[0], *, nested: bool = True) -> Json:
    value = {"valueCodeableConcept": {"coding": [{"code": code}]}}
    return (
        {"url": url, "extension": [{"url": "period"}, {"url": "value", **value}]}
        if nested
        else {"url": url, **value}
    )


@pytest.mark.parametrize(
    ("extensions", "sex"),
    [
        ([birth_sex("F")], Sex.FEMALE),
        ([birth_sex("UNK")], Sex.MALE),
        ([birth_sex("OTH")], Sex.MALE),
        ([birth_sex("M"), clinical("female-typical")], Sex.FEMALE),
        ([clinical("female", SEX_FOR_CLINICAL_USE[1], nested=False)], Sex.FEMALE),
        ([clinical("specified"), birth_sex("F")], Sex.FEMALE),
        ([{"url": SEX_FOR_CLINICAL_USE[0]}], Sex.MALE),
        ([{"url": SEX_FOR_CLINICAL_USE[0], "valueCodeableConcept": {"text": "female"}}], Sex.MALE),
        ([{"url": "urn:other", "valueCode": "F"}], Sex.MALE),
        (None, Sex.MALE),
    ],
)
def test_sex_for_clinical_use_goes_before_birth_sex_and_that_before_gender(
    extensions: list[Json] | None, sex: Sex
) -> None:
    assert person(patient(gender="male", extension=extensions)).sex is sex


@pytest.mark.parametrize(
    ("members", "deceased"),
    [
        ({"deceasedBoolean": True}, True),
        ({"deceasedBoolean": False}, False),
        ({"deceasedDateTime": ago()}, True),
        ({"deceasedDateTime": ago(-1)}, False),
        ({"deceasedDateTime": "yes"}, True),
        ({"deceasedDateTime": ""}, False),
        ({}, False),
    ],
)
def test_death_counts_from_its_day_on(members: Json, *, deceased: bool) -> None:
    assert person(patient(**members)).deceased is deceased


@pytest.mark.parametrize(
    ("age", "menopause"),
    [(55, Menopause.BY_AGE), (54, Menopause.PRESUMED), (50, Menopause.PRESUMED), (49, None)],
)
def test_menopause_is_taken_from_age_where_nothing_is_documented(
    age: int, menopause: Menopause | None
) -> None:
    assert person(patient(age)).menopause is menopause


@pytest.mark.parametrize(
    "documented", [condition(OOPHORECTOMY), condition("161712005"), condition("Z78.0", ICD10)]
)
def test_documented_menopause_counts_at_any_age(documented: Json) -> None:
    found = person(patient(45), documented)
    assert found.menopause is Menopause.DOCUMENTED
    assert found.menopause_reference == f"Condition/{documented['id']}"


def test_a_code_that_only_supports_menopause_does_not_document_it() -> None:
    assert person(patient(45), condition("307429007")).menopause is None


@pytest.mark.parametrize("who", [patient(60, "male"), patient(60, "other"), patient(birthDate=None)])
def test_menopause_is_asked_only_of_women_of_known_age(who: Json) -> None:
    assert person(who, condition(OOPHORECTOMY)).menopause is None


@pytest.mark.parametrize(
    ("members", "counts"),
    [
        ({"performedDateTime": ago(10)}, True),
        ({"performedDateTime": str(AS_OF.replace(year=2025))}, True),
        ({"performedDateTime": "2025-01-14"}, False),
        ({"performedDateTime": None}, True),
        ({"performedDateTime": ago(-3)}, False),
        (
            {"status": "in-progress", "performedDateTime": None, "performedPeriod": {"start": "2023-05-01"}},
            True,
        ),
        ({"status": "stopped"}, False),
        ({"status": "entered-in-error"}, False),
        ({"status": "not-done"}, False),
    ],
)
def test_hospice_care_counts_as_a_procedure_while_it_is_given_and_a_year(
    members: Json, *, counts: bool
) -> None:
    admission = procedure("305336008", SNOMED, **members)
    answer = answered(admission, t_score("-2.7"), *clear_labs())
    assert (evaluation(answer)["disposition"] == "out-of-scope-hospice") is counts
    assert ("start-alendronate" in suggested(answer)) is not counts


def test_hospice_counts_while_it_lasts() -> None:
    assert person(condition(HOSPICE)).hospice_reference == f"Condition/c-{HOSPICE}"
    assert person(condition(HOSPICE, abatementDateTime=ago(1))).hospice_reference is None


@pytest.mark.parametrize("code", [PREGNANT, "1260078007"])
@pytest.mark.parametrize(("day", "counts"), [(ago(300), True), (ago(301), False), (None, True)])
def test_pregnancy_and_breast_feeding_count_for_300_days(code: str, day: str | None, *, counts: bool) -> None:
    found = person(patient(40), condition(code, onsetDateTime=day)).pregnancy_reference
    assert (found is not None) is counts


def test_a_pregnancy_of_which_only_the_month_is_known_may_have_begun_on_its_last_day() -> None:
    assert person(patient(40), condition(PREGNANT, onsetDateTime="2025-03")).pregnancy_reference is not None
    assert person(patient(40), condition(PREGNANT, onsetDateTime="2025-02")).pregnancy_reference is None


@pytest.mark.parametrize(
    ("who", "counts"),
    [
        (patient(55), True),
        (patient(56), False),
        (patient(30, "male"), False),
        (patient(30, "other"), True),
        (patient(birthDate=None), True),
    ],
)
def test_pregnancy_is_believed_of_women_under_56(who: Json, *, counts: bool) -> None:
    assert (person(who, condition(PREGNANT)).pregnancy_reference is not None) is counts


def test_a_pregnancy_that_is_over_does_not_count() -> None:
    over = condition(PREGNANT, clinicalStatus={"coding": [{"code": "resolved"}]})
    assert person(patient(40), over).pregnancy_reference is None


def last_period(day: str | None, **members: Any) -> Json:  # noqa: ANN401 - any element
    return observation("8665-2", id=f"lmp-{day}", valueDateTime=day, **members)


@pytest.mark.parametrize(
    ("age", "day", "menopause"),
    [
        (40, ago(1, years=1), Menopause.DOCUMENTED),
        (39, ago(1, years=1), None),
        (54, ago(years=1), Menopause.PREMENOPAUSAL),
        (54, ago(20), Menopause.PREMENOPAUSAL),
        (55, ago(20), Menopause.PRESUMED),
        (55, ago(1, years=1), Menopause.DOCUMENTED),
        (54, ago(-1), Menopause.PRESUMED),
        (54, None, Menopause.PRESUMED),
        (54, "2025-01", Menopause.PREMENOPAUSAL),
        (54, "2026-01", Menopause.PREMENOPAUSAL),
        (54, "2026", Menopause.PREMENOPAUSAL),
        (54, "2024", Menopause.DOCUMENTED),
    ],
)
def test_the_last_period_tells_menopause_after_a_year_and_from_40(
    age: int, day: str | None, menopause: Menopause | None
) -> None:
    assert person(patient(age), last_period(day)).menopause is menopause


def test_the_latest_of_several_periods_counts_and_only_a_final_one() -> None:
    old, new = last_period(ago(years=3)), last_period(ago(20))
    assert person(patient(52), new, old).menopause is Menopause.PREMENOPAUSAL
    wrong = last_period(ago(20), status="entered-in-error")
    assert person(patient(52), wrong, old).menopause is Menopause.DOCUMENTED


OOPHORECTOMY_DONE = procedure("76876009", SNOMED, performedDateTime="2010-05-03")


def test_ovaries_that_were_removed_are_menopause_at_any_age() -> None:
    found = person(patient(45), OOPHORECTOMY_DONE, last_period(ago(20)))
    assert (found.menopause, found.menopause_reference) == (Menopause.DOCUMENTED, "Procedure/p-76876009")


@pytest.mark.parametrize(
    "members",
    [{"status": "not-done"}, {"status": "in-progress"}, {"status": None}, {"notDone": True}],
)
def test_only_an_operation_that_was_done_is(members: Json) -> None:
    assert person(patient(45), {**OOPHORECTOMY_DONE, **members}).menopause is None


@pytest.mark.parametrize("code", ["Z97.5", "Z79.3", "Z30.41", "Z30.011"])
def test_below_50_contraception_says_premenopausal_whatever_the_last_period(code: str) -> None:
    contraception = condition(code, ICD10)
    found = person(patient(49), last_period(ago(years=2)), contraception)
    assert (found.menopause, found.menopause_reference) == (Menopause.PREMENOPAUSAL, f"Condition/c-{code}")
    assert person(patient(45), contraception).menopause is Menopause.PREMENOPAUSAL
    assert person(patient(50), last_period(ago(years=2)), contraception).menopause is Menopause.DOCUMENTED
    assert person(patient(50), contraception).menopause is Menopause.PRESUMED
    over = {**contraception, "clinicalStatus": {"coding": [{"code": "resolved"}]}}
    assert person(patient(49), last_period(ago(years=2)), over).menopause is Menopause.DOCUMENTED


@pytest.mark.parametrize("code", ["Z30.2", "Z30.09", "Z30.012", "Z30.432", "Z92.0", "N92.4"])
def test_what_says_nothing_of_contraception_in_use_does_not(code: str) -> None:
    found = person(patient(49), last_period(ago(years=2)), condition(code, ICD10))
    assert found.menopause is Menopause.DOCUMENTED


PILL, DEPO, IMPLANT = "748961", "6691", "389221"


def drawn(kind: str, code: str, **members: Any) -> Json:  # noqa: ANN401 - any element
    """A supply handed over or a dose given."""
    return {
        "resourceType": kind,
        "id": f"d-{code}",
        "status": "completed",
        "medicationCodeableConcept": concept(code, RXNORM),
        "subject": {"reference": f"Patient/{PATIENT}"},
        **members,
    }


@pytest.mark.parametrize(
    "in_use",
    [
        statement(DEPO),
        order(PILL),
        order(PILL, status="unknown"),
        statement(None, medicationCodeableConcept=concept("G03AA07", ATC)),
        statement(None, medicationCodeableConcept=concept("G02BA03", ATC)),
        order(PILL, status="completed", authoredOn=ago(years=2)),
        statement(PILL, status="completed", effectivePeriod={"start": ago(years=3), "end": ago(years=1)}),
        statement(PILL, status="stopped", effectivePeriod={"end": ago(years=1)}),
        drawn("MedicationDispense", PILL, whenHandedOver=ago(years=1)),
        drawn(
            "MedicationDispense",
            PILL,
            whenHandedOver=ago(83, years=1),
            daysSupply={"value": 84, "unit": "d", "system": UCUM, "code": "d"},
        ),
        drawn("MedicationAdministration", "1000126", effectiveDateTime=ago(years=1)),
        drawn("MedicationAdministration", "1000126"),
        drawn("MedicationAdministration", IMPLANT, effectiveDateTime=ago(years=12)),
        order(IMPLANT, status="completed", authoredOn=ago(years=12)),
        procedure("58300", performedDateTime=ago(years=12)),
        procedure("65200003", SNOMED, performedDateTime=None),
    ],
)
def test_below_50_a_contraceptive_says_premenopausal_whoever_tells_of_it(in_use: Json) -> None:
    long_ago = last_period(ago(years=2))
    found = person(patient(49), long_ago, in_use)
    reference = f"{in_use['resourceType']}/{in_use['id']}"
    assert (found.menopause, found.menopause_reference) == (Menopause.PREMENOPAUSAL, reference)
    assert person(patient(50), long_ago, in_use).menopause is Menopause.DOCUMENTED
    answer = answered(patient(49), long_ago, in_use, t_score("-2.7"), *clear_labs())
    assert topics(answer) == ["t-score-not-applicable"]


@pytest.mark.parametrize(
    "over",
    [
        order(PILL, status="completed", authoredOn=ago(1, years=2)),
        order(PILL, status="cancelled"),
        statement(PILL, status="not-taken"),
        statement(PILL, status="completed", effectivePeriod={"start": ago(years=3), "end": ago(1, years=1)}),
        statement(
            IMPLANT, status="completed", effectivePeriod={"start": ago(years=3), "end": ago(1, years=1)}
        ),
        drawn("MedicationDispense", PILL, whenHandedOver=ago(1, years=1)),
        drawn("MedicationAdministration", IMPLANT, effectiveDateTime=ago(1, years=12)),
        procedure("58300", performedDateTime=ago(1, years=12)),
        procedure("58300", status="not-done"),
        order("483325", status="completed"),
        condition("F50.01", ICD10, clinicalStatus={"coding": [{"code": "resolved"}]}),
        condition("Z90.712", ICD10),
        order("1115457", status="completed", authoredOn=ago(1, years=2)),
    ],
)
def test_what_was_over_before_the_last_period_leaves_it_its_word(over: Json) -> None:
    found = person(patient(49), last_period(ago(years=2)), over)
    assert found.menopause is Menopause.DOCUMENTED


@pytest.mark.parametrize(
    "cause",
    [
        procedure("236886002", SNOMED, performedDateTime=ago(years=5)),
        procedure("58571", performedDateTime=ago(years=5)),
        condition("Z90.711", ICD10),
        condition("F50.01", ICD10),
        condition("E22.1", ICD10),
        order("1115457"),
    ],
)
def test_below_50_absent_periods_with_another_cause_prove_nothing(cause: Json) -> None:
    long_ago = last_period(ago(years=2))
    assert person(patient(49), long_ago, cause).menopause is None
    assert person(patient(50), long_ago, cause).menopause is Menopause.DOCUMENTED
    both = person(patient(45), long_ago, cause, OOPHORECTOMY_DONE)
    assert both.menopause is Menopause.DOCUMENTED


@pytest.mark.parametrize(
    "named",
    [
        statement(None, "norethindrone 0.35 mg daily"),
        order(None, "Mirena", authoredOn=ago(years=4)),
        {**condition("x"), "code": {"text": "On Depo-Provera"}},
        {**condition("x"), "code": {"text": "IUD in place"}},
        {**condition("x"), "code": {"text": "s/p hysterectomy 2019, ovaries in place"}},
        {**procedure(), "code": {"text": "Insertion of Nexplanon"}},
        {**procedure(), "code": {"text": "TAH"}},
        condition("Z79.3", ICD10, verificationStatus={"coding": [{"code": "unconfirmed"}]}),
    ],
)
def test_a_name_of_such_a_cause_unmarks_where_only_a_last_period_tells_of_menopause(named: Json) -> None:
    chart = (named, t_score("-2.7"), *clear_labs())
    long_ago = last_period(ago(years=2))
    assert suggested(answered(patient(49), long_ago, *chart))["start-alendronate"] is False
    assert suggested(answered(patient(49), long_ago, *chart[1:]))["start-alendronate"] is True
    assert suggested(answered(patient(50), long_ago, *chart))["start-alendronate"] is True
    assert suggested(answered(patient(45), OOPHORECTOMY_DONE, *chart))["start-alendronate"] is True


@pytest.mark.parametrize(
    "source",
    [
        Source.CONDITIONS,
        Source.PROCEDURES,
        Source.MEDICATIONS,
        Source.DISPENSES,
        Source.ADMINISTRATIONS,
    ],
)
def test_below_50_a_last_period_proves_nothing_while_a_contraceptive_may_stand_unread(source: Source) -> None:
    assert mapped(patient(49), last_period(ago(years=2)), unanswered=(source,)).person.menopause is None


def test_what_was_not_looked_at_makes_nobody_postmenopausal() -> None:
    conditions, periods = (Source.CONDITIONS,), (Source.REPRODUCTIVE_STATUS,)
    long_ago = last_period(ago(years=2))
    assert mapped(patient(49), long_ago, unanswered=conditions).person.menopause is None
    assert mapped(patient(50), long_ago, unanswered=conditions).person.menopause is Menopause.DOCUMENTED
    assert mapped(patient(54), unanswered=periods).person.menopause is None
    assert mapped(patient(55), unanswered=periods).person.menopause is Menopause.BY_AGE


def test_lost_ovaries_go_before_the_last_period() -> None:
    assert (
        person(patient(45), last_period(ago(20)), condition(OOPHORECTOMY)).menopause is Menopause.DOCUMENTED
    )


def test_a_period_within_twelve_months_goes_before_a_diagnosis_of_menopause_below_55() -> None:
    diagnosed = condition("Z78.0", ICD10, onsetDateTime=ago(years=2))
    inputs = mapped(patient(54), diagnosed, last_period(ago(20)))
    assert inputs.person.menopause is Menopause.PREMENOPAUSAL
    assert issues(inputs) == ["conflict", "conflict"]
    assert person(patient(54), diagnosed, last_period(ago(1, years=1))).menopause is Menopause.DOCUMENTED
    assert person(patient(55), diagnosed, last_period(ago(20))).menopause is Menopause.DOCUMENTED
    answer = answered(patient(45), diagnosed, last_period(ago(20)), t_score("-2.7"), *clear_labs())
    assert topics(answer) == ["t-score-not-applicable"]
    assert "start-alendronate" not in suggested(answer)


@pytest.mark.parametrize(
    ("members", "offered"),
    [
        ({"status": "preliminary"}, False),
        ({"valueDateTime": None, "valueString": "last week"}, False),
        ({"status": "entered-in-error"}, True),
        ({"valueDateTime": None, "dataAbsentReason": {"text": "unknown"}}, True),
        ({"status": "preliminary", "valueDateTime": ago(years=3)}, True),
        ({"valueDateTime": ago(years=3)}, True),
    ],
)
def test_a_last_period_that_does_not_count_is_a_question_below_55(members: Json, *, offered: bool) -> None:
    diagnosed = condition("Z78.0", ICD10)
    period = {**last_period(ago(20)), **members}
    for age, recommended in ((54, offered), (55, True)):
        answer = answered(patient(age), diagnosed, period, t_score("-2.7"), *clear_labs())
        assert suggested(answer)["start-alendronate"] is recommended


def status(answer: str, day: str, **members: Any) -> Json:  # noqa: ANN401 - any element
    coded = concept(answer, SNOMED)
    return observation("82810-3", id=f"preg-{day}", day=day, valueCodeableConcept=coded, **members)


NOT_PREGNANT = "60001007"


@pytest.mark.parametrize(
    ("statuses", "counts"),
    [
        ([status(PREGNANT, ago(300))], True),
        ([status(PREGNANT, ago(301))], False),
        ([status(PREGNANT, ago(-1))], True),
        ([status(PREGNANT, ago(-2))], False),
        ([status(PREGNANT, ago(10)), {**status(NOT_PREGNANT, ago(10)), "id": "a"}], True),
        ([status(PREGNANT, ago(100)), status(NOT_PREGNANT, ago(10))], False),
        ([status(NOT_PREGNANT, ago(100)), status(PREGNANT, ago(10))], True),
        ([status(PREGNANT, ago(10), status="preliminary")], False),
        ([observation("82810-3", valueString="pregnant")], False),
        ([{**status(PREGNANT, ago(10)), "effectiveDateTime": None}], False),
    ],
)
def test_the_newest_pregnancy_status_within_300_days_counts(statuses: list[Json], *, counts: bool) -> None:
    assert (person(patient(40), *statuses).pregnancy_reference is not None) is counts


def test_pregnancy_is_known_by_the_answers_of_loinc() -> None:
    def said(answer: str) -> Json:
        return observation("82810-3", id="p", valueCodeableConcept=concept(answer))

    assert person(patient(40), said("LA15173-0")).pregnancy_reference == "Observation/p"
    assert person(patient(40), said("LA26683-5")).pregnancy_reference is None
    assert person(patient(40), said("LA4489-6")).pregnancy_reference is None
