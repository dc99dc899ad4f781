"""Notifying people: one notice each, and the e-mails, Slack messages and webhooks that follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import translation
from psycopg.types.json import Jsonb

from alignment.core.addresses import full_url
from alignment.core.arrays import id_array
from alignment.core.live import bus
from alignment.people.models import Membership, Program, User

from ..models import Endpoint, NoticeKind
from ..rules import EVENTS, TEST
from . import waking

# More rows than this are split over several statements.
AT_ONCE = 5_000
# The person's choice decides; by default an e-mail is sent at once. One statement for any number.
_INSERT_NOTICES = """
    WITH told AS (
        INSERT INTO notifications_notice
            (program_id, user_id, kind, cause, title, text, path, in_digest, mailed_at)
        SELECT %(program)s, t.user_id, t.kind, t.cause, t.title, t.text, t.path,
               coalesce(c.mail, 'at_once') = 'digest',
               CASE WHEN coalesce(c.mail, 'at_once') = 'at_once' THEN statement_timestamp() END
        FROM unnest(%(users)s::bigint[], %(kinds)s::text[], %(causes)s::text[],
                    %(titles)s::text[], %(texts)s::text[], %(paths)s::text[])
             WITH ORDINALITY AS t (user_id, kind, cause, title, text, path, place)
        LEFT JOIN notifications_noticechoice c
            ON c.program_id = %(program)s AND c.user_id = t.user_id AND c.kind = t.kind
        ORDER BY t.place
        ON CONFLICT (program_id, user_id, cause) DO NOTHING
        RETURNING id, user_id, kind, mailed_at),
    mails AS (
        INSERT INTO notifications_delivery (program_id, channel, user_id, event, payload, cause)
        SELECT %(program)s, 'email', user_id, kind, jsonb_build_object('notice', id), 'mail-' || id
        FROM told WHERE mailed_at IS NOT NULL ORDER BY id
        ON CONFLICT (program_id, cause) DO NOTHING)
    SELECT user_id, bool_or(mailed_at IS NOT NULL) FROM told GROUP BY user_id"""
_INSERT_DELIVERIES = """
    INSERT INTO notifications_delivery (program_id, channel, endpoint_id, event, payload, cause)
    SELECT %(program)s, e.kind, e.id, a.event,
           jsonb_build_object('type', a.event, 'timestamp', to_jsonb(statement_timestamp()), 'text', a.text,
                              'data', a.data),
           e.id || '-' || a.cause
    FROM unnest(%(events)s::text[], %(causes)s::text[], %(texts)s::text[], %(data)s::jsonb[])
         WITH ORDINALITY AS a (event, cause, text, data, place)
    JOIN notifications_endpoint e
        ON e.program_id = %(program)s AND e.is_active AND a.event = ANY (e.events)
    ORDER BY a.place, e.id
    ON CONFLICT (program_id, cause) DO NOTHING
    RETURNING id"""


@dataclass(frozen=True, slots=True)
class NoticeText:
    """What one person reads. `path` is a page of the program, from the root of the site."""

    title: str
    text: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class NewNotice:
    """One notice to write. `user` is the person or their id; `words` is called in the person's
    language; a person gets only one notice per `cause`.
    """

    user: User | int
    kind: str
    cause: str
    words: Callable[[], NoticeText]

    @property
    def user_id(self) -> int:
        return self.user if isinstance(self.user, int) else self.user.pk


@dataclass(frozen=True, slots=True)
class Announcement:
    """One event for the endpoints; see `announce`."""

    event: str
    cause: str
    data: Mapping[str, Any]
    text: str


def notify(
    *,
    program: Program,
    users: Sequence[User],
    kind: str,
    cause: str,
    words: Callable[[], NoticeText],
) -> None:
    """Write one notice per person in their language; `words` is called once per language.

    `cause` identifies the occasion ("clock-42-breach-1"): a person gets only one notice per cause,
    however often this runs. Call it in the transaction of the change that it reports.
    """
    spoken: dict[str, NoticeText] = {}

    def once() -> NoticeText:
        language = translation.get_language()
        if language not in spoken:
            spoken[language] = words()
        return spoken[language]

    notify_many(program=program, rows=[NewNotice(user, kind, cause, once) for user in users])


def notify_many(*, program: Program, rows: Sequence[NewNotice]) -> None:
    """Write one notice per row, and its e-mail if the person wants one at once.

    Two statements for up to 5,000 rows. People who have left the program or can no longer sign in
    are skipped. Call it in the transaction of the change that it reports.
    """
    for row in rows:
        NoticeKind(row.kind)
    for start in range(0, len(rows), AT_ONCE):
        _notify(program, rows[start : start + AT_ONCE])


def _notify(program: Program, rows: Sequence[NewNotice]) -> None:
    languages = _readers(program, {row.user_id for row in rows})
    by_language: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        if row.user_id in languages:
            by_language[languages[row.user_id]].append(place)
    spoken: dict[int, NoticeText] = {}
    for language, places in by_language.items():
        with translation.override(language):
            spoken |= {place: rows[place].words() for place in places}
    if spoken:
        _write(program, [(rows[place], spoken[place]) for place in sorted(spoken)])


def _readers(program: Program, user_ids: set[int]) -> dict[int, str]:
    """Languages by user id, of active members only."""
    rows = Membership.objects.in_program(program).filter(user_id__in=user_ids, user__is_active=True)
    return dict(rows.values_list("user_id", "user__language"))


def _write(program: Program, spoken: Sequence[tuple[NewNotice, NoticeText]]) -> None:
    parameters: dict[str, Any] = {
        "program": program.pk,
        "users": id_array(row.user_id for row, _words in spoken),
        "kinds": [str(row.kind) for row, _words in spoken],
        "causes": [row.cause[:120] for row, _words in spoken],
        "titles": [str(words.title)[:200] for _row, words in spoken],
        "texts": [str(words.text) for _row, words in spoken],
        "paths": [words.path[:300] for _row, words in spoken],
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_NOTICES, parameters)
        told: list[tuple[int, bool]] = cursor.fetchall()
    if told:
        bus.publish(program.pk, *(f"notices-{user_id}" for user_id, _mailed in told))
    if any(mailed for _user, mailed in told):
        waking.wake(waking.MAIL)


def announce(
    *, program: Program, event: str, cause: str, data: Mapping[str, Any], text: str
) -> None:
    """Put an event into the outbox for the program's endpoints that want it. `text` is for Slack.

    `event` is one of `rules.EVENTS`; the same cause is announced only once. `data` holds JSON
    values and goes to webhooks as it is; a `url` in it may be a path of the site. Call it in the
    transaction of the change that it reports.
    """
    announce_many(program=program, rows=[Announcement(event, cause, data, text)])


def announce_many(*, program: Program, rows: Sequence[Announcement]) -> None:
    """Announce many events: one statement for up to 5,000. Raises ValueError for unknown ones."""
    unknown = {row.event for row in rows} - {*EVENTS, TEST}
    if unknown:
        raise ValueError(f"no such event: {sorted(unknown)}; rules.EVENTS names them")
    for start in range(0, len(rows), AT_ONCE):
        if _announce(program, rows[start : start + AT_ONCE]):
            bus.publish(program.pk, "deliveries")
            waking.wake(waking.ENDPOINTS)


def _announce(program: Program, rows: Sequence[Announcement]) -> bool:
    parameters: dict[str, Any] = {
        "program": program.pk,
        "events": [row.event for row in rows],
        "causes": [row.cause[:120] for row in rows],
        "texts": [str(row.text) for row in rows],
        "data": [Jsonb(_with_whole_addresses(row.data)) for row in rows],
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_DELIVERIES, parameters)
        return bool(cursor.rowcount)


def _with_whole_addresses(data: Mapping[str, Any]) -> dict[str, Any]:
    """Completes each `url` that is a path of the site, as external readers need the full URL."""
    found = {
        name: _with_whole_addresses(value) if isinstance(value, Mapping) else value
        for name, value in data.items()
    }
    path = found.get("url")
    if isinstance(path, str) and path.startswith("/"):
        found["url"] = full_url(path)
    return found


def wanted_events(program: Program) -> set[str]:
    """Events that some active endpoint wants; callers need not prepare texts for others."""
    rows = Endpoint.objects.in_program(program).filter(is_active=True)
    return {event for events in rows.values_list("events", flat=True) for event in events}
