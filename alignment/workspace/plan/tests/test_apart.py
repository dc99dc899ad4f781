"""Two contact policies, told apart by the touches that each would have told of."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Stakeholder
from alignment.agreements.actions.drafts import save_draft, start_draft
from alignment.agreements.models import Kind
from campaigns.calendar.models import Touch, TouchPerson
from campaigns.policy.defaults import DEFAULT_POLICY
from tests import cast as make
from tests.cast import Cast
from tests.signing import bring_in_force

pytestmark = pytest.mark.django_db


def address(cast: Cast, rest: str = "") -> str:
    return f"/p/{cast.program.slug}/policy/{rest}"


def touches(cast: Cast, *hours: int, who: str = "rep", side: str = "sales") -> None:
    """Touches of one decision-maker, so many hours from now."""
    person = Stakeholder.objects.in_program(cast.program).first() or make.stakeholder(
        cast.program, make.account(cast.program), role="decision_maker"
    )
    for hour in hours:
        starts: datetime = timezone.now() + timedelta(hours=hour)
        touch = Touch.objects.create(
            program=cast.program,
            account_id=person.account_id or 0,
            channel="email",
            side=side,
            who=getattr(cast, who),
            starts_at=starts,
            ends_at=starts + timedelta(minutes=15),
            thread=0,
        )
        touch.thread = touch.pk
        touch.save(update_fields=["thread"])
        TouchPerson.objects.create(program=cast.program, touch=touch, stakeholder=person)


def test_two_versions_are_told_apart_by_past_touches(cast: Cast) -> None:
    touches(cast, -100, -70, -40, -10)
    touches(cast, 40, who="marketer", side="marketing")
    content = DEFAULT_POLICY | {"per_stakeholder": 5, "gap_hours": 72, "pause_days": 0}
    draft = start_draft(program=cast.program, kind=Kind.POLICY, by=cast.owner)
    save_draft(version=draft, content=content, note="", by=cast.owner)
    bring_in_force(draft)
    page = cast.client("observer").get(address(cast, "versions/1/2/"))
    shifts = [(shift.was, shift.becomes) for shift in page.context["apart"].shifts]
    # Five where four are allowed; none too many for the account; the marketer within 72 hours of
    # the rep's last touch, seen from both; within a week of a touch of sales.
    assert shifts == [(5, 0), (0, 0), (0, 2), (1, 0)]
    compared = cast.client("observer").get(f"/p/{cast.program.slug}/agreements/policy/compare/1/2/")
    assert address(cast, "versions/1/2/") in compared.text
    assert cast.client("observer").get(address(cast, "versions/1/9/")).status_code == 404
