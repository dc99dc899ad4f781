"""Which outside URLs and IP addresses may be called: pure rules, no network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import quote, urlsplit

import idna
from django.utils.translation import gettext as _

PORTS: Final = frozenset({443, 8443})
LONGEST: Final = 500
# Some Python versions report `is_global` for some of these; it is checked as well.
_DENIED: Final = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; cloud metadata of Alibaba
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's platform services, seen from its machines
        "169.254.0.0/16",  # link-local; metadata of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments; metadata of Oracle
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",  # protocol assignments, among them Teredo, which embeds IPv4
        "2001:db8::/32",
        "2002::/16",  # 6to4 embeds IPv4
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
# Everything else in IPv6 is local, multicast, reserved or an embedded address: IPv4-mapped,
# IPv4-compatible, NAT64.
_GLOBAL_V6: Final = ip_network("2000::/3")
# ISATAP interface identifiers, which also embed IPv4.
_ISATAP: Final = (0x00005EFE, 0x02005EFE)
_SPECIAL: Final = ("localhost", "local", "internal", "lan", "home.arpa", "onion", "alt")
_NAME: Final = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
)
# Characters that browsers may silently repair and that parsers understand differently.
_SUSPECT: Final = re.compile(r"[\x00-\x20\x7f\\]")


class Refused(ValueError):
    """The address may not be called; the text explains why to the person who typed it."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where an https URL leads; `path` includes the query, ready for a request line."""

    host: str
    port: int
    path: str


def read_url(url: str, *, ports: frozenset[int] = PORTS) -> Target:
    """The target of an https URL with a public host name. Raises `Refused`.

    Whether the name resolves to a public address is only checked when it is called.
    """
    if len(url) > LONGEST:
        raise Refused(_("The address is too long."))
    if _SUSPECT.search(url):
        raise Refused(_("The address contains a space or a character that does not belong there."))
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        raise Refused(_("This is not an address.")) from None
    if parts.scheme != "https":
        raise Refused(_("The address must start with https://."))
    if "@" in parts.netloc:
        raise Refused(_("The address must not contain a user name or password."))
    if port not in ports:
        raise Refused(_("Only ports %(ports)s can be called.") % {"ports": _list(ports)})
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return Target(_host(parts.hostname or ""), port, f"{path}?{query}" if query else path)


def _list(ports: frozenset[int]) -> str:
    return ", ".join(str(port) for port in sorted(ports))


def _host(name: str) -> str:
    """The host as it is looked up: lower-case ASCII, and no IP address in any spelling."""
    try:
        host = idna.encode(name, uts46=True).decode() if not name.isascii() else name.lower()
    except idna.IDNAError:
        raise Refused(_("This is not the name of a host.")) from None
    host = host.removesuffix(".")
    if _is_number(host):
        raise Refused(_("Give the name of a host, not its number."))
    if not _NAME.fullmatch(host):
        raise Refused(_("This is not the full name of a host."))
    if any(host == end or host.endswith(f".{end}") for end in _SPECIAL):
        raise Refused(_("This name leads to a private network."))
    return host


def _is_number(host: str) -> bool:
    """Whether this is an IP address in any spelling; no host name ends in a numeric label."""
    if ":" in host or "[" in host:
        return True
    last = host.rpartition(".")[2]
    return last.isdecimal() or re.fullmatch(r"0x[0-9a-f]*", last) is not None


def is_public(text: str) -> bool:
    """Whether this IP address may be called: only if it is global and not on the denied list."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv6Address) and not _plain_v6(address):
        return False
    return not any(address in network for network in _DENIED if network.version == address.version)


def _plain_v6(address: IPv6Address | IPv4Address) -> bool:
    identifier = (int(address) >> 32) & 0xFFFFFFFF
    return address in _GLOBAL_V6 and "%" not in str(address) and identifier not in _ISATAP
