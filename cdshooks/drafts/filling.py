"""The validated templates, and how one is filled for one patient and one call."""

import datetime
import importlib.resources
from collections.abc import Mapping
from typing import Any

import msgspec

Draft = dict[str, Any]
"""A FHIR R4 resource as JSON members."""

SUFFIX = ".json"
# Kept as bytes: decoding anew for each draft is what makes every draft a copy of its own.
TEMPLATES: Mapping[str, bytes] = {
    file.name.removesuffix(SUFFIX): file.read_bytes()
    for file in importlib.resources.files(__package__).joinpath("templates").iterdir()
    if file.name.endswith(SUFFIX)
}


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a draft is for, and the call it comes from. References are relative: `Type/id`.

    `requester` is the `userId` of the call where that is a Practitioner or a PractitionerRole. Nobody else
    may be offered drafts (GUIDELINE C, "Alert-fatigue policy").
    """

    patient: str
    encounter: str | None
    requester: str | None
    authored_on: datetime.date


def fill(template: str, to: Recipient, *, reason: str | None = None) -> Draft:
    """A fresh draft from the named template.

    Values are set by element, never by replacing text, so whatever they contain arrives unchanged. What the
    call does not know is left out (PROTOCOL A4). Without `reason` the template's own reason stands.
    """
    draft: Draft = msgspec.json.decode(TEMPLATES[template])
    draft["for" if draft["resourceType"] == "Task" else "subject"] = {"reference": to.patient}
    draft["authoredOn"] = to.authored_on.isoformat()
    for element, reference in (("encounter", to.encounter), ("requester", to.requester)):
        if reference is None:
            del draft[element]
        else:
            draft[element] = {"reference": reference}
    if reason is not None:
        draft["reasonCode"] = [{"text": reason}]
    return draft
