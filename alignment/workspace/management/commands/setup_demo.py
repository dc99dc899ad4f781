"""`manage.py setup_demo [--if-empty]`: creates the demo program."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from alignment.people.models import Program
from alignment.workspace.demo import build, cast


class Command(BaseCommand):
    help = "Create the demo program with its cast, 600 companies, 2,000 people and six months."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when there is a program already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if Program.objects.exists() and options["if_empty"]:
            return
        if Program.objects.filter(slug=build.SLUG).exists():
            raise CommandError(f"There is a program at /p/{build.SLUG}/ already.")
        program = build.build()
        cast.write_signins()
        self.stdout.write(f"The demo program is at /p/{program.slug}/.\n{cast.signins()}")
