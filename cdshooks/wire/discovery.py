"""What discovery says of a service (CDS Hooks 2.0/3.0, "Discovery")."""

import msgspec

CDS_HOOKS_VERSION = "3.0.0"
"""The version of the CDS Hooks specification that the service implements (PROTOCOL B10)."""


class ServiceEntry(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One service: `prefetch` maps a key to a FHIR read or search the client is asked to run beforehand."""

    id: str
    hook: str
    title: str
    description: str
    usage_requirements: str
    prefetch: dict[str, str]
    version: str = CDS_HOOKS_VERSION


class Discovery(msgspec.Struct, frozen=True, kw_only=True):
    """The list of services at `/cds-services`."""

    services: tuple[ServiceEntry, ...]
