"""The page that prospects see: what it shows and hides, and the attacks it withstands."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Engagement
from alignment.core import pdf
from campaigns.roi.actions.sharing import revoke_share
from campaigns.roi.defaults import LATE_LEADS
from campaigns.roi.models import RoiShare, RoiVisit
from campaigns.roi.rules.content import Words
from campaigns.roi.rules.visitors import is_person
from tests.cast import Cast

from . import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(cast: Cast) -> str:
    company, person = scenes.prospect(cast)
    return f"/roi/{scenes.shared(cast, scenes.calculator(cast), company, person).secret}/"


def visits(cast: Cast) -> dict[str, int]:
    rows = RoiVisit.objects.in_program(cast.program)
    return dict(rows.values_list("kind", "times"))


def browser() -> Client:
    return Client(headers=scenes.BROWSER)


def test_it_works_without_a_script_and_shows_results_chart_and_table(page: str) -> None:
    answer = browser().get(page)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<script" not in text
    for words in ("What late leads cost", "Hexalog", "$480,000", "$420,000", "700%", "1.5 months"):
        assert words in text
    assert "Late leads a year" not in text
    assert text.count("<rect") == 2
    text = browser().get(page, {"leads": "1,000", "late": "10"}).content.decode()
    # 1,000 × 12 × 10 % × 4 % × 50 % × 25,000
    assert "$600,000" in text
    assert 'value="1,000"' in text


def test_a_currency_stands_where_the_language_puts_it(page: str) -> None:
    assert 'class="roi__unit roi__unit--first">$<' in browser().get(page).content.decode()


def test_it_says_nothing_about_us_and_lets_nobody_index_or_follow(cast: Cast, page: str) -> None:
    for client in (browser(), cast.client("rep")):
        answer = client.get(page)
        text = answer.content.decode()
        for word in ("Cascade", "Dana", "Ravi", "Maya", "Entente", cast.program.name, "/p/"):
            assert word not in text
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]
        assert "script-src 'none'" in answer["Content-Security-Policy"]
        assert "Set-Cookie" not in answer


def test_french_pages_are_french(cast: Cast) -> None:
    company, _person = scenes.prospect(cast)
    made = scenes.shared(cast, scenes.calculator(cast), company, language="fr")
    answer = browser().get(f"/roi/{made.secret}/", {"deal_size": "25 000,50"})
    text = answer.content.decode()
    assert answer["Content-Language"] == "fr"
    assert '<html lang="fr"' in text
    assert "Ce que coûtent les leads traités trop tard" in text
    assert re.search(r"480\s010\s\$", text)


def test_opening_and_using_count_once_each_and_score(cast: Cast, page: str) -> None:
    client = browser()
    client.get(page)
    client.get(page)
    client.get(page, {"leads": "300"})
    client.get(page + "pdf/", {"leads": "300"})
    assert visits(cast) == {"opened": 2, "used": 2}
    codes = Engagement.objects.in_program(cast.program).values_list("signal__code", flat=True)
    assert sorted(codes) == ["roi_opened", "roi_used"]
    assert RoiVisit.objects.in_program(cast.program).get(kind="used").values["leads"] == 300


def test_who_comes_with_numbers_opens_it_too(cast: Cast, page: str) -> None:
    client = browser()
    client.get(page, {"leads": "300"})
    assert visits(cast) == {"opened": 1, "used": 1}
    client.get(page, {"leads": "400"})
    assert visits(cast) == {"opened": 1, "used": 2}


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
        {"User-Agent": "Mozilla/5.0 (compatible; bingbot/2.0)"},
        {"User-Agent": "WhatsApp/2.23"},
        {"User-Agent": "curl/8.4"},
        {"User-Agent": "Mozilla/5.0 (Windows NT 6.1) Skype URI Preview Preview/0.5"},
        {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0 Safari/537.36"},
        {"User-Agent": "Mozilla/4.0 (compatible; ms-office; MSOffice 16)"},
        {"User-Agent": ""},
        {"Accept-Language": ""},
        {"Accept": "*/*"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"Sec-Fetch-Dest": "image"},
    ],
)
def test_machines_do_not_count(cast: Cast, page: str, headers: dict[str, str]) -> None:
    assert is_person(scenes.BROWSER)
    assert browser().get(page, headers=headers).status_code == 200
    assert visits(cast) == {}


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/22A [LinkedInApp]/9.31",
        "Mozilla/5.0 (Linux; Android 14; CUBOT NOTE 50) AppleWebKit/537.36 Mobile Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
    ],
)
def test_people_count_whatever_they_read_with(cast: Cast, page: str, agent: str) -> None:
    browser().get(page, headers={"User-Agent": agent, "Sec-Fetch-Dest": "document"})
    assert visits(cast) == {"opened": 1}


def test_our_own_visits_and_mere_looks_do_not_count(cast: Cast, page: str) -> None:
    cast.client("rep").get(page, headers=scenes.BROWSER)
    cast.client("stranger").get(page, {"leads": "1"}, headers=scenes.BROWSER)
    browser().head(page)
    browser().get(page, {"leads": "a lot"})
    assert browser().post(page).status_code == 405
    assert visits(cast) == {}


@pytest.mark.parametrize(
    "typed",
    ["nan", "inf", "-inf", "1e999", "-1", "9" * 400, "100001", "", "0x10", "1;2", "<script>alert(1)",
     "__import__('os')", "\x00", "\u202e5"],
)  # fmt: skip
def test_hostile_numbers_are_told_at_their_field(cast: Cast, page: str, typed: str) -> None:
    answer = browser().get(page, {"leads": typed})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in text
    assert "<script" not in text
    assert "$480,000" not in text
    assert browser().get(page + "pdf/", {"leads": typed})["Location"].startswith("../?leads=")
    assert visits(cast) == {}


def test_unknown_fields_are_ignored_and_too_many_refused(cast: Cast, page: str) -> None:
    answer = browser().get(page, {"__class__": "x", "program": "1", "lost": "5", "secret": "y"})
    assert answer.status_code == 200
    assert "$480,000" in answer.content.decode()
    assert visits(cast) == {"opened": 1}
    many = {f"f{number}": "1" for number in range(2_000)}
    answer = browser().get(page, many)
    assert answer.status_code == 400
    assert "Hexalog" not in answer.content.decode()


def test_words_of_ours_are_never_markup(cast: Cast) -> None:
    evil = '"><script>alert(1)</script>{{ 7*7 }}#eval("1")'
    content = replace(
        LATE_LEADS,
        title=Words(evil),
        inputs=(replace(LATE_LEADS.inputs[0], label=Words(evil)), *LATE_LEADS.inputs[1:]),
        formulas=tuple(replace(each, label=Words(evil)) for each in LATE_LEADS.formulas),
    )
    company, _person = scenes.prospect(cast)
    made = scenes.shared(cast, scenes.calculator(cast, content), company, sender=evil)
    text = browser().get(f"/roi/{made.secret}/").content.decode()
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    # Shown literally, not evaluated.
    assert "{{ 7*7 }}" in text
    assert browser().get(f"/roi/{made.secret}/pdf/").content.startswith(b"%PDF")


def test_a_division_by_zero_has_no_result_and_the_rest_does(page: str) -> None:
    text = browser().get(page, {"cost": "0"}).content.decode()
    assert "no result with these numbers" in text
    assert "$480,000" in text


def test_the_pdf_has_the_words_of_the_page(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, Any]] = []

    def rendered(_template: Path, data: dict[str, Any]) -> bytes:
        seen.append(data)
        return b"%PDF"

    monkeypatch.setattr(pdf, "render", rendered)
    browser().get(page + "pdf/", {"cost": "0"})
    (data,) = seen
    assert "no result with these numbers" in [text for _label, text in data["lines"]]


@pytest.mark.parametrize("typed", ["1,5", "1e3", ""])
def test_a_number_that_is_not_understood_is_told_how_to_write_it(page: str, typed: str) -> None:
    answer = browser().get(page, {"leads": typed})
    assert answer.status_code == 422
    assert "Type a number, such as 1.5 or 12,000." in answer.content.decode()


def test_a_page_that_is_gone_looks_like_one_that_never_was(cast: Cast, page: str) -> None:
    share = RoiShare.objects.in_program(cast.program).get()
    never = browser().get("/roi/never-was/")
    assert never.status_code == 404
    assert "Entente" not in never.content.decode()
    revoke_share(share=share, by=cast.rep)
    rows = RoiShare.objects.in_program(cast.program)
    for change in ({}, {"revoked_at": None, "expires_at": timezone.now() - timedelta(hours=1),
                        "created_at": timezone.now() - timedelta(days=1)}):  # fmt: skip
        rows.update(**change)
        for address in (page, page + "pdf/"):
            gone = browser().get(address)
            assert (gone.status_code, gone.content) == (404, never.content)
    assert visits(cast) == {}


def test_the_pdf_is_a_file_with_the_typed_numbers(cast: Cast, page: str) -> None:
    first, other = (browser().get(page + "pdf/", {"leads": n}) for n in ("300", "400"))
    assert first["Content-Type"] == "application/pdf"
    assert first["Content-Disposition"] == 'attachment; filename="what-late-leads-cost.pdf"'
    assert first.content.startswith(b"%PDF")
    assert first.content != other.content
    assert "noindex" in first["X-Robots-Tag"]


def test_it_is_rate_limited(cast: Cast, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaigns.roi.views.public.A_MINUTE", 2)
    answers = [browser().get(page) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert int(answers[2]["Retry-After"]) <= 60
    assert "Hexalog" not in answers[2].content.decode()
    monkeypatch.setattr("campaigns.roi.views.public.A_MINUTE_FROM_ONE_PLACE", 0)
    assert browser().get("/roi/guess/").status_code == 429


def test_guesses_from_one_place_close_no_page(
    cast: Cast, page: str, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Behind a proxy, all visitors share its address."""
    monkeypatch.setattr("campaigns.roi.views.public.A_MINUTE_FROM_ONE_PLACE", 1)
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def guess(address: str) -> int:
        headers = {"x-forwarded-for": address}
        return browser().get("/roi/guess/", headers=headers).status_code

    assert [guess("192.0.2.1"), guess("192.0.2.1"), guess("192.0.2.2")] == [404, 429, 404]
    assert browser().get(page, headers={"x-forwarded-for": "192.0.2.1"}).status_code == 200
