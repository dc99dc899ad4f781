"""Pages of campaigns read what they show, not all that a large campaign has."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Lead
from alignment.workspace.plan.campaigns import campaign_list
from alignment.workspace.plan.library import nearest_touches, uses_of
from alignment.workspace.tests.pages import text
from campaigns.actions.audience import add_accounts
from campaigns.calendar.models import Touch
from campaigns.library.models import Asset
from campaigns.models import Campaign, Track
from tests import cast as make
from tests.cast import Cast
from tests.plans import Node, nodes_of, prefer_indexes, rows_read, scans

pytestmark = pytest.mark.django_db
PEOPLE, TOUCHES, SHOWN = 20, 12, 3


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    """Its audience engaged in its dates and long before them."""
    today = timezone.localdate()
    days = {"starts_on": today - timedelta(days=10), "ends_on": today + timedelta(days=10)}
    found = Campaign.objects.create(program=cast.program, name="Autumn", **days)
    leads = [make.lead(cast.program) for _number in range(PEOPLE)]
    add_accounts(campaign=found, account_ids=[_account(lead) for lead in leads], by=None)
    for lead in leads:
        for days_ago in (2, 30, 60, 90):
            at = timezone.now() - timedelta(days=days_ago)
            make.engage(lead.stakeholder, "pricing_page_view", at=at)
    _tidy()
    return found


def _account(lead: Lead) -> int:
    assert lead.account_id
    return lead.account_id


def _tidy() -> None:
    prefer_indexes()
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE accounts_account, accounts_stakeholder, accounts_lead, accounts_engagement,"
            " calendar_touch"
        )


def _touches(found: Campaign, **facts: Any) -> None:
    """As many done as planned, at an account of the audience."""
    now = timezone.now()
    member = found.audience.first()
    assert member
    for hours in (*range(-TOUCHES, 0), *range(1, TOUCHES + 1)):
        at = now + timedelta(hours=hours)
        done = {"state": "done", "done_at": at} if hours < 0 else {}
        Touch.objects.create(
            program=found.program,
            account_id=member.account_id,
            channel="email",
            side="marketing",
            thread=0,
            starts_at=at,
            ends_at=at + timedelta(minutes=5),
            **done,
            **facts,
        )
    _tidy()


@pytest.mark.parametrize(
    "rest", ["", "engagements/", "engagements/?each=account", "engagements/?each=person"]
)
def test_of_engagements_only_those_of_the_dates_are_read(
    cast: Cast, campaign: Campaign, rest: str
) -> None:
    with CaptureQueriesContext(connection) as said:
        text(cast, "rep", f"campaigns/{campaign.pk}/{rest}")
    read = scans(said.captured_queries, "accounts_engagement", run=True)
    assert read
    assert max(rows_read(node) for node in read) <= PEOPLE


@pytest.mark.parametrize("of", ["engagements of a campaign", "people for a track"])
def test_of_long_lists_only_keys_are_sorted(cast: Cast, campaign: Campaign, of: str) -> None:
    track = Track.objects.create(program=cast.program, campaign=campaign, name="Slow burn")
    rest, table = {
        "engagements of a campaign": (f"campaigns/{campaign.pk}/engagements/", "engagement"),
        "people for a track": (f"tracks/{track.pk}/enrol/", "stakeholder"),
    }[of]
    with CaptureQueriesContext(connection) as said:
        text(cast, "rep", rest)
    start = f'SELECT "accounts_{table}"."id"'
    (sql,) = [query["sql"] for query in said if query["sql"].startswith(start)]
    widths = [
        node["Plan Width"] for node in nodes_of(sql, run=False) if node["Node Type"] == "Limit"
    ]
    assert len(widths) == 1
    assert widths[0] < 64


@pytest.mark.parametrize("of", ["campaign", "asset"])
def test_the_nearest_touches_are_read_alone(cast: Cast, campaign: Campaign, of: str) -> None:
    asset = Asset.objects.create(program=cast.program, title="Story", kind="case_study")
    chosen = {of: {"campaign": campaign, "asset": asset}[of]}
    _touches(campaign, **chosen)
    rows = Touch.objects.in_program(cast.program).filter(**chosen)
    with CaptureQueriesContext(connection) as said:
        shown, has_more = nearest_touches(rows, SHOWN)
    assert has_more
    assert sorted(touch.state for touch in shown) in (
        ["done", "done", "planned"],
        ["done", "planned", "planned"],
    )
    read = scans(said.captured_queries, "calendar_touch", run=True)
    assert {node["Index Name"] for node in read} == {f"touch_of_{of}"}
    assert max(rows_read(node) for node in read) == SHOWN + 1


def test_the_whole_account_is_searched_for_whole_committees_only(
    cast: Cast, campaign: Campaign
) -> None:
    _touches(campaign, campaign=campaign)
    assert _searched(campaign, followed=0) == 0
    Touch.objects.in_program(cast.program).update(
        is_whole_committee=True, done_at=timezone.now() - timedelta(days=3)
    )
    assert _searched(campaign, followed=TOUCHES) == TOUCHES


def _searched(campaign: Campaign, *, followed: int) -> int:
    """How often an account's people were looked up."""
    with CaptureQueriesContext(connection) as said:
        uses = uses_of(campaign.program, Q(campaign=campaign), "campaign_id")
    assert uses[campaign.pk].followed == followed
    people = scans(said.captured_queries, "accounts_stakeholder", run=True)
    return sum(int(node["Actual Loops"]) for node in people)


def test_audiences_are_counted_in_their_index(cast: Cast, campaign: Campaign) -> None:
    with CaptureQueriesContext(connection) as said:
        page = campaign_list(cast.program, {})
    assert [row.accounts for row in page.rows] == [PEOPLE]
    assert _ways(scans(said.captured_queries, "campaigns_campaignaccount")) == {
        ("Index Only Scan", "account_once_a_campaign")
    }


def _ways(nodes: list[Node]) -> set[tuple[str, str]]:
    return {(node["Node Type"], node["Index Name"]) for node in nodes}
