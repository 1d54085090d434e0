"""FHIR R4 resources as two hospitals write them: one by the book, one as charts really are."""

import datetime
from typing import Any

from tests.vignettes.codes import Code, Encoding

Resource = dict[str, Any]

PATIENT = "vignette"
OTHER_PATIENT = "somebody-else"
UCUM = "http://unitsofmeasure.org"

# What real charts carry beside the facts: members of other profiles, nulls, empty lists, unknown elements.
_NOISE: Resource = {
    "implicitRules": None,
    "extension": [
        {"url": "https://ehr.example.org/fhir/StructureDefinition/origin", "valueString": "interface 7"},
        {
            "url": "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-related-condition",
            "valueReference": {"reference": "Condition/elsewhere"},
        },
    ],
    "identifier": [],
    "note": None,
    "performer": [],
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">see report</div>'},
    "vendorWorkflow": {"step": 3, "flags": [None, "x"]},
}


def concept(*codes: Code, text: str | None = None) -> Resource:
    """A CodeableConcept; codes without a display have none."""
    coding = [
        {"system": code.system, "code": code.code} | ({"display": code.display} if code.display else {})
        for code in codes
    ]
    return ({"coding": coding} if coding else {}) | ({"text": text} if text else {})


def status(system: str, code: str) -> Resource:
    """A status of a Condition or an AllergyIntolerance."""
    return concept(Code(f"http://terminology.hl7.org/CodeSystem/{system}", code))


def amount(value: float, ucum: str | None, printed: str | None = None) -> Resource:
    """A Quantity: coded in UCUM, only printed, or bare."""
    if printed is not None:
        return {"value": value, "unit": printed}
    if ucum is None:
        return {"value": value}
    return {"value": value, "unit": ucum, "system": UCUM, "code": ucum}


class Writer:
    """Writes the resources of one chart in one encoding, each with an id of its own."""

    def __init__(self, encoding: Encoding) -> None:
        self.encoding = encoding
        self.resources: list[Resource] = []
        self._count = 0

    @property
    def by_the_book(self) -> bool:
        """Whether this hospital writes what the profiles ask for."""
        return self.encoding is Encoding.SNOMED

    def when(self, day: datetime.date) -> str:
        """A date, or a dateTime with an offset on the same day where it happened."""
        return day.isoformat() if self.by_the_book else f"{day.isoformat()}T22:40:00-05:00"

    def new(self, kind: str, *, patient: str = PATIENT, subject: str = "subject", **members: Any) -> Resource:  # noqa: ANN401 - FHIR members
        """A resource that is not yet in the chart."""
        self._count += 1
        reference = f"Patient/{patient}"
        if not self.by_the_book:
            reference = f"https://ehr.example.org/fhir/{reference}"
        noise = {} if self.by_the_book else _NOISE
        own = {"resourceType": kind, "id": f"{kind.lower()}-{self._count}", subject: {"reference": reference}}
        return noise | own | {name: value for name, value in members.items() if value is not None}

    def add(self, kind: str, *, patient: str = PATIENT, subject: str = "subject", **members: Any) -> Resource:  # noqa: ANN401 - FHIR members
        """A resource of the chart."""
        resource = self.new(kind, patient=patient, subject=subject, **members)
        self.resources.append(resource)
        return resource
