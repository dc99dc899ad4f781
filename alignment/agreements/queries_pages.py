"""What the pages of any kind of agreement show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from alignment.people.models import Membership, Program, Role, Side, User

from .handlers import handlers_of
from .models import Comment, Kind, Signature, Version
from .queries import HISTORY_LIMIT, comments_on, in_force, open_version, two_versions
from .rules import Change, Clause, Remark, diff

MOST_SIGNERS = 50


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment and its answers."""

    first: Comment
    answers: list[Comment]

    @property
    def is_settled(self) -> bool:
        return self.first.settled_at is not None


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """A clause as proposed; `change` is the difference from the version in force."""

    clause: Clause
    change: Change | None
    threads: list[Thread]
    remarks: list[Remark]


@dataclass(frozen=True, slots=True)
class SideSigning:
    """One side's signatures under a version, and the managers who could sign."""

    side: Side
    signatures: list[Signature]
    signers: list[User]


@dataclass(frozen=True, slots=True)
class OpenPage:
    """The open draft or proposal, beside the version in force."""

    version: Version
    current: Version | None
    lines: list[ClauseLine]
    removed: list[Change]
    general: list[Thread]
    sides: list[SideSigning]
    open_threads: int
    # Remarks on the whole agreement, not on a clause.
    remarks: list[Remark]

    @property
    def remark_count(self) -> int:
        return len(self.remarks) + sum(len(line.remarks) for line in self.lines)

    @property
    def change_count(self) -> int:
        return len(self.removed) + sum(line.change is not None for line in self.lines)

    @property
    def waits_for_its_day(self) -> bool:
        return all(side.signatures for side in self.sides)


def open_page(*, program: Program, kind: Kind) -> OpenPage | None:
    """The draft or proposal of this kind; None while nothing is open."""
    version = open_version(program, kind)
    if version is None:
        return None
    current = in_force(program, kind)
    rules = current.content if current else {}
    before, after = handlers_of(kind).clauses(program, [rules, version.content])
    changes = {change.key: change for change in diff(before, after)}
    threads = threads_of(comments_on(version))
    by_clause: dict[str, list[Thread]] = defaultdict(list)
    for thread in threads:
        by_clause[thread.first.clause].append(thread)
    keys = {clause.key for clause in after}
    remarks: dict[str, list[Remark]] = defaultdict(list)
    for remark in handlers_of(kind).remarks(program, version.content):
        remarks[remark.place].append(remark)
    return OpenPage(
        version=version,
        current=current,
        lines=[ClauseLine(c, changes.get(c.key), by_clause[c.key], remarks[c.key]) for c in after],
        removed=[change for change in changes.values() if change.kind == "removed"],
        # Comments on deleted clauses are shown with those on the whole.
        general=[thread for thread in threads if thread.first.clause not in keys],
        sides=sides_of(program, version),
        open_threads=sum(not thread.is_settled for thread in threads),
        remarks=[r for place, said in remarks.items() if place not in keys for r in said],
    )


def threads_of(comments: Sequence[Comment]) -> list[Thread]:
    """Comments with their answers, oldest first."""
    threads = {c.pk: Thread(c, []) for c in comments if c.parent_id is None}
    for comment in comments:
        if comment.parent_id in threads:
            threads[comment.parent_id].answers.append(comment)
    return list(threads.values())


def sides_of(program: Program, version: Version) -> list[SideSigning]:
    """Both sides, with their signatures and the managers who could sign."""
    signatures = Signature.objects.in_program(program).filter(version=version)
    signed: dict[str, list[Signature]] = defaultdict(list)
    for signature in signatures.order_by("signed_at", "id"):
        signed[signature.side].append(signature)
    managers = Membership.objects.in_program(program).select_related("user", "team")
    could: dict[str, list[User]] = defaultdict(list)
    for seat in managers.filter(role=Role.MANAGER, user__is_active=True)[:MOST_SIGNERS]:
        if seat.side:
            could[seat.side].append(seat.user)
    return [SideSigning(side, signed[side], could[side]) for side in Side]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions side by side."""

    older: Version
    newer: Version
    changes: list[Change]
    same: list[Clause]


def comparison(*, program: Program, kind: Kind, older: int, newer: int) -> Comparison | None:
    """Two versions by number; None if either is missing."""
    found = two_versions(program=program, kind=kind, older=older, newer=newer)
    if found is None:
        return None
    before, after = handlers_of(kind).clauses(program, [version.content for version in found])
    changes = diff(before, after)
    changed = {change.key for change in changes}
    return Comparison(*found, changes, [c for c in after if c.key not in changed])


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A version that is or was in force: who signed it, what it changed, how long it lasted."""

    version: Version
    signatures: list[Signature]
    changes: list[Change]
    before: Version | None
    lasted: timedelta


def history_page(
    *, program: Program, kind: Kind, now: datetime | None = None
) -> list[HistoryEntry]:
    """Every version that was ever in force, newest first."""
    now = now or timezone.now()
    rows = Version.objects.in_program(program).filter(kind=kind).exclude(in_force_at=None)
    versions = list(rows.prefetch_related("signatures").order_by("in_force_at")[:HISTORY_LIMIT])
    said = handlers_of(kind).clauses(program, [version.content for version in versions])
    entries = []
    for place, version in enumerate(versions):
        assert version.in_force_at is not None
        entries.append(
            HistoryEntry(
                version,
                list(version.signatures.all()),
                diff(said[place - 1], said[place]) if place else [],
                versions[place - 1] if place else None,
                (version.retired_at or now) - version.in_force_at,
            )
        )
    return entries[::-1]
