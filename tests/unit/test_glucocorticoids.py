"""Systemic glucocorticoids: which count, at which dose, on which days.

Mutations these tests kill: the conversion factors, 365, 90, 30, 25 and 100 by one, and their comparisons.
"""

import datetime
import itertools
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from fhir_mappings.inputs import Glucocorticoid
from fhir_mappings.medicines.daily_doses import Course, days_of, spans
from tests.charts import (
    RXNORM,
    SNOMED,
    Json,
    ago,
    concept,
    criterion,
    decided,
    frax,
    issues,
    mapped,
    order,
    statement,
    t_score,
)

ATC = "http://www.whocc.no/atc"
PREDNISONE, PREDNISONE_5_MG, PREDNISONE_2_5_MG, HYDROCORTISONE = "8640", "312617", "198146", "5492"
T5 = Decimal("7.5")


def daily(mg: str | None = "10", unit: str = "mg", *, period: str = "1", **members: Any) -> Json:  # noqa: ANN401
    """So much at a time, once in so many days."""
    timing = {"repeat": {"frequency": 1, "period": Decimal(period), "periodUnit": "d"}}
    rate = [] if mg is None else [{"doseQuantity": {"value": Decimal(mg), "unit": unit}}]
    return {"timing": timing, "doseAndRate": rate, **members}


def supplied(days: int, repeats: int = 0) -> Json:
    return {
        "expectedSupplyDuration": {"value": days, "unit": "days", "code": "d"},
        "numberOfRepeatsAllowed": repeats,
    }


def taken(
    code: str = PREDNISONE,
    *dosages: Json,
    begun: str = ago(99),
    **members: Any,  # noqa: ANN401 - any element
) -> Json:
    """An active order from that day on; without a dosage, 10 mg a day."""
    named = f"gc-{code}-{begun}"
    return order(
        code, **{"id": named, "authoredOn": begun, "dosageInstruction": [*dosages] or [daily()], **members}
    )


def dispense(
    handed_over: str,
    supply: int | None = 30,
    *dosages: Json,
    code: str = PREDNISONE,
    **members: Any,  # noqa: ANN401 - any element
) -> Json:
    return {
        "resourceType": "MedicationDispense",
        "id": f"d-{handed_over}",
        "status": "completed",
        "medicationCodeableConcept": concept(code, RXNORM),
        "subject": {"reference": "Patient/p1"},
        "whenHandedOver": handed_over,
        "daysSupply": {"value": supply, "unit": "d"} if supply else None,
        "dosageInstruction": [*dosages],
        **members,
    }


def read(*resources: Json) -> Glucocorticoid | None:
    return mapped(*resources).glucocorticoid


def days(*resources: Json, at_least: Decimal = T5) -> int:
    found = read(*resources)
    return found.days_at_least(at_least) if found else 0


def mg(*resources: Json) -> Decimal | None:
    found = read(*resources)
    return found.mg_per_day if found else None


# Dose


@pytest.mark.parametrize(
    ("code", "written", "prednisone"),
    [
        ("8640", "7.5", "7.5"),
        ("8638", "7.5", "7.5"),
        ("6902", "6", "7.5"),
        ("10759", "6", "7.5"),
        ("5492", "30", "7.5"),
        ("2878", "37.5", "7.5"),
        ("3264", "1.125", "7.5"),
        ("1514", "0.9", "7.5"),
        ("22396", "9", "7.5"),
    ],
)
def test_every_substance_is_converted_to_prednisone(code: str, written: str, prednisone: str) -> None:
    assert mg(taken(code, daily(written))) == Decimal(prednisone)


@pytest.mark.parametrize(("written", "counts"), [("7.5", True), ("7.4", False)])
def test_the_threshold_is_met_to_the_last_digit(written: str, *, counts: bool) -> None:
    assert (days(taken(PREDNISONE, daily(written))) == 100) is counts


