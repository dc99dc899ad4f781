"""Prepared statements beside the ORM, for paths where planning costs more than execution."""

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import connection


def fetch(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of a statement prepared on the server, run in Django's current transaction."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(statement.encode(), parameters, prepare=True).fetchall()
