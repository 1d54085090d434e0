"""Where the service listens, and where it refuses to."""

import ipaddress
import os
import socket

from cdshooks.settings import Settings, SettingsError
from cdshooks.trust.addresses import is_loopback


class ListenError(Exception):
    """The address cannot be listened on. The message is one line that says which, and why."""


def refuse_exposure(settings: Settings) -> None:
    """Raise SettingsError where the settings would let anyone on a network call unchecked."""
    if is_loopback(settings.host):
        return
    if settings.dev:
        raise SettingsError("dev: trusts everyone who can reach it, so it is refused unless host is loopback")
    if settings.trust_file is None and not settings.accept_unauthenticated_clients:
        raise SettingsError(
            "host: is not loopback, and nobody checks who calls. Name the clients in a trust file (trust_file, "
            "CDSHOOKS_TRUST_FILE). If something in front of the service checks them, say so with "
            "accept_unauthenticated_clients (CDSHOOKS_ACCEPT_UNAUTHENTICATED_CLIENTS=true)"
        )


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; or a ListenError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        # create_server adds an address to the words of the system; name resolution has words of its own.
        reason = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)
        raise ListenError(f"cannot listen on {host} port {port}: {reason}") from error


def base_url(listener: socket.socket) -> str:
    """The URL under which this machine reaches `listener`."""
    host, port = listener.getsockname()[:2]
    address = ipaddress.ip_address(host)
    if address.is_unspecified:
        address = ipaddress.ip_address("::1" if isinstance(address, ipaddress.IPv6Address) else "127.0.0.1")
    return (
        f"http://[{address}]:{port}"
        if isinstance(address, ipaddress.IPv6Address)
        else f"http://{address}:{port}"
    )
