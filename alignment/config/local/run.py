"""`make run`: everything on this machine, in the foreground."""

from __future__ import annotations

import os
import resource
import sys
import traceback

from alignment.config.local.folder import DataFolder, chosen_root
from alignment.config.local.problems import StartProblem, explain
from alignment.config.local.supervisor import Supervisor

OPEN_FILES = 65_536


def main() -> int:
    """Exit code 0 after a requested stop, 1 with one sentence when it can't start."""
    folder = DataFolder(chosen_root())
    try:
        raise_open_files()
        Supervisor(folder, chosen_port()).run()
    except StartProblem as problem:
        return refuse(str(problem))
    except OSError as error:
        return refuse(explain(error))
    except Exception as error:
        details = folder.logs / "supervisor.log"
        details.parent.mkdir(parents=True, exist_ok=True)
        details.write_text(traceback.format_exc())
        return refuse(f"Entente could not start: {error}. Details: {details}")
    return 0


def chosen_port() -> int:
    """`PORT`, or 8000."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        raise StartProblem(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def raise_open_files() -> None:
    """Raise the soft limit up to the hard one, because each open tab is a connection."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
