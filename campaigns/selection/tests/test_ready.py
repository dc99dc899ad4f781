"""What a side has seen when it says that it is ready for the reveal."""

import pytest

from alignment.people.models import Side
from campaigns.selection.actions.sessions import nominate
from campaigns.selection.actions.voting import declare_ready
from campaigns.selection.models import Ready
from tests import cast as make
from tests.cast import Cast

from . import scenes

pytestmark = pytest.mark.django_db


def test_who_was_ready_sees_a_new_candidate_before_the_reveal(cast: Cast) -> None:
    (one,) = scenes.companies(cast, 1)
    session = scenes.opened(cast, [one])
    declare_ready(session=session, side=Side.SALES, by=cast.sales_manager)
    two = make.account(cast.program, "Came later")
    declared = Ready.objects.in_program(cast.program).filter(session=session)
    # Both sides may nominate one candidate; who is ready has seen it.
    nominate(account=one, side=Side.MARKETING, reason="They wrote", by=cast.marketer)
    assert declared.exists()
    nominate(account=two, side=Side.MARKETING, reason="They called", by=cast.marketer)
    assert not declared.exists()
    assert not declare_ready(session=session, side=Side.MARKETING, by=cast.marketing_manager)
    assert declare_ready(session=session, side=Side.SALES, by=cast.sales_manager)
