"""Hostile addresses: no spelling of a private address passes."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.core.outside.addresses import PORTS, Refused, is_public, read_url

HOSTILE_URLS = [
    "http://example.com/hook",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "javascript:alert(1)",
    "//example.com/",
    "example.com/hook",
    "https://",
    "https:///hook",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://localhost./",
    "https://printer.local/",
    "https://vault.internal/",
    "https://metadata.google.internal/computeMetadata/v1/",
    "https://foo.localhost/",
    "https://router.home.arpa/",
    "https://intranet/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.0.0.1./",
    "https://example.0x7f/",
    "https://10.0.0.1/",
    "https://8.8.8.8/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://[2606:4700::1111]/",
    "https://[::1",
    "https://①②⑦.⓪.⓪.①/",
    "https://127。0。0。1/",
    "https://ｌocalhost/",
    "https://user@example.com/",
    "https://user:word@example.com/",
    "https://example.com@127.0.0.1/",
    "https://example.com:80/",
    "https://example.com:22/",
    "https://example.com:6379/",
    "https://example.com:99999/",
    "https://example.com:port/",
    "https://example.com:-1/",
    "https://exa mple.com/",
    "https://example.com/ hook",
    "https://example.com/\r\nHost: evil",
    "https://example.com\\@127.0.0.1/",
    "https://example.com\t/",
    " https://example.com/",
    "https://-example.com/",
    "https://example..com/",
    "https://" + "a" * 64 + ".com/",
    "https://example.com/" + "a" * 500,
    "https://exam\x00ple.com/",
    "https://%31%32%37.0.0.1/",
    "https://example.com%2f.evil/",
    "https://xn--zzzz99999é.com/",
]
PRIVATE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "168.63.129.16",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.0.9",
    "192.0.0.10",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "2606:4700::5efe:10.0.0.1",
    "2606:4700::200:5efe:10.0.0.1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700::1111%eth0",
    "fec0::1",
    "ff02::1",
    "",
    "localhost",
    "127.1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "172.32.0.1",
    "100.128.0.1",
    "192.0.1.1",
    "198.20.0.1",
    "223.255.255.254",
    "2606:4700::1111",
    "2a00:1450:4007::200e",
]


@pytest.mark.parametrize("url", HOSTILE_URLS)
def test_hostile_addresses_are_refused(url: str) -> None:
    with pytest.raises(Refused):
        read_url(url)


@pytest.mark.parametrize("text", PRIVATE)
def test_private(text: str) -> None:
    assert not is_public(text)


@pytest.mark.parametrize("text", PUBLIC)
def test_public(text: str) -> None:
    assert is_public(text)


def test_what_a_good_address_leads_to() -> None:
    target = read_url("HTTPS://Hooks.Example.COM.:8443/a%20b/é?key=1&x=ü#part")
    assert (target.host, target.port) == ("hooks.example.com", 8443)
    assert target.path == "/a%20b/%C3%A9?key=1&x=%C3%BC"
    assert read_url("https://bücher.example").host == "xn--bcher-kva.example"
    assert read_url("https://example.com").path == "/"


@given(st.integers(0, 2**32 - 1))
def test_an_embedded_address_is_never_public(number: int) -> None:
    """No IPv6 form that embeds an IPv4 address passes, not even with a public one."""
    four = IPv4Address(number)
    forms = [
        f"::ffff:{four}",
        f"::{four}",
        f"64:ff9b::{four}",
        str(IPv6Address((0x2002 << 112) | (number << 80) | 1)),
        str(IPv6Address((0x20010000 << 96) | (~number & 0xFFFFFFFF))),
        f"2606:4700::5efe:{four}",
    ]
    assert [form for form in forms if is_public(form)] == []


@given(st.ip_addresses())
def test_public_is_never_wider_than_global(address: object) -> None:
    known = ip_address(str(address))
    if is_public(str(known)):
        assert known.is_global
        assert not known.is_private
        assert not known.is_link_local
        assert not known.is_multicast


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://example.com/{text}"):
        try:
            target = read_url(url)
        except Refused:
            continue
        assert target.port in PORTS
        assert target.path.isascii()
        assert target.path.isprintable()
        assert " " not in target.path
        assert not target.host.rpartition(".")[2].isdecimal()
