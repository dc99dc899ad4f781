"""Upserting companies: matched by each key, only changes are written, bad rows rejected alone."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actions.accounts import update_account, upsert_accounts
from accounts.models import Account, AccountChange, JournalEvent
from accounts.rules.facts import FactsRejected, Upserted
from alignment.people.models import Program
from tests.cast import Cast, program

WRITTEN = [
    "name", "domain", "city", "state", "zip", "county_fips", "cbsa", "country", "naics", "industry",
    "employees_low", "employees_high", "revenue_low", "technologies", "external_id", "source",
]  # fmt: skip


def take(into: Program, *rows: dict[str, Any], source: str = "list") -> list[Upserted]:
    return upsert_accounts(program=into, rows=rows, by=None, source=source)  # type: ignore[arg-type]


def outcomes(results: list[Upserted]) -> list[str]:
    return [result.outcome for result in results]


def codes(result: Upserted) -> list[tuple[str, str]]:
    return [(error.field, error.code) for error in result.errors]


def stored(into: Program) -> list[dict[str, Any]]:
    return list(Account.objects.in_program(into).order_by("name_key", "domain").values(*WRITTEN))


def test_only_given_keys_change_and_none_clears(cast: Cast) -> None:
    first = {
        "name": "Acme Inc.",
        "domain": "https://www.acme.com/x",
        "city": "Boston",
        "zip": "02110",
    }
    (made,) = take(cast.program, {**first, "technologies": ["AWS", 'a "b" \\ c,{d}']})
    (changed,) = take(cast.program, {"domain": "acme.com", "zip": None, "employees_low": 50})
    account = Account.objects.in_program(cast.program).get(pk=made.id or 0)
    assert (made.outcome, changed.outcome, changed.id) == ("created", "updated", made.id)
    assert (account.name, account.domain, account.city) == ("Acme Inc.", "acme.com", "Boston")
    assert (account.zip, account.employees_low) == ("", 50)
    assert account.technologies == ["AWS", 'a "b" \\ c,{d}']
    assert account.source == "list"


def test_the_place_follows_the_zip(cast: Cast) -> None:
    take(cast.program, {"name": "Acme", "zip": "59101"})
    account = Account.objects.in_program(cast.program).get()
    assert (account.state, account.county_fips, account.cbsa) == ("MT", "30111", "13740")
    take(cast.program, {"name": "Acme", "city": "", "country": "FR", "zip": "75011", "state": None})
    account.refresh_from_db()
    assert (account.country, account.county_fips, account.cbsa) == ("FR", None, None)


def test_a_company_without_domain_is_known_by_name_and_city(cast: Cast) -> None:
    assert outcomes(
        take(
            cast.program,
            {"name": "The Acme Widgets Co.", "city": "St. Paul"},
            {"name": "ACME WIDGETS", "city": "Saint Paul"},
            {"name": "Acme Widgets", "city": "Boston"},
        )
    ) == ["created", "updated", "created"]


def test_a_domain_joins_the_company_known_by_name_and_city(cast: Cast) -> None:
    (known,) = take(cast.program, {"name": "Acme", "city": "Boston"})
    (joined,) = take(cast.program, {"name": "ACME", "city": "boston", "domain": "acme.com"})
    (again,) = take(cast.program, {"name": "Acme", "city": "Boston"})
    assert joined.id == known.id == again.id
    (other,) = take(cast.program, {"name": "Acme", "city": "Boston", "domain": "acme.org"})
    assert other.outcome == "created"
    (nowhere,) = take(cast.program, {"name": "Acme"})
    assert nowhere.outcome == "created"


def test_the_external_id_counts_before_the_domain(cast: Cast) -> None:
    (known,) = take(cast.program, {"name": "Acme", "domain": "acme.com", "external_id": "1"})
    (moved,) = take(cast.program, {"external_id": "1", "domain": "acme.io"})
    assert (moved.id, moved.outcome) == (known.id, "updated")
    (other,) = take(cast.program, {"external_id": "2", "domain": "acme.io"})
    assert codes(other) == [("external_id", "other_id")]
    take(cast.program, {"name": "Zeta", "domain": "zeta.com"})
    (clash,) = take(cast.program, {"external_id": "1", "domain": "zeta.com"})
    assert codes(clash) == [("domain", "taken")]


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({}, ("name", "missing_company")),
        ({"external_id": "9"}, ("name", "missing_company")),
        ({"name": ""}, ("name", "missing")),
        ({"name": "A\0B"}, ("name", "nul")),
        ({"name": "A\ud800"}, ("name", "nul")),
        ({"name": "x" * 201}, ("name", "too_long")),
        ({"name": 7}, ("name", "not_a_text")),
        ({"name": ["x"]}, ("name", "not_a_text")),
        ({"name": "Acme", "city": ["x"]}, ("city", "not_a_text")),
        ({"name": "Acme", "domain": "gmail.com"}, ("domain", "free_mail")),
        ({"name": "Acme", "domain": "no domain"}, ("domain", "domain")),
        ({"name": "Acme", "website": "javascript:alert(1)"}, ("website", "domain")),
        ({"name": "Acme", "website": "ftp://acme.com"}, ("website", "url")),
        ({"name": "Acme", "state": "Bavaria"}, ("state", "state")),
        ({"name": "Acme", "country": "USA!"}, ("country", "country")),
        ({"name": "Acme", "country": "XX", "state": "TX"}, ("country", "country")),
        ({"name": "Acme", "naics": "abc"}, ("naics", "naics")),
        ({"name": "Acme", "naics": "123456"}, ("naics", "naics")),
        ({"name": "Acme", "zip": "abc"}, ("zip", "zip")),
        ({"name": "Acme", "cbsa": "99999"}, ("cbsa", "cbsa")),
        ({"name": "Acme", "cbsa": "Boston"}, ("cbsa", "cbsa")),
        ({"name": "Acme", "county_fips": "99999"}, ("county_fips", "county")),
        ({"name": "Acme", "employees_low": -1}, ("employees_low", "out_of_range")),
        ({"name": "Acme", "employees_low": True}, ("employees_low", "not_a_number")),
        ({"name": "Acme", "employees_low": 9, "employees_high": 8}, ("employees_low", "range")),
        ({"name": "Acme", "revenue_high": 10**13 + 1}, ("revenue_high", "out_of_range")),
        ({"name": "Acme", "budget_usd": 10**14}, ("budget_usd", "out_of_range")),
        ({"name": "Acme", "employees_low": 10**14}, ("employees_low", "out_of_range")),
        ({"name": "Acme", "technology_maturity": 6}, ("technology_maturity", "out_of_range")),
        ({"name": "Acme", "technologies": "AWS"}, ("technologies", "not_a_list")),
        ({"name": "Acme", "owner_email": "stella@zanzibar.example"}, ("owner_email", "owner")),
        ({"name": "Acme", "colour": "red"}, ("colour", "unknown_field")),
    ],
)
def test_a_bad_row_is_rejected_alone(
    cast: Cast, row: dict[str, Any], error: tuple[str, str]
) -> None:
    bad, good = take(cast.program, row, {"name": "Good", "domain": "good.com"})
    assert (bad.id, bad.outcome, good.outcome) == (None, "rejected", "created")
    assert error in codes(bad)
    assert all(problem.message for problem in bad.errors)


def test_the_owner_is_a_member(cast: Cast) -> None:
    take(cast.program, {"name": "Acme", "owner_email": "Ravi.Rep@example.com"})
    account = Account.objects.in_program(cast.program).get()
    assert account.owner == cast.rep
    take(cast.program, {"name": "Acme", "owner_id": None})
    account.refresh_from_db()
    assert account.owner is None


def test_what_changed_waits_for_judgement_and_is_told(cast: Cast) -> None:
    row = {"name": "Acme", "domain": "acme.com", "employees_low": 5}
    (made,) = take(cast.program, row)
    take(cast.program, row)
    take(cast.program, {**row, "employees_low": 6})
    events = JournalEvent.objects.in_program(cast.program).order_by("id")
    assert [event.kind for event in events] == ["account_created", "account_changed"]
    assert events[1].detail == {"changes": {"employees_low": [5, 6]}}
    waiting = AccountChange.objects.in_program(cast.program).values_list("account", flat=True)
    assert list(waiting) == [made.id, made.id]


def test_a_dry_run_tells_the_same_and_writes_nothing(cast: Cast) -> None:
    take(cast.program, {"name": "Acme", "domain": "acme.com"})
    rows: list[Any] = [
        {"domain": "acme.com", "city": "Boston"},
        {"name": "New", "domain": "new.com"},
        {"name": "New", "domain": "new.com"},
        {"domain": "gmail.com"},
    ]
    before = stored(cast.program)
    told = upsert_accounts(program=cast.program, rows=rows, by=None, source="x", dry_run=True)
    assert outcomes(told) == ["updated", "created", "unchanged", "rejected"]
    assert stored(cast.program) == before
    done = upsert_accounts(program=cast.program, rows=rows, by=None, source="x")
    assert outcomes(done) == outcomes(told)


def test_what_was_stored_before_there_was_a_bound_stays(cast: Cast) -> None:
    take(cast.program, {"name": "Acme", "employees_low": 5, "employees_high": 5})
    account = Account.objects.in_program(cast.program).get()
    account.employees_low = account.employees_high = 10**14
    account.save()
    take(cast.program, {"name": "Acme", "budget_usd": 5})
    facts: Any = {"website": "https://acme.example"}
    seen: Any = {"website": "", "employees_low": 10**14}
    update_account(account=account, facts=facts, by=cast.rep, seen=seen)
    assert (account.budget_usd, account.employees_low) == (5, 10**14)
    assert account.website


def test_programs_do_not_meet(cast: Cast) -> None:
    (ours,) = take(cast.program, {"name": "Acme", "domain": "acme.com", "external_id": "1"})
    (theirs,) = take(cast.other_program, {"name": "Acme", "domain": "acme.com", "external_id": "1"})
    assert theirs.outcome == "created"
    assert theirs.id != ours.id


def test_a_person_edits_an_account(cast: Cast) -> None:
    made, _other = take(cast.program, {"name": "Acme", "external_id": "1"}, {"name": "Zeta"})
    account = Account.objects.in_program(cast.program).get(pk=made.id or 0)
    update_account(account=account, facts={"external_id": "2", "city": "Austin"}, by=cast.marketer)
    assert (account.external_id, account.city) == ("2", "Austin")
    with pytest.raises(FactsRejected) as refused:
        update_account(account=account, facts={"name": "ZETA", "city": ""}, by=cast.marketer)
    assert [(e.field, e.code) for e in refused.value.errors] == [("name", "taken")]
    told = JournalEvent.objects.in_program(cast.program).filter(actor=cast.marketer)
    assert [event.kind for event in told] == ["account_changed"]


# Companies that a list may name repeatedly, each time with other facts.
_COMPANIES = st.sampled_from(
    [
        {"name": "Acme", "domain": "acme.com"},
        {"name": "Acme", "city": "Boston"},
        {"name": "Béta Co.", "city": "St. Paul", "domain": "beta.io"},
        {"name": "Gamma LLC", "external_id": "1"},
        {"name": "Delta & Sons", "external_id": "2", "domain": "delta.org"},
        {"name": "***", "city": ""},
    ]
)
_ROWS = st.lists(
    st.tuples(
        _COMPANIES,
        st.fixed_dictionaries(
            {},
            optional={
                "zip": st.sampled_from(["59101", "02110", ""]),
                "state": st.sampled_from(["MT", "Texas", None]),
                "employees_low": st.one_of(st.none(), st.integers(0, 9)),
                "employees_high": st.one_of(st.none(), st.integers(0, 9)),
                "technologies": st.one_of(st.none(), st.lists(st.text(max_size=5), max_size=3)),
                "industry": st.sampled_from(["Software", "Banks", ""]),
            },
        ),
    ).map(lambda pair: {**pair[0], **pair[1]}),
    max_size=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=_ROWS)
@pytest.mark.django_db
def test_the_same_rows_again_change_nothing(rows: list[dict[str, Any]]) -> None:
    """Holds for any list, however often it names a company."""
    into = program()
    take(into, *rows)
    before = stored(into)
    again = take(into, *rows)
    assert stored(into) == before
    assert "created" not in outcomes(again)
    assert "updated" not in outcomes(again)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(order=st.permutations(range(6)))
@pytest.mark.django_db
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    rows: list[dict[str, Any]] = [
        {"name": f"Company {n}", "domain": f"c{n}.com" if n % 2 else None, "city": "Boston"}
        for n in range(6)
    ]
    one, other = program(), program()
    take(one, *rows)
    take(other, *(rows[n] for n in order))
    assert stored(one) == stored(other)


@pytest.mark.django_db(transaction=True)
def test_importers_at_the_same_time_make_one_account_each() -> None:
    """Two lists in opposite order, keys that collide in three ways: no deadlock, no duplicate."""
    into = program()
    rows = [
        {"name": f"Company {n}", "domain": f"c{n}.com" if n % 3 else None, "external_id": f"x{n}"}
        for n in range(300)
    ]
    results: list[list[Upserted]] = []
    failures: list[BaseException] = []

    def work(mine: list[dict[str, Any]]) -> None:
        try:
            for start in range(0, len(mine), 50):
                results.append(take(into, *mine[start : start + 50]))
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(r,)) for r in (rows, rows[::-1], rows)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert Account.objects.in_program(into).count() == len(rows)
    assert sum(outcomes(result).count("created") for result in results) == len(rows)


@pytest.mark.django_db(transaction=True)
def test_somebody_outside_who_takes_the_domain_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The unique constraint decides: the second attempt finds the other account and changes it."""
    from accounts.actions import accounts as actions

    into = program()
    seen: list[int] = []
    write = actions.write_book

    def late(**given: Any) -> None:
        if not seen:
            seen.append(1)
            thread = threading.Thread(target=outsider)
            thread.start()
            thread.join()
        write(**given)

    def outsider() -> None:
        Account.objects.create(program=into, name="Theirs", name_key="theirs", domain="acme.com")
        connection.close()

    monkeypatch.setattr(actions, "write_book", late)
    (result,) = take(into, {"name": "Ours", "domain": "acme.com"})
    assert result.outcome == "updated"
    assert Account.objects.in_program(into).get().name == "Ours"
