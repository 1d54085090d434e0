"""The clients that are known, each with what its tokens have to be like."""

from collections.abc import Iterable

import msgspec

from cdshooks.trust.client import Client
from cdshooks.trust.key_source import KeySource
from cdshooks.trust.keys import RECOMMENDED
from cdshooks.trust.refusal import Reason, Refused
from fhir_mappings.code_facts import LocalCode

LEEWAY_SECONDS = 60
LONGEST_LIFETIME_SECONDS = 300


class Trusted(msgspec.Struct, frozen=True, kw_only=True):
    """One client, and how it proves that it is the one."""

    client: Client
    issuer: str
    keys: KeySource
    jku: str | None = None
    """Where the keys are published; None where they are in a file."""
    audiences: tuple[str, ...] | None = None
    """What its tokens name as their audience; None means the public URL of the endpoint that is called."""
    algorithms: tuple[str, ...] = RECOMMENDED
    tenants: frozenset[str] | None = None
    subjects: frozenset[str] | None = None
    leeway_seconds: int = LEEWAY_SECONDS
    longest_lifetime_seconds: int = LONGEST_LIFETIME_SECONDS
    local_codes: tuple[LocalCode, ...] | None = None
    """Its own codes in place of those of the settings."""


class Trust:
    """All clients that are known. An issuer is one client, or several with tenants of their own."""

    def __init__(self, clients: Iterable[Trusted]) -> None:
        self.clients = tuple(clients)
        self._by_issuer: dict[str, list[Trusted]] = {}
        for each in self.clients:
            self._by_issuer.setdefault(each.issuer, []).append(each)

    def find(self, issuer: str, tenant: str | None) -> Trusted:
        """The client that a token says it is from, or Refused. The token is not believed by that."""
        of_issuer = self._by_issuer.get(issuer)
        if of_issuer is None:
            raise Refused(Reason.ISSUER)
        for each in of_issuer:
            if each.tenants is None or tenant in each.tenants:
                return each
        raise Refused(Reason.TENANT)
