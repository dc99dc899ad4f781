"""Lookups that Django does not have."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigAutoField, Lookup
from django.db.models.sql.compiler import SQLCompiler

from alignment.core.arrays import id_array


@BigAutoField.register_lookup
class AnyOf(Lookup):
    """`pk__any=ids` is `pk__in=ids` with a single parameter: the driver takes longer to quote a
    thousand ids than the database to find them.
    """

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[str | int, ...]]:
        sql, params = self.process_lhs(compiler, connection)
        return f"{sql} = ANY(%s::bigint[])", (*params, id_array(self.rhs))
