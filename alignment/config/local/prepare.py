"""Prepares the database and the static files: run before the web server starts, in one process."""

from __future__ import annotations

import os

import django
from django.core.management import call_command, get_commands


def prepare() -> None:
    """Migrate, collect static files and load the demo into an empty database."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    # The data may have come from another server.
    call_command("after_restore", if_needed=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    # ENTENTE_DEMO=no starts with an empty database.
    if os.environ.get("ENTENTE_DEMO") != "no" and "setup_demo" in get_commands():
        call_command("setup_demo", if_empty=True)


if __name__ == "__main__":
    prepare()