@pytest.mark.parametrize(
    "same",
    [
        [taken(PREDNISONE_5_MG, daily("1.5", "tablets"))],
        [taken(PREDNISONE_5_MG, daily("3", "TAB", period="2"))],
        [taken(PREDNISONE, daily("15", period="2"))],
        [taken(PREDNISONE, daily("2.5"), daily("5"))],
        [taken("763179", daily("1.5", "tablet"), dispenseRequest=supplied(100))],
        [taken(PREDNISONE_5_MG, daily("1", "tablet")), taken(PREDNISONE_2_5_MG, daily("1", "tablet"))],
        [taken(PREDNISONE, daily("5")), taken("6902", daily("2"))],
        [
            taken(
                PREDNISONE,
                {
                    **daily(None),
                    "doseAndRate": [
                        {
                            "doseRange": {
                                "low": {"value": Decimal("7.5"), "unit": "mg"},
                                "high": {"value": 10, "unit": "mg"},
                            }
                        }
                    ],
                },
            )
        ],
        [statement(PREDNISONE, dosage=[daily("7.5")], effectivePeriod={"start": ago(99)})],
        [
            {
                **taken(dosageInstruction=[daily("7.5")]),
                "medicationCodeableConcept": concept("H02AB07", ATC, "prednisone"),
            }
        ],
        [
            {
                **taken(dosageInstruction=[daily("1.5", "tablet")]),
                "medicationCodeableConcept": concept("0054-8724-25", "http://hl7.org/fhir/sid/ndc"),
            }
        ],
        [
            taken(
                PREDNISONE,
                daily("1.5", "tablet"),
                medicationCodeableConcept=None,
                medicationReference={"reference": "#m"},
                contained=[
                    {
                        "resourceType": "Medication",
                        "id": "m",
                        "ingredient": [
                            {
                                "itemCodeableConcept": concept(PREDNISONE, RXNORM),
                                "strength": {
                                    "numerator": {"value": 5, "unit": "mg"},
                                    "denominator": {"value": 1, "unit": "tablet"},
                                },
                            }
                        ],
                    }
                ],
            )
        ],
    ],
)
def test_the_same_dose_is_read_however_it_is_written(same: list[Json]) -> None:
    found = read(*same)
    assert found is not None
    assert (found.mg_per_day, found.days_at_least(T5), found.current) == (T5, 100, True)


@pytest.mark.parametrize(
    "dosage",
    [
        {"text": "take 10 mg daily"},
        daily(None),
        daily("1", "tablet"),
        {"doseAndRate": daily()["doseAndRate"]},
        {**daily(), "modifierExtension": [{"url": "urn:x"}]},
    ],
)
def test_a_dose_that_cannot_be_read_is_unknown_and_not_zero(dosage: Json) -> None:
    inputs = mapped(taken(PREDNISONE, dosage))
    found = inputs.glucocorticoid
    assert found is not None
    assert (found.spans, found.current, found.mg_per_day) == ((), True, None)
    assert issues(inputs) == ["dose-unreadable"]


@pytest.mark.parametrize("status", ["unknown", "", "in use"])
def test_an_order_that_nobody_says_is_taken_fires_nothing_and_is_said(status: str) -> None:
    inputs = mapped(taken(status=status))
    assert inputs.glucocorticoid is None
    assert issues(inputs) == ["no-status"]
    assert days(taken(status="Active ")) == 100


def test_an_order_without_any_dosage_is_unknown_too() -> None:
    inputs = mapped(order(PREDNISONE))
    assert inputs.glucocorticoid is not None
    assert issues(inputs) == ["dose-unreadable"]


@pytest.mark.parametrize(
    "words",
    [
        "10 mg daily as needed",
        "Take 10 mg by mouth daily PRN for flares",
        "take 1 mg daily",
        "take 10 mg once a week",
        "10 mg every other day",
        "1 mg",
        "weekly",
    ],
)
def test_words_that_say_less_than_the_structure_make_a_dose_unknown(words: str) -> None:
    order_ = taken(PREDNISONE, {**daily(), "text": words})
    assert days(order_) == 0
    assert "dose-unreadable" in issues(mapped(order_))


@pytest.mark.parametrize(
    "words",
    [
        "take 10 mg daily",
        "Take 2 tablets (5 mg each) once a day with food",
        "5 mg twice a day",
        "20 mg daily",
        "with breakfast",
        "",
    ],
)
def test_words_that_say_as_much_or_nothing_change_nothing(words: str) -> None:
    assert days(taken(PREDNISONE_5_MG, {**daily(), "text": words})) == 100


def test_as_needed_does_not_count_and_is_said() -> None:
    inputs = mapped(taken(PREDNISONE, daily("20", asNeededBoolean=True)))
    assert inputs.glucocorticoid is None
    assert issues(inputs) == ["dose-unreadable"]


