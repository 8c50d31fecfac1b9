"""Who asks, as far as an address tells: so that nobody's queries keep those of others waiting. It is never logged."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Networks = tuple[IPv4Network | IPv6Network, ...]

peer: ContextVar[str] = ContextVar("peer", default="")
"""The address at the other end of the connection whose request is being answered."""

_SITE = 64  # bits of an IPv6 address: whoever has one usually has all that begin so


def networks(written: Iterable[str]) -> Networks:
    """Addresses and networks (CIDR) as they are written in the settings; raises `ValueError`."""
    return tuple(ip_network(each, strict=False) for each in written)


def client(connected: str, forwarded: str, trusted: Networks) -> str:
    """Whose a request is: the one at the other end, or whom a trusted proxy there names last in X-Forwarded-For.

    What stands further left in that header anybody may have written. Where it names nobody, the proxy is the client.

    >>> trusted = networks(["127.0.0.1", "10.0.0.0/8"])
    >>> client("127.0.0.1", "192.0.2.1, 198.51.100.7, 10.1.2.3", trusted), client("192.0.2.9", "192.0.2.1", trusted)
    ('198.51.100.7', '192.0.2.9')
    >>> client("127.0.0.1", "no address", trusted), client("2001:db8::1", "", ())
    ('127.0.0.1', '2001:db8::/64')
    """
    found = connected
    for hop in reversed(forwarded.split(",")):
        if not _is_in(found, trusted) or not _is_address(hop.strip()):
            break
        found = hop.strip()
    return _grouped(found)


def _is_in(address: str, trusted: Networks) -> bool:
    return bool(trusted) and _is_address(address) and any(ip_address(address) in network for network in trusted)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _grouped(address: str) -> str:
    """An address, for IPv6 the network of which its owner has all."""
    if ":" not in address:  # as no IPv4 address has one
        return address
    if not _is_address(address) or not isinstance(ip_address(address), IPv6Address):
        return address
    return str(IPv6Network((int(ip_address(address)) >> _SITE << _SITE, _SITE)))
