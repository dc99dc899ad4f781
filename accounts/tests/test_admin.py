"""Lists of millions of rows in the admin: found by an index, and sorted by nothing without one."""

import pytest
from django.test import Client

from accounts.models import AccountAlias, JournalEvent, JournalKind, Lead
from alignment.core.models import AuditEntry
from alignment.people import admin_base
from alignment.sla.models import HandOff
from tests import cast as play
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(cast: Cast) -> Client:
    account = play.account(cast.program, "Société Générale d'Étain", domain="etain.example")
    person = play.stakeholder(
        cast.program, account, "helene@acme.example", first_name="Hélène", last_name="Faure"
    )
    play.lead(cast.program, person)
    for _number in range(2):
        play.lead(cast.program)
    return cast.client("owner")


@pytest.mark.parametrize(
    ("of", "words"),
    [
        ("account", ("generale soc", "etain.ex")),
        ("stakeholder", ("faure helene", "helene@ac")),
        ("lead", ("faure helene", "helene@ac", "societe")),
    ],
)
def test_rows_are_found_as_on_the_pages(browser: Client, of: str, words: tuple[str, ...]) -> None:
    for text in words:
        page = browser.get(f"/admin/accounts/{of}/", {"q": text})
        assert page.context["cl"].result_count == 1, text
        assert "Générale" in page.text, text
    assert (
        browser.get(f"/admin/accounts/{of}/", {"q": "nobody at all"}).context["cl"].result_count
        == 0
    )


@pytest.mark.parametrize("of", ["scoring/leadscore", "sla/handoff"])
def test_what_belongs_to_a_lead_is_found_as_the_lead_is(
    cast: Cast, browser: Client, of: str
) -> None:
    for lead in Lead.objects.in_program(cast.program):
        now = {"became_mql_at": lead.opened_at, "handed_at": lead.opened_at}
        event = JournalEvent.objects.create(
            program=cast.program, kind=JournalKind.BECAME_MQL, lead=lead, at=lead.opened_at
        )
        HandOff.objects.create(program=cast.program, lead=lead, event=event, **now)
    for text, number in {
        "faure helene": 1,
        "helene@ac": 1,
        "societe": 1,
        "nobody at all": 0,
    }.items():
        page = browser.get(f"/admin/{of}/", {"q": text})
        assert page.context["cl"].result_count == number, text


def test_engagements_are_found_by_their_id(cast: Cast, browser: Client) -> None:
    person = play.stakeholder(cast.program)
    for external_id in ("visit-7", "visit-70"):
        play.engage(person, "webinar_attended", external_id=external_id)
    page = browser.get("/admin/accounts/engagement/", {"q": "visit-7"})
    assert [row.external_id for row in page.context["cl"].result_list] == ["visit-7"]


def test_a_long_list_is_not_sorted_by_a_column(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "/admin/accounts/account/?o=1"
    short = browser.get(address)
    names = [row.name for row in short.context["cl"].result_list]
    assert names == sorted(names)
    assert "?o=" in short.text
    monkeypatch.setattr(admin_base, "MOST_COUNTED", 3)
    long = browser.get(address)
    newest_first = [row.pk for row in long.context["cl"].result_list]
    assert newest_first == sorted(newest_first, reverse=True)
    assert "?o=" not in long.text


@pytest.mark.parametrize("way", ["page", "list"])
def test_a_former_key_is_given_up_with_a_trace(cast: Cast, way: str) -> None:
    account = play.account(cast.program)
    alias = AccountAlias.objects.create(
        program=cast.program, account=account, kind="domain", value="old.example"
    )
    room, browser = "/admin/accounts/accountalias/", cast.client("owner")
    if way == "page":
        browser.post(f"{room}{alias.pk}/delete/", {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [alias.pk], "post": "yes"}
        browser.post(room, chosen)
    assert not AccountAlias.objects.in_program(cast.program).exists()
    entry = AuditEntry.objects.get(action="account_alias.remove", actor_id=cast.owner.pk)
    assert entry.detail == {"account": account.pk, "kind": "domain", "value": "old.example"}
