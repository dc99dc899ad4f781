"""`manage.py rebuild_scores --program SLUG`: recomputes counters and scores from engagements."""

from argparse import ArgumentParser
from time import sleep
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from alignment.jobs import actions as jobs
from alignment.jobs import runner
from alignment.jobs.models import Job
from alignment.people.models import Program

LOOK_EVERY = 0.5


class Command(BaseCommand):
    help = "Recount what each lead did from the stored engagements. Identical rows are left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--program", required=True, help="the program's address (slug)")

    def handle(self, *args: Any, **options: Any) -> None:
        program = Program.objects.filter(slug=options["program"]).first()
        if program is None:
            raise CommandError(f"There is no program with the address {options['program']!r}.")
        job = jobs.start(program=program, kind=Job.Kind.REBUILD, by=None)
        runner.run(job.pk)
        job.refresh_from_db()
        while job.is_open:  # a worker has taken the job
            sleep(LOOK_EVERY)
            job.refresh_from_db()
        if job.state != Job.State.DONE:
            raise CommandError(job.problem or f"The rebuild ended as “{job.state}”.")
        corrected, changed = job.result.get("corrected", 0), job.result.get("changed", 0)
        self.stdout.write(
            f"{job.total:,} leads: {corrected:,} counters corrected, {changed:,} scores changed."
        )