def test_a_name_alone_never_counts_and_is_said() -> None:
    inputs = mapped(order(name="Deltasone 20 mg daily", dosageInstruction=[daily("20")]))
    assert inputs.glucocorticoid is None
    assert issues(inputs) == ["by-name-only"]


@pytest.mark.parametrize(("written", "prednisone"), [("25", None), ("26", Decimal("6.5"))])
def test_hydrocortisone_at_a_replacement_dose_does_not_count(
    written: str, prednisone: Decimal | None
) -> None:
    inputs = mapped(taken(HYDROCORTISONE, daily(written)))
    found = inputs.glucocorticoid
    assert (found.mg_per_day if found else None) == prednisone
    assert issues(inputs) == ([] if prednisone else ["dose-unreadable"])


def test_replacement_beside_prednisone_adds_nothing() -> None:
    found = read(taken(PREDNISONE, daily("5")), taken(HYDROCORTISONE, daily("20")))
    assert found is not None
    assert (found.mg_per_day, found.drugs) == (Decimal(5), ("prednisone",))


# Which are systemic


@pytest.mark.parametrize("code", ["19831", "4452", "1244214", "313979"])
def test_budesonide_and_fludrocortisone_do_not_count(code: str) -> None:
    assert read(taken(code)) is None


def routed(code: str | None, text: str | None = None, system: str = SNOMED) -> Json:
    route: Json = {"coding": [{"system": system, "code": code}]} if code else {}
    return {"route": {**route, "text": text} if text else route}


V3 = "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration"


@pytest.mark.parametrize(
    "route",
    [
        routed("26643006"),
        routed("47625008"),
        routed("78421000"),
        routed("34206005"),
        routed("PO", system=V3),
        routed(None, "by mouth"),
        routed("1", "Oral", "urn:local"),
        {},
    ],
)
def test_a_systemic_route_counts(route: Json) -> None:
    assert days(taken("8638", daily(**route))) == 100


@pytest.mark.parametrize(
    "route",
    [
        routed("6064005"),
        routed("46713006"),
        routed("54485002"),
        routed("447694001"),
        routed("37161004"),
        routed("12130007"),
        routed(None, "inhaled"),
        routed("1", "Intra-articular", "urn:local"),
    ],
)
def test_a_local_route_does_not(route: Json) -> None:
    inputs = mapped(taken("8638", daily(**route)))
    assert inputs.glucocorticoid is None
    assert issues(inputs) == []


def test_a_route_that_nobody_understands_does_not_and_is_said() -> None:
    inputs = mapped(taken("8638", daily(**routed("1", system="urn:local"))))
    assert inputs.glucocorticoid is None
    assert issues(inputs) == ["dose-unreadable"]


@pytest.mark.parametrize("name", ["prednisolone 1 % eye drops", "hydrocortisone cream", "dexamethasone otic"])
def test_a_name_for_local_use_does_not_count(name: str) -> None:
    local = taken("8638", medicationCodeableConcept={**concept("8638", RXNORM), "text": name})
    assert read(local) is None


def test_a_form_for_local_use_does_not_count() -> None:
    cream = {
        "resourceType": "Medication",
        "id": "m",
        "code": concept(HYDROCORTISONE, RXNORM),
        "form": {"text": "Cream"},
    }
    local = taken(
        HYDROCORTISONE,
        daily("40"),
        medicationCodeableConcept=None,
        medicationReference={"reference": "#m"},
        contained=[cream],
    )
    assert read(local) is None


@pytest.mark.parametrize(("written", "counts"), [("400", True), ("401", False)])
def test_grams_of_a_cream_without_a_route_are_no_dose(written: str, *, counts: bool) -> None:
    assert (days(taken(HYDROCORTISONE, daily(written))) > 0) is counts
    assert days(taken(HYDROCORTISONE, daily(written, **routed("47625008")))) == 100


def test_a_substance_without_a_conversion_is_said() -> None:
    vamorolone = {**taken(), "medicationCodeableConcept": concept("H02AB18", ATC, "vamorolone")}
    inputs = mapped(vamorolone)
    assert inputs.glucocorticoid is None
    assert issues(inputs) == ["dose-unreadable"]


# Days


