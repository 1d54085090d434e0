"""What a CDS service is to the rest of the house: an entry in discovery, and an answer to a call."""

import datetime
from collections.abc import Callable, Mapping

import msgspec

from cdshooks.cards.fit import fit
from cdshooks.cards.identity import CardKeys
from cdshooks.cards.signed import Answers, Signing, nobody_answered
from cdshooks.chart.gather import Ask, Gathered, gather
from cdshooks.chart.lacking import LackingError
from cdshooks.chart.ledger import Entry
from cdshooks.chart.prefetch import Query
from cdshooks.chart.servers import Access, FhirServers
from cdshooks.drafts import Recipient
from cdshooks.trust.client import ANYONE, Client
from cdshooks.wire.discovery import ServiceEntry
from cdshooks.wire.request import CallContext, Message, ReceivedRequest
from cdshooks.wire.response import HookResponse
from fhir_mappings.inputs import DataQuality, GuidelineInputs
from fhir_mappings.value_sets import Terminology

_SIGNS = ("Practitioner/", "PractitionerRole/")
_IGNORED = DataQuality(
    issue="as-of-ignored", because="the request states another day; this service evaluates for today"
)


class Timing(msgspec.Struct, kw_only=True):
    """What became of each prefetch key of a call, and how long it took; it goes out with the answer."""

    keys: dict[str, Entry] = {}


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One hook call as a service gets it: the request, who sent it, the day and the codes to answer by.

    `as_of_ignored` is true where the request asked for another day and the settings do not honour that.
    `extra_risk_factors` is the setting of that name.
    `keys` sign the uuids of its cards, and `answers` looks up what was answered to earlier ones.
    Without `servers` no FHIR server is asked. `gather` notes in `timing` what became of each prefetch key.
    """

    request: ReceivedRequest
    as_of: datetime.date
    as_of_ignored: bool = False
    terminology: Terminology
    extra_risk_factors: bool = False
    client: Client = ANYONE
    keys: CardKeys = msgspec.field(default_factory=CardKeys.ephemeral)
    answers: Answers = nobody_answered
    servers: FhirServers | None = None
    timing: Timing = msgspec.field(default_factory=Timing)

    def signing(self, patient_id: str) -> Signing:
        """What the cards of this call are signed with, and silenced by."""
        return Signing(
            signature=self.keys.signature(
                client=self.client.name,
                patient_id=patient_id,
                hook_instance=self.request.hook_instance,
            ),
            as_of=self.as_of,
            answers=self.answers,
        )

    def gather(self, patient_id: str, queries: tuple[Query, ...]) -> Gathered:
        """The chart of a patient, from wherever this call says that it may be found.

        Raises:
            LackingError: 412 where a required query could not be had, or holds no such patient.
        """
        try:
            gathered = gather(self._ask(patient_id, queries))
        except LackingError as lacking:
            self.timing.keys.update(lacking.ledger)
            raise
        self.timing.keys.update(gathered.entries)
        return gathered

    def _ask(self, patient_id: str, queries: tuple[Query, ...]) -> Ask:
        return Ask(
            patient_id=patient_id,
            queries=queries,
            prefetch=self.request.prefetch,
            access=Access(
                server=self.request.fhir_server,
                authorization=self.request.fhir_authorization,
                client=self.client,
                terminology=self.terminology,
            ),
            servers=self.servers,
        )


def recipient_of(call: Call, context: CallContext) -> Recipient | None:
    """Whom drafts are for; nobody where patients or relatives look at the chart: they cannot sign."""
    if not context.user_id.startswith(_SIGNS):
        return None
    return Recipient(
        patient=f"Patient/{context.patient_id}",
        encounter=f"Encounter/{context.encounter_id}" if context.encounter_id else None,
        requester=context.user_id,
        authored_on=call.as_of,
    )


def with_day_ignored(call: Call, inputs: GuidelineInputs) -> GuidelineInputs:
    """The inputs, with word of it where the request states a day that is not honoured."""
    if not call.as_of_ignored:
        return inputs
    return msgspec.structs.replace(inputs, data_quality=(*inputs.data_quality, _IGNORED))


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """One CDS service. `answer` raises `wire.outcome.Problem` where there can be no cards."""

    id: str
    hook: str
    context: type[Message]
    title: str
    description: str
    usage_requirements: str
    prefetch: Callable[[Terminology], Mapping[str, str]]
    context_may_suffice: bool = False
    """Whether the context alone may end a call: then the prefetch is not decoded along with it."""
    answer: Callable[[Call], HookResponse]

    def reply(self, call: Call) -> HookResponse:
        """The answer in what the client of the call can show."""
        return fit(self.answer(call), call.client.profile)

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
