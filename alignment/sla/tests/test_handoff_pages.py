"""Hand-off pages: the brief before the call, outcomes, and settings."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Lead
from alignment.sla.actions.work import disqualify, give_feedback, log_attempt, recycle
from alignment.sla.models import (
    HandOff,
    Leave,
    NextActionRule,
    ReasonCode,
    Routing,
    Seat,
    Territory,
)
from tests import cast as make
from tests.cast import Cast

from .handing import PROMISE, handed, mql

pytestmark = pytest.mark.django_db


def url(cast: Cast, rest: str) -> str:
    return f"/p/{cast.program.slug}/{rest}"


def read(cast: Cast, who: str, rest: str) -> str:
    answer = cast.client(who).get(url(cast, rest))
    assert answer.status_code == 200
    return str(answer.content.decode())


def queries(cast: Cast, rest: str) -> int:
    cast.client("rep").get(url(cast, rest))
    with CaptureQueriesContext(connection) as captured:
        assert cast.client("rep").get(url(cast, rest)).status_code == 200
    asked = [query["sql"] for query in captured.captured_queries]
    return len([sql for sql in asked if "session" not in sql and "SAVEPOINT" not in sql])


def reason(cast: Cast, use: str, number: int = 0) -> ReasonCode:
    return ReasonCode.objects.in_program(cast.program).filter(use=use)[number]


def nobody_there(cast: Cast) -> None:
    today = timezone.now().date()
    Leave.objects.create(
        program=cast.program,
        user=cast.rep,
        first_day=today - timedelta(days=1),
        last_day=today + timedelta(days=1),
    )


def test_the_lead_opens_with_the_brief(cast: Cast) -> None:
    lead = mql(cast.program, phones=["+1 415 555 0100"])
    row = handed(lead)
    page = read(cast, "rep", f"leads/{lead.pk}/")
    for shown in (
        PROMISE,
        "Call today and ask what they compare us with",
        "tel:+14155550100",
        "It was their turn",
        "Why now",
    ):
        assert shown in page
    row.refresh_from_db()
    assert row.seen_at
    first = row.seen_at
    read(cast, "rep", f"leads/{lead.pk}/")
    row.refresh_from_db()
    assert row.seen_at == first


def test_only_the_owner_has_seen_it(cast: Cast) -> None:
    lead = mql(cast.program)
    row = handed(lead)
    read(cast, "marketer", f"leads/{lead.pk}/")
    read(cast, "sales_manager", f"leads/{lead.pk}/")
    row.refresh_from_db()
    assert row.seen_at is None


def test_the_brief_follows_what_happens_and_the_stored_one_stays(cast: Cast) -> None:
    lead = mql(cast.program)
    row = handed(lead)
    make.engage(lead.stakeholder, "demo_requested")
    assert "Call now and offer two dates for the demo" in read(cast, "rep", f"leads/{lead.pk}/")
    then = read(cast, "rep", f"sla/handoffs/{row.pk}/")
    assert "Call today and ask what they compare us with" in then
    assert "Demo requested" not in then


def test_do_not_contact_leaves_nothing_to_press(cast: Cast) -> None:
    lead = mql(cast.program, phones=["+1 415 555 0100"], do_not_contact=True)
    handed(lead)
    page = read(cast, "rep", f"leads/{lead.pk}/")
    assert "tel:" not in page
    assert "mailto:" not in page
    queue = read(cast, "rep", "queue/")
    for text in (page, queue):
        assert "Call today and ask what they compare us with" not in text
    assert 'data-key="a"' not in queue
    assert 'data-key="v"' not in queue
    assert 'data-key="f"' in queue


def test_the_queue_says_what_to_do_next(cast: Cast) -> None:
    lead = mql(cast.program)
    handed(lead)
    page = read(cast, "rep", "queue/")
    assert "Call today and ask what they compare us with" in page
    assert 'data-key="a"' in page
    assert 'data-key="f"' in page


@pytest.mark.parametrize("rest", ["queue/", "sla/handoffs/", "sla/why-no/", "sla/reasons/"])
def test_a_list_costs_the_same_for_one_row_and_three(cast: Cast, rest: str) -> None:
    def one() -> None:
        lead = mql(cast.program)
        handed(lead)
        give_feedback(
            lead=lead, by=cast.rep, fits=False, reasons=[reason(cast, "feedback")], note=""
        )

    one()
    few = queries(cast, rest)
    one()
    one()
    assert queries(cast, rest) == few
    assert few <= 24


def test_what_became_of_each(cast: Cast) -> None:
    good, bad, fresh = (mql(cast.program, last_name=name) for name in ("Good", "Bad", "Fresh"))
    for lead in (good, bad, fresh):
        handed(lead)
    no = reason(cast, "feedback")
    give_feedback(lead=good, by=cast.rep, fits=True)
    give_feedback(lead=bad, by=cast.rep, fits=False, reasons=[no], note="Only a student")
    log_attempt(lead=bad, by=cast.rep, channel="call", outcome="no_answer", at=timezone.now())
    everything = read(cast, "marketer", "sla/handoffs/")
    assert all(name in everything for name in ("Good", "Bad", "Fresh", no.name, "Only a student"))
    assert "Bad" in read(cast, "marketer", "sla/handoffs/?show=no")
    assert "Good" not in read(cast, "marketer", "sla/handoffs/?show=no")
    assert "Bad" not in read(cast, "marketer", "sla/handoffs/?show=fits")
    assert "Fresh" in read(cast, "marketer", "sla/handoffs/?show=unseen")
    endless = "9" * 5_000  # more digits than int() reads
    for nonsense in ("?show=x", "?before=abc", f"?before={endless}", "?before=%C2%B2"):
        read(cast, "marketer", f"sla/handoffs/{nonsense}")


def test_marketing_decides_about_a_lead_without_owner(cast: Cast) -> None:
    nobody_there(cast)
    row = handed(mql(cast.program))
    page = url(cast, f"sla/handoffs/{row.pk}/")
    assert "Who gets this lead?" in read(cast, "marketing_manager", f"sla/handoffs/{row.pk}/")
    assert "Who gets this lead?" not in read(cast, "marketer", f"sla/handoffs/{row.pk}/")
    assert cast.client("marketer").post(page, {"owner": cast.rep.pk}).status_code == 403
    refused = cast.client("marketing_manager").post(page, {"owner": cast.stranger.pk})
    assert refused.status_code == 422
    cast.client("marketing_manager").post(page, {"owner": cast.sales_manager.pk})
    row.refresh_from_db()
    assert row.owner == cast.sales_manager
    late = cast.client("owner").post(page, {"owner": cast.rep.pk}, follow=True)
    assert "Sarah Sales already has this lead" in late.content.decode()


def test_why_sales_says_no_adds_up_and_leads_to_the_leads(cast: Cast) -> None:
    budget, need = reason(cast, "feedback", 2), reason(cast, "feedback", 3)
    one, two, three, four = (mql(cast.program, last_name=f"Lead{n}") for n in range(4))
    # First a no, then a yes: the newest feedback counts.
    give_feedback(lead=one, by=cast.rep, fits=False, reasons=[budget])
    give_feedback(lead=one, by=cast.rep, fits=True)
    give_feedback(lead=two, by=cast.rep, fits=False, reasons=[budget, need])
    disqualify(lead=two, by=cast.rep, code="no-budget")
    disqualify(lead=three, by=cast.rep, code="student-vendor")
    later = timezone.localdate() + timedelta(days=30)
    recycle(lead=four, by=cast.rep, code="not-now", until=later)
    answer = cast.client("marketer").get(url(cast, "sla/why-no/?days=30"))
    found = answer.context["found"]
    assert (found.judged, found.no, found.fits, found.does_not_fit) == (4, 3, 1, 1)
    assert (found.disqualified, found.recycled) == (2, 1)
    assert {(r.key, r.leads) for r in found.reasons} == {
        (f"feedback:{budget.code}", 1),
        (f"feedback:{need.code}", 1),
        ("disqualify:no-budget", 1),
        ("disqualify:student-vendor", 1),
        ("recycle:not-now", 1),
    }
    assert [(c.name, c.judged, c.no) for c in found.sources] == [("test", 4, 3)]
    assert [(c.name, c.judged, c.no) for c in found.campaigns] == [("Autumn", 4, 3)]
    assert ("Pricing page visited", 4, 3) in {(c.name, c.judged, c.no) for c in found.signals}
    assert ("pricing", 4, 3) in {(c.key, c.judged, c.no) for c in found.rules}
    for by, key, names in (
        ("reason", "disqualify:no-budget", {"Lead1"}),
        ("reason", f"feedback:{budget.code}", {"Lead1"}),
        ("reason", "recycle:not-now", {"Lead3"}),
        ("source", "test", {"Lead1", "Lead2", "Lead3"}),
        ("campaign", "Autumn", {"Lead1", "Lead2", "Lead3"}),
        ("signal", "pricing_page_view", {"Lead1", "Lead2", "Lead3"}),
        ("rule", "pricing", {"Lead1", "Lead2", "Lead3"}),
        ("rule", "nothing", set()),
        ("all", "all", {"Lead1", "Lead2", "Lead3"}),
    ):
        asked = {"by": str(by), "key": str(key), "days": "30"}
        leads = cast.client("rep").get(url(cast, "sla/why-no/leads/"), asked)
        shown = {lead.stakeholder.last_name for lead in leads.context["leads"]}
        assert shown == names, (by, key)
    for nonsense in ("by=x", "by=reason&key=%00", "by=source&key=" + "x" * 300):
        answer = cast.client("rep").get(url(cast, f"sla/why-no/leads/?{nonsense}"))
        assert answer.status_code == 404


def test_another_program_is_not_counted(cast: Cast) -> None:
    hers = mql(cast.other_program)
    disqualify(lead=hers, by=cast.stranger, code="no-need")
    assert cast.client("rep").get(url(cast, "sla/why-no/")).context["found"].judged == 0


def test_sales_manages_territories(cast: Cast) -> None:
    page = url(cast, "sla/territories/")
    form = {"TX": f"user:{cast.rep.pk}", "CA": f"team:{cast.sales.pk}", "NY": ""}
    assert cast.client("rep").post(page, form).status_code == 403
    assert cast.client("marketing_manager").post(page, form).status_code == 403
    for bad in (f"user:{cast.stranger.pk}", f"team:{cast.other_sales.pk}", "user:x", "team:"):
        assert cast.client("sales_manager").post(page, {"TX": bad}).status_code == 422
    assert not Territory.objects.in_program(cast.program).exists()
    cast.client("sales_manager").post(page, form)
    rows = {row.state: row for row in Territory.objects.in_program(cast.program)}
    assert set(rows) == {"TX", "CA"}
    assert (rows["TX"].user, rows["CA"].team) == (cast.rep, cast.sales)
    # Only states in the form change.
    cast.client("sales_manager").post(page, {"TX": ""})
    assert [row.state for row in Territory.objects.in_program(cast.program)] == ["CA"]


def test_a_holder_who_is_gone_keeps_the_state_until_somebody_else_is_chosen(cast: Cast) -> None:
    Territory.objects.create(program=cast.program, state="TX", user=cast.rep)
    cast.rep.is_active = False
    cast.rep.save()
    page = url(cast, "sla/territories/")
    assert "Ravi Rep (no longer in sales)" in read(cast, "owner", "sla/territories/")
    assert "Ravi Rep" in read(cast, "marketer", "sla/territories/")
    saved = cast.client("owner").post(
        page, {"TX": f"user:{cast.rep.pk}", "GA": f"team:{cast.sales.pk}"}, follow=True
    )
    assert "1 state changed hands." in saved.text
    assert Territory.objects.in_program(cast.program).get(state="TX").user == cast.rep
    assert cast.client("owner").post(page, {"GA": f"user:{cast.rep.pk}"}).status_code == 422


def test_sales_manages_turns(cast: Cast) -> None:
    page = url(cast, "sla/rotation/")
    rep, manager = cast.membership("rep"), cast.membership("sales_manager")
    form = {
        f"weight-{rep.pk}": "3",
        f"room-{rep.pk}": "12",
        f"weight-{manager.pk}": "0",
        f"room-{manager.pk}": "",
        "covers_hours": "on",
    }
    assert cast.client("marketing_manager").post(page, form).status_code == 403
    for bad in ({f"weight-{rep.pk}": "11"}, {f"weight-{rep.pk}": ""}, {f"room-{rep.pk}": "0"}):
        answer = cast.client("sales_manager").post(page, form | bad)
        assert answer.status_code == 422
    cast.client("sales_manager").post(page, form)
    rep.refresh_from_db()
    assert (Seat.objects.in_program(cast.program).get(membership=rep).weight, rep.leads_a_week) == (
        3,
        12,
    )
    assert Routing.objects.in_program(cast.program).get().covers_hours
    assert "next in turn" in read(cast, "sales_manager", "sla/rotation/")


def test_both_sides_edit_next_actions_in_their_order(cast: Cast) -> None:
    NextActionRule.objects.in_program(cast.program).delete()
    new = url(cast, "sla/next-actions/new/")
    assert cast.client("rep").post(new, {"action": "Call"}).status_code == 403
    assert cast.client("sales_manager").post(new, {"action": ""}).status_code == 422
    bad = {"action": "Call", "signals": ["nothing-like-it"]}
    assert cast.client("sales_manager").post(new, bad).status_code == 422
    cast.client("sales_manager").post(new, {"action": "Call", "is_active": "on"})
    first = {"action": "Write", "signals": ["email_replied"], "is_active": "on"}
    cast.client("marketing_manager").post(new, first)
    rules = NextActionRule.objects.in_program(cast.program)
    assert [rule.action for rule in rules.all()] == ["Call", "Write"]
    write = rules.get(action="Write")
    move = url(cast, f"sla/next-actions/{write.pk}/move/")
    cast.client("marketing_manager").post(move, {"to": "up"})
    cast.client("marketing_manager").post(move, {"to": "up"})
    assert [rule.action for rule in rules.all()] == ["Write", "Call"]
    cast.client("owner").post(
        url(cast, f"sla/next-actions/{write.pk}/"), {"action": "Answer", "talking_point": "Hello"}
    )
    write.refresh_from_db()
    assert (write.action, write.is_active, write.signals) == ("Answer", False, [])
    cast.client("owner").post(url(cast, f"sla/next-actions/{write.pk}/delete/"))
    assert [rule.action for rule in rules.all()] == ["Call"]


def test_reasons_are_added_renamed_and_retired(cast: Cast) -> None:
    page = url(cast, "sla/reasons/")
    assert cast.client("rep").post(page, {"use": "disqualify", "name": "X"}).status_code == 403
    for bad in ({"use": "disqualify", "name": " "}, {"use": "x", "name": "A"}, {"name": "???"}):
        assert cast.client("sales_manager").post(page, bad).status_code == 422
    new = {"use": "disqualify", "name": "Merged away"}
    assert cast.client("sales_manager").post(page, new).status_code == 302
    row = ReasonCode.objects.in_program(cast.program).get(name="Merged away")
    assert row.code == "merged-away"
    again = cast.client("sales_manager").post(page, new | {"name": " merged  Away"})
    assert again.status_code == 422
    assert "There is such a reason already." in again.content.decode()
    change = url(cast, f"sla/reasons/{row.pk}/")
    taken = cast.client("sales_manager").post(change, {"name": "No budget"})
    assert (taken.status_code, "There is such a reason" in taken.content.decode()) == (422, True)
    cast.client("marketing_manager").post(change, {"name": "Acquired", "is_retired": "on"})
    lead = mql(cast.program)
    out = cast.client("rep").get(url(cast, f"leads/{lead.pk}/disqualify/")).content.decode()
    assert "Acquired" not in out
    refused = cast.client("rep").post(
        url(cast, f"leads/{lead.pk}/disqualify/"), {"code": "merged-away"}
    )
    assert refused.status_code == 422
    assert "Acquired" in read(cast, "rep", "sla/reasons/")


def test_html_in_what_people_write_is_text(cast: Cast) -> None:
    bad = "<script>alert(1)</script>"
    NextActionRule.objects.in_program(cast.program).update(action=bad, talking_point=bad)
    ReasonCode.objects.in_program(cast.program).update(name=bad)
    lead = mql(cast.program, first_name=bad)
    row = handed(lead)
    give_feedback(lead=lead, by=cast.rep, fits=False, reasons=[reason(cast, "feedback")], note=bad)
    for rest in (
        f"leads/{lead.pk}/",
        "queue/",
        f"sla/handoffs/{row.pk}/",
        "sla/handoffs/",
        "sla/why-no/",
        "sla/next-actions/",
        "sla/reasons/",
        f"leads/{lead.pk}/feedback/",
    ):
        assert bad not in read(cast, "rep", rest)


def test_hers_do_not_exist(cast: Cast) -> None:
    hers = mql(cast.other_program)
    nobody = HandOff.objects.across_programs().filter(lead=hers)
    assert not nobody.exists()
    row = handed(hers)
    rule = NextActionRule.objects.in_program(cast.other_program)[0]
    code = ReasonCode.objects.in_program(cast.other_program)[0]
    for rest in (f"handoffs/{row.pk}/", f"next-actions/{rule.pk}/", f"reasons/{code.pk}/"):
        assert cast.client("owner").get(url(cast, f"sla/{rest}")).status_code == 404
    assert Lead.objects.in_program(cast.other_program).get(pk=hers.pk).owner is None
