"""Builds the demo program: deterministic, except that it ends today."""

import random
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from alignment.jobs.models import Job
from alignment.people.models import Program
from alignment.scoring.actions.accounts import judge_waiting
from alignment.scoring.actions.leads import open_leads
from alignment.scoring.actions.setup import install_defaults
from alignment.sla.actions import setup as sla
from campaigns.opportunities.actions import setup as opportunities
from campaigns.policy.actions import setup as policy

from . import (
    agreements,
    briefings,
    cast,
    closing,
    facts,
    field,
    handoffs,
    insights,
    numbers,
    plan,
    promises,
    story,
)

SLUG = "us-mid-market"
NAME = "US mid-market"

_FIRST_SEEN = """
    UPDATE accounts_lead SET opened_at = %(start)s, stage_since = LEAST(stage_since, %(start)s)
        WHERE program_id = %(program)s AND stage = 'new';
    UPDATE accounts_lead SET opened_at = %(start)s WHERE program_id = %(program)s;
    UPDATE accounts_journalevent SET at = %(start)s
        WHERE program_id = %(program)s AND kind IN ('lead_opened', 'account_created');
    UPDATE accounts_account SET created_at = %(start)s,
        updated_at = %(start)s + make_interval(hours => (id %% 4000)::int)
        WHERE program_id = %(program)s;
    UPDATE accounts_engagement SET received_at = occurred_at WHERE program_id = %(program)s;
    UPDATE agreements_version SET in_force_at = %(start)s, created_at = %(start)s
        WHERE program_id = %(program)s AND shipped"""


@transaction.atomic
def build(seed: int = 2026) -> Program:
    """The program with its cast, facts and six months of history, with verdicts and scores."""
    dice = random.Random(seed)
    program = Program.objects.create(slug=SLUG, name=NAME, time_zone="America/New_York")
    people = cast.seat(program)
    install_defaults(program=program, by=people["claire"])
    sla.install_defaults(program=program, by=people["claire"])
    policy.install_defaults(program=program, by=people["claire"])
    opportunities.install_defaults(program=program)
    accounts = facts.make_accounts(program, people, dice)
    while judge_waiting(program_id=program.pk):
        pass
    # Nothing is scored yet, so the jobs queued by the new model and profile have nothing to do.
    Job.objects.in_program(program).delete()
    stakeholders = facts.make_people(program, accounts, people["claire"], dice)
    open_leads(program=program, stakeholder_ids=stakeholders, by=people["claire"], source="demo")
    _take_stock()
    handoffs.set_up(program, people)
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight - timedelta(days=story.DAYS)
    told = story.Story(program, people, dice, start)
    story.tell(told, stakeholders)
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_SEEN, {"start": start, "program": program.pk})
    _take_stock()
    agreements.settle(program, people)
    handoffs.finish(program)
    handoffs.set_hours(program, people)
    promises.past(program, people, dice)
    handoffs.forget_notices(program)
    handoffs.fresh(told)
    field.look(program, people, dice)
    plan.plan(program, people, dice)
    insights.listen(program, people, dice)
    briefings.brief(program, people, dice)
    closing.help_close(program, people)
    numbers.keep(program)
    return program


def _take_stock() -> None:
    """Analyze the tables: the transaction has filled them, but the planner still sees them as
    empty.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
