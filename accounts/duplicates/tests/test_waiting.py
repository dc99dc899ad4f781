"""Accounts waiting for the search: only they are compared with all others, and none is missed."""

from typing import Any

import pytest
from django.db import connection

from accounts.duplicates import steps
from accounts.duplicates.actions.finding import (
    find_among_waiting,
    find_duplicates,
    lock_searches,
    wait_for_search,
)
from accounts.duplicates.models import DuplicatePair, SpanToCompare
from accounts.models import Account
from alignment.jobs import runner
from alignment.jobs.actions import cancel
from alignment.jobs.models import Job
from alignment.people.models import Program
from tests import cast as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
Names = set[tuple[str, str]]


def account(cast: Cast, name: str, **facts: Any) -> Account:
    return make.account(cast.program, name, **{"state": "TX", **facts})


def waits(*accounts: Account) -> None:
    wait_for_search(program=accounts[0].program, renamed=[each.pk for each in accounts])


def ended(job: Job | None) -> Job:
    assert job is not None
    runner.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.problem
    return job


def search(cast: Cast) -> Job:
    return ended(find_among_waiting(program=cast.program, by=None))


def pairs(program: Program) -> Names:
    rows = DuplicatePair.objects.in_program(program).filter(state="open")
    return {(first, second) for first, second in rows.values_list("first__name", "second__name")}


def test_only_those_that_wait_are_compared_and_with_all(cast: Cast) -> None:
    account(cast, "Cedar Robotics")
    account(cast, "Cedar Robotic")
    account(cast, "Lone Star Logistics")
    account(cast, "Globex Chemicals", domain="globex.com", state="OH")
    new = account(cast, "Lonestar Logistics")
    branch = account(cast, "Globex", domain="shop.globex.co.uk", state="NY")
    waits(new, branch)
    job = search(cast)
    assert pairs(cast.program) == {
        ("Lone Star Logistics", "Lonestar Logistics"),
        ("Globex Chemicals", "Globex"),
    }
    assert (job.done, job.total, job.result) == (2, 2, {"found": 2})
    assert not SpanToCompare.objects.in_program(cast.program).exists()


@pytest.mark.parametrize("worth", [0, 10**9])
def test_with_an_index_and_without_the_same_is_found(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, worth: int
) -> None:
    monkeypatch.setattr(steps, "WORTH_AN_INDEX", worth)
    account(cast, "Lone Star Logistics")
    account(cast, "Quite Another Firm")
    waits(account(cast, "Lonestar Logistics Inc"))
    search(cast)
    assert pairs(cast.program) == {("Lone Star Logistics", "Lonestar Logistics Inc")}


def test_waiting_one_by_one_finds_what_a_search_among_all_does(cast: Cast) -> None:
    names = ("Acme Robotics", "Acme Robotic", "Borel Foundries", "Borel Foundrie", "Zebra")
    for name in names:
        waits(account(cast, name))
        search(cast)
    found = pairs(cast.program)
    assert len(found) == 2
    ended(find_duplicates(program=cast.program, by=None))
    assert pairs(cast.program) == found


def test_a_pair_that_is_alike_no_more_goes_others_stay(cast: Cast) -> None:
    for name in ("Acme Robotics", "Acme Robotic", "Borel Foundries", "Borel Foundrie"):
        account(cast, name)
    ended(find_duplicates(program=cast.program, by=None))
    assert len(pairs(cast.program)) == 2
    renamed = Account.objects.in_program(cast.program).get(name="Acme Robotic")
    renamed.name, renamed.name_key = "Zebra", "zebra"
    renamed.save()
    waits(renamed)
    assert search(cast).result == {"found": 0}
    assert pairs(cast.program) == {("Borel Foundries", "Borel Foundrie")}


def test_two_companies_stay_two(cast: Cast) -> None:
    account(cast, "Acme Robotics")
    new = account(cast, "Acme Robotic")
    waits(new)
    search(cast)
    DuplicatePair.objects.in_program(cast.program).update(state="different")
    waits(new)
    assert search(cast).result == {"found": 0}
    assert not pairs(cast.program)


