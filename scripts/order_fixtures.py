"""The cases of fixtures/ for the order hooks, one for each check and its most typical story.

`python scripts/fixtures.py` writes them with the others. A case is named after the topic it is about. How
charts and calls are written down is told in fixtures.py.
"""

from collections.abc import Iterator
from typing import Any

from scripts.fixtures import (
    AS_OF,
    CPT,
    ICD10,
    NOT_SENT,
    PHYSICIAN,
    RXNORM,
    SNOMED,
    Json,
    amount,
    call,
    concept,
    condition,
    frax,
    hypertension,
    lab,
    labs,
    lisinopril,
    measures,
    meta,
    operation_outcome,
    order,
    osteoporosis,
    person,
    subject,
    t_score,
    when,
)

DAILY: Json = {"frequency": 1, "period": 1, "periodUnit": "d"}
WEEKLY: Json = {"frequency": 1, "period": 1, "periodUnit": "wk"}
ONCE_A_WEEK = "Take 1 tablet by mouth once a week, on waking, 30 minutes before food"

ALENDRONATE = concept(RXNORM, "904431", "alendronic acid 70 MG Oral Tablet")
ALENDRONATE_10 = concept(RXNORM, "904419", "Alendronic acid 10 MG Oral Tablet")


# Charts, and what is ordered.


def draft(of: Json, drug: Json, sig: str, repeat: Json | None = None, **members: Any) -> Json:  # noqa: ANN401
    """An order that is not signed yet."""
    dosage: Json = {"text": sig} | ({"timing": {"repeat": repeat}} if repeat else {})
    return {
        "resourceType": "MedicationRequest",
        "id": "draft-1",
        "status": "draft",
        "intent": "order",
        "medicationCodeableConcept": drug,
        "subject": subject(of),
        "authoredOn": AS_OF,
        "requester": PHYSICIAN,
        "dosageInstruction": [dosage],
        **members,
    }


def weekly(of: Json, **members: Any) -> Json:  # noqa: ANN401 - any element
    """Alendronate as it should be ordered."""
    return draft(of, ALENDRONATE, ONCE_A_WEEK, WEEKLY, **members)


def ordering(case: str, of: Json | None, *drafts: Json, hook: str = "order-sign", **chart: Any) -> Json:  # noqa: ANN401
    """The body of a call of an order hook: all drafts are chosen, or signed."""
    body = call(case, of, **chart)
    context = body["context"]
    if hook == "order-select":
        context["selections"] = [f"{each['resourceType']}/{each['id']}" for each in drafts]
    context["draftOrders"] = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": each} for each in drafts],
    }
    return {**body, "hook": hook}


def beside(of: Json, calcium: str = "Take 1 tablet by mouth with the evening meal") -> list[Json]:
    """Calcium and vitamin D on the list, and something that has nothing to do with bone."""
    return [
        order(
            of,
            "calcium",
            "2025-03-04",
            calcium,
            medicationCodeableConcept=_rxnorm("1897", "Calcium Carbonate"),
        ),
        order(
            of,
            "vitamin-d",
            "2025-03-04",
            "Take 1,000 IU by mouth once daily",
            medicationCodeableConcept=_rxnorm("2418", "Cholecalciferol"),
        ),
        lisinopril(of),
    ]


def fit(of: Json, **instead: Any) -> Json:  # noqa: ANN401 - answers to prefetch keys
    """The chart of somebody who is to be treated, with nothing against alendronate and nothing to be asked."""
    return {
        "bone_density": [t_score(of, "spine", -2.8), t_score(of, "neck", -2.3)],
        "labs": labs(of),
        "body_measures": measures(of),
        "conditions": [osteoporosis(of), hypertension(of)],
        "medication_requests": beside(of),
        "procedures": [
            done(of, "dental-exam", concept(SNOMED, "122856003", "Oral examination"), "2025-09-22")
        ],
    } | instead


