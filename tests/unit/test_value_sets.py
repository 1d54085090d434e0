import importlib.util
import itertools
import json
import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
from fhir.resources.R4B.valueset import ValueSet

from fhir_mappings.code_facts import CodeFacts, Confidence, Evidence, LocalCode
from fhir_mappings.code_systems import REMEMBERED
from fhir_mappings.concepts import Concept
from fhir_mappings.reader import CodeableConcept, Coding
from fhir_mappings.value_set_files import Shipped
from fhir_mappings.value_set_files import ValueSet as Read
from fhir_mappings.value_sets import NO_MEANING, Meaning, Terminology, load

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "fhir_mappings" / "value_sets"
LISTS = {"code-systems.json", "name-patterns.json", "national-drug-codes.json"}
FILES = sorted(path for path in FOLDER.glob("*.json") if path.name not in LISTS)

ATC = "http://www.whocc.no/atc"
CDT = "http://www.ada.org/cdt"
CPT = "http://www.ama-assn.org/go/cpt"
ICD9 = "http://hl7.org/fhir/sid/icd-9-cm"
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
LOINC = "http://loinc.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED = "http://snomed.info/sct"


def includes() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in FILES:
        for part in json.loads(path.read_bytes())["compose"]["include"]:
            yield path.stem, part


def members() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, part in includes():
        for member in part.get("concept", []):
            yield name, part["system"], member


