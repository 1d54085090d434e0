"""What a CDS service is to the rest of the house: an entry in discovery, and an answer to a call."""

import datetime
from collections.abc import Callable, Mapping

import msgspec

from cdshooks.trust.client import ANYONE, Client
from cdshooks.wire.discovery import ServiceEntry
from cdshooks.wire.request import Message, ReceivedRequest
from cdshooks.wire.response import HookResponse
from fhir_mappings.value_sets import Terminology


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One hook call as a service gets it: the request, who sent it, the day and the codes to answer by.

    `as_of_ignored` is true where the request asked for another day and the settings do not honour that.
    """

    request: ReceivedRequest
    as_of: datetime.date
    as_of_ignored: bool = False
    terminology: Terminology
    client: Client = ANYONE


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """One CDS service. `answer` raises `wire.outcome.Problem` where there can be no cards."""

    id: str
    hook: str
    context: type[Message]
    title: str
    description: str
    usage_requirements: str
    prefetch: Callable[[Terminology], Mapping[str, str]]
    answer: Callable[[Call], HookResponse]

    def entry(self, terminology: Terminology) -> ServiceEntry:
        """Its line in discovery; the prefetch templates ask for the hospital's own codes too."""
        return ServiceEntry(
            id=self.id,
            hook=self.hook,
            title=self.title,
            description=self.description,
            usage_requirements=self.usage_requirements,
            prefetch=dict(self.prefetch(terminology)),
        )
