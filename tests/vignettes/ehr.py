"""A small EHR: it resolves the prefetch templates of discovery against a chart, and calls the hook."""

import uuid
from collections.abc import Mapping
from urllib.parse import parse_qs

from tests.vignettes.charts import chart_of
from tests.vignettes.codes import Encoding
from tests.vignettes.drafts import drafts_of
from tests.vignettes.resources import PATIENT, Resource
from tests.vignettes.vignettes import Vignette

_BASE = "https://ehr.example.org/fhir"

# Questionnaire scores are called T-scores too. No server would send one here, and one may all the same.
_QUESTIONNAIRE: Resource = {
    "resourceType": "Observation",
    "id": "promis",
    "status": "final",
    "code": {"text": "PROMIS-10 physical health T-score"},
    "subject": {"reference": f"Patient/{PATIENT}"},
    "effectiveDateTime": "2026-01-02",
    "valueQuantity": {"value": 34.9, "unit": "{Tscore}"},
}


_FAILED: Resource = {
    "resourceType": "OperationOutcome",
    "issue": [{"severity": "error", "code": "exception"}],
}


def call(
    vignette: Vignette,
    encoding: Encoding,
    templates: Mapping[str, str],
    chart: list[Resource] | None = None,
) -> Resource:
    """The body of a call in which every prefetch key is answered that the story does not keep back.

    `chart` is in place of the resources that the vignette is written in.
    """
    chart = chart_of(vignette, encoding) if chart is None else chart
    given = vignette.input
    kept = [key for key in templates if key not in given.not_sent and "*" not in given.not_sent]
    context = {
        "userId": f"{given.looked_at_by}/example",
        "patientId": PATIENT,
        "encounterId": "today",
        **(drafts_of(vignette, encoding) if given.drafts else {}),
    }
    return {
        "hook": vignette.hook,
        "hookInstance": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{vignette.id}/{encoding}")),
        "context": context,
        "prefetch": {
            key: _FAILED if key in given.failed else _answer(templates[key], chart, encoding) for key in kept
        },
        "extension": {"com.bone-health-cds.as-of": vignette.as_of.isoformat()},
    }


def _answer(template: str, chart: list[Resource], encoding: Encoding) -> Resource | None:
    kind, _, query = template.partition("?")
    if not query:
        return next(each for each in chart if kind.startswith(each["resourceType"]))
    wanted = parse_qs(query).get("code", [""])[0]
    codes = {tuple(token.split("|", 1)) for token in wanted.split(",") if token}
    found = [each for each in chart if each["resourceType"] == kind and (not codes or codes & _coded(each))]
    if encoding is Encoding.ICD10 and not found:
        return None
    included = (
        [each for each in chart if each["resourceType"] == "Medication"] if "Medication" in kind else []
    )
    entries = [_entry(each, "match") for each in found] + [_entry(each, "include") for each in included]
    if encoding is Encoding.ICD10 and ("http://loinc.org", "38263-0") in codes:
        entries.append(_entry(_QUESTIONNAIRE, "match"))
    bundle: Resource = {"resourceType": "Bundle", "type": "searchset", "total": len(found)}
    bundle["link"] = [{"relation": "self", "url": f"{_BASE}/{kind}"}]
    return bundle | ({"entry": entries} if entries else {})


def _coded(resource: Resource) -> set[tuple[str, ...]]:
    codings = resource.get("code", {}).get("coding", [])
    return {(coding["system"], coding["code"]) for coding in codings}


def _entry(resource: Resource, mode: str) -> Resource:
    url = f"{_BASE}/{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": url, "resource": resource, "search": {"mode": mode}}