def done(of: Json, id_: str, code: Json, day: str) -> Json:
    """A procedure that was done."""
    return {
        "resourceType": "Procedure",
        "id": id_,
        "meta": meta("us-core-procedure"),
        "status": "completed",
        "code": code,
        "subject": subject(of),
        "performedDateTime": when(day),
    }


def problem(of: Json, id_: str, icd10: str, display: str, onset: str) -> list[Json]:
    """The problem list of `fit`, and one more."""
    return [osteoporosis(of), hypertension(of), condition(of, id_, concept(ICD10, icd10, display), onset)]


def _rxnorm(code: str, display: str) -> Json:
    return concept(RXNORM, code, display)


# The cases.


def orders() -> Iterator[tuple[str, Json]]:
    """Every case of the order hooks: its folder and the body of its call."""
    yield from _nothing_to_say()
    yield from _the_dose()
    yield from _what_speaks_against_it()
    yield from _whom_it_is_not_for()
    yield from _what_is_to_be_known_first()
    yield from _other_orders()
    yield from _what_could_not_be_checked()


def _woman(case: str, given: str, born: str = "1957-05-14") -> Json:
    return person(case, "female", born, given, "Fictitious")


def _nothing_to_say() -> Iterator[tuple[str, Json]]:
    case = "order-clean"
    of = _woman(case, "Agnes")
    yield case, ordering(case, of, weekly(of), **fit(of))

    case = "order-nobody-here"
    of = _woman(case, "Bella")
    metformin = draft(
        of, _rxnorm("861007", "Metformin hydrochloride 500 MG Oral Tablet"), "Take 1 tablet daily"
    )
    yield case, ordering(case, of, metformin, **fit(of))


def _the_dose() -> Iterator[tuple[str, Json]]:
    case = "order-daily-70"
    of = _woman(case, "Carla")
    supply = {"quantity": {"value": 30, "unit": "tablet"}, "expectedSupplyDuration": amount(30, "days", "d")}
    daily = draft(of, ALENDRONATE, "Take 1 tablet by mouth daily", DAILY, dispenseRequest=supply)
    yield case, ordering(case, of, daily, **fit(of))

    case = "order-dose-conflict"
    of = _woman(case, "Delia")
    yield case, ordering(case, of, draft(of, ALENDRONATE, ONCE_A_WEEK, DAILY), **fit(of))

    case = "order-dose-unreadable"
    of = _woman(case, "Emma")
    yield case, ordering(case, of, draft(of, ALENDRONATE, "Take as directed"), **fit(of))

    case = "order-underdose"
    of = _woman(case, "Frieda")
    small = draft(of, ALENDRONATE_10, "Take 1 tablet by mouth once a week", WEEKLY)
    yield case, ordering(case, of, small, **fit(of))


