"""The policy's pages: everybody reads, managers write, input is never lost."""

from typing import Any

import pytest

from alignment.agreements.actions.drafts import save_draft, start_draft
from alignment.agreements.actions.signing import propose
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import draft_of, in_force
from alignment.workspace.tests.pages import queries
from campaigns.policy.defaults import DEFAULT_POLICY
from campaigns.policy.forms import PolicyForm
from campaigns.policy.rules import parse_policy
from tests.cast import ROLES, Cast
from tests.signing import bring_in_force

pytestmark = pytest.mark.django_db
EDITORS = ("owner", "marketing_manager", "sales_manager")


def address(cast: Cast, rest: str = "") -> str:
    return f"/p/{cast.program.slug}/policy/{rest}"


@pytest.fixture
def draft(cast: Cast) -> Version:
    return start_draft(program=cast.program, kind=Kind.POLICY, by=cast.owner)


def filled(version: Version) -> dict[str, Any]:
    """The data that a browser submits for the unchanged draft."""
    form = PolicyForm.of(parse_policy(version.content), version.content, version.note)
    sent = {name: form[name].value() for name in form.fields}
    for name in ("quiet_from", "quiet_until"):
        sent[name] = f"{sent[name]:%H:%M}"
    return {name: "" if value is None else value for name, value in sent.items()}


@pytest.mark.parametrize("who", ROLES)
def test_everybody_reads_the_policy(cast: Cast, who: str) -> None:
    text = cast.client(who).get(address(cast)).text
    for shown in (
        "Version 1 in force",
        "At most 4 touches in any 14 days, both teams counted.",
        "At most 12 touches",
        "24 hours between touches of different people",
        "Nothing from 6:00 PM to 8:00 AM, in the prospect",
        "rest 7 days before and after each touch of sales",
        "Nobody buys from a call at dinner.",
        "Consent and do-not-contact",
    ):
        assert shown in text
    assert ("policy/draft/start/" in text) == (who in EDITORS)
    assert cast.client(who).get(address(cast, "versions/1/")).status_code == 200
    assert 'aria-current="page" data-go="k"' in text


def test_reading_costs_no_more_with_more_versions(cast: Cast, draft: Version) -> None:
    few = queries(cast, "rep", "policy/")
    bring_in_force(draft)
    for _ in range(2):
        bring_in_force(start_draft(program=cast.program, kind=Kind.POLICY, by=cast.owner))
    assert queries(cast, "rep", "policy/") <= few


def test_members_and_observers_write_nothing(cast: Cast, draft: Version) -> None:
    for who in ("marketer", "rep", "observer"):
        client = cast.client(who)
        assert client.get(address(cast, "draft/")).status_code == 403
        for rest in ("draft/start/", "draft/discard/", "draft/"):
            assert client.post(address(cast, rest)).status_code == 403


def test_saving_without_a_change_changes_nothing(cast: Cast, draft: Version) -> None:
    assert cast.client("owner").post(address(cast, "draft/"), filled(draft)).status_code == 302
    draft.refresh_from_db()
    assert draft.content == DEFAULT_POLICY
    assert "No difference yet." in cast.client("owner").get(address(cast, "draft/")).text


