"""Settings pages and admin lists ask as much of the database for one row as for three."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alignment.people.actions.invitations import invite
from alignment.people.models import Role, Side
from tests import cast as play
from tests.cast import Cast

SETTINGS = ("", "members/", "teams/", "keys/")
LISTS = (
    "accounts/account",
    "accounts/stakeholder",
    "accounts/lead",
    "accounts/engagement",
    "accounts/journalevent",
    "accounts/signal",
    "agreements/version",
    "core/auditentry",
    "icp/verdict",
    "jobs/job",
    "people/apikey",
    "people/invitation",
    "people/membership",
    "people/team",
    "people/user",
    "scoring/leadscore",
)
MOST = 20


def one_more_of_each(cast: Cast) -> None:
    program = cast.program
    team = play.team(program, Side.SALES)
    play.member(program, play.user(), Role.MEMBER, team)
    email = f"invited-to-{team.pk}@example.com"
    invite(program=program, email=email, role=Role.MEMBER, team=team, by=cast.owner)
    play.api_key(program, cast.rep)
    person = play.stakeholder(program, play.account(program))
    play.lead(program, person, owner=cast.rep)
    play.engage(person, "webinar_attended")


def counted(browser: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("page", SETTINGS)
def test_settings(cast: Cast, page: str) -> None:
    browser = cast.client("owner")
    address = f"/p/{cast.program.slug}/settings/{page}"
    one_more_of_each(cast)
    browser.get(address)
    few = counted(browser, address)
    one_more_of_each(cast)
    one_more_of_each(cast)
    assert counted(browser, address) == few <= MOST


def test_admin_lists(cast: Cast) -> None:
    cast.owner.is_staff = True
    cast.owner.save()
    browser = cast.client("owner")
    one_more_of_each(cast)
    browser.get("/admin/")
    few = {name: counted(browser, f"/admin/{name}/") for name in LISTS}
    one_more_of_each(cast)
    one_more_of_each(cast)
    many = {name: counted(browser, f"/admin/{name}/") for name in LISTS}
    assert many == few
    assert max(few.values()) <= MOST
