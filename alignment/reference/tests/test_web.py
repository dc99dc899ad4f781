import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.reference.web import (
    BadAddress,
    company_domain_of,
    parse_domain,
    parse_email,
    parse_website,
)


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("https://www.stock.walmart.com", "walmart.com"),
        ("Acme.COM", "acme.com"),
        ("http://acme.com:8080/x?y#z", "acme.com"),
        ("shop.acme.co.uk", "acme.co.uk"),
        ("acme.wixsite.com", "acme.wixsite.com"),
        ("facebook.com", "facebook.com"),
        ("info@acme.com", "acme.com"),
        ("www.acme.com.", "acme.com"),
        ("münchen.de", "xn--mnchen-3ya.de"),
    ],
)
def test_domains(text: str, domain: str) -> None:
    assert parse_domain(text) == domain


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("gmail.com", "free_mail"),
        ("me@yahoo.fr", "free_mail"),
        ("https://facebook.com/acme", "shared_host"),
        ("1.2.3.4", "domain"),
        ("http://[::1]/", "domain"),
        ("localhost", "domain"),
        ("javascript:alert(1)", "domain"),
        ("a_b.com", "domain"),
        ("http://user:pw@acme.com/", "domain"),
        ("", "domain"),
        ("acme.com\0", "domain"),
        ("a" * 64 + ".com", "domain"),
    ],
)
def test_not_domains_of_companies(text: str, code: str) -> None:
    with pytest.raises(BadAddress) as error:
        parse_domain(text)
    assert error.value.code == code


def test_websites_are_safe_to_link_to() -> None:
    assert parse_website("Acme.com/about us"[:14]) == "https://Acme.com/about"
    assert parse_website("http://acme.com/?q=1") == "http://acme.com/?q=1"
    for text in (
        "javascript:alert(1)",
        "ftp://acme.com",
        'https://a.com/"><script>',
        "https://a b",
    ):
        with pytest.raises(BadAddress):
            parse_website(text)


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("Jane <J.D@Acme.com>", "j.d@acme.com"),
        ("mailto:a@b.com?subject=x", "a@b.com"),
        ("o'x+tag@b.com", "o'x+tag@b.com"),
        ("jane@münchen.de", "jane@xn--mnchen-3ya.de"),
    ],
)
def test_emails(text: str, email: str) -> None:
    assert parse_email(text) == email


@pytest.mark.parametrize(
    "text",
    ["a@b", "a b@c.com", "a@@b.com", "a@b.com; c@d.com", ".a@b.com", "a\0@b.com", "", "@b.com"],
)
def test_not_emails(text: str) -> None:
    with pytest.raises(BadAddress):
        parse_email(text)


def test_mailbox_providers_are_no_company() -> None:
    assert company_domain_of("jane@mail.acme.com") == "acme.com"
    assert company_domain_of("jane@gmail.com") is None


@given(st.from_regex(r"[a-z0-9]{1,10}\.(com|fr|co\.uk)", fullmatch=True))
def test_normalising_twice_changes_nothing(domain: str) -> None:
    try:
        once = parse_domain(f"https://www.{domain}/x")
    except BadAddress:
        return
    assert parse_domain(once) == once