@pytest.mark.parametrize(
    ("begun", "expected"), [(ago(88), 89), (ago(89), 90), (ago(364), 365), (ago(365), 365), (ago(900), 365)]
)
def test_an_active_order_counts_from_its_day_within_a_year(begun: str, expected: int) -> None:
    assert days(taken(begun=begun)) == expected


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"dispenseRequest": supplied(30)}, 30),
        ({"dispenseRequest": supplied(30, 2)}, 90),
        ({"dispenseRequest": {"expectedSupplyDuration": {"value": 4, "unit": "weeks"}}}, 28),
        ({"dispenseRequest": {"validityPeriod": {"start": ago(99), "end": ago(60)}}}, 40),
        ({"dispenseRequest": supplied(30), "status": "completed"}, 30),
        ({"status": "completed"}, 0),
        ({"status": "on-hold"}, 0),
        ({"status": "stopped", "dispenseRequest": supplied(30)}, 0),
        ({"authoredOn": None}, 0),
    ],
)
def test_an_order_lasts_for_its_supply(members: Json, expected: int) -> None:
    assert days(taken(**members)) == expected


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"boundsPeriod": {"start": ago(49), "end": ago(10)}}, 40),
        ({"boundsPeriod": {"start": ago(149), "end": ago(10)}}, 140),
        (
            {"boundsDuration": {"value": 5, "unit": "d", "code": "d", "system": "http://unitsofmeasure.org"}},
            5,
        ),
    ],
)
def test_the_bounds_of_the_dosage_go_before_the_supply(bounds: Json, expected: int) -> None:
    dosage = daily()
    dosage["timing"]["repeat"] |= bounds
    assert days(taken(PREDNISONE, dosage, dispenseRequest=supplied(90))) == expected


@pytest.mark.parametrize(("planned", "expected"), [(90, 90), (89, 11)])
def test_what_is_planned_for_ninety_days_counts_once_it_has_begun(planned: int, expected: int) -> None:
    assert days(taken(begun=ago(10), dispenseRequest=supplied(planned))) == expected


def bounded(start: str | None, end: str | None = None, **members: Any) -> Json:  # noqa: ANN401 - any element
    """10 mg a day, from day to day by the bounds of the dosage."""
    dosage = daily()
    bounds = {name: day for name, day in (("start", start), ("end", end)) if day}
    dosage["timing"]["repeat"] |= {"boundsPeriod": bounds}
    return taken(PREDNISONE, dosage, **members)


@pytest.mark.parametrize(
    "order_",
    [
        bounded(ago(-1), ago(-200), begun=ago(10)),
        bounded(ago(-90), ago(-200), begun=ago(10)),
        bounded(ago(-90), begun=ago(10)),
        taken(begun=ago(10), dispenseRequest={"validityPeriod": {"start": ago(-5), "end": ago(-200)}}),
        statement(PREDNISONE, dosage=[daily()], effectivePeriod={"start": ago(-5), "end": ago(-200)}),
    ],
)
def test_what_has_not_begun_does_not_count_and_is_said(order_: Json) -> None:
    """Planned days count once a course has begun: ordered is not begun."""
    inputs = mapped(order_)
    assert inputs.glucocorticoid is None
    assert issues(inputs) == ["future-date"]


def test_what_begins_today_is_planned_and_what_is_of_tomorrow_is_not_there() -> None:
    assert days(bounded(ago(), ago(-89), begun=ago(10))) == 90
    assert read(taken(begun=ago(-1), dispenseRequest=supplied(200))) is None


@pytest.mark.parametrize(
    "stopped",
    [
        taken(status="stopped", dispenseRequest=supplied(300)),
        taken(status="stopped", dispenseRequest={"validityPeriod": {"end": ago(5)}}),
        bounded(ago(99), ago(-99), status="stopped"),
        bounded(ago(99), ago(5), status="stopped"),
        statement(PREDNISONE, status="stopped", dosage=[daily()]),
    ],
)
def test_what_was_planned_does_not_say_how_long_what_was_stopped_had_been_taken(stopped: Json) -> None:
    inputs = mapped(stopped)
    found = inputs.glucocorticoid
    assert found is not None
    assert (found.spans, found.current, found.references) == ((), False, (stopped_id(stopped),))
    assert issues(inputs) == ["dose-unreadable"]


