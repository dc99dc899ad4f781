"""The pages of jobs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from alignment.core.addresses import number_in
from alignment.jobs import actions, queries
from alignment.jobs.models import Job
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.people.requests import ProgramRequest


@require_safe
@requires(Permission.READ)
def job_list(request: ProgramRequest) -> HttpResponse:
    """Running, waiting and past jobs; htmx fetches the rows when a job moves."""
    state = request.GET.get("state", "")
    page = queries.job_page(
        program=request.program,
        state=state if state in Job.State.values else "",
        before=number_in(request.GET, "before"),
    )
    context = {"page": page, "state": state, "states": _states()}
    template = "jobs/list.html#rows" if request.htmx else "jobs/list.html"
    return render(request, template, context)


def _states() -> list[tuple[str, str]]:
    """The states to filter by, named for several jobs."""
    ended = {
        Job.State.DONE: pgettext("jobs", "Done"),
        Job.State.FAILED: pgettext("jobs", "Failed"),
        Job.State.CANCELLED: pgettext("jobs", "Cancelled"),
    }
    return [(state.value, ended.get(state, str(state.label))) for state in Job.State]


@require_safe
@requires(Permission.READ)
def job_detail(request: ProgramRequest, pk: int) -> HttpResponse:
    """One job; htmx fetches its progress when it moves."""
    job = _job(request, pk)
    template = "jobs/detail.html#job" if request.htmx else "jobs/detail.html"
    return render(request, template, job_context(request, job))


@require_POST
@requires(Permission.READ)
def job_cancel(request: ProgramRequest, pk: int) -> HttpResponse:
    """Ask a job to stop. Managers may stop any, others their own."""
    job = _job(request, pk)
    if job.is_open and not queries.may_cancel(job=job, membership=request.membership):
        raise PermissionDenied
    if not actions.cancel(job=job, by=request.user):
        messages.info(request, _("This job is over: there was nothing to cancel."))
    came_from_import = job.kind == Job.Kind.IMPORT and "import" in job.parameters
    if came_from_import and request.POST.get("back") == "import":
        return redirect("imports:detail", request.program.slug, job.parameters["import"])
    return redirect("jobs:detail", request.program.slug, job.pk)


@require_POST
@requires(Permission.READ)
def job_go_on(request: ProgramRequest, pk: int) -> HttpResponse:
    """Continue a stopped job, and show the job that does so."""
    job = _job(request, pk)
    if job.is_unfinished and not queries.may_go_on(job=job, membership=request.membership):
        raise PermissionDenied
    try:
        job = actions.go_on(job=job, by=request.user)
    except actions.CannotGoOn as reason:
        messages.error(request, str(reason))
    return redirect("jobs:detail", request.program.slug, job.pk)


def job_context(request: ProgramRequest, job: Job) -> dict[str, Any]:
    """The context of the templates that show a job."""
    return {
        "job": job,
        "may_cancel": queries.may_cancel(job=job, membership=request.membership),
        "may_go_on": queries.may_go_on(job=job, membership=request.membership),
        "rest": queries.rest_of(job=job) if job.is_unfinished else None,
        "expected_end": queries.expected_end(job),
        "time_taken": queries.time_taken(job),
        "percent": queries.percent(job),
    }


def _job(request: ProgramRequest, pk: int) -> Job:
    job = queries.find_job(program=request.program, pk=pk)
    if job is None:
        raise Http404
    return job
