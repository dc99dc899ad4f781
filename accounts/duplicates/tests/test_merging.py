"""Merging two accounts with everything that refers to them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.utils import timezone

from accounts.duplicates.actions.merging import merge
from accounts.duplicates.links import LEFT_BEHIND, links
from accounts.duplicates.models import DuplicatePair, Merge
from accounts.duplicates.queries import went_to
from accounts.field.actions.people import set_competitor, set_relationship
from accounts.field.models import Competitor, CriterionFinding, HeldFact
from accounts.field.tests.test_findings import EXACTLY_90, found, listed
from accounts.intent.actions.standing import today_utc
from accounts.intent.models import AccountIntent, Surge
from accounts.intent.rules import monday_of
from accounts.models import Account, AccountToScore, JournalEvent, JournalKind, Lead, Stakeholder
from accounts.rules.facts import FactsRejected
from alignment.core.models import AuditEntry
from alignment.icp.models import Verdict
from alignment.scoring.actions.accounts import judge_waiting
from alignment.scoring.models import LeadScore
from campaigns.calendar.models import Touch, TouchPerson
from campaigns.models import Campaign, CampaignAccount
from tests import cast as make
from tests.cast import Cast

# All links to an account. Add a new one here: it either moves along with a merge (if both accounts
# may have one, the survivor's stays), or is removed with the account.
MOVES = {
    "accounts.Stakeholder.account",
    "accounts.Lead.account",
    "accounts.JournalEvent.account",
    "accounts.AccountAlias.account",
    "field.CriterionFinding.account",
    "field.HeldFact.account",
    "field.Competitor.account",
    "intent.Surge.account",
    "intent.SiteVisits.account",
    "campaigns.CampaignAccount.account",
    "selection.Candidate.account",
    "selection.Nomination.account",
    "selection.Target.account",
    "calendar.Touch.account",
    "plays.PlayRun.account",
    "opportunities.Opportunity.account",
    "insights.Note.account",
    "insights.SupportRequest.account",
    "roi.RoiShare.account",
    "duplicates.Merge.survivor",
}


def test_no_link_to_accounts_is_forgotten() -> None:
    assert {link.name for link in links()} == MOVES | LEFT_BEHIND


@pytest.fixture
def two(cast: Cast) -> tuple[Account, Account]:
    stays = make.account(cast.program, "Acme", domain="acme.com", employees_low=3, employees_high=3)
    goes = make.account(
        cast.program,
        "Acme Robotics",
        domain="acme-robotics.com",
        external_id="crm-7",
        employees_low=800,
        employees_high=900,
        revenue_low=80_000_000,
        revenue_high=90_000_000,
        naics="513210",
        city="Boston",
        state="MA",
    )
    return stays, goes


@pytest.mark.django_db
def test_everything_moves_and_the_account_is_judged_again(cast: Cast, two: Any) -> None:
    stays, goes = two
    here = make.stakeholder(cast.program, stays)
    there = make.stakeholder(cast.program, goes)
    lead = make.lead(cast.program, there)
    make.engage(there, "pricing_page_view")
    set_relationship(stakeholder=there, user=cast.rep, strength=3, since=None, note="", by=cast.rep)
    for account, strength in ((stays, 2), (goes, 5)):
        said: dict[str, Any] = {"contract_ends": None, "source": "", "note": "", "by": cast.rep}
        set_competitor(account=account, name="Rival", strength=strength, **said)
    set_competitor(account=goes, name="Only there", strength=1, **said)
    finding = CriterionFinding.objects.create(
        program=cast.program,
        account=goes,
        criterion="employees",
        words="Employees",
        outcome="confirmed",
        seen="A call",
        after={"zip": goes.zip},
        at=timezone.now(),
    )
    HeldFact.objects.create(program=cast.program, account=goes, fact="zip", finding=finding)
    campaign = Campaign.objects.create(
        program=cast.program, name="C", starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 1)
    )
    for account in two:
        CampaignAccount.objects.create(program=cast.program, campaign=campaign, account=account)
    events = JournalEvent.objects.in_program(cast.program).filter(account=goes).count()
    take = ["employees", "revenue", "industry", "place", "external_id"]
    merge(survivor=stays, gone=goes, take=take, by=cast.rep)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not Account.objects.in_program(cast.program).filter(pk=goes.pk).exists()
    stays.refresh_from_db()
    assert (stays.name, stays.domain, stays.external_id) == ("Acme", "acme.com", "crm-7")
    assert (stays.employees_high, stays.state, stays.cbsa) == (900, "MA", "14460")
    people = Stakeholder.objects.in_program(cast.program).filter(account=stays)
    assert set(people) == {here, there}
    lead.refresh_from_db()
    assert lead.account == stays
    assert not Lead.objects.in_program(cast.program).exclude(account=stays).exists()
    rivals = Competitor.objects.in_program(cast.program).filter(account=stays)
    assert dict(rivals.values_list("name", "strength")) == {"Rival": 2, "Only there": 1}
    assert CriterionFinding.objects.in_program(cast.program).get().account == stays
    assert HeldFact.objects.in_program(cast.program).get().account == stays
    assert CampaignAccount.objects.in_program(cast.program).get().account == stays
    journal = JournalEvent.objects.in_program(cast.program).filter(account=stays)
    assert journal.count() > events
    told = journal.get(kind=JournalKind.ACCOUNT_MERGED)
    assert told.detail == {"gone_id": goes.pk, "name": "Acme Robotics"}
    assert told.actor == cast.rep
    row = Merge.objects.in_program(cast.program).get()
    assert row.moved["accounts.Stakeholder.account"] == 1
    assert row.facts["domain"] == "acme-robotics.com"
    assert went_to(cast.program, goes.pk) == stays.pk
    entry = AuditEntry.objects.get(program_id=cast.program.pk, action="account.merge")
    assert entry.detail["gone"] == goes.pk
    judge_waiting(program_id=cast.program.pk)
    assert Verdict.objects.in_program(cast.program).get().answer == "yes"
    score = LeadScore.objects.in_program(cast.program).get(lead=lead)
    assert score.icp == 1


@pytest.mark.django_db
def test_what_was_reported_before_stays_so(cast: Cast, two: Any) -> None:
    """Else an old surge would begin anew for those who chose the account since."""
    stays, goes = two
    monday = monday_of(today_utc())
    surge = Surge.objects.create(
        program=cast.program, account=goes, week=monday, topic="ERP", source="x", strength=90
    )
    merge(survivor=stays, gone=goes, take=[], by=cast.rep)
    moved = Surge.objects.in_program(cast.program).get()
    assert (moved.account, moved.updated_at) == (stays, surge.updated_at)


@pytest.mark.django_db
@pytest.mark.parametrize(("take", "kept"), [([], 300), (["employees"], 90)])
def test_what_sales_saw_at_the_other_one_freezes_no_other_value(
    cast: Cast, take: list[str], kept: int
) -> None:
    stays = listed(cast, employees_low=90, employees_high=500)
    goes = listed(cast, name="Acme Inc", domain="acme.example.org", employees_low=10)
    found(goes, cast.rep, values=EXACTLY_90)
    merge(survivor=stays, gone=goes, take=take, by=cast.rep)
    assert listed(cast, employees_low=300, employees_high=300).employees_low == kept
    assert HeldFact.objects.in_program(cast.program).exists() == bool(take)


@pytest.mark.django_db
def test_a_lead_left_at_the_other_account_moves_without_its_person(cast: Cast, two: Any) -> None:
    stays, goes = two
    person = make.stakeholder(cast.program, stays)
    make.lead(cast.program, person)
    # An earlier lead of the same person, from when they worked under the other name.
    old = Lead.objects.create(
        program=cast.program,
        stakeholder=person,
        account=goes,
        stage="lost",
        stage_since=timezone.now(),
        opened_at=timezone.now(),
        closed_at=timezone.now(),
    )
    merge(survivor=stays, gone=goes, take=[], by=None)
    old.refresh_from_db()
    assert old.account == stays
    assert Lead.objects.in_program(cast.program).filter(account=stays).count() == 2


@pytest.mark.django_db
def test_its_domain_and_key_can_be_taken_over(cast: Cast, two: Any) -> None:
    stays, goes = two
    merge(survivor=stays, gone=goes, take=["name", "domain"], by=cast.rep)
    stays.refresh_from_db()
    assert (stays.name, stays.domain) == ("Acme Robotics", "acme-robotics.com")
    assert stays.name_key == "acme robotics"


@pytest.mark.django_db
def test_merges_may_follow_merges(cast: Cast, two: Any) -> None:
    stays, goes = two
    third = make.account(cast.program, "The third")
    merge(survivor=stays, gone=goes, take=[], by=None)
    merge(survivor=third, gone=stays, take=[], by=None)
    assert went_to(cast.program, goes.pk) == went_to(cast.program, stays.pk) == third.pk
    assert went_to(cast.other_program, goes.pk) is None


@pytest.mark.django_db
def test_what_cannot_be_merged(cast: Cast, two: Any) -> None:
    stays, goes = two
    theirs = make.account(cast.other_program, "Zanzibar")
    for gone, take in ((stays, []), (theirs, []), (goes, ["colour"])):
        with pytest.raises(ValidationError):
            merge(survivor=stays, gone=gone, take=take, by=cast.rep)
    left = make.user()
    Account.objects.in_program(cast.program).filter(pk=goes.pk).update(owner=left)
    with pytest.raises(FactsRejected):
        merge(survivor=stays, gone=goes, take=["owner"], by=cast.rep)
    assert Account.objects.in_program(cast.program).count() == 2
    assert not Merge.objects.in_program(cast.program).exists()
    merge(survivor=stays, gone=goes, take=[], by=cast.rep)
    with pytest.raises(ValidationError):
        merge(survivor=stays, gone=goes, take=[], by=cast.rep)


@pytest.mark.django_db
def test_what_both_read_counts_together(cast: Cast, two: Any) -> None:
    stays, goes = two
    monday = monday_of(today_utc())
    for account, topic, strength in ((stays, "CRM", 20), (goes, "CRM", 70), (goes, "ABM", 90)):
        Surge.objects.create(
            program=cast.program,
            account=account,
            source="provider",
            topic=topic,
            week=monday,
            strength=strength,
        )
    merge(survivor=stays, gone=goes, take=[], by=None)
    rows = Surge.objects.in_program(cast.program).filter(account=stays)
    assert dict(rows.values_list("topic", "strength")) == {"CRM": 20, "ABM": 90}
    assert AccountIntent.objects.in_program(cast.program).get().account == stays
    waiting = AccountToScore.objects.in_program(cast.program).filter(account=stays)
    assert waiting.exists()


@pytest.mark.django_db
def test_touches_move_and_pairs_are_done_with(cast: Cast, two: Any) -> None:
    stays, goes = two
    now = timezone.now()
    touch = Touch.objects.create(
        pk=1,
        program=cast.program,
        account=goes,
        channel="call",
        side="sales",
        who=cast.rep,
        starts_at=now,
        ends_at=now + timedelta(minutes=15),
        message="A call",
        thread=1,
    )
    person = make.stakeholder(cast.program, goes)
    TouchPerson.objects.create(program=cast.program, touch=touch, stakeholder=person)
    pair = sorted(account.pk for account in two)
    DuplicatePair.objects.create(
        program=cast.program,
        first_id=pair[0],
        second_id=pair[1],
        similarity=80,
        ground="name",
        found_at=now,
    )
    merge(survivor=stays, gone=goes, take=[], by=None)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    touch.refresh_from_db()
    assert touch.account == stays
    assert touch.people.count() == 1
    assert not DuplicatePair.objects.in_program(cast.program).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_merge_a_pair_at_one_moment_one_does() -> None:
    program = make.program(defaults=True)
    first, second = make.account(program, "First"), make.account(program, "Second")

    def one(turned: bool) -> bool:
        survivor, gone = (second, first) if turned else (first, second)
        try:
            merge(survivor=survivor, gone=gone, take=[], by=None)
        except ValidationError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(one, [False, True, False, True]))
    assert sum(done) == 1
    assert Account.objects.in_program(program).count() == 1
    assert Merge.objects.in_program(program).count() == 1
