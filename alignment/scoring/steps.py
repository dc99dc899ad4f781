"""The steps of the long jobs: score all leads, judge all accounts, rebuild the counters."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts.actions.scores import queue_all_for_score
from accounts.models import Account
from alignment.agreements.actions.ruling import lock_versions_shared
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import in_force
from alignment.icp import actions as icp
from alignment.jobs.models import Job
from alignment.jobs.runner import step_of

from .actions.accounts import settle_flips
from .actions.promotion import promote
from .engine import (
    Written,
    leave_account,
    refresh_counters,
    refresh_facts,
    refresh_timed,
    rescore,
    rescore_ids,
    would_change,
)
from .models import LeadScore
from .queries import Ruling, ruling

CHUNK = 20_000
END = 2**63 - 1


def next_span(table: str, column: str, job: Job) -> tuple[int, int]:
    """The next chunk's ids, as (after, until]; the last chunk extends to END."""
    after = job.cursor.get("after", 0)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM {table} WHERE program_id = %s AND {column} > %s"
            f" ORDER BY {column} OFFSET {CHUNK - 1} LIMIT 1",
            [job.program_id, after],
        )
        row = cursor.fetchone()
    return after, row[0] if row else END


def advance(job: Job, until: int, **counted: int) -> bool:
    """Record what a chunk did; True after the last one."""
    job.cursor = {"after": until}
    for name, number in counted.items():
        job.result[name] = job.result.get(name, 0) + number
    total = job.total or 0
    job.done = total if until == END else min(job.done + CHUNK, total)
    return until == END


def _end(job: Job, ended: bool) -> bool:
    """After the last chunk, queue all accounts, whose scores depend on leads and verdicts."""
    if ended:
        queue_all_for_score(program_id=job.program_id)
    return ended


def begin(job: Job, rows: QuerySet[Any]) -> None:
    if job.total is None:
        job.total = rows.count()


def _settle(job: Job, rule: Ruling, written: Written) -> int:
    if not written.crossings:
        return 0
    moved = promote(
        program_id=job.program_id,
        crossings=written.crossings,
        cause={"why": job.kind, "version": rule.number, "job": job.pk},
        hands_over=_hands_over(job),
    )
    return len(moved)


def _hands_over(job: Job) -> bool:
    """The signers' choice for leads that rise because of the version that started the job."""
    version_id = job.parameters.get("version")
    if version_id is None:
        return True
    versions = Version.objects.in_program(job.program_id).filter(pk=version_id)
    return bool(versions.values_list("hands_over", flat=True).first())


def _is_overtaken(job: Job, version_id: int) -> bool:
    """Whether a newer version is in force: its own job does all the work, as its signers chose."""
    return bool(job.parameters.get("version", version_id) != version_id)


@step_of(Job.Kind.RESCORE)
def rescore_step(job: Job) -> bool:
    """Score the next chunk of leads by the model in force."""
    lock_versions_shared(job.program_id)
    rule = ruling(job.program_id)
    if _is_overtaken(job, rule.compiled.version_id):
        return True
    begin(job, LeadScore.objects.in_program(job.program_id))
    span = next_span("scoring_leadscore", "lead_id", job)
    if rule.compiled.model.timed:
        refresh_timed(rule, _locked_leads(job.program_id, span))
    which = "t.program_id = %(program)s AND t.lead_id > %(after)s AND t.lead_id <= %(until)s"
    parameters = {"program": job.program_id, "after": span[0], "until": span[1]}
    written = rescore(rule, which, parameters)
    moved = _settle(job, rule, written)
    until = END if _rest_stands(job, rule, span, written) else span[1]
    return _end(job, advance(job, until, changed=written.rows, moved=moved))


def _rest_stands(job: Job, rule: Ruling, span: tuple[int, int], written: Written) -> bool:
    """Whether no later chunk would write a row; only checked if the first chunk wrote none.

    A version that differs only in wording, or in thresholds that nobody crosses, is done at once.
    """
    if job.cursor or written.rows or rule.compiled.model.timed or span[1] == END:
        return False
    return not would_change(rule, job.program_id, span[1])


def _locked_leads(program_id: int, span: tuple[int, int]) -> list[int]:
    rows = LeadScore.objects.in_program(program_id).filter(lead__gt=span[0], lead__lte=span[1])
    # Ordered and locked, so that an engagement arriving now waits instead of being lost.
    return list(rows.order_by("lead").select_for_update().values_list("lead_id", flat=True))


@step_of(Job.Kind.JUDGE)
def judge_step(job: Job) -> bool:
    """Judge the next chunk of accounts by the ICP in force and re-score the affected leads."""
    lock_versions_shared(job.program_id)
    version = in_force(job.program_id, Kind.ICP)
    if version is not None and _is_overtaken(job, version.pk):
        return True
    begin(job, Account.objects.in_program(job.program_id))
    span = next_span("accounts_account", "id", job)
    flips = icp.judge_span(program_id=job.program_id, after=span[0], until=span[1])
    settle_flips(
        program_id=job.program_id,
        flips=flips,
        cause={"why": "judge", "job": job.pk},
        hands_over=_hands_over(job),
    )
    return _end(job, advance(job, span[1], changed=len(flips)))


@step_of(Job.Kind.REBUILD)
def rebuild_step(job: Job) -> bool:
    """Recount the next chunk of leads from their engagements; identical rows are not rewritten."""
    lock_versions_shared(job.program_id)
    rule = ruling(job.program_id)
    begin(job, LeadScore.objects.in_program(job.program_id))
    span = next_span("scoring_leadscore", "lead_id", job)
    leads = _locked_leads(job.program_id, span)
    corrected = refresh_counters(rule, leads)
    refresh_facts(rule, leads)
    refresh_timed(rule, leads)
    left = leave_account(rule, leads)
    written = rescore_ids(rule, leads)
    moved = _settle(job, rule, written)
    changed = left + written.rows
    return _end(job, advance(job, span[1], corrected=corrected, changed=changed, moved=moved))
