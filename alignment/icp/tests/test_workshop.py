"""A workshop from its opening to the draft: sides, clock, agreement, minutes."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from alignment.agreements.actions.drafts import start_draft
from alignment.agreements.models import Kind
from alignment.agreements.queries import draft_of
from alignment.icp.models import Topic, Workshop
from alignment.icp.rules import parse_icp
from alignment.icp.rules.markdown import plain
from alignment.icp.rules.workshop import Clock, Settled, content_of, may_accept
from alignment.icp.workshop import actions
from alignment.people.models import Side
from tests.cast import ROLES, Cast

BEGIN = datetime(2026, 1, 5, 9, tzinfo=timezone.get_fixed_timezone(0))
LARGE = {"kind": "employees", "weight": "must", "min": 500, "reason": "They have a team"}
SMALL = {"kind": "employees", "weight": "must", "min": 50, "reason": "They decide fast"}


def opened(cast: Cast) -> Workshop:
    return actions.open_workshop(
        program=cast.program, title="Spring", planned_minutes=240, by=cast.sales_manager
    )


def topic(workshop: Workshop, key: str = "employees") -> Topic:
    return workshop.topics.get(key=key)


def address(cast: Cast, rest: str = "") -> str:
    return f"/p/{cast.program.slug}/icp/{rest}"


def both_propose(cast: Cast, workshop: Workshop) -> None:
    subject = topic(workshop)
    wishes = ((Side.MARKETING, SMALL, cast.marketer), (Side.SALES, LARGE, cast.rep))
    for side, row, person in wishes:
        actions.propose(topic=subject, side=side, criterion=row, by=person)


def agree(cast: Cast, subject: Topic, on: Side, who: str, revision: int = 1) -> Topic:
    seat = cast.membership(who)
    return actions.agree(
        topic=subject,
        on=on,
        revision=revision,
        side=seat.side,
        is_owner=who == "owner",
        by=getattr(cast, who),
    )


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9_999)), max_size=20))
def test_the_clock_counts_what_it_ran_and_nothing_else(steps: list[tuple[bool, int]]) -> None:
    clock, now, ran, running = Clock(), BEGIN, 0, False
    for start, seconds in steps:
        clock = clock.start(now) if start else clock.pause(now)
        running = start
        now += timedelta(seconds=seconds)
        ran += seconds if running else 0
        assert clock.elapsed(now) == ran
        assert clock.pause(now).pause(now + timedelta(hours=1)).elapsed(now) == ran


rows = st.none() | st.fixed_dictionaries({"kind": st.just("budget"), "min": st.integers(0, 9)})


@given(st.lists(st.tuples(st.sampled_from(["open", "agreed", "parked", "left_out"]), rows, rows)))
def test_the_draft_has_what_was_agreed_and_what_ruled_and_nothing_else(topics: Any) -> None:
    settled = [
        Settled(str(i), state, before, decision if state == "agreed" else None)
        for i, (state, before, decision) in enumerate(topics)
    ]
    content = content_of(settled)["criteria"]
    for each in settled:
        found = [row for row in content if row["key"] == each.key]
        wanted = each.decision if each.state == "agreed" else each.before
        if each.state == "left_out" or wanted is None:
            assert found == []
        else:
            assert found == [{**wanted, "key": each.key}]
    assert [row["key"] for row in content] == sorted((r["key"] for r in content), key=int)


def test_nobody_agrees_with_themselves() -> None:
    said: dict[str, Any] = {"proposed_by": "sales", "is_owner": False, "alike": False}
    assert may_accept(side="marketing", **said)
    assert not may_accept(side="sales", **said)
    assert not may_accept(side=None, **said)
    assert may_accept(side=None, **said | {"is_owner": True})
    assert may_accept(side="sales", **said | {"alike": True})


@given(st.text())
def test_words_in_the_minutes_mean_nothing(text: str) -> None:
    page = MarkdownIt("commonmark", {"html": True}).render(f"- **A**\n  - x\n  - {plain(text)}")
    assert set(re.findall(r"</?(\w+)", page)) <= {"ul", "li", "strong"}
    assert page.count("<li>") == 3


def test_it_begins_with_what_rules_and_what_it_does_not_speak_of(cast: Cast) -> None:
    topics = list(opened(cast).topics.all())
    assert [t.key for t in topics][:4] == ["employees", "revenue", "industry", "no-public-sector"]
    spoken = {(t.kind, t.weight) for t in topics}
    assert {("technology", "exclude"), ("budget_confirmed", "preferred")} <= spoken
    assert sum(t.kind == "budget" for t in topics) == 1
    assert topics[0].before
    assert topics[0].before["min"] == 200
    with pytest.raises(actions.OneIsOpen):
        opened(cast)


def test_the_other_side_agrees_to_what_it_read(cast: Cast) -> None:
    workshop = opened(cast)
    both_propose(cast, workshop)
    subject = topic(workshop)
    with pytest.raises(actions.NotYours):
        agree(cast, subject, Side.SALES, "rep")
    actions.propose(topic=subject, side=Side.SALES, criterion=LARGE | {"min": 400}, by=cast.rep)
    with pytest.raises(actions.ProposalChanged):
        agree(cast, subject, Side.SALES, "marketer")
    agreed = agree(cast, subject, Side.SALES, "marketer", revision=2)
    assert agreed.decision
    assert (agreed.state, agreed.decision["min"]) == ("agreed", 400)
    assert set(agreed.evidence or ()) == {"marketing", "sales"}
    with pytest.raises(actions.TopicSettled):
        actions.propose(topic=subject, side=Side.SALES, criterion=LARGE, by=cast.rep)
    assert actions.reopen(topic=subject, by=cast.rep).decision is None


def test_the_end_is_a_draft_of_what_was_agreed(cast: Cast) -> None:
    workshop = opened(cast)
    both_propose(cast, workshop)
    agree(cast, topic(workshop), Side.SALES, "marketer")
    actions.put_aside(topic=topic(workshop, "maturity"), leave_out=True, note="x", by=cast.rep)
    actions.put_aside(topic=topic(workshop, "budget"), leave_out=False, note="x", by=cast.rep)
    draft = actions.close(workshop=workshop, note="Spring", by=cast.sales_manager)
    found = {c.key: c for c in parse_icp(draft.content).criteria}
    assert found["employees"].minimum == 500
    assert found["employees"].reason == "They have a team"
    assert "maturity" not in found
    assert found["budget"].minimum == 50_000
    assert draft_of(cast.program, Kind.ICP) == draft
    with pytest.raises(actions.WorkshopClosed):
        actions.reopen(topic=topic(workshop), by=cast.rep)
    with pytest.raises(actions.WorkshopClosed):
        actions.run_clock(workshop=workshop, running=True, by=cast.rep)


def test_a_draft_that_somebody_writes_is_not_thrown_away(cast: Cast) -> None:
    workshop = opened(cast)
    start_draft(program=cast.program, kind=Kind.ICP, by=cast.owner)
    with pytest.raises(actions.AgreementOpen):
        actions.close(workshop=workshop, note="", by=cast.owner)
    assert Workshop.objects.in_program(cast.program).get().closed_at is None


@pytest.mark.parametrize("who", ROLES)
def test_who_does_what(cast: Cast, who: str) -> None:
    workshop, client = opened(cast), cast.client(who)
    subject = topic(workshop)
    is_member, is_manager = (
        who != "observer",
        who in ("owner", "marketing_manager", "sales_manager"),
    )
    assert client.get(address(cast, f"workshops/{workshop.pk}/")).status_code == 200
    for name in ("marketing", "sales"):
        side = cast.membership(who).side
        answer = client.get(address(cast, f"topics/{subject.pk}/{name}/"))
        assert answer.status_code == (200 if who == "owner" or side == name else 403)
    for rest in (f"workshops/{workshop.pk}/clock/", f"topics/{subject.pk}/reopen/"):
        assert client.post(address(cast, rest)).status_code == (302 if is_member else 403)
    closed = client.post(address(cast, f"workshops/{workshop.pk}/close/"))
    assert closed.status_code == (302 if is_manager else 403)
    again = client.post(address(cast, "workshops/"), {"title": "Next", "planned_minutes": "60"})
    assert again.status_code == (302 if is_manager else 403)


def test_a_topic_through_the_pages(cast: Cast) -> None:
    workshop = opened(cast)
    subject = topic(workshop)
    sent = {"min": "50", "weight": "must", "reason": "They decide <fast>"}
    cast.client("marketer").post(address(cast, f"topics/{subject.pk}/marketing/"), sent)
    page = cast.client("rep").get(address(cast, f"workshops/{workshop.pk}/?topic={subject.pk}"))
    assert "50 or more" in page.content.decode()
    assert "Agree to marketing’s" in page.content.decode()
    own = cast.client("marketer").get(address(cast, f"workshops/{workshop.pk}/?topic={subject.pk}"))
    assert "Agree to marketing’s" not in own.content.decode()
    data = cast.client("observer").get(address(cast, f"topics/{subject.pk}/data/"))
    assert data.status_code == 200
    cast.client("rep").post(
        address(cast, f"topics/{subject.pk}/agree/"), {"on": "marketing", "revision": "1"}
    )
    assert topic(workshop).state == "agreed"
    minutes = cast.client("observer").get(address(cast, f"workshops/{workshop.pk}/minutes.md"))
    assert "They decide \\<fast\\>" in minutes.content.decode()
    wrong = cast.client("rep").post(address(cast, f"topics/{subject.pk}/sales/"), {"min": "x"})
    assert wrong.status_code == 422


def test_the_page_costs_the_same_whatever_was_proposed(cast: Cast) -> None:
    workshop, client = opened(cast), cast.client("rep")

    def cost() -> int:
        client.get(address(cast, f"workshops/{workshop.pk}/"))
        with CaptureQueriesContext(connection) as captured:
            client.get(address(cast, f"workshops/{workshop.pk}/"))
        return len(captured)

    both_propose(cast, workshop)
    few = cost()
    for each in workshop.topics.filter(kind__in=["revenue", "budget"]):
        row = {"kind": each.kind, "weight": "must", "min": 5, "reason": "r"}
        actions.propose(topic=each, side=Side.SALES, criterion=row, by=cast.rep)
    assert cost() == few
    assert few <= 22
