"""Merged accounts: audiences that had the one that goes have the survivor."""

import pytest

from accounts.duplicates.actions import merging
from accounts.duplicates.actions.merging import merge
from campaigns.actions.audience import add_accounts
from campaigns.models import CampaignAccount
from tests import cast as make
from tests.cast import Cast
from tests.threads import attempt, beside, pausing

from .test_actions import campaign


@pytest.mark.django_db(transaction=True)
def test_a_merge_and_whoever_adds_accounts_do_not_deadlock(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    stays, goes = (make.account(cast.program) for _ in range(2))
    autumn = campaign(cast)
    add_accounts(campaign=autumn, account_ids=[goes.pk], by=cast.marketer)
    with pausing(monkeypatch, merging, "settle", before=True) as reached:
        work = beside(lambda: merge(survivor=stays, gone=goes, take=(), by=cast.owner))
        assert reached.wait(10)
        adding = attempt(
            lambda: add_accounts(campaign=autumn, account_ids=[stays.pk], by=cast.marketer)
        )
        assert (adding, work.end()) == ([], [])
    assert CampaignAccount.objects.in_program(cast.program).get().account == stays
