"""What can be set. Where the values come from is `settings_sources`; `docs/settings.md` is made from this."""

import typing
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

ORIGIN = r"^https?://([A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?\Z"
"""An origin as a browser sends it: scheme, host and port. Neither a path nor a wildcard."""

PUBLIC_URL = ORIGIN.removesuffix(r"\Z") + r"(/[A-Za-z0-9._~\-]+)*\Z"
"""The base URL of a service: an origin, and a path where it has one."""


DATABASE = r"^(sqlite|postgresql(\+psycopg)?)://"
CARD_KEY = r"^[0-9A-Fa-f]{64}\Z"
NETWORK = r"^[0-9A-Fa-f:.]+/[0-9]{1,3}$"
"""A network as an address and the length of its prefix."""


class SettingsError(ValueError):
    """Settings that cannot be used. Names every mistake at once, and never the value of a setting."""

    def __init__(self, *mistakes: str) -> None:
        self.mistakes = mistakes
        many = f"{len(mistakes)} settings are wrong:\n  " if len(mistakes) > 1 else ""
        super().__init__(many + "\n  ".join(mistakes))


def _setting(expected: str, means: str, **bounds: Any) -> Meta:  # noqa: ANN401 - whatever Meta takes
    """The documentation of one setting: what its value has to be, in words, and what it does."""
    return Meta(title=expected, description=means, **bounds)