def _what_speaks_against_it() -> Iterator[tuple[str, Json]]:
    case = "order-esophageal"
    of = _woman(case, "Gloria")
    achalasia = problem(of, "achalasia", "K22.0", "Achalasia of cardia", "2019-10-02")
    yield case, ordering(case, of, weekly(of), hook="order-select", **fit(of, conditions=achalasia))

    case = "order-varices"
    of = _woman(case, "Hilda")
    banding = done(of, "banding", {"coding": [{"system": CPT, "code": "43244"}]}, "2025-12-01")
    chart = fit(of)
    yield case, ordering(case, of, weekly(of), **chart | {"procedures": [*chart["procedures"], banding]})

    case = "order-upright"
    of = _woman(case, "Irma")
    bedridden = problem(of, "bed-confinement", "Z74.01", "Bed confinement status", "2025-11-03")
    yield case, ordering(case, of, weekly(of), **fit(of, conditions=bedridden))

    case = "order-hypocalcemia"
    of = _woman(case, "Jette")
    yield case, ordering(case, of, weekly(of), **fit(of, labs=labs(of, calcium=7.6, albumin=4.0)))

    case = "order-renal"
    of = _woman(case, "Kira", born="1948-02-20")
    kidneys = labs(of, creatinine=1.9, egfr=26)
    yield (
        case,
        ordering(case, of, weekly(of), **fit(of, labs=kidneys, body_measures=measures(of, weight=52.0))),
    )

    case = "order-hypersensitivity"
    of = _woman(case, "Lena")
    allergy = {
        "resourceType": "AllergyIntolerance",
        "id": "risedronate-allergy",
        "meta": meta("us-core-allergyintolerance"),
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "type": "allergy",
        "category": ["medication"],
        "code": _rxnorm("73056", "Risedronate"),
        "patient": subject(of),
        "recordedDate": "2021-04-20",
        "reaction": [{"manifestation": [concept(SNOMED, "126485001", "Urticaria")], "severity": "moderate"}],
    }
    yield case, ordering(case, of, weekly(of), **fit(of), allergies=[allergy])

    case = "order-atypical-fracture-or-onj"
    of = _woman(case, "Mona")
    jaw = problem(of, "jaw", "M87.180", "Osteonecrosis due to drugs, jaw", "2022-06-14")
    yield case, ordering(case, of, weekly(of), **fit(of, conditions=jaw))

    case = "order-duplicate-therapy"
    of = _woman(case, "Nelly")
    risedronate = order(
        of,
        "risedronate",
        "2025-08-11",
        "Take 1 tablet by mouth once a week",
        medicationCodeableConcept=_rxnorm("73056", "Risedronate"),
    )
    on_list = [risedronate, *beside(of)]
    yield case, ordering(case, of, weekly(of), **fit(of, medication_requests=on_list))


def _whom_it_is_not_for() -> Iterator[tuple[str, Json]]:
    case = "order-pregnancy"
    of = _woman(case, "Odile", born="1991-03-08")
    pregnant = problem(of, "pregnancy", "Z33.1", "Pregnant state, incidental", "2025-11-20")
    yield case, ordering(case, of, weekly(of), **fit(of, conditions=pregnant))

    case = "order-pediatric"
    of = _woman(case, "Pia", born="2010-06-25")
    yield case, ordering(case, of, weekly(of), **fit(of))

    case = "order-premenopausal"
    of = _woman(case, "Ronja", born="1987-09-12")
    yield case, ordering(case, of, weekly(of), **fit(of))


def _what_is_to_be_known_first() -> Iterator[tuple[str, Json]]:
    case = "order-calcium-unknown"
    of = _woman(case, "Selma")
    kidneys = [lab(of, name, value) for name, value in (("creatinine", 0.8), ("egfr", 82), ("vitamin-d", 34))]
    yield case, ordering(case, of, weekly(of), **fit(of, labs=kidneys))

    case = "order-renal-unknown"
    of = _woman(case, "Thea")
    calcium = [
        lab(of, name, value) for name, value in (("calcium", 9.4), ("albumin", 4.1), ("vitamin-d", 34))
    ]
    yield case, ordering(case, of, weekly(of), **fit(of, labs=calcium))

    case = "order-vitamin-d"
    of = _woman(case, "Ursula")
    yield case, ordering(case, of, weekly(of), **fit(of, labs=labs(of, vitamin_d=15)))

    case = "order-calcium-vitamin-d"
    of = _woman(case, "Viola")
    no_level = [
        lab(of, name, value)
        for name, value in (("calcium", 9.4), ("albumin", 4.1), ("creatinine", 0.8), ("egfr", 82))
    ]
    yield case, ordering(case, of, weekly(of), **fit(of, labs=no_level, medication_requests=[lisinopril(of)]))

    case = "order-administration-timing"
    of = _woman(case, "Wanda")
    breakfast = beside(of, calcium="Take 1 tablet by mouth with breakfast")
    chart = fit(of, medication_requests=breakfast, labs=labs(of, vitamin_d=15))
    yield case, ordering(case, of, weekly(of), **chart)

    case = "order-dental"
    of = _woman(case, "Xenia")
    yield case, ordering(case, of, weekly(of), hook="order-select", **fit(of, procedures=[]))

    case = "order-no-frax"
    of = _woman(case, "Yvonne")
    low = [t_score(of, "spine", -1.9), t_score(of, "neck", -1.6)]
    yield case, ordering(case, of, weekly(of), **fit(of, bone_density=low, conditions=[hypertension(of)]))

    case = "order-below-threshold"
    of = _woman(case, "Zita")
    low = [t_score(of, "spine", -1.9), t_score(of, "neck", -1.6)]
    chart = fit(of, bone_density=low, conditions=[hypertension(of)], frax=frax(of, 1.2, 9.4))
    yield case, ordering(case, of, weekly(of), **chart)

    case = "order-drug-holiday"
    of = _woman(case, "Amalia")
    years = [
        order(of, f"alendronate-{year}", f"{year}-02-03", ONCE_A_WEEK, medicationCodeableConcept=ALENDRONATE)
        | {"status": status}
        for year, status in ((2025, "active"), *((year, "completed") for year in range(2019, 2025)))
    ]
    renewal = weekly(of, priorPrescription={"reference": "MedicationRequest/alendronate-2025"})
    last = [t_score(of, "spine", -2.3, day="2023-02-20"), t_score(of, "neck", -2.1, day="2023-02-20")]
    chart = fit(of, bone_density=last, medication_requests=[*years, *beside(of)])
    yield case, ordering(case, of, renewal, **chart)


