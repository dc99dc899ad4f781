"""The people and facts of the tests: one program with its cast, and a stranger with her own.

`cast` names the people; the functions below create facts through the real actions.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client
from django.utils import timezone

from accounts.actions.accounts import upsert_accounts
from accounts.actions.stakeholders import upsert_stakeholders
from accounts.models import Account, Engagement, Lead, Signal, Stakeholder
from alignment.people.actions.keys import create_key
from alignment.people.models import Membership, Program, Role, Side, Team, User
from alignment.people.permissions import Scope
from alignment.scoring.actions.accounts import judge_waiting
from alignment.scoring.actions.leads import open_leads
from alignment.scoring.actions.setup import install_defaults
from alignment.scoring.ingest import EngagementIn, ingest
from alignment.sla.actions import setup as sla
from alignment.sla.models import Seat
from campaigns.opportunities.actions import setup as opportunities
from campaigns.opportunities.models import Outcome, PipelineStage
from campaigns.policy.actions import setup as policy

PASSWORD = "correct horse battery staple"
ROLES = ("owner", "marketing_manager", "marketer", "sales_manager", "rep", "observer")
_numbers = count(1)

PARIS = ZoneInfo("Europe/Paris")


@dataclass
class Cast:
    """Everybody in `program`, and the stranger, who owns another program only."""

    program: Program
    marketing: Team
    sales: Team
    owner: User
    marketing_manager: User
    marketer: User
    sales_manager: User
    rep: User
    observer: User
    stranger: User
    other_program: Program
    other_marketing: Team
    other_sales: Team
    _clients: dict[int, Client] = field(default_factory=dict, init=False)

    def client(self, who: str | User) -> Client:
        """A browser in which `who` (a name in the cast or a user) is signed in."""
        user: User = getattr(self, who) if isinstance(who, str) else who
        if user.pk not in self._clients:
            self._clients[user.pk] = sign_in(user)
        return self._clients[user.pk]

    def membership(self, who: str) -> Membership:
        return Membership.objects.across_programs().get(user=getattr(self, who))

    def people(self) -> dict[str, User]:
        return {name: getattr(self, name) for name in ROLES}


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def user(email: str = "", *, name: str = "", password: str | None = None, **fields: Any) -> User:
    """A person; without `password` they cannot sign in (hashing a password takes a while)."""
    email = email or f"person{next(_numbers)}@example.com"
    return User.objects.create_user(
        email, password, name=name or email.partition("@")[0].title(), **fields
    )


def program(slug: str = "", *, name: str = "", defaults: bool = False) -> Program:
    """A program without people; `defaults` installs signals and the four agreements."""
    slug = slug or f"program-{next(_numbers)}"
    made = Program.objects.create(slug=slug, name=name or slug.replace("-", " ").capitalize())
    if defaults:
        install_defaults(program=made, by=None)
        sla.install_defaults(program=made, by=None)
        policy.install_defaults(program=made, by=None)
        opportunities.install_defaults(program=made)
    return made


def team(program: Program, side: Side, name: str = "") -> Team:
    return Team.objects.create(program=program, side=side, name=name or f"Team {next(_numbers)}")


def member(program: Program, person: User, role: Role, team: Team | None = None) -> Membership:
    return Membership.objects.create(program=program, user=person, role=role, team=team)


def today() -> date:
    """Today in Paris, where all users are; the suite's own time zone differs."""
    return timezone.localdate(timezone=PARIS)


def account(program: Program, name: str = "", **facts: Any) -> Account:
    """A company, judged against the ICP in force if there is one."""
    number = next(_numbers)
    facts = {"name": name or f"Company {number}", "domain": f"company{number}.example"} | facts
    (row,) = upsert_accounts(program=program, rows=[facts], by=None, source="test")  # type: ignore[list-item]
    assert row.id, row.errors
    judge_waiting(program_id=program.pk)
    return Account.objects.in_program(program).get(pk=row.id)


def stakeholder(
    program: Program, account: Account | None = None, email: str = "", **facts: Any
) -> Stakeholder:
    """A person at a company, with one e-mail address unless `emails` is given."""
    number = next(_numbers)
    facts = {
        "first_name": "Pat",
        "last_name": f"Person{number}",
        "emails": [email or f"pat{number}@company.example"],
    } | facts
    if account is not None:
        facts["account_id"] = account.pk
    (row,) = upsert_stakeholders(program=program, rows=[facts], by=None, source="test")  # type: ignore[list-item]
    assert row.id, row.errors
    return Stakeholder.objects.in_program(program).get(pk=row.id)