_SWITCH = "true or false"
_COUNT = "a whole number from 1"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting of the service, with its default."""

    host: Annotated[
        str,
        _setting(
            "an address or a host name",
            "The address to listen on. Anything but loopback needs `trust_file`, or "
            "`accept_unauthenticated_clients`.",
            min_length=1,
        ),
    ] = "127.0.0.1"
    port: Annotated[
        int,
        _setting(
            "a whole number from 0 to 65535", "The TCP port to listen on; 0 takes a free one.", ge=0, le=65535
        ),
    ] = 8080
    workers: Annotated[int, _setting(_COUNT, "Processes that answer calls.", ge=1)] = 2
    threads: Annotated[int, _setting(_COUNT, "Calls that one process works on at a time.", ge=1)] = 8
    dev: Annotated[
        bool,
        _setting(
            _SWITCH,
            "Development: without `trust_file` everyone on this machine is trusted, requests may state the day "
            "they are evaluated for, and the public CDS Hooks sandbox may call. Refused on anything but "
            "loopback.",
        ),
    ] = False
    time_zone: Annotated[
        zoneinfo.ZoneInfo,
        _setting(
            "the name of an IANA time zone, such as Europe/Vienna",
            "The time zone that decides which day today is.",
        ),
    ] = zoneinfo.ZoneInfo("UTC")
    honour_as_of: Annotated[
        bool | None,
        _setting(
            _SWITCH,
            "Whether a request may state the day it is evaluated for, in "
            '`extension["com.bone-health-cds.as-of"]`. Not set: only with `dev`.',
        ),
    ] = None
    check_answers: Annotated[
        bool | None,
        _setting(
            _SWITCH,
            "Whether each answer is held against the rules of CDS Hooks before it leaves; one that breaks a "
            "rule becomes a 500. Not set: only with `dev`.",
        ),
    ] = None
    max_body_bytes: Annotated[
        int,
        _setting(_COUNT, "The largest request body that is read; a larger one is answered with 413.", ge=1),
    ] = 16 * 1024 * 1024
    request_seconds: Annotated[
        float,
        _setting(
            "a number of seconds above 0, at most 3600",
            "How long a request may take to arrive in full. A slower one is answered with 408.",
            gt=0,
            le=3600,
        ),
    ] = 10.0
    code_map: Annotated[
        Path | None,
        _setting(
            "the path of a file",
            "A TOML file with the hospital's own codes, added to the value sets. A relative path in the "
            "settings file counts from that file.",
        ),
    ] = None
    trust_file: Annotated[
        Path | None,
        _setting(
            "the path of a file",
            "A TOML file with [the clients that may call](reference-trust-file.md). With it every call has to "
            "be signed. A relative path in the settings file counts from that file.",
        ),
    ] = None
    public_url: Annotated[
        Annotated[str, Meta(pattern=PUBLIC_URL)] | None,
        _setting(
            "an http or https URL without a slash at the end, such as https://cds.example.org",
            "The URL under which clients reach the service, to which `/cds-services` is added. Tokens have to "
            "name it. Needed with `trust_file`, unless every client there has `audiences` of its own.",
        ),
    ] = None
    open_discovery: Annotated[
        bool,
        _setting(
            _SWITCH,
            "Whether `/cds-services` is answered to whoever shows no token, although there is a `trust_file`.",
        ),
    ] = False
    extra_risk_factors: Annotated[
        bool,
        _setting(
            _SWITCH,
            "Whether alcohol from 3 drinks a day, rheumatoid arthritis and secondary osteoporosis count among "
            "the risk factors for which drug therapy is considered at low T-scores. The guideline counts them "
            "in FRAX only.",
        ),
    ] = False
    cors_origins: Annotated[
        tuple[Annotated[str, Meta(pattern=ORIGIN)], ...],
        _setting(
            "origins such as https://ehr.example.org, without a path",
            "Browser origins that may call, separated by commas in the variable. Not set, but `dev` is: the "
            "public CDS Hooks sandbox and any port of this machine.",
        ),
    ] = ()
    accept_unauthenticated_clients: Annotated[
        bool,
        _setting(
            _SWITCH,
            "Listen beyond loopback without a `trust_file`, so although the service does not check who calls. "
            "Only where something in front of it does.",
        ),
    ] = False
    state_dir: Annotated[
        Path | None,
        _setting(
            "the path of a directory",
            "Where the store and the card key are kept. It is made where it does not exist. Not set: the "
            "`STATE_DIRECTORY` that systemd gives, else `bone-health-cds` below `XDG_STATE_HOME` or "
            "`~/.local/state`. `cdshooks serve` names it when it starts.",
        ),
    ] = None
    database_url: Annotated[
        Annotated[str, Meta(pattern=DATABASE)] | None,
        _setting(
            "a URL such as sqlite:////var/lib/cds/store.sqlite3 or postgresql://user:password@host/name",
            "The store of feedback and of tokens seen. Not set: `store.sqlite3` in `state_dir`.",
        ),
    ] = None
    card_keys: Annotated[
        tuple[Annotated[str, Meta(pattern=CARD_KEY)], ...],
        _setting(
            "keys of 64 hexadecimal digits",
            "The keys of the uuids of cards, separated by commas in the variable: the current one first, "
            "then earlier ones, which still read feedback on older cards. A secret.",
        ),
    ] = ()
    card_key_file: Annotated[
        Path | None,
        _setting(
            "the path of a file",
            "A file with the card keys, one a line, the current one first. Not set, and neither `card_keys` "
            "nor `database_url` is: `card.key` in `state_dir`, made where there is none. A service with a "
            "`database_url` has to be given its keys.",
        ),
    ] = None
    feedback_comments: Annotated[
        bool,
        _setting(
            _SWITCH,
            "Whether the comments of feedback are kept. They are free text, and may say something about a "
            "patient.",
        ),
    ] = True
    fhir_origins: Annotated[
        tuple[Annotated[str, Meta(pattern=ORIGIN)], ...],
        _setting(
            "origins such as https://ehr.example.org, without a path",
            "FHIR servers that may be asked for what a call lacks, where nobody checks who calls; a client "
            "that is known has its own. With `dev`, any server on this machine may be asked too.",
        ),
    ] = ()
    fhir_networks: Annotated[
        tuple[Annotated[str, Meta(pattern=NETWORK)], ...],
        _setting(
            "networks such as 10.20.0.0/16",
            "Private networks in which the servers of `fhir_origins` may stand. Without one only public "
            "addresses are connected to. Addresses at which clouds hand out credentials never are.",
        ),
    ] = ()
    fhir_deadline: Annotated[
        float,
        _setting(
            "seconds from 0.05 to 60",
            "How long all queries of one call to a FHIR server may take together. What has not come by then "
            "counts as failed.",
            ge=0.05,
            le=60,
        ),
    ] = 3.0
    fhir_calls: Annotated[
        int,
        _setting(
            _COUNT,
            "Calls for which one process asks FHIR servers at a time; half of them may ask the same server. "
            "Others wait for a place, within their deadline. Each may take a thread for each query, and "
            "`fhir_max_bytes` of memory.",
            ge=1,
        ),
    ] = 16
    fhir_max_bytes: Annotated[
        int,
        _setting(
            _COUNT,
            "The most bytes, decompressed, that are read from a FHIR server for one call, by all queries "
            "together.",
            ge=1,
        ),
    ] = 64 * 1024 * 1024
    fhir_without_token: Annotated[
        bool | None,
        _setting(
            _SWITCH,
            "Whether a FHIR server is asked for a call that has no `fhirAuthorization`, as open test servers "
            "can be. Not set: only with `dev`.",
        ),
    ] = None
    fhir_ca_bundle: Annotated[
        Path | None,
        _setting(
            "the path of a file",
            "The certificate authorities, in PEM, that FHIR servers are verified with instead of the public "
            "ones. Verification cannot be turned off.",
        ),
    ] = None
    fhir_proxy: Annotated[
        Annotated[str, Meta(pattern=ORIGIN)] | None,
        _setting(
            "a URL such as http://proxy.example.org:3128",
            "The proxy through which FHIR servers are asked. It looks up their names, so it decides which "
            "addresses are reached. Proxies named by the environment do not count.",
        ),
    ] = None
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
        _setting(
            "DEBUG, INFO, WARNING, ERROR or CRITICAL",
            "The least severe log records to write. No level writes anything about a patient.",
        ),
    ] = "INFO"

    @property
    def honours_as_of(self) -> bool:
        """Whether a request may state the day it is evaluated for."""
        return self.dev if self.honour_as_of is None else self.honour_as_of

    @property
    def checks_answers(self) -> bool:
        """Whether answers are held against the rules before they leave."""
        return self.dev if self.check_answers is None else self.check_answers

    @property
    def asks_without_token(self) -> bool:
        """Whether a FHIR server is asked for a call that has no token."""
        return self.dev if self.fhir_without_token is None else self.fhir_without_token


TYPES: Mapping[str, Any] = typing.get_type_hints(Settings, include_extras=True)
"""The annotated type of each setting, in the order they are documented in."""


def documentation(name: str) -> Meta:
    """The Meta of one setting: `title` says what its value has to be, `description` what it does."""
    return next(meta for meta in TYPES[name].__metadata__ if isinstance(meta, Meta))
