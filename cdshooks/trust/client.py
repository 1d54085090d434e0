"""A CDS client as the service knows it: what it may ask for, and what it can show."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta


def member(expected: str, means: str, **bounds: Any) -> Meta:  # noqa: ANN401 - whatever Meta takes
    """The documentation of a member of the trust file: what its value has to be, and what it does."""
    return Meta(title=expected, description=means, **bounds)


SWITCH = "true or false"
RESOURCE_TYPE = Annotated[str, Meta(pattern=r"^[A-Z][A-Za-z]{1,63}\Z")]


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What the client can do with an answer. The defaults are what every client of CDS Hooks 2.0 can do."""

    version: Annotated[
        Literal["2.0", "3.0"],
        member('"2.0" or "3.0"', "The version of CDS Hooks that the client implements."),
    ] = "2.0"
    action_selection_behavior: Annotated[
        bool,
        member(
            SWITCH,
            "Whether the client lets people choose among the actions of one suggestion. Needs version 3.0.",
        ),
    ] = False
    markdown: Annotated[
        Literal["github", "no-tables", "none"],
        member(
            '"github", "no-tables" or "none"',
            "What the client renders of a card's text: GitHub-flavoured Markdown; the same with lists in "
            "place of tables; or plain text.",
        ),
    ] = "github"
    max_cards: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        member(
            "a whole number from 1",
            "How many cards the client shows. Critical cards are sent in any case; what others say is told at "
            "the end of the first card. Not set: all.",
        ),
    ] = None
    action_resource_types: Annotated[
        frozenset[RESOURCE_TYPE] | None,
        member(
            'a list of FHIR resource types, such as ["MedicationRequest"]',
            "The resource types that the client takes in an action. A suggestion with another is not sent; "
            "its card names it in words. An empty list: none. Not set: all.",
        ),
    ] = None
    evaluation: Annotated[
        bool, member(SWITCH, "Whether the client gets the trace as an extension of the answer.")
    ] = True


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """One client. `name` is what logs, reports and keyed hashes call it; it is no secret and no PHI."""

    name: str
    fhir_origins: tuple[str, ...] = ()
    """Origins ("https://ehr.example.org") of FHIR servers that may be asked for this client's patients."""
    fhir_networks: tuple[str, ...] = ()
    """Private networks ("10.20.0.0/16") in which those servers may stand; else only public addresses may be."""
    fhir_deadline: float | None = None
    """Seconds its FHIR servers get for all queries of one call; None means what the settings say."""
    services: frozenset[str] | None = None
    """The ids of the services it may call; None means all."""
    profile: Profile = Profile()


ANYONE = Client(name="anyone")
"""Whoever calls where nobody checks: in development, and behind something that does check."""
