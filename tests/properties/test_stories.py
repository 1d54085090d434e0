"""What holds of every vignette's chart, in either writing: the charts of all stories are taken as they are.

The charts of test_invariants are put together at random; these are what hospitals write, with medicines that
are contained, dispensed and administered, with family history, panels, reports and risk assessments.
"""

import functools
import json
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from cdshooks.chart.prefetch import PATIENT_VIEW
from cdshooks.services.patient_view import PATIENT_VIEW_SERVICE, answer
from cdshooks.services.service import Call
from cdshooks.wire.request import CarefulRequest
from cdshooks.wire.response import encode
from fhir_mappings.concepts import Concept
from fhir_mappings.reader import KINDS, Irrelevant, Unreadable, read
from fhir_mappings.value_sets import load as load_terminology
from tests.charts import Json, evaluation, suggested, wire
from tests.reading import differences
from tests.vignettes.charts import chart_of
from tests.vignettes.codes import Encoding
from tests.vignettes.ehr import call
from tests.vignettes.vignettes import Vignette, load

pytestmark = pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecatedSince20")

same_every_time = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

FIXTURES = Path(__file__).parents[2] / "fixtures"
VIGNETTES = (*load("cases.json"), *load("own_cases.json"))
STORIES = [(vignette, encoding) for vignette in VIGNETTES for encoding in Encoding]
REQUIRED = {query.key for query in PATIENT_VIEW if query.required}
FAILURE = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}
RANK = {"treat": 2, "consider": 1}

stories = st.sampled_from(STORIES)
chances = st.randoms(use_true_random=False)


@functools.cache
def templates() -> dict[str, str]:
    return dict(PATIENT_VIEW_SERVICE.prefetch(load_terminology()))


def sent(body: Json, vignette: Vignette) -> Json:
    request = msgspec.json.decode(wire(body), type=CarefulRequest)
    response: Json = msgspec.json.decode(
        encode(answer(Call(request=request, as_of=vignette.as_of, terminology=load_terminology())))
    )
    return response


def asked(vignette: Vignette, encoding: Encoding, chart: list[Json] | None = None) -> Json:
    return sent(call(vignette, encoding, templates(), chart), vignette)


WHOLE: dict[tuple[str, Encoding], Json] = {}


def whole(vignette: Vignette, encoding: Encoding) -> Json:
    """The answer to the story as it is."""
    key = vignette.id, encoding
    if key not in WHOLE:
        WHOLE[key] = asked(vignette, encoding)
    return WHOLE[key]


def told(response: Json) -> tuple[Any, ...]:
    """Disposition, criteria and suggestions; data problems and references aside."""
    found = evaluation(response)
    return (
        found["disposition"],
        [(each["id"], each["met"], each["because"]) for each in found["criteria"]],
        [
            (card["source"]["topic"]["code"], each["label"], each.get("isRecommended"), each["actions"])
            for card in response["cards"]
            for each in card.get("suggestions", ())
        ],
    )


def copies(chart: list[Json]) -> list[Json]:
    """All but the Patient and what only others point at."""
    return [each for each in chart if each["resourceType"] not in {"Patient", "Medication"}]


# What changes nothing.


@same_every_time
@given(stories, chances)
def test_the_order_of_resources_changes_nothing(
    story: tuple[Vignette, Encoding], chance: random.Random
) -> None:
    chart = chart_of(*story)
    # The Patient is read, and not searched for.
    shuffled = [chart[0], *chance.sample(chart[1:], len(chart) - 1)]
    assert told(asked(*story, shuffled)) == told(whole(*story))


@same_every_time
@given(stories)
def test_what_comes_twice_counts_once(story: tuple[Vignette, Encoding]) -> None:
    chart = chart_of(*story)
    assert told(asked(*story, [*chart, *chart[1:]])) == told(whole(*story))


def retracted(resource: Json) -> Json:
    wrong = {**resource, "id": f"{resource['id']}-wrong"}
    if resource["resourceType"] in {"Condition", "AllergyIntolerance"}:
        return {**wrong, "verificationStatus": {"coding": [{"code": "entered-in-error"}]}}
    return {**wrong, "status": "entered-in-error"}


def of_somebody_else(resource: Json) -> Json:
    element = "patient" if "patient" in resource else "subject"
    return {**resource, "id": f"{resource['id']}-other", element: {"reference": "Patient/somebody-else"}}


