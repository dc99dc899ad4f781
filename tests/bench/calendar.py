"""Judging one planned touch among 1,000,000 others, against only the statements that it needs."""

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection

from accounts.models import Account
from alignment.core.arrays import id_array
from alignment.core.prepared import fetch
from alignment.people.models import Program, User
from campaigns.calendar.actions.judging import check_touch
from campaigns.calendar.queries import conflict_context
from campaigns.calendar.rules.slots import Slot
from campaigns.policy.queries import policy_of

from .report import Report

TOUCHES, ACCOUNTS, PEOPLE_EACH = 1_000_000, 10_000, 5
# Each makes about two calls per business day.
REPS = 400
ROUNDS, CHECKS = 7, 300
# Touches span two years, half of it in the future; each account's are spread evenly.
DAYS = 730

_ACCOUNTS = """
    INSERT INTO accounts_account (program_id, name, name_key, city_key, website, description, city,
        zip, country, industry, state, domain, source, created_at, updated_at)
    SELECT %(program)s, 'Company ' || n, 'company ' || n, '', '', '', '', '', 'US', '', 'IL',
        'calendar' || n || '.example', 'bench', now(), now()
    FROM generate_series(1, %(accounts)s) n"""
_PEOPLE = """
    INSERT INTO accounts_stakeholder (program_id, account_id, first_name, last_name, title, role,
        linkedin_url, do_not_contact, do_not_contact_reason, source, created_at, updated_at)
    SELECT %(program)s, a.id, 'Pat', 'Person ' || n, '', 'influencer', '', false, '', 'bench',
        now(), now()
    FROM accounts_account a, generate_series(1, %(people_each)s) n
    WHERE a.program_id = %(program)s"""
_TOUCHES = """
    INSERT INTO calendar_touch (program_id, account_id, is_whole_committee, channel, side, who_id,
        starts_at, ends_at, message, say, thread, overridden, override_reason, state, result,
        result_note, done_at, skipped_because, source, created_at, updated_at)
    SELECT %(program)s, a.id, false,
        (ARRAY['email', 'call', 'linkedin'])[1 + n %% 3], 'sales', (%(reps)s::bigint[])[1 + n %% %(accounts)s %% %(number)s], at,
        at + interval '15 minutes', '', '', n, '{}', '', state, '', '',
        CASE state WHEN 'done' THEN at END, '', '', now(), now()
    FROM generate_series(1, %(touches)s) n
    JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM accounts_account
          WHERE program_id = %(program)s) a ON a.number = n %% %(accounts)s,
        LATERAL (SELECT now() + make_interval(
            mins => (%(days)s * 1440 * ((n / %(accounts)s)::float8 / (%(touches)s / %(accounts)s)
                - 0.5))::int + n %% 1440) AS at) when_,
        LATERAL (SELECT CASE WHEN at < now() THEN 'done' ELSE 'planned' END AS state) state_"""
# None holds its slot, because the index for that only serves writers and takes minutes to fill.
_REACHED = """
    INSERT INTO calendar_touchperson (program_id, touch_id, stakeholder_id, holder, thread, slot,
        holds)
    SELECT t.program_id, t.id, p.ids[1 + t.thread / %(accounts)s %% cardinality(p.ids)], t.who_id, t.thread,
        calendar_slot(t), false
    FROM calendar_touch t JOIN (
        SELECT account_id, array_agg(id) AS ids FROM accounts_stakeholder
        WHERE program_id = %(program)s GROUP BY account_id) p USING (account_id)
    WHERE t.program_id = %(program)s"""


def measure(report: Report) -> None:
    started = time.perf_counter()
    program, reps = _calendar()
    report.note(f"{TOUCHES:,} touches on the calendar in {time.perf_counter() - started:.0f} s")
    wishes = _wishes(program, reps)
    report.note(f"plan of what is read for one touch:\n{_plan(program, wishes[0][1])}")
    found = [check_touch(program=program, account=a, touch=w) for a, w in wishes]
    report.note(
        f"{CHECKS} checks: {sum(bool(conflicts) for conflicts, _free in found)} collide;"
        f" {sum(len(_read(program, w)) for _a, w in wishes) / CHECKS:.0f} touches read for each"
    )
    free = [pair for pair, (conflicts, _free) in zip(wishes, found, strict=True) if not conflicts]
    bare, checked = _side_by_side(
        lambda _account, wish: _bare(program, wish),
        lambda account, wish: check_touch(program=program, account=account, touch=wish),
        free,
    )
    report.note(f"check {1e3 * checked:.2f} ms, its two statements alone {1e3 * bare:.2f} ms")
    report.at_most(f"check of one touch among {TOUCHES:,}, bare SQL", checked / bare, 2.0)
    rival = [(account, _rival(wish)) for account, wish in wishes[:50]]
    took = _time(lambda a, w: check_touch(program=program, account=a, touch=w), rival)
    report.note(f"with conflicts and the free places around them: {1e3 * took:.2f} ms")


