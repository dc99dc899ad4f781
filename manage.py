#!/usr/bin/env python
"""Django's command line for Entente."""

import os
import sys
from pathlib import Path


def use_running_instance() -> None:
    """Commands typed beside `make run` use its servers; what the environment says comes first."""
    data = Path(os.environ.get("ENTENTE_DATA") or Path(__file__).parent / ".entente")
    if (data / "instance.env").exists():
        for line in (data / "instance.env").read_text().splitlines():
            name, _, value = line.partition("=")
            os.environ.setdefault(name, value)


def main() -> None:
    use_running_instance()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(
            f"{error}\nBeside `make run`, ENTENTE_DATA names its folder; elsewhere .env.example lists"
            " what the environment must say."
        )


if __name__ == "__main__":
    main()
