"""Hints and sweeps for judging and scoring."""

from celery import shared_task
from django.db import connection, transaction
from django.db.models.functions import Now

from accounts.actions.scores import queue_for_score
from accounts.models import Lead
from alignment.agreements.actions.ruling import lock_versions_shared
from alignment.core.sweeps import in_each
from alignment.jobs.models import Job

from .account_score import actions as account_scores
from .actions.accounts import judge_waiting, programs_waiting
from .actions.promotion import promote
from .engine import refresh_timed, rescore_ids
from .models import LeadScore
from .queries import ruling

STALE_LIMIT = 2_000
_STALE = """
    SELECT lead_id FROM scoring_leadscore WHERE program_id = %s AND stale_at <= now()
    ORDER BY lead_id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED"""


@shared_task
def judge_changed(program_id: int) -> None:
    """Judge the waiting accounts of a program until none is left."""
    while judge_waiting(program_id=program_id):
        pass
    score_accounts(program_id)


@shared_task
def score_accounts(program_id: int) -> None:
    """Score the waiting accounts of a program until none is left."""
    while account_scores.score_waiting(program_id=program_id):
        pass


@shared_task(expires=10)
def score_left_over() -> None:
    """The sweep: queue accounts with new engagements, then score everything that waits."""
    while account_scores.follow_engagements():
        pass
    in_each(account_scores.programs_waiting(), score_accounts)


@shared_task(expires=10)
def judge_left_over() -> None:
    """The sweep: judge whatever a lost hint left waiting."""
    in_each(programs_waiting(), judge_changed)


@shared_task(expires=60)
def refresh_stale() -> None:
    """Update the scores that time alone has changed."""
    # Skipped while a new model's job runs, which decides whether rising leads are handed over.
    busy = Job.objects.across_programs().filter(kind=Job.Kind.RESCORE, state__in=Job.OPEN)
    rows = LeadScore.objects.across_programs().filter(stale_at__lte=Now())
    due = rows.exclude(program__in=busy.values("program")).order_by()
    in_each(due.values_list("program_id", flat=True).distinct(), _refresh)


def _refresh(program_id: int) -> None:
    while _refresh_some(program_id):
        pass


@transaction.atomic
def _refresh_some(program_id: int) -> bool:
    lock_versions_shared(program_id)
    with connection.cursor() as cursor:
        cursor.execute(_STALE, [program_id, STALE_LIMIT])
        lead_ids = [lead_id for (lead_id,) in cursor.fetchall()]
    if not lead_ids:
        return False
    rule = ruling(program_id)
    refresh_timed(rule, lead_ids)
    written = rescore_ids(rule, lead_ids)
    promote(program_id=program_id, crossings=written.crossings, cause={"why": "time"})
    if written.rows:
        _queue_accounts(program_id, lead_ids)
    return True


def _queue_accounts(program_id: int, lead_ids: list[int]) -> None:
    leads = Lead.objects.in_program(program_id).filter(pk__in=lead_ids, account__isnull=False)
    accounts = leads.order_by().values_list("account_id", flat=True).distinct()
    queue_for_score(program_id=program_id, account_ids=accounts)
