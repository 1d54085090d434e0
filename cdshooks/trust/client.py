"""A CDS client as the service knows it: what it may ask for, and what it can show."""

from typing import Literal

import msgspec


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What the client can do with an answer. The defaults are what every client of CDS Hooks 2.0 can do."""

    version: Literal["2.0", "3.0"] = "2.0"
    action_selection_behavior: bool = False
    max_cards: int | None = None
    """How many cards it shows; critical cards are sent in any case."""
    action_resource_types: frozenset[str] | None = None
    """The resource types it can take in an action; None means all."""
    evaluation: bool = True
    """Whether it gets the trace as an extension of the answer."""


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """One client. `name` is what logs, reports and keyed hashes call it; it is no secret and no PHI."""

    name: str
    fhir_origins: tuple[str, ...] = ()
    """Origins ("https://ehr.example.org") of FHIR servers that may be asked for this client's patients."""
    services: frozenset[str] | None = None
    """The ids of the services it may call; None means all."""
    profile: Profile = Profile()


ANYONE = Client(name="anyone")
"""Whoever calls where nobody checks: in development, and behind something that does check."""
