"""Domains, URLs and e-mail addresses, normalised for matching."""

# ruff: noqa: SIM905 - lists of words read better without quotes

from __future__ import annotations

import re

import idna


class BadAddress(ValueError):
    """Not an address of the expected kind. ``code``: domain, email, url, free_mail, shared_host."""

    def __init__(self, code: str, value: str) -> None:
        super().__init__(code)
        self.code = code
        self.value = value


LONGEST_DOMAIN = 253
LONGEST_EMAIL = 254
LONGEST_URL = 500

FREE_MAIL = frozenset(
    """gmail.com googlemail.com yahoo.com yahoo.fr yahoo.co.uk ymail.com rocketmail.com
    hotmail.com hotmail.fr hotmail.co.uk outlook.com outlook.fr live.com live.fr
    msn.com aol.com icloud.com me.com mac.com proton.me protonmail.com pm.me gmx.com
    gmx.fr gmx.de gmx.net web.de mail.com mail.ru yandex.com yandex.ru qq.com 163.com
    126.com zoho.com zohomail.com fastmail.com hey.com tutanota.com orange.fr
    wanadoo.fr free.fr sfr.fr laposte.net bbox.fr neuf.fr numericable.fr comcast.net
    verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net""".split()
)

# The front page of these belongs to the company itself; pages below it belong to others.
SHARED_HOSTS = frozenset(
    """facebook.com linkedin.com twitter.com x.com instagram.com youtube.com tiktok.com
    github.com google.com medium.com linktr.ee crunchbase.com yelp.com pinterest.com
    bit.ly t.co goo.gl""".split()
)

# Suffixes under which the public registers names. Not the whole public suffix list, only those that
# occur in company lists.
_TWO_PART_ENDINGS = frozenset(
    """co.uk org.uk ac.uk gov.uk ltd.uk plc.uk com.au net.au org.au edu.au gov.au co.nz
    org.nz co.jp ne.jp or.jp ac.jp co.in net.in org.in com.br net.br com.mx com.ar
    com.co com.cn net.cn com.hk com.sg com.my co.th co.id co.kr or.kr com.tr com.tw
    co.za com.ua com.pl co.il com.sa com.eg com.pe com.ve com.uy com.ec com.ph com.vn
    com.pk com.ng co.ke com.es com.pt com.fr gouv.fr asso.fr github.io gitlab.io
    netlify.app vercel.app herokuapp.com wixsite.com weebly.com wordpress.com
    blogspot.com myshopify.com squarespace.com webflow.io pages.dev web.app
    firebaseapp.com azurewebsites.net cloudfront.net amazonaws.com substack.com
    tumblr.com business.site godaddysites.com square.site carrd.co notion.site
    hubspotpagebuilder.com""".split()
)

_PLAIN_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_PLAIN_ADDRESS = re.compile(r"https?://(?P<host>[a-z0-9.-]{1,253})(?:/[\w./-]*)?", re.ASCII)
_UNSAFE = re.compile(r"[\s<>\"'\\`\x00-\x20\x7f]")
_LOCAL = re.compile(r"[^\s\x00-\x20\x7f@<>(),;:\\\"\[\]]{1,64}")
_EMAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?P<domain>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9])"
)


def parse_domain(text: str) -> str:
    """The registrable domain of a domain, address or URL, in ASCII: "https://www.Acme.com/x" ->
    "acme.com". IP addresses, mailbox providers and pages on shared hosts raise ``BadAddress``.
    """
    host, path = _host_and_path(text)
    domain = registrable(_ascii_host(host, text))
    if domain in FREE_MAIL:
        raise BadAddress("free_mail", domain)
    if domain in SHARED_HOSTS and path.strip("/"):
        raise BadAddress("shared_host", domain)
    return domain


def parse_website(text: str) -> str:
    """The URL with its scheme, safe to link to: only http and https are accepted."""
    address = text.strip()
    plain = _PLAIN_ADDRESS.fullmatch(address)
    if plain and len(address) <= LONGEST_URL and _PLAIN_DOMAIN.fullmatch(plain["host"]):
        return address
    scheme, separator, _ = address.partition("://")
    if not separator:
        address = "https://" + address.removeprefix("//")
    elif scheme.casefold() not in ("http", "https"):
        raise BadAddress("url", text)
    host, _path = _host_and_path(address)
    _ascii_host(host, text)
    if len(address) > LONGEST_URL or _UNSAFE.search(address):
        raise BadAddress("url", text)
    return address


def parse_email(text: str) -> str:
    """The bare address in lower case with an ASCII domain; "Jane <jane@acme.com>" is unwrapped."""
    address = text.strip().lower()
    if len(address) <= LONGEST_EMAIL and _EMAIL.fullmatch(address):
        return address
    if address.endswith(">") and "<" in address:
        address = address[address.rindex("<") + 1 : -1].strip()
    address = address.removeprefix("mailto:").partition("?")[0]
    local, at, host = address.rpartition("@")
    if (
        not at
        or not _LOCAL.fullmatch(local)
        or ".." in local
        or local[0] == "."
        or local[-1] == "."
    ):
        raise BadAddress("email", text)
    try:
        address = f"{local}@{_ascii_host(host, text)}"
    except ValueError:
        raise BadAddress("email", text) from None
    if len(address) > LONGEST_EMAIL:
        raise BadAddress("email", text)
    return address


def company_domain_of(email: str) -> str | None:
    """The domain by which an address is matched to its account; ``None`` for mailbox providers."""
    domain = registrable(email.rpartition("@")[2])
    return None if domain in FREE_MAIL else domain


def registrable(host: str) -> str:
    """The registrable part: "shop.acme.co.uk" -> "acme.co.uk"."""
    labels = host.split(".")
    keep = 3 if len(labels) > 2 and ".".join(labels[-2:]) in _TWO_PART_ENDINGS else 2
    return ".".join(labels[-keep:])


def _host_and_path(text: str) -> tuple[str, str]:
    rest = text.strip()
    _, separator, after = rest.partition("://")
    rest = after if separator else rest.removeprefix("//")
    for mark in "/?#":
        head, found, _ = rest.partition(mark)
        if found:
            path = rest[len(head) :] if mark == "/" else ""
            host = head
            break
    else:
        host, path = rest, ""
    if not separator and "@" in host:
        host = host.rpartition("@")[2]
    return host.partition(":")[0].strip().rstrip("."), path


def _ascii_host(host: str, text: str) -> str:
    host = host.lower()
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise BadAddress("domain", text) from None
    if len(host) > LONGEST_DOMAIN or not _PLAIN_DOMAIN.fullmatch(host):
        raise BadAddress("domain", text)
    return host
