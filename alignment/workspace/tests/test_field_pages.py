"""Panels with findings on the page of an account, and the summary for marketing."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions.accounts import update_account
from accounts.field.models import Competitor, CriterionFinding, Relationship
from accounts.models import Account
from alignment.core.figures import SPACE
from tests import cast as play
from tests.cast import Cast

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def account(cast: Cast) -> Account:
    return play.account(cast.program, "Acme", employees_low=9000, employees_high=9000, state="TX")


def at(cast: Cast, name: str, *args: Any) -> str:
    return reverse(f"workspace:{name}", args=[cast.program.slug, *args])


def test_a_rep_refutes_and_marketing_reads_it(cast: Cast, account: Account) -> None:
    rep, page = cast.client("rep"), at(cast, "account", account.pk)
    form = at(cast, "finding", account.pk, "employees")
    assert form in rep.get(page).content.decode()
    assert "9,000" in rep.get(form).content.decode()
    sent = {"outcome": "refuted", "employees": "300", "seen": "Their careers page"}
    reply = rep.post(form, sent)
    assert (reply.status_code, reply["Location"]) == (302, page)
    account.refresh_from_db()
    assert account.employees_low == account.employees_high == 300
    assert "Their careers page" in rep.get(page).content.decode()
    marketing = cast.client("marketer").get(at(cast, "refuted")).content.decode()
    assert page in marketing
    assert 'href="?criterion=employees"' in marketing
    only = cast.client("marketer").get(at(cast, "refuted"), {"criterion": "industry"})
    assert page not in only.content.decode()


def test_marketing_reads_why_it_cannot_say_what_sales_saw(cast: Cast, account: Account) -> None:
    marketer, page = cast.client("marketer"), at(cast, "account", account.pk)
    form = at(cast, "finding", account.pk, "employees")
    assert form in cast.client("owner").get(page).content.decode()
    html = marketer.get(page).content.decode()
    assert form not in html
    assert "checked by sales" in html
    sent = {"outcome": "confirmed", "seen": "Their careers page"}
    assert marketer.get(form).status_code == marketer.post(form, sent).status_code == 403
    assert not CriterionFinding.objects.in_program(cast.program).exists()
    assert cast.client("owner").post(form, sent).status_code == 302
    taken_back = at(
        cast,
        "finding_withdraw",
        account.pk,
        CriterionFinding.objects.in_program(cast.program).get().pk,
    )
    assert marketer.post(taken_back).status_code == 403


def test_errors_stand_at_the_field_and_nothing_typed_is_lost(cast: Cast, account: Account) -> None:
    form = at(cast, "finding", account.pk, "employees")
    sent = {"outcome": "refuted", "employees": "a lot", "seen": "Their careers page"}
    reply = cast.client("rep").post(form, sent, headers=HTMX)
    html = reply.content.decode()
    assert reply.status_code == 422
    assert "id_employees_error" in html
    assert "Their careers page" in html
    assert "a lot" in html
    reply = cast.client("rep").post(form, {**sent, "employees": "500-20"})
    assert (reply.status_code, "Their careers page" in reply.content.decode()) == (422, True)
    assert not CriterionFinding.objects.in_program(cast.program).exists()


def test_what_is_unknown_is_filled_in(cast: Cast, account: Account) -> None:
    form = at(cast, "finding", account.pk, "maturity")
    rep = cast.client("rep")
    reply = rep.post(form, {"outcome": "filled", "seen": "A call", "technology_maturity": ""})
    assert (reply.status_code, "id_technology_maturity_error" in reply.content.decode()) == (
        422,
        True,
    )
    said = {"outcome": "filled", "seen": "A call", "technology_maturity": "4"}
    assert rep.post(form, said, headers=HTMX)["HX-Redirect"]
    account.refresh_from_db()
    assert account.technology_maturity == 4


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("revenue", {"revenue": "20M"}),
        ("industry", {"naics": "511210"}),
        ("budget", {"budget_usd": "50K"}),
        ("metros", {"city": "Austin", "state": "TX", "zip": ""}),
    ],
)
def test_every_kind_has_its_form(cast: Cast, account: Account, key: str, value: dict) -> None:
    outcome = "refuted" if key == "metros" else "filled"
    form = at(cast, "finding", account.pk, key)
    assert cast.client("rep").get(form).status_code == 200
    reply = cast.client("rep").post(form, {"outcome": outcome, "seen": "Seen", **value})
    assert reply.status_code == 302, reply.content.decode()
    assert CriterionFinding.objects.in_program(cast.program).get().criterion == key


def test_who_knows_whom(cast: Cast, account: Account) -> None:
    person = play.stakeholder(cast.program, account, first_name="Dana", last_name="Reed")
    rep, form = cast.client("rep"), at(cast, "relationship", account.pk)
    assert "Dana Reed" in rep.get(form).content.decode()
    said = {"user": cast.rep.pk, "stakeholder": person.pk, "strength": "3", "note": "A fair"}
    late = rep.post(form, {**said, "since": "2999-01-01"})
    assert (late.status_code, "id_since_error" in late.content.decode()) == (422, True)
    assert "A fair" in late.content.decode()
    assert rep.post(form, {**said, "since": "2025-02-03"}).status_code == 302
    assert rep.post(form, {**said, "strength": "4"}).status_code == 302
    row = Relationship.objects.in_program(cast.program).get()
    assert (row.strength, row.user) == (4, cast.rep)
    assert "A fair" in rep.get(at(cast, "account", account.pk)).content.decode()
    stranger = {**said, "user": cast.stranger.pk}
    assert rep.post(form, stranger).status_code == 422
    gone = at(cast, "relationship_remove", account.pk, row.pk)
    assert rep.post(gone, headers=HTMX).status_code == 204
    assert rep.post(gone).status_code == 404


def test_competition(cast: Cast, account: Account) -> None:
    rep, form = cast.client("rep"), at(cast, "competitor", account.pk)
    said = {"name": "Rival", "strength": "4", "contract_ends": "2027-01-31", "source": "A call"}
    assert rep.post(form, {**said, "name": ""}).status_code == 422
    choices = rep.get(form).content.decode().partition('name="strength"')[2]
    assert re.findall(r'value="(\d?)" selected', choices) == [""]
    refused = rep.post(form, {**said, "strength": ""})
    assert refused.status_code == 422
    assert "id_strength_error" in refused.content.decode()
    assert not Competitor.objects.in_program(cast.program).exists()
    assert rep.post(form, said).status_code == 302
    assert 'value="2027-01-31"' in rep.get(form, {"name": "Rival"}).content.decode()
    row = Competitor.objects.in_program(cast.program).get()
    assert "Rival" in rep.get(at(cast, "account", account.pk)).content.decode()
    assert rep.post(at(cast, "competitor_remove", account.pk, row.pk)).status_code == 302
    assert not Competitor.objects.in_program(cast.program).exists()


def test_observers_read_only(cast: Cast, account: Account) -> None:
    observer = cast.client("observer")
    form = at(cast, "finding", account.pk, "employees")
    assert observer.get(at(cast, "refuted")).status_code == 200
    assert form not in observer.get(at(cast, "account", account.pk)).content.decode()
    assert observer.post(form, {"outcome": "confirmed", "seen": "x"}).status_code == 403
    assert observer.post(at(cast, "competitor", account.pk), {}).status_code == 403


def test_pages_ask_the_same_at_one_row_and_three(cast: Cast, account: Account) -> None:
    rep = cast.client("rep")

    def add(number: int) -> None:
        person = play.stakeholder(cast.program, account)
        form = at(cast, "relationship", account.pk)
        rep.post(form, {"user": cast.rep.pk, "stakeholder": person.pk, "strength": "3"})
        rep.post(at(cast, "competitor", account.pk), {"name": f"R{number}", "strength": "1"})
        form = at(cast, "finding", account.pk, "employees")
        rep.post(form, {"outcome": "refuted", "seen": f"No {number}", "employees": f"{number}"})

    def statements() -> list[int]:
        counts = []
        for page in (at(cast, "account", account.pk), at(cast, "refuted")):
            rep.get(page)
            with CaptureQueriesContext(connection) as seen:
                assert rep.get(page, headers=HTMX).status_code == 200
            counts.append(len(seen))
        return counts

    add(1)
    before = statements()
    add(2)
    add(3)
    assert CriterionFinding.objects.in_program(cast.program).count() == 3
    assert statements() == before


def test_a_relationship_is_not_saved_before_somebody_says_who_and_how_well(
    cast: Cast, account: Account
) -> None:
    person = play.stakeholder(cast.program, account)
    form = at(cast, "relationship", account.pk)
    offered = cast.client("rep").get(form).content.decode()
    assert f'<option value="{person.pk}" selected>' not in offered
    assert '<option value="1" selected>' not in offered
    named = cast.client("rep").get(f"{form}?person={person.pk}").content.decode()
    assert f'<option value="{person.pk}" selected>' in named
    sent = {"user": cast.rep.pk, "stakeholder": person.pk, "strength": ""}
    assert cast.client("rep").post(form, sent).status_code == 422
    assert not Relationship.objects.in_program(cast.program).exists()
    assert cast.client("rep").post(form, sent | {"strength": 2}).status_code == 302


def test_what_is_confirmed_stays(cast: Cast, account: Account) -> None:
    form = at(cast, "finding", account.pk, "employees")
    sent = {"outcome": "confirmed", "employees": "12", "seen": "Their careers page"}
    reply = cast.client("rep").post(form, sent, headers=HTMX)
    html = reply.content.decode()
    assert reply.status_code == 422
    assert "You confirm 9,000, but wrote 12" in html.partition("id_employees_error")[2]
    assert not CriterionFinding.objects.in_program(cast.program).exists()
    assert cast.client("rep").post(form, {**sent, "employees": "9000"}).status_code == 302
    account.refresh_from_db()
    assert account.employees_low == 9000


def test_absurd_numbers_are_refused_once_at_their_field(cast: Cast, account: Account) -> None:
    form = at(cast, "finding", account.pk, "employees")
    sent = {"outcome": "refuted", "employees": "1" + "0" * 14, "seen": "A slip"}
    reply = cast.client("rep").post(form, sent)
    assert reply.status_code == 422
    assert reply.content.decode().count("Not between 0 and 10\u202f000\u202f000.") == 1


def test_adding_a_relationship_again_loses_nothing(cast: Cast, account: Account) -> None:
    person = play.stakeholder(cast.program, account, first_name="Dana", last_name="Reed")
    rep, form = cast.client("rep"), at(cast, "relationship", account.pk)
    said = {"user": cast.rep.pk, "stakeholder": person.pk, "strength": "3"}
    rep.post(form, {**said, "note": "A fair", "since": "2025-02-03"})
    again = rep.post(form, {**said, "strength": "4", "note": "", "since": ""}, follow=True)
    assert "Dana Reed were noted already" in again.content.decode()
    row = Relationship.objects.in_program(cast.program).get()
    assert (row.strength, row.note, str(row.since)) == (4, "A fair", "2025-02-03")
    # The edit form shows the whole row, and may clear fields.
    edit = f"{form}?row={row.pk}"
    assert edit in again.content.decode()
    html = rep.get(edit).content.decode()
    assert f'action="{edit}"' in html
    assert 'value="A fair"' in html
    sent = {"stakeholder": "7", "strength": "1", "note": "", "since": ""}
    assert rep.post(edit, sent).status_code == 302
    row.refresh_from_db()
    assert (row.strength, row.note, row.since) == (1, "", None)
    assert (row.user, row.stakeholder) == (cast.rep, person)
    for wrong in ("x", "9" * 30, row.pk + 1):
        assert rep.get(f"{form}?row={wrong}").status_code == 404


def test_adding_a_competitor_again_loses_nothing(cast: Cast, account: Account) -> None:
    rep, form = cast.client("rep"), at(cast, "competitor", account.pk)
    said = {"name": "Rival", "strength": "4", "contract_ends": "2027-01-31", "source": "A call"}
    rep.post(form, {**said, "note": "Until 2027"})
    again = rep.post(form, {"name": "RIVAL", "strength": "2"}, follow=True)
    assert "RIVAL was noted already" in again.content.decode()
    row = Competitor.objects.in_program(cast.program).get()
    assert (row.strength, row.source, row.note) == (2, "A call", "Until 2027")
    assert str(row.contract_ends) == "2027-01-31"
    assert rep.post(f"{form}?name=RIVAL", {"strength": "2", "note": ""}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.note, row.source, row.contract_ends) == ("RIVAL", "", "", None)


def test_what_was_and_what_is_stands_in_findings_and_timeline(cast: Cast, account: Account) -> None:
    rep, page = cast.client("rep"), at(cast, "account", account.pk)
    form = at(cast, "finding", account.pk, "employees")
    rep.post(form, {"outcome": "refuted", "employees": "1200", "seen": "Their careers page"})
    rep.post(
        at(cast, "finding", account.pk, "revenue"),
        {"outcome": "filled", "revenue": "20M-30M", "seen": "Their report"},
    )
    html = rep.get(page).content.decode()
    findings = html.partition('id="findings-title"')[2]
    assert "9,000 → 1,200" in findings
    assert "unknown → $20M–$30M" in findings
    facts: Any = {"technologies": ["sap"], "state": "MA", "description": "Long"}
    update_account(account=account, facts=facts, by=cast.rep)
    story = rep.get(page).content.decode()
    assert "employees: 9,000 → 1,200" in story
    assert "annual revenue: unknown → $20M–$30M" in story
    assert "state: Texas → Massachusetts" in story
    assert "technologies: unknown → sap" in story
    assert "employees, from" not in story
    cast.rep.language = "fr"
    cast.rep.save(update_fields=["language"])
    french = rep.get(page).content.decode().replace("\u202f", " ").replace(SPACE, " ")
    assert "9 000 → 1 200" in french
    assert "20 M$–30 M$" in french


def test_refuted_criteria_are_in_the_language_of_who_reads(cast: Cast, account: Account) -> None:
    rep, page = cast.client("rep"), at(cast, "refuted")
    form = at(cast, "finding", account.pk, "employees")
    rep.post(form, {"outcome": "refuted", "seen": "Their careers page"})
    row = CriterionFinding.objects.in_program(cast.program).get()
    assert row.words.startswith("Employees: ")
    assert row.words in rep.get(page).content.decode()
    CriterionFinding.objects.in_program(cast.program).create(
        program=cast.program,
        account=account,
        criterion="gone",
        words="Annual revenue: $1M–$2M",
        outcome="refuted",
        seen="Of an earlier profile",
        at=row.at,
    )
    cast.rep.language = "fr"
    cast.rep.save(update_fields=["language"])
    french = rep.get(page).content.decode()
    assert "Employees" not in french
    assert "Annual revenue" not in french
    assert french.count(f"Effectif{SPACE}: ") == 2
    assert french.count(f"Chiffre d’affaires annuel{SPACE}: $1M–$2M") == 2
    form = at(cast, "finding", account.pk, "maturity")
    rep.post(form, {"outcome": "filled", "seen": "Vu", "technology_maturity": "2"})
    cast.rep.language = "en"
    cast.rep.save(update_fields=["language"])
    assert "Technology maturity: " in rep.get(at(cast, "account", account.pk)).content.decode()