def test_a_change_is_signed_by_both_and_rules(cast: Cast, draft: Version) -> None:
    changed = {"per_stakeholder": "3", "quiet_from": "19:30", "reason_quiet": "", "note": "Calmer"}
    client = cast.client("marketing_manager")
    assert client.post(address(cast, "draft/"), filled(draft) | changed).status_code == 302
    text = client.get(address(cast, "draft/")).text
    assert "<ins>3" in text
    opened = f"/p/{cast.program.slug}/agreements/policy/"
    page = client.get(f"{opened}propose/").text
    assert "Counts from" in page
    assert "Hand over the leads" not in page
    assert client.post(f"{opened}propose/", {"counts_from": ""}).status_code == 302
    draft.refresh_from_db()
    signature = {"digest": draft.digest or "", "number": str(draft.number)}
    for who in ("marketing_manager", "sales_manager"):
        assert "Sign for" in cast.client(who).get(f"{opened}open/").text
        assert cast.client(who).post(f"{opened}sign/", signature).status_code == 302
    ruling = in_force(cast.program, Kind.POLICY)
    assert ruling == draft
    policy = parse_policy(draft.content)
    assert (policy.per_stakeholder, policy.quiet_from) == (3, 19 * 60 + 30)
    assert "quiet" not in draft.content["reasons"]
    text = cast.client("rep").get(address(cast)).text
    assert "Version 2 in force" in text
    assert "Calmer" in text
    assert "Version 2" in client.get(f"{opened}history/").text
    assert "Quiet hours" in client.get(f"{opened}compare/1/2/").text


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"gap_hours": "lots"}, "Enter a whole number"),
        ({"gap_hours": "-1"}, "At least 0."),
        ({"per_stakeholder": "0"}, "At least 1."),
        ({"per_account": "3"}, "An account takes at least as many touches"),
        ({"quiet_from": "late"}, "Enter a valid time"),
        ({"window_days": ""}, "This field is required"),
        ({"reason_per_account": "x" * 301}, "at most 300 characters"),
    ],
)
def test_errors_stand_at_the_field(
    cast: Cast, draft: Version, changed: dict[str, Any], problem: str
) -> None:
    sent = filled(draft) | {"reason_quiet": "Kept <words>"} | changed
    reply = cast.client("owner").post(address(cast, "draft/"), sent)
    assert reply.status_code == 422
    assert problem in reply.text
    assert "Kept &lt;words&gt;" in reply.text
    draft.refresh_from_db()
    assert draft.content == DEFAULT_POLICY


def test_the_second_of_two_saves_is_told_and_loses_nothing(cast: Cast, draft: Version) -> None:
    seen, url = draft.updated_at.isoformat(), address(cast, "draft/")
    hers = filled(draft) | {"gap_hours": "48", "seen": seen}
    his = filled(draft) | {"pause_days": "3", "seen": seen}
    assert cast.client("sales_manager").post(url, hers).status_code == 302
    told = cast.client("marketing_manager").post(url, his)
    assert told.status_code == 409
    assert 'value="3"' in told.text
    assert {change.key for change in told.context["theirs"]} == {"gap_hours", "pause_days"}
    again = his | {"gap_hours": "48", "seen": told.context["seen"]}
    assert cast.client("marketing_manager").post(url, again).status_code == 302
    draft.refresh_from_db()
    assert (draft.content["gap_hours"], draft.content["pause_days"]) == (48, 3)


def test_what_was_typed_into_a_draft_that_is_gone_is_not_lost(cast: Cast, draft: Version) -> None:
    sent = filled(draft) | {"reason_quiet": "Kept words"}
    cast.client("sales_manager").post(address(cast, "draft/discard/"))
    assert draft_of(cast.program, Kind.POLICY) is None
    reply = cast.client("marketing_manager").post(address(cast, "draft/"), sent)
    assert reply.status_code == 409
    assert "Kept words" in reply.text
    assert "The draft is no longer there" in reply.text
    assert cast.client("owner").get(address(cast, "draft/")).status_code == 302


def test_starting_while_a_proposal_waits_leads_to_it(cast: Cast, draft: Version) -> None:
    save_draft(version=draft, content=DEFAULT_POLICY | {"gap_hours": 1}, note="", by=cast.owner)
    propose(version=draft, by=cast.owner)
    reply = cast.client("owner").post(address(cast, "draft/start/"))
    assert reply["Location"] == f"/p/{cast.program.slug}/agreements/policy/open/"


def test_what_deserves_a_look_is_said_while_it_is_written(cast: Cast, draft: Version) -> None:
    content = DEFAULT_POLICY | {"gap_hours": 0, "quiet_from": 600, "quiet_until": 600}
    save_draft(version=draft, content=content, note="", by=cast.owner)
    for page in (address(cast, "draft/"), f"/p/{cast.program.slug}/agreements/policy/open/"):
        text = cast.client("owner").get(page).text
        assert "in the same hour without knowing of each other" in text
        assert "a call may ring at night" in text
