"""National Drug Codes stand for the same as their RxNorm codes, however they are written."""

import json
from pathlib import Path

import pytest

from fhir_mappings.code_facts import Confidence
from fhir_mappings.concepts import Concept
from fhir_mappings.drug_codes import NDC, products_of
from fhir_mappings.value_sets import load
from tests.charts import concept, mapped, order

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SOURCE = Path(__file__).resolve().parents[2] / "terminology" / "ndc.json"
PRODUCTS: dict[str, list[str]] = json.loads(SOURCE.read_text(encoding="utf-8"))["products"]


@pytest.mark.parametrize(
    "code",
    [
        "0006-0031-44",
        "00006-0031-44",
        "00006003144",
        "0006003144",
        " 0006-0031-99 ",
        "0006-0031",
        "00006-31",
    ],
)
@pytest.mark.parametrize("system", [NDC, f"{NDC}/", "urn:oid:2.16.840.1.113883.6.69"])
def test_any_spelling_of_a_code_is_its_product(code: str, system: str) -> None:
    terminology = load()
    assert terminology.concepts(system, code) == terminology.concepts(RXNORM, "904433")
    facts = terminology.facts(system, code, Concept.ALENDRONATE_70MG_TABLET)
    assert facts == terminology.facts(RXNORM, "904433", Concept.ALENDRONATE_70MG_TABLET)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "-",
        "0006",
        "x006-0031-44",
        "000006-0031-44",
        "0006-00031-44",
        "6003144",
        "00006003144999",
        "00069999",
    ],
)
def test_what_is_no_known_code_is_nothing(code: str) -> None:
    assert load().concepts(NDC, code) == frozenset()


def test_ten_digits_that_may_be_two_products_are_neither() -> None:
    spelled = products_of({"012345678", "123450678"})
    assert spelled("1234567890") == "1234567890"
    assert products_of({"123450678"})("1234567890") == "123450678"
    assert products_of({"123456789"})("1234567890") == "123456789"


def test_every_product_is_known_as_its_rxnorm_codes_are() -> None:
    terminology = load()
    for rxcui, products in PRODUCTS.items():
        for product in products:
            assert terminology.concepts(RXNORM, rxcui) <= terminology.concepts(NDC, f"{product}-01"), product


def test_one_code_of_several_strengths_has_none() -> None:
    terminology = load()
    several = [
        (product, {rxcui for rxcui, of_it in PRODUCTS.items() if product in of_it})
        for product in sorted({each for of_it in PRODUCTS.values() for each in of_it})
    ]
    doses = {
        product: {
            facts.strength_mg
            for rxcui in rxcuis
            for each in terminology.concepts(RXNORM, rxcui)
            if (facts := terminology.facts(RXNORM, rxcui, each))
        }
        for product, rxcuis in several
        if len(rxcuis) > 1
    }
    assert any(len(strengths) > 1 for strengths in doses.values())
    for product, strengths in doses.items():
        for each in terminology.concepts(NDC, product):
            facts = terminology.facts(NDC, product, each)
            assert facts is not None
            assert facts.confidence is Confidence.VERIFIED_INGREDIENT or facts.strength_mg in strengths
            if len(strengths) > 1:
                assert facts.strength_mg is None


def test_no_search_asks_for_them() -> None:
    assert all(system != NDC for each in Concept for system, _ in load().codes(each))


def test_they_are_known_beside_the_codes_of_a_hospital() -> None:
    assert load().with_local(()).concepts(NDC, "0006-0031-44")


def test_a_medicine_is_known_by_its_code() -> None:
    coded = {**order(), "medicationCodeableConcept": concept("0006-0031-44", NDC)}
    assert [each.drug for each in mapped(coded).therapy] == ["alendronate"]
