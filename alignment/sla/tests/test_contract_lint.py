"""Remarks on contracts."""

from typing import Any

import pytest

from alignment.agreements.actions.drafts import save_draft, start_draft
from alignment.agreements.models import Kind
from alignment.agreements.queries_pages import open_page
from alignment.notifications.models import Endpoint
from alignment.people.models import Membership
from alignment.sla.agreement import remarks as remarks_of
from alignment.sla.defaults import DEFAULT_CONTRACT
from alignment.sla.lint import LintContext, remarks
from alignment.sla.models import WorkingHours
from alignment.sla.rules.contract import parse_contract
from tests.cast import Cast

from .contracts import clause, condition


def said(rows: list[dict[str, Any]], around: LintContext | None = None) -> list[tuple[str, str]]:
    """(place, severity) of all remarks."""
    found = remarks(parse_contract({"clauses": rows}), around)
    return [(remark.place, remark.severity) for remark in found]


def step(**changes: Any) -> list[dict[str, Any]]:
    return [{"step": 1, "to": "manager", "after_minutes": 0, "channels": ["app"]} | changes]


FINE = [condition(), clause()]
HERE = "clause:first-contact"


def test_a_fine_contract_needs_no_remark_the_shipped_one_a_hint(cast: Cast) -> None:
    """Feedback within 24 elapsed hours was asked for; on a Friday it falls due before the first
    contact."""
    assert said(FINE, LintContext()) == []
    (remark,) = remarks_of(cast.program, DEFAULT_CONTRACT)
    assert (remark.place, remark.severity) == ("clause:feedback", "hint")
    assert "Over a weekend this falls due before “First contact”" in remark.says


@pytest.mark.parametrize(
    ("changed", "severity"),
    [
        ({"starts": "contacted", "ends": "handed_off"}, "wrong"),
        ({"starts": "became_sql", "ends": "reached"}, "wrong"),
        ({"starts": "contacted", "ends": "contacted"}, "wrong"),
        ({"minutes": 5, "warn_at": [80]}, "warning"),
        ({"ladder": []}, "hint"),
    ],
)
def test_what_a_promise_itself_says(changed: dict[str, Any], severity: str) -> None:
    assert said([condition(), clause(**changed)], LintContext()) == [(HERE, severity)]


def test_a_condition_is_asked_when_there_is_something_to_look_at() -> None:
    odd = condition(starts="contacted")
    assert said([odd, clause()]) == [("clause:brief", "wrong")]


def test_the_first_warning_must_leave_time() -> None:
    assert said([condition(), clause(minutes=15, warn_at=[50, 95])]) == []
    assert said([condition(), clause(minutes=5, warn_at=[])]) == []


def test_two_promises_of_the_same_thing_and_a_side_without_any() -> None:
    assert said([*FINE, clause("again", minutes=30)]) == [("clause:again", "warning")]
    assert said([*FINE, clause("theirs", owes="marketing")]) == []
    assert said([clause()]) == [("", "warning")]
    assert said([]) == [("", "warning")] * 2


def test_business_time_without_hours() -> None:
    rows = [condition(), clause(time="business", hours_of="team")]
    idle = {"sales": ("East",)}
    assert said(rows, LintContext(idle_teams=idle, teams={"sales": 1})) == [(HERE, "wrong")]
    assert said(rows, LintContext(idle_teams=idle, teams={"sales": 2})) == [(HERE, "warning")]
    assert said(rows, LintContext(idle_teams={"marketing": ("Demand",)})) == []
    theirs = [condition(), clause(time="business", hours_of="prospect")]
    assert said(theirs, LintContext(idle_teams=idle, teams={"sales": 1})) == []


