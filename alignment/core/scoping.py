"""Program isolation by construction: a query that names no program does not run.

Rows that belong to a program are read through `ScopedManager`. Its query sets refuse to run until
`in_program` is called. Related managers (`account.stakeholders`) start from a row that was already
reached through its program, so the instance scopes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T", bound=models.Model, covariant=True)


class UnscopedQuery(RuntimeError):
    """A query on program-owned rows was about to run without naming its program."""


class JoinedLock(RuntimeError):
    """A locking read was about to join other rows.

    After waiting for the lock, PostgreSQL re-reads only the locked row: joined rows stay as they
    were before the wait. If the row meanwhile points elsewhere, it is lost or comes without its
    joined row.
    """


class ScopedQuerySet(models.QuerySet[T]):
    """A query set that runs only once it is bound to a program."""

    _scoped = False

    def in_program(self, program: models.Model | int) -> Self:
        """Rows of one program (an instance or its id)."""
        scoped = self.filter(program=program)
        scoped._scoped = True
        return scoped

    def across_programs(self) -> Self:
        """All rows. For sweeps, rebuilds and checks that serve all programs alike."""
        scoped = self.all()
        scoped._scoped = True
        return scoped

    def _is_scoped(self) -> bool:
        return self._scoped or "instance" in getattr(self, "_hints", ())

    def _demand_scope(self) -> None:
        if not self._is_scoped():
            message = f"{self.model.__name__}: call in_program() before running this query"
            raise UnscopedQuery(message)

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._scoped = self._scoped
        return clone

    def _demand_plain_lock(self) -> None:
        if self.query.select_for_update and self.query.select_related:
            raise JoinedLock(f"{self.model.__name__}: lock the row alone, then follow its keys")

    def _fetch_all(self) -> None:
        self._demand_scope()
        self._demand_plain_lock()
        super()._fetch_all()

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        self._demand_scope()
        return super().resolve_expression(*args, **kwargs)

    def iterator(self, chunk_size: int | None = None) -> Iterator[T]:
        self._demand_scope()
        return super().iterator(chunk_size)

    def count(self) -> int:
        self._demand_scope()
        return super().count()

    def exists(self) -> bool:
        self._demand_scope()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._demand_scope()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._demand_scope()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._demand_scope()
        return super().delete()

    def explain(self, **options: Any) -> str:
        self._demand_scope()
        return super().explain(**options)

    def _raw_delete(self, using: str | None) -> int:
        self._demand_scope()
        return super()._raw_delete(using)


class ScopedManager(models.Manager[T]):
    """The default manager of every program-owned model."""

    def get_queryset(self) -> ScopedQuerySet[T]:
        return ScopedQuerySet(self.model, using=self._db, hints=self._hints)  # type: ignore[attr-defined]

    def in_program(self, program: models.Model | int) -> ScopedQuerySet[T]:
        return self.get_queryset().in_program(program)

    def across_programs(self) -> ScopedQuerySet[T]:
        return self.get_queryset().across_programs()
