"""Two contact policies, compared by the touches that break each of them."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import Stakeholder
from alignment.agreements.actions.drafts import save_draft, start_draft
from alignment.agreements.actions.signing import propose
from alignment.agreements.models import Kind, Version
from alignment.workspace.plan.policy_impact import version_impact
from campaigns.calendar.models import Touch, TouchPerson
from campaigns.policy.defaults import DEFAULT_POLICY
from tests import cast as make
from tests.cast import Cast
from tests.signing import bring_in_force

pytestmark = pytest.mark.django_db


def address(cast: Cast, rest: str = "") -> str:
    return f"/p/{cast.program.slug}/policy/{rest}"


def touches(cast: Cast, *hours: int, who: str = "rep", side: str = "sales") -> None:
    """Touches of one decision-maker, `hours` from now."""
    person = Stakeholder.objects.in_program(cast.program).first() or make.stakeholder(
        cast.program, make.account(cast.program), role="decision_maker"
    )
    now = timezone.now()
    touch_at(cast, person, *(now + timedelta(hours=hour) for hour in hours), who=who, side=side)


def touch_at(
    cast: Cast, person: Stakeholder, *moments: datetime, who: str = "rep", side: str = "sales"
) -> None:
    for starts in moments:
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
    shifts = [(shift.was, shift.becomes) for shift in page.context["impact"].shifts]
    # Five where four are allowed; none too many for the account; the marketer within 72 hours of
    # the rep's last touch, which counts for both touches; within a week of a touch of sales.
    assert shifts == [(5, 0), (0, 0), (0, 2), (0, 0), (1, 0)]
    # Without a state there is no time zone to check quiet hours in.
    assert page.context["impact"].without_zone == 5
    assert "Of 5 touches nobody knows" in page.text
    compared = cast.client("observer").get(f"/p/{cast.program.slug}/agreements/policy/compare/1/2/")
    assert address(cast, "versions/1/2/") in compared.text
    assert cast.client("observer").get(address(cast, "versions/1/9/")).status_code == 404


def test_what_came_shortly_before_counts_and_is_not_judged(cast: Cast) -> None:
    days = [-31, -32, -33, -34]
    touches(cast, *(24 * day for day in days), -29 * 24)
    bring_in_force(start_draft(program=cast.program, kind=Kind.POLICY, by=cast.owner))
    older, newer = Version.objects.in_program(cast.program).filter(kind=Kind.POLICY).order_by("pk")
    found = version_impact(older=older, newer=newer)
    assert found.looked_at == 1
    # Five for one person within a week, where four are allowed.
    assert (found.shifts[0].was, found.shifts[0].becomes) == (1, 1)


def test_quiet_hours_are_those_of_the_prospects_state(cast: Cast) -> None:
    # 7 pm in Chicago is early afternoon in Hawaii.
    evening = timezone.now().astimezone(ZoneInfo("America/Chicago")) - timedelta(days=3)
    evening = evening.replace(hour=19, minute=0, second=0, microsecond=0)
    for state in ("IL", "HI"):
        person = make.stakeholder(cast.program, make.account(cast.program, state=state))
        touch_at(cast, person, evening)
    content = DEFAULT_POLICY | {"quiet_from": 20 * 60}
    draft = start_draft(program=cast.program, kind=Kind.POLICY, by=cast.owner)
    save_draft(version=draft, content=content, note="", by=cast.owner)
    bring_in_force(draft)
    page = cast.client("observer").get(address(cast, "versions/1/2/"))
    shifts = {shift.title: (shift.was, shift.becomes) for shift in page.context["impact"].shifts}
    assert shifts["In quiet hours"] == (1, 0)
    assert page.context["impact"].without_zone == 0
    assert "nobody knows" not in page.text
    compared = cast.client("rep").get(f"/p/{cast.program.slug}/agreements/policy/compare/1/2/")
    assert "nothing from 6:00 PM to 8:00 AM" in compared.text.replace("<del>", "").replace(
        "</del>", ""
    )


def test_judging_two_versions_takes_four_statements(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    touches(cast, -100, -70)
    draft = start_draft(program=cast.program, kind=Kind.POLICY, by=cast.owner)
    bring_in_force(draft)
    older, newer = Version.objects.in_program(cast.program).filter(kind=Kind.POLICY).order_by("pk")
    assert older.program == newer.program
    with django_assert_num_queries(4):
        assert version_impact(older=older, newer=newer).looked_at == 2


def test_who_signs_sees_what_it_moves(cast: Cast) -> None:
    touches(cast, -100, -70, -40)
    draft = start_draft(program=cast.program, kind=Kind.POLICY, by=cast.owner)
    save_draft(
        version=draft, content=DEFAULT_POLICY | {"per_stakeholder": 2}, note="", by=cast.owner
    )
    agreement = f"/p/{cast.program.slug}/agreements/policy/"
    moved = address(cast, "versions/1/2/")
    assert moved in cast.client("owner").get(f"{agreement}propose/").text
    propose(version=draft, by=cast.owner)
    signing = cast.client("sales_manager").get(f"{agreement}open/").text
    assert moved in signing
    assert "Leads that rise" not in signing
    counts = cast.client("sales_manager").get(moved)
    assert counts.context["impact"].shifts[0].becomes == 3