@pytest.mark.parametrize(
    ("to", "around", "is_said"),
    [
        ("manager", LintContext(managed=frozenset({"marketing"})), True),
        ("manager", LintContext(managed=frozenset({"sales"})), False),
        ("other_manager", LintContext(managed=frozenset({"sales"})), True),
        ("other_manager", LintContext(managed=frozenset({"marketing"})), False),
        ("owner", LintContext(has_owner=False), True),
        ("owner", LintContext(managed=frozenset()), False),
    ],
)
def test_a_step_that_leads_to_nobody(to: str, around: LintContext, is_said: bool) -> None:
    rows = [condition(ladder=[]), clause(ladder=step(to=to))]
    found = [place for place, severity in said(rows, around) if severity == "warning"]
    assert found == ([HERE] if is_said else [])


@pytest.mark.parametrize("channel", ["slack", "webhook"])
def test_a_channel_that_leads_nowhere(channel: str) -> None:
    rows = [condition(), clause(ladder=step(channels=["app", channel]))]
    assert said(rows, LintContext()) == [(HERE, "warning")]
    assert said(rows, LintContext(endpoints=frozenset({channel}))) == []


def test_the_facts_are_those_of_the_program(cast: Cast) -> None:
    """Each warning appears with a row, and disappears with it."""
    rows = [condition(), clause(time="business", ladder=step(channels=["slack"]), hours_of="team")]
    content = {"clauses": rows}
    whose: dict[str, Any] = {"kind": "slack", "name": "Sales", "url": "https://x.example"}
    Endpoint.objects.create(program=cast.other_program, events=["breach"], **whose)
    assert [r.place for r in remarks_of(cast.program, content)] == [HERE]
    ours = Endpoint.objects.create(program=cast.program, events=["breach"], **whose)
    assert remarks_of(cast.program, content) == []
    ours.is_active = False
    ours.save()
    assert [r.place for r in remarks_of(cast.program, content)] == [HERE]
    ours.delete()
    Membership.objects.in_program(cast.program).filter(user=cast.sales_manager).delete()
    WorkingHours.objects.create(
        program=cast.program, team=cast.sales, time_zone="America/New_York", week=[[]] * 7
    )
    assert [r.severity for r in remarks_of(cast.program, content)] == [
        "wrong",
        "warning",
        "warning",
    ]
    assert remarks_of(cast.program, {"clauses": "none"}) == []


def test_remarks_stand_at_their_clause_and_those_on_the_whole_are_shown_too(cast: Cast) -> None:
    draft = start_draft(program=cast.program, kind=Kind.SLA, by=cast.owner)
    content = {"clauses": [clause(minutes=5, warn_at=[80])]}
    save_draft(version=draft, content=content, note="", by=cast.owner)
    page = open_page(program=cast.program, kind=Kind.SLA)
    assert page
    assert [[r.severity for r in line.remarks] for line in page.lines] == [["warning"]]
    assert [r.says for r in page.remarks] == [
        "Marketing promises nothing: a contract binds both sides."
    ]
    assert page.remark_count == 2
    for rest in ("open", "propose"):
        text = cast.client("owner").get(f"/p/{cast.program.slug}/agreements/sla/{rest}/").text
        assert "Marketing promises nothing" in text
        assert "leaves less than 2 minutes to act" in text


@pytest.mark.parametrize(
    ("call", "feedback", "is_said"),
    [
        ({"time": "business", "hours_of": "team"}, {"minutes": 1_440}, True),
        ({"time": "business", "hours_of": "team"}, {"minutes": 5 * 1_440}, False),
        ({"time": "business", "hours_of": "team"}, {"time": "business", "hours_of": "team"}, False),
        ({"minutes": 120}, {"minutes": 60}, True),
        ({"minutes": 120}, {"minutes": 180}, False),
        ({"minutes": 120, "starts": "became_mql"}, {"minutes": 60}, False),
    ],
)
def test_feedback_that_falls_due_before_the_first_contact(
    call: dict[str, Any], feedback: dict[str, Any], is_said: bool
) -> None:
    rows = [condition(), clause(**call), clause("word", ends="feedback_given", **feedback)]
    found = [place for place, _severity in said(rows) if place == "clause:word"]
    assert found == (["clause:word"] if is_said else [])
