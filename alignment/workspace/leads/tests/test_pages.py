"""List, queue and record of leads: contents, number of queries, permissions."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Lead, Stage
from alignment.people.models import Program
from alignment.workspace.leads import selection
from tests import cast as make
from tests.cast import Cast

ACTIONS = ("call", "assign", "attempt", "feedback", "recycle", "disqualify")


def address(cast: Cast, rest: str) -> str:
    return f"/p/{cast.program.slug}/{rest}"


def mql(program: Program, **person: Any) -> Lead:
    """A lead that became MQL by its engagements."""
    lead = make.lead(program, make.stakeholder(program, make.account(program), **person))
    for code in ("budget_confirmed", "decision_authority", "pricing_page_view"):
        make.engage(lead.stakeholder, code)
    found = Lead.objects.in_program(program).get(pk=lead.pk)
    assert found.stage == Stage.MQL
    return found


def queries(cast: Cast, who: str, url: str, **headers: Any) -> int:
    """The number of queries of a page view, except those by which the session records activity."""
    cast.client(who).get(url, headers=headers)
    with CaptureQueriesContext(connection) as captured:
        assert cast.client(who).get(url, headers=headers).status_code == 200
    asked = [query["sql"] for query in captured.captured_queries]
    return len([sql for sql in asked if "session" not in sql and "SAVEPOINT" not in sql])


@pytest.mark.parametrize("page", ["leads/", "queue/"])
def test_a_list_costs_the_same_for_one_row_and_three(cast: Cast, page: str) -> None:
    mql(cast.program)
    one = queries(cast, "rep", address(cast, page))
    mql(cast.program)
    mql(cast.program)
    assert queries(cast, "rep", address(cast, page)) == one
    assert one <= 20


def test_a_live_refresh_is_cheap(cast: Cast) -> None:
    mql(cast.program)
    assert queries(cast, "rep", address(cast, "queue/"), HX_Request="true") <= 11
    assert queries(cast, "rep", address(cast, "leads/"), HX_Request="true") <= 11


def test_a_lead_costs_the_same_for_one_event_and_many(cast: Cast) -> None:
    lead = mql(cast.program)
    url = address(cast, f"leads/{lead.pk}/")
    few = queries(cast, "rep", url)
    for _ in range(5):
        make.engage(lead.stakeholder, "email_opened")
    assert queries(cast, "rep", url) == few
    assert few <= 32


def test_the_page_explains_each_point(cast: Cast) -> None:
    lead = mql(cast.program, first_name="Ada", last_name="Byron")
    page = cast.client("observer").get(address(cast, f"leads/{lead.pk}/")).content.decode()
    for shown in ("Ada Byron", "Budget confirmed", "+15", "Pricing page visited", "Not earned yet"):
        assert shown in page
    assert "Webinar attended" in page  # could still earn points


def test_shipped_signals_speak_the_readers_language(cast: Cast) -> None:
    cast.observer.language = "fr"
    cast.observer.save()
    lead = mql(cast.program)
    for page in ("leads/", "queue/", f"leads/{lead.pk}/", "scoring/", "scoring/signals/"):
        text = cast.client("observer").get(address(cast, page)).content.decode()
        assert "Page de tarifs visitée" in text
        assert "Pricing page visited" not in text


def test_html_in_names_is_text(cast: Cast) -> None:
    bad = "<script>alert(1)</script>"
    lead = mql(cast.program, first_name=bad, last_name='"><img src=x>', title=bad)
    for page in ("leads/", "queue/", f"leads/{lead.pk}/", f"leads/{lead.pk}/call/"):
        text = cast.client("rep").get(address(cast, page)).content.decode()
        assert bad not in text
        assert "<img src=x>" not in text
        assert "&lt;script&gt;" in text


def test_do_not_contact_is_said_and_nothing_invites_to(cast: Cast) -> None:
    lead = mql(cast.program, emails=["gone@company.example"])
    person = lead.stakeholder
    person.do_not_contact, person.do_not_contact_reason = True, "Asked to be left alone"
    person.save()
    page = cast.client("rep").get(address(cast, f"leads/{lead.pk}/")).content.decode()
    assert "Do not contact this person" in page
    assert "Asked to be left alone" in page
    assert "mailto:" not in page


@pytest.mark.parametrize("who", ["owner", "sales_manager", "rep"])
def test_sales_and_owners_may_act(cast: Cast, who: str) -> None:
    lead = mql(cast.program)
    for action in ACTIONS:
        page = cast.client(who).get(address(cast, f"leads/{lead.pk}/{action}/"))
        assert page.status_code == 200


@pytest.mark.parametrize("who", ["marketing_manager", "marketer", "observer"])
def test_marketing_and_observers_read_only(cast: Cast, who: str) -> None:
    lead = mql(cast.program)
    for page in ("queue/", "leads/", f"leads/{lead.pk}/"):
        text = cast.client(who).get(address(cast, page)).content.decode()
        assert f"leads/{lead.pk}/claim/" not in text
    for action in (*ACTIONS, "claim"):
        reply = cast.client(who).post(address(cast, f"leads/{lead.pk}/{action}/"), {"reason": "x"})
        assert reply.status_code == 403
    lead.refresh_from_db()
    assert lead.owner is None
    assert lead.stage == Stage.MQL


def test_another_programs_lead_does_not_exist(cast: Cast) -> None:
    hers = mql(cast.other_program)
    for rest in ("", *(f"{action}/" for action in ACTIONS)):
        page = cast.client("owner").get(address(cast, f"leads/{hers.pk}/{rest}"))
        assert page.status_code == 404
    assert cast.client("owner").post(address(cast, f"leads/{hers.pk}/claim/")).status_code == 404
    cast.client("owner").post(
        address(cast, "leads/assign/"), {"lead": [hers.pk], "owner": cast.rep.pk}
    )
    hers.refresh_from_db()
    assert hers.owner is None


def names(cast: Cast, query: str) -> list[str]:
    page = cast.client("rep").get(address(cast, f"leads/?{query}"))
    assert page.status_code == 200
    return [row.lead.stakeholder.last_name for row in page.context["page"].rows]


def test_filters(cast: Cast) -> None:
    ours = cast.program
    hot = mql(ours, last_name="Hot")
    make.lead(ours, make.stakeholder(ours, make.account(ours, "Cold Storage"), last_name="Cold"))
    Lead.objects.in_program(ours).filter(pk=hot.pk).update(owner=cast.rep)
    assert names(cast, "stage=mql") == ["Hot"]
    assert names(cast, f"owner=person:{cast.rep.pk}") == ["Hot"]
    assert names(cast, f"owner=team:{cast.sales.pk}") == ["Hot"]
    assert names(cast, "owner=side:marketing") == []
    assert names(cast, "owner=nobody") == ["Cold"]
    assert sorted(names(cast, f"owner=person_or_nobody:{cast.rep.pk}")) == ["Cold", "Hot"]
    assert names(cast, f"owner=person_or_nobody:{cast.marketer.pk}") == ["Cold"]
    assert names(cast, "min=30") == ["Hot"]
    assert names(cast, "max=29") == ["Cold"]
    assert names(cast, "signal=pricing_page_view") == ["Hot"]
    assert names(cast, "signal=nothing-like-it") == []
    assert names(cast, "q=cold+stor") == ["Cold"]
    assert names(cast, "q=hot") == ["Hot"]
    assert names(cast, "source=TEST&sort=score") == ["Hot", "Cold"]


@pytest.mark.parametrize(
    "query",
    [
        "stage=%00",
        "owner=person:99999999999999999999",
        "owner=team:abc",
        "min=abc&max=99999999999",
        "q=%00",
        "q=%25%5C_",
        "after=AAAA",
        "after=WyIyMDI2LTExLTIzVDEwOjAwOjAwIiwxXQ",
        "sort=nonsense",
        "signal=" + "x" * 5000,
        "min=%C2%B2",
    ],
)
def test_nonsense_in_the_address_is_ignored(cast: Cast, query: str) -> None:
    make.lead(cast.program)
    for page in ("leads/", "queue/"):
        assert cast.client("rep").get(address(cast, f"{page}?{query}")).status_code == 200


@pytest.mark.parametrize("sort", ["moved", "waiting", "score", "engaged"])
def test_pages_hold_each_lead_once(cast: Cast, sort: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = cast.program
    company = make.account(ours)
    made = {make.lead(ours, make.stakeholder(ours, company)).pk for _ in range(7)}
    same = timezone.now() - timedelta(hours=1)
    Lead.objects.in_program(ours).update(stage_since=same)
    monkeypatch.setitem(  # three rows per page
        __import__("alignment.workspace.leads.queries", fromlist=["x"]).lead_page.__kwdefaults__,
        "size",
        3,
    )
    seen: list[int] = []
    older = f"?sort={sort}"
    while older:
        page = cast.client("rep").get(address(cast, "leads/") + older)
        seen += [row.lead.pk for row in page.context["page"].rows]
        older = page.context["older"]
        assert len(seen) <= 7
    assert sorted(seen) == sorted(made)


def test_whose_leads_a_colleagues_link_shows_is_said(cast: Cast) -> None:
    """Today links to a queue of one's own and free leads; who opens such a link sees whose it is."""
    link = f"{address(cast, 'queue/')}?owner=person_or_nobody:{cast.rep.pk}"
    seen = {who: cast.client(who).get(link).text for who in ("rep", "sales_manager")}
    theirs = re.compile(r"selected>\s*Ravi Rep and unassigned")
    assert theirs.search(seen["sales_manager"])
    assert not theirs.search(seen["rep"])
    assert re.search(r"selected>\s*Mine and unassigned", seen["rep"])


