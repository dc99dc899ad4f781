"""A trial of a model predicts exactly what an activation does, and changes no lead."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.models import JournalEvent
from alignment.agreements.actions import drafts
from alignment.agreements.actions.drafts import save_draft
from alignment.agreements.models import Kind, Version
from alignment.jobs import actions as jobs
from alignment.jobs import runner
from alignment.jobs.models import Job
from alignment.people.models import Membership, Program, Role, User
from alignment.scoring import steps
from alignment.scoring.actions.whatif import start_what_if
from alignment.scoring.models import LeadScore, Move, WhatIf
from alignment.scoring.queries import ruling, ruling_of_content
from alignment.scoring.tally import Tally
from alignment.scoring.whatif import Chunk, Trial, _parameters, scored
from tests.bench.data import make_rows
from tests.signing import bring_in_force

Content = dict[str, Any]
LEADS = 50_000
EVENTS = 150_000


def other_points(content: Content) -> None:
    """More points for common behaviour, and thresholds that some leads fall below."""
    content |= {"mql_at": 22, "sql_at": 30, "mql_min_engagement": 4}
    content["rules"].append(
        {"key": "visits", "signal": "website_visit", "dimension": "engagement", "points": 2}
        | {"cap": 8}
    )
    next(r for r in content["rules"] if r["key"] == "icp")["points"] = 15


def windows_and_decay(content: Content) -> None:
    content |= {"mql_at": 26, "sql_at": 32, "engagement_cap": 60}
    content["rules"] = [rule for rule in content["rules"] if rule["key"] != "visits"]
    content["rules"] += [
        {"key": "fresh", "signal": "website_visit", "dimension": "engagement", "points": 3}
        | {"cap": 12, "window_days": 45},
        {"key": "mails", "signal": "email_opened", "dimension": "engagement", "points": 9}
        | {"cap": 20, "decay": "half_life", "decay_days": 20},
        {"key": "clicks", "signal": "email_clicked", "dimension": "engagement", "points": 6}
        | {"cap": 18, "decay": "linear", "decay_days": 60, "min_count": 2},
        {"key": "tired", "signal": "email_clicked", "dimension": "engagement", "points": -2}
        | {"cap": 6, "window_days": 10},
    ]


def drafted(program: Program, by: User, change: Callable[[Content], None]) -> Version:
    draft = drafts.start_draft(program=program, kind=Kind.SCORING, by=by)
    content = draft.content
    change(content)
    return save_draft(version=draft, content=content, note="", by=by)


def run_job(job: Job) -> Job:
    runner.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.problem
    return job


def tried(version: Version, by: User) -> WhatIf:
    what_if = start_what_if(version=version, by=by)
    run_job(what_if.job)
    what_if.refresh_from_db()
    return what_if


def checksum(select: str, parameters: dict[str, Any]) -> tuple[int, int]:
    """A checksum of (lead, fit, engagement, level) that does not depend on their order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(hashtextextended(lead_id || ':' || fit || ':' || engagement"
            f" || ':' || level, 0)) FROM ({select}) x",
            parameters,
        )
        found: tuple[int, int] = cursor.fetchone()
        return found


def predicted(program: Program, content: Content) -> tuple[int, int]:
    now = ruling(program)
    trial = Trial(0, program.pk, ruling_of_content(program.pk, content), now)
    select = f"SELECT lead_id, fit, engagement, now AS level FROM ({scored(trial)}) s"
    return checksum(select, _parameters(trial, Chunk(0, steps.END)))


STORED = "SELECT lead_id, fit, engagement, level FROM scoring_leadscore WHERE program_id = %(p)s"


def crowd(leads: int = LEADS, events: int = EVENTS) -> tuple[Program, User]:
    """A scored program of many leads, some validated, held, or at a stage that no model changes."""
    user = User.objects.create_user("crowd@entente.example", name="Crowd")
    program = Program.objects.create(slug="crowd", name="Crowd")
    Membership.objects.create(program=program, user=user, role=Role.OWNER)
    make_rows(program=program, by=user, leads=leads, events=events)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE scoring_leadscore SET validated = (lead_id %% 7 = 0)::int,"
            " held = (lead_id %% 11 = 0)::int, icp = (lead_id %% 3 = 0)::int WHERE program_id = %s",
            [program.pk],
        )
        cursor.execute(
            "UPDATE accounts_lead SET stage = 'disqualified', closed_at = now(), reason_code = 'x'"
            " WHERE program_id = %s AND id %% 13 = 0",
            [program.pk],
        )
        cursor.execute("ANALYZE")
    run_job(jobs.start(program=program, kind=Job.Kind.REBUILD, by=user))
    return program, user


@pytest.mark.django_db
def test_fifty_thousand_leads_do_exactly_what_was_foreseen() -> None:
    program, user = crowd()
    for change in (other_points, windows_and_decay):
        Job.objects.in_program(program).filter(state="queued").update(state="done")
        version = drafted(program, user, change)
        levels = dict(LeadScore.objects.in_program(program).values_list("lead_id", "level"))
        what_if = tried(version, user)
        tally = Tally(what_if.result)
        expected = predicted(program, version.content)
        moved = {
            kind: set(what_if.moves.filter(kind=kind).values_list("lead_id", flat=True))
            for kind in Move.Kind
        }
        assert tally.leads == LEADS
        assert len(moved[Move.Kind.MQL]) > 100

        bring_in_force(version)
        job = run_job(Job.objects.in_program(program).filter(state="queued").latest("id"))

        assert checksum(STORED, {"p": program.pk}) == expected
        after = LeadScore.objects.in_program(program).values_list("lead_id", "level")
        assert tally.counts["levels"] == Counter(f"{levels[pk]},{now}" for pk, now in after)
        for kind in (Move.Kind.MQL, Move.Kind.SQL, Move.Kind.ENGAGED):
            rows = JournalEvent.objects.in_program(program)
            rows = rows.filter(kind=f"became_{kind}", cause__job=job.pk)
            assert set(rows.values_list("lead_id", flat=True)) == moved[kind]
            assert tally.moves(kind) == len(moved[kind])
        assert job.result["moved"] == sum(
            len(moved[k]) for k in (Move.Kind.MQL, Move.Kind.SQL, Move.Kind.ENGAGED)
        )
        assert job.result["changed"] >= tally.changed
    # Leads cross the threshold both ways; otherwise half of this would be untested.
    assert tally.moves(Move.Kind.BELOW) > 100
