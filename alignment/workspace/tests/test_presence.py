"""Which panels of an account have data: an empty panel is not queried."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.field.models import Competitor, CriterionFinding, Relationship
from accounts.intent.models import SiteVisits, Surge
from accounts.models import Account
from alignment.people.models import Side
from alignment.workspace.accounts.presence import presence_of
from campaigns.calendar.models import Touch
from campaigns.insights.tests import scenes as insights
from campaigns.roi.tests import scenes as roi
from campaigns.selection.actions.sessions import nominate
from campaigns.selection.models import Target
from tests import cast as play
from tests.cast import Cast

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 16)


def finding(cast: Cast, account: Account) -> None:
    CriterionFinding.objects.create(
        program=account.program,
        account=account,
        criterion="employees",
        outcome="refuted",
        seen="They are three.",
        at=timezone.now(),
    )


def competitor(cast: Cast, account: Account) -> None:
    Competitor.objects.create(program=account.program, account=account, name="Acme", strength=2)


def relationship(cast: Cast, account: Account) -> None:
    person = play.stakeholder(account.program, account)
    Relationship.objects.create(
        program=account.program, user=cast.rep, stakeholder=person, strength=3
    )


def surge(cast: Cast, account: Account) -> None:
    Surge.objects.create(
        program=account.program,
        account=account,
        source="bombora",
        topic="Routing",
        week=MONDAY,
        strength=70,
    )


def visits(cast: Cast, account: Account) -> None:
    SiteVisits.objects.create(
        program=account.program, account=account, week=MONDAY, visits=3, pages=9
    )


def target(cast: Cast, account: Account) -> Target:
    return Target.objects.create(
        program=account.program, account=account, tier=1, entered_at=timezone.now()
    )


def note(cast: Cast, account: Account) -> None:
    insights.note(cast, account=account)


def deal(cast: Cast, account: Account) -> None:
    insights.deal(cast, account=account)


def roi_page(cast: Cast, account: Account) -> None:
    roi.shared(cast, roi.calculator(cast), account)


def touch(cast: Cast, account: Account) -> None:
    now = timezone.now()
    Touch.objects.create(
        program=account.program,
        account=account,
        is_whole_committee=True,
        channel="email",
        side="sales",
        who=cast.rep,
        starts_at=now,
        ends_at=now + timedelta(minutes=15),
        created_by=cast.rep,
        thread=1,
    )


def nomination(cast: Cast, account: Account) -> None:
    nominate(account=account, side=Side.SALES, reason="We know the CFO", by=cast.rep)


@pytest.mark.parametrize(
    ("makes", "panel"),
    [
        (finding, "field"),
        (competitor, "field"),
        (relationship, "field"),
        (surge, "intent"),
        (visits, "intent"),
        (target, "target"),
        (note, "notes"),
        (deal, "deals"),
        (roi_page, "roi_pages"),
        (touch, "touches"),
        (nomination, "nominations"),
    ],
)
def test_one_row_makes_its_panel_and_no_other(
    cast: Cast, makes: Callable[[Cast, Account], object], panel: str
) -> None:
    account, neighbour = play.account(cast.program), play.account(cast.program)
    assert not any(asdict(presence_of(account)).values())
    makes(cast, account)
    assert [name for name, there in asdict(presence_of(account)).items() if there] == [panel]
    assert not any(asdict(presence_of(neighbour)).values())


def test_who_left_the_list_is_no_target(cast: Cast) -> None:
    account = play.account(cast.program)
    row = target(cast, account)
    row.left_at = timezone.now()
    row.left_because = "won"
    row.save()
    assert not presence_of(account).target