def _other_orders() -> Iterator[tuple[str, Json]]:
    case = "order-glucocorticoid"
    of = _woman(case, "Beate")
    course = draft(
        of,
        _rxnorm("1303135", "prednisone 5 MG Delayed Release Oral Tablet"),
        "Take 2 tablets by mouth once daily for 6 months",
        DAILY,
        dispenseRequest={"expectedSupplyDuration": amount(180, "days", "d")},
    )
    course["dosageInstruction"][0]["doseAndRate"] = [{"doseQuantity": amount(10, "mg")}]
    healthy = fit(of, bone_density=[], conditions=[hypertension(of)])
    yield case, ordering(case, of, course, **healthy)

    case = "order-dxa-early"
    of = _woman(case, "Cosima")
    scan = {
        "resourceType": "ServiceRequest",
        "id": "draft-1",
        "status": "draft",
        "intent": "order",
        "code": {"coding": [{"system": CPT, "code": "77080"}]},
        "subject": subject(of),
        "authoredOn": AS_OF,
        "requester": PHYSICIAN,
    }
    last = [t_score(of, "spine", -1.9, day="2025-07-01"), t_score(of, "neck", -1.6, day="2025-07-01")]
    yield case, ordering(case, of, scan, **fit(of, bone_density=last))

    case = "order-raloxifene"
    of = person(case, "male", "1955-03-30", "Dietmar", "Fictitious")
    raloxifene = draft(
        of, _rxnorm("1490065", "raloxifene hydrochloride 60 MG Oral Tablet"), "Take 1 tablet daily", DAILY
    )
    yield case, ordering(case, of, raloxifene, **fit(of))

    case = "order-zoledronate-strength"
    of = _woman(case, "Elvira")
    infusion = draft(
        of,
        _rxnorm("1865665", "zoledronic acid 4 MG Injection"),
        "4 mg intravenously once a year",
        {"frequency": 1, "period": 1, "periodUnit": "a"},
        reasonCode=[
            concept(ICD10, "M81.0", "Age-related osteoporosis without current pathological fracture")
        ],
    )
    yield case, ordering(case, of, infusion, **fit(of))


def _what_could_not_be_checked() -> Iterator[tuple[str, Json]]:
    case = "order-could-not-check"
    of = _woman(case, "Fanny")
    down = operation_outcome("timeout", "The allergy service did not answer in time.")
    chart = fit(of, allergies=down, conditions=NOT_SENT)
    yield case, ordering(case, of, weekly(of), **chart)
