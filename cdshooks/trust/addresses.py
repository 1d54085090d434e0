"""Which addresses may be connected to: public ones, and private ones that the configuration names.

A name is resolved once, every address it has is looked at, and the connection goes to an address that was
looked at: a name that means something else a moment later gains nothing (DNS rebinding).
"""

import functools
import ipaddress
import socket
from collections.abc import Callable

import msgspec

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], tuple[str, ...]]
"""From a host and a port to the addresses the host has, as text."""

_METADATA = frozenset(
    ipaddress.ip_address(each)
    for each in (
        "169.254.169.254",  # most clouds
        "169.254.170.2",  # containers of AWS
        "fd00:ec2::254",  # AWS over IPv6
        "100.100.100.200",  # Alibaba
        "192.0.0.192",  # Oracle
        "168.63.129.16",  # Azure, which looks like a public address
    )
)
"""Addresses at which clouds hand out credentials; no configuration opens them."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_IPV4_COMPATIBLE = ipaddress.IPv6Network("::/96")
_TRANSLATED = tuple(ipaddress.IPv6Network(each) for each in ("64:ff9b:1::/48", "2001::/32", "2002::/16"))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`. A name other than localhost counts as reachable."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class AddressRefusedError(Exception):
    """No connection is opened: an address is not one that may be reached. Names neither host nor address."""

    def __init__(self) -> None:
        super().__init__("the address is not one that may be reached")


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """What may be connected to for one client: public addresses, and what `networks` name.

    `loopback` is for development only.
    """

    networks: tuple[Network, ...] = ()
    loopback: bool = False

    def permits(self, text: str) -> bool:
        """Whether the address may be connected to; what is no plain address may not."""
        try:
            address = _embedded(ipaddress.ip_address(text))
        except ValueError:
            return False
        if address in _METADATA or address.is_link_local or address.is_multicast or address.is_unspecified:
            return False
        if any(address.version == each.version and address in each for each in self.networks):
            return True
        if address.is_loopback:
            return self.loopback
        return address.is_global and not address.is_reserved and not _is_inner(address)

    def addresses(self, host: str, port: int, resolve: Resolve) -> tuple[str, ...]:
        """The addresses of a host, every one of which may be connected to.

        Raises AddressRefusedError where one may not, OSError where the name is not known.
        """
        found = resolve(host, port)
        if not found or not all(self.permits(each) for each in found):
            raise AddressRefusedError
        return found


def system_resolver(host: str, port: int) -> tuple[str, ...]:
    """The addresses of a host as the system knows them, each once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(each[4][0]) for each in found))


@functools.lru_cache
def networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    """Networks written as 10.20.0.0/16 or fd12::/48; ValueError where one is not."""
    return tuple(ipaddress.ip_network(each, strict=False) for each in texts)


def _embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, where it stands for one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64 or (address in _IPV4_COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _is_inner(address: Address) -> bool:
    """Whether it is an IPv6 address of a site, or one that some router may turn into an IPv4 address."""
    return isinstance(address, ipaddress.IPv6Address) and (
        address.is_site_local or any(address in each for each in _TRANSLATED)
    )
