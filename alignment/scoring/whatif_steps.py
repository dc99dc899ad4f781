"""The steps of a trial: a model run on all leads of the program without changing them."""

from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.agreements.actions.ruling import lock_versions_shared
from alignment.jobs.models import Job
from alignment.jobs.runner import JobFailed, step_of

from .impact import compare_chunk
from .models import LeadScore, WhatIf
from .queries import ruling, ruling_of_content
from .rules import InvalidModel
from .steps import advance, begin, next_span
from .tally import Tally, added
from .whatif import Chunk, Counted, Trial, try_chunk


@step_of(Job.Kind.WHAT_IF)
def what_if_step(job: Job) -> bool:
    """Try the model on the next chunk of leads."""
    lock_versions_shared(job.program_id)
    what_if = _what_if(job)
    begin(job, LeadScore.objects.in_program(job.program_id))
    after, until = next_span("scoring_leadscore", "lead_id", job)
    counted = _counted(what_if, Chunk(after, until))
    what_if.result = added(what_if.result, counted)
    finished = advance(job, until)
    job.result = {"leads": Tally(what_if.result).leads}
    if finished:
        what_if.finished_at = timezone.now()
        _forget_older(what_if)
    what_if.save()
    return finished


def _what_if(job: Job) -> WhatIf:
    rows = WhatIf.objects.in_program(job.program_id).filter(pk=job.parameters["what_if"])
    found = rows.select_related("against").first()
    if found is None:
        raise JobFailed(_("The draft is gone."))
    return found


def _counted(what_if: WhatIf, chunk: Chunk) -> Counted:
    return (
        compare_chunk(_pair(what_if), chunk)
        if what_if.is_pair
        else try_chunk(_trial(what_if), chunk)
    )


def _pair(what_if: WhatIf) -> Trial:
    if what_if.against is None:
        raise JobFailed(_("The version is gone."))
    try:
        older = ruling_of_content(what_if.program_id, what_if.against.content)
        newer = ruling_of_content(what_if.program_id, what_if.content)
    except InvalidModel as invalid:
        raise JobFailed(str(invalid)) from invalid
    return Trial(what_if.pk, what_if.program_id, newer, older)


def _trial(what_if: WhatIf) -> Trial:
    current = ruling(what_if.program_id)
    if current.compiled.version_id != (what_if.against_id or 0):
        raise JobFailed(_("Another model came into force meanwhile. Run it again."))
    try:
        draft = ruling_of_content(what_if.program_id, what_if.content)
    except InvalidModel as invalid:
        raise JobFailed(str(invalid)) from invalid
    return Trial(what_if.pk, what_if.program_id, draft, current)


def _forget_older(what_if: WhatIf) -> None:
    """Keep only a version's newest trial, and its newest comparison with each other version."""
    rows = WhatIf.objects.in_program(what_if.program_id).filter(
        version=what_if.version_id, is_pair=what_if.is_pair
    )
    if what_if.is_pair:
        rows = rows.filter(against=what_if.against_id)
    rows.filter(pk__lt=what_if.pk).delete()
