from pathlib import Path

import pytest

from fhir_mappings.concepts import Concept
from fhir_mappings.local_codes import SITES, LocalCode, LocalCodesError, read

GOOD = """
[[code]]
system = "urn:oid:1.2.3.4"
code = "BMD-LS-T"
concept = "t-score"
site = "lumbar-spine"
display = "T-score L1-L4"

[[code]]
system = " urn:oid:1.2.3.4 "
code = "CA"
concept = "calcium-total"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "local-codes.toml"
    path.write_text(text, encoding="utf-8")
    return path


def entry(**members: str) -> str:
    complete = {"system": "urn:oid:1.2.3.4", "code": "X", "concept": "calcium-total"} | members
    return "[[code]]\n" + "".join(f"{name} = {value!r}\n" for name, value in complete.items())


def refused(folder: Path, text: str) -> list[str]:
    """What is said of the file, line by line, without the name of the file, which each line begins with."""
    path = written(folder, text)
    with pytest.raises(LocalCodesError) as error:
        read(path)
    lines = str(error.value).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


def test_a_good_file(tmp_path: Path) -> None:
    assert read(written(tmp_path, GOOD)) == (
        LocalCode(
            system="urn:oid:1.2.3.4",
            code="BMD-LS-T",
            concept=Concept.T_SCORE_LUMBAR_SPINE,
            site="lumbar-spine",
            display="T-score L1-L4",
        ),
        LocalCode(system="urn:oid:1.2.3.4", code="CA", concept=Concept.CALCIUM_TOTAL),
    )


def test_a_file_without_entries_adds_nothing(tmp_path: Path) -> None:
    assert read(written(tmp_path, "# none yet\n")) == ()


@pytest.mark.parametrize(
    ("site", "concept"),
    [
        ("lumbar-spine", Concept.T_SCORE_LUMBAR_SPINE),
        ("femoral-neck", Concept.T_SCORE_FEMORAL_NECK_OR_FEMUR),
        ("femur", Concept.T_SCORE_FEMORAL_NECK_OR_FEMUR),
        ("total-hip", Concept.T_SCORE_TOTAL_HIP),
        ("radius-33", Concept.T_SCORE_FOREARM),
    ],
)
def test_a_t_score_goes_where_its_site_belongs(tmp_path: Path, site: str, concept: Concept) -> None:
    (code,) = read(written(tmp_path, entry(concept="t-score", site=site)))
    assert (code.concept, code.site) == (concept, site)


def test_every_concept_can_be_mapped_to(tmp_path: Path) -> None:
    others = [concept for concept in Concept if concept not in set(SITES.values())]
    text = "".join(entry(code=f"X{number}", concept=str(concept)) for number, concept in enumerate(others))
    assert [code.concept for code in read(written(tmp_path, text))] == others


def test_the_same_entry_twice_is_one_code(tmp_path: Path) -> None:
    assert len(read(written(tmp_path, entry() + entry(system="URN:OID:1.2.3.4")))) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            entry(colour="red"),
            "entry 1: colour: is not known; allowed are system, code, concept, site, display",
        ),
        (entry(system=" "), "entry 1: system: ' ' is not a text; write it in quotes, not empty"),
        (entry(code="X" * 129), "entry 1: code: is longer than 128 characters"),
        ('[[code]]\nsystem = "urn:x"\nconcept = "tsh"\n', "entry 1: code: is missing"),
        (
            '[[code]]\nsystem = "urn:x"\ncode = 12\nconcept = "tsh"\n',
            "entry 1: code: 12 is not a text; write it in quotes, not empty",
        ),
        (
            entry(concept="calcium"),
            (
                "entry 1: concept: 'calcium' is not known; allowed are t-score and the id of any value set; "
                "near are calcium-total, calcium-ionized"
            ),
        ),
        (
            entry(concept="qqqqq"),
            "entry 1: concept: 'qqqqq' is not known; allowed are t-score and the id of any value set",
        ),
        (
            entry(concept="t-score-total-hip"),
            (
                "entry 1: concept: 't-score-total-hip' is written as \"t-score\" with a site, one of "
                "lumbar-spine, femoral-neck, total-hip, femur, radius-33"
            ),
        ),
        (
            entry(concept="t-score"),
            (
                "entry 1: site: is missing; a T-score needs one of "
                "lumbar-spine, femoral-neck, total-hip, femur, radius-33"
            ),
        ),
        (
            entry(concept="t-score", site="calcaneus"),
            (
                "entry 1: site: 'calcaneus' is not known; allowed are "
                "lumbar-spine, femoral-neck, total-hip, femur, radius-33"
            ),
        ),
        (entry(site="femur"), 'entry 1: site: is stated only with concept = "t-score"'),
        (
            entry() + entry(concept="albumin-serum"),
            (
                "entry 2: code: 'X' of this system already means calcium-total in entry 1; "
                "a code has one meaning"
            ),
        ),
        (
            entry(system="http://loinc.org", code="LA1-1")
            + entry(system="urn:oid:2.16.840.1.113883.6.1", code="la1-1", concept="tsh"),
            (
                "entry 2: code: 'la1-1' of this system already means calcium-total in entry 1; "
                "a code has one meaning"
            ),
        ),
        (
            entry(concept="t-score", site="femur") + entry(concept="t-score", site="femoral-neck"),
            (
                "entry 2: code: 'X' of this system already means t-score at femur in entry 1; "
                "a code has one meaning"
            ),
        ),
        (
            entry(system="https://loinc.org", code="80934-3", concept="t-score", site="femur"),
            (
                "entry 1: code: '80934-3' is in the value set z-score-codes-excluded and must not be read as "
                "a T-score; allowed are codes outside of t-score-excluded-sites and z-score-codes-excluded"
            ),
        ),
        (
            entry(system="http://loinc.org", code="38266-3", concept="t-score", site="total-hip"),
            (
                "entry 1: code: '38266-3' is in the value set t-score-excluded-sites and must not be read as "
                "a T-score; allowed are codes outside of t-score-excluded-sites and z-score-codes-excluded"
            ),
        ),
        (
            entry(system="", concept="t-score", site="femur"),
            "entry 1: system: '' is not a text; write it in quotes, not empty",
        ),
        (
            '[[code]]\nsystem = "urn:x"\ncode = "1"\nconcept = 5\n',
            "entry 1: concept: 5 is not a text; write it in quotes, not empty",
        ),
        ('codes = "x"\n', "'codes' is not known; allowed at the top is only [[code]]"),
        ('code = "x"\n', "'code' is not a list of tables; write each entry under [[code]]"),
        ("code = [1]\n", "'code' is not a list of tables; write each entry under [[code]]"),
    ],
)
def test_a_mistake_says_where_it_is_and_what_is_allowed(tmp_path: Path, text: str, said: str) -> None:
    assert refused(tmp_path, text) == [said]


def test_all_mistakes_of_a_file_are_said_at_once(tmp_path: Path) -> None:
    text = 'title = "x"\n' + entry(concept="nonsense", colour="red") + entry() + entry(concept="t-score")
    assert [line.split(": ")[0:2] for line in refused(tmp_path, text)] == [
        ["'title' is not known; allowed at the top is only [[code]]"],
        ["entry 1", "colour"],
        ["entry 1", "concept"],
        ["entry 3", "site"],
    ]


def test_a_z_score_may_be_mapped_as_such(tmp_path: Path) -> None:
    (code,) = read(written(tmp_path, entry(concept="z-score-codes-excluded")))
    assert code.concept is Concept.Z_SCORE_CODES_EXCLUDED


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    (line,) = refused(tmp_path, "[[code]\n")
    assert line.startswith("is not TOML: ")


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "local-codes.toml"
    path.write_bytes(b"# \xff\n")
    with pytest.raises(LocalCodesError, match="is not UTF-8 text: byte 2 is not"):
        read(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LocalCodesError, match=r"absent\.toml: cannot be read: No such file or directory"):
        read(tmp_path / "absent.toml")
