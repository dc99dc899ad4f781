"""A live stream ends at once when its person may no longer listen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from alignment.core.live import bus
from alignment.core.live.sse import with_live_stream
from alignment.people.actions.accounts import note_password, save_account
from alignment.people.actions.members import change_member, remove_member
from alignment.people.asgi_access import may_listen
from alignment.people.models import Role
from alignment.people.permissions import GRANTS
from tests import cast as play
from tests.cast import PASSWORD, Cast

# Far less than the 20 s after which a stream asks by itself.
AT_ONCE = 8.0
NEW = "another long password"


async def _nothing_else(*_: Any) -> None:
    raise AssertionError


class Tab:
    """An open page of somebody: what its stream received, and whether it is still open."""

    def __init__(self, cast: Cast, browser: Client) -> None:
        self.text = ""
        self._heard = asyncio.Condition()
        self._left = asyncio.Event()
        cookie = f"sessionid={browser.session.session_key}".encode()
        scope = {
            "type": "http",
            "path": f"/p/{cast.program.slug}/live/",
            "headers": [(b"cookie", cookie)],
        }
        # An application of its own, because its hub belongs to this event loop.
        application = with_live_stream(_nothing_else, may_listen=may_listen)
        self.stream = asyncio.ensure_future(application(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        async with self._heard:
            self.text += message.get("body", b"").decode()
            self._heard.notify_all()

    async def hears(self, words: str) -> None:
        async with self._heard:
            await asyncio.wait_for(self._heard.wait_for(lambda: words in self.text), AT_ONCE)

    async def ends(self) -> None:
        await asyncio.wait_for(asyncio.shield(self.stream), AT_ONCE)

    async def leaves(self) -> None:
        self._left.set()
        await self.stream


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return play.make_cast()


def signed_in(cast: Cast, who: str) -> Client:
    """Signed in by the form, so that the session is in the list of sessions."""
    person = getattr(cast, who)
    person.set_password(PASSWORD)
    person.save()
    browser = Client()
    browser.post("/sign-in/login/", {"login": person.email, "password": PASSWORD})
    return browser


def removed(cast: Cast, _browser: Client) -> None:
    remove_member(membership=cast.membership("rep"), by=cast.owner)


def demoted(cast: Cast, _browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every role may read so far; take that from one."""
    monkeypatch.setitem(GRANTS, Role.OBSERVER, frozenset())
    change_member(
        membership=cast.membership("rep"),
        role=Role.OBSERVER,
        team=None,
        leads_a_week=None,
        by=cast.owner,
    )


def deactivated(cast: Cast, _browser: Client) -> None:
    cast.rep.is_active = False
    save_account(user=cast.rep, by=cast.owner)


def signed_out(_cast: Cast, browser: Client) -> None:
    browser.post("/sign-in/logout/")


def signed_out_of_the_admin(cast: Cast, browser: Client) -> None:
    get_user_model().objects.filter(pk=cast.rep.pk).update(is_staff=True, is_superuser=True)
    browser.post("/admin/logout/")


def ended_from_elsewhere(cast: Cast, _browser: Client) -> None:
    session = UserSession.objects.get(user=cast.rep)
    play.sign_in(cast.rep).post(f"/you/sessions/{session.pk}/end/")


def all_others_ended(cast: Cast, _browser: Client) -> None:
    play.sign_in(cast.rep).post("/sign-in/sessions/")


def ended_in_the_admin(cast: Cast, _browser: Client) -> None:
    session = UserSession.objects.get(user=cast.rep)
    operator = play.sign_in(play.user(is_staff=True, is_superuser=True))
    operator.post(
        "/admin/usersessions/usersession/",
        {"action": "delete_selected", "_selected_action": session.pk, "post": "yes"},
    )


def password_changed_elsewhere(cast: Cast, _browser: Client) -> None:
    said = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    signed_in_again = Client()
    form = {"login": cast.rep.email, "password": PASSWORD}
    signed_in_again.post("/sign-in/login/", form)
    assert signed_in_again.post("/sign-in/password/change/", said).status_code == 302


def password_set_by_the_operator(cast: Cast, _browser: Client) -> None:
    cast.rep.set_password(NEW)
    cast.rep.save()
    note_password(user=cast.rep, by=cast.owner)


WAYS = (
    removed,
    demoted,
    deactivated,
    signed_out,
    signed_out_of_the_admin,
    ended_from_elsewhere,
    all_others_ended,
    ended_in_the_admin,
    password_changed_elsewhere,
    password_set_by_the_operator,
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_whoever_loses_access_hears_nothing_more(
    cast: Cast, way: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = signed_in(cast, "rep"), cast.client("observer")
    act = partial(way, cast, mine, **({"monkeypatch": monkeypatch} if way is demoted else {}))
    if way is demoted:
        theirs = cast.client("owner")

    async def scene() -> None:
        leaving, staying = Tab(cast, mine), Tab(cast, theirs)
        await leaving.hears(": open")
        await staying.hears(": open")
        # Give the reader of the bus time to start waiting.
        await asyncio.sleep(0.2)
        await asyncio.to_thread(_on_its_own, act)
        await asyncio.to_thread(bus.publish_now, cast.program.pk, "afterwards")
        await leaving.ends()
        await staying.hears("event: afterwards")
        assert "afterwards" not in leaving.text
        assert "access-" not in leaving.text + staying.text
        await staying.leaves()

    asyncio.run(scene())


def test_a_change_that_leaves_access_ends_nothing(cast: Cast) -> None:
    browser = signed_in(cast, "rep")
    seat = {"role": Role.OBSERVER, "team": None, "leads_a_week": None}
    member = cast.membership("rep")
    act = partial(change_member, membership=member, by=cast.owner, **seat)  # type: ignore[arg-type]

    async def scene() -> None:
        tab = Tab(cast, browser)
        await tab.hears(": open")
        await asyncio.sleep(0.2)
        await asyncio.to_thread(_on_its_own, act)
        await asyncio.to_thread(bus.publish_now, cast.program.pk, "afterwards")
        await tab.hears("event: afterwards")
        await tab.leaves()

    asyncio.run(scene())


def _on_its_own(act: Callable[[], object]) -> None:
    try:
        act()
    finally:
        connection.close()
