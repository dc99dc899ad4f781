"""The long `hardship` run: `python -m alignment.sla.tests.torture FOLDER`.

It runs on engines of its own. 5,000 promises come due within 40 s while four sweepers are killed
every 0.3 to 1 s and PostgreSQL is shut down twice (immediate shutdown: no checkpoint, recovery at
the start).
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from alignment.config.local.engines import instance_environment
from alignment.config.local.folder import DataFolder
from alignment.config.local.postgres import Postgres
from alignment.config.local.valkey import Valkey

COUNT, WINDOW, KILLING = 5_000, 40.0, 45.0
FALLS = (8.0, 22.0)


def main(root: Path) -> int:
    root.chmod(0o755)
    folder = DataFolder(root.resolve())
    folder.open()
    env = instance_environment(folder)
    database, broker = Postgres(folder), Valkey(folder)
    try:
        database.start(env)
        broker.start(env)
        env |= {"DATABASE_URL": database.url(), "BROKER_URL": broker.url()}
        os.environ.update(env)
        print(_torture(database, env), flush=True)
    finally:
        for engine in (broker, database):
            if engine.child is not None:
                engine.child.stop()
        folder.close()
    return 0


def _torture(database: Postgres, env: dict[str, str]) -> str:
    import django

    django.setup()
    from django.core.management import call_command

    from alignment.core.connections import start_over
    from tests.cast import make_cast

    from .hardship import check, make_due, sweepers, wait_until_done
    from .promises import database_now

    call_command("migrate", verbosity=0)
    cast = make_cast()
    with sweepers(env, seconds=KILLING) as process:
        time.sleep(3)
        make_due(cast, count=COUNT, window=WINDOW)
        began, back = time.monotonic(), "-infinity"
        for fall in FALLS:
            time.sleep(max(0.0, began + fall - time.monotonic()))
            start_over()
            _throw_down(database, env)
            back = database_now().isoformat()
        assert process.stdout is not None
        said = process.stdout.readline().strip()
        wait_until_done(cast.program, 60)
    assert int(said.split()[-1]) > 40
    found: Any = check(cast.program, COUNT, back=back)
    return f"{said} sweepers, PostgreSQL fell {len(FALLS)} times: {found}"


def _throw_down(database: Postgres, env: dict[str, str]) -> None:
    """Like `pg_ctl stop -m immediate`, then start it again."""
    child = database.child
    assert child is not None
    assert child.pid is not None
    os.kill(child.pid, signal.SIGQUIT)
    while child.running:
        time.sleep(0.05)
    database.start(env)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
