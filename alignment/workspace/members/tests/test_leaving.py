"""Nobody leaves open work behind without a word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account, Lead
from alignment.jobs import runner
from alignment.jobs.models import Job
from alignment.notifications.models import Notice
from alignment.people.actions.members import remove_member
from alignment.people.models import ApiKey, Membership, Role, Side, Team, User
from alignment.sla.models import Seat, Territory
from alignment.workspace.calendar.tests.scenes import monday, planned
from alignment.workspace.members import handover
from alignment.workspace.tests.pages import address, queries, text
from campaigns.calendar.models import Touch
from campaigns.committee.models import CommitteeMember
from campaigns.insights.models import SupportRequest
from campaigns.models import Campaign
from campaigns.opportunities.actions.writing import open_opportunity
from campaigns.opportunities.models import Opportunity
from campaigns.selection.models import Target
from tests import cast as make
from tests.cast import Cast


def burden(cast: Cast) -> tuple[Lead, Account, Opportunity]:
    """A lead, an account and a deal of the rep."""
    lead = make.lead(cast.program, owner=cast.rep)
    account = make.account(cast.program, owner_id=cast.rep.pk)
    deal = open_opportunity(account=account, by=cast.owner, name="Pilot", owner=cast.rep)
    return lead, account, deal


def removal(cast: Cast, who: str = "rep") -> str:
    return f"settings/members/{cast.membership(who).pk}/remove/"


def owners(*rows: Any) -> list[Any]:
    return [type(row).objects.in_program(row.program_id).get(pk=row.pk).owner for row in rows]


def test_the_page_says_what_the_person_holds_and_which_keys_end(cast: Cast) -> None:
    burden(cast)
    make.api_key(cast.program, cast.rep)
    page = text(cast, "owner", removal(cast))
    for said in ("Open leads", "Accounts", "Open opportunities", "Test key", "stops at once"):
        assert said in page, said
    assert "Running promises" not in page
    assert Membership.objects.in_program(cast.program).filter(user=cast.rep).exists()


def test_the_page_asks_each_number_once(cast: Cast) -> None:
    burden(cast)
    few = queries(cast, "owner", removal(cast))
    for _ in range(3):
        burden(cast)
    assert queries(cast, "owner", removal(cast)) == few


def beside(cast: Cast) -> Touch:
    """A touch, a target, a state, a request, a campaign and a committee of the rep."""
    program, now = cast.program, timezone.now()
    account = make.account(program)
    person = make.stakeholder(program, account)
    Target.objects.create(
        program=program, account=account, tier=1, sales_owner=cast.rep, entered_at=now
    )
    held = Territory.objects.in_program(program).filter(user=cast.rep).count()
    Territory.objects.create(program=program, user=cast.rep, state=("TX", "OH", "CA", "NY")[held])
    days = {"starts_on": now.date(), "ends_on": now.date()}
    Campaign.objects.create(program=program, name=f"C{held}", owner=cast.rep, **days)
    deal = open_opportunity(account=account, by=cast.owner, name="Pilot")
    CommitteeMember.objects.create(
        program=program, opportunity=deal, stakeholder=person, owner=cast.rep
    )
    SupportRequest.objects.create(
        program=program, account=account, what="A case", owner=cast.rep, due_at=now, state="taken"
    )
    return planned(person, cast.rep, monday() + timedelta(days=7 * held))


def test_the_page_says_what_else_the_person_holds(cast: Cast) -> None:
    """Support and committees are given to nobody in one go, but somebody has to take them over."""
    beside(cast)
    page = text(cast, "owner", removal(cast))
    for said in (
        "Planned touches",
        "Target accounts",
        "States",
        "Campaigns",
        "Support by marketing",
        "Buying committees",
        "choose somebody else on their pages",
    ):
        assert said in page, said
    few = queries(cast, "owner", removal(cast))
    for _ in range(2):
        beside(cast)
    assert queries(cast, "owner", removal(cast)) == few


def test_everything_goes_to_one_colleague(cast: Cast) -> None:
    rows, touch = burden(cast), beside(cast)
    sent = {"everything": cast.sales_manager.pk, "accounts": "left"}
    cast.client("sales_manager").post(address(cast, removal(cast)), sent)
    assert owners(*rows) == [cast.sales_manager, cast.rep, cast.sales_manager]
    touch.refresh_from_db()
    assert touch.who == cast.sales_manager
    assert Target.objects.in_program(cast.program).get().sales_owner == cast.sales_manager
    assert Territory.objects.in_program(cast.program).get(state="TX").user == cast.sales_manager
    assert Campaign.objects.in_program(cast.program).get().owner == cast.sales_manager


def test_what_a_colleague_may_not_hold_stays(cast: Cast) -> None:
    """Marketing works neither leads nor states, and targets for its own side only."""
    (lead, account, deal), touch = burden(cast), beside(cast)
    sent = {"everything": cast.marketer.pk}
    cast.client("sales_manager").post(address(cast, removal(cast)), sent)
    assert owners(lead, account, deal) == [cast.rep, cast.marketer, cast.marketer]
    touch.refresh_from_db()
    assert (touch.who, touch.side) == (cast.marketer, Side.MARKETING)
    assert Target.objects.in_program(cast.program).get().sales_owner == cast.rep
    assert Territory.objects.in_program(cast.program).get(state="TX").user == cast.rep


def test_everything_can_be_left_to_nobody(cast: Cast) -> None:
    rows, touch = burden(cast), beside(cast)
    cast.client("sales_manager").post(address(cast, removal(cast)), {"everything": "nobody"})
    assert owners(*rows) == [None, None, None]
    touch.refresh_from_db()
    assert touch.who is None
    assert Target.objects.in_program(cast.program).get().sales_owner is None
    assert not Territory.objects.in_program(cast.program).filter(state="TX").exists()


def test_owners_confirm_no_lists_and_give_no_targets(cast: Cast) -> None:
    beside(cast)
    offered = cast.client("owner").get(address(cast, removal(cast))).context["form"].fields
    assert "targets" not in offered
    offered = cast.client("sales_manager").get(address(cast, removal(cast))).context["form"].fields
    assert "targets" in offered


def test_a_touch_that_would_collide_stays_and_is_counted(cast: Cast) -> None:
    """The colleague calls somebody else at that hour."""
    touch, free = (
        planned(make.stakeholder(cast.program, make.account(cast.program)), cast.rep, start)
        for start in (monday(), monday() + timedelta(days=1))
    )
    other = make.stakeholder(cast.program, make.account(cast.program))
    planned(other, cast.sales_manager, touch.starts_at)
    sent = {"touches": cast.sales_manager.pk}
    page = cast.client("owner").post(address(cast, removal(cast)), sent, follow=True).text
    assert "1 item changed hands" in page
    assert "1 item stays under the old name" in page
    found = Touch.objects.in_program(cast.program)
    assert found.get(pk=touch.pk).who == cast.rep
    assert found.get(pk=free.pk).who == cast.sales_manager


def test_a_touch_that_went_ahead_with_a_reason_keeps_it(cast: Cast) -> None:
    person = make.stakeholder(cast.program, make.account(cast.program))
    saturday = monday() + timedelta(days=5)
    touch = planned(person, cast.rep, saturday, reason="They asked for it")
    assert touch.overridden == ["not_business_day"]
    cast.client("owner").post(address(cast, removal(cast)), {"touches": cast.sales_manager.pk})
    touch.refresh_from_db()
    assert (touch.who, touch.override_reason) == (cast.sales_manager, "They asked for it")


def test_who_moves_away_gets_no_notice_for_each_touch(cast: Cast) -> None:
    beside(cast)
    seat = cast.membership("rep")
    client = cast.client("owner")
    moved = client.post(address(cast, f"settings/members/{seat.pk}/"), {"role": "observer"})
    client.post(moved["Location"], {"touches": cast.sales_manager.pk})
    assert not Touch.objects.in_program(cast.program).filter(who=cast.rep).exists()
    assert not Notice.objects.in_program(cast.program).filter(user=cast.rep).exists()


def test_touches_and_deals_of_people_who_left_can_be_filtered(cast: Cast) -> None:
    touch, (_lead, _account, deal) = beside(cast), burden(cast)
    week = touch.starts_at.date().isoformat()
    calendar = f"calendar/?day={week}&who=gone"
    assert str(touch.account) not in text(cast, "sales_manager", calendar)
    assert deal.name not in text(cast, "sales_manager", "opportunities/?owner=gone&view=list")
    remove_member(membership=cast.membership("rep"), by=cast.owner)
    assert str(touch.account) in text(cast, "sales_manager", calendar)
    assert deal.name in text(cast, "sales_manager", "opportunities/?owner=gone&view=list")


def test_work_is_given_to_colleagues_as_the_person_is_removed(cast: Cast) -> None:
    rows = burden(cast)
    chosen = {
        "leads": cast.sales_manager.pk,
        "accounts": cast.marketer.pk,
        "deals": cast.sales_manager.pk,
    }
    reply = cast.client("owner").post(address(cast, removal(cast)), chosen)
    assert reply.status_code == 302
    assert owners(*rows) == [cast.sales_manager, cast.marketer, cast.sales_manager]
    assert not Membership.objects.in_program(cast.program).filter(user=cast.rep).exists()


def test_work_that_nobody_was_chosen_for_stays_or_becomes_unassigned(cast: Cast) -> None:
    lead, account, deal = burden(cast)
    cast.client("owner").post(address(cast, removal(cast)), {"leads": "nobody"})
    assert owners(lead, account, deal) == [None, cast.rep, cast.rep]


def test_marketing_is_offered_no_leads_and_gives_none_away(cast: Cast) -> None:
    burden(cast)
    page = cast.client("owner").get(address(cast, removal(cast)))
    people = str(page.context["form"]["leads"])
    assert cast.sales_manager.name in people
    assert cast.marketer.name not in people
    assert cast.rep.name not in people
    refused = cast.client("owner").post(
        address(cast, removal(cast)), {"leads": str(cast.marketer.pk)}
    )
    assert refused.status_code == 422
    assert Membership.objects.in_program(cast.program).filter(user=cast.rep).exists()


def test_much_work_changes_hands_in_a_job(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handover, "AT_ONCE", 2)
    monkeypatch.setattr(handover, "BATCH", 1)
    rows = [*burden(cast), make.lead(cast.program, owner=cast.rep)]
    touch = beside(cast)
    planned(
        make.stakeholder(cast.program, make.account(cast.program)),
        cast.sales_manager,
        touch.starts_at,
    )
    sent = {"everything": cast.sales_manager.pk}
    cast.client("sales_manager").post(address(cast, removal(cast)), sent)
    job = Job.objects.in_program(cast.program).get(kind=Job.Kind.HAND_OVER)
    assert owners(*rows) == [cast.rep] * 4
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (Job.State.DONE, 7, 8)
    assert job.result == {"changed": 7, "kept": 1}
    assert owners(*rows) == [cast.sales_manager] * 4


def test_who_leaves_sees_the_same_and_may_give_it_away(cast: Cast) -> None:
    lead, *_rest = burden(cast)
    assert "Leave this program?" in text(cast, "rep", removal(cast))
    cast.client("rep").post(address(cast, removal(cast)), {"leads": cast.sales_manager.pk})
    assert owners(lead) == [cast.sales_manager]
    assert not Membership.objects.in_program(cast.program).filter(user=cast.rep).exists()


@pytest.mark.parametrize("who", ["rep", "marketing_manager", "observer"])
def test_others_remove_nobody(cast: Cast, who: str) -> None:
    url = address(cast, removal(cast, "sales_manager"))
    assert cast.client(who).get(url).status_code == 403
    assert cast.client(who).post(url).status_code == 403


def test_a_person_moved_away_from_sales_is_asked_about_too(cast: Cast) -> None:
    lead, *_rest = burden(cast)
    url = address(cast, f"settings/members/{cast.membership('rep').pk}/")
    client = cast.client("owner")
    moved = client.post(url, {"role": "member", "team": cast.marketing.pk})
    assert moved["Location"].endswith("/work/")
    assert "Open leads" in client.get(moved["Location"]).text
    client.post(moved["Location"], {"leads": cast.sales_manager.pk})
    assert owners(lead) == [cast.sales_manager]


def test_a_person_without_work_is_not_asked_about(cast: Cast) -> None:
    url = address(cast, f"settings/members/{cast.membership('rep').pk}/")
    moved = cast.client("owner").post(url, {"role": "observer"}, follow=True)
    assert moved.redirect_chain[-1][0].endswith("/settings/members/")


def test_leads_of_people_who_left_can_be_filtered(cast: Cast) -> None:
    lead, *_rest = burden(cast)
    mine = make.lead(cast.program, owner=cast.sales_manager)
    make.lead(cast.program)
    remove_member(membership=cast.membership("rep"), by=cast.owner)
    page = text(cast, "sales_manager", "leads/?owner=gone")
    assert str(lead.stakeholder) in page
    assert str(mine.stakeholder) not in page


def test_the_last_manager_of_a_side_goes_with_a_warning(cast: Cast) -> None:
    assert "Sales then has no manager" in text(cast, "owner", removal(cast, "sales_manager"))
    assert "then has no manager" not in text(cast, "owner", removal(cast))
    url = address(cast, f"settings/members/{cast.membership('sales_manager').pk}/")
    form = {"role": "member", "team": cast.sales.pk}
    page = cast.client("owner").post(url, form, follow=True).text
    assert "Sales has no manager any more" in page


def test_a_second_manager_keeps_the_side_able_to_sign(cast: Cast) -> None:
    make.member(cast.program, make.user(), Role.MANAGER, make.team(cast.program, Side.SALES))
    assert "then has no manager" not in text(cast, "owner", removal(cast, "sales_manager"))


def test_keys_end_with_the_membership(cast: Cast) -> None:
    make.api_key(cast.program, cast.rep)
    cast.client("owner").post(address(cast, removal(cast)))
    assert ApiKey.objects.in_program(cast.program).get().revoked_at is not None


def test_deleting_a_team_says_which_states_it_gives_up(cast: Cast) -> None:
    team = make.team(cast.program, Side.SALES, "Zed")
    Territory.objects.create(program=cast.program, team=team, state="TX")
    page = f"settings/teams/{team.pk}/delete/"
    assert "1 state loses its team" in text(cast, "owner", page)
    assert "Texas" in text(cast, "owner", page)
    assert "Move its members" in text(cast, "owner", f"settings/teams/{cast.sales.pk}/delete/")
    assert cast.client("owner").post(address(cast, page)).status_code == 302
    assert not Team.objects.in_program(cast.program).filter(pk=team.pk).exists()


def test_the_admin_asks_what_the_page_asks(cast: Cast) -> None:
    """Owners are led to the page; operators, who are in no program, read what stays behind."""
    make.lead(cast.program, owner=cast.rep)
    seat = cast.membership("rep")
    address = f"/admin/people/membership/{seat.pk}/delete/"
    page = f"/p/{cast.program.slug}/settings/members/{seat.pk}/remove/"
    for answer in (cast.client("owner").get(address), cast.client("owner").post(address)):
        assert answer["Location"] == page
    operator = make.sign_in(make.user(is_staff=True, is_superuser=True))
    assert "What stays under this name: Open leads: 1." in operator.get(address).text
    assert operator.post(address, {"post": "yes"}).status_code == 302
    assert not Membership.objects.in_program(cast.program).filter(pk=seat.pk).exists()


def test_an_operator_removes_somebody_who_takes_turns(cast: Cast) -> None:
    """What ends with the membership, such as a place in the rotation, needs no permission."""
    seat = cast.membership("rep")
    Seat.objects.create(program=cast.program, membership=seat, weight=2)
    operator = make.sign_in(make.user(is_staff=True, is_superuser=True))
    address = f"/admin/people/membership/{seat.pk}/delete/"
    assert "permission" not in operator.get(address).text
    assert operator.post(address, {"post": "yes"}).status_code == 302
    assert not Membership.objects.in_program(cast.program).filter(pk=seat.pk).exists()


def test_the_admin_asks_too_when_somebody_moves_away_from_sales(cast: Cast) -> None:
    lead = make.lead(cast.program, owner=cast.rep)
    seat = cast.membership("rep")
    address = f"/admin/people/membership/{seat.pk}/change/"
    page = f"/p/{cast.program.slug}/settings/members/{seat.pk}/work/"
    moved = {"role": "member", "team": cast.marketing.pk, "leads_a_week": ""}
    owner = cast.client("owner")
    assert owner.post(address, {**moved, "team": cast.sales.pk})["Location"] != page
    assert owner.post(address, {**moved, "team": ""}).status_code == 200
    assert owner.post(address, moved)["Location"] == page
    assert "Open leads" in owner.get(page).text
    assert owners(lead) == [cast.rep]


def test_an_operator_is_told_what_somebody_holds_who_is_demoted(cast: Cast) -> None:
    make.lead(cast.program, owner=cast.rep)
    operator = make.sign_in(make.user(is_staff=True, is_superuser=True))
    address = f"/admin/people/membership/{cast.membership('rep').pk}/change/"
    observer = {"role": "observer", "team": "", "leads_a_week": ""}
    said = "What stays under this name: Open leads: 1."
    assert said in operator.post(address, observer, follow=True).text
    assert said not in operator.post(address, observer, follow=True).text


def test_somebody_without_work_is_not_asked_about_in_the_admin(cast: Cast) -> None:
    address = f"/admin/people/membership/{cast.membership('rep').pk}/change/"
    observer = {"role": "observer", "team": "", "leads_a_week": ""}
    answer = cast.client("owner").post(address, observer)
    assert answer["Location"] == "/admin/people/membership/"


def test_the_admin_warns_of_a_side_without_manager(cast: Cast) -> None:
    address = f"/admin/people/membership/{cast.membership('sales_manager').pk}/change/"
    member = {"role": "member", "team": cast.sales.pk, "leads_a_week": ""}
    page = cast.client("owner").post(address, member, follow=True).text
    assert "Sales has no manager any more" in page


def test_an_owner_who_becomes_an_observer_is_led_to_a_page_they_may_open(cast: Cast) -> None:
    make.member(cast.program, make.user(), Role.OWNER)
    make.lead(cast.program, owner=cast.owner)
    url = address(cast, f"settings/members/{cast.membership('owner').pk}/")
    answer = cast.client("owner").post(url, {"role": "observer"}, follow=True)
    assert answer.status_code == 200


def test_nobody_is_offered_whose_account_is_closed(cast: Cast) -> None:
    account = make.account(cast.program)
    make.lead(cast.program, make.stakeholder(cast.program, account), owner=cast.sales_manager)
    pages = {
        f"accounts/{account.pk}/edit/": "owner_id",
        f"accounts/{account.pk}/opportunities/new/": "owner",
        f"calendar/plan/?account={account.pk}": "who",
        "campaigns/new/": "owner",
    }

    def offered() -> list[str]:
        browser = cast.client("owner")
        forms = {rest: browser.get(address(cast, rest)).context["form"] for rest in pages}
        return [rest for rest, form in forms.items() if cast.rep.name in str(form[pages[rest]])]

    to_assign = f'<option value="{cast.rep.pk}">'
    assert offered() == list(pages)
    assert to_assign in text(cast, "owner", "leads/")
    User.objects.filter(pk=cast.rep.pk).update(is_active=False)
    assert offered() == []
    assert to_assign not in text(cast, "owner", "leads/")
