"""Precomputed credits always agree with the rows, whatever changed since."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.duplicates.actions.merging import merge
from accounts.models import Account, Engagement, Signal, Stakeholder
from alignment.metrics.actions.credits import programs_waiting, settle
from alignment.metrics.models import StaleCredit, TouchCredit
from alignment.metrics.queries.attribution import Of, attribution
from alignment.metrics.queries.measuring import measure
from alignment.metrics.queries.registry import METRICS
from alignment.metrics.rules import Period, Slice
from alignment.metrics.rules.attribution import Model
from alignment.metrics.tasks import settle_credits
from campaigns.calendar.models import Touch
from campaigns.models import Campaign, CampaignAccount, Track, TrackMember
from campaigns.opportunities.models import Opportunity, PipelineStage
from tests import cast as facts
from tests.cast import Cast
from tests.plans import prefer_indexes, rows_read, scans

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), "America/New_York")


@dataclass
class World:
    """A won and an open deal of one account; touches through two channels and two campaigns."""

    cast: Cast
    won: Opportunity
    open: Opportunity
    account: Account
    other: Account
    person: Stakeholder
    spring: Campaign
    autumn: Campaign
    track: Track
    signal: Signal

    def __post_init__(self) -> None:
        self.touch = touch(self, NOON - 8 * DAY)
        self.doing = engage(self, NOON - 2 * DAY, "first")


@pytest.fixture
def world(cast: Cast) -> World:
    program, lead = cast.program, facts.lead(cast.program)
    account, other = lead.account, facts.account(program)
    assert account is not None
    spring, autumn = (
        Campaign.objects.create(program=program, name=name, starts_on=first, ends_on=last)
        for name, first, last in (
            ("Spring", date(2026, 3, 1), date(2026, 3, 9)),
            ("Autumn", date(2025, 9, 1), date(2025, 9, 30)),
        )
    )
    made = World(
        cast=cast,
        won=deal(cast, account, "won", NOON, Decimal("100.01")),
        open=deal(cast, account, "open", NOON + 5 * DAY, Decimal("1000.00")),
        account=account,
        other=other,
        person=lead.stakeholder,
        spring=spring,
        autumn=autumn,
        track=Track.objects.create(program=program, campaign=spring, name="Nurture"),
        signal=facts.signal(program, "webinar_attended"),
    )
    deal(cast, other, "won", NOON + DAY, Decimal("7.00"))
    for campaign in (spring, autumn):
        CampaignAccount.objects.create(program=program, campaign=campaign, account=account)
    return made


def deal(cast: Cast, account: Account, outcome: str, at: datetime, amount: Decimal) -> Opportunity:
    return Opportunity.objects.create(
        program=cast.program,
        account=account,
        name=f"{outcome} {amount}",
        stage=PipelineStage.objects.in_program(cast.program).filter(outcome=outcome)[0],
        outcome=outcome,
        stage_since=at,
        opened_at=at,
        closed_at=None if outcome == "open" else at + 9 * DAY,
        amount=amount,
        amount_usd=amount,
    )


def touch(world: World, at: datetime, **said: Any) -> Touch:
    given = {"side": "marketing", "state": "done", "done_at": at, "account": world.account} | said
    return Touch.objects.create(
        program=world.cast.program,
        channel="email",
        starts_at=at,
        ends_at=at + timedelta(minutes=5),
        thread=0,
        **given,
    )


def engage(world: World, at: datetime, external_id: str) -> Engagement:
    lead = world.person.leads.first()
    assert lead is not None
    return Engagement.objects.create(
        program=world.cast.program,
        stakeholder=world.person,
        lead=lead,
        signal=world.signal,
        occurred_at=at,
        source="test",
        external_id=external_id,
    )


def everything(world: World) -> dict[str, Any]:
    program = world.cast.program
    year = replace(YEAR, zone=program.time_zone)
    found: dict[str, Any] = {
        f"{of} {model}": attribution(program, year, of, model) for of in Of for model in Model
    }
    for key in ("influenced-opened", "influenced-closed"):
        found[key] = measure(program, METRICS[key], year, Slice())
    return found


def from_the_rows(world: World) -> dict[str, Any]:
    """The results without anything precomputed."""
    mark = StaleCredit.objects.create(program=world.cast.program)
    found = everything(world)
    mark.delete()
    return found


def work_out(world: World) -> World:
    while settle(program=world.cast.program):
        pass
    return world


def only_change(row: Any, **said: Any) -> Any:
    for name, value in said.items():
        setattr(row, name, value)
    row.save()
    return row


CHANGES: dict[str, Callable[[World], object]] = {
    "a touch is done": lambda w: touch(w, NOON - DAY),
    "a planned touch is done": lambda w: only_change(
        touch(w, NOON - DAY, state="planned", done_at=None), state="done", done_at=NOON - DAY
    ),
    "a touch was sales'": lambda w: only_change(w.touch, side="sales"),
    "a touch goes by another channel": lambda w: only_change(w.touch, channel="call"),
    "a touch was later": lambda w: only_change(w.touch, done_at=NOON - DAY),
    "a touch belongs to a campaign": lambda w: only_change(w.touch, campaign=w.autumn),
    "a touch was another account's": lambda w: only_change(w.touch, account=w.other),
    "a touch goes": lambda w: w.touch.delete(),
    "somebody does something": lambda w: engage(w, NOON - 3 * DAY, "second"),
    "somebody did it earlier": lambda w: only_change(w.doing, occurred_at=NOON - 9 * DAY),
    "what somebody did goes": lambda w: w.doing.delete(),
    "somebody enters a track": lambda w: TrackMember.objects.create(
        program=w.cast.program, track=w.track, stakeholder=w.person, entered_at=NOON - 20 * DAY
    ),
    "a person changes the account": lambda w: only_change(w.person, account=w.other),
    "an audience shrinks": lambda w: w.spring.audience.all().delete(),
    "an audience grows": lambda w: (
        CampaignAccount.objects.create(program=w.cast.program, campaign=w.spring, account=w.other)
        and only_change(w.person, account=w.other)
    ),
    "a campaign ends earlier": lambda w: only_change(w.spring, ends_on=date(2026, 3, 7)),
    "a campaign is removed": lambda w: w.spring.delete(),
    "a track is another campaign's": lambda w: (
        TrackMember.objects.create(
            program=w.cast.program, track=w.track, stakeholder=w.person, entered_at=NOON - DAY
        ),
        work_out(w),
        only_change(w.track, campaign=w.autumn),
    ),
    "a signal is sales'": lambda w: only_change(w.signal, side="sales"),
    "the clocks of the program change": lambda w: (
        only_change(w.doing, occurred_at=datetime(2026, 3, 10, 3, tzinfo=UTC)),
        work_out(w),
        only_change(w.cast.program, time_zone="Asia/Tokyo"),
    ),
    "an amount changes": lambda w: only_change(w.won, amount_usd=Decimal("3.01")),
    "a deal opened earlier": lambda w: only_change(w.won, opened_at=NOON - 5 * DAY),
    "a deal closed earlier": lambda w: (
        touch(w, NOON + 3 * DAY),
        work_out(w),
        only_change(w.won, closed_at=NOON + DAY),
    ),
    "a deal is another account's": lambda w: only_change(w.won, account=w.other),
    "a deal is opened": lambda w: deal(w.cast, w.account, "open", NOON, Decimal(1)),
    "a deal goes": lambda w: w.won.delete(),
    "accounts are merged": lambda w: (
        merge(survivor=w.other, gone=w.account, take=(), by=w.cast.owner)
        and touch(w, NOON - 2 * DAY, account=w.other)
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_kept_follows(world: World, change: str) -> None:
    work_out(world)
    before = everything(world)
    CHANGES[change](world)
    truth = from_the_rows(world)
    assert truth != before, "it changes nothing: the test could not fail"
    assert everything(world) == truth
    work_out(world)
    assert not StaleCredit.objects.in_program(world.cast.program).exists()
    assert everything(world) == truth


def test_it_reads_what_is_kept(world: World) -> None:
    work_out(world)
    rows = TouchCredit.objects.in_program(world.cast.program).filter(opportunity=world.won)
    assert set(rows.values_list("until", "channel", "campaign_id", "even_cents", "is_first")) == {
        (until, *part)
        for until in ("opened", "closed")
        for part in (("email", None, 5001, True), ("response", world.spring.pk, 5000, False))
    }
    rows.filter(channel="email").update(even_cents=1)
    found = attribution(world.cast.program, YEAR, Of.WON, Model.EVEN)
    assert found.channels["email"].cents == 1
    assert from_the_rows(world)[f"{Of.WON} {Model.EVEN}"].channels["email"].cents == 5001


def test_of_an_earlier_moment_only_what_is_uncertain_is_read(world: World) -> None:
    touch(world, NOON + 3 * DAY, account=world.other)
    work_out(world)
    assert _influenced(world, NOON + 20 * DAY) == (3, 0), "its deal was closed: credits are certain"
    numerator, read = _influenced(world, NOON + 2 * DAY)
    assert (numerator, read > 0) == (1, True)


def _influenced(world: World, as_of: datetime) -> tuple[float | None, int]:
    """The deals influenced as of a moment, and how often touches of accounts were looked up."""
    year = replace(YEAR, zone=world.cast.program.time_zone)
    with CaptureQueriesContext(connection) as said:
        metric = METRICS["influenced-closed"]
        found = measure(world.cast.program, metric, year, Slice(), as_of=as_of)
    looked_up = scans(said.captured_queries, "calendar_touch", run=True)
    return found.numerator, sum(int(node["Actual Loops"]) for node in looked_up)


def test_engagements_outside_of_the_window_are_not_read(world: World) -> None:
    world.touch.delete()
    world.doing.delete()
    for day in range(10):
        engage(world, NOON + (30 + day) * DAY, f"later-{day}")
    prefer_indexes()
    year = replace(YEAR, zone=world.cast.program.time_zone)
    with CaptureQueriesContext(connection) as said:
        found = measure(world.cast.program, METRICS["influenced-opened"], year, Slice())
    assert (found.numerator, found.denominator) == (0, 3)
    read = scans(said.captured_queries, "accounts_engagement", run=True)
    assert sum(int(node["Actual Loops"]) for node in read) > 0
    assert sum(rows_read(node) for node in read) == 0


def test_what_did_not_change_is_not_written_again(world: World) -> None:
    work_out(world)
    before = _versions(world)
    StaleCredit.objects.create(program=world.cast.program)
    work_out(world)
    assert _versions(world) == before
    assert len(before) > 4


def _versions(world: World) -> set[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, ctid::text FROM metrics_touchcredit")
        return set(cursor.fetchall())


def test_a_touch_to_come_counts_when_it_comes(world: World) -> None:
    work_out(world)
    ahead = touch(world, datetime.now(UTC) + DAY)
    work_out(world)
    waiting = StaleCredit.objects.in_program(world.cast.program)
    assert list(waiting.values_list("account_id", flat=True)) == [world.account.pk]
    ahead.delete()
    work_out(world)
    assert not waiting.exists()


def test_however_many_touches_are_to_come_the_sweep_ends(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alignment.metrics.actions.credits.ACCOUNTS_AT_ONCE", 1)
    deal(world.cast, world.other, "open", NOON, Decimal(1))
    at = datetime.now(UTC) + timedelta(seconds=2)
    for account in (world.account, world.other):
        touch(world, at, account=account)
        touch(world, at + DAY, account=account)
    work_out(world)
    waiting = StaleCredit.objects.in_program(world.cast.program)
    assert set(waiting.values_list("account_id", "due_at")) == {
        (world.account.pk, at),
        (world.other.pk, at),
    }
    assert programs_waiting() == []
    assert everything(world) == from_the_rows(world)
    time.sleep(max((at - datetime.now(UTC)).total_seconds(), 0) + 0.1)
    assert programs_waiting() == [world.cast.program.pk]
    assert everything(world) == from_the_rows(world)
    work_out(world)
    assert set(waiting.values_list("due_at", flat=True)) == {at + DAY}


def test_an_account_waits_once_whoever_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_out(world)
    for who in range(3):
        engage(world, NOON - 3 * DAY, f"more {who}")
    StaleCredit.objects.create(program=world.cast.program)
    StaleCredit.objects.create(program=world.cast.program, campaign_id=world.spring.pk)
    monkeypatch.setattr("alignment.metrics.actions.credits.ACCOUNTS_AT_ONCE", 0)
    settle(program=world.cast.program)
    rows = StaleCredit.objects.in_program(world.cast.program)
    waiting = list(rows.values_list("account_id", flat=True))
    assert world.account.pk in waiting
    assert None not in waiting
    assert len(waiting) == len(set(waiting))


def test_the_sweep_goes_through_all_programs_in_pieces(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alignment.metrics.actions.credits.ACCOUNTS_AT_ONCE", 1)
    StaleCredit.objects.create(program=world.cast.other_program)
    truth = from_the_rows(world)
    settle_credits()
    assert programs_waiting() == []
    assert everything(world) == truth


def test_saving_without_a_change_queues_nothing(world: World) -> None:
    work_out(world)
    for row in (world.won, world.person, world.spring, world.signal, world.touch):
        row.save()
    world.cast.program.save()
    assert not StaleCredit.objects.in_program(world.cast.program).exists()
