"""Bringing an unread notice up to date, where another one would say the same again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import translation

from alignment.core.arrays import id_array
from alignment.core.live import bus
from alignment.people.models import Program

from ..models import Notice
from . import waking
from .notices import NoticeText

# A notice that was mailed less than this ago is not mailed again.
MAILED_AGAIN_AFTER = timedelta(hours=1)
# By the person's choice of today. A mail that has not left yet takes the new words along.
_RENEW = """
    WITH renewed AS (
        UPDATE notifications_notice n
        SET title = t.title, text = t.text, path = t.path, created_at = statement_timestamp(),
            in_digest = t.mail = 'digest',
            mailed_at = CASE
                WHEN t.mail <> 'at_once' OR n.mailed_at > statement_timestamp() - %(pause)s
                THEN n.mailed_at ELSE statement_timestamp() END
        FROM (SELECT r.*, coalesce(c.mail, 'at_once') AS mail
              FROM unnest(%(ids)s::bigint[], %(users)s::bigint[], %(kinds)s::text[],
                          %(titles)s::text[], %(texts)s::text[], %(paths)s::text[])
                   AS r (id, user_id, kind, title, text, path)
              LEFT JOIN notifications_noticechoice c
                  ON c.program_id = %(program)s AND c.user_id = r.user_id AND c.kind = r.kind) t
        WHERE n.id = t.id AND n.program_id = %(program)s
        RETURNING n.id, n.user_id, n.kind, n.mailed_at, n.mailed_at IS DISTINCT FROM old.mailed_at AS mails)
    INSERT INTO notifications_delivery (program_id, channel, user_id, event, payload, cause)
    SELECT %(program)s, 'email', user_id, kind, jsonb_build_object('notice', id),
           'mail-' || id || '-' || extract(epoch FROM mailed_at)
    FROM renewed WHERE mails ORDER BY id
    RETURNING id"""


@dataclass(frozen=True, slots=True)
class Renewal:
    """An unread notice, and what it says from now on; `words` is called in its reader's language."""

    notice: Notice
    words: Callable[[], NoticeText]


def hold_unread(
    *, program: Program, kind: str, users: Collection[int], causes: Collection[str] | None = None
) -> dict[int, Notice]:
    """User id -> the newest unread notice of that kind, or with one of these causes.

    Locked until the transaction ends: nobody reads the old words meanwhile.
    """
    rows = Notice.objects.in_program(program).filter(user__in=users, kind=kind, read_at=None)
    if causes is not None:
        rows = rows.filter(cause__in=causes)
    held = rows.select_for_update().order_by("pk").prefetch_related("user")
    return {notice.user_id: notice for notice in held}


def renew(*, program: Program, rows: Sequence[Renewal]) -> None:
    """Give held notices new words, in one statement. Each is mailed again as its person chose, but
    not within the hour.
    """
    if not rows:
        return
    spoken = [(row.notice, _spoken(row)) for row in rows]
    parameters: dict[str, Any] = {
        "program": program.pk,
        "pause": MAILED_AGAIN_AFTER,
        "ids": id_array(notice.pk for notice, _words in spoken),
        "users": id_array(notice.user_id for notice, _words in spoken),
        "kinds": [notice.kind for notice, _words in spoken],
        "titles": [str(words.title)[:200] for _notice, words in spoken],
        "texts": [str(words.text) for _notice, words in spoken],
        "paths": [words.path[:300] for _notice, words in spoken],
    }
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, parameters)
        mailed = cursor.rowcount
    bus.publish(program.pk, *(f"notices-{notice.user_id}" for notice, _words in spoken))
    if mailed:
        waking.wake(waking.MAIL)


def _spoken(row: Renewal) -> NoticeText:
    with translation.override(row.notice.user.language):
        return row.words()
