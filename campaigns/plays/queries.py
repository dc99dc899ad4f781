"""Reading plays: their steps, where they run, and their outcomes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils.translation import ngettext

from accounts.models import Account, JournalEvent, JournalKind, Stage
from alignment.core.scoping import ScopedQuerySet
from alignment.people.models import Program
from campaigns.calendar.models import Touch
from campaigns.library.models import Play, PlayStep
from campaigns.models import CampaignAccount
from campaigns.selection.models import Target

from .models import PlayRun, RunTouch

MOST_PLAYS = 200
RUNS_A_PAGE = 50
# With fewer accounts than this, the shares are mostly chance.
ENOUGH_TO_COMPARE = 20


@dataclass(frozen=True, slots=True)
class Share:
    number: int
    of: int

    @property
    def percent(self) -> float | None:
        """None while there are too few accounts to compare."""
        return 100 * self.number / self.of if self.of >= ENOUGH_TO_COMPARE else None


@dataclass(frozen=True, slots=True)
class Results:
    """On how many accounts a play ran (`runs`), and how many of them replied, agreed to a meeting
    or became a deal.

    A play counts as run once one of its touches is done, or all of them are over; `ahead` are the
    accounts on which it is planned and never ran. An opportunity counts if a lead of the account reached that stage after the run
    started.
    """

    runs: int = 0
    ahead: int = 0
    replied: int = 0
    met: int = 0
    opportunities: int = 0

    @property
    def shares(self) -> tuple[Share, Share, Share]:
        """Replies, meetings, opportunities."""
        return (
            Share(self.replied, self.runs),
            Share(self.met, self.runs),
            Share(self.opportunities, self.runs),
        )


@dataclass(frozen=True, slots=True)
class PlayRow:
    play: Play
    steps: int
    days: int
    results: Results


@dataclass(frozen=True, slots=True)
class RunRow:
    run: PlayRun
    done: int
    planned: int
    skipped: int
    ends_at: Any


def play_rows(program: Program, *, is_retired: bool, now: datetime) -> list[PlayRow]:
    """Plays by name, with their results; two statements."""
    plays = list(
        Play.objects.in_program(program)
        .filter(retired_at__isnull=not is_retired)
        .annotate(step_count=Count("steps"), last_day=Max("steps__after_days"))
        .order_by("name", "pk")[:MOST_PLAYS]
    )
    results = results_of(program, [play.pk for play in plays], now)
    return [
        PlayRow(play, play.step_count, (play.last_day or 0) + 1, results.get(play.pk, Results()))
        for play in plays
    ]


def results_of(program: Program, plays: Iterable[int], now: datetime) -> dict[int, Results]:
    """By play, in one statement."""
    of_run = RunTouch.objects.in_program(program).filter(run=OuterRef("pk"))
    kept = of_run.exclude(touch__state=Touch.State.SKIPPED)
    is_over = Exists(kept) & ~Exists(kept.filter(touch__ends_at__gt=now))
    has_begun = Exists(of_run.filter(touch__state=Touch.State.DONE)) | is_over
    is_ahead = Exists(of_run.filter(touch__state=Touch.State.PLANNED))
    became = JournalEvent.objects.in_program(program).filter(
        lead__account=OuterRef("account"),
        kind=JournalKind.STAGE_CHANGED,
        detail__to=Stage.OPPORTUNITY,
        at__gte=OuterRef("started_at"),
    )
    # A lead that comes back to that stage reached it before.
    became = became.exclude(detail__from__in=[Stage.RECYCLED, Stage.DISQUALIFIED])
    ran = Q(has_begun=True)
    rows: Any = (
        PlayRun.objects.in_program(program)
        .filter(play__in=list(plays))
        .annotate(
            has_begun=has_begun,
            is_ahead=is_ahead,
            has_reply=Exists(of_run.filter(touch__result__in=Touch.REPLIES)),
            has_meeting=Exists(of_run.filter(touch__result=Touch.Result.MEETING)),
            has_opportunity=Exists(became),
        )
        .values("play")
        .annotate(
            runs=_accounts(ran),
            known=_accounts(ran | Q(is_ahead=True)),
            replied=_accounts(ran & Q(has_reply=True)),
            met=_accounts(ran & Q(has_meeting=True)),
            opportunities=_accounts(ran & Q(has_opportunity=True)),
        )
    )
    return {
        row["play"]: Results(
            runs=row["runs"],
            ahead=row["known"] - row["runs"],
            replied=row["replied"],
            met=row["met"],
            opportunities=row["opportunities"],
        )
        for row in rows
    }


def _accounts(which: Q) -> Count:
    """An account on which a play runs again counts once."""
    return Count("account", distinct=True, filter=which)


def play_in(program: Program, pk: int) -> Play | None:
    return Play.objects.in_program(program).filter(pk=pk).first()


def steps_of(play: Play) -> list[PlayStep]:
    rows = PlayStep.objects.in_program(play.program_id).filter(play=play)
    return list(rows.select_related("asset", "follows"))


def run_rows(play: Play, *, before: int | None) -> tuple[list[RunRow], int | None]:
    """A page of runs, the newest first, and the id before which the next one begins."""
    rows = PlayRun.objects.in_program(play.program_id).filter(play=play)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    counted: QuerySet[Any] = rows.select_related("account", "started_by").annotate(
        done=Count("touches", filter=Q(touches__touch__state=Touch.State.DONE)),
        planned=Count("touches", filter=Q(touches__touch__state=Touch.State.PLANNED)),
        skipped=Count("touches", filter=Q(touches__touch__state=Touch.State.SKIPPED)),
        ends_at=Max("touches__touch__ends_at"),
        first_at=Min("touches__touch__starts_at"),
    )
    page = list(counted.order_by("-pk")[: RUNS_A_PAGE + 1])
    older = page[RUNS_A_PAGE - 1].pk if len(page) > RUNS_A_PAGE else None
    shown = [
        RunRow(run, run.done, run.planned, run.skipped, run.ends_at) for run in page[:RUNS_A_PAGE]
    ]
    return shown, older


def was_started(play: Play, key: UUID) -> bool:
    """Whether this very start was sent before."""
    rows = PlayRun.objects.in_program(play.program_id)
    return rows.filter(play=play, start_key=key).exists()


def running_on(play: Play, accounts: Iterable[Account]) -> set[int]:
    """Ids of those accounts on which touches of the play are still planned; one statement."""
    ahead = RunTouch.objects.in_program(play.program_id).filter(
        run=OuterRef("pk"), touch__state=Touch.State.PLANNED
    )
    runs = PlayRun.objects.in_program(play.program_id).filter(
        play=play, account__in=[account.pk for account in accounts], stopped_at__isnull=True
    )
    return set(runs.filter(Exists(ahead)).values_list("account_id", flat=True))


def running_of(account: Account) -> ScopedQuerySet[PlayRun]:
    """Runs on the account that still have planned touches."""
    ahead = RunTouch.objects.in_program(account.program_id).filter(
        run=OuterRef("pk"), touch__state=Touch.State.PLANNED
    )
    runs = PlayRun.objects.in_program(account.program_id)
    return runs.filter(Exists(ahead), account=account, stopped_at__isnull=True)


def merge_warnings(survivor: Account, gone: Account) -> list[str]:
    """Which runs would end if `gone` became part of `survivor`, in words; one statement."""
    there = running_of(survivor).filter(play=OuterRef("play"))
    planned = Count("touches", filter=Q(touches__touch__state=Touch.State.PLANNED))
    runs = running_of(gone).filter(Exists(there)).annotate(planned=planned)
    return [
        ngettext(
            "“%(play)s” runs on both: the run on “%(gone)s” ends, and the touch that it had"
            " planned is skipped.",
            "“%(play)s” runs on both: the run on “%(gone)s” ends, and the %(count)d touches that"
            " it had planned are skipped.",
            count,
        )
        % {"play": play, "gone": gone.name, "count": count}
        for play, count in runs.order_by("play__name", "pk").values_list("play__name", "planned")
    ]


def target_accounts(program: Program) -> QuerySet[Account]:
    """The accounts that both teams chose, by name."""
    now = Target.objects.in_program(program).filter(left_at__isnull=True)
    return Account.objects.in_program(program).filter(pk__in=now.values("account")).order_by("name")


def audience(program: Program, campaign: int) -> QuerySet[Account]:
    rows = CampaignAccount.objects.in_program(program).filter(campaign=campaign)
    return (
        Account.objects.in_program(program).filter(pk__in=rows.values("account")).order_by("name")
    )


def chosen_accounts(program: Program, ids: Iterable[int]) -> QuerySet[Account]:
    return Account.objects.in_program(program).filter(pk__in=list(ids)).order_by("name")
