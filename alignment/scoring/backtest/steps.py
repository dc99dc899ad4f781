"""The steps of a long back-test."""

from django.utils.translation import gettext as _

from alignment.jobs.models import Job
from alignment.jobs.runner import JobFailed, step_of

from .models import Backtest
from .running import finish, next_chunk, score_chunk


@step_of(Job.Kind.BACKTEST)
def backtest_step(job: Job) -> bool:
    """Score the next chunk of outcomes; after the last one, compute the figures."""
    backtests = Backtest.objects.in_program(job.program_id).select_related("program")
    backtest = backtests.filter(pk=job.parameters["backtest"]).first()
    if backtest is None:
        raise JobFailed(_("The back-test is gone."))
    chunk = next_chunk(backtest, job.cursor.get("after", 0))
    if not chunk:
        finish(backtest)
        return True
    job.cursor = {"after": score_chunk(backtest, chunk)}
    job.done += len(chunk)
    job.result["outcomes"] = job.done
    return False