def lead(
    program: Program, stakeholder: Stakeholder | None = None, *, owner: User | None = None
) -> Lead:
    """An open lead with its score; creates the person and the company if none is given."""
    person = stakeholder or globals()["stakeholder"](program, account(program))
    opened = open_leads(program=program, stakeholder_ids=[person.pk], by=None, source="test")
    lead_id = opened[person.pk]
    rows = Lead.objects.in_program(program)
    if owner is not None:
        rows.filter(pk=lead_id).update(owner=owner)
    return rows.get(pk=lead_id)


def signal(program: Program, code: str) -> Signal:
    return Signal.objects.in_program(program).get(code=code)


def engage(
    person: Stakeholder,
    code: str,
    *,
    at: datetime | None = None,
    external_id: str = "",
    value: bool = True,
) -> Engagement:
    """One engagement through the real ingest, which updates scores and stages."""
    event = EngagementIn(
        stakeholder_id=person.pk,
        signal_id=signal(person.program, code).pk,
        occurred_at=at or timezone.now(),
        source="test",
        external_id=external_id or f"event-{next(_numbers)}",
        value=value,
    )
    (result,) = ingest(program=person.program, events=[event])
    return Engagement.objects.in_program(person.program).get(pk=result.engagement_id or 0)


def ending(program: Program, outcome: Outcome) -> PipelineStage:
    """The stage of the pipeline that means won, or lost."""
    return PipelineStage.objects.in_program(program).get(outcome=outcome)


def api_key(program: Program, owner: User, *scopes: Scope) -> str:
    """The secret of a new key, with all scopes unless some are named."""
    made = create_key(
        program=program,
        name="Test key",
        scopes=[str(scope) for scope in scopes or tuple(Scope)],
        owner=owner,
        expires_at=None,
        by=None,
    )
    return made.secret


def bearer(secret: str) -> dict[str, str]:
    """Headers for the Django test client: `client.get(url, headers=bearer(key))`."""
    return {"Authorization": f"Bearer {secret}"}


def nobody_takes_turns(cast: Cast) -> None:
    """Turn off automatic assignment: leads get an owner only when somebody claims them."""
    for member in Membership.objects.in_program(cast.program).filter(team__side=Side.SALES):
        Seat.objects.create(program=cast.program, membership=member, weight=0)


def make_cast() -> Cast:
    """The cast without the fixture (for benchmarks and browser journeys)."""
    ours = program("us-mid-market", name="US mid-market", defaults=True)
    hers = program("hidden-valley", name="Zanzibar Spices", defaults=True)
    marketing, sales = team(ours, Side.MARKETING, "Demand"), team(ours, Side.SALES, "East")
    people = {
        "owner": user("olivia.owner@example.com", name="Olivia Owner"),
        "marketing_manager": user("marc.manager@example.com", name="Marc Manager"),
        "marketer": user("maya.marketer@example.com", name="Maya Marketer"),
        "sales_manager": user("sarah.sales@example.com", name="Sarah Sales"),
        "rep": user("ravi.rep@example.com", name="Ravi Rep"),
        "observer": user("otto.observer@example.com", name="Otto Observer"),
        "stranger": user("stella@zanzibar.example", name="Stella Zanzibar"),
    }
    member(ours, people["owner"], Role.OWNER)
    member(ours, people["marketing_manager"], Role.MANAGER, marketing)
    member(ours, people["marketer"], Role.MEMBER, marketing)
    member(ours, people["sales_manager"], Role.MANAGER, sales)
    member(ours, people["rep"], Role.MEMBER, sales)
    member(ours, people["observer"], Role.OBSERVER)
    member(hers, people["stranger"], Role.OWNER)
    return Cast(
        program=ours,
        marketing=marketing,
        sales=sales,
        other_program=hers,
        other_marketing=team(hers, Side.MARKETING, "Zanzibar demand"),
        other_sales=team(hers, Side.SALES, "Zanzibar field"),
        **people,
    )