def test_without_anyone_waiting_nothing_starts(cast: Cast) -> None:
    account(cast, "Acme")
    assert find_among_waiting(program=cast.program, by=None) is None


@pytest.mark.parametrize("by_hand", [True, False])
def test_who_comes_while_it_runs_is_compared_by_the_same_job(cast: Cast, by_hand: bool) -> None:
    account(cast, "Acme Robotics")
    waits(account(cast, "Quite Another Firm"))
    start = find_duplicates if by_hand else find_among_waiting
    job = start(program=cast.program, by=None)
    assert job is not None
    late: list[Account] = []

    def one_more() -> None:
        """Runs once nothing is left to look up, but before the job ends."""
        job.refresh_from_db()
        if not job.cursor["blocks"] and not late:
            late.append(account(cast, "Acme Robotic"))
            waits(*late)
            assert find_among_waiting(program=cast.program, by=None) == job

    runner.run(job.pk, after_step=one_more)
    job.refresh_from_db()
    assert (job.state, len(late)) == ("done", 1)
    assert job.done == job.total
    assert pairs(cast.program) == {("Acme Robotics", "Acme Robotic")}
    assert not SpanToCompare.objects.in_program(cast.program).exists()


def test_who_waited_for_a_search_that_was_stopped_waits_for_the_next(cast: Cast) -> None:
    account(cast, "Acme Robotics")
    waits(account(cast, "Acme Robotic"))
    stopped = find_among_waiting(program=cast.program, by=None)
    assert stopped is not None
    cancel(job=stopped, by=cast.rep)
    runner.run(stopped.pk)
    assert not pairs(cast.program)
    job = search(cast)
    assert job != stopped
    assert pairs(cast.program) == {("Acme Robotics", "Acme Robotic")}


def test_one_that_was_asked_to_stop_is_not_waited_for(cast: Cast) -> None:
    waits(account(cast, "Acme"))
    first = find_among_waiting(program=cast.program, by=None)
    assert first is not None
    assert find_among_waiting(program=cast.program, by=None) == first
    Job.objects.in_program(cast.program).update(state=Job.State.RUNNING)
    cancel(job=first, by=cast.rep)
    assert find_among_waiting(program=cast.program, by=None) != first


def test_a_search_among_all_is_not_what_one_among_new_ones_does(cast: Cast) -> None:
    waits(account(cast, "Acme"))
    among_new = find_among_waiting(program=cast.program, by=None)
    by_hand = find_duplicates(program=cast.program, by=cast.rep)
    assert by_hand != among_new
    assert find_duplicates(program=cast.program, by=cast.rep) == by_hand


def test_nothing_of_another_program(cast: Cast) -> None:
    theirs = make.account(cast.other_program, "Acme Robotics", state="TX")
    make.account(cast.other_program, "Acme Robotic", state="TX")
    mine = account(cast, "Acme Robotics Inc")
    # `theirs` is within the span of ids, and waits too.
    wait_for_search(program=cast.program, created=[theirs.pk, mine.pk])
    waits(theirs)
    assert search(cast).result == {"found": 0}
    assert not pairs(cast.other_program)
    assert SpanToCompare.objects.in_program(cast.other_program).count() == 1
    ended(find_among_waiting(program=cast.other_program, by=None))
    assert pairs(cast.other_program) == {("Acme Robotics", "Acme Robotic")}


def test_the_last_look_for_waiting_ones_is_under_the_lock_of_starting(cast: Cast) -> None:
    """Somebody who adds accounts either finds the job still open, or starts another one."""
    waits(account(cast, "Acme"))
    job = find_among_waiting(program=cast.program, by=None)
    assert job is not None
    seen: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        if "FOR NO KEY UPDATE" in sql and '"people_program"' in sql:
            seen.append("held")
        elif sql.startswith("SELECT %s") and '"duplicates_spantocompare"' in sql:
            seen.append("looked")
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        runner.run(job.pk)
        assert seen == ["held", "looked"]
        lock_searches(cast.program.pk)
    assert seen[-1] == "held"
