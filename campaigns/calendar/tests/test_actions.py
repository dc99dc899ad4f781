from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alignment.core.models import AuditEntry
from campaigns.calendar.actions import TouchRefused, plan_touch
from campaigns.calendar.models import Touch
from tests import cast as make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 14, tzinfo=UTC)


def plan(person: Any, who: Any, **more: Any) -> Any:
    fields: dict[str, Any] = {
        "starts_at": AT,
        "ends_at": AT + timedelta(hours=1),
        "channel": "call",
    } | more
    return plan_touch(
        program=person.program,
        people=[person.pk],
        by=who,
        who=who,
        account=person.account,
        side="sales",
        **fields,
    )


@pytest.fixture
def person(cast: Any) -> Any:
    return make.stakeholder(cast.program, make.account(cast.program))


def test_a_second_planner_is_told_and_leaves_nothing(cast: Any, person: Any) -> None:
    first = plan(person, cast.rep)
    with pytest.raises(TouchRefused) as refused:
        plan(person, cast.owner)
    assert refused.value.kind == "double_prospecting"
    assert list(Touch.objects.in_program(cast.program)) == [first]
    assert AuditEntry.objects.filter(action="touch.planned").count() == 1


def test_a_follow_up_joins_the_thread(cast: Any, person: Any) -> None:
    first = plan(person, cast.rep)
    assert plan(person, cast.owner, follows=first).thread == first.thread == first.pk


def test_do_not_contact_is_told(cast: Any, person: Any) -> None:
    type(person).objects.in_program(cast.program).filter(pk=person.pk).update(do_not_contact=True)
    with pytest.raises(TouchRefused) as refused:
        plan(person, cast.rep)
    assert refused.value.kind == "do_not_contact"
