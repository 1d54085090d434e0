import gzip
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cdshooks.cli import main
from fhir_mappings import local_codes, value_sets
from fhir_mappings.concepts import Concept

MARKER = "Zebedee-1931"
SYSTEM = "urn:oid:1.2.3.4"
LOINC = "http://loinc.org"


def observation(
    value: object,
    code: str = "BMD-T",
    display: str = "Spine T-Score",
    **more: Any,  # noqa: ANN401 - any JSON
) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": MARKER,
        "status": "final",
        "subject": {"reference": f"Patient/{MARKER}", "display": MARKER},
        "code": {"coding": [{"system": SYSTEM, "code": code, "display": display}]},
        "valueQuantity": {"value": value, "unit": "T"},
        "note": [{"text": MARKER}],
        **more,
    }


def named(system: str, code: str, display: str) -> dict[str, Any]:
    return {"code": {"coding": [{"system": system, "code": code, "display": display}]}}


@pytest.fixture
def unmapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)

    def run(*resources: dict[str, Any], options: tuple[str, ...] = ()) -> Result:
        entries = [{"resource": each} for each in resources]
        (tmp_path / "chart.json").write_text(json.dumps({"resourceType": "Bundle", "entry": entries}))
        result = CliRunner().invoke(main, ["unmapped", "chart.json", *options])
        assert MARKER not in result.output
        return result

    return run


def test_one_row_for_each_code_the_most_frequent_first(unmapped: Callable[..., Result]) -> None:
    result = unmapped(
        observation(-1.5, code="OTHER"),
        observation(-2.50),
        observation(-0.3),
        observation(-3.7203722204883998),
    )
    assert result.exit_code == 0
    assert [line for line in result.stdout.splitlines() if "values" in line or line.startswith("code")] == [
        '# 3 values, -3.7203722204883998 to -0.3, unit "T"',
        'code = "BMD-T"',
        'code = "OTHER"',
    ]
    assert tomllib.loads(result.stdout)["code"] == [
        {"system": SYSTEM, "code": code, "display": "Spine T-Score"} for code in ("BMD-T", "OTHER")
    ]


def test_what_is_printed_becomes_a_code_map_by_saying_what_it_is(
    unmapped: Callable[..., Result], tmp_path: Path
) -> None:
    printed = unmapped(observation(-1.5)).stdout
    code_map = tmp_path / "codes.toml"
    code_map.write_text(printed)
    with pytest.raises(local_codes.LocalCodesError, match="concept: is missing"):
        local_codes.read(code_map)

    said = printed.replace('# concept = "t-score"', 'concept = "t-score"')
    code_map.write_text(said.replace('# site = "…"', 'site = "lumbar-spine"'))
    (code,) = local_codes.read(code_map)
    assert (code.system, code.code, code.site) == (SYSTEM, "BMD-T", "lumbar-spine")
    result = unmapped(observation(-1.5), options=("--code-map", "codes.toml"))
    assert (result.exit_code, result.stdout) == (0, "nothing unmapped\n")

    for concept in ("t-score-excluded-sites", "z-score-codes-excluded"):
        code_map.write_text(printed.replace(f'# concept = "{concept}"', f'concept = "{concept}"'))
        assert local_codes.read(code_map)[0].concept == concept


