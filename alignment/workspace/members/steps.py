"""The job that gives much work to colleagues, a batch a step."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from alignment.jobs.models import Job
from alignment.jobs.runner import JobFailed, step_of
from alignment.people.models import User

from .handover import hand_over_batch


@step_of(Job.Kind.HAND_OVER)
def hand_over_step(job: Job) -> bool:
    if job.created_by is None:
        raise JobFailed(_("Whoever asked for this is gone."))
    heirs: dict[str, int | None] = job.parameters["heirs"]
    left = [kind for kind in heirs if kind not in job.cursor.get("done", [])]
    if not left:
        job.result = {"changed": job.done, "kept": max(0, (job.total or 0) - job.done)}
        return True
    kind = left[0]
    heir = heirs[kind]
    try:
        moved, after = hand_over_batch(
            program=job.program,
            person=job.parameters["person"],
            kind=kind,
            heir=User.objects.get(pk=heir) if heir else None,
            by=job.created_by,
            after=job.cursor.get("after", 0),
        )
    except ValidationError as refused:
        raise JobFailed(" ".join(refused.messages)) from refused
    job.done += moved
    if after is None:
        job.cursor = {"done": [*job.cursor.get("done", []), kind]}
    else:
        job.cursor = job.cursor | {"after": after}
    return False
