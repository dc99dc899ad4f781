"""`manage.py after_restore`: for a database that was restored, before anything else starts on it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts.actions.restored import count_on, is_of_another_server


class Command(BaseCommand):
    help = (
        "Run it once after a restore, before anything else starts: new events of the journal come"
        " behind all that its readers have seen, so their cursors stay good."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-needed",
            action="store_true",
            help="only if the journal was written on another server",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_needed"] and not is_of_another_server():
            return
        count_on()
        self.stdout.write("The journal goes on behind what was restored.")