@functools.cache
def worst() -> list[Json]:
    """A chart of all that could change an answer."""
    wanted = {"T-E1", "FRAX-E1", "FX-HIP", "GC-E1", "AI-1", "X-ESO1", "X-HYP", "CA-LOW", "REN-E3", "VHR"}
    own = {"OWN-K2-PARENT", "OWN-TX-ZOL17", "OWN-C13-8", "OWN-C09-GAP", "OWN-HOSPICE", "OWN-PREG-OBS"}
    return [
        {**each, "id": f"{vignette.id}-{each['id']}"}
        for vignette in VIGNETTES
        if vignette.id in wanted | own
        for each in copies(chart_of(vignette, Encoding.SNOMED))
    ]


@same_every_time
@given(stories)
def test_what_was_entered_in_error_changes_nothing(story: tuple[Vignette, Encoding]) -> None:
    chart = chart_of(*story)
    wrong = [retracted(each) for each in (*copies(chart), *worst())]
    assert told(asked(*story, [*chart, *wrong])) == told(whole(*story))


@same_every_time
@given(stories)
def test_what_belongs_to_somebody_else_changes_nothing(story: tuple[Vignette, Encoding]) -> None:
    chart = chart_of(*story)
    everything = [*copies(chart), *worst()]
    # Where there is nothing but others', the question was not answered at all.
    own = [*chart, *map(retracted, everything)]
    others = map(of_somebody_else, everything)
    assert told(asked(*story, [*own, *others])) == told(asked(*story, own))


@same_every_time
@given(stories)
def test_elements_and_resources_that_nobody_asked_for_change_nothing(
    story: tuple[Vignette, Encoding],
) -> None:
    strange: Json = {
        "implicitRules": None,
        "language": "en",
        "futureElement": [[1, {"deep": None}]],
        "text": {"status": "generated", "div": "<div>T-score -9.9, alendronate</div>"},
        "note": [{"text": "T-score -9.9; takes alendronate; hospice"}],
    }
    body = call(*story, templates(), [{**each, **strange} for each in chart_of(*story)])
    body["prefetch"]["nobody-asked"] = {"resourceType": "Bundle", "entry": [{"resource": e} for e in worst()]}
    assert told(sent(body, story[0])) == told(whole(*story))


# Less data, never more.

CONTRADICTS = {"conflict", "sign-suspect"}
SCOPES = {"out-of-scope-hospice", "out-of-scope-pregnancy", "not-applicable-young", "already-treated"}
"""Of these people something is known that lets nothing be said; without it they are decided on like others."""


CAUSES = {Concept.HIGH_ENERGY_MECHANISM, Concept.FALL_UNSPECIFIED}
"""What speaks against fragility: without it a fracture of the hip is rightly presumed to be one."""
RADIUS_ALONE = {"OWN-DXA-FOREARM"}
"""The radius counts where spine and hip are not there (GUIDELINE B, 1), so without the spine it does."""


def evidence(vignette: Vignette, chart: list[Json]) -> Iterator[Json]:
    """What speaks for treatment: T-scores, FRAX, fractures, risk factors, glucocorticoids, cancer therapy."""
    said = {"Observation", "Condition", "FamilyMemberHistory", "RiskAssessment", "DiagnosticReport"}
    medicines = {"MedicationRequest", "MedicationStatement", "MedicationDispense", "MedicationAdministration"}
    speaking = bool(vignette.input.patient.glucocorticoids or vignette.input.patient.cancer_therapy)
    for each in chart:
        codings = each.get("code", {}).get("coding", ())
        found = (load_terminology().concepts(coding["system"], coding["code"]) for coding in codings)
        if any(concepts & CAUSES for concepts in found):
            continue
        if each["resourceType"] in said or (speaking and each["resourceType"] in medicines):
            yield each


def test_taking_a_resource_away_never_asks_for_more() -> None:
    more = []
    for number, vignette in enumerate(VIGNETTES):
        # The hospitals take turns, for the sake of time.
        encoding = tuple(Encoding)[number % len(Encoding)]
        found = evaluation(whole(vignette, encoding))
        noted = {each["issue"] for each in found.get("dataQuality", ())}
        # Of two values that contradict each other, or of two studies, the other is rightly believed.
        studies = {score.date for score in vignette.input.t_scores}
        if noted & CONTRADICTS or len(studies) > 1 or found["disposition"] in SCOPES:
            continue
        chart = chart_of(vignette, encoding)
        for each in evidence(vignette, chart) if vignette.id not in RADIUS_ALONE else ():
            less = evaluation(asked(vignette, encoding, [one for one in chart if one is not each]))
            if RANK.get(less["disposition"], 0) > RANK.get(found["disposition"], 0):
                more.append((vignette.id, each["resourceType"], each["id"], less["disposition"]))
    assert not more


