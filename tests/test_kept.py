"""A restored database equals a migrated one."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from tests import kept

NAMES = ("kept_written", "kept_read")


@pytest.fixture
def databases() -> Iterator[tuple[str, str]]:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        for name in NAMES:
            server.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(name)))
            server.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        yield NAMES
        for name in NAMES:
            server.execute(SQL("DROP DATABASE {}").format(Identifier(name)))


def run(database: str, statement: str) -> psycopg.Cursor:
    with psycopg.connect(kept.address_of(database), autocommit=True) as connection:
        return connection.execute(statement)


def test_it_is_made_from_migrations_and_what_they_import() -> None:
    names = {str(path.relative_to(kept.CHECKOUT)) for path in kept._sources()}
    assert "accounts/migrations/0001_initial.py" in names
    assert "alignment/core/constraints.py" in names
    assert "alignment/reference/data/naics_2022.csv.gz" in names
    assert "requirements.txt" in names
    assert "accounts/models/accounts.py" not in names


def test_another_word_is_another_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    migration = tmp_path / "0001_initial.py"
    monkeypatch.setattr(kept, "_sources", lambda: {migration})
    found = set()
    for word in ("a", "b", "a"):
        migration.write_text(word)
        found.add(kept.kept_file(180_000))
    assert len(found) == 2
    # A server version that this pg_dump does not match.
    assert kept.kept_file(990_000) is None


def test_what_is_kept_comes_back(databases: tuple[str, str], tmp_path: Path) -> None:
    written, read = databases
    run(written, "CREATE TABLE a (id int PRIMARY KEY, said text CHECK (said <> '')); ")
    run(written, "INSERT INTO a VALUES (1, 'é\\n')")
    file = tmp_path / "new.sql"
    (tmp_path / "old.sql").touch()
    kept.keep(written, file)
    assert [path.name for path in tmp_path.iterdir()] == ["new.sql"]
    kept.restore(file, read)
    assert run(read, "SELECT * FROM a").fetchall() == [(1, "é\\n")]
    with pytest.raises(psycopg.errors.CheckViolation):
        run(read, "INSERT INTO a VALUES (2, '')")


def test_half_a_file_brings_nothing(databases: tuple[str, str], tmp_path: Path) -> None:
    file = tmp_path / "half.sql"
    file.write_text("CREATE TABLE a (id int); CREATE TABLE a (id int);")
    with pytest.raises(AssertionError, match="already exists"):
        kept.restore(file, databases[1])
    assert run(databases[1], "SELECT to_regclass('a')").fetchall() == [(None,)]
