"""What a CDS client sends: the hook call and its context (CDS Hooks 2.0/3.0, "HTTP Request")."""

from typing import Annotated, Generic, TypeVar

import msgspec

from fhir_mappings.bundle import Answer

FHIR_ID = r"^[A-Za-z0-9\-.]{1,64}\Z"
USER = r"^(Practitioner|PractitionerRole|Patient|RelatedPerson)/[A-Za-z0-9\-.]{1,64}\Z"
# RFC 4122 text form. Letters beyond f are let through: a stock preset of a public test kit carries one, and
# the value is only ever echoed into a hash.
HOOK_INSTANCE = r"^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{12}\Z"

BEARER = r"^[Bb]earer\Z"
BASE_URL = r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s]+\Z"


class Message(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A message received. Members it does not name are ignored: later versions of a hook may add some."""


class FhirAuthorization(Message, frozen=True, kw_only=True):
    """The client's OAuth access token for its FHIR server; never stored, logged or echoed."""

    access_token: Annotated[str, msgspec.Meta(min_length=1)] = msgspec.field(name="access_token")
    token_type: Annotated[str, msgspec.Meta(pattern=BEARER)] = msgspec.field(name="token_type")
    expires_in: int = msgspec.field(name="expires_in")
    scope: str
    subject: str
    patient: str | None = None

    def __repr__(self) -> str:
        """Name the class only: a token must not reach a log by way of a repr."""
        return "FhirAuthorization(…)"


Prefetched = TypeVar("Prefetched")


class HookRequest(Message, Generic[Prefetched], frozen=True, kw_only=True):
    """One hook call. `context` stays undecoded: each hook has its own.

    `prefetch` is read along with the rest where every resource in it can be (`Prefetched` is then
    `fhir_mappings.bundle.Answer`): one pass over a large body costs half of two. Otherwise it stays undecoded
    (`msgspec.Raw`), and each resource is read on its own.

    `fhir_server` is required where `fhir_authorization` is present (invariant cds-r-1).
    """

    hook: str
    hook_instance: Annotated[str, msgspec.Meta(pattern=HOOK_INSTANCE)]
    context: msgspec.Raw
    fhir_server: Annotated[str, msgspec.Meta(pattern=BASE_URL)] | None = None
    fhir_authorization: FhirAuthorization | None = None
    prefetch: dict[str, Prefetched] | None = None
    extension: dict[str, msgspec.Raw] | None = None


WholeRequest = HookRequest[Answer]
"""A call in which every resource could be read."""
CarefulRequest = HookRequest[msgspec.Raw]
"""A call whose resources are still to be read, one by one."""
ReceivedRequest = WholeRequest | CarefulRequest


class CallContext(Message, frozen=True, kw_only=True):
    """What the contexts of all our hooks have: who looks at whose chart, in which encounter."""

    user_id: Annotated[str, msgspec.Meta(pattern=USER)]
    patient_id: Annotated[str, msgspec.Meta(pattern=FHIR_ID)]
    encounter_id: Annotated[str, msgspec.Meta(pattern=FHIR_ID)] | None = None


class PatientViewContext(CallContext, frozen=True, kw_only=True):
    """The context of patient-view: nothing more."""


class OrderSignContext(CallContext, frozen=True, kw_only=True):
    """The context of order-sign: every order that is about to be signed.

    `draft_orders` is a Bundle. Real clients leave out its type, and write resources that R4 does not know: it
    is read on its own (`fhir_mappings.orders`).
    """

    draft_orders: msgspec.Raw


class OrderSelectContext(OrderSignContext, frozen=True, kw_only=True):
    """The context of order-select: the orders being written, and which of them were just chosen."""

    selections: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