def test_scores_are_searched_in_a_window_and_the_page_says_so(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "WINDOW", 2)
    for _ in range(3):
        make.lead(cast.program)
    page = cast.client("rep").get(address(cast, "leads/?max=100"))
    assert len(page.context["page"].rows) == 2
    assert "that moved last" in page.content.decode()


def test_the_file_holds_the_filtered_rows_and_no_formula(cast: Cast) -> None:
    mql(cast.program, first_name="=cmd()", last_name="Kept")
    make.lead(cast.program, make.stakeholder(cast.program, last_name="Left"))
    reply = cast.client("observer").get(address(cast, "leads/export/?stage=mql"))
    text = _body(reply).decode("utf-8-sig")
    assert "Kept" in text
    assert "'=cmd()" in text
    assert "Left" not in text


def _body(reply: Any) -> bytes:
    from asgiref.sync import async_to_sync

    async def read() -> bytes:
        return b"".join([part async for part in reply.streaming_content])

    return async_to_sync(read)()


def test_a_new_mql_glows_and_is_announced_in_a_refresh(cast: Cast) -> None:
    mql(cast.program, first_name="Grace", last_name="Hopper")
    url = address(cast, "queue/")
    part = cast.client("rep").get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'class="arrived"' in part
    assert "New in the queue: Grace Hopper" in part
    assert "(1) Lead queue" in part
    whole = cast.client("rep").get(url).content.decode()
    assert 'class="arrived"' not in whole


def test_each_number_of_the_profile_leads_to_its_accounts(cast: Cast) -> None:
    make.account(cast.program, "Right Size", employees_low=300, employees_high=300)
    make.account(cast.program, "Too Small", employees_low=3, employees_high=3)
    make.account(cast.program, "Nobody Knows")
    for query, name in (
        ("met", "Right Size"),
        ("missed", "Too Small"),
        ("unknown", "Nobody Knows"),
    ):
        text = (
            cast.client("rep").get(address(cast, f"accounts/?{query}=employees")).content.decode()
        )
        shown = {n for n in ("Right Size", "Too Small", "Nobody Knows") if n in text}
        assert shown == {name}
