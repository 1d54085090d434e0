"""Whether a medicine goes through the whole body, by the route of its dosage, its form and its names."""

import re
from enum import StrEnum

from fhir_mappings.dosage.json import decoded, listed, member, text
from fhir_mappings.medicines.records import Entry

_SYSTEMIC_CODES = frozenset(
    {
        # SNOMED CT: oral, intravenous, intramuscular, subcutaneous, nasogastric, gastrostomy.
        "26643006",
        "47625008",
        "78421000",
        "34206005",
        "127492001",
        "127490009",
        # HL7 v3 RouteOfAdministration.
        "PO",
        "IV",
        "IM",
        "SC",
        "SQ",
    }
)
_LOCAL_CODES = frozenset(
    {
        # SNOMED CT: topical, otic, intra-articular, vaginal, rectal, nasal, ophthalmic, respiratory tract.
        "6064005",
        "10547007",
        "12130007",
        "16857009",
        "37161004",
        "46713006",
        "54485002",
        "447694001",
    }
)
_LOCAL = re.compile(
    r"ophthalm|\beyes?\b|\botic\b|\bears?\b|\bauricular|\bnasal|\bnose\b|\binhal|\bnebul|\baerosol|\brespir"
    r"|\btopical|\bcutaneous|\bskin\b|\bcream|\bointment|\blotion|\bgel\b|\bfoam\b|\bspray|\bshampoo"
    r"|\brectal|\benema|\bsuppositor|\bvagina|\bpaste\b|\bdental|\bbuccal|\bmouth ?wash|\bimplant\b"
    r"|\bintra-?(?:articular|vitreal|lesional|dermal|bursal|synovial|tympanic)|\bepidural",
    re.IGNORECASE,
)
_SYSTEMIC = re.compile(
    r"\boral|\bby mouth\b|\bper os\b|\bp\.?o\b|\bswallow|\bintravenous|\bi\.?v\b|\bintramuscular|\bi\.?m\b"
    r"|\bsub-?cutaneous|\bs\.?c\b|\bnasogastric|\bgastrostomy|\bperoral|\benteral",
    re.IGNORECASE,
)


_INJECTED_CODES = frozenset({"47625008", "78421000", "34206005", "IV", "IM", "SC", "SQ"})
_INJECTED = re.compile(
    r"\binject|\binfus|\bsyringe|\bintravenous|\bi\.?v\b|\bintramuscular|\bsub-?cutaneous", re.IGNORECASE
)


class Route(StrEnum):
    """The way into the body, as far as it is told."""

    SYSTEMIC = "systemic"
    LOCAL = "local"
    NOT_UNDERSTOOD = "not-understood"
    NOT_STATED = "not-stated"


def route_of(entry: Entry) -> Route:
    """By the codes of the routes, else their names; a form or a name for local use makes it local.

    Of several routes a local one goes first: where it is doubtful, nothing systemic is known.
    """
    form = entry.medicine.medication.form if entry.medicine.medication is not None else None
    codes = (*entry.medicine.codes, *((form,) if form is not None else ()))
    if any(_LOCAL.search(name) for code in codes for name in code.names):
        return Route.LOCAL
    routes = [_route(element) for element in listed(decoded(entry.dosage))]
    for route in (Route.LOCAL, Route.NOT_UNDERSTOOD, Route.SYSTEMIC):
        if route in routes:
            return route
    return Route.NOT_STATED


def is_injected(entry: Entry) -> bool:
    """Whether it is injected or infused and not swallowed, by its names or the route of its dosage."""
    if any(_INJECTED.search(name) for code in entry.medicine.codes for name in code.names):
        return True
    found = [_told(member(element, "route")) for element in listed(decoded(entry.dosage))]
    return any(codes & _INJECTED_CODES or _INJECTED.search(names) for codes, names in found)


def _told(route: object) -> tuple[set[str], str]:
    """The codes of a route, and its names."""
    codings = listed(member(route, "coding"))
    codes = {text(member(coding, "code")).upper() for coding in codings}
    return codes, " ".join(
        (text(member(route, "text")), *(text(member(coding, "display")) for coding in codings))
    )


def _route(element: object) -> Route:
    route = member(element, "route")
    if route is None:
        return Route.NOT_STATED
    codes, names = _told(route)
    if codes & _LOCAL_CODES or (
        _LOCAL.search(names.replace("subcutaneous", "")) and not codes & _SYSTEMIC_CODES
    ):
        return Route.LOCAL
    return Route.SYSTEMIC if codes & _SYSTEMIC_CODES or _SYSTEMIC.search(names) else Route.NOT_UNDERSTOOD
