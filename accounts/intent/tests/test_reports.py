"""Providers' reports: stored once each, checked per row, and not for unknown companies."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.intent.actions.reports import SurgeIn, VisitsIn, report_surges, report_visits
from accounts.intent.actions.standing import today_utc
from accounts.intent.models import AccountIntent, SiteVisits, Surge
from accounts.intent.queries.finding import Company
from accounts.intent.queries.panel import WEEKS_SHOWN, intent_of
from accounts.intent.rules import WEEK, monday_of
from accounts.models import AccountToScore
from alignment.core.models import AuditEntry
from tests import cast as play
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def surge(company: Company, **given: Any) -> SurgeIn:
    values: dict[str, Any] = {"source": "bombora", "topic": "Cloud", "strength": 80}
    return SurgeIn(company=company, **{**values, "week": today_utc(), **given})


def told(cast: Cast, *rows: SurgeIn, **how: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    results = report_surges(program=cast.program, rows=rows, by=cast.marketer, **how)
    return [(r.outcome, [(e.field, e.code) for e in r.errors]) for r in results]


def test_the_same_week_again_replaces_what_was_said(cast: Cast) -> None:
    account = play.account(cast.program, domain="acme.example")
    acme = Company(domain="acme.example")
    monday = monday_of(today_utc())
    assert told(cast, surge(acme, week=monday)) == [("created", [])]
    # Any day of the week stands for the week.
    assert told(cast, surge(acme, week=today_utc())) == [("unchanged", [])]
    assert told(cast, surge(acme, strength=60)) == [("updated", [])]
    row = Surge.objects.in_program(cast.program).get()
    assert (row.account, row.week, row.strength) == (account, monday, 60)
    assert AccountIntent.objects.in_program(cast.program).get().strength == 60
    assert AccountToScore.objects.in_program(cast.program).filter(account=account).exists()
    entries = AuditEntry.objects.filter(action="surges.report")
    assert entries.count() == 2  # unchanged accounts are not in the log


def test_of_rows_that_mean_the_same_the_last_one_counts(cast: Cast) -> None:
    play.account(cast.program, domain="acme.example")
    acme = Company(domain="acme.example")
    both = told(cast, surge(acme, strength=10), surge(acme, strength=90))
    assert both == [("created", []), ("updated", [])]
    assert Surge.objects.in_program(cast.program).get().strength == 90


def test_unknown_companies_are_told_and_kept_nowhere(cast: Cast) -> None:
    hers = play.account(cast.other_program, domain="hers.example")
    play.account(cast.program, "Twin", city="Boston", domain=None)
    play.account(cast.program, "Twin", city="Austin", domain=None)
    rows = [
        surge(Company(domain="nobody.example")),
        surge(Company(domain="hers.example")),
        surge(Company(account_id=hers.pk)),
        surge(Company(name="Twin")),
        surge(Company(name="Nobody Inc")),
    ]
    assert told(cast, *rows) == [
        ("rejected", [("domain", "unknown_account")]),
        ("rejected", [("domain", "unknown_account")]),
        ("rejected", [("account_id", "unknown_account")]),
        ("rejected", [("name", "several_accounts")]),
        ("rejected", [("name", "unknown_account")]),
    ]
    assert not Surge.objects.across_programs().exists()
    assert not AuditEntry.objects.filter(action="surges.report").exists()


def test_a_name_is_enough_where_one_account_bears_it(cast: Cast) -> None:
    account = play.account(cast.program, "Acme, Inc.")
    assert told(cast, surge(Company(name="ACME Inc"))) == [("created", [])]
    assert Surge.objects.in_program(cast.program).get().account == account


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"strength": 101}, ("strength", "out_of_range")),
        ({"strength": -1}, ("strength", "out_of_range")),
        ({"week": date(1999, 1, 4)}, ("week", "week_range")),
        ({"week": date(2999, 1, 4)}, ("week", "week_range")),
    ],
)
def test_what_cannot_be_is_rejected(cast: Cast, given: Any, error: tuple[str, str]) -> None:
    play.account(cast.program, domain="acme.example")
    acme = Company(domain="acme.example")
    assert told(cast, surge(acme, **given), surge(acme)) == [("rejected", [error]), ("created", [])]


def test_a_dry_run_says_it_and_writes_nothing(cast: Cast) -> None:
    play.account(cast.program, domain="acme.example")
    rows = [surge(Company(domain="acme.example")), surge(Company(domain="nobody.example"))]
    said = told(cast, *rows, dry_run=True)
    assert not Surge.objects.in_program(cast.program).exists()
    assert not AccountIntent.objects.in_program(cast.program).exists()
    assert said == told(cast, *rows)


def test_visits_of_a_week_count(cast: Cast) -> None:
    account = play.account(cast.program, domain="acme.example")
    acme = Company(domain="acme.example")
    rows = [VisitsIn(acme, today_utc(), 3, 5), VisitsIn(acme, today_utc() - WEEK, 3, 2)]
    first, second = report_visits(program=cast.program, rows=rows, by=None)
    assert (first.outcome, second.outcome) == ("created", "rejected")
    assert [error.field for error in second.errors] == ["pages"]
    assert SiteVisits.objects.in_program(cast.program).get().account == account
    assert AccountIntent.objects.in_program(cast.program).get().strength == 40


def test_the_panel_shows_topics_by_what_is_left(cast: Cast) -> None:
    account = play.account(cast.program, domain="acme.example")
    acme, old = Company(domain="acme.example"), today_utc() - 6 * WEEK
    report_surges(
        program=cast.program,
        rows=[
            surge(acme, topic="Old", week=old, strength=100),
            surge(acme, topic="New", strength=70),
            surge(acme, topic="New", strength=60, source="g2"),
        ],
        by=None,
    )
    report_visits(program=cast.program, rows=[VisitsIn(acme, today_utc(), 2, 9)], by=None)
    panel = intent_of(account, today_utc())
    assert [(line.topic, line.is_surging) for line in panel.topics] == [
        ("New", True),
        ("Old", False),
    ]
    assert panel.topics[0].sources == ("bombora", "g2")
    assert len(panel.topics[0].weeks) == WEEKS_SHOWN
    assert panel.topics[0].weeks[-1].height == 70
    assert panel.site
    assert (panel.site.left, panel.visits, panel.pages) == (38, 2, 9)
    assert panel.standing
    # The stronger one plus half of the other.
    assert panel.standing.strength == 70 + 19
    later = intent_of(account, today_utc() + timedelta(days=200))
    assert (later.topics, later.site) == ([], None)
