"""Members and teams: who may change whom, and the owner who always remains."""

import threading
from copy import copy

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from alignment.core.models import AuditEntry
from alignment.people.actions.members import change_member, remove_member
from alignment.people.actions.programs import change_program, create_program
from alignment.people.actions.teams import create_team, delete_team, rename_team
from alignment.people.models import Membership, Program, Role, Side, Team
from tests import cast as play
from tests.cast import Cast


def test_the_last_owner_stays(cast: Cast) -> None:
    owner = cast.membership("owner")
    with pytest.raises(ValidationError):
        remove_member(membership=owner, by=cast.owner)
    with pytest.raises(ValidationError):
        change_member(
            membership=owner, role=Role.OBSERVER, team=None, leads_a_week=None, by=cast.owner
        )
    assert cast.membership("owner").role == Role.OWNER


def test_an_owner_who_cannot_sign_in_does_not_count(cast: Cast) -> None:
    sleeper = play.user(is_active=False)
    play.member(cast.program, sleeper, Role.OWNER)
    with pytest.raises(ValidationError):
        remove_member(membership=cast.membership("owner"), by=cast.owner)


def test_an_owner_leaves_when_another_remains(cast: Cast) -> None:
    change_member(
        membership=cast.membership("observer"),
        role=Role.OWNER,
        team=None,
        leads_a_week=None,
        by=cast.owner,
    )
    remove_member(membership=cast.membership("owner"), by=cast.owner)
    assert not Membership.objects.in_program(cast.program).filter(user=cast.owner).exists()
    entry = AuditEntry.objects.filter(action="member.remove").get()
    assert (entry.program_id, entry.actor_id) == (cast.program.pk, cast.owner.pk)


@pytest.mark.django_db(transaction=True)
def test_two_owners_cannot_both_leave_at_once() -> None:
    program = play.program("race")
    owners = [play.member(program, play.user(), Role.OWNER) for _ in range(2)]
    start, refused = threading.Barrier(2), []

    def leave(membership: Membership) -> None:
        try:
            start.wait(timeout=10)
            remove_member(membership=membership, by=membership.user)
        except ValidationError:
            refused.append(membership)
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=[owner]) for owner in owners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(refused) == 1
    assert Membership.objects.in_program(program).filter(role=Role.OWNER).count() == 1


@pytest.mark.parametrize("who", ["marketer", "rep", "observer", "sales_manager"])
def test_others_leave_marketing_alone(cast: Cast, who: str) -> None:
    marketer = cast.membership("marketer")
    actor = getattr(cast, who)
    with pytest.raises(PermissionDenied):
        change_member(
            membership=marketer, role=Role.MANAGER, team=cast.marketing, leads_a_week=None, by=actor
        )
    if who != "marketer":
        with pytest.raises(PermissionDenied):
            remove_member(membership=marketer, by=actor)


def test_a_manager_runs_the_own_side(cast: Cast) -> None:
    changed = change_member(
        membership=cast.membership("marketer"),
        role=Role.MANAGER,
        team=cast.marketing,
        leads_a_week=None,
        by=cast.marketing_manager,
    )
    assert changed.role == Role.MANAGER
    with pytest.raises(PermissionDenied):
        change_member(
            membership=changed,
            role=Role.MEMBER,
            team=cast.sales,
            leads_a_week=None,
            by=cast.marketing_manager,
        )
    with pytest.raises(PermissionDenied):
        change_member(
            membership=changed,
            role=Role.OWNER,
            team=None,
            leads_a_week=None,
            by=cast.marketing_manager,
        )


def test_everyone_may_leave(cast: Cast) -> None:
    remove_member(membership=cast.membership("rep"), by=cast.rep)
    assert cast.client("rep").get(f"/p/{cast.program.slug}/settings/").status_code == 404


def test_role_and_team_go_together(cast: Cast) -> None:
    rep = cast.membership("rep")
    for role, team in ((Role.MEMBER, None), (Role.OBSERVER, cast.sales), ("boss", None)):
        with pytest.raises(ValidationError):
            change_member(membership=rep, role=role, team=team, leads_a_week=None, by=cast.owner)
    with pytest.raises(ValidationError):
        change_member(
            membership=rep,
            role=Role.MEMBER,
            team=cast.other_sales,
            leads_a_week=None,
            by=cast.owner,
        )


