"""The pages on which both sides comment, sign and look back."""

import pytest
from django.urls import reverse

from alignment.agreements.actions import comments, drafts, signing
from alignment.agreements.models import Kind, State, Version
from alignment.agreements.queries import in_force, open_version
from alignment.notifications.models import Notice, NoticeKind
from alignment.workspace.tests.pages import queries
from tests.cast import Cast
from tests.signing import bring_in_force


def address(cast: Cast, rest: str, agreement: str = "scoring") -> str:
    return f"/p/{cast.program.slug}/agreements/{agreement}/{rest}"


@pytest.fixture
def draft(cast: Cast) -> Version:
    made = drafts.start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner)
    content = made.content | {"mql_at": 35}
    return drafts.save_draft(version=made, content=content, note="Spring", by=cast.owner)


@pytest.fixture
def proposal(cast: Cast, draft: Version) -> Version:
    return signing.propose(version=draft, by=cast.marketing_manager)


def sign(cast: Cast, who: str, version: Version) -> int:
    words = {"digest": version.digest or "", "number": str(version.number)}
    return cast.client(who).post(address(cast, "sign/"), words).status_code


def test_a_draft_is_proposed_and_signed_by_both(cast: Cast, draft: Version) -> None:
    manager = cast.client("marketing_manager")
    shown = manager.get(address(cast, "open/")).text
    for words in ("MQL from", "<del>40</del>", "<ins>35</ins>", "Spring", "1 change"):
        assert words in shown
    assert "What changes" in manager.get(address(cast, "propose/")).text
    assert manager.post(address(cast, "propose/"), {"counts_from": ""}).status_code == 302
    proposed = open_version(cast.program, Kind.SCORING)
    assert proposed
    assert "Sign for marketing" in manager.get(address(cast, "open/")).text
    assert sign(cast, "marketing_manager", proposed) == 302
    assert "Sign for marketing" not in manager.get(address(cast, "open/")).text
    assert "Sign for sales" in cast.client("sales_manager").get(address(cast, "open/")).text
    assert sign(cast, "sales_manager", proposed) == 302
    assert in_force(cast.program, Kind.SCORING) == proposed
    shown = cast.client("observer").get(address(cast, "history/")).text
    for words in ("Marc Manager", "Sarah Sales", "Shipped with the product", "<ins>35</ins>"):
        assert words in shown


@pytest.mark.parametrize(
    ("day", "problem"),
    [
        ("2001-01-01", "Choose a day after today"),
        ("9999-01-01", "within the next two years"),
        ("soon", "Enter a valid date"),
    ],
)
def test_a_wrong_day_is_told_at_the_field(
    cast: Cast, draft: Version, day: str, problem: str
) -> None:
    reply = cast.client("owner").post(address(cast, "propose/"), {"counts_from": day})
    assert reply.status_code == 422
    assert problem in reply.text
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_a_stale_page_signs_nothing_and_explains(cast: Cast, proposal: Version) -> None:
    signing.send_back(version=proposal, by=cast.marketing_manager, reason="The webinar counts more")
    words = {"digest": proposal.digest or "", "number": str(proposal.number)}
    reply = cast.client("sales_manager").post(address(cast, "sign/"), words)
    assert reply.status_code == 409
    assert "Marc Manager declined it: “The webinar counts more”" in reply.text
    for broken in ({}, {"number": "x"}, {"number": "99"}):
        assert cast.client("sales_manager").post(address(cast, "sign/"), broken).status_code == 404


def test_a_decline_needs_its_reason(cast: Cast, proposal: Version) -> None:
    manager = cast.client("sales_manager")
    assert manager.post(address(cast, "decline/"), {"reason": " "}).status_code == 422
    assert manager.post(address(cast, "decline/"), {"reason": "Too low"}).status_code == 302
    assert "Too low" in manager.get(address(cast, "open/")).text
    proposal.refresh_from_db()
    assert proposal.state == State.DRAFT
    assert cast.client("owner").post(address(cast, "withdraw/")).status_code == 302


def test_members_comment_answer_and_settle(cast: Cast, draft: Version) -> None:
    rep = cast.client("rep")
    said = {"clause": "mql_at", "text": "Why <b>35</b>?"}
    assert rep.post(address(cast, "comments/"), said).status_code == 302
    thread = draft.comments.get()
    answer = {"parent": str(thread.pk), "text": "We have room for more calls."}
    cast.client("marketer").post(address(cast, "comments/"), answer)
    shown = cast.client("observer").get(address(cast, "open/")).text
    assert "Why &lt;b&gt;35&lt;/b&gt;?" in shown
    assert "We have room for more calls." in shown
    settle = address(cast, f"comments/{thread.pk}/settle/")
    assert rep.post(settle, {"settled": "yes"}).status_code == 302
    thread.refresh_from_db()
    assert thread.settled_by == cast.rep
    wrong = rep.post(address(cast, "comments/"), {"text": "x" * 5_000})
    assert wrong.status_code == 422
    assert "at most 4,000 characters" in wrong.text
    assert "x" * 5_000 in wrong.text