def stated(element: dict[str, Any]) -> set[str]:
    return {each["url"].rpartition(":")[2] for each in element.get("extension", [])}


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("value_set_script", ROOT / "scripts" / "value_sets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def terminology() -> Terminology:
    return load()


# The files


def test_what_is_generated_is_fresh(script: ModuleType) -> None:
    rendered = script.render(ROOT / "terminology")
    on_disk = {path.relative_to(ROOT).as_posix() for path in FOLDER.glob("*.json")}
    assert {path for path in rendered if path.startswith("fhir_mappings/value_sets/")} == on_disk
    stale = [path for path, text in rendered.items() if (ROOT / path).read_text(encoding="utf-8") != text]
    assert not stale, "run: python scripts/value_sets.py"


def test_every_concept_has_a_value_set_and_every_value_set_a_concept() -> None:
    assert {path.stem for path in FILES} == set(Concept)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_value_set_is_valid_r4_and_survives_a_round_trip(path: Path) -> None:
    content = json.loads(path.read_bytes(), parse_float=Decimal)
    exported = ValueSet.model_validate(content).model_dump()
    assert exported["compose"]["include"]
    assert json.loads(json.dumps(exported, default=float)) == json.loads(path.read_bytes())


def test_every_code_and_every_prefix_says_where_it_comes_from() -> None:
    for name, _, member in members():
        assert {"provenance", "source-quality", "confidence"} <= stated(member), (name, member["code"])
    for name, part in includes():
        assert "concept" in part or {"provenance", "confidence"} <= stated(part), name


def test_licensed_descriptors_are_nowhere() -> None:
    systems = [system for _, system, _ in members()]
    assert {CPT, CDT} <= set(systems)
    for name, system, member in members():
        if system in {CPT, CDT}:
            assert "display" not in member, (name, member)
            assert "display-as-seen" not in stated(member), (name, member)
    source = json.loads((ROOT / "terminology" / "terminology.json").read_bytes())
    for concept in source["concepts"].values():
        for code in concept["codes"]:
            if code["system"] in {CPT, CDT}:
                assert code.keys().isdisjoint({"display", "displayAsSeen"}), code


def test_what_was_only_recalled_is_left_out(terminology: Terminology) -> None:
    assert all(member["code"] != "68438-1" for _, _, member in members())
    assert terminology.concepts(LOINC, "68438-1") == frozenset()


def test_a_code_verified_for_its_ingredient_only_never_gives_a_strength() -> None:
    strengths = {"strength-mg", "strength-mg-per-ml", "total-mg", "component"}
    ingredient_only = [
        member
        for _, _, member in members()
        if any(each.get("valueCode") == "verified-ingredient" for each in member["extension"])
    ]
    assert len(ingredient_only) == 121
    assert all(stated(member).isdisjoint(strengths) for member in ingredient_only)
    with pytest.raises(ValueError, match="has a strength"):
        CodeFacts(confidence=Confidence.VERIFIED_INGREDIENT, strength_mg=Decimal(70))
    with pytest.raises(msgspec.ValidationError, match="has a strength"):
        msgspec.convert({"confidence": "verified-ingredient", "total_mg": 5}, CodeFacts)


# The ranges of ICD-10-CM


@pytest.mark.parametrize(
    ("first", "last", "inside", "outside"),
    [
        ("O00", "O9A", ["O00", "O00.1", "O10", "O99", "O9A.2"], ["O9B", "N99", "P00"]),
        ("V00", "V99", ["V00.0", "V43.52XA", "V99"], ["V9A", "W00", "U99"]),
        ("X92", "Y09", ["X92", "X99.0", "X9A", "XA0", "Y00", "Y09.9"], ["X91", "Y0A", "Y10"]),
        ("W11", "W17", ["W11.XXXA", "W17.89XD"], ["W10", "W18", "W1A"]),
    ],
)
def test_a_range_is_the_categories_from_first_to_last(
    script: ModuleType, first: str, last: str, inside: list[str], outside: list[str]
) -> None:
    expressions = [re.compile(each) for each in script.range_patterns(first, last)]

    def matches(code: str) -> bool:
        return any(each.fullmatch(code) for each in expressions)

    assert all(matches(code) for code in inside)
    assert not any(matches(code) for code in outside)
    characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    for category in map("".join, itertools.product("NOPUVWXYZ", characters, characters)):
        assert matches(category) is (first <= category <= last), category


# Look-ups


@pytest.mark.parametrize(
    ("system", "code", "concepts"),
    [
        (LOINC, "38267-1", {Concept.T_SCORE_LUMBAR_SPINE}),
        (LOINC, "104938-6", {Concept.T_SCORE_LUMBAR_SPINE}),
        ("urn:oid:2.16.840.1.113883.6.1", "38267-1", {Concept.T_SCORE_LUMBAR_SPINE}),
        ("https://loinc.org/", " 38267-1 ", {Concept.T_SCORE_LUMBAR_SPINE}),
        (" http://loinc.org|2.77", "38267-1", {Concept.T_SCORE_LUMBAR_SPINE}),
        ("HTTP://LOINC.ORG", "la18976-3", {Concept.SMOKING_CURRENT}),
        (RXNORM, "904431", {Concept.ALENDRONATE_70MG_TABLET}),
        (RXNORM, "705824", {Concept.ZOLEDRONIC_ACID, Concept.ZOLEDRONIC_ACID_5MG_OSTEOPOROSIS}),
        (ICD10, "M80.08XA", {Concept.FRACTURE_VERTEBRA, Concept.OSTEOPOROSIS_WITH_FRACTURE}),
        (ICD10, "m8008xa", {Concept.FRACTURE_VERTEBRA, Concept.OSTEOPOROSIS_WITH_FRACTURE}),
        (ICD10, "M80.08XD", {Concept.FRACTURE_VERTEBRA, Concept.OSTEOPOROSIS_WITH_FRACTURE}),
        ("urn:oid:2.16.840.1.113883.6.90", "S72.141A", {Concept.FRACTURE_HIP}),
        (ICD10, "F17.210", {Concept.SMOKING_CURRENT}),
        (ICD10, "F17.211", set()),
        (ICD10, "F10.21", set()),
        (ICD10, "V43.52XA", {Concept.HIGH_ENERGY_MECHANISM}),
        (ICD10, "O10.111", {Concept.PREGNANCY}),
        (ICD10, "M8A", set()),
        (ATC, "M05BA04", {Concept.ALENDRONATE_INGREDIENT, Concept.BISPHOSPHONATE_ALLERGY}),
        (ATC, "M05BX04", {Concept.DENOSUMAB}),
        (CDT, "d0120", {Concept.DENTAL_EXAM}),
        (SNOMED, "109346000", set()),
        (SNOMED, "38267-1", set()),
        ("urn:oid:1.2.3", "38267-1", set()),
        ("", "38267-1", set()),
        (LOINC, "", set()),
        (LOINC, None, set()),
        (None, "38267-1", set()),
        (ICD10, "M80.0" + "8" * 10_000, set()),
    ],
)
def test_known_codes(
    terminology: Terminology, system: str | None, code: str | None, concepts: set[Concept]
) -> None:
    assert terminology.concepts(system, code) == concepts
    assert {each for each in Concept if terminology.facts(system, code, each) is not None} == concepts


def test_every_enumerated_code_is_found_as_what_it_is_listed_under(terminology: Terminology) -> None:
    for name, system, member in members():
        if system == ICD9:
            code = CodeableConcept(coding=(Coding(system=system, code=member["code"]),))
            assert Concept(name) in terminology.meaning_of(code).elsewhere, (name, member["code"])
            assert terminology.concepts(system, member["code"]) == frozenset()
            assert (system, member["code"]) not in terminology.codes(Concept(name))
            continue
        assert Concept(name) in terminology.concepts(system, member["code"]), (name, member["code"])
        facts = terminology.facts(system, member["code"], Concept(name))
        assert facts is not None
        assert facts.display == member.get("display")


def test_spellings_of_one_code_have_one_canonical_form(terminology: Terminology) -> None:
    assert terminology.canonical("https://loinc.org/", " la18976-3") == (LOINC, "LA18976-3")
    assert terminology.canonical("URN:OID:1.2.3.4", " x ") == ("urn:oid:1.2.3.4", "x")


def test_codes_come_in_the_order_of_the_file(terminology: Terminology) -> None:
    assert terminology.codes(Concept.ALENDRONATE_70MG_TABLET)[0] == (RXNORM, "904431")
    assert terminology.codes(Concept.T_SCORE_LUMBAR_SPINE) == ((LOINC, "38267-1"), (LOINC, "104938-6"))
    assert terminology.codes(Concept.LOW_ENERGY_FALL)[:2] == ((SNOMED, "1912002"), (SNOMED, "40104005"))


def test_facts_of_drugs(terminology: Terminology) -> None:
    tablet = terminology.facts(RXNORM, "904431", Concept.ALENDRONATE_70MG_TABLET)
    assert tablet is not None
    assert (tablet.ingredient, tablet.strength_mg, tablet.form, tablet.route) == (
        "alendronate",
        Decimal(70),
        "tablet",
        "oral",
    )
    assert str(tablet.strength_mg) == "70"
    assert tablet.doses
    with_d = terminology.facts(RXNORM, "904462", Concept.ALENDRONATE_PLUS_D3)
    assert with_d is not None
    assert [(each.ingredient, each.strength_mg) for each in with_d.components] == [
        ("alendronate", Decimal(70)),
        ("cholecalciferol", None),
    ]
    unspecified = terminology.facts(RXNORM, "904425", Concept.ALENDRONATE_UNSPECIFIED_PRODUCT)
    assert unspecified is not None
    assert (unspecified.ingredient, unspecified.strength_mg, unspecified.doses) == (
        "alendronate",
        None,
        False,
    )
    depot = terminology.facts(RXNORM, "905053", Concept.ADT_GNRH)
    assert depot is not None
    assert depot.interval_months == 6
    pack = terminology.facts(RXNORM, "763179", Concept.GLUCOCORTICOID_ORAL_PRODUCTS)
    assert pack is not None
    assert (pack.strength_mg, pack.pack_count) == (Decimal(5), 48)


def test_facts_that_limit_what_a_code_decides(terminology: Terminology) -> None:
    def facts(system: str, code: str, concept: Concept) -> CodeFacts:
        found = terminology.facts(system, code, concept)
        assert found is not None
        return found

    assert facts(SNOMED, "160685001", Concept.CANNOT_SIT_UPRIGHT).proxy
    assert facts(ICD10, "Z99.3", Concept.CANNOT_SIT_UPRIGHT).evidence is Evidence.WEAK_PROXY
    assert not facts(SNOMED, "225602000", Concept.CANNOT_SIT_UPRIGHT).proxy
    assert facts(ICD10, "N95.1", Concept.MENOPAUSE).proxy
    assert facts(SNOMED, "77176002", Concept.SMOKING_CURRENT).evidence is Evidence.CONFIRM
    assert facts(SNOMED, "266927001", Concept.SMOKING_NOT_CURRENT).evidence is Evidence.UNKNOWN
    assert facts(ICD10, "F17.201", Concept.SMOKING_UNSPECIFIED_TOBACCO).remission
    assert not facts(ICD10, "F17.200", Concept.SMOKING_UNSPECIFIED_TOBACCO).remission
    assert facts(SNOMED, "29627003", Concept.BODY_SITE).site == "femoral-neck"
    assert facts(SNOMED, "62413002", Concept.BODY_SITE).site == "radius"
    assert facts(SNOMED, "7771000", Concept.LATERALITY).side == "left"


def test_a_code_known_by_its_beginning_has_the_facts_of_its_category(terminology: Terminology) -> None:
    facts = terminology.facts(ICD10, "S72.141A", Concept.FRACTURE_HIP)
    assert facts == CodeFacts(display="Pertrochanteric fracture", confidence=Confidence.VERIFIED)


def test_no_chart_makes_the_tables_grow() -> None:
    fresh = load().with_local(())
    systems = fresh._systems  # noqa: SLF001 - what is remembered is no part of the API
    icd10 = systems[ICD10]
    sizes = [(len(table.concepts), len(table.facts)) for table in systems.values()]
    for number in range(2 * REMEMBERED):
        fresh.concepts(ICD10, f"A{number}")
        fresh.concepts(LOINC, f"{number}-0")
        fresh.concepts(f"urn:x:{number}", "1")
        fresh.facts(ICD10, f"B{number}", Concept.PREGNANCY)
    fresh.concepts(ICD10, "free text in a code")
    assert len(icd10.remembered) <= REMEMBERED
    assert [(len(table.concepts), len(table.facts)) for table in systems.values()] == sizes
    assert len(systems) == len(load()._systems)  # noqa: SLF001


def test_an_expression_that_could_match_anything_is_refused() -> None:
    part = {"system": ICD10, "filter": [{"value": ".*"}]}
    damaged = {"id": "pregnancy", "compose": {"include": [part]}}
    value_set = msgspec.convert(damaged, Read)
    with pytest.raises(ValueError, match="does not begin with a letter"):
        Terminology(Shipped(value_sets=(value_set,), aliases={ICD10: ()}))


# Local codes


def test_local_codes_add_to_the_value_sets_and_come_last() -> None:
    code = LocalCode(system="urn:oid:1.2.3.4", code="CA", concept=Concept.CALCIUM_TOTAL, display="Ca")
    ours = load().with_local([code])
    assert ours.concepts("urn:oid:1.2.3.4", " CA") == {Concept.CALCIUM_TOTAL}
    assert ours.concepts("urn:oid:1.2.3.4/", "CA") == {Concept.CALCIUM_TOTAL}
    assert ours.concepts("urn:oid:1.2.3.4", "ca") == frozenset(), "a local system may tell letter case apart"
    assert ours.codes(Concept.CALCIUM_TOTAL) == (
        *load().codes(Concept.CALCIUM_TOTAL),
        ("urn:oid:1.2.3.4", "CA"),
    )
    facts = ours.facts("urn:oid:1.2.3.4", "CA", Concept.CALCIUM_TOTAL)
    assert facts == CodeFacts(display="Ca", confidence=Confidence.LOCAL)
    assert load().concepts("urn:oid:1.2.3.4", "CA") == frozenset(), "the shipped terminology is untouched"


def test_local_codes_can_be_added_twice() -> None:
    codes = [
        LocalCode(system="urn:oid:1.2.3.4", code=code, concept=Concept.CALCIUM_TOTAL) for code in ("A", "B")
    ]
    ours = load().with_local(codes[:1]).with_local(codes[1:])
    assert ours.codes(Concept.CALCIUM_TOTAL)[-2:] == (("urn:oid:1.2.3.4", "A"), ("urn:oid:1.2.3.4", "B"))


def test_a_local_t_score_takes_the_code_from_other_sites() -> None:
    spine = LocalCode(
        system="https://loinc.org", code="38265-5", concept=Concept.T_SCORE_LUMBAR_SPINE, site="lumbar-spine"
    )
    ours = load().with_local([spine])
    assert load().concepts(LOINC, "38265-5") == {Concept.T_SCORE_FOREARM}
    assert ours.concepts(LOINC, "38265-5") == {Concept.T_SCORE_LUMBAR_SPINE}
    assert ours.facts(LOINC, "38265-5", Concept.T_SCORE_FOREARM) is None
    facts = ours.facts(LOINC, "38265-5", Concept.T_SCORE_LUMBAR_SPINE)
    assert facts is not None
    assert (facts.site, facts.confidence) == ("lumbar-spine", Confidence.LOCAL)


def test_a_local_meaning_of_a_shipped_code_is_added_to_what_it_stands_for() -> None:
    ours = load().with_local([LocalCode(system=ICD10, code="m8008xa", concept=Concept.FRACTURE_HIP)])
    assert ours.concepts(ICD10, "M80.08XA") == {
        Concept.FRACTURE_HIP,
        Concept.FRACTURE_VERTEBRA,
        Concept.OSTEOPOROSIS_WITH_FRACTURE,
    }


def test_a_code_means_the_same_every_time_it_is_looked_up(terminology: Terminology) -> None:
    answers = [terminology.concepts(ICD10, "s72141a") for _ in range(3)]
    assert answers == [frozenset({Concept.FRACTURE_HIP})] * 3


def test_what_code_elements_mean_is_remembered_bounded_and_without_a_word_of_them() -> None:
    fresh = load().with_local(())
    told = CodeableConcept(coding=(Coding(system=ICD10, code="K22.2"),), text="Achalasia?")
    meaning = Meaning(coded=fresh.concepts(ICD10, "K22.2"), named=frozenset({Concept.ACHALASIA}))
    assert fresh.meaning_of(told) == meaning
    assert fresh.meaning_of(told) is fresh.meaning_of(CodeableConcept(coding=told.coding, text=told.text))
    for number in range(REMEMBERED):
        assert fresh.meaning_of(CodeableConcept(text=f"q{number}")) is NO_MEANING
    remembered = fresh._meanings  # noqa: SLF001 - what is remembered is no part of the API
    assert len(remembered) <= REMEMBERED
    assert all(isinstance(key, int) for key in remembered)
    assert fresh.meaning_of(told) == meaning, "the same when it was forgotten"


@pytest.mark.parametrize("system", ["http://hl7.org/fhir/sid/icd-10", "urn:oid:2.16.840.1.113883.6.3", None])
def test_a_code_of_another_edition_means_something_elsewhere(system: str | None) -> None:
    code = CodeableConcept(coding=(Coding(system=system, code="K22.0"),))
    assert load().meaning_of(code) == Meaning(elsewhere=load().concepts(ICD10, "K22.0"))


def test_a_code_that_is_known_means_nothing_elsewhere() -> None:
    codings = (Coding(system=ICD10, code="K22.2"), Coding(code="K22.0"))
    assert load().meaning_of(CodeableConcept(coding=codings)).elsewhere == frozenset()