def test_how_much_a_person_of_sales_can_take(cast: Cast) -> None:
    rep = cast.membership("rep")
    page = f"/p/{cast.program.slug}/settings/members/{rep.pk}/"
    seat = {"role": "member", "team": str(cast.sales.pk)}
    wrong = cast.client("sales_manager").post(page, seat | {"leads_a_week": "0"})
    assert wrong.status_code == 422
    saved = cast.client("sales_manager").post(page, seat | {"leads_a_week": "12"})
    assert saved.status_code == 302
    rep.refresh_from_db()
    assert rep.leads_a_week == 12
    assert "12 MQLs a week" in cast.client("rep").get(saved["Location"]).text
    assert cast.client("sales_manager").get(page).context["form"]["leads_a_week"].value() == 12


def test_the_trail_of_a_renamed_team_has_the_name_that_was_stored(cast: Cast) -> None:
    seen = copy(cast.sales)
    # As the admin hands it over.
    seen.name = "Atlantic"
    rename_team(team=seen, name="Atlantic", by=cast.owner)
    entry = AuditEntry.objects.get(action="team.rename")
    assert entry.detail == {"before": cast.sales.name, "after": "Atlantic"}


def test_a_team_that_somebody_deleted_is_not_renamed(cast: Cast) -> None:
    west = create_team(program=cast.program, side="sales", name="West", by=cast.owner)
    seen = Team.objects.in_program(cast.program).get(pk=west.pk)
    delete_team(team=west, by=cast.sales_manager)
    with pytest.raises(ValidationError, match="no such team"):
        rename_team(team=seen, name="Pacific", by=cast.owner)
    assert not Team.objects.in_program(cast.program).filter(name="Pacific").exists()


def test_teams(cast: Cast) -> None:
    west = create_team(program=cast.program, side=Side.SALES, name=" West ", by=cast.sales_manager)
    assert west.name == "West"
    rename_team(team=west, name="Pacific", by=cast.sales_manager)
    with pytest.raises(ValidationError):
        rename_team(team=west, name="East", by=cast.sales_manager)
    with pytest.raises(PermissionDenied):
        rename_team(team=west, name="Atlantic", by=cast.marketing_manager)
    twice = copy(west)
    delete_team(team=west, by=cast.sales_manager)
    with pytest.raises(ValidationError, match="no such team"):
        delete_team(team=twice, by=cast.sales_manager)
    with pytest.raises(ValidationError):
        delete_team(team=cast.sales, by=cast.owner)
    assert Team.objects.in_program(cast.program).filter(side=Side.SALES).count() == 1


def test_programs(cast: Cast) -> None:
    made = create_program(name="EU pilot", owner=cast.owner, by=cast.owner)
    assert (made.slug, made.time_zone) == ("eu-pilot", "America/New_York")
    assert Team.objects.in_program(made).count() == 2
    with pytest.raises(ValidationError):
        create_program(name="EU pilot", owner=cast.owner, by=cast.owner)
    with pytest.raises(ValidationError):
        create_program(name="Nowhere", time_zone="Mars/Olympus", owner=cast.owner, by=cast.owner)
    change_program(program=made, name="EU", time_zone="Europe/Paris", by=cast.owner)
    assert Program.objects.get(pk=made.pk).name == "EU"
    with pytest.raises(PermissionDenied):
        change_program(program=made, name="Mine", time_zone="Europe/Paris", by=cast.rep)


def test_only_people_of_sales_take_mqls(cast: Cast) -> None:
    client, page = cast.client("owner"), f"/p/{cast.program.slug}/settings/members/"
    marketer, rep = cast.membership("marketer"), cast.membership("rep")
    typed = {"role": "member", "team": str(cast.marketing.pk), "leads_a_week": "5"}
    refused = client.post(f"{page}{marketer.pk}/", typed)
    assert refused.status_code == 422
    assert "Only people of a sales team take MQLs." in refused.text
    client.post(f"{page}{rep.pk}/", typed | {"team": str(cast.sales.pk)})
    client.post(f"{page}{rep.pk}/", typed)
    rep.refresh_from_db()
    assert (rep.team, rep.leads_a_week) == (cast.marketing, None)
