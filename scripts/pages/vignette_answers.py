"""What the service answers to each vignette, for the page of the guideline."""

import functools
import re
from typing import Any

import msgspec

from cdshooks.app import create_app
from cdshooks.services.patient_view import PATIENT_VIEW_SERVICE
from cdshooks.settings import Settings
from cdshooks.store.kept import keep_nothing
from cdshooks.wire.response import EVALUATION, SUGGESTION
from fhir_mappings.value_sets import load as load_terminology
from tests.vignettes.codes import Encoding
from tests.vignettes.ehr import call
from tests.vignettes.vignettes import Vignette, load

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """A vignette with its answer. `met` are the criteria that were met, `draft` what became of alendronate.

    `labels` are the labels of the suggestions by their ids, `summaries` those of the cards by their topics; a
    date in them reads {date}.
    """

    vignette: Vignette
    disposition: str
    met: frozenset[str]
    findings: tuple[str, ...]
    issues: frozenset[str]
    draft: str
    labels: dict[str, str]
    summaries: dict[str, str]


@functools.cache
def answers() -> tuple[Answered, ...]:
    """Every patient-view vignette, the shared ones first, each sent through HTTP as one hospital writes it.

    That the other hospital's way gives the same answers, and that they are the expected ones, is for
    tests/vignettes.
    """
    client = create_app(Settings(dev=True), kept=keep_nothing()).test_client()
    templates = PATIENT_VIEW_SERVICE.prefetch(load_terminology())
    found = []
    for vignette in (*load("cases.json"), *load("own_cases.json")):
        if vignette.hook != PATIENT_VIEW_SERVICE.hook:
            continue
        body = call(vignette, Encoding.SNOMED, templates)
        response = client.post(f"/cds-services/{PATIENT_VIEW_SERVICE.id}", json=body)
        found.append(_answered(vignette, response.get_json()))
    return tuple(found)


def _answered(vignette: Vignette, answer: dict[str, Any]) -> Answered:
    evaluation = answer["extension"][EVALUATION]
    suggested = [
        (suggestion["actions"][0]["extension"][SUGGESTION], suggestion)
        for card in answer["cards"]
        for suggestion in card.get("suggestions", ())
    ]
    drafted = [each.get("isRecommended", False) for name, each in suggested if name == "start-alendronate"]
    return Answered(
        vignette=vignette,
        disposition=evaluation["disposition"],
        met=frozenset(each["id"] for each in evaluation["criteria"] if each["met"] == "yes"),
        findings=tuple(each["topic"] for each in evaluation.get("findings", ())),
        issues=frozenset(each["issue"] for each in evaluation.get("dataQuality", ())),
        draft="none" if not drafted else "recommended" if drafted[0] else "offered",
        labels={name: _DAY.sub("{date}", each["label"]) for name, each in suggested},
        summaries={
            card["source"]["topic"]["code"]: _DAY.sub("{date}", card["summary"]) for card in answer["cards"]
        },
    )
