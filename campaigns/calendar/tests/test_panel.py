"""An account's touches on its page: first the coming ones, then past ones."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.calendar.models import Touch
from campaigns.calendar.queries.pages import MOST_IN_A_PANEL, panel_of
from tests import cast as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def at(
    cast: Cast, account: int, hours: int, state: str = "planned", done: int | None = None
) -> int:
    """A touch in this many hours, done then or in `done` hours."""
    now = timezone.now()
    starts = now + timedelta(hours=hours)
    done_at = now + timedelta(hours=hours if done is None else done)
    touch = Touch.objects.create(
        program=cast.program,
        account_id=account,
        channel="ad",
        side="marketing",
        starts_at=starts,
        ends_at=starts + timedelta(minutes=5),
        thread=0,
        state=state,
        done_at=done_at if state == "done" else None,
    )
    return touch.pk


def shown(cast: Cast, account: int) -> list[int]:
    return [touch.pk for touch in panel_of(cast.program, now=timezone.now(), account=account)]


def test_what_comes_next_is_first(cast: Cast) -> None:
    account = make.account(cast.program).pk
    far, next_one = at(cast, account, 900), at(cast, account, 2)
    old, last = at(cast, account, -90, "done"), at(cast, account, -3, "done")
    overdue = at(cast, account, -30)
    early = at(cast, account, 50, "done", done=-60)
    assert shown(cast, account) == [next_one, far, last, overdue, early, old]


def test_neither_crowds_out_the_other(cast: Cast) -> None:
    account = make.account(cast.program).pk
    coming = [at(cast, account, hours) for hours in range(1, 15)]
    assert shown(cast, account) == coming[:MOST_IN_A_PANEL]
    past = [at(cast, account, -hours, "done") for hours in range(1, 15)]
    assert shown(cast, account) == coming[: MOST_IN_A_PANEL // 2] + past[: MOST_IN_A_PANEL // 2]
