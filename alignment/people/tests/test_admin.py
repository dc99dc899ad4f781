"""Changing configuration in the admin goes through the same actions as the pages."""

import json

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Signal
from alignment.agreements.actions.drafts import start_draft
from alignment.agreements.models import Kind, State
from alignment.agreements.queries import in_force
from alignment.core.models import AuditEntry
from alignment.people.actions.teams import rename_team
from alignment.people.models import ApiKey, Membership, Role, Side, Team, User
from alignment.sla.models import Territory, WorkingHours
from tests import cast as play
from tests.cast import Cast


@pytest.fixture
def browser(cast: Cast) -> Client:
    cast.owner.is_staff = True
    cast.owner.save()
    return cast.client("owner")


def test_sign_in_is_ours() -> None:
    assert Client().get("/admin/login/")["Location"].startswith("/sign-in/login/")


def test_who_owns_one_program_is_not_told_its_name_in_every_row(
    cast: Cast, browser: Client
) -> None:
    page = browser.get("/admin/people/team/").text
    assert "<h1>Teams</h1>" in page
    assert "column-program" not in page
    assert "?program=" not in page

    own = {"user": cast.owner, "role": Role.OWNER}
    Membership.objects.create(program=cast.other_program, **own)
    page = browser.get("/admin/people/team/").text
    assert "column-program" in page
    assert f"?program={cast.other_program.pk}" in page


def test_a_member_moves(cast: Cast, browser: Client) -> None:
    rep = cast.membership("rep")
    page = f"/admin/people/membership/{rep.pk}/change/"
    assert browser.get(page).status_code == 200
    answer = browser.post(page, {"role": Role.MANAGER, "team": cast.sales.pk})
    assert answer.status_code == 302
    assert cast.membership("rep").role == Role.MANAGER
    assert AuditEntry.objects.filter(action="member.change", actor_id=cast.owner.pk).exists()


def test_choices_are_in_order_of_names(cast: Cast, browser: Client) -> None:
    """Whichever row the database comes to first."""
    User.objects.filter(pk=cast.owner.pk).update(name="Zoe Owner")
    User.objects.filter(pk=cast.rep.pk).update(name="Abel Rep")
    form = browser.get("/admin/campaigns/campaign/add/").context["adminform"].form
    names = [str(label) for value, label in form.fields["owner"].choices if value]
    assert names == sorted(names)
    assert (names[0], names[-1]) == ("Abel Rep", "Zoe Owner")


def test_the_last_owner_stays(cast: Cast, browser: Client, operator: Client) -> None:
    own = cast.membership("owner")
    page = f"/admin/people/membership/{own.pk}/"
    answer = browser.post(f"{page}change/", {"role": Role.OBSERVER, "team": ""}, follow=True)
    assert "at least one owner" in answer.text
    answer = operator.post(f"{page}delete/", {"post": "yes"}, follow=True)
    assert "at least one owner" in answer.text
    assert Membership.objects.in_program(cast.program).filter(role=Role.OWNER).count() == 1


def test_a_team_of_another_program_cannot_be_chosen(cast: Cast, browser: Client) -> None:
    page = f"/admin/people/membership/{cast.membership('rep').pk}/change/"
    answer = browser.post(page, {"role": Role.MEMBER, "team": cast.other_sales.pk})
    assert answer.status_code == 200
    assert cast.membership("rep").team == cast.sales
    answer = browser.post(
        "/admin/people/team/add/",
        {"program": cast.other_program.pk, "side": "sales", "name": "Intruders"},
    )
    assert answer.status_code == 200
    assert not Team.objects.in_program(cast.other_program).filter(name="Intruders").exists()


def test_teams_and_program(cast: Cast, browser: Client) -> None:
    words = {"program": cast.program.pk, "side": "sales", "name": "West"}
    assert browser.post("/admin/people/team/add/", words).status_code == 302
    again = browser.post("/admin/people/team/add/", words, follow=True)
    assert "already a team" in again.text
    assert again.redirect_chain == [], "the form is shown again as it was typed"
    west = Team.objects.in_program(cast.program).get(name="West")
    browser.post(f"/admin/people/team/{west.pk}/change/", {"name": "Pacific"})
    assert Team.objects.in_program(cast.program).filter(name="Pacific").exists()
    browser.post(f"/admin/people/team/{west.pk}/delete/", {"post": "yes"})
    assert not Team.objects.in_program(cast.program).filter(pk=west.pk).exists()
    browser.post(
        f"/admin/people/program/{cast.program.pk}/change/",
        {"name": "US", "time_zone": "America/Chicago"},
    )
    cast.program.refresh_from_db()
    assert cast.program.name == "US"


