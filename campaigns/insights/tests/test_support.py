"""Requests for support: asked, taken, delivered or declined, and reported as overdue once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alignment.notifications.models import Notice
from campaigns.insights.actions.support import (
    TakenAlready,
    ask,
    decline,
    deliver,
    notify_overdue,
    take,
)
from campaigns.insights.models import SupportRequest
from campaigns.library.actions.assets import add_asset
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast, api_key

from . import scenes

pytestmark = pytest.mark.django_db


def asked(cast: Cast, **more: Any) -> SupportRequest:
    deal = scenes.deal(cast)
    said: dict[str, Any] = {"what": "Case study in insurance", "opportunity": deal}
    said["due_at"] = timezone.now() + timedelta(days=2)
    return ask(account=deal.account, by=cast.rep, **(said | more))


def told(cast: Cast, who: str) -> list[str]:
    rows = Notice.objects.in_program(cast.program).filter(user=getattr(cast, who), kind="support")
    return list(rows.order_by("id").values_list("title", flat=True))


def test_from_asking_to_delivery_the_other_side_is_told(cast: Cast) -> None:
    row = asked(cast)
    assert told(cast, "marketer") == ["Sales asks for: Case study in insurance"]
    take(support=row, by=cast.marketer)
    assert take(support=row, by=cast.marketer).owner == cast.marketer
    asset = add_asset(program=cast.program, title="Insurer", kind="case_study", by=None)
    row = deliver(support=row, by=cast.marketer, asset=asset)
    assert (row.state, row.asset, row.closed_at is None) == ("done", asset, False)
    assert told(cast, "rep") == [
        "Marketing works on: Case study in insurance",
        "It is there: Case study in insurance",
    ]
    for action in (take, deliver):
        with pytest.raises(ValidationError):
            action(support=row, by=cast.marketer)


def test_an_hour_is_told_with_the_place_of_its_zone(cast: Cast) -> None:
    asked(cast)
    notices = Notice.objects.in_program(cast.program).filter(user=cast.marketer)
    assert notices.get().text.endswith(" (New York)")


def test_declining_says_why(cast: Cast) -> None:
    row = asked(cast)
    with pytest.raises(ValidationError):
        decline(support=row, by=cast.marketer, reason=" ")
    decline(support=row, by=cast.marketer, reason="No such customer.")
    notice = Notice.objects.in_program(cast.program).get(user=cast.rep, kind="support")
    assert notice.text == "No such customer."


def test_what_makes_no_sense_is_refused(cast: Cast) -> None:
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("what", {"what": " "}),
        ("due_at", {"due_at": timezone.now() - timedelta(minutes=1)}),
        ("due_at", {"due_at": timezone.now() + timedelta(days=400)}),
        ("opportunity", {"opportunity": scenes.deal(cast)}),
    ]
    for name, said in wrong:
        with pytest.raises(ValidationError) as refused:
            asked(cast, **said)
        assert list(refused.value.message_dict) == [name]


def test_overdue_is_told_once_to_who_is_concerned(cast: Cast) -> None:
    late, free, done = asked(cast), asked(cast, what="Reference"), asked(cast, what="Page")
    asked(cast, what="Still time")
    take(support=late, by=cast.marketer)
    deliver(support=done, by=cast.marketer)
    rows = SupportRequest.objects.in_program(cast.program)
    past = timezone.now() - timedelta(minutes=1)
    rows.filter(pk__in=[late.pk, free.pk, done.pk]).update(due_at=past)
    assert (notify_overdue(), notify_overdue()) == (2, 0)
    assert told(cast, "marketing_manager")[-1] == "Overdue: Reference"
    assert told(cast, "marketer")[-2:] == [
        "Overdue: Case study in insurance",
        "Overdue: Reference",
    ]
    assert [t for t in told(cast, "rep") if t.startswith("Overdue")] == told(cast, "marketer")[-2:]


def test_on_pages(cast: Cast) -> None:
    deal = scenes.deal(cast)

    def at(name: str, *args: Any) -> str:
        return reverse(f"workspace:{name}", args=[cast.program.slug, *args])

    day = timezone.localdate() + timedelta(days=9)
    sent = {"what": "One-pager", "due_on": day.isoformat(), "opportunity": deal.pk}
    address = f"{at('support_new', deal.account_id)}?opportunity={deal.pk}"
    reply = cast.client("rep").post(address, sent)
    assert reply["Location"] == at("opportunity", deal.pk)
    assert "One-pager" in cast.client("rep").get(reply["Location"]).content.decode()
    row, marketer = SupportRequest.objects.in_program(cast.program).get(), cast.client("marketer")
    assert row.due_on == day
    timed = sent | {"due_time": "10:00", "what": "Reference"}
    assert cast.client("rep").post(address, timed).status_code == 302
    assert SupportRequest.objects.in_program(cast.program).get(what="Reference").due_on is None
    for never in ("2020-01-01", "9999-12-31"):
        assert cast.client("rep").post(address, sent | {"due_on": never}).status_code == 422
    last = sent | {"due_on": "9999-12-31", "due_time": "23:59"}
    assert cast.client("rep").post(address, last).status_code == 422
    assert "One-pager" in marketer.get(at("support")).content.decode()
    marketer.post(at("support_take", row.pk))
    assert marketer.post(at("support_decline", row.pk), {"reason": ""}).status_code == 422
    marketer.post(at("support_done", row.pk), {"asset": ""})
    row.refresh_from_db()
    assert (row.state, row.owner) == ("done", cast.marketer)
    assert marketer.post(at("support_done", row.pk), {"asset": ""}).status_code == 422
    assert cast.client("observer").post(at("support_take", row.pk)).status_code == 403


def test_over_the_api(cast: Cast) -> None:
    deal = scenes.deal(cast)
    api = Api(api_key(cast.program, cast.owner), Client(raise_request_exception=False))
    due = (timezone.now() + timedelta(days=1)).isoformat()
    body = {"account_id": deal.account_id, "opportunity_id": deal.pk, "what": "X", "due_at": due}
    row = api.post("support-requests/", body).json()
    path = f"support-requests/{row['id']}/"
    assert api.post(f"{path}take/").json()["owner_id"] == cast.owner.pk
    assert pointers(problem(api.post(f"{path}done/", {"asset_id": 10**9}), 422)) == ["/asset_id"]
    assert api.post(f"{path}done/", {}).json()["state"] == "done"
    for step, said in (("decline", {"reason": "late"}), ("take", b""), ("done", b"")):
        problem(api.post(f"{path}{step}/", said), 409)
    assert len(api.get("support-requests/", state="done").json()["items"]) == 1
    day = {name: value for name, value in body.items() if name != "due_at"}
    day["due_on"] = "2020-01-01"
    assert pointers(problem(api.post("support-requests/", day), 422)) == ["/due_on"]
    day["due_on"] = (timezone.now() + timedelta(days=9)).date().isoformat()
    made = api.post("support-requests/", day).json()
    assert (made["due_on"], made["is_overdue"]) == (day["due_on"], False)
    past = body | {"due_at": "2020-01-01T00:00:00Z"}
    assert pointers(problem(api.post("support-requests/", past), 422)) == ["/due_at"]


def test_one_takes_it_and_the_next_is_told(cast: Cast) -> None:
    row = asked(cast)
    take(support=row, by=cast.marketer)
    with pytest.raises(TakenAlready):
        take(support=row, by=cast.marketing_manager)
    path = f"support-requests/{row.pk}/take/"
    second = Api(api_key(cast.program, cast.marketing_manager), Client())
    assert str(cast.marketer) in problem(second.post(path), 409)["detail"]
    assert second.post(f"{path}?over=true").json()["owner_id"] == cast.marketing_manager.pk
    url = reverse("workspace:support_take", args=[cast.program.slug, row.pk])
    cast.client("marketer").post(url)
    row.refresh_from_db()
    assert row.owner == cast.marketing_manager
    cast.client("marketer").post(url, {"over": "yes"})
    row.refresh_from_db()
    assert row.owner == cast.marketer


def test_sales_does_not_stop_the_clock_of_marketing(cast: Cast) -> None:
    row = asked(cast)
    page = reverse("workspace:support", args=[cast.program.slug])
    url = reverse("workspace:support_take", args=[cast.program.slug, row.pk])
    for who in ("rep", "sales_manager"):
        assert cast.client(who).post(url).status_code == 403
        assert url not in cast.client(who).get(page).content.decode()
    sales = Api(api_key(cast.program, cast.rep), Client(raise_request_exception=False))
    problem(sales.post(f"support-requests/{row.pk}/take/"), 403)
    row.refresh_from_db()
    assert (row.state, row.owner) == ("open", None)
    assert url in cast.client("marketer").get(page).content.decode()
    asked_by_marketing = asked(cast, what="Page")
    take(support=asked_by_marketing, by=cast.owner)


def test_sales_answers_no_request_but_withdraws_its_own(cast: Cast) -> None:
    row = asked(cast)
    path = f"/p/{cast.program.slug}/insights/support/"
    assert cast.client("rep").post(f"{path}{row.pk}/done/", {"asset": ""}).status_code == 403
    reply = cast.client("sales_manager").post(f"{path}{row.pk}/decline/", {"reason": "Mine"})
    assert reply.status_code == 403
    shown = cast.client("sales_manager").get(path).content.decode()
    assert "It is there" not in shown
    assert f"{row.pk}/decline/" not in shown
    assert "No longer needed" in cast.client("rep").get(path).content.decode()
    sent = {"reason": "They went elsewhere"}
    assert cast.client("rep").post(f"{path}{row.pk}/decline/", sent).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.reason) == ("declined", "They went elsewhere")
    assert told(cast, "marketer")[-1] == "No longer needed: Case study in insurance"
    assert told(cast, "rep") == []
