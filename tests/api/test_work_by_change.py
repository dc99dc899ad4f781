"""By change too: target accounts, runs of plays, requests for support and what accounts read."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.duplicates.actions.merging import merge
from accounts.intent.actions.standing import today_utc
from accounts.intent.models import SiteVisits, Surge
from accounts.models import Account
from campaigns.insights.actions.support import ask, notify_overdue
from campaigns.insights.models import SupportRequest
from campaigns.plays.actions.starting import start_play
from campaigns.plays.models import PlayRun
from campaigns.plays.tests.test_starting import begin, target, template
from campaigns.selection.actions.listing import change_target, fill, leave
from campaigns.selection.models import Target
from campaigns.selection.tests.scenes import by_hand, companies, discussed, put, work
from tests import cast as make
from tests.api.conftest import Api, news
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def listed(cast: Cast, number: int) -> list[Target]:
    by_hand(cast)
    accounts = [target(cast, f"Chosen {n}") for n in range(number)]
    return put(cast, discussed(cast, dict.fromkeys(accounts, ("yes", "yes"))), *accounts)


def test_a_target_is_news_when_it_enters_changes_and_leaves(
    cast: Cast, api: Api, aged: Any
) -> None:
    stay, _other = listed(cast, 2)
    assert stay.pk in news(api, "targets/")
    aged(Target)
    change_target(target=stay, work=work(cast, tier=1), by=cast.rep)
    assert news(api, "targets/") == [stay.pk]
    aged(Target)
    leave(target=stay, reason="They were bought", by=cast.rep)
    assert news(api, "targets/") == [stay.pk]


def test_targets_are_news_that_get_the_play_they_lacked(cast: Cast, api: Api, aged: Any) -> None:
    stay, other = listed(cast, 2)
    play = template(cast)
    change_target(target=other, work=work(cast), by=cast.rep)
    Target.objects.in_program(cast.program).filter(pk=other.pk).update(play=play)
    aged(Target)
    people = {"marketing_owner": None, "sales_owner": None}
    assert fill(program=cast.program, **people, play=play, by=cast.rep) == 1
    assert news(api, "targets/") == [stay.pk]


def test_a_target_is_news_whose_account_was_merged(cast: Cast, api: Api, aged: Any) -> None:
    stay, goes = listed(cast, 2)
    aged(Target)
    merge(survivor=stay.account, gone=goes.account, take=(), by=cast.rep)
    assert news(api, "targets/") == [goes.pk]
    row = api.get(f"targets/{goes.pk}/").json()
    assert (row["account_id"], row["left_at"] is None) == (stay.account_id, False)


def test_a_run_of_a_play_is_news_when_it_starts_and_is_stopped(
    cast: Cast, api: Api, aged: Any
) -> None:
    one, two = target(cast, "Stays"), target(cast, "Goes")
    start = begin(cast, template(cast), one, two)
    start_play(program=cast.program, start=start, key=uuid4(), by=cast.rep)
    stays, stopped = PlayRun.objects.in_program(cast.program).order_by("pk")
    assert news(api, "play-runs/") == [stopped.pk, stays.pk]
    aged(PlayRun)
    merge(survivor=one, gone=two, take=(), by=cast.rep)
    assert news(api, "play-runs/") == [stopped.pk]


def wanted(cast: Cast) -> SupportRequest:
    account = make.account(cast.program)
    due = timezone.now() + timedelta(days=7)
    return ask(account=account, by=cast.rep, what="A case study", due_at=due)


def test_a_request_for_support_is_news_with_each_step(cast: Cast, api: Api, aged: Any) -> None:
    for last, body in (("done", {}), ("decline", {"reason": "No time"})):
        row = wanted(cast)
        for step, sent in (("take", {}), (last, body)):
            aged(SupportRequest)
            reply = api.post(f"support-requests/{row.pk}/{step}/", sent)
            assert reply.status_code == 200, reply.content
            assert news(api, "support-requests/") == [row.pk], step


def test_a_request_for_support_is_news_once_it_is_overdue(cast: Cast, api: Api, aged: Any) -> None:
    row = wanted(cast)
    past = timezone.now() - timedelta(minutes=1)
    SupportRequest.objects.in_program(cast.program).update(due_at=past)
    aged(SupportRequest)
    assert notify_overdue() == 1
    assert news(api, "support-requests/") == [row.pk]


def reported(cast: Cast, api: Api, account: Account, strength: int) -> None:
    about = {"account_id": account.pk, "week": today_utc().isoformat()}
    surge = about | {"source": "bombora", "topic": "ERP", "strength": strength}
    visits = about | {"visits": strength, "pages": strength}
    for path, row in (("surges", surge), ("visits", visits)):
        assert api.post(f"intent/{path}/", {"items": [row]}).status_code == 200


def test_what_accounts_read_is_news_where_it_differs(cast: Cast, api: Api, aged: Any) -> None:
    first, second = companies(cast, 2)
    for account in (first, second):
        reported(cast, api, account, 70)
    aged(Surge)
    aged(SiteVisits)
    reported(cast, api, first, 70)
    reported(cast, api, second, 80)
    for path in ("intent/surges/", "intent/visits/"):
        (row,) = api.get(path, account_id=second.pk).json()["items"]
        assert news(api, path) == [row["id"]]


def test_these_lists_take_as_many_queries_for_three_as_for_one(cast: Cast, api: Api) -> None:
    counts: dict[str, list[int]] = {}
    lists = ("targets/", "play-runs/", "support-requests/", "intent/surges/", "intent/visits/")
    play, stays = template(cast), listed(cast, 3)
    for number, rows in ((1, stays[:1]), (3, stays[1:])):
        for stay in rows:
            wanted(cast)
            reported(cast, api, stay.account, 70)
            start = begin(cast, play, stay.account)
            start_play(program=cast.program, start=start, key=uuid4(), by=cast.rep)
        for path in lists:
            limit = {"limit": number, "updated_since": "2020-01-01T00:00:00Z"}
            with CaptureQueriesContext(connection) as said:
                assert len(api.get(path, order="-updated_at", **limit).json()["items"]) == number
            counts.setdefault(path, []).append(len(said))
    assert all(one == three for one, three in counts.values()), counts
