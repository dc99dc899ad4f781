"""`manage.py create_api_key --program SLUG --name N --scope S`: prints the key, once."""

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from alignment.people.actions.keys import create_key
from alignment.people.models import Membership, Program, Role, User
from alignment.people.permissions import Scope

# Ten years; a key meant to last longer is created without an expiry and never ends.
MOST_DAYS = 3_650


class Command(BaseCommand):
    help = "Create an API key of a program; stdout gets the key and nothing else."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--program", required=True, help="the program's address (slug)")
        parser.add_argument("--name", required=True, help="what will use the key")
        parser.add_argument(
            "--scope",
            action="append",
            required=True,
            dest="scopes",
            help=f"what it may do, repeatable: {', '.join(Scope)}",
        )
        parser.add_argument("--owner", help="e-mail of the member it acts for (default: an owner)")
        parser.add_argument("--expires-days", type=int, help="days until it stops (default: never)")

    def handle(self, *args: Any, **options: Any) -> None:
        program = Program.objects.filter(slug=options["program"]).first()
        if program is None:
            raise CommandError(f"There is no program with the address {options['program']!r}.")
        unknown = sorted(set(options["scopes"]) - set(Scope))
        if unknown:
            raise CommandError(
                f"Unknown scope {', '.join(unknown)}; choose from {', '.join(Scope)}."
            )
        try:
            made = create_key(
                program=program,
                name=options["name"],
                scopes=options["scopes"],
                owner=self._owner(program, options["owner"]),
                expires_at=_expiry(options["expires_days"]),
                by=None,
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(made.secret)

    def _owner(self, program: Program, email: str | None) -> User:
        members = Membership.objects.in_program(program).select_related("user")
        if email:
            member = members.filter(user__email=email.lower()).first()
        else:
            member = members.filter(role=Role.OWNER, user__is_active=True).order_by("pk").first()
        if member is None:
            raise CommandError("The key needs an owner who is a member of the program.")
        return member.user


def _expiry(days: int | None) -> datetime | None:
    if days is None:
        return None
    if not 1 <= days <= MOST_DAYS:
        raise CommandError(
            f"--expires-days takes 1 to {MOST_DAYS} days; without it a key never stops."
        )
    return timezone.now() + timedelta(days=days)
