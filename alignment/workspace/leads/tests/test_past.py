"""A lead at a past moment: in the reader's time zone, compared with the open draft, never in the
future.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Lead
from alignment.agreements.actions.drafts import start_draft
from alignment.agreements.models import Kind, Version
from alignment.workspace.tests.pages import address, queries, text
from tests import cast as make
from tests.cast import ROLES, Cast

VISITED = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def lead(cast: Cast) -> Lead:
    """A person who viewed prices at noon UTC, when the model had been in force for long."""
    lead = make.lead(cast.program)
    make.engage(lead.stakeholder, "pricing_page_view", at=VISITED)
    Version.objects.in_program(cast.program).filter(kind=Kind.SCORING).update(
        in_force_at=VISITED - timedelta(days=100)
    )
    return lead


def at(cast: Cast, who: str, lead: Lead, moment: str) -> Any:
    return cast.client(who).get(address(cast, f"leads/{lead.pk}/then/"), {"at": moment})


def totals(reply: Any) -> list[int]:
    return [side.why.total for side in reply.context["past"].sides]


@pytest.mark.parametrize("who", ROLES)
def test_everybody_may_look_back(cast: Cast, lead: Lead, who: str) -> None:
    assert f"leads/{lead.pk}/then/" in text(cast, who, f"leads/{lead.pk}/")
    assert totals(at(cast, who, lead, "2026-03-11T00:00")) == [15]


def test_the_moment_is_meant_in_the_persons_zone(cast: Cast, lead: Lead) -> None:
    cast.rep.time_zone = "America/New_York"
    cast.rep.save()
    assert totals(at(cast, "rep", lead, "2026-03-10T07:59")) == [0]
    assert totals(at(cast, "rep", lead, "2026-03-10T08:00")) == [15]
    linked = at(cast, "rep", lead, "2026-03-10T12:00:00+00:00")
    assert totals(linked) == [15]
    assert 'value="2026-03-10T08:00"' in linked.content.decode()


def test_the_open_draft_stands_beside(cast: Cast, lead: Lead) -> None:
    content = {
        "rules": [
            {"key": "p", "signal": "pricing_page_view", "dimension": "engagement", "points": 33}
        ]
    }
    start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner, content=content)
    reply = at(cast, "rep", lead, "2026-03-11T00:00")
    assert totals(reply) == [15, 33]
    assert [side.version.number for side in reply.context["past"].sides] == [1, 2]


def test_before_the_first_model_nothing_ruled(cast: Cast, lead: Lead) -> None:
    reply = at(cast, "rep", lead, "2024-01-01T00:00")
    assert totals(reply) == [0]
    assert "No scoring model ruled at that moment" in reply.content.decode()


@pytest.mark.parametrize(
    "wrong", ["", "soon", "2026-13-01T00:00", "1999-01-01T00:00", "9999-12-31T23:59"]
)
def test_a_wrong_moment_is_told_at_the_field(cast: Cast, lead: Lead, wrong: str) -> None:
    reply = at(cast, "rep", lead, wrong)
    assert reply.status_code == 422
    assert "at" in reply.context["form"].errors


def test_the_future_is_not_shown(cast: Cast, lead: Lead) -> None:
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    assert "in the future" in at(cast, "rep", lead, tomorrow).content.decode()


def test_it_costs_the_same_however_much_happened(cast: Cast, lead: Lead) -> None:
    rest = f"leads/{lead.pk}/then/"
    few = queries(cast, "rep", rest)
    for _ in range(5):
        make.engage(lead.stakeholder, "website_visit", at=VISITED)
    assert queries(cast, "rep", rest) == few <= 18
