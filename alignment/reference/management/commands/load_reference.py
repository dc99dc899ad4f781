"""``manage.py load_reference``: refresh industries and places after an update."""

from typing import Any

from django.core.management.base import BaseCommand

from alignment.reference.loading import load_reference
from alignment.reference.queries import PlaceIndex


class Command(BaseCommand):
    help = "Load industries (NAICS) and places (states, counties, ZIP codes, metropolitan areas)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and print the number of rows of each table. Running it twice changes nothing."""
        for table, count in load_reference().items():
            self.stdout.write(f"{table.removeprefix('reference_')}: {count}")
        PlaceIndex.forget()