@pytest.mark.parametrize(
    ("stopped", "usable"),
    [
        (taken(begun=ago(95), status="stopped", dispenseRequest=supplied(90)), False),
        (taken(begun=ago(95), status="stopped", dispenseRequest=supplied(89)), True),
        (taken(begun=ago(95), status="stopped"), True),
        (taken(begun=ago(95), status="stopped", authoredOn=None), True),
        (taken(PREDNISONE, {"text": "daily"}, begun=ago(95), status="stopped"), True),
    ],
)
def test_a_stopped_course_may_have_made_a_frax_result_out_of_date(stopped: Json, *, usable: bool) -> None:
    inputs = mapped(t_score("-1.9", day=ago(110)), *frax("2.0", "10", day=ago(100)), stopped)
    assert (inputs.frax.hip is not None) is usable


def stopped_id(resource: Json) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


def test_what_was_handed_over_before_a_stop_counts_and_so_does_the_end_of_a_statement() -> None:
    stopped = taken(status="stopped", dispenseRequest=supplied(300))
    inputs = mapped(stopped, dispense(ago(99), 90))
    assert inputs.glucocorticoid is not None
    assert inputs.glucocorticoid.days_at_least(T5) == 90
    assert issues(inputs) == []
    dosage = bounded(ago(99), ago(-99))["dosageInstruction"]
    period = {"start": ago(99), "end": ago(10)}
    assert days(statement(PREDNISONE, status="stopped", dosage=dosage, effectivePeriod=period)) == 90


@pytest.mark.parametrize(
    ("supplies", "expected"),
    [
        ([dispense(ago(70), 60), dispense(ago(10), 30)], 71),
        ([dispense(ago(10), 90)], 11),
        ([dispense(ago(10), 11)], 11),
        ([dispense(ago(10), 10)], 10),
        ([dispense(ago(), 30)], 1),
        ([dispense(ago(-1), 30)], 0),
    ],
)
def test_days_to_come_of_a_supply_do_not_count(supplies: list[Json], expected: int) -> None:
    assert days(*[{**each, "dosageInstruction": [daily()]} for each in supplies]) == expected


@pytest.mark.parametrize(
    ("order_", "expected"),
    [
        (taken(begun="2025-10"), 77),
        (taken(begun="2025"), 16),
        (bounded("2025-10"), 77),
        (taken(begun=ago(99), dispenseRequest={"validityPeriod": {"end": "2025-12"}}), 55),
        (statement(PREDNISONE, dosage=[daily()], effectivePeriod={"start": "2025-10", "end": "2025-12"}), 32),
        (taken(begun=ago(99), dispenseRequest={"validityPeriod": {"start": "2025-10"}}), 77),
    ],
)
def test_of_a_partial_day_those_days_count_that_are_sure(order_: Json, expected: int) -> None:
    assert days(order_) == expected


@pytest.mark.parametrize("begun", ["2026", "2026-01"])
def test_what_may_not_have_begun_yet_is_unknown(begun: str) -> None:
    inputs = mapped(taken(begun=begun, dispenseRequest=supplied(200)))
    assert inputs.glucocorticoid is not None
    assert (inputs.glucocorticoid.spans, inputs.glucocorticoid.current) == ((), True)
    assert issues(inputs) == ["dose-unreadable"]


def test_without_dates_nothing_is_known() -> None:
    for lost in (
        taken(authoredOn=None),
        taken(authoredOn="soon"),
        taken(status="completed"),
        taken(status="completed", authoredOn=None),
        {**dispense(ago(9), 30, daily()), "whenHandedOver": None},
        dispense(ago(9), None, daily()),
    ):
        assert issues(mapped(lost)) == ["dose-unreadable"]
    for known in (
        [taken(), {**dispense(ago(9)), "whenHandedOver": None}],
        [dispense("soon", whenPrepared=ago(9), dosageInstruction=[daily()])],
    ):
        assert issues(mapped(*known)) == []


@pytest.mark.parametrize(("gap", "expected"), [(30, 100), (31, 69)])
def test_a_gap_of_thirty_days_is_covered(gap: int, expected: int) -> None:
    earlier = taken(begun=ago(99), status="completed", dispenseRequest=supplied(100 - 40 - gap))
    assert days(earlier, taken(begun=ago(39))) == expected


@pytest.mark.parametrize(("ended", "current"), [(30, True), (31, False)])
def test_it_is_current_until_thirty_days_after_the_last_covered_day(ended: int, *, current: bool) -> None:
    found = read(taken(begun=ago(ended + 9), status="completed", dispenseRequest=supplied(10)))
    assert found is not None
    assert found.current is current


def test_a_dose_pack_is_used_up_by_itself() -> None:
    assert days(taken("762675", daily("24"))) == 21
    assert days(taken("762675", daily("24"), begun=ago(4))) == 5


