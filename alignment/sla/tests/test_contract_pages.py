"""The contract's pages: everybody reads, managers write, nothing typed is lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alignment.agreements.actions.drafts import save_draft, start_draft
from alignment.agreements.actions.signing import propose
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import draft_of, in_force
from alignment.people.models import Role
from alignment.sla.defaults import DEFAULT_CONTRACT
from alignment.sla.forms.draft import ContractForm
from alignment.sla.queries.contract import Fared, fared
from alignment.sla.rules.contract import parse_contract
from tests import cast as make
from tests.cast import ROLES, Cast
from tests.signing import bring_in_force

from .clocks import ended, excuse

EDITORS = ("owner", "marketing_manager", "sales_manager")


def address(cast: Cast, rest: str = "") -> str:
    return f"/p/{cast.program.slug}/sla/{rest}"


@pytest.fixture
def draft(cast: Cast) -> Version:
    return start_draft(program=cast.program, kind=Kind.SLA, by=cast.owner)


def filled(version: Version) -> dict[str, Any]:
    """What a browser sends back for the draft as it stands."""
    form = ContractForm.of(parse_contract(version.content), version.note)
    sent: dict[str, Any] = {"row": [row.number for row in form.rows], "do": "save", "note": ""}
    for row in form.rows:
        sent[f"rungs-{row.number}"] = [step for step, _rung in row.rungs]
        for part in (row.clause, *(rung for _step, rung in row.rungs)):
            for name in part.fields:
                value = part[name].value()
                sent[part.add_prefix(name)] = "" if value is None else value
    return sent


@pytest.mark.parametrize("who", ROLES)
def test_everybody_reads_the_contract(cast: Cast, who: str) -> None:
    text = cast.client(who).get(address(cast)).text
    for shown in (
        "Version 1 in force",
        "promises sales",
        "promises marketing",
        "First contact",
        "business hour",
        "within 1 business hour of the hand-off, in the hours of the team",
        "warnings at 50% and 80%",
        "the managers of marketing",
        "Unanswered for 30 minutes",
        "Who calls first, talks first.",
        "No clock has ended yet.",
    ):
        assert shown in text
    assert ("sla/draft/start/" in text) == (who in EDITORS)
    assert cast.client(who).get(address(cast, "versions/1/")).status_code == 200
    assert 'aria-current="page" data-go="c"' in text


def test_how_each_promise_fares(cast: Cast) -> None:
    """Promises kept, broken and excused in the last 30 days, of this program only."""
    lead = make.lead(cast.program)
    for took in (10, 20, 30, 70):
        ended(cast.program, lead, took=took)
    excuse(ended(cast.program, lead), granted=True)
    excuse(ended(cast.program, lead), granted=False)
    excuse(ended(cast.program, lead), granted=None)
    ended(cast.program, lead, state="lapsed")
    ended(cast.program, lead, took=10, at=timezone.now() - timedelta(days=31))
    ended(cast.program, lead, "feedback", took=10)
    ended(cast.other_program, make.lead(cast.other_program), took=10)
    assert fared(program=cast.program) == {
        "first-contact": Fared(kept=3, broken=3, excused=1),
        "feedback": Fared(kept=1),
    }
    page = cast.client("rep").get(address(cast)).context["page"]
    lines = {line.clause.key: line for side in page.sides for line in side.lines}
    assert (lines["first-contact"].fared.total, lines["first-contact"].fared.share) == (7, 50)
    assert lines["hand-off"].fared == Fared()


def test_a_share_is_full_only_when_nothing_broke() -> None:
    assert Fared(kept=999, broken=1).share == 99
    assert Fared(kept=9, excused=1).share == 100
    assert Fared(excused=1).share == 0


def test_the_page_costs_the_same_whatever_the_clocks(cast: Cast) -> None:
    lead = make.lead(cast.program)

    def cost() -> int:
        cast.client("rep").get(address(cast))
        with CaptureQueriesContext(connection) as captured:
            cast.client("rep").get(address(cast))
        return len(captured)

    excuse(ended(cast.program, lead), granted=True)
    one = cost()
    for _ in range(2):
        excuse(ended(cast.program, lead), granted=True)
    assert cost() == one
    assert one <= 18


@pytest.mark.parametrize("who", ["marketer", "rep", "observer"])
def test_members_do_not_write(cast: Cast, who: str, draft: Version) -> None:
    client = cast.client(who)
    assert client.get(address(cast, "draft/")).status_code == 403
    for rest in ("draft/start/", "draft/discard/", "draft/"):
        assert client.post(address(cast, rest)).status_code == 403


def test_saving_without_a_change_changes_nothing(cast: Cast, draft: Version) -> None:
    """The submitted form yields the same content and hash as before."""
    assert cast.client("owner").post(address(cast, "draft/"), filled(draft)).status_code == 302
    draft.refresh_from_db()
    assert set(parse_contract(draft.content).clauses) == set(
        parse_contract(DEFAULT_CONTRACT).clauses
    )
    assert "No difference yet." in cast.client("owner").get(address(cast, "draft/")).text


def test_rows_and_steps_move_without_script_and_without_saving(cast: Cast, draft: Version) -> None:
    client, url = cast.client("sales_manager"), address(cast, "draft/")
    sent = filled(draft) | {"clause-3-reason": "Half <i>typed", "clause-3-amount": "soon"}

    def rows(wish: str) -> list[str]:
        page = client.post(url, sent | {"do": wish})
        assert page.status_code == 200
        assert "Half &lt;i&gt;typed" in page.text
        assert 'value="soon"' in page.text
        assert "Enter a whole number" not in page.text
        return [row.number for row in page.context["form"].rows]

    def steps(wish: str) -> list[str]:
        form = client.post(url, sent | {"do": wish}).context["form"]
        return [step for step, _rung in form.rows[3].rungs]

    assert rows("timed:sales") == [*"01234567"]
    assert rows("condition:marketing") == [*"01234567"]
    # It moves past its neighbour on the same side.
    assert rows("up:4") == [*"0124356"]
    assert rows("up:3") == [*"0123456"]
    assert rows("down:2") == [*"0123456"]
    assert "3" in rows("remove:2")
    assert "2" not in rows("remove:2")
    assert steps("rung-add:3") == ["0", "1", "2"]
    assert steps("rung-up:3.1") == ["1", "0"]
    assert steps("rung-down:3.1") == ["0", "1"]
    assert steps("rung-remove:3.0") == ["1"]
    for nonsense in ("up:99", "remove:x", "timed:nobody", "rung-up:3.9", "rung-up:x", "sing"):
        assert rows(nonsense) == [*"0123456"]
    before = draft.content
    draft.refresh_from_db()
    assert draft.content == before


def test_rows_end_where_the_contract_does(cast: Cast, draft: Version) -> None:
    sent = filled(draft)
    client, url = cast.client("owner"), address(cast, "draft/")
    for _ in range(20):
        form = client.post(url, sent | {"do": "timed:sales"}).context["form"]
        sent["row"] = [row.number for row in form.rows]
    assert len(form.rows) == 20
    sent = filled(draft)
    for _ in range(6):
        form = client.post(url, sent | {"do": "rung-add:0"}).context["form"]
        sent["rungs-0"] = [step for step, _rung in form.rows[0].rungs]
    assert len(sent["rungs-0"]) == 5


def test_a_change_to_force(cast: Cast, draft: Version) -> None:
    client = cast.client("marketing_manager")
    sent = filled(draft) | {"clause-3-amount": "45", "clause-3-unit": "minutes", "note": "Faster"}
    sent["clause-3-counted"], sent["clause-3-warn_at"] = "rep", "80 %, 60"
    sent["rungs-3"] = ["1", "0"]
    sent["rung-3-1-channels"] = ["app", "slack"]
    assert client.post(address(cast, "draft/"), sent).status_code == 302
    text = client.get(address(cast, "draft/")).text
    for marked in (
        "<del>1 business hour</del> <ins>45 business minutes</ins> of the hand-off",
        "in the hours of the <del>team",
        "<ins>rep",
    ):
        assert marked in text
    draft.refresh_from_db()
    bring_in_force(draft)
    ruling = in_force(cast.program, Kind.SLA)
    assert ruling
    promise = parse_contract(ruling.content).clause("first-contact")
    assert promise
    assert (promise.minutes, promise.hours_of, promise.warn_at) == (45, "rep", (60, 80))
    assert [(rung.to, rung.channels) for rung in promise.ladder] == [
        ("owner", ("app", "slack")),
        ("manager", ("app", "email")),
    ]
    text = client.get(address(cast)).text
    assert "Version 2 in force" in text
    assert "Faster" in text
    assert "Version 2" in client.get(f"/p/{cast.program.slug}/agreements/sla/history/").text


def test_a_new_promise_gets_a_key_of_its_own(cast: Cast, draft: Version) -> None:
    new = {
        "clause-7-kind": "timed",
        "clause-7-owes": "sales",
        "clause-7-starts": "handed_off",
        "clause-7-ends": "contacted",
        "clause-7-amount": "2",
        "clause-7-unit": "hours",
        "clause-7-counted": "elapsed",
    }
    sent = filled(draft) | new
    sent["row"] = [*sent["row"], "7"]
    client = cast.client("owner")
    assert client.post(address(cast, "draft/"), sent).status_code == 302
    draft.refresh_from_db()
    added = draft.content["clauses"][-1]
    assert (added["key"], added["minutes"]) == ("contacted", 120)
    text = client.get(address(cast, "draft/")).text
    assert "Another promise times the same thing" in text
    assert "A breach of this promise reaches nobody" in text


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"clause-3-amount": "lots"}, "Enter a whole number"),
        ({"clause-3-amount": "0"}, "At least 1."),
        ({"clause-3-amount": "86400", "clause-3-unit": "hours"}, "Give a whole number from 1 to"),
        ({"clause-3-ends": "lunch"}, "Select a valid choice"),
        ({"clause-3-ends": ""}, "This field is required"),
        ({"clause-3-owes": "nobody"}, "Select a valid choice"),
        ({"clause-3-counted": "moon"}, "Select a valid choice"),
        ({"clause-3-warn_at": "often"}, "Give percentages from 1 to 99"),
        ({"clause-3-warn_at": "100"}, "Give percentages from 1 to 99"),
        ({"clause-3-warn_at": "1 2 3 4 5 6"}, "At most 5 warnings"),
        ({"clause-1-condition": ""}, "This field is required"),
        ({"rung-3-0-channels": []}, "This field is required"),
        ({"rung-3-0-after_minutes": "-1"}, "At least 0."),
        ({"rung-3-0-to": "everybody"}, "Select a valid choice"),
        ({"clause-3-key": "feedback"}, "Two clauses have the same key"),
        ({"clause-3-key": "No Key"}, "A key has up to 40 lowercase letters"),
    ],
)
def test_errors_stand_at_the_field(
    cast: Cast, draft: Version, changed: dict[str, Any], problem: str
) -> None:
    sent = filled(draft) | {"clause-2-reason": "Kept words"} | changed
    reply = cast.client("owner").post(address(cast, "draft/"), sent)
    assert reply.status_code == 422
    assert problem in reply.text
    assert "Kept words" in reply.text
    before = draft.content
    draft.refresh_from_db()
    assert draft.content == before


def test_the_second_of_two_saves_is_told_and_loses_nothing(cast: Cast, draft: Version) -> None:
    seen = draft.updated_at.isoformat()
    hers = filled(draft) | {"clause-3-amount": "2", "seen": seen}
    his = filled(draft) | {"clause-4-amount": "12", "seen": seen}
    url = address(cast, "draft/")
    assert cast.client("sales_manager").post(url, hers).status_code == 302
    told = cast.client("marketing_manager").post(url, his)
    assert told.status_code == 409
    assert 'value="12"' in told.text
    assert {change.title for change in told.context["theirs"]} == {
        "First contact",
        "Feedback on the lead",
    }
    again = his | {"clause-3-amount": "2", "seen": told.context["seen"]}
    assert cast.client("marketing_manager").post(url, again).status_code == 302
    draft.refresh_from_db()
    contract = parse_contract(draft.content)
    limits = {clause.key: clause.minutes for clause in contract.clauses}
    assert (limits["first-contact"], limits["feedback"]) == (120, 720)


def test_what_was_typed_into_a_draft_that_is_gone_is_not_lost(cast: Cast, draft: Version) -> None:
    sent = filled(draft) | {"clause-2-reason": "Kept words"}
    cast.client("sales_manager").post(address(cast, "draft/discard/"))
    assert draft_of(cast.program, Kind.SLA) is None
    reply = cast.client("marketing_manager").post(address(cast, "draft/"), sent)
    assert reply.status_code == 409
    assert "Kept words" in reply.text
    assert "The draft is no longer there" in reply.text
    assert cast.client("owner").get(address(cast, "draft/")).status_code == 302


def test_starting_while_a_proposal_waits_leads_to_it(cast: Cast, draft: Version) -> None:
    propose(version=draft, by=cast.owner)
    reply = cast.client("owner").post(address(cast, "draft/start/"))
    assert reply["Location"] == f"/p/{cast.program.slug}/agreements/sla/open/"


def test_terms_of_a_contract_say_nothing_of_leads_that_rise(cast: Cast, draft: Version) -> None:
    client, opened = cast.client("owner"), f"/p/{cast.program.slug}/agreements/sla/"
    save_draft(
        version=draft, content={"clauses": draft.content["clauses"][1:]}, note="", by=cast.owner
    )
    page = client.get(f"{opened}propose/").text
    assert "Counts from" in page
    assert "Hand over the leads" not in page
    assert client.post(f"{opened}propose/", {"hands_over": "on"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.hands_over) == ("proposed", False)
    assert "Leads that rise because of it" not in client.get(f"{opened}open/").text


def test_managers_are_asked_to_sign_it_today_and_talk_about_a_clause(
    cast: Cast, draft: Version
) -> None:
    opened = f"/p/{cast.program.slug}/agreements/sla/"
    said = {"clause": "clause:feedback", "text": "24 hours are long."}
    assert cast.client("rep").post(f"{opened}comments/", said).status_code == 302
    page = cast.client("rep").get(f"{opened}open/").context["page"]
    talked = {line.clause.key: len(line.threads) for line in page.lines}
    assert talked["clause:feedback"] == 1
    assert sum(talked.values()) == 1
    propose(version=draft, by=cast.owner)
    today = cast.client("sales_manager").get(f"/p/{cast.program.slug}/")
    assert f"{opened}open/" in today.text


def test_a_page_without_a_contract_says_what_to_do(cast: Cast) -> None:
    bare = make.program()
    make.member(bare, cast.owner, Role.OWNER)
    client, url = cast.client("owner"), f"/p/{bare.slug}/sla/"
    assert "No contract is in force yet" in client.get(url).text
    assert client.post(f"{url}draft/start/").status_code == 302
    assert "promises nothing" in client.get(f"{url}draft/").text
    assert client.get(f"{url}versions/1/").status_code == 404


def test_the_owner_says_whether_another_crm_confirms(cast: Cast) -> None:
    url = f"/p/{cast.program.slug}/sla/"
    owner = cast.client("owner")
    assert "Entente is the CRM: a change" in owner.get(url).text
    assert owner.post(f"{url}crm/", {"outside_crm": "yes"}).status_code == 302
    assert "Another CRM confirms" in cast.client("rep").get(url).text
    assert cast.client("sales_manager").post(f"{url}crm/", {}).status_code == 403
    owner.post(f"{url}crm/", {"outside_crm": "no"})
    assert "Entente is the CRM: a change" in owner.get(url).text
