"""Finding the same rows in lists and in the search, with or without accents, in any word order."""

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actions.writing import tidy_search_indexes
from accounts.models import Account, EmailAddress, Stakeholder
from accounts.queries.finding import accounts_like, people_like
from alignment.core.search_keys import SearchKey, has_words
from alignment.workspace.deals.tests.test_pages import deal
from alignment.workspace.search.places import pages_named
from campaigns.library.models import Asset
from campaigns.models import Campaign
from campaigns.opportunities.models import Opportunity
from tests import cast as make
from tests.cast import Cast

from .pages import queries, text

WORDS = (
    "helene",
    "HÉLÈNE",
    "hélène faure",
    "faure helene",
    "fau hel",
    "helene.faure",
    "helene.faure@ac",
    "fa",
)


@pytest.fixture
def helene(cast: Cast) -> Stakeholder:
    account = make.account(cast.program, "Société Générale d'Étain", domain="etain.example")
    person = make.stakeholder(
        cast.program,
        account,
        "helene.faure@acme.example",
        first_name="Hélène",
        last_name="Faure",
    )
    make.lead(cast.program, person)
    other = make.stakeholder(cast.program, make.account(cast.program), first_name="Bo")
    make.lead(cast.program, other)
    return person


@pytest.mark.parametrize("page", ["people/", "leads/", "search/"])
def test_a_person_is_found_alike_everywhere(cast: Cast, helene: Stakeholder, page: str) -> None:
    for words in WORDS:
        shown = text(cast, "rep", f"{page}?q={words}")
        assert ">Hélène Faure</a>" in shown, words
        assert ">Bo" not in shown, words
    for words in ("helene boucher", "aure.", "%", "_", "\\", "lene%"):
        assert ">Hélène Faure</a>" not in text(cast, "rep", f"{page}?q={words}"), words


@pytest.mark.parametrize("page", ["accounts/", "leads/", "search/"])
def test_a_company_is_found_alike_everywhere(cast: Cast, helene: Stakeholder, page: str) -> None:
    for words in ("societe", "generale soc", "étain", "etain.ex", "so gé"):
        assert "Société Générale" in text(cast, "rep", f"{page}?q={words}"), words
    assert "Société Générale" not in text(cast, "rep", f"{page}?q=societe+anonyme")


def plan_of(rows: Any) -> str:
    sql, params = rows.order_by().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_both_are_looked_up_in_their_indexes(cast: Cast) -> None:
    accounts = Account.objects.in_program(cast.program)
    people = Stakeholder.objects.in_program(cast.program)
    named = [f"Compagnie {number}" for number in range(5_000)]
    accounts.bulk_create(Account(program=cast.program, name=n, name_key=n) for n in named)
    people.bulk_create(Stakeholder(program=cast.program, first_name=n) for n in named)
    tidy_search_indexes()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_account, accounts_stakeholder")
    assert "account_name_trigrams" in plan_of(accounts_like(accounts, "générale"))
    addresses = EmailAddress.objects.in_program(cast.program)
    found = people_like(people, "zo helene", addresses=addresses)
    assert "person_name_trigrams" in plan_of(found)


def a_campaign(cast: Cast, name: str) -> Campaign:
    day = timezone.localdate()
    return Campaign.objects.create(program=cast.program, name=name, starts_on=day, ends_on=day)


def an_asset(cast: Cast, title: str) -> Asset:
    return Asset.objects.create(program=cast.program, title=title, kind=Asset.Kind.ARTICLE)


def of_each_kind(cast: Cast, number: int) -> None:
    company = make.account(cast.program, f"Fougère Works {number}")
    make.lead(cast.program, make.stakeholder(cast.program, company, last_name="Fougère"))
    make.stakeholder(cast.program, company, first_name="Ada", last_name="Fougère")
    deal(cast, f"Fougère rollout {number}")
    a_campaign(cast, f"Fougère spring {number}")
    an_asset(cast, f"Fougère in figures {number}")


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_deals_campaigns_content_and_pages_are_found(cast: Cast, headers: dict[str, str]) -> None:
    of_each_kind(cast, 1)
    shown = text(cast, "observer", "search/?q=fougere", **headers)
    for name in ("Fougère rollout 1", "Fougère spring 1", "Fougère in figures 1"):
        assert name in shown
    shown = text(cast, "observer", "search/?q=cover", **headers)
    assert "/sla/coverage/" in shown


def test_a_deal_is_found_by_its_account(cast: Cast) -> None:
    found = deal(cast, "Rollout")
    shown = text(cast, "rep", f"search/?q={found.account.name}")
    assert f"/opportunities/{found.pk}/" in shown


def test_a_search_costs_the_same_for_one_of_each_kind_and_three(cast: Cast) -> None:
    of_each_kind(cast, 1)
    few = queries(cast, "rep", "search/?q=fougere", **{"HX-Request": "true"})
    of_each_kind(cast, 2)
    of_each_kind(cast, 3)
    assert queries(cast, "rep", "search/?q=fougere", **{"HX-Request": "true"}) == few
    assert few <= 20


def test_a_person_with_a_lead_appears_once(cast: Cast, helene: Stakeholder) -> None:
    shown = text(cast, "rep", "search/?q=helene", **{"HX-Request": "true"})
    assert shown.count("Hélène Faure") == 1
    assert "/leads/" in shown


def test_pages_are_found_in_the_readers_language(cast: Cast) -> None:
    cast.rep.language = "fr"
    cast.rep.save()
    assert "/sla/hours/" in text(cast, "rep", "search/?q=horaires", **{"HX-Request": "true"})


@pytest.mark.parametrize("who", ["owner", "marketer", "rep", "observer"])
def test_only_pages_that_one_may_open_are_offered(cast: Cast, who: str) -> None:
    member = cast.membership(who)
    offered = pages_named(program=cast.program, membership=member, text="", most=100, whole=True)
    assert offered
    for page in offered:
        assert cast.client(who).get(page.url).status_code == 200, page.url
    assert any("/keys/" in page.url for page in offered) == (who == "owner")


def test_what_one_may_add_is_found_by_its_name(cast: Cast) -> None:
    def offered(who: str, words: str) -> list[str]:
        member = cast.membership(who)
        found = pages_named(program=cast.program, membership=member, text=words, most=10)
        return [page.label for page in found]

    assert offered("rep", "new opp") == ["New opportunity"]
    assert offered("marketer", "new") == [
        "New account",
        "New person",
        "New opportunity",
        "New campaign",
        "New content",
        "New play",
        "New note",
    ]
    assert offered("observer", "new") == []


def test_nothing_found_says_what_was_searched(cast: Cast) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        assert "opportunities, campaigns, content and pages" in text(
            cast, "rep", "search/?q=zzzz", **headers
        )


@pytest.mark.parametrize(
    ("model", "column", "index"),
    [
        (Opportunity, "name", "deal_name_trigrams"),
        (Campaign, "name", "campaign_name_trigrams"),
        (Asset, "title", "asset_title_trigrams"),
    ],
)
def test_names_of_the_plan_have_an_index(cast: Cast, model: Any, column: str, index: str) -> None:
    rows = model.objects.across_programs()  # of so few rows, the index of the program would do
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert index in plan_of(rows.alias(key=SearchKey(column)).filter(has_words("key", "fougere")))
