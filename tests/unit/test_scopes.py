"""What an access token covers, in the scopes of SMART v1 and v2."""

import pytest

from cdshooks.chart.scopes import Coverage, parse_scopes

LAB = "http://terminology.hl7.org/CodeSystem/observation-category|laboratory"


@pytest.mark.parametrize(
    "scope",
    [
        "patient/*.read",
        "patient/*.*",
        "user/*.read",
        "user/Observation.*",
        "system/*.rs",
        "patient/Observation.read",
        "patient/Observation.rs",
        "patient/Observation.cruds",
        "user/Observation.s",
        "launch openid fhirUser profile online_access patient/Observation.rs patient/Patient.r",
        "patient/Observation.rs?category=x patient/Observation.rs",
        f"patient/Observation.rs?category={LAB}",
        "nonsense 12 /// patient/*.rs",
    ],
)
def test_laboratory_values_may_be_searched(scope: str) -> None:
    assert parse_scopes(scope).covers("Observation", search=True, category="laboratory") == "all"


@pytest.mark.parametrize(
    "scope",
    [
        "",
        "launch openid",
        "patient/Condition.rs",
        "patient/Observation.write",
        "patient/Observation.r",
        "patient/Observation.cud",
        "patient/Observation.sr",
        "patient/Observation.rx",
        "patient/Observation.",
        "patient/Observation",
        "patient/observation.rs",
        "patients/Observation.rs",
        "Observation.rs",
        "patient/Observation.rs?",
        "patient/*",
    ],
)
def test_what_is_not_granted_or_not_a_scope_grants_nothing(scope: str) -> None:
    assert parse_scopes(scope).covers("Observation", search=True) == "none"


@pytest.mark.parametrize(
    ("scope", "category", "coverage"),
    [
        (f"patient/Observation.rs?category={LAB}", None, "part"),
        (f"patient/Observation.rs?category={LAB}", "vital-signs", "part"),
        ("patient/Observation.rs?category=laboratory,vital-signs", "vital-signs", "all"),
        ("patient/Observation.rs?code=1", "laboratory", "part"),
        (f"patient/Observation.rs?category={LAB}&status=final", "laboratory", "part"),
        (f"patient/*.rs?category={LAB}", "laboratory", "all"),
    ],
)
def test_a_filter_covers_a_part(scope: str, category: str | None, coverage: Coverage) -> None:
    assert parse_scopes(scope).covers("Observation", search=True, category=category) == coverage


def test_reading_and_searching_are_two_rights() -> None:
    scopes = parse_scopes("patient/Patient.r patient/Condition.s")
    assert scopes.covers("Patient", search=False) == "all"
    assert scopes.covers("Patient", search=True) == "none"
    assert scopes.covers("Condition", search=False) == "none"


def test_scopes_for_one_patient_do_not_count_for_another() -> None:
    assert parse_scopes("patient/*.rs").covers("Condition", search=True, own_patient=False) == "none"
    assert parse_scopes("user/*.rs").covers("Condition", search=True, own_patient=False) == "all"
