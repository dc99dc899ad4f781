"""Settings pages and admin lists run as many queries for three rows as for one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alignment.notifications.actions.endpoints import add_endpoint
from alignment.notifications.actions.notices import NoticeText, announce, notify
from alignment.notifications.actions.reading import choose_mail
from alignment.people.actions.invitations import invite
from alignment.people.models import Role, Side
from tests import cast as play
from tests.cast import Cast

SETTINGS = ("", "members/", "teams/", "keys/", "endpoints/")
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
    "notifications/delivery",
    "notifications/endpoint",
    "notifications/notice",
    "notifications/noticechoice",
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
    _tell(cast, number=team.pk)


def _tell(cast: Cast, *, number: int) -> None:
    """A notice, a mail preference, an endpoint and a message for it."""
    reader = play.member(cast.program, play.user(), Role.OBSERVER).user
    for kind in ("breach", "warning"):
        choose_mail(program=cast.program, user=reader, choices={kind: "at_once"})
    words = NoticeText("Late")
    notify(program=cast.program, users=[reader], kind="breach", cause="c", words=lambda: words)
    add_endpoint(
        program=cast.program,
        kind="webhook",
        name=f"Hook {number}",
        url="https://hooks.example.com/",
        events=["breach"],
        by=cast.owner,
    )
    announce(program=cast.program, event="breach", cause=f"c{number}", data={}, text="Late")


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
