"""Concurrent actions: one list, one winner, and a clear refusal for the other."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.duplicates.actions import merging
from alignment.people.models import Side
from campaigns.selection.actions.confirming import confirm
from campaigns.selection.actions.listing import change_target
from campaigns.selection.actions.refusals import SelectionRefused
from campaigns.selection.actions.sessions import nominate, open_session
from campaigns.selection.actions.voting import declare_ready, discard
from campaigns.selection.models import ListedTarget, Session, Target, Vote
from campaigns.selection.queries.targets import hash_now
from tests.cast import Cast
from tests.threads import at_once, attempt, beside, pausing

from . import scenes

pytestmark = pytest.mark.django_db(transaction=True)


def answers(*actions: Callable[[], Any]) -> list[Any]:
    """The result of each action, or the code of its refusal."""
    found = at_once(*actions, refusals=SelectionRefused)
    return [each.code if isinstance(each, SelectionRefused) else each for each in found]


def test_the_last_place_is_taken_once(cast: Cast) -> None:
    scenes.by_hand(cast, capacity=1)
    accounts = scenes.companies(cast, 8)
    session = scenes.discussed(cast, dict.fromkeys(accounts, ("yes", "yes")))
    found = answers(
        *(lambda account=account: scenes.put(cast, session, account) for account in accounts)
    )
    assert sum(isinstance(each, list) for each in found) == 1
    assert found.count("no_place") == len(accounts) - 1
    assert Target.objects.in_program(cast.program).count() == 1


def test_two_managers_confirm_at_once_and_the_list_is_kept_once(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.discussed(cast, {account: ("yes", "yes")})
    scenes.put(cast, session, account)
    seen = hash_now(cast.program.pk)
    found = answers(
        lambda: confirm(session=session, side=Side.SALES, seen=seen, by=cast.sales_manager),
        lambda: confirm(session=session, side=Side.MARKETING, seen=seen, by=cast.marketing_manager),
    )
    assert sorted(found) == [False, True]
    assert ListedTarget.objects.in_program(cast.program).count() == 1
    assert Session.objects.in_program(cast.program).get().is_confirmed


def test_a_change_beside_the_second_confirmation_is_in_the_list_or_after_it(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.discussed(cast, {account: ("yes", "yes")})
    (target,) = scenes.put(cast, session, account)
    seen = hash_now(cast.program.pk)
    confirm(session=session, side=Side.SALES, seen=seen, by=cast.sales_manager)
    found = answers(
        lambda: confirm(session=session, side=Side.MARKETING, seen=seen, by=cast.marketing_manager),
        lambda: change_target(target=target, work=scenes.work(cast, tier=1), by=cast.rep).tier,
    )
    assert found[1] == 1
    kept = list(ListedTarget.objects.in_program(cast.program).values_list("tier", flat=True))
    assert (found[0], kept) in [(True, [2]), ("changed", [])]


def test_both_sides_get_ready_at_once_and_votes_are_revealed_once(cast: Cast) -> None:
    session = scenes.opened(cast, scenes.companies(cast, 1))
    found = answers(
        lambda: declare_ready(session=session, side=Side.SALES, by=cast.rep),
        lambda: declare_ready(session=session, side=Side.MARKETING, by=cast.marketer),
    )
    assert sorted(found) == [False, True]


def test_two_people_open_one_session(cast: Cast) -> None:
    found = answers(
        lambda: open_session(program=cast.program, by=cast.rep).number,
        lambda: open_session(program=cast.program, by=cast.marketer).number,
    )
    assert sorted(map(str, found)) == ["1", "open"]


def test_of_discarding_and_revealing_at_once_one_wins(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.opened(cast, [account])
    scenes.say(cast, scenes.candidate(session, account), "yes", "no")
    found = answers(
        lambda: discard(session=session, reason="Mistake", by=cast.sales_manager).state,
        lambda: declare_ready(session=session, side=Side.SALES, by=cast.rep, anyway=True),
    )
    session.refresh_from_db()
    assert found in (["discarded", "discarded"], ["revealed", True])
    votes = Vote.objects.in_program(cast.program)
    assert votes.count() == (2 if session.revealed_at else 0)


def test_a_merge_and_a_nomination_do_not_deadlock(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = scenes.companies(cast, 2)
    with pausing(monkeypatch, merging, "settle", before=True) as reached:
        merge = beside(lambda: merging.merge(survivor=one, gone=two, take=(), by=cast.owner))
        assert reached.wait(10)
        raised = attempt(
            lambda: nominate(account=one, side=Side.SALES, reason="They called", by=cast.rep)
        )
        assert (raised, merge.end()) == ([], [])
