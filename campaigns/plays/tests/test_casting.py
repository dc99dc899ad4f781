"""Whom a play addresses at an account."""

from __future__ import annotations

import pytest

from campaigns.plays import casting
from campaigns.plays.casting import Choices, casts_of
from tests import cast as make
from tests.cast import Cast


@pytest.mark.django_db
def test_the_most_engaged_are_read_first(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    account = make.account(cast.program)
    make.stakeholder(cast.program, account)
    engaged = make.stakeholder(cast.program, account)
    make.lead(cast.program, engaged)
    make.stakeholder(cast.program, account)
    monkeypatch.setattr(casting, "MOST_PEOPLE", 1)
    found = casts_of(cast.program, [account], Choices())
    assert found[account.pk].contact == engaged.pk
