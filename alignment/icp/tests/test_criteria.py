"""Criteria as people write them: counts before saving, priorities, the latest word on a budget."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AccountChange
from alignment.agreements.actions.drafts import save_draft, start_draft
from alignment.agreements.models import Kind
from alignment.agreements.queries import draft_of
from alignment.icp.models import Verdict
from alignment.icp.queries import verdict_of
from alignment.icp.queries_counts import counted, splits
from alignment.icp.rules import Criterion, Icp, parse_icp
from alignment.icp.words import in_words
from alignment.people.models import Program
from alignment.scoring.actions.accounts import judge_waiting
from tests import cast as make
from tests.cast import ROLES, Cast
from tests.signing import bring_in_force

CONFIRMED = {"kind": "budget_confirmed", "weight": "must", "key": "said"}


def address(cast: Cast, rest: str) -> str:
    return f"/p/{cast.program.slug}/icp/{rest}"


def rule(program: Program, by: Any, *rows: dict[str, Any]) -> None:
    draft = start_draft(program=program, kind=Kind.ICP, by=by)
    content = {"criteria": list(rows)}
    bring_in_force(save_draft(version=draft, content=content, note="", by=by))


def test_the_latest_word_of_any_lead_says_whether_the_budget_is_there(cast: Cast) -> None:
    rule(cast.program, cast.owner, CONFIRMED)
    company = make.account(cast.program)
    one, other = (make.stakeholder(cast.program, company) for _ in range(2))
    assert verdict_of(company).answer == "unknown"
    make.engage(one, "budget_confirmed", value=False)
    assert verdict_of(company).answer == "no"
    make.engage(other, "budget_confirmed")
    assert verdict_of(company).answer == "yes"
    assert judge_waiting(program_id=cast.program.pk)
    assert Verdict.objects.in_program(cast.program).get(account=company).answer == "yes"


def test_a_word_on_the_budget_queues_accounts_only_if_the_profile_asks(cast: Cast) -> None:
    person = make.stakeholder(cast.program, make.account(cast.program))
    make.engage(person, "budget_confirmed")
    assert not AccountChange.objects.in_program(cast.program).exists()
    rule(cast.program, cast.owner, CONFIRMED)
    make.engage(person, "pricing_page_view")
    assert not AccountChange.objects.in_program(cast.program).exists()
    make.engage(person, "budget_confirmed")
    assert AccountChange.objects.in_program(cast.program).count() == 1


def test_another_programs_word_says_nothing(cast: Cast) -> None:
    hers = make.stakeholder(cast.other_program, make.account(cast.other_program))
    make.engage(hers, "budget_confirmed")
    make.account(cast.program)
    asked = Criterion("said", "budget_confirmed", "must")
    (split,) = splits(program=cast.program, criteria=[asked])
    assert (split.all.yes, split.all.no, split.all.unknown) == (0, 0, 1)


def test_counts_of_a_criterion_and_of_the_profile_with_it(cast: Cast) -> None:
    for size in (10, 300, 900, None):
        make.account(cast.program, employees_low=size, employees_high=size)
    base = Icp((Criterion("employees", "employees", "must", minimum=200),))
    other = Criterion("employees", "employees", "must", minimum=500)
    found = counted(program=cast.program, profile=base, criterion=other)
    assert (found.criterion.yes, found.criterion.no, found.criterion.unknown) == (1, 2, 1)
    assert (found.now.yes, found.now.no, found.now.unknown) == (2, 1, 1)
    assert (found.then.yes, found.then.no, found.then.unknown) == (1, 2, 1)
    out = Criterion("tiny", "employees", "exclude", maximum=50)
    excluded = counted(program=cast.program, profile=base, criterion=out)
    assert (excluded.criterion.yes, excluded.criterion.no) == (2, 1)
    assert excluded.then == excluded.now


def test_won_and_lost_deals_split(cast: Cast) -> None:
    for size, stage in ((300, "won"), (10, "lost"), (300, "lost"), (300, "")):
        company = make.account(cast.program, employees_low=size, employees_high=size)
        lead = make.lead(cast.program, make.stakeholder(cast.program, company))
        if stage:
            lead.stage, lead.closed_at = stage, lead.opened_at
            lead.save()
    (split,) = splits(
        program=cast.program, criteria=[Criterion("e", "employees", "must", minimum=200)]
    )
    assert (split.all.yes, split.won.yes, split.lost.yes, split.lost.total) == (3, 1, 1, 2)


def test_counting_is_one_query_whatever_it_counts(cast: Cast) -> None:
    make.account(cast.program)
    criteria = [Criterion(str(i), "employees", "must", minimum=i) for i in range(8)]
    with CaptureQueriesContext(connection) as captured:
        splits(program=cast.program, criteria=criteria)
    statements = [q for q in captured.captured_queries if "SELECT" in q["sql"]]
    assert len(statements) == 1


@pytest.mark.parametrize("who", ROLES)
def test_counts_show_before_anything_is_saved(cast: Cast, who: str) -> None:
    make.account(cast.program, employees_low=300, employees_high=300)
    start_draft(program=cast.program, kind=Kind.ICP, by=cast.owner)
    before = draft_of(cast.program, Kind.ICP)
    sent = {"min": "200", "weight": "must"}
    answer = cast.client(who).post(address(cast, "count/employees/"), sent)
    assert answer.status_code == (403 if who == "observer" else 200)
    if who != "observer":
        assert answer.context["counted"].criterion.yes == 1
    after = draft_of(cast.program, Kind.ICP)
    assert before
    assert after
    assert after.content == before.content


@pytest.mark.parametrize(
    ("kind", "sent", "problem"),
    [
        ("employees", {"min": "many", "weight": "must"}, "Write a number"),
        ("employees", {"min": "9", "max": "1", "weight": "must"}, "maximum is below"),
        ("geography", {"states": ["TX"], "priority_TX": "7", "weight": "must"}, "1, 2 or 3"),
        ("industry", {"weight": "must"}, "Choose at least one industry"),
    ],
)
def test_what_is_typed_wrong_is_said_instead_of_counts(
    cast: Cast, kind: str, sent: dict[str, Any], problem: str
) -> None:
    answer = cast.client("rep").post(address(cast, f"count/{kind}/"), sent)
    assert problem in answer.content.decode()
    assert "counted" not in answer.context
    assert cast.client("rep").post(address(cast, "count/nothing/")).status_code == 404


def test_priorities_are_kept_and_said(cast: Cast) -> None:
    start_draft(program=cast.program, kind=Kind.ICP, by=cast.owner)
    sent = {
        "states": ["TX", "NY"],
        "priority_TX": "2",
        "priority_NY": "1",
        "priority_CA": "3",
        "weight": "preferred",
        "reason": "Our offices",
    }
    cast.client("owner").post(address(cast, "draft/add/geography/"), sent)
    draft = draft_of(cast.program, Kind.ICP)
    assert draft
    row = draft.content["criteria"][-1]
    assert row["priorities"] == {"TX": 2}
    (said,) = in_words(parse_icp({"criteria": [row]}).criteria)
    assert said.wanted == "New York (priority 1), Texas (priority 2)"
    page = cast.client("owner").get(address(cast, f"draft/criteria/{row['key']}/"))
    assert '<option value="2" selected>' in page.content.decode()


def test_a_reason_is_required_and_forbidden_is_a_word_of_the_form(cast: Cast) -> None:
    start_draft(program=cast.program, kind=Kind.ICP, by=cast.owner)
    client = cast.client("owner")
    page = client.get(address(cast, "draft/add/technology/?weight=exclude")).content.decode()
    assert "Forbidden: with one of them no match" in page
    sent = {"names": "sap", "weight": "exclude"}
    refused = client.post(address(cast, "draft/add/technology/"), sent)
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    client.post(address(cast, "draft/add/technology/"), sent | {"reason": "No integration"})
    assert "Forbidden technology" in client.get(address(cast, "draft/")).content.decode()


def test_accounts_with_something_to_find_out(cast: Cast) -> None:
    make.account(cast.program, "Nobody Knows")
    client = cast.client("rep")
    for query, shown in (("*", True), ("employees", True), ("gone", False)):
        text = client.get(f"/p/{cast.program.slug}/accounts/?unknown={query}").content.decode()
        assert ("Nobody Knows" in text) == shown
    text = client.get(f"/p/{cast.program.slug}/accounts/?unknown=employees").content.decode()
    assert "To find out: Employees · 200–5,000" in text