def sources() -> list[set[str]]:
    """The keys of each source, where any of several is enough together."""
    by_source: dict[str, set[str]] = {}
    for query in PATIENT_VIEW:
        if not query.required:
            by_source.setdefault(query.source, set()).add(query.key)
    return list(by_source.values())


@same_every_time
@given(stories, st.sampled_from(sources()), st.booleans())
def test_a_source_that_is_not_had_never_asks_for_more(
    story: tuple[Vignette, Encoding], source: set[str], absent: bool
) -> None:
    body = call(*story, templates())
    body["prefetch"] = {
        key: FAILURE if key in source else value
        for key, value in body["prefetch"].items()
        if not (absent and key in source)
    }
    before, after = whole(*story), sent(body, story[0])
    offered, left = suggested(before), suggested(after)
    assert "start-alendronate" in offered or "start-alendronate" not in left
    assert offered.get("start-alendronate", False) or not left.get("start-alendronate", False)
    disposition = evaluation(before)["disposition"]
    if disposition not in SCOPES:
        assert RANK.get(evaluation(after)["disposition"], 0) <= RANK.get(disposition, 0)


# The draft, and every other one.


@pytest.mark.parametrize("encoding", Encoding)
def test_a_block_removes_the_draft_and_a_caution_its_recommendation(encoding: Encoding) -> None:
    wrong = []
    for vignette in VIGNETTES:
        response = whole(vignette, encoding)
        met = {each["id"] for each in evaluation(response)["criteria"] if each["met"] == "yes"}
        offered = suggested(response)
        blocked = any(each.startswith("block-") for each in met)
        cautioned = any(each.startswith("caution-") for each in met)
        if blocked and "start-alendronate" in offered:
            wrong.append((vignette.id, "offered"))
        if cautioned and offered.get("start-alendronate"):
            wrong.append((vignette.id, "recommended"))
    assert not wrong


def test_every_draft_of_every_vignette_is_valid_fhir() -> None:
    drafts = {
        json.dumps(action["resource"], sort_keys=True): action["resource"]
        for story in STORIES
        for card in whole(*story)["cards"]
        for suggestion in card.get("suggestions", ())
        for action in suggestion["actions"]
    }
    assert len({each["resourceType"] for each in drafts.values()}) == len(("orders", "services", "tasks"))
    for each in drafts.values():
        get_fhir_model_class(each["resourceType"]).model_validate(each)
        assert each["status"] == "draft"


# Two readers.


def resources() -> Iterator[Json]:
    """Each resource of all vignettes and fixtures once."""
    for story in STORIES:
        yield from chart_of(*story)
    for path in sorted(FIXTURES.glob("*/request.json")):
        body = json.loads(path.read_bytes(), parse_float=Decimal)
        for value in (body.get("prefetch") or {}).values():
            if isinstance(value, dict):
                entries = value.get("entry") or [{"resource": value}]
                yield from (each["resource"] for each in entries if isinstance(each.get("resource"), dict))


def without_id(resource: Json) -> bytes:
    return wire({name: value for name, value in resource.items() if name != "id"})


def test_the_fast_reader_reads_what_fhir_resources_reads() -> None:
    each_once = {without_id(each): each for each in resources() if each.get("resourceType") in KINDS}
    compared: set[str] = set()
    wrong = []
    for resource in each_once.values():
        try:
            model = get_fhir_model_class(resource["resourceType"]).model_validate(resource)
        except ValidationError:
            continue
        ours = read(wire(resource))
        if isinstance(ours, Unreadable | Irrelevant):
            wrong.append((resource.get("id"), f"{resource['resourceType']} is not read"))
            continue
        theirs = json.loads(model.model_dump_json(), parse_float=Decimal)
        compared.add(resource["resourceType"])
        wrong += [(resource.get("id"), path) for path in differences(ours, theirs, resource["resourceType"])]
    assert not wrong
    assert compared >= KINDS - {"OperationOutcome"}