def test_signals(cast: Cast, browser: Client) -> None:
    words = {
        "program": cast.program.pk,
        "code": "roi_calculator",
        "name": "ROI calculator used",
        "kind": "behaviour",
        "side": "marketing",
    }
    assert browser.post("/admin/accounts/signal/add/", words).status_code == 302
    made = Signal.objects.in_program(cast.program).get(code="roi_calculator")
    assert browser.post("/admin/accounts/signal/add/", words, follow=True).status_code == 200
    browser.post(f"/admin/accounts/signal/{made.pk}/change/", {"name": "ROI seen", "side": "sales"})
    made.refresh_from_db()
    assert (made.name, made.side) == ("ROI seen", "sales")
    taken = browser.post("/admin/accounts/signal/add/", words | {"code": "x", "name": "roi seen"})
    assert taken.context["adminform"].errors == {"name": ["Another signal has this name."]}


def test_a_draft_is_edited_and_proposed_then_only_read(cast: Cast, browser: Client) -> None:
    draft = start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner)
    page = f"/admin/agreements/version/{draft.pk}/change/"
    wrong = browser.post(page, {"content": json.dumps({"rules": "none"}), "note": "x"}, follow=True)
    assert "list of rules" in wrong.text
    content = draft.content | {"mql_at": 35}
    assert browser.post(page, {"content": json.dumps(content), "note": "lower"}).status_code == 302
    browser.post(
        "/admin/agreements/version/",
        {"action": "propose", "_selected_action": [draft.pk]},
    )
    draft.refresh_from_db()
    assert draft.state == State.PROPOSED
    assert draft.content["mql_at"] == 35
    assert in_force(cast.program, Kind.SCORING) != draft
    assert browser.post(page, {"content": "{}", "note": ""}).status_code == 403


def test_a_draft_of_the_sla_contract_goes_the_same_way(cast: Cast, browser: Client) -> None:
    draft = start_draft(program=cast.program, kind=Kind.SLA, by=cast.owner)
    page = f"/admin/agreements/version/{draft.pk}/change/"
    wrong = browser.post(page, {"content": json.dumps({"clauses": 1}), "note": "x"}, follow=True)
    assert "list of clauses" in wrong.text
    content = {"clauses": draft.content["clauses"][1:]}
    assert browser.post(page, {"content": json.dumps(content), "note": ""}).status_code == 302
    browser.post(
        "/admin/agreements/version/",
        {"action": "propose", "_selected_action": [draft.pk]},
    )
    draft.refresh_from_db()
    assert (draft.state, len(draft.content["clauses"])) == (State.PROPOSED, 6)
    assert browser.get(page).status_code == 200
    assert browser.post(page, {"content": "{}", "note": ""}).status_code == 403


def test_facts_and_keys(cast: Cast, browser: Client) -> None:
    company = play.account(cast.program)
    page = f"/admin/accounts/account/{company.pk}/change/"
    assert browser.get(page).status_code == 200
    assert browser.post(page, {"name": "Other"}).status_code == 403
    play.api_key(cast.program, cast.owner)
    key = ApiKey.objects.in_program(cast.program).get()
    assert key.secret_hash not in browser.get(f"/admin/people/apikey/{key.pk}/change/").text
    chosen = {"action": "revoke", "_selected_action": [key.pk]}
    asked = browser.post("/admin/people/apikey/", chosen)
    assert "Revoke these keys?" in asked.text
    key.refresh_from_db()
    assert key.revoked_at is None
    answer = browser.post("/admin/people/apikey/", chosen | {"sure": "yes"}, follow=True)
    assert "1 key was revoked." in answer.text
    key.refresh_from_db()
    assert key.revoked_at
    again = browser.post("/admin/people/apikey/", chosen, follow=True)
    assert "revoked already" in again.text


