"""A second program whose rows all have the same id and contain the same word.

One row of each model in the stranger's program has the primary key FOREIGN, so that whatever a
route calls its parameter, FOREIGN refers to one of her rows. Her texts contain MARK; a response to
anybody else that contains it is a leak.
"""

import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from accounts.models import (
    Account,
    AccountChange,
    Consent,
    EmailAddress,
    Engagement,
    JournalEvent,
    Lead,
    Phone,
    Signal,
    Stakeholder,
    ValidationCall,
)
from alignment.agreements.actions.drafts import start_draft
from alignment.agreements.models import Comment, Kind, Signature, State, Version
from alignment.core.models import AuditEntry
from alignment.icp.defaults import DEFAULT_ICP
from alignment.icp.models import Proposal, Topic, Verdict, Workshop
from alignment.icp.workshop.actions import open_workshop
from alignment.imports.models import Import, ImportProblem
from alignment.jobs.models import Job
from alignment.people.models import ApiKey, Invitation, Membership, ProgramOwned, Team, User
from alignment.people.tokens import hash_secret
from alignment.scoring.defaults import DEFAULT_MODEL
from alignment.scoring.models import Backtest, BacktestOutcome, LeadScore, Move, WhatIf
from campaigns.models import TrackMember
from campaigns.policy.defaults import DEFAULT_POLICY

from . import cast as play
from .cast import Cast
from .isolation_deals import hers_deals
from .isolation_field import hers_field
from .isolation_insights import hers_insights
from .isolation_intent import hers_intent
from .isolation_metrics import hers_metrics
from .isolation_plan import hers_plan
from .isolation_results import hers_results
from .isolation_roi import hers_roi
from .isolation_selection import hers_selection, our_session
from .isolation_sla import hers_promises
from .isolation_workspace import hers_workspace

FOREIGN = 777_001
OURS = 777_101
MARK = "zanzibar"
FOREIGN_KEY = "foreign-criterion"
SECRET = f"ent_zanzibar-{FOREIGN}"


def program_models() -> list[type[ProgramOwned]]:
    return [model for model in apps.get_models() if issubclass(model, ProgramOwned)]


def furnish(cast: Cast) -> None:
    """Create rows of every model in the stranger's program, and a few in the cast's own program."""
    _hers(cast, FOREIGN)
    _ours(cast)


def furnish_alike(cast: Cast) -> None:
    """Create the same rows in both programs: hers have the number FOREIGN, the cast's OURS."""
    _hers(cast, FOREIGN)
    _hers(replace(cast, other_program=cast.program, stranger=cast.owner), OURS)
    # Unlike hers, they wait for somebody to write about them.
    Lead.objects.in_program(cast.program).update(stage="sql")
    TrackMember.objects.in_program(cast.program).update(left_at=None, left_because="")
    our_session(cast, OURS + 1)


def _hers(cast: Cast, number: int) -> None:
    _hers_people(cast, number)
    _hers_facts(cast, number)
    _hers_work(cast, number)
    hers_promises(cast, number)
    hers_field(cast, number)
    hers_intent(cast, number)
    hers_plan(cast, number)
    hers_results(cast, number)
    hers_deals(cast, number)
    hers_metrics(cast, number)
    hers_insights(cast, number)
    hers_roi(cast, number)
    hers_selection(cast, number)
    hers_workspace(cast, number)


def _hers_people(cast: Cast, number: int) -> None:
    hers, stella = cast.other_program, cast.stranger
    person = User.objects.create(
        pk=number, email=f"zed{number}@zanzibar.example", name="Zed Zanzibar"
    )
    team = Team.objects.create(pk=number, program=hers, side="sales", name="Zanzibar sales")
    Membership.objects.create(pk=number, program=hers, user=person, role="member", team=team)
    Invitation.objects.create(
        pk=number,
        program=hers,
        email="invited@zanzibar.example",
        role="member",
        team=team,
        secret_hash=hash_secret(f"zanzibar-invitation-{number}"),
        invited_by=stella,
        expires_at=timezone.now() + timedelta(days=7),
    )
    ApiKey.objects.create(
        pk=number,
        program=hers,
        name="Zanzibar key",
        prefix="zanzibar",
        secret_hash=hash_secret(f"ent_zanzibar-{number}"),
        scopes=["read", "webhooks:manage"],
        owner=stella,
        last_used_at=timezone.now(),
    )
    UserSession.objects.create(
        pk=number,
        user=stella,
        ip="192.0.2.1",
        user_agent="Zanzibar browser",
        session_key=str(number) * 5,
    )
    Authenticator.objects.create(pk=number, user=person, type="webauthn", data={"name": "Zanzibar"})
    AuditEntry.objects.create(
        pk=number, program_id=hers.pk, actor="Zanzibar", action="zanzibar.do", target="zanzibar"
    )


