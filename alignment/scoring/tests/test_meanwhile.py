"""A verdict changes while a lead is opened at its account, or during another judging."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from accounts.actions.stakeholders import update_stakeholder
from accounts.models import Account, AccountChange, Lead, Stakeholder
from alignment.icp.models import Verdict
from alignment.jobs import actions as jobs
from alignment.jobs.models import Job
from alignment.scoring.actions.accounts import judge_accounts, judge_waiting
from alignment.scoring.actions.leads import open_leads
from tests.threads import beside, until_somebody_waits

from .conftest import Bench, make_bench

pytestmark = pytest.mark.django_db(transaction=True)

TOO_SMALL = {"employees_low": 2, "employees_high": 2}


@pytest.fixture
def bench() -> Bench:
    return make_bench("meanwhile")


@contextmanager
def meanwhile(work: Callable[[], object]) -> Iterator[None]:
    """Start `work` on its own connection, and wait until it is done or blocked by this transaction.

    It ends after the transaction around the block.
    """
    with transaction.atomic():
        yield
        other = beside(work)
        until_somebody_waits(unless=other)
    assert other.end() == []


def opened(bench: Bench, account: Account) -> Lead:
    return Lead.objects.in_program(bench.program).get(account=account)


def open_one(bench: Bench, account: Account) -> None:
    person = Stakeholder.objects.create(program=bench.program, account=account, first_name="Jo")
    open_leads(program=bench.program, stakeholder_ids=[person.pk], by=None, source="test")


def judge_all(bench: Bench) -> None:
    while judge_waiting(program_id=bench.program.pk):
        pass


def grow(bench: Bench, account: Account) -> None:
    """The account grows to a size that matches the profile."""
    rows = Account.objects.in_program(bench.program).filter(pk=account.pk)
    with transaction.atomic():
        rows.update(employees_low=300, employees_high=300)
        judge_accounts(program_id=bench.program.pk, account_ids=[account.pk])


def test_a_lead_opened_while_its_account_comes_to_match_knows_it(bench: Bench) -> None:
    account = bench.account(**TOO_SMALL)
    with meanwhile(lambda: open_one(bench, account)):
        grow(bench, account)
    assert bench.score(opened(bench, account)).icp == 1


def test_an_account_that_comes_to_match_while_a_lead_is_opened_tells_it(bench: Bench) -> None:
    account = bench.account(**TOO_SMALL)
    with meanwhile(lambda: grow(bench, account)):
        open_one(bench, account)
    assert bench.score(opened(bench, account)).icp == 1


def test_a_lead_of_an_account_that_nobody_judged_yet_has_it_judged(bench: Bench) -> None:
    account = bench.account()
    verdicts = Verdict.objects.in_program(bench.program).filter(account=account)
    verdicts.delete()
    with meanwhile(lambda: judge_accounts(program_id=bench.program.pk, account_ids=[account.pk])):
        open_one(bench, account)
    assert verdicts.get().answer == "yes"
    judge_all(bench)
    assert bench.score(opened(bench, account)).icp == 1


def test_leads_of_judged_accounts_make_nobody_judge_again(bench: Bench) -> None:
    open_one(bench, bench.account())
    assert not AccountChange.objects.in_program(bench.program).exists()


def test_a_verdict_of_older_facts_does_not_replace_one_of_newer(bench: Bench) -> None:
    account = bench.account(**TOO_SMALL)
    verdicts = Verdict.objects.in_program(bench.program).filter(account=account)
    verdicts.delete()
    # Others see the facts set by `grow` only together with its verdict.
    with meanwhile(lambda: judge_accounts(program_id=bench.program.pk, account_ids=[account.pk])):
        grow(bench, account)
    assert verdicts.get().answer == "yes"


def test_whoever_leaves_a_company_leaves_its_points(bench: Bench) -> None:
    lead = bench.lead(bench.account())
    assert bench.score(lead).fit == 20
    person = Stakeholder.objects.in_program(bench.program).get(pk=lead.stakeholder_id)
    update_stakeholder(stakeholder=person, facts={"account_id": None}, by=bench.owner)
    judge_all(bench)
    score = bench.score(lead)
    assert (score.icp, score.fit, score.total, score.mask) == (0, 0, 0, 0)


def test_a_rebuild_takes_points_of_a_company_from_whoever_has_none(bench: Bench) -> None:
    """A state stored before leads that left their account were tracked."""
    lead = bench.lead(bench.account())
    Lead.objects.in_program(bench.program).filter(pk=lead.pk).update(account=None)
    jobs.start(program=bench.program, kind=Job.Kind.REBUILD, by=bench.owner)
    job = bench.run_jobs()
    assert job
    assert job.result["changed"] == 1
    assert (bench.score(lead).icp, bench.score(lead).fit) == (0, 0)
