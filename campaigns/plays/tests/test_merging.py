"""Merged accounts: a play that runs on both continues once, and every run is kept."""

from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts.duplicates.actions import merging
from accounts.duplicates.actions.merging import merge
from accounts.duplicates.merge_hooks import warnings_of
from campaigns.calendar.models import Touch
from campaigns.calendar.tests.test_actions import plan
from campaigns.plays.actions.starting import start_play
from campaigns.plays.models import PlayRun
from campaigns.plays.queries import results_of
from tests import cast as make
from tests.cast import Cast
from tests.threads import attempt, beside, pausing

from .test_starting import begin, target, template

pytestmark = pytest.mark.django_db


def test_a_play_that_runs_on_both_goes_on_once(cast: Cast) -> None:
    one, two = target(cast, "Stays"), target(cast, "Goes")
    play = template(cast)
    start_play(program=cast.program, start=begin(cast, play, one, two), key=uuid4(), by=cast.rep)
    [warning] = warnings_of(one, two)
    assert "3 touches" in warning
    merge(survivor=one, gone=two, take=[], by=cast.rep)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    runs = PlayRun.objects.in_program(cast.program).order_by("pk")
    assert [(run.account, run.known_as) for run in runs] == [(one, ""), (one, "Goes")]
    assert (
        runs[1].stopped_because == "Merged into Stays, where “Case study, then call” runs already"
    )
    touches = Touch.objects.in_program(cast.program).filter(account=one)
    assert touches.filter(of_run__run=runs[0], state="planned").count() == 3
    skipped = touches.filter(of_run__run=runs[1], state="skipped")
    assert skipped.count() == 3
    assert set(skipped.values_list("skipped_because", flat=True)) == {runs[1].stopped_because}
    assert results_of(cast.program, [play.pk], timezone.now())[play.pk].ahead == 1


def test_a_run_of_its_own_goes_on_at_the_survivor(cast: Cast) -> None:
    one, two = target(cast, "Stays"), target(cast, "Goes")
    start = begin(cast, template(cast), two)
    start_play(program=cast.program, start=start, key=uuid4(), by=cast.rep)
    assert warnings_of(one, two) == []
    merge(survivor=one, gone=two, take=[], by=cast.rep)
    run = PlayRun.objects.in_program(cast.program).get()
    assert (run.account, run.stopped_at) == (one, None)
    assert Touch.objects.in_program(cast.program).filter(account=one, state="planned").count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_merge_and_a_planner_do_not_deadlock(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = (make.account(cast.program, name, state="IL") for name in ("Stays", "Goes"))
    person = make.stakeholder(cast.program, one)
    with pausing(monkeypatch, merging, "settle", before=True) as reached:
        work = beside(lambda: merge(survivor=one, gone=two, take=(), by=cast.owner))
        assert reached.wait(10)
        assert attempt(lambda: plan(person, cast.rep)) == []
        assert work.end() == []