def test_what_was_over_a_year_ago_is_not_there() -> None:
    old = taken(begun=ago(400), status="completed", dispenseRequest=supplied(30))
    assert read(old) is None
    assert issues(mapped(old)) == []


def test_a_taper_counts_step_by_step() -> None:
    steps = [
        daily("20", sequence=number, timing={"repeat": {**repeat, "boundsDuration": length}})
        for number, length in enumerate(
            [{"value": 50, "code": "d", "unit": "d", "system": "http://unitsofmeasure.org"}] * 2
        )
        for repeat in [{"frequency": 1, "period": 1, "periodUnit": "d"}]
    ]
    steps[1]["doseAndRate"] = daily("5")["doseAndRate"]
    found = read(taken(PREDNISONE, *steps))
    assert found is not None
    assert [(str(span.start), span.mg_per_day) for span in found.spans] == [
        (ago(99), Decimal(20)),
        (ago(49), Decimal(5)),
    ]
    assert found.days_at_least(T5) == 50


# What is the same thing


def test_the_same_order_in_other_records_is_not_summed() -> None:
    ordered = taken(PREDNISONE, daily("5"))
    said = statement(PREDNISONE, dosage=[daily("5")], effectivePeriod={"start": ago(99)})
    had = dispense(ago(99), 100, daily("5"))
    by_product = taken(PREDNISONE_5_MG, daily("1", "tablet"))
    for records in itertools.permutations([ordered, {**ordered, "id": "again"}, by_product, said, had]):
        found = read(*records)
        assert found is not None
        assert found.mg_per_day == 5


def test_supplies_lengthen_an_order_at_its_dose() -> None:
    ordered = taken(PREDNISONE_5_MG, daily("2", "tablet"), status="completed", dispenseRequest=supplied(30))
    linked = dispense(ago(39), authorizingPrescription=[{"reference": f"MedicationRequest/{ordered['id']}"}])
    assert days(ordered, dispense(ago(69)), linked) == 90
    assert days(ordered, dispense(ago(70)), dispense(ago(40))) == 89


@pytest.mark.parametrize(
    "had",
    [
        dispense(ago(29), 30, authorizingPrescription=[{"reference": "MedicationRequest/other"}]),
        dispense(ago(29), 30, code="198145"),
        dispense(ago(29), None),
        dispense(ago(29), 30, status="cancelled"),
        dispense(ago(29), 30, status="in-progress", whenHandedOver=None, whenPrepared=ago(29)),
        dispense(ago(99), 3000, status="declined"),
    ],
)
def test_a_supply_of_something_else_takes_no_dose_from_an_order(had: Json) -> None:
    ordered = taken(
        PREDNISONE_5_MG, daily("2", "tablet"), begun=ago(99), status="completed", dispenseRequest=supplied(10)
    )
    assert days(ordered, had) == 10


def test_a_supply_takes_the_dose_of_the_order_it_names() -> None:
    high, low = taken(PREDNISONE, daily("40"), id="a"), taken(PREDNISONE, daily("5"), id="b")
    done = [{**each, "status": "completed", "authoredOn": ago(60)} for each in (high, low)]
    had = dispense(ago(20), 30, authorizingPrescription=[{"reference": "MedicationRequest/b"}])
    assert mg(*done, had) == 5


def test_a_supply_without_a_dose_is_said_where_there_is_no_order() -> None:
    inputs = mapped(dispense(ago(20)))
    assert issues(inputs) == ["dose-unreadable"]
    assert issues(mapped(dispense(ago(20)), taken(PREDNISONE, {"text": "daily"}))) == ["dose-unreadable"]


def given(day: str, value: str = "40") -> Json:
    return {
        "resourceType": "MedicationAdministration",
        "id": f"g-{day}",
        "status": "completed",
        "medicationCodeableConcept": concept("6902", RXNORM),
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": day,
        "dosage": {"dose": {"value": Decimal(value), "unit": "mg"}, **routed("47625008")},
    }


def test_a_dose_that_was_given_counts_on_its_day() -> None:
    assert days(given(ago(3))) == 1
    assert read({**given(ago(3)), "dosage": {"text": "a pulse"}}) is None
    assert read({**given(ago(3)), "status": "not-done"}) is None
    assert read({**given(ago(3)), "effectiveDateTime": None}) is None


