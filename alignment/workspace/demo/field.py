"""Findings of sales, and reports of intent providers and of the company's site, for the demo."""

from __future__ import annotations

import random
from datetime import timedelta

from django.utils import timezone

from accounts.field.actions.findings import record_finding
from accounts.field.actions.people import set_competitor, set_relationship
from accounts.field.rules import Checked
from accounts.intent.actions.reports import SurgeIn, VisitsIn, report_surges, report_visits
from accounts.intent.queries.finding import Company
from accounts.models import Account, Stakeholder
from alignment.icp.models import Answer
from alignment.people.models import Program, User
from alignment.scoring.account_score.actions import follow_engagements, score_waiting

MATURITY = Checked("maturity", "Technology maturity: 3 or more", *[("technology_maturity",)] * 3)
WEEKS = 6
TOPICS = ("Cloud cost control", "Vendor consolidation", "Data governance", "Supply chain planning")
RIVALS = ("Northbeam Suite", "Halden One", "Trackwise")


def look(program: Program, people: dict[str, User], dice: random.Random) -> None:
    """Findings, relationships and competitors of the reps; six weeks of surges and visits."""
    matching = list(
        Account.objects.in_program(program)
        .filter(verdict__answer=Answer.YES, owner__isnull=False)
        .select_related("owner")
        .order_by("pk")[:60]
    )
    _findings(matching, dice)
    _relationships(program, people, matching, dice)
    _rivals(matching, dice)
    _intent(program, people["lea"], matching, dice)
    while follow_engagements():
        pass
    while score_waiting(program_id=program.pk):
        pass


def _findings(accounts: list[Account], dice: random.Random) -> None:
    for account in accounts[:24]:
        if account.technology_maturity is None:
            record_finding(
                account=account,
                checked=MATURITY,
                outcome="filled",
                seen="They run their planning in a data warehouse, their CIO showed it on the call.",
                values={"technology_maturity": dice.randint(3, 5)},
                by=account.owner,
            )
        elif account.technology_maturity == 3:
            record_finding(
                account=account,
                checked=MATURITY,
                outcome="refuted",
                seen="Their plan lives in spreadsheets, the list took a pilot for the rule.",
                values=None,
                by=account.owner,
            )
        elif account.technology_maturity > 3:
            record_finding(
                account=account,
                checked=MATURITY,
                outcome="confirmed",
                seen="Their job offers ask for the stack that we integrate with.",
                values=None,
                by=account.owner,
            )


def _relationships(
    program: Program, people: dict[str, User], accounts: list[Account], dice: random.Random
) -> None:
    met = ("Met at Money20/20", "Former colleague", "Bought from us at their last company")
    knowing = [people["marcus"], people["ines"], people["dan"], people["sarah"]]
    rows = Stakeholder.objects.in_program(program).filter(account__in=accounts).order_by("pk")
    for person in rows[:120:4]:
        set_relationship(
            stakeholder=person,
            user=dice.choice(knowing),
            strength=dice.randint(1, 4),
            since=timezone.localdate() - timedelta(days=dice.randint(90, 2_000)),
            note=dice.choice(met),
            by=people["sarah"],
        )


def _rivals(accounts: list[Account], dice: random.Random) -> None:
    for account in accounts[::4]:
        set_competitor(
            account=account,
            name=dice.choice(RIVALS),
            contract_ends=timezone.localdate() + timedelta(days=dice.randint(30, 500)),
            strength=dice.randint(2, 5),
            source="Told on a call",
            note="",
            by=account.owner,
        )


def _intent(program: Program, by: User, accounts: list[Account], dice: random.Random) -> None:
    today = timezone.now().date()
    surges, visits = [], []
    for account in accounts[::2]:
        topic, base = dice.choice(TOPICS), dice.randint(15, 55)
        for weeks_ago in range(WEEKS):
            week = today - timedelta(weeks=weeks_ago)
            strength = min(100, base + (35 if weeks_ago == 0 and dice.random() < 0.4 else 0))
            surges.append(SurgeIn(Company(account.pk), "Bombora", topic, week, strength))
            seen = dice.randint(1, 14)
            visits.append(VisitsIn(Company(account.pk), week, seen, seen * dice.randint(1, 4)))
    report_surges(program=program, rows=surges, by=by)
    report_visits(program=program, rows=visits, by=by)