def test_observers_read_and_do_nothing_else(cast: Cast, proposal: Version) -> None:
    observer = cast.client("observer")
    for rest in ("open/", "history/", "compare/1/2/"):
        assert observer.get(address(cast, rest)).status_code == 200
    for rest in ("sign/", "withdraw/", "decline/", "comments/", "versions/1/again/", "propose/"):
        assert observer.post(address(cast, rest)).status_code == 403
    for who in ("marketer", "rep"):
        for rest in ("sign/", "withdraw/", "decline/", "propose/"):
            assert cast.client(who).post(address(cast, rest)).status_code == 403
    assert sign(cast, "owner", proposal) == 403


def test_roll_back_proposes_the_old_version_anew(cast: Cast, draft: Version) -> None:
    bring_in_force(draft)
    owner = cast.client("owner")
    assert "Propose anew" in owner.get(address(cast, "history/")).text
    owner.post(address(cast, "versions/1/again/"))
    again = open_version(cast.program, Kind.SCORING)
    assert again
    first = Version.objects.in_program(cast.program).get(kind=Kind.SCORING, number=1)
    assert (again.number, again.content, again.note) == (3, first.content, "Back to version 1.")
    owner.post(address(cast, "versions/1/again/"))
    assert open_version(cast.program, Kind.SCORING) == again


def test_without_anything_open_the_page_is_the_agreement(cast: Cast) -> None:
    reply = cast.client("owner").get(address(cast, "open/"))
    assert reply["Location"] == f"/p/{cast.program.slug}/scoring/"
    assert cast.client("owner").get(address(cast, "open/", "lunch")).status_code == 404
    for numbers in ("1/7", f"1/{10**18 - 1}", f"{10**30}/1"):
        assert cast.client("owner").get(address(cast, f"compare/{numbers}/")).status_code == 404


def test_pages_cost_the_same_for_one_comment_and_three(cast: Cast, draft: Version) -> None:
    def talk(number: int) -> None:
        first = comments.comment(version=draft, clause="mql_at", text=f"{number}", by=cast.rep)
        comments.comment(version=draft, clause="", text="Yes", by=cast.marketer, parent_id=first.pk)

    talk(1)
    one = queries(cast, "rep", "agreements/scoring/open/")
    talk(2)
    talk(3)
    assert queries(cast, "rep", "agreements/scoring/open/") == one
    bring_in_force(draft)
    once = queries(cast, "rep", "agreements/scoring/history/")
    again = drafts.start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner)
    bring_in_force(again)
    assert queries(cast, "rep", "agreements/scoring/history/") == once


@pytest.mark.parametrize("kind", Kind)
def test_no_second_draft_beside_a_proposal(cast: Cast, kind: Kind) -> None:
    made = drafts.start_draft(program=cast.program, kind=kind, by=cast.owner)
    signing.propose(version=made, by=cast.marketing_manager)
    page = reverse(f"{kind}:start", args=[cast.program.slug])
    reply = cast.client("sales_manager").post(page, follow=True)
    assert reply.redirect_chain == [(address(cast, "open/", kind), 302)]
    assert "Another version is open: settle that one first." in reply.text


def test_the_other_side_declines_and_does_not_withdraw(cast: Cast, proposal: Version) -> None:
    theirs = cast.client("sales_manager")
    assert "withdraw/" not in theirs.get(address(cast, "open/")).text
    reply = theirs.post(address(cast, "withdraw/"), follow=True)
    assert "The other side proposed this: decline it, and say why." in reply.text
    proposal.refresh_from_db()
    assert proposal.state == State.PROPOSED
    assert "withdraw/" in cast.client("marketing_manager").get(address(cast, "open/")).text
    cast.client("marketing_manager").post(address(cast, "withdraw/"))
    shown = cast.client("rep").get(address(cast, "open/")).text
    assert f"{cast.marketing_manager} withdrew the proposal." in shown
    told = notices(cast)
    assert [(each.user, each.title.partition(": ")[2]) for each in told] == [
        (cast.sales_manager, f"{cast.marketing_manager} withdrew it")
    ]


def test_who_proposed_hears_of_a_decline_and_that_it_rules(cast: Cast, proposal: Version) -> None:
    cast.client("sales_manager").post(address(cast, "decline/"), {"reason": "Too low"})
    (told,) = notices(cast)
    assert (told.user, told.text) == (cast.marketing_manager, "Too low")
    assert told.title.endswith(f"{cast.sales_manager} declined it")
    again = signing.propose(version=proposal, by=cast.marketing_manager)
    for who in ("marketing_manager", "sales_manager"):
        words = {"digest": again.digest or "", "number": str(again.number)}
        cast.client(who).post(address(cast, "sign/"), words)
    assert "both sides signed it, and it rules" in notices(cast)[-1].title


def notices(cast: Cast) -> list[Notice]:
    """Without the requests for a signature."""
    rows = Notice.objects.in_program(cast.program).filter(kind=NoticeKind.AGREEMENT)
    return list(rows.exclude(title__contains="your signature is missing").order_by("pk"))
