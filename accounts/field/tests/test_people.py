"""Who of us knows whom, and since when."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError

from accounts.field.actions.people import set_competitor, set_relationship
from accounts.field.models import Competitor
from tests import cast as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@time_machine.travel(datetime(2026, 6, 2, 2, tzinfo=UTC))  # the evening of 1 June in New York
def test_nobody_is_known_since_a_day_to_come(cast: Cast) -> None:
    assert cast.program.time_zone == "America/New_York"
    person = make.stakeholder(cast.program, make.account(cast.program))
    for to_come in (date(2026, 6, 2), date(2026, 12, 24)):
        with pytest.raises(ValidationError) as refused:
            set_relationship(
                stakeholder=person, user=cast.rep, strength=1, since=to_come, by=cast.rep
            )
        assert list(refused.value.message_dict) == ["since"]
    row = set_relationship(
        stakeholder=person, user=cast.rep, strength=1, since=date(2026, 6, 1), by=cast.rep
    )
    assert row.since == date(2026, 6, 1)


def test_a_competitor_in_letters_whose_capitals_differ(cast: Cast) -> None:
    """Their small letters are the same, and by these the database keeps names unique."""
    account = make.account(cast.program)
    for name, strength in (("Straße", 2), ("STRAẞE", 3)):
        set_competitor(account=account, name=name, strength=strength, by=cast.rep)
    row = Competitor.objects.in_program(cast.program).get()
    assert (row.name, row.strength) == ("STRAẞE", 3)
