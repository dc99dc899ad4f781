"""`make check`: every check of the code short of running the suite."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

from alignment.config.local.engines import engines  # noqa: E402 (after the path)

BIN = Path(sys.executable).parent
PYTHON = sys.executable
DEPLOYED = {
    "HTTPS": "true",
    "ALLOWED_HOSTS": "entente.example",
    "DEBUG": "false",
    "HSTS_SUBDOMAINS": "true",
}
STEPS: dict[str, list[str]] = {
    "lint": [str(BIN / "ruff"), "check", "."],
    "format": [str(BIN / "ruff"), "format", "--check", "."],
    "layers": [str(BIN / "lint-imports"), "--no-logo"],
    "templates": [str(BIN / "djlint"), "templates", "--lint", "--quiet"],
    "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    "French": [PYTHON, "tools/catalogue.py"],
    "deployment": [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    "types": [PYTHON, "-m", "mypy", "."],
}


def run(name: str, env: Mapping[str, str]) -> bool:
    """Run one step; its output is only shown if it fails."""
    started = time.monotonic()
    step = {**env, **DEPLOYED} if name == "deployment" else env
    done = subprocess.run(
        STEPS[name],
        cwd=CHECKOUT,
        env=step,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    passed = done.returncode == 0
    print(
        f"{'ok  ' if passed else 'FAIL'}  {name}  ({time.monotonic() - started:.0f} s)", flush=True
    )
    if not passed:
        print((done.stdout + done.stderr).strip(), flush=True)
    return passed


def main(names: list[str]) -> int:
    """Run the named steps, or all of them; exit code 1 if any failed."""
    with tempfile.TemporaryDirectory(prefix="entente-check-") as folder:
        Path(folder).chmod(0o755)
        with engines(Path(folder), durable=False) as env:
            os.environ.pop("PYTHONWARNINGS", None)
            results = [run(name, env) for name in names or STEPS]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
