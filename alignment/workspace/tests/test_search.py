"""Finding the same rows in lists and in the search, with or without accents, in any word order."""

from typing import Any

import pytest
from django.db import connection

from accounts.actions.writing import tidy_search_indexes
from accounts.models import Account, Stakeholder
from accounts.queries.finding import accounts_like, people_like
from tests import cast as make
from tests.cast import Cast

from .pages import text

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
    assert "person_name_trigrams" in plan_of(people_like(cast.program, people, "zo helene"))
