"""Importing planned touches; each is checked like one that a person plans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Stakeholder
from accounts.rules.facts import FieldError, Upserted
from alignment.imports.messages import CONFLICT, PLAN
from alignment.imports.taking.batches import Batch, Values
from alignment.imports.taking.people import People
from alignment.people.models import Membership, Program, User
from campaigns.calendar.actions.locks import lock_calendars
from campaigns.calendar.actions.override_notices import Overridden, notify_concerned
from campaigns.calendar.actions.planning import plan_touch
from campaigns.calendar.actions.refusals import Collides, TouchRefused
from campaigns.calendar.models import OURS, Touch
from campaigns.calendar.queries.conflict_words import ConflictFacts, facts_of

# The duration of a touch without an end.
LASTS = timedelta(minutes=15)
# As many digits as a database id has.
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
# Source, and the source's id.
Key = tuple[str, str | None]


@transaction.atomic
def take(batch: Batch) -> list[Upserted]:
    """One result per row; a touch whose source and id are known is unchanged.

    A dry run plans as well, so that collisions between rows are reported, and rolls back.
    """
    rows = _Rows(batch)
    results = [rows.planned(row) for row in batch.rows]
    notify_concerned(program=batch.program, rows=rows.news, by=batch.by)
    if batch.dry_run:
        transaction.set_rollback(True)
        return [result._replace(id=None) for result in results]
    return results


class _Rows:
    """What the rows of a batch refer to, looked up together."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        # Notified together, so that a file of a thousand rows does not send anybody a thousand
        # notices.
        self.news: list[Overridden] = []
        self.people = People(batch.program, batch.rows)
        found = {self.people.find(row) for row in batch.rows}
        stakeholders = Stakeholder.objects.in_program(batch.program).select_related("account")
        self.stakeholders = stakeholders.in_bulk([pk for pk in found if pk])
        lock_calendars(one.account_id for one in self.stakeholders.values() if one.account_id)
        members = Membership.objects.in_program(batch.program).select_related("user", "team")
        self.members: dict[str, User] = {}
        self.sides: dict[str, str] = {}
        for member in members:
            self.members[member.user.email] = member.user
            self.sides[member.user.email] = member.team.side if member.team else ""
        self.known = _known(batch.program, [self._key(row) for row in batch.rows])

    def _key(self, row: Values) -> Key:
        return row.get("source", self.batch.source), row.get("external_id")

    def planned(self, row: Values) -> Upserted:
        key = self._key(row)
        if key in self.known:
            return Upserted(self.known[key], "unchanged", [])
        given, errors = self._given(row)
        if errors:
            return Upserted(None, "rejected", errors)
        source, external_id = key
        if source == OURS:
            # The id is from another program, so it means nothing here.
            external_id = None
        try:
            touch = plan_touch(
                program=self.batch.program,
                by=self.batch.by,
                reason=row.get("reason", ""),
                news=self.news,
                source=source,
                external_id=external_id,
                **given,
            )
        except Collides as refused:
            return Upserted(None, "rejected", self._conflict_errors(refused))
        except ValidationError as wrong:
            return Upserted(None, "rejected", _wrong(wrong))
        if external_id is not None:
            self.known[key] = touch.pk
        return Upserted(touch.pk, "created", [])

    def _given(self, row: Values) -> tuple[dict[str, Any], list[FieldError]]:
        errors = []
        named = "email" if row.get("email") else "stakeholder_external_id"
        person = self.stakeholders.get(self.people.find(row) or 0)
        if person is None:
            errors.append(FieldError(named, "unknown_person", {"value": str(row[named])}))
        elif person.account is None:
            errors.append(FieldError(named, "no_account", {"value": str(row[named])}))
        who = self.members.get(row.get("who", ""))
        if row.get("who") and who is None:
            errors.append(FieldError("who", "unknown_member", {"value": row["who"]}))
        side = self.sides.get(row.get("who", ""), "")
        if side and row.get("side", side) != side:
            errors.append(FieldError("side", "other_side", {"value": row["who"]}))
        if person is None or errors:
            return {}, errors
        return {
            "account": person.account,
            "people": [person.pk],
            "channel": row["channel"],
            "who": who,
            # Without it, and if `who` has no team, the touch gets the importing user's side.
            "side": row.get("side", ""),
            "starts_at": row["starts_at"],
            "ends_at": row.get("ends_at") or row["starts_at"] + LASTS,
            "message": row.get("message", ""),
            "say": row.get("say", ""),
        }, []

    def _conflict_errors(self, refused: Collides) -> list[FieldError]:
        """A language-independent error for each thing the touch collides with."""
        found = [
            FieldError("", CONFLICT + facts.kind, _kept(facts))
            for facts in facts_of(self.batch.program, refused.conflicts)
        ]
        return (
            found if isinstance(refused, TouchRefused) else [*found, FieldError("", "give_reason")]
        )


def _known(program: Program, keys: Sequence[Key]) -> dict[Key, int]:
    """Touches by source and the source's id; by their own id for those from the calendar."""
    ids = [external_id for _source, external_id in keys if external_id]
    rows = Touch.objects.in_program(program)
    known: dict[Key, int] = {
        (source, external_id): pk
        for source, external_id, pk in rows.filter(external_id__in=ids).values_list(
            "source", "external_id", "pk"
        )
    }
    numbers = [external_id for source, external_id in keys if source == OURS and external_id]
    own = rows.filter(pk__in=[int(text) for text in numbers if _NUMBER.fullmatch(text)])
    return known | {(OURS, str(pk)): pk for pk in own.values_list("pk", flat=True)}


def _kept(facts: ConflictFacts) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(facts).items()}


def _wrong(wrong: ValidationError) -> list[FieldError]:
    return [
        FieldError(name, PLAN + (error.code or ""))
        for name, errors in wrong.error_dict.items()
        for error in errors
    ]