def _hers_facts(cast: Cast, number: int) -> None:
    hers, now = cast.other_program, timezone.now()
    row: dict[str, Any] = {"pk": number, "program": hers}
    account = Account.objects.create(
        **row,
        name="Zanzibar Mills",
        name_key="zanzibar mills",
        domain="zanzibar.example",
        state="TX",
    )
    AccountChange.objects.create(**row, account=account)
    person = Stakeholder.objects.create(
        **row, account=account, first_name="Zoe", last_name="Zanzibar", title="Zanzibar chief"
    )
    EmailAddress.objects.create(
        **row, stakeholder=person, address="zoe@zanzibar.example", is_primary=True
    )
    Phone.objects.create(**row, stakeholder=person, number="+1 zanzibar")
    Consent.objects.create(
        **row, stakeholder=person, channel="email", granted=True, source="Zanzibar", given_at=now
    )
    lead = Lead.objects.create(
        **row,
        stakeholder=person,
        account=account,
        owner=cast.stranger,
        stage="mql",
        stage_since=now,
        opened_at=now,
        source="zanzibar",
    )
    LeadScore.objects.create(lead=lead, program=hers, total=77, level=1)
    ValidationCall.objects.create(
        **row, lead=lead, called_at=now, by=cast.stranger, outcome="validated", note="Zanzibar"
    )
    signal = Signal.objects.create(**row, code="zanzibar", name="Zanzibar signal", slot=31)
    Engagement.objects.create(
        **row,
        stakeholder=person,
        lead=lead,
        signal=signal,
        occurred_at=now,
        source="zanzibar",
        external_id="zanzibar-1",
        properties={"page": "zanzibar"},
    )
    JournalEvent.objects.create(
        **row,
        kind="note",
        at=now,
        account=account,
        stakeholder=person,
        lead=lead,
        actor=cast.stranger,
        detail={"text": "Zanzibar note"},
    )


def _hers_work(cast: Cast, number: int) -> None:
    hers, now = cast.other_program, timezone.now()
    row: dict[str, Any] = {"pk": number, "program": hers}
    content = copy.deepcopy(DEFAULT_ICP)
    content["criteria"][0] |= {"reason": "Zanzibar reason", "key": FOREIGN_KEY}
    words: dict[str, Any] = {
        "number": number,
        "state": State.RETIRED,
        "in_force_at": now,
        "retired_at": now,
        "note": "Zanzibar note",
        "digest": "2" * 64,
    }
    version = Version.objects.create(**row, **words, kind=Kind.ICP, content=content)
    model = copy.deepcopy(DEFAULT_MODEL)
    model["rules"][0]["reason"] = "Zanzibar reason"
    Version.objects.create(program=hers, **words, kind=Kind.SCORING, content=model)
    Version.objects.create(program=hers, **words, kind=Kind.POLICY, content=DEFAULT_POLICY)
    signed = {"version": version, "user": cast.stranger, "name": "Stella Zanzibar"}
    Signature.objects.create(**row, **signed, digest="2" * 64, side="sales")
    words_on = {"version": version, "author": cast.stranger, "text": "Zanzibar remark"}
    Comment.objects.create(**row, **words_on, clause="employees")
    Verdict.objects.create(
        account_id=number,
        program=hers,
        version=version,
        answer="yes",
        grade=99,
        yes_mask=1,
        unknown_mask=0,
        judged_at=now,
    )
    _her_what_if(cast, row)
    workshop = Workshop.objects.create(**row, title="Zanzibar workshop", opened_by=cast.stranger)
    wish = content["criteria"][0]
    topic = Topic.objects.create(
        **row, workshop=workshop, position=0, key=FOREIGN_KEY, kind="employees", before=wish
    )
    Proposal.objects.create(**row, topic=topic, side="sales", criterion=wish, author=cast.stranger)
    job = Job.objects.create(
        **row, kind="import", state="failed", problem="Zanzibar problem", created_by=cast.stranger
    )
    brought = Import.objects.create(
        **row,
        target="accounts",
        file="imports/zanzibar.csv",
        file_name="zanzibar.csv",
        size=1,
        sha256="0" * 64,
        job=job,
        source="zanzibar",
        mapping={"columns": []},
        options={
            "headers": ["Zanzibar"],
            "kind": "csv",
            "encoding": "utf-8",
            "separator": ",",
            "sheet": "",
            "sheets": [],
            "rows": 1,
        },
        created_by=cast.stranger,
    )
    _hers_backtest(cast, row, model)
    ImportProblem.objects.create(
        **row, source_import=brought, job=job, row=1, cells=["Zanzibar"], errors=[]
    )