def _calendar() -> tuple[Program, list[User]]:
    program = Program.objects.create(slug="bench-calendar", name="Calendar")
    reps = User.objects.bulk_create(
        User(email=f"calendar{n}@bench.example", name=f"Rep {n}") for n in range(REPS)
    )
    given: dict[str, Any] = {
        "program": program.pk,
        "reps": id_array(rep.pk for rep in reps),
        "number": REPS,
        "accounts": ACCOUNTS,
        "people_each": PEOPLE_EACH,
        "touches": TOUCHES,
        "days": DAYS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS, given)
        cursor.execute(_PEOPLE, given)
        cursor.execute(_TOUCHES, given)
        # The trigger would copy row by row what the statement copies at once.
        cursor.execute("ALTER TABLE calendar_touchperson DISABLE TRIGGER fill_person")
        cursor.execute(_REACHED, given)
        cursor.execute("ALTER TABLE calendar_touchperson ENABLE TRIGGER fill_person")
        cursor.execute(
            "VACUUM ANALYZE calendar_touch, calendar_touchperson, accounts_stakeholder,"
            " accounts_account"
        )
    return program, reps


def _wishes(program: Program, reps: list[User]) -> list[tuple[Account, Slot]]:
    """Future calls to two people each by the account's rep, at ten in the morning in Chicago."""
    dice = random.Random(5)
    accounts = Account.objects.in_program(program).order_by("pk")
    wishes = []
    chosen = accounts.prefetch_related("stakeholders")[: CHECKS * 7 : 7]
    for number, account in zip(count(0, 7), chosen, strict=False):
        people = [person.pk for person in account.stakeholders.all()]
        day = datetime.now(UTC).replace(hour=16, minute=0, second=0, microsecond=0)
        starts = day + timedelta(days=dice.randrange(1, 300))
        wishes.append(
            (
                account,
                Slot(
                    account=account.pk,
                    people=frozenset(dice.sample(people, 2)),
                    who=reps[number % REPS].pk,
                    side="sales",
                    channel="call",
                    starts=starts,
                    ends=starts + timedelta(minutes=15),
                ),
            )
        )
    return wishes


def _rival(wish: Slot) -> Slot:
    """A touch by somebody else to the same people, earlier on that day, so that it collides."""
    return Slot(
        account=wish.account,
        people=wish.people,
        who=0,
        side="marketing",
        channel="email",
        starts=wish.starts.replace(hour=3),
        ends=wish.ends.replace(hour=3),
    )


def _given(program: Program, wish: Slot) -> dict[str, Any]:
    return conflict_context.given_of(program, [wish], policy_of(program))


def _read(program: Program, wish: Slot) -> list[tuple[Any, ...]]:
    return fetch(conflict_context.TOUCHES, _given(program, wish))


def _bare(program: Program, wish: Slot) -> None:
    given = _given(program, wish)
    fetch(conflict_context.TOUCHES, given)
    fetch(conflict_context.PEOPLE, given)


def _side_by_side(
    bare: Callable[[Account, Slot], Any],
    checked: Callable[[Account, Slot], Any],
    wishes: list[tuple[Account, Slot]],
) -> tuple[float, float]:
    """Seconds per touch, measured alternately so that other load on the machine affects both."""
    rounds = [(_time(bare, wishes), _time(checked, wishes)) for _ in range(ROUNDS)]
    return min(r[0] for r in rounds), min(r[1] for r in rounds)


def _time(work: Callable[[Account, Slot], Any], wishes: list[tuple[Account, Slot]]) -> float:
    took = []
    for account, wish in wishes:
        start = time.perf_counter()
        work(account, wish)
        took.append(time.perf_counter() - start)
    return statistics.median(took)


def _plan(program: Program, wish: Slot) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) " + conflict_context.TOUCHES,
            _given(program, wish),
        )
        return "\n".join(row[0] for row in cursor.fetchall())
