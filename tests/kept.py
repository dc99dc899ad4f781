"""Keeps the migrated database as a file, so that only the first session after a change has to
migrate.

It is stored in `.entente/migrated/` under a name derived from its sources: every migration, and the
product modules that migrations import. If any of these, Django or the server changes, it is made
anew.
"""

import ast
import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from alignment.config.local.postgres import BIN

CHECKOUT = Path(__file__).resolve().parents[1]
KEPT = CHECKOUT / ".entente" / "migrated"
# Packages of the product that a migration may import. Everything else is pinned.
ROOMS = ("alignment", "accounts", "campaigns")


def kept_file(server_version: int) -> Path | None:
    """The file for a database with these migrations; None if pg_dump does not fit the server."""
    said = subprocess.run(
        [BIN / "pg_dump", "--version"], capture_output=True, text=True, check=True
    )
    if server_version // 10_000 != int(said.stdout.split()[-1].partition(".")[0]):
        return None
    digest = hashlib.sha256(f"{server_version} {said.stdout} {settings.INSTALLED_APPS}".encode())
    for path in sorted(_sources()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(path.anchor)} {len(content)}\n".encode() + content)
    return KEPT / f"{digest.hexdigest()}.sql"


def keep(database: str, file: Path) -> None:
    """Write the database to the file atomically, and delete the files of other migrations."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(f".{os.getpid()}")
    _run("pg_dump", "--no-owner", "--no-comments", f"--file={new}", address_of(database))
    for other in file.parent.glob("*.sql"):
        other.unlink(missing_ok=True)
    new.replace(file)


def restore(file: Path, database: str, server: str = "") -> None:
    """Fill this session's empty database, or that of the server at a URL, from the file.

    Restores all of it or raises an error.
    """
    options = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
    _run("psql", *options, f"--file={file}", "--output=/dev/null", address_of(database, server))


def address_of(database: str, server: str = "") -> str:
    """The URL of a database on this session's server, or on that of another URL."""
    return urlsplit(server or os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run([BIN / program, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, f"{program}: {done.stderr}"


def _sources() -> set[Path]:
    """The files that determine the result of migrating."""
    migrations = MigrationLoader(None).disk_migrations.values()
    waiting = {type(migration).__module__ for migration in migrations}
    found = {CHECKOUT / "requirements.txt"}
    modules: set[str] = set()
    while waiting:
        module = waiting.pop()
        modules.add(module)
        path = _path(module)
        if path:
            found |= {path, *(path.parent / "data").glob("*.*")}
            waiting |= set(_imports(path)) - modules
    return found


def _path(module: str) -> Path | None:
    """The file of a product module."""
    if module.partition(".")[0] not in ROOMS:
        return None
    plain = CHECKOUT.joinpath(*module.split("."))
    choices = (plain.with_suffix(".py"), plain / "__init__.py")
    return next((path for path in choices if path.exists()), None)


def _imports(path: Path) -> Iterator[str]:
    """Modules that a file imports by full name; relative imports are not allowed here."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert not node.level, f"{path} imports relatively"
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
