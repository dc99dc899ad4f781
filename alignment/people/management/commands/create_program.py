"""`manage.py create_program --name N --slug S --owner-email E`: a program and its owner."""

import getpass
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from alignment.people.actions.programs import create_program
from alignment.people.models import Program, User
from alignment.people.models.users import prove_address

# The option in which each field is given.
OPTIONS = {
    "name": "--name",
    "slug": "--slug",
    "time_zone": "--time-zone",
    "email": "--owner-email",
}


class Command(BaseCommand):
    help = (
        "Create a program with its owner, who may also open the admin for it. A new owner's "
        "password is asked for, or read from ENTENTE_PASSWORD."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="what people call the program")
        parser.add_argument(
            "--slug", default="", help="its address: /p/<slug>/ (default: from the name)"
        )
        parser.add_argument("--owner-email", required=True, help="who owns it")
        parser.add_argument("--owner-name", default="", help="the name of a new owner")
        parser.add_argument("--time-zone", default="America/New_York", help="IANA name")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        owner = self._owner(options["owner_email"].strip().lower(), options["owner_name"])
        try:
            program = create_program(
                name=options["name"],
                slug=options["slug"],
                time_zone=options["time_zone"],
                owner=owner,
                by=None,
            )
        except ValidationError as error:
            raise CommandError(_error_lines(error)) from error
        self.furnish(program, owner)
        self.stdout.write(
            f"Program {program.name!r} is at /p/{program.slug}/, owned by {owner.email}."
        )

    def furnish(self, program: Program, owner: User) -> None:
        """Hook for what higher rooms put into a new program."""

    def _owner(self, email: str, name: str) -> User:
        owner = User.objects.filter(email=email).first()
        if owner is None:
            owner = User(email=email, name=name or email.partition("@")[0])
            try:
                owner.clean_fields(exclude=["password"])
                password = self._password()
                owner.set_password(password)
                owner.full_clean()
                validate_password(password, owner)
            except ValidationError as error:
                raise CommandError(_error_lines(error)) from error
        owner.is_staff = True
        owner.save()
        prove_address(owner)
        return owner

    def _password(self) -> str:
        given = os.environ.get("ENTENTE_PASSWORD")
        if given:
            return given
        if not sys.stdin.isatty():
            raise CommandError("The owner is new: set ENTENTE_PASSWORD or run in a terminal.")
        return getpass.getpass("Password of the new owner: ")


def _error_lines(error: ValidationError) -> str:
    """Each error after the option that it is about."""
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return "\n".join(
        f"{OPTIONS.get(field, field)}: {' '.join(texts)}"
        for field, texts in error.message_dict.items()
    )
