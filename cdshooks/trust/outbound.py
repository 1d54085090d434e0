"""Where the service may ask for charts: FHIR servers of the origins bound to the client, and nothing else."""

import re
from urllib.parse import urljoin, urlsplit

import msgspec

from cdshooks.trust.addresses import Reach, networks
from cdshooks.trust.client import ANYONE, Client

_BASE = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9._\-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/[A-Za-z0-9._~!$&'()*+,;=:@%\-]*)*)\Z",
    re.IGNORECASE,
)
"""A FHIR base as it may stand in `fhirServer`: no user, no query, no fragment, no backslash, no space."""
_PRINTABLE = re.compile(r"[\x21-\x5b\x5d-\x7e]+\Z")
_STEP_UP = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|\Z)|%2f|%5c", re.IGNORECASE)
_LOOPBACK = re.compile(r"localhost\.?|127(?:\.[0-9]{1,3}){3}|\[::1\]", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}


class RefusedError(Exception):
    """A FHIR server that is not asked. The message says why, and quotes nothing of the call."""


class Base(msgspec.Struct, frozen=True, kw_only=True):
    """The base of a FHIR server that may be asked: `url` without a slash at its end."""

    url: str
    origin: str

    def within(self, link: str, *, at: str) -> str | None:
        """The absolute URL of a `next` link found in the answer of `at`; None where it leads elsewhere.

        A relative link counts from `at`. Only the same origin, below the same base, is not elsewhere.
        """
        if not _PRINTABLE.match(link):
            return None
        try:
            parts = urlsplit(urljoin(at, link))
            origin = _origin(parts.scheme, parts.hostname or "", parts.port)
        except ValueError:
            return None
        path = parts.path
        root = urlsplit(self.url).path
        inside = path == root or path.startswith(root + "/")
        if parts.username is not None or origin != self.origin or not inside or _STEP_UP.search(path):
            return None
        # Written anew from what was looked at, so that nobody reads it in another way later.
        return f"{self.origin}{path}{'?' + parts.query if parts.query else ''}"


class Outbound(msgspec.Struct, frozen=True, kw_only=True):
    """The policy of this installation: what clients of their own do not say, the settings say.

    `origins` and `networks` count where nobody checks who calls; a client that is known has its own.
    """

    dev: bool = False
    origins: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()

    def base(self, server: str, client: Client) -> Base:
        """The FHIR server of a call, if it may be asked for this client; else RefusedError."""
        found = _BASE.match(server)
        if found is None or _STEP_UP.search(found["path"]):
            raise RefusedError("`fhirServer` is not the plain URL of a FHIR server")
        scheme = found["scheme"].lower()
        local = self.dev and _LOOPBACK.fullmatch(found["host"]) is not None
        if scheme != "https" and not local:
            raise RefusedError("`fhirServer` is not https")
        try:
            origin = _origin(scheme, found["host"].strip("[]"), int(found["port"]) if found["port"] else None)
        except ValueError:
            raise RefusedError("`fhirServer` is not the plain URL of a FHIR server") from None
        bound = self.origins if client == ANYONE else client.fhir_origins
        if not local and origin not in {_normal(each) for each in bound}:
            raise RefusedError("`fhirServer` is not one that may be asked for this client")
        return Base(url=origin + found["path"].rstrip("/"), origin=origin)

    def reach(self, client: Client) -> Reach:
        """The addresses that may be connected to for this client."""
        named = self.networks if client == ANYONE else client.fhir_networks
        return Reach(networks=networks(named), loopback=self.dev)


def _normal(origin: str) -> str:
    """An origin of the configuration in the form that origins are compared in."""
    parts = urlsplit(origin)
    return _origin(parts.scheme, parts.hostname or "", parts.port)


def _origin(scheme: str, host: str, port: int | None) -> str:
    if port is not None and not 0 < port <= 65535:  # noqa: PLR2004 - the ports there are
        raise ValueError("port")
    shown = f"[{host.lower()}]" if ":" in host else host.lower()
    scheme = scheme.lower()
    return f"{scheme}://{shown}" + ("" if port in {None, _DEFAULT_PORTS.get(scheme)} else f":{port}")
