"""The command line names what is missing in one sentence."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings


def test_without_settings_it_says_what_is_missing(tmp_path: Path) -> None:
    given = {name: value for name, value in os.environ.items() if name != "SECRET_KEY"}
    ran = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env={**given, "ENTENTE_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "SECRET_KEY" in ran.stderr
    assert "ENTENTE_DATA" in ran.stderr
    assert "Traceback" not in ran.stderr
