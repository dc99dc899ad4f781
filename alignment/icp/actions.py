"""Judging accounts by the ICP in force."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction

from alignment.agreements.actions.ruling import lock_versions_shared
from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force
from alignment.core import locks
from alignment.core.arrays import id_array
from alignment.core.locks import Turn

from .compiler import CompiledIcp, compile_icp
from .rules import parse_icp


class Flip(NamedTuple):
    """An account whose verdict changed; `was` is None when it had none."""

    account_id: int
    was: str | None
    now: str


def queue_budget_words(*, program_id: int, lead_ids: Sequence[int]) -> None:
    """Queue the leads' accounts to be judged again if the profile asks for a confirmed budget."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH held AS (
                   -- Whoever moves to another account meanwhile waits, and has that one judged.
                   SELECT account_id FROM accounts_lead
                   WHERE id = ANY(%(leads)s::bigint[]) AND program_id = %(program)s
                   ORDER BY id FOR SHARE
               )
               INSERT INTO accounts_accountchange (program_id, account_id)
               SELECT DISTINCT %(program)s, account_id FROM held
               WHERE account_id IS NOT NULL AND EXISTS (
                    SELECT FROM agreements_version v WHERE v.program_id = %(program)s
                      AND v.kind = 'icp' AND v.state = 'in_force'
                      AND v.content @> '{"criteria": [{"kind": "budget_confirmed"}]}')""",
            {"program": program_id, "leads": id_array(lead_ids)},
        )


@transaction.atomic
def judge_ids(*, program_id: int, account_ids: Sequence[int]) -> list[Flip]:
    """Judge these accounts; returns those whose verdict changed."""
    return _judge(program_id, "= ANY(%(ids)s::bigint[])", {"ids": id_array(account_ids)})


@transaction.atomic
def judge_span(*, program_id: int, after: int, until: int) -> list[Flip]:
    """Judge the program's accounts with `after` < id <= `until`."""
    # Ids are whole numbers.
    span = {"first": after + 1, "last": until}
    return _judge(program_id, "BETWEEN %(first)s AND %(last)s", span)


def _judge(program_id: int, which: str, parameters: dict[str, Any]) -> list[Flip]:
    """One call at a time until commit: the second sees the facts and verdicts of the first, so no
    verdict on older facts overwrites a newer one.
    """
    lock_versions_shared(program_id)
    locks.hold(Turn.JUDGING, program_id)
    version = in_force(program_id, Kind.ICP)
    if version is None:
        return []
    compiled = compile_icp(parse_icp(version.content))
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(compiled, which),
            {"program": program_id, "version": version.pk, **compiled.parameters, **parameters},
        )
        return [Flip(*row) for row in cursor.fetchall()]


def _statement(compiled: CompiledIcp, which: str) -> str:
    """Insert or correct verdicts, writing only rows that really change.

    The changed rows are selected first, because ON CONFLICT locks (and so writes) a row even if its
    update then changes nothing. Nobody else writes verdicts meanwhile.
    """
    return f"""
        WITH facts AS MATERIALIZED (
            SELECT a.id, {compiled.columns} FROM accounts_account a
            WHERE a.program_id = %(program)s AND a.id {which} ORDER BY a.id
        ), judged AS MATERIALIZED (
            SELECT id, {compiled.verdict} AS answer, {compiled.grade} AS grade,
                {compiled.mask("IS TRUE")} AS yes_mask, {compiled.mask("IS NULL")} AS unknown_mask
            FROM facts
        ), written AS (
            INSERT INTO icp_verdict AS v (account_id, program_id, version_id, answer, grade,
                yes_mask, unknown_mask, judged_at)
            SELECT j.id, %(program)s, %(version)s, j.answer, j.grade, j.yes_mask, j.unknown_mask,
                now()
            FROM judged j LEFT JOIN (
                SELECT account_id, answer, grade, yes_mask, unknown_mask FROM icp_verdict
                WHERE account_id {which}
            ) k ON k.account_id = j.id
            WHERE (k.answer, k.grade, k.yes_mask, k.unknown_mask) IS DISTINCT FROM
                (j.answer, j.grade, j.yes_mask, j.unknown_mask)
            ON CONFLICT (account_id) DO UPDATE SET version_id = EXCLUDED.version_id,
                answer = EXCLUDED.answer, grade = EXCLUDED.grade, yes_mask = EXCLUDED.yes_mask,
                unknown_mask = EXCLUDED.unknown_mask, judged_at = EXCLUDED.judged_at
            RETURNING v.account_id, old.answer AS was, new.answer AS now
        )
        SELECT account_id, was, now FROM written WHERE was IS DISTINCT FROM now
        ORDER BY account_id"""
