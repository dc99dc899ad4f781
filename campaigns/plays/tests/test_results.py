"""Which runs are compared: those with a touch done, and those whose touches are all over."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Account, Lead, Stage, Stakeholder
from alignment.scoring.actions.leads import advance, disqualify, recycle
from alignment.scoring.actions.returns import bring_back, take_back
from campaigns.calendar.models import Touch
from campaigns.plays.actions.starting import start_play
from campaigns.plays.models import PlayRun
from campaigns.plays.queries import ENOUGH_TO_COMPARE, Results, results_of
from tests import cast as scenes
from tests.cast import Cast

from .test_starting import begin, target, template

pytestmark = pytest.mark.django_db


def results(cast: Cast, play: int, days: int = 0) -> Results:
    at = timezone.now() + timedelta(days=days)
    return results_of(cast.program, [play], at)[play]


def started(cast: Cast, *names: str) -> tuple[int, Any]:
    made = template(cast)
    accounts = [target(cast, name) for name in names]
    start_play(
        program=cast.program, start=begin(cast, made, *accounts), key=uuid4(), by=cast.marketer
    )
    return made.pk, Touch.objects.in_program(cast.program).order_by("starts_at", "pk")


def test_a_run_counts_once_a_touch_is_done_or_all_are_over(cast: Cast) -> None:
    play, touches = started(cast, "Acme", "Borel")
    assert (results(cast, play).runs, results(cast, play).ahead) == (0, 2)
    first = touches[0]
    touches.filter(pk=first.pk).update(state="done", done_at=timezone.now())
    assert (results(cast, play).runs, results(cast, play).ahead) == (1, 1)
    # No touch was done at Borel, and all of them are over.
    assert (results(cast, play, 60).runs, results(cast, play, 60).ahead) == (2, 0)


def test_an_account_on_which_it_runs_again_counts_once(cast: Cast) -> None:
    made, acme = template(cast), target(cast, "Acme")
    start = begin(cast, made, acme)
    for again in (start, replace(start, again=True)):
        start_play(
            program=cast.program, start=again, key=uuid4(), by=cast.marketer, reason="They asked"
        )
    assert PlayRun.objects.in_program(cast.program).count() == 2
    assert results(cast, made.pk) == Results(ahead=1)
    touches = Touch.objects.in_program(cast.program).order_by("pk")
    touches.filter(pk=touches[0].pk).update(state="done", result="meeting", done_at=timezone.now())
    assert results(cast, made.pk) == Results(runs=1, replied=1, met=1)
    touches.update(state="done", result="meeting", done_at=timezone.now())
    assert results(cast, made.pk) == Results(runs=1, replied=1, met=1)


def test_what_was_skipped_before_it_began_never_ran(cast: Cast) -> None:
    play, touches = started(cast, "Acme")
    touches.update(state="skipped", skipped_because="Bankrupt")
    assert results(cast, play, 60) == Results()


def opportunity_at(cast: Cast, account: Account) -> Lead:
    person = Stakeholder.objects.in_program(cast.program).get(account=account)
    lead = scenes.lead(cast.program, person, owner=cast.rep)
    Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(stage=Stage.SQL)
    return advance(lead=lead, stage=Stage.OPPORTUNITY, by=cast.rep)


@pytest.mark.parametrize("undone", [False, True])
def test_an_opportunity_that_is_sent_away_and_back_does_not_count_as_new(
    cast: Cast, undone: bool
) -> None:
    play, touches = started(cast, "Acme")
    touches.filter(pk=touches[0].pk).update(state="done", done_at=timezone.now())
    lead = opportunity_at(cast, touches[0].account)
    assert results(cast, play).opportunities == 1
    PlayRun.objects.in_program(cast.program).update(started_at=timezone.now())
    assert results(cast, play).opportunities == 0
    if undone:
        recycle(lead=lead, by=cast.rep, reason="Not now")
        take_back(lead=lead, by=cast.rep)
    else:
        disqualify(lead=lead, by=cast.rep, reason="Too small", code="too-small")
        bring_back(lead=lead, by=cast.rep)
    lead.refresh_from_db()
    assert lead.stage == Stage.OPPORTUNITY
    assert results(cast, play).opportunities == 0


def test_twenty_that_only_begin_are_not_enough_to_compare() -> None:
    ahead = Results(runs=0, ahead=ENOUGH_TO_COMPARE)
    assert [share.percent for share in ahead.shares] == [None] * 3
