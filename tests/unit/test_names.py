from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fhir_mappings import names
from fhir_mappings.concepts import Concept
from fhir_mappings.names import LONGEST_TEXT, REMEMBERED, candidates, folded, suspected


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("Fosamax 70 mg once weekly", {Concept.ALENDRONATE_INGREDIENT}),
        ("ALENDRONIC-ACID tablets", {Concept.ALENDRONATE_INGREDIENT, Concept.BISPHOSPHONATE_ALLERGY}),
        ("Prolia every six months", {Concept.DENOSUMAB}),
        ("Xgeva", {Concept.DENOSUMAB_120MG_ONCOLOGY}),
        ("prednisone 5 mg daily", {Concept.GLUCOCORTICOID_INGREDIENTS}),
        ("exotic prednisone", {Concept.GLUCOCORTICOID_INGREDIENTS}),
        ("prednisolone acetate 1 % eye drops", set()),
        ("Prednisolone eye-drop", set()),
        ("hydrocortisone 1 % cream", set()),
        ("fludrocortisone 0.1 mg", {Concept.GLUCOCORTICOID_EXCLUDED}),
        ("palopegteriparatide (Yorvipath)", {Concept.PALOPEGTERIPARATIDE_EXCLUDE}),
        ("teriparatide 20 mcg", {Concept.TERIPARATIDE}),
        ("calcium carbonate\n500 mg", {Concept.CALCIUM_SUPPLEMENT}),
        ("calcium acetate with calcium carbonate", set()),
        ("patient can’t can't to stand: inability to sit upright", {Concept.CANNOT_SIT_UPRIGHT}),
        ("EVL of esophageal varices", {Concept.VARICEAL_BANDING_SCLEROTHERAPY, Concept.ESOPHAGEAL_VARICES}),
        ("banding of hemorrhoids, esophageal ulcer", set()),
        ("MRONJ 2021", {Concept.ONJ}),
        ("xfosamax", set()),
        ("fosamaxx", set()),
        ("", set()),
        ("lisinopril 10 mg", set()),
    ],
)
def test_names_in_text(text: str, concepts: set[Concept]) -> None:
    assert suspected(text) == concepts
    assert suspected(text) == concepts, "the same when remembered"


@pytest.mark.parametrize(
    ("concept", "texts"),
    [
        (
            Concept.ESOPHAGEAL_STRICTURE,
            (
                "Sténose peptique de l'œsophage",
                "Rétrécissement de l’œsophage",
                "Stenose der Speiseröhre",
                "Speiseröhrenverengung",
                "Estenosis esofágica",
                "Stricture, oesophagus",
                "Obstruction of oesophagus",
                "Esoph. stricture",
                "Schatzki ring",
                "Oesophageal dilatation",
            ),
        ),
        (Concept.ACHALASIA, ("Achalasie der Kardia", "Cardiospasme", "Mégaœsophage", "Heller myotomy")),
        (
            Concept.ESOPHAGEAL_VARICES,
            ("Varices œsophagiennes", "Varices de l'oesophage", "Oesophagusvarizen", "Varices, esophageal"),
        ),
        (
            Concept.VARICEAL_BANDING_SCLEROTHERAPY,
            (
                "Ligature de varices œsophagiennes",
                "Gummibandligatur von Ösophagusvarizen",
                "Variceal ligation",
            ),
        ),
        (
            Concept.ESOPHAGEAL_OTHER,
            ("Refluxösophagitis", "Endobrachyœsophage", "Schluckstörung", "Œsophagite érosive", "Disfagia"),
        ),
        (
            Concept.CANNOT_SIT_UPRIGHT,
            ("Bettlägerig", "Patient alité", "Grabataire", "not able to sit upright"),
        ),
        (
            Concept.ONJ,
            ("Ostéonécrose de la mâchoire", "Osteonekrose des Kiefers", "Kieferosteonekrose", "ONJ 2019"),
        ),
        (
            Concept.ATYPICAL_FEMORAL_FRACTURE,
            ("Atypical fracture of left femur", "Fracture fémorale atypique", "Atypische Femurfraktur"),
        ),
        (
            Concept.HYPOCALCEMIA,
            (
                "Hypokalziämie",
                "Hypocalciämie",
                "Hipocalcemia",
                "Tétanie",
                "Serum calcium low",
                "Kalziummangel",
            ),
        ),
        (
            Concept.CKD,
            (
                "Dialysepflichtige Niereninsuffizienz",
                "Chronische Nierenkrankheit, Stadium 5",
                "Insuffisance rénale chronique stade 4",
                "Hémodialyse",
                "CKD G5A3",
                "CKD (stage 4)",
            ),
        ),
        (Concept.ALENDRONATE_INGREDIENT, ("Fosomax 70", "aledronate weekly")),
        (Concept.OTHER_BONE_DRUGS_INTERNATIONAL, ("Ranélate de strontium", "Strontiumranelat")),
        (Concept.DENOSUMAB, ("Enoby", "Osvyrti 60 mg")),
    ],
)
def test_what_speaks_against_a_tablet_is_known_in_other_languages(
    concept: Concept, texts: tuple[str, ...]
) -> None:
    for text in texts:
        assert concept in suspected(text), text


@pytest.mark.parametrize(
    "text",
    [
        "Gastroösophageale Refluxkrankheit ohne Ösophagitis",
        "Reflux gastro-œsophagien sans œsophagite",
        "esophageal reflux, recurring during the night",
        "Aortic stenosis and esophageal reflux",
        "Sténose aortique",
        "Sclerotherapy of varicose veins",
        "Sclérothérapie de varices des membres inférieurs",
        "Chronische Nierenkrankheit, Stadium 3",
        "Insuffisance rénale chronique stade 3",
        "Akutes Nierenversagen",
        "Femurkopfnekrose",
        "Hyperkalzämie",
        "Mortalité infantile",
    ],
)
def test_what_only_sounds_like_it_is_nothing(text: str) -> None:
    assert suspected(text) == frozenset()


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert suspected("fosamax" + " " * LONGEST_TEXT) == {Concept.ALENDRONATE_INGREDIENT}
    assert suspected(" " * LONGEST_TEXT + "fosamax") == frozenset()


def test_text_that_is_no_text_is_read_all_the_same() -> None:
    assert suspected("\ud800 fosamax") == {Concept.ALENDRONATE_INGREDIENT}


def test_what_is_remembered_is_bounded_and_holds_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    remembered: dict[tuple[int, int], frozenset[Concept]] = {}
    monkeypatch.setattr(names, "_remembered", remembered)
    for number in range(REMEMBERED + 10):
        suspected(f"q{number}")
    assert len(remembered) == 10
    assert all(isinstance(part, int) for key in remembered for part in key)


@pytest.mark.parametrize("pattern", names._patterns(), ids=lambda pattern: pattern.concept)  # noqa: SLF001 - each
def test_looking_for_fragments_first_loses_no_name(pattern: Any) -> None:  # noqa: ANN401 - it has no public type
    @settings(derandomize=True, database=None, deadline=None, max_examples=60)
    @given(st.from_regex(pattern.named))
    def every_match_has_a_fragment(text: str) -> None:
        plain = folded(text)
        if pattern.named.search(plain):
            assert pattern in candidates(plain)

    every_match_has_a_fragment()


def test_a_long_text_that_names_nothing_costs_no_expression() -> None:
    prose = "The patient was seen in clinic today, in good spirits, and will come back in the spring. " * 5
    assert list(candidates(folded(prose))) == []