def _her_what_if(cast: Cast, row: dict[str, Any]) -> None:
    hers = cast.other_program
    scoring = Version.objects.in_program(hers).get(kind=Kind.SCORING, number=row["pk"])
    job = Job.objects.create(program=hers, kind="what_if", state="done", created_by=cast.stranger)
    what_if = WhatIf.objects.create(
        **row,
        version=scoring,
        content=scoring.content,
        digest="0" * 64,
        job=job,
        result={"moves": {"mql": 1}},
        finished_at=timezone.now(),
    )
    Move.objects.create(
        **row,
        what_if=what_if,
        kind="mql",
        lead_id=row["pk"],
        stage="engaged",
        had_fit=0,
        had_engagement=0,
        fit=40,
        engagement=0,
    )


def _hers_backtest(cast: Cast, row: dict[str, Any], model: dict[str, Any]) -> None:
    tested = Backtest.objects.create(
        **row,
        number=row["pk"],
        digest="0" * 64,
        content=model,
        source="file",
        file_name="zanzibar.csv",
        days=30,
        left_out_rows=[{"row": 2, "code": "unknown", "value": "zanzibar"}],
        candidates=model["rules"],
        result={"outcomes": 1, "won": 1, "lost": 0, "undated": 0, "missing": {"outcomes": 29}},
        created_by=cast.stranger,
    )
    BacktestOutcome.objects.create(**row, backtest=tested, lead_id=row["pk"], won=True)


def _ours(cast: Cast) -> None:
    company = play.account(cast.program, "Ours Incorporated", state="NY")
    person = play.stakeholder(cast.program, company, first_name="Una", last_name="Ours")
    play.lead(cast.program, person, owner=cast.rep)
    play.engage(person, "pricing_page_view")
    open_workshop(program=cast.program, title="Ours", planned_minutes=60, by=cast.owner)
    for kind in (Kind.ICP, Kind.SCORING):
        start_draft(program=cast.program, kind=kind, by=cast.owner)


def uncovered() -> list[str]:
    """Models without a row FOREIGN of the stranger: the walk would prove nothing about them."""
    return [
        model.__name__
        for model in program_models()
        if not model.objects.across_programs().filter(pk=FOREIGN).exists()
    ]


def fingerprint(program_id: int) -> dict[str, str]:
    """A hash over all rows of the program, by table."""
    prints = {}
    with connection.cursor() as cursor:
        for model in program_models():
            table = model._meta.db_table
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(md5(t::text), '' ORDER BY t::text), ''))"
                f" FROM {table} t WHERE program_id = %s",
                [program_id],
            )
            prints[table] = cursor.fetchone()[0]
    return prints


def strays(program_id: int) -> list[str]:
    """Rows of the program that refer to a row of another program, or to a user who is no member."""
    found = []
    for model in program_models():
        rows = model.objects.in_program(program_id)
        for key in (f for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey)):
            target = key.related_model
            if target is User:
                lost = rows.filter(**{f"{key.name}__isnull": False}).exclude(
                    **{f"{key.name}__memberships__program": program_id}
                )
            elif isinstance(target, type) and issubclass(target, ProgramOwned):
                lost = rows.filter(**{f"{key.name}__isnull": False}).exclude(
                    **{f"{key.name}__program": program_id}
                )
            else:
                continue
            if lost.exists():
                found.append(f"{model.__name__}.{key.name}")
    return found
