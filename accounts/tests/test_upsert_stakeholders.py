"""Upserting people: matched by id or any address, linked to their company, consent respected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.actions.accounts import upsert_accounts
from accounts.actions.stakeholders import (
    set_consent,
    set_do_not_contact,
    update_stakeholder,
    upsert_stakeholders,
)
from accounts.models import Account, Channel, Consent, EmailAddress, JournalEvent, Lead, Stakeholder
from accounts.rules.facts import FieldError, Upserted
from accounts.rules.stakeholders import CHANNELS, ROLES
from alignment.people.models import Program
from alignment.scoring.actions.leads import open_leads
from tests import cast as made
from tests.cast import Cast


def take(into: Program, *rows: dict[str, Any]) -> list[Upserted]:
    return upsert_stakeholders(program=into, rows=rows, by=None, source="crm")  # type: ignore[arg-type]


def codes(result: Upserted) -> list[tuple[str, str]]:
    return [(error.field, error.code) for error in result.errors]


def person(into: Program, pk: int | None) -> Stakeholder:
    return Stakeholder.objects.in_program(into).get(pk=pk or 0)


def test_the_rules_know_the_choices_of_the_models() -> None:
    assert set(ROLES) == set(Stakeholder.CommitteeRole.values)
    assert set(CHANNELS) == set(Channel.values)


def test_any_address_finds_the_person(cast: Cast) -> None:
    first, second = "jane@acme.com", "jane.doe@acme.com"
    (known,) = take(cast.program, {"first_name": "Jane", "emails": [first, second]})
    (again,) = take(cast.program, {"emails": [" JANE.DOE@acme.com"], "title": "CTO"})
    assert (again.id, again.outcome) == (known.id, "updated")
    addresses = EmailAddress.objects.in_program(cast.program).order_by("id")
    assert [(a.address, a.is_primary) for a in addresses] == [(first, True), (second, False)]
    assert person(cast.program, known.id).first_name == "Jane"


def test_one_address_is_one_persons(cast: Cast) -> None:
    take(cast.program, {"emails": ["a@acme.com"]}, {"emails": ["b@acme.com"], "external_id": "2"})
    (torn,) = take(cast.program, {"emails": ["a@acme.com", "b@acme.com"]})
    (foreign,) = take(cast.program, {"external_id": "2", "emails": ["a@acme.com"]})
    (other,) = take(cast.program, {"external_id": "3", "emails": ["b@acme.com"]})
    assert codes(torn) == codes(foreign) == [("emails", "taken")]
    assert codes(other) == [("external_id", "other_id")]


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({"first_name": "Jane"}, ("emails", "missing_person")),
        ({"emails": ["nobody"]}, ("emails", "email")),
        ({"emails": "a@acme.com"}, ("emails", "not_a_list")),
        ({"emails": ["a@acme.com"] * 21}, ("emails", "too_many")),
        ({"emails": ["a@acme.com"], "role": "boss"}, ("role", "choice")),
        ({"emails": ["a@acme.com"], "phones": ["abc"]}, ("phones", "phone")),
        ({"emails": ["a@acme.com"], "phones": ["+1 23-4"]}, ("phones", "phone")),
        ({"emails": ["a@acme.com"], "do_not_contact": "yes"}, ("do_not_contact", "not_yes_no")),
        ({"emails": ["a@acme.com"], "account_id": 10**9}, ("account_id", "unknown_account")),
        ({"emails": ["a@b.com"], "consents": [{"channel": "fax"}]}, ("consents", "choice")),
        ({"emails": ["a@b.com"], "consents": [{"channel": "email"}]}, ("consents", "missing")),
        ({"emails": ["a@acme.com"], "first_name": "\0"}, ("first_name", "nul")),
    ],
)
def test_a_bad_row_is_rejected_alone(
    cast: Cast, row: dict[str, Any], error: tuple[str, str]
) -> None:
    bad, good = take(cast.program, row, {"emails": ["good@acme.com"]})
    assert (bad.outcome, good.outcome) == ("rejected", "created")
    assert error in codes(bad)


def test_another_programs_account_does_not_exist(cast: Cast) -> None:
    theirs = made.account(cast.other_program)
    (row,) = take(cast.program, {"emails": ["a@acme.com"], "account_id": theirs.pk})
    assert codes(row) == [("account_id", "unknown_account")]


def test_people_find_or_found_their_company(cast: Cast) -> None:
    rows: Any = [
        {"name": "Acme", "domain": "acme.com", "city": "Boston", "external_id": "A"},
        {"name": "Twin", "city": "Boston"},
        {"name": "Twin", "city": "Austin"},
    ]
    acme, boston, _austin = upsert_accounts(program=cast.program, rows=rows, by=None, source="x")
    named = take(
        cast.program,
        {"emails": ["1@x.org"], "account_domain": "www.acme.com"},
        {"emails": ["2@x.org"], "account_external_id": "A"},
        {"emails": ["3@x.org"], "account_name": "ACME, Inc."},
        {"emails": ["4@acme.com"]},
        {"emails": ["5@x.org"], "account_name": "Twin", "account_city": "boston"},
    )
    found = [person(cast.program, row.id).account_id for row in named]
    assert found == [acme.id] * 4 + [boston.id]
    (torn,) = take(cast.program, {"emails": ["6@x.org"], "account_name": "Twin"})
    assert codes(torn) == [("account_name", "ambiguous")]
    new = take(
        cast.program,
        {"emails": ["7@x.org"], "account_name": "Newco", "account_domain": "newco.com"},
        {"emails": ["8@newco.com"], "account_name": "NEWCO"},
        {"emails": ["9@gmail.com"]},
    )
    companies = [person(cast.program, row.id).account for row in new]
    assert companies[0] is not None
    assert (companies[0].name, companies[0].source) == ("Newco", "crm")
    assert companies[1] == companies[0]
    assert companies[2] is None


def test_an_old_list_does_not_undo_a_refusal(cast: Cast) -> None:
    said = {"channel": "email", "granted": True, "source": "list"}
    (row,) = take(cast.program, {"emails": ["a@acme.com"], "consents": [said]})
    jane = person(cast.program, row.id)
    refusal = datetime(2026, 3, 1, tzinfo=UTC)
    set_consent(
        stakeholder=jane, channel="email", granted=False, source="mail",
        given_at=timezone.now() + timedelta(minutes=1), by=None,
    )  # fmt: skip
    (again,) = take(cast.program, {"emails": ["a@acme.com"], "consents": [said]})
    late = {**said, "given_at": refusal}
    (older,) = take(cast.program, {"emails": ["a@acme.com"], "consents": [late]})
    assert again.outcome == older.outcome == "unchanged"
    assert Consent.objects.in_program(cast.program).get().granted is False


def test_a_consent_of_the_future_is_refused(cast: Cast) -> None:
    ahead = timezone.now() + timedelta(hours=2)
    said = {"channel": "email", "granted": True, "source": "list", "given_at": ahead}
    (row,) = take(cast.program, {"emails": ["a@acme.com"], "consents": [said]})
    assert row.errors == [FieldError("consents", "future", at=(0, "given_at"))]
    assert not Consent.objects.in_program(cast.program).exists()


def test_a_refusal_counts_against_a_consent_dated_ahead(cast: Cast) -> None:
    """Stored before future dates were refused."""
    said = {"channel": "email", "granted": True, "source": "list"}
    take(cast.program, {"emails": ["a@acme.com"], "consents": [said]})
    consents = Consent.objects.in_program(cast.program)
    consents.update(given_at=datetime(2099, 1, 1, tzinfo=UTC))
    refusal = {**said, "granted": False, "given_at": timezone.now()}
    (row,) = take(cast.program, {"emails": ["a@acme.com"], "consents": [refusal]})
    assert row.outcome == "updated"
    assert consents.get().granted is False


def test_do_not_contact_has_its_reason(cast: Cast) -> None:
    jane = made.stakeholder(cast.program)
    set_do_not_contact(stakeholder=jane, do_not_contact=True, reason="asked us", by=cast.rep)
    assert (jane.do_not_contact, jane.do_not_contact_reason) == (True, "asked us")
    told = JournalEvent.objects.in_program(cast.program).get(actor=cast.rep)
    assert told.detail["changes"]["do_not_contact"] == [False, True]


def test_an_open_lead_moves_along(cast: Cast) -> None:
    here, there = made.account(cast.program), made.account(cast.program)
    jane = made.stakeholder(cast.program, here)
    open_leads(program=cast.program, stakeholder_ids=[jane.pk], by=None, source="x")
    update_stakeholder(stakeholder=jane, facts={"account_id": there.pk}, by=cast.rep)
    assert jane.account == there
    assert Lead.objects.in_program(cast.program).get().account == there
    assert Account.objects.in_program(cast.program).count() == 2


_ROWS = st.lists(
    st.fixed_dictionaries(
        {"emails": st.sampled_from([["a@x.com"], ["a@x.com", "b@x.com"], ["c@y.com"], []])},
        optional={
            "first_name": st.sampled_from(["Jane", "Zoé", ""]),
            "phones": st.lists(st.sampled_from(["+1 555 0100", "+1 555 0101"]), max_size=2),
            "account_name": st.sampled_from(["Acme", "Beta", ""]),
            "account_domain": st.sampled_from(["x.com", None]),
            "consents": st.lists(
                st.fixed_dictionaries(
                    {"channel": st.sampled_from(CHANNELS), "granted": st.booleans()}
                ),
                max_size=2,
            ),
        },
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=_ROWS)
@example(
    rows=[
        {"emails": ["a@x.com"], "account_domain": None},
        {"emails": ["c@y.com"], "account_domain": "x.com"},
        {"emails": ["a@x.com"]},
    ]
)
@pytest.mark.django_db
def test_the_same_rows_again_change_nothing(rows: list[dict[str, Any]]) -> None:
    into = made.program()
    take(into, *rows)
    again = take(into, *rows)
    assert {row.outcome for row in again} <= {"unchanged", "rejected"}


def test_a_list_that_names_two_accounts_goes_by_the_first_key(cast: Cast) -> None:
    acme = made.account(cast.program, external_id="crm-1")
    made.account(cast.program, domain="globex.example")
    row: Any = {
        "emails": ["jo@globex.example"],
        "account_external_id": "crm-1",
        "account_domain": "globex.example",
    }
    taking: Any = {"program": cast.program, "rows": [row], "by": None, "source": "list"}
    (refused,) = upsert_stakeholders(**taking)
    assert [(e.field, e.code) for e in refused.errors] == [("account_domain", "other_account")]
    (taken,) = upsert_stakeholders(**taking, is_list=True)
    person = Stakeholder.objects.in_program(cast.program).get(pk=taken.id or 0)
    assert person.account_id == acme.pk