@pytest.mark.parametrize("said", ["abc", "\x00", "9" * 30, "-1"])
def test_values_that_no_page_sends_are_refused(cast: Cast, browser: Client, said: str) -> None:
    seat = f"/admin/people/membership/{cast.membership('rep').pk}/change/"
    answer = browser.post(seat, {"role": Role.MEMBER, "team": said})
    assert set(answer.context["adminform"].errors) == {"team"}
    assert browser.get("/admin/people/team/add/", {"program": said}).status_code == 200
    for model, action in (("people/apikey", "revoke"), ("jobs/job", "cancel_jobs")):
        chosen = {"action": action, "_selected_action": [said], "index": "0"}
        answer = browser.post(f"/admin/{model}/", chosen, follow=True)
        assert "Items must be selected" in answer.text


def test_superusers_make_and_move_accounts(db: None) -> None:
    browser = play.sign_in(play.user(is_staff=True, is_superuser=True))
    words = {"email": "Sam@Example.com", "name": "Sam", "password1": play.PASSWORD}
    words["password2"] = play.PASSWORD
    assert browser.post("/admin/people/user/add/", words).status_code == 302
    sam = User.objects.get(email="sam@example.com")
    words = {
        "email": "sam@new.example",
        "name": "Sam",
        "language": "fr",
        "time_zone": "Europe/Paris",
        "theme": "dark",
        "is_active": "on",
    }
    assert browser.post(f"/admin/people/user/{sam.pk}/change/", words).status_code == 302
    primary = EmailAddress.objects.get(user=sam, primary=True)
    assert (primary.email, primary.verified) == ("sam@new.example", True)


@pytest.fixture
def operator(db: None) -> Client:
    return play.sign_in(play.user(is_staff=True, is_superuser=True))


def account(user: User, **changes: str) -> dict[str, str]:
    kept = {name: getattr(user, name) for name in ("email", "name", "language", "time_zone")}
    return kept | {"theme": "dark", "is_active": "on"} | changes


def test_the_last_owner_of_a_program_keeps_an_open_account(cast: Cast, operator: Client) -> None:
    page = f"/admin/people/user/{cast.owner.pk}/change/"
    refused = operator.post(page, account(cast.owner, is_active=""))
    assert "The last owner of US mid-market" in refused.text
    cast.owner.refresh_from_db()
    assert cast.owner.is_active
    play.member(cast.program, play.user(), Role.OWNER)
    assert operator.post(page, account(cast.owner, is_active="")).status_code == 302
    cast.owner.refresh_from_db()
    assert not cast.owner.is_active


@pytest.mark.parametrize("field", ["is_active", "is_superuser"])
def test_an_operator_does_not_lock_themselves_out(db: None, field: str) -> None:
    me = play.user(is_staff=True, is_superuser=True)
    page = f"/admin/people/user/{me.pk}/change/"
    said = account(me, is_superuser="on", is_staff="on") | {field: ""}
    refused = play.sign_in(me).post(page, said)
    assert set(refused.context["adminform"].errors) == {field}
    me.refresh_from_db()
    assert me.is_active
    assert me.is_superuser


def test_closing_an_account_says_where_the_person_still_holds_work(
    cast: Cast, operator: Client
) -> None:
    page = f"/admin/people/user/{cast.rep.pk}/change/"
    closed = operator.post(page, account(cast.rep, is_active=""), follow=True).text
    assert "Ravi Rep keeps what they hold in US mid-market." in closed
    named = operator.post(page, account(cast.rep, is_active="", name="Ravi R."), follow=True).text
    assert "keeps what they hold" not in named


def test_an_account_has_a_time_zone_that_exists_and_a_name_that_is_seen(
    cast: Cast, operator: Client
) -> None:
    page = f"/admin/people/user/{cast.rep.pk}/change/"
    for wrong in ({"time_zone": "Mars/Phobos"}, {"name": "\u200b"}):
        assert operator.post(page, account(cast.rep, **wrong)).status_code == 200
    cast.rep.refresh_from_db()
    assert (cast.rep.time_zone, cast.rep.name) == ("Europe/Paris", "Ravi Rep")