def test_the_code_map_of_the_settings_counts(
    unmapped: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = f'[[code]]\nsystem = "{SYSTEM}"\ncode = "BMD-T"\nconcept = "z-score-codes-excluded"\n'
    (tmp_path / "codes.toml").write_text(entry)
    monkeypatch.setenv("CDSHOOKS_CODE_MAP", "codes.toml")
    assert unmapped(observation(-1.5)).stdout == "nothing unmapped\n"


@pytest.mark.parametrize(
    "resource",
    [
        pytest.param(observation(45, display="PROMIS physical T-score"), id="PROMIS"),
        pytest.param(observation(45, display="VR-12 mental component T-score"), id="VR-12"),
        pytest.param(observation(-1, display="Spine Z-score"), id="no T-score"),
        pytest.param(observation(-1, **named(LOINC, "38265-5", "DXA [T-score] Bone density")), id="Synthea"),
        pytest.param(observation(-1, status="entered-in-error"), id="retracted"),
        pytest.param(observation(-1, valueQuantity=None), id="no value"),
        pytest.param(observation(-1, valueQuantity="broken"), id="unreadable"),
        pytest.param({"resourceType": "Condition", "code": {"text": "T-score low"}}, id="no observation"),
    ],
)
def test_what_is_not_listed(unmapped: Callable[..., Result], resource: dict[str, Any]) -> None:
    result = unmapped(resource)
    assert (result.exit_code, result.stdout) == (0, "nothing unmapped\n")


@pytest.mark.parametrize("concept", ["z-score-codes-excluded", "t-score-excluded-sites", "bmd-mass-area"])
def test_codes_that_are_known_not_to_count_are_not_listed(
    unmapped: Callable[..., Result], concept: str
) -> None:
    system, code = value_sets.load().codes(Concept(concept))[0]
    assert unmapped(observation(-1, **named(system, code, "T-score"))).stdout == "nothing unmapped\n"


def test_components_and_what_reports_contain(unmapped: Callable[..., Result]) -> None:
    part = {**named(SYSTEM, "PART", "T-score"), "valueInteger": -2}
    panel = observation(None, display="DXA", valueQuantity=None, component=[part])
    report = {"resourceType": "DiagnosticReport", "contained": [observation(-1, code="INSIDE")]}
    listed = tomllib.loads(unmapped(panel, report).stdout)["code"]
    assert [each["code"] for each in listed] == ["PART", "INSIDE"]


def test_the_unit_may_say_that_it_is_a_t_score(unmapped: Callable[..., Result]) -> None:
    value = {"value": -1, "code": "{T-score}"}
    result = unmapped(observation(-1, display="DXA femur", valueQuantity=value))
    assert result.stdout.startswith('# 1 value, -1 to -1, unit "{T-score}"\n')


def test_a_value_without_number_or_unit(unmapped: Callable[..., Result]) -> None:
    result = unmapped(observation(-1, valueQuantity={"comparator": "<"}))
    assert result.stdout.startswith("# 1 value, no number, no unit\n")


def test_what_a_code_map_cannot_name_is_listed_without_an_entry(unmapped: Callable[..., Result]) -> None:
    result = unmapped(observation(-1, code="x" * 200), observation(-1) | {"code": {"text": "T-score"}})
    assert result.stdout.count("cannot name this one") == 2
    assert '# display = "T-score"' in result.stdout
    assert tomllib.loads(result.stdout) == {}


def test_names_cannot_break_out_of_their_line(unmapped: Callable[..., Result]) -> None:
    name = 'T-score "\\\n\x1b[31m\x7f\u200b'
    assert tomllib.loads(unmapped(observation(-1, display=name)).stdout)["code"][0]["display"] == name


def test_files_of_every_form_and_those_that_cannot_be_read(tmp_path: Path) -> None:
    one = json.dumps(observation(-1))
    (tmp_path / "one.json").write_text(one)
    (tmp_path / "lines.ndjson").write_text(f"{one}\n{one}\n")
    (tmp_path / "packed.json.gz").write_bytes(gzip.compress(one.encode()))
    (tmp_path / "broken.json").write_text("{")
    names = [
        str(tmp_path / name) for name in ("broken.json", "one.json", "lines.ndjson", "packed.json.gz", "no")
    ]
    result = CliRunner().invoke(main, ["unmapped", *names])
    assert result.exit_code == 1
    assert result.stdout.startswith("# 4 values")
    broken, missing = result.stderr.splitlines()
    assert broken.startswith(f"Error: {names[0]}: is not JSON")
    assert missing == f"Error: {names[-1]}: cannot be read: No such file or directory"


def test_nothing_found_in_what_could_be_read(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["unmapped", str(tmp_path)])
    assert (result.exit_code, result.stdout) == (1, "nothing unmapped in what could be read\n")