def test_no_record_taken_away_ever_raises_a_dose() -> None:
    records = [
        taken(
            PREDNISONE, daily("10"), begun=ago(200), id="a", status="completed", dispenseRequest=supplied(40)
        ),
        taken(
            PREDNISONE, daily("5"), begun=ago(150), id="b", status="completed", dispenseRequest=supplied(20)
        ),
        taken(PREDNISONE_5_MG, daily("2", "tablet"), begun=ago(120), id="c"),
        taken("6902", daily("8"), begun=ago(90), id="d", dispenseRequest=supplied(200)),
        statement(PREDNISONE, dosage=[daily("20")], effectivePeriod={"start": ago(80), "end": ago(70)}),
        taken(HYDROCORTISONE, daily("20"), begun=ago(60), id="e"),
        statement(HYDROCORTISONE, dosage=[daily("30")], effectivePeriod={"start": ago(40)}),
        dispense(ago(140), 30),
        dispense(ago(110), 30, authorizingPrescription=[{"reference": "MedicationRequest/c"}]),
        given(ago(50)),
    ]
    levels = [Decimal(level) for level in ("2.5", "5", "7.5", "10", "20")]
    for kept in itertools.chain([records], itertools.combinations(records, 2)):
        whole = read(*kept)
        for each in kept:
            less = read(*[other for other in kept if other is not each])
            for level in levels if less else []:
                assert whole is not None
                assert less is not None
                assert less.days_at_least(level) <= whole.days_at_least(level)


# Day by day

MONDAY = datetime.date(2026, 1, 5)
SUNDAY = datetime.date(2026, 1, 11)


def test_spans_are_days_of_the_same_dose_in_a_row() -> None:
    course = Course(drug="prednisone", record="order", product="", start=MONDAY, end=MONDAY, mg=Fraction(5))
    days = days_of([course], MONDAY, SUNDAY)
    assert [(each.start, each.end, each.mg) for each in days] == [
        (MONDAY, MONDAY, {"prednisone": Fraction(5)}),
        (datetime.date(2026, 1, 6), SUNDAY, {}),
    ]
    assert [(span.start, span.end, span.mg_per_day) for span in spans([Fraction(5), Fraction(0)], days)] == [
        (MONDAY, MONDAY, Decimal(5))
    ]


def test_what_begins_today_counts_today() -> None:
    assert days(taken(begun=ago(), dispenseRequest=supplied(1))) == 1


@pytest.mark.parametrize(
    ("day", "within"),
    [("2026-01-01", True), ("2026-01-31", True), ("2025-12-31", False), ("2026-02-01", False)],
)
def test_a_window_takes_in_its_first_and_its_last_day(day: str, *, within: bool) -> None:
    one = datetime.date.fromisoformat(day)
    course = Course(start=one, end=one, drug="prednisone", product=None, record=None, mg=Fraction(5))
    days = days_of([course], datetime.date(2026, 1, 1), datetime.date(2026, 1, 31))
    assert any(each.mg for each in days) is within


def between(low: str, high: str) -> Json:
    ends = {name: {"value": Decimal(mg), "unit": "mg"} for name, mg in (("low", low), ("high", high))}
    return {**daily(None), "doseAndRate": [{"doseRange": ends}]}


@pytest.mark.parametrize(
    ("orders", "most"),
    [
        ([taken(PREDNISONE, between("7.5", "10"))], "10"),
        ([taken("6902", between("4", "8"))], "10"),
        ([taken(PREDNISONE, between("5", "7.5")), taken("6902", between("4", "8"))], "10"),
        (
            [taken(PREDNISONE, {**between("5", "10"), "asNeededBoolean": True}), taken("6902", daily("4"))],
            None,
        ),
        ([taken(PREDNISONE, daily("7.5"))], None),
    ],
)
def test_of_a_range_the_high_end_is_told(orders: list[Json], most: str | None) -> None:
    course = read(*orders)
    assert course is not None
    assert (None if course.up_to is None else f"{course.up_to:f}") == most


@pytest.mark.parametrize(("low", "met"), [("7.5", "yes"), ("5", "no")])
def test_the_criterion_says_how_far_a_range_goes(low: str, met: str) -> None:
    found = criterion(decided(t_score("-1.9"), taken(PREDNISONE, between(low, "10"))), "glucocorticoid")
    assert found.met == met
    assert "an ordered range goes up to 10 mg/d" in found.because
