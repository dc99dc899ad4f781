"""`manage.py verify_audit`: checks that the audit trail is unaltered."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from alignment.core.audit_chain import broken_entries, heads


class Command(BaseCommand):
    help = (
        "Recomputes the hash of every audit entry. Prints the end of each program's chain: keep it"
        " elsewhere, and a later run also shows whether entries were cut off."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        broken = broken_entries()
        if broken:
            places = ", ".join(f"entry {entry} (program {program})" for program, entry in broken)
            raise CommandError(f"The audit trail was changed at {places}.")
        for head in heads():
            self.stdout.write(f"program {head.program_id}: {head.entries} entries, {head.hash}")
        self.stdout.write("The audit trail is as it was written.")
