"""Filling the reference tables from the files shipped in ``data/``."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path

from django.db import connections, transaction

DATA = Path(__file__).parent / "data"

# Table, file, columns in the order of the file; referenced tables come first.
TABLES = (
    ("reference_naicscode", "naics_2022", ("code", "title", "level", "parent_id")),
    ("reference_state", "states", ("code", "name", "fips", "region", "division")),
    ("reference_cbsa", "cbsa", ("code", "title", "kind")),
    ("reference_county", "counties", ("fips", "name", "state_id", "cbsa_id")),
    ("reference_zipcode", "zip_codes", ("zip", "state_id", "county_id")),
    ("reference_city", "cities", ("key", "state_id", "name", "county_id", "cbsa_id")),
)
_NULLABLE = frozenset(("parent_id", "cbsa_id", "county_id"))


def load_reference(using: str = "default") -> dict[str, int]:
    """Make every reference table match the shipped files; returns the rows per table.

    Rows are replaced in one transaction, so readers never see a table half full.
    """
    counts: dict[str, int] = {}
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for table, _file, _columns in reversed(TABLES):
            cursor.execute(f"DELETE FROM {table}")
        for table, file, columns in TABLES:
            filled = ", ".join(column for column in columns if column not in _NULLABLE)
            copy = (
                f"COPY {table} ({', '.join(columns)}) FROM STDIN "
                f"(FORMAT csv, HEADER, FORCE_NOT_NULL ({filled}))"
            )
            with cursor.copy(copy) as stream:
                stream.write(_read(file))
            counts[table] = cursor.rowcount
    return counts


def shipped(file: str) -> Iterator[dict[str, str]]:
    """The rows of a shipped file."""
    return csv.DictReader(io.StringIO(_read(file)))


def _read(file: str) -> str:
    with gzip.open(DATA / f"{file}.csv.gz", "rt", encoding="utf-8") as stream:
        return stream.read()
