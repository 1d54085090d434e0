"""Other people's charts: the page made of a few of them, and the small cases that the whole of them taught."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from scripts import real_charts
from tests.charts import LOINC, SNOMED, answered, evaluation

Json = dict[str, Any]

HIP_BROKEN = ("359817006", "Closed fracture of hip")
BY_OSTEOPOROSIS = ("443165006", "Pathological fracture due to osteoporosis (disorder)")


def fracture(coded: tuple[str, str], day: str, number: int) -> Json:
    """As Synthea writes it (smart-on-fhir/generated-sample-data, Apache-2.0), shortened."""
    code, display = coded
    active = {"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}
    sure = {"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "confirmed"}
    return {
        "resourceType": "Condition",
        "id": f"fracture-{number}",
        "clinicalStatus": {"coding": [active]},
        "verificationStatus": {"coding": [sure]},
        "code": {"coding": [{"system": SNOMED, "code": code, "display": display}], "text": display},
        "subject": {"reference": "Patient/p1"},
        "encounter": {"reference": "Encounter/e1"},
        "onsetDateTime": f"{day}T18:38:58+00:00",
    }


def woman(members: Json) -> Json:
    return {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1950-04-01"} | members


def t_score(code: str, display: str, value: float) -> Json:
    return {
        "resourceType": "Observation",
        "id": f"o{code}",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code, "display": display}]},
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2020-05-01T10:00:00Z",
        "valueQuantity": {"value": value, "unit": "{T-score}", "code": "{T-score}"},
    }


BONE = t_score("38265-5", "DXA [T-score] Bone density", -2.7)
QUESTIONNAIRE = t_score(
    "71969-0", "VR-12 Mental component summary (MCS) score - oblique method T-score", -3.1
)


@pytest.fixture
def material(tmp_path: Path) -> Path:
    files: dict[str, tuple[Json, ...]] = {
        "synthea_r4/Ann_Example.json": (woman({"deceasedDateTime": "2020-08-01T09:00:00Z"}), BONE),
        "ecqm_cms56_promis_tscore/promis.ndjson": (woman({}), QUESTIONNAIRE),
        "official/r4/Observation-bmd.json": (BONE,),
        "messy/two.json": (woman({}), woman({"id": "p_2"}), {"resourceType": "Basic", "subject": 5}),
    }
    for name, resources in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".ndjson"):
            path.write_text("\n".join(map(json.dumps, resources)))
        else:
            bundle = {"resourceType": "Bundle", "entry": [{"resource": each} for each in resources]}
            path.write_text(json.dumps(resources[0] if len(resources) == 1 else bundle))
    (tmp_path / "messy" / "broken.json").write_text("{")
    (tmp_path / "manifest.tsv").write_text(
        "file\tsource_repo\tcommit_or_package\tlicense\n"
        "messy/two.json\tsomebody/charts\tabc\tCC0-1.0\nelsewhere/x.json\tnobody\t0\tMIT\n"
    )
    return tmp_path


def test_every_patient_of_every_file_is_asked_about(
    material: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = list(real_charts.evaluate(material))
    told = [(row.folder, row.chart, str(row.as_of), row.status, row.disposition, row.lowest) for row in rows]
    assert told == [
        ("synthea_r4", "Ann_Example", "2020-07-31", 200, "treat", "-2.7"),
        ("synthea_r4", "Ann_Example", "2018-08-01", 200, "no-bone-density", ""),
        ("synthea_r4", "Ann_Example", "2015-08-02", 200, "no-bone-density", ""),
        ("ecqm_cms56_promis_tscore", "promis", "2020-05-01", 200, "no-bone-density", ""),
        # Without a Patient: a woman of 70.
        ("official/r4", "Observation-bmd", "2020-05-01", 200, "treat", "-2.7"),
        ("messy", "two p1", str(real_charts.WITHOUT_DATES), 200, "no-bone-density", ""),
        ("messy", "two p_2", str(real_charts.WITHOUT_DATES), 422, "", ""),
    ]
    assert not any(row.more or row.careful for row in rows)
    assert "messy/broken.json" in capsys.readouterr().err


def test_the_page_tells_sources_answers_and_what_was_not_used(material: Path) -> None:
    page = real_charts.render(list(real_charts.evaluate(material)), real_charts.sources_of(material))
    assert "| `messy` | somebody/charts | abc | CC0-1.0 | 1 |" in page
    assert "12 times 200, 2 times 422" in page
    assert "| Ann_Example | 2020-07-31: treat, T −2.7 (treatment-indicated) |" in page
    assert "site-not-stated: T-score does not state its site" in page
    assert "| two p_2 | 2026-01-15: HTTP 422 |" in page
    assert "misread in 0 answers" in page


def test_the_page_in_the_repository_holds_no_failure() -> None:
    page = real_charts.PAGE.read_text(encoding="utf-8")
    assert "HTTP 5" not in page
    assert "misread in 0 answers" in page
    assert page.startswith(f"# Real charts\n\n{real_charts.MADE}")


# What the whole of them taught.


@pytest.mark.parametrize(("apart", "very_high"), [(0, "no"), (180, "no"), (181, "yes")])
def test_one_fracture_coded_by_site_and_by_cause_is_no_second_one(apart: int, very_high: str) -> None:
    day = datetime.date(2016, 2, 14)
    told = [
        fracture(HIP_BROKEN, str(day), 1),
        fracture(BY_OSTEOPOROSIS, str(day + datetime.timedelta(days=apart)), 2),
    ]
    found = evaluation(answered(woman({}), *told))
    criteria = {each["id"]: each["met"] for each in found["criteria"]}
    assert found["disposition"] == "treat"
    assert criteria["caution-very-high-risk"] == very_high
