"""A program with the default profile and model, one matching account and people at it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account, Lead, Signal, Stakeholder
from alignment.jobs import runner
from alignment.jobs.models import Job
from alignment.people.models import Membership, Program, Role, User
from alignment.scoring.actions.accounts import judge_accounts
from alignment.scoring.actions.leads import open_leads
from alignment.scoring.actions.setup import install_defaults
from alignment.scoring.ingest import EngagementIn, Ingested, ingest
from alignment.scoring.models import LeadScore


@dataclass
class Bench:
    """Shortcuts that create and change things in one program."""

    program: Program
    owner: User
    signals: dict[str, int] = field(default_factory=dict)
    sent: int = 0

    def account(self, **facts: Any) -> Account:
        matching = {
            "employees_low": 300,
            "employees_high": 300,
            "revenue_low": 50_000_000,
            "revenue_high": 50_000_000,
            "naics": "513210",
            "state": "CA",
        }
        name = f"Account {Account.objects.in_program(self.program).count()}"
        values = {"name": name, "name_key": name.lower(), **matching, **facts}
        account: Account = Account.objects.create(program=self.program, **values)
        judge_accounts(program_id=self.program.pk, account_ids=[account.pk])
        return account

    def lead(self, account: Account | None = None) -> Lead:
        person = Stakeholder.objects.create(
            program=self.program, account=account, first_name="Jo", last_name="Doe"
        )
        opened = open_leads(
            program=self.program, stakeholder_ids=[person.pk], by=self.owner, source="test"
        )
        return Lead.objects.in_program(self.program).get(pk=opened[person.pk])

    def event(
        self,
        lead: Lead,
        code: str,
        *,
        at: datetime | None = None,
        days_ago: float = 0,
        external_id: str = "",
        value: bool = True,
    ) -> EngagementIn:
        self.sent += 1
        when = at or timezone.now() - timedelta(days=days_ago)
        return EngagementIn(
            lead.stakeholder_id,
            self.signals[code],
            when,
            "web",
            external_id or f"e{self.sent}",
            value,
        )

    def send(self, lead: Lead, *codes: str, **how: Any) -> list[Ingested]:
        events = [self.event(lead, code, **how) for code in codes]
        return ingest(program=self.program, events=events)

    def score(self, lead: Lead) -> LeadScore:
        return LeadScore.objects.in_program(self.program).get(lead=lead)

    def stage(self, lead: Lead) -> str:
        return Lead.objects.in_program(self.program).get(pk=lead.pk).stage

    def run_jobs(self) -> Job | None:
        job = None
        for job in Job.objects.in_program(self.program).filter(state="queued").order_by("id"):
            runner.run(job.pk)
            job.refresh_from_db()
            assert job.state == Job.State.DONE, job.problem
        return job


def make_bench(slug: str) -> Bench:
    owner = User.objects.create_user(f"{slug}@entente.example", name=slug)
    program = Program.objects.create(slug=slug, name=slug)
    Membership.objects.create(program=program, user=owner, role=Role.OWNER)
    install_defaults(program=program, by=owner)
    signals = Signal.objects.in_program(program).values_list("code", "id")
    bench = Bench(program, owner, dict(signals))
    bench.run_jobs()
    return bench


@pytest.fixture
def bench(db: None) -> Bench:
    return make_bench("bench")