def test_changes_of_an_account_are_in_the_audit_trail(cast: Cast, operator: Client) -> None:
    page = f"/admin/people/user/{cast.rep.pk}/change/"
    operator.post(page, account(cast.rep, name="Ravi R.", email="r@example.com", is_active=""))
    entry = AuditEntry.objects.get(action="user.change", target_id=cast.rep.pk)
    assert entry.detail == {
        "before": {"email": cast.rep.email, "name": "Ravi Rep", "is_active": True},
        "after": {"email": "r@example.com", "name": "Ravi R.", "is_active": False},
    }


@pytest.mark.parametrize("usable", [True, False])
def test_a_password_set_by_an_operator_is_in_the_audit_trail(
    cast: Cast, operator: Client, usable: bool
) -> None:
    cast.rep.set_password("the one before")
    cast.rep.save()
    page = f"/admin/people/user/{cast.rep.pk}/password/"
    said = {"usable_password": str(usable).lower()}
    said |= {"password1": play.PASSWORD, "password2": play.PASSWORD, "set-password": "1"}
    if not usable:
        said = {"usable_password": "false", "unset-password": "1"}
    assert operator.post(page, said).status_code == 302
    cast.rep.refresh_from_db()
    assert cast.rep.has_usable_password() == usable
    (entry,) = AuditEntry.objects.filter(target_id=cast.rep.pk, target="people.user")
    assert (entry.action, entry.detail) == ("user.password", {"usable": usable})


def test_whoever_is_made_an_owner_opens_the_admin_of_the_program(cast: Cast) -> None:
    client = cast.client("observer")
    assert client.get("/admin/").status_code == 302
    seat = cast.membership("observer")
    seat.role = Role.OWNER
    seat.save()
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/people/membership/").status_code == 200
    assert "/admin/" in client.get(f"/p/{cast.program.slug}/settings/").text
    assert "/admin/" not in cast.client("rep").get(f"/p/{cast.program.slug}/settings/").text


def test_a_team_with_hours_and_territories_is_deleted_in_the_admin(
    cast: Cast, browser: Client
) -> None:
    team = play.team(cast.program, Side.SALES, "Zed")
    WorkingHours.objects.create(program=cast.program, team=team, week=[[]] * 7)
    Territory.objects.create(program=cast.program, team=team, state="TX")
    page = f"/admin/people/team/{team.pk}/delete/"
    assert "permission" not in browser.get(page).text
    browser.post(page, {"post": "yes"})
    assert not Team.objects.in_program(cast.program).filter(pk=team.pk).exists()


def test_the_admin_says_what_keeps_a_team(cast: Cast, browser: Client) -> None:
    page = browser.get(f"/admin/people/team/{cast.sales.pk}/delete/").text
    assert "Move its members to another team first." in page
    assert "permission" not in page


def test_the_audit_trail_is_read_in_words_and_filtered(cast: Cast, browser: Client) -> None:
    rename_team(team=cast.sales, name="Atlantic", by=cast.owner)
    trail = f"/admin/core/auditentry/?program={cast.program.pk}"
    page = browser.get(trail).text
    assert "Changed" in page
    assert "?program=" in page
    assert "target=people.team" in page
    assert "team.rename" in browser.get(f"{trail}&target=people.team").text
    assert "team.rename" not in browser.get(f"{trail}&target=people.user").text
    assert browser.get(f"{trail}&target=%00").status_code == 302


def test_every_list_can_be_searched(cast: Cast) -> None:
    cast.owner.is_staff = cast.owner.is_superuser = True
    cast.owner.save()
    browser = cast.client("owner")
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        assert browser.get(reverse(name), {"q": "x"}).status_code == 200, name


@pytest.mark.parametrize("list_of", ["core/auditentry", "people/user", "accounts/account"])
def test_a_search_for_thousands_of_words_looks_for_a_few(browser: Client, list_of: str) -> None:
    """Each word is compared with each column of every row, of all programs for the trail."""
    with CaptureQueriesContext(connection) as ran:
        found = browser.get(f"/admin/{list_of}/", {"q": "a " * 3_000})
    assert found.status_code == 200
    assert max(each["sql"].count("LIKE") for each in ran.captured_queries) < 300
