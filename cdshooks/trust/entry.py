"""One client as an operator writes it in the trust file; `docs/reference-trust-file.md` is made from this."""

import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from cdshooks.settings import ORIGIN
from cdshooks.trust.client import Profile, member
from cdshooks.trust.keys import ALGORITHMS, RECOMMENDED
from cdshooks.trust.trusted import LEEWAY_SECONDS, LONGEST_LIFETIME_SECONDS

_Text = Annotated[str, Meta(min_length=1)]
_Texts = Annotated[frozenset[_Text], Meta(min_length=1)]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """The members of a [[client]] table."""

    name: Annotated[
        str,
        member(
            "letters a to z, digits and hyphens, at most 64",
            "What logs and reports call the client. It stands in the log, so it should be no secret.",
            pattern=r"^[a-z0-9][a-z0-9-]{0,63}\Z",
        ),
    ]
    issuer: Annotated[
        str,
        member(
            "a text",
            "What the client's tokens say in `iss`, letter by letter. Several clients may share it where each "
            "has `tenants` of its own.",
            min_length=1,
        ),
    ]
    jku: Annotated[
        str | None,
        member(
            "an https URL without user name and fragment",
            "Where the client publishes its keys. A token whose `jku` is another is refused, and never asked "
            "for. Either this or `jwks_file` has to be there.",
        ),
    ] = None
    jwks_file: Annotated[
        Path | None,
        member(
            "the path of a file",
            "A JWK set with the client's public keys, where it does not publish them. A relative path counts "
            "from the trust file. The file is read again when a token names a key that is not in it.",
        ),
    ] = None
    audiences: Annotated[
        Annotated[tuple[_Text, ...], Meta(min_length=1)] | None,
        member(
            "a list of texts",
            "What the client's tokens say in `aud`, of which one has to be there. Not set: the URL of the "
            "endpoint that is called, as `public_url` and its path. To be set where the client's `aud` is "
            "written by hand.",
        ),
    ] = None
    algorithms: Annotated[
        tuple[Annotated[str, Meta(pattern=rf"^({'|'.join(ALGORITHMS)})\Z")], ...],
        member(
            f"a list of {', '.join(ALGORITHMS)}",
            "The algorithms the client may sign with. There is neither none nor any with a shared secret.",
            min_length=1,
        ),
    ] = RECOMMENDED
    tenants: Annotated[
        _Texts | None,
        member(
            "a list of texts",
            "The organisations behind the issuer, by the `tenant` of their tokens. Not set: any, and none.",
        ),
    ] = None
    subjects: Annotated[
        _Texts | None,
        member("a list of texts", "What the client's tokens say in `sub`. Not set: anything."),
    ] = None
    services: Annotated[
        _Texts | None,
        member(
            "a list of ids of services",
            "The services the client may call; others are answered with 403 and do not stand in its "
            "discovery. Not set: all.",
        ),
    ] = None
    fhir_origins: Annotated[
        tuple[Annotated[str, Meta(pattern=ORIGIN)], ...],
        member(
            "a list of https origins such as https://ehr.example.org, without a path",
            "The FHIR servers that may be asked for this client's patients. Not set: none.",
        ),
    ] = ()
    fhir_networks: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[0-9A-Fa-f:.]+/[0-9]{1,3}\Z")], ...],
        member(
            "a list of networks such as 10.20.0.0/16",
            "Private networks in which those servers may stand. Not set: public addresses only.",
        ),
    ] = ()
    fhir_deadline: Annotated[
        Annotated[float, Meta(ge=0.05, le=60)] | None,
        member(
            "seconds from 0.05 to 60",
            "How long all queries of one call to those servers may take together. Not set: as in the settings.",
        ),
    ] = None
    code_map: Annotated[
        Path | None,
        member(
            "the path of a file",
            "A [local code map](local-codes.md) for this client, in place of that of the settings. A relative "
            "path counts from the trust file.",
        ),
    ] = None
    leeway_seconds: Annotated[
        int,
        member(
            "a whole number from 0 to 60", "How far the client's clock may be off, in seconds.", ge=0, le=60
        ),
    ] = LEEWAY_SECONDS
    longest_lifetime_seconds: Annotated[
        int,
        member(
            "a whole number from 1 to 3600",
            "How long a token may be valid, from `iat` to `exp`. A token is remembered for as long.",
            ge=1,
            le=3600,
        ),
    ] = LONGEST_LIFETIME_SECONDS


def members(of: type[Entry] | type[Profile]) -> Mapping[str, Any]:
    """The annotated type of each member, in the order they are documented in."""
    return typing.get_type_hints(of, include_extras=True)


def documentation(of: type[Entry] | type[Profile], name: str) -> Meta:
    """The Meta of one member: `title` says what its value has to be, `description` what it does."""
    return next(meta for meta in members(of)[name].__metadata__ if isinstance(meta, Meta) and meta.title)
