"""The pages of notices, of choices, and of Slack and webhooks."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alignment.notifications.actions import endpoints
from alignment.notifications.actions.endpoints import add_endpoint
from alignment.notifications.actions.notices import NoticeText, announce, notify
from alignment.notifications.models import Delivery, Endpoint, Notice
from alignment.notifications.queries import PAGE, mail_choices, notice_page
from alignment.people.models import User
from tests.cast import Cast
from tests.threads import attempt, beside, pausing


def address(cast: Cast, name: str, *args: Any) -> str:
    return reverse(name, args=[cast.program.slug, *args])


def told(cast: Cast, user: User, number: int = 1, kind: str = "breach", path: str = "") -> None:
    for _i in range(number):
        count = Notice.objects.in_program(cast.program).count()
        notify(
            program=cast.program,
            users=[user],
            kind=kind,
            cause=f"c{count}",
            words=lambda count=count: NoticeText(f"Late {count}.", "Why", path),  # type: ignore[misc]
        )


def mine(cast: Cast, user: User) -> list[Notice]:
    return list(Notice.objects.in_program(cast.program).filter(user=user).order_by("id"))


def endpoint(cast: Cast, name: str = "CRM", kind: str = "webhook") -> Endpoint:
    url = "https://hooks.slack.com/services/T/B/SECRETxyz9"
    return add_endpoint(
        program=cast.program,
        kind=kind,
        name=name,
        url=url if kind == "slack" else "https://crm.example.com/in",
        events=["breach"],
        by=cast.owner,
    )


def test_the_list_shows_own_notices_only(cast: Cast) -> None:
    told(cast, cast.rep, 2)
    told(cast, cast.owner)
    page = cast.client("rep").get(address(cast, "notices:list")).content.decode()
    assert "Late 0." in page
    assert "Late 1." in page
    assert "Late 2." not in page


def test_unread_first_and_pages(cast: Cast) -> None:
    told(cast, cast.rep, PAGE + 5)
    rows = mine(cast, cast.rep)
    unread = {rows[i].pk for i in (0, 3, 7)}
    Notice.objects.in_program(cast.program).exclude(pk__in=unread).update(read_at=Now())
    first = notice_page(program=cast.program, user=cast.rep)
    assert [n.pk for n in first.notices[:4]] == [rows[7].pk, rows[3].pk, rows[0].pk, rows[-1].pk]
    second = notice_page(program=cast.program, user=cast.rep, cursor=first.older)
    assert second.older == ""
    seen = [n.pk for n in first.notices + second.notices]
    assert len(seen) == len(set(seen)) == PAGE + 5
    only = notice_page(program=cast.program, user=cast.rep, unread=True)
    assert {n.pk for n in only.notices} == unread
    Notice.objects.in_program(cast.program).update(read_at=None)
    first = notice_page(program=cast.program, user=cast.rep)
    assert first.older.startswith("u")
    second = notice_page(program=cast.program, user=cast.rep, cursor=first.older)
    assert [n.pk for n in second.notices] == [row.pk for row in reversed(rows[:5])]


@pytest.mark.parametrize("cursor", ["x", "u", "uu", "r99999999999999999999", "u-1", "r٣", "\x00"])
def test_any_cursor_is_read(cast: Cast, cursor: str) -> None:
    told(cast, cast.rep)
    reply = cast.client("rep").get(address(cast, "notices:list"), {"after": cursor, "kind": cursor})
    assert reply.status_code == 200


def test_filters(cast: Cast) -> None:
    told(cast, cast.rep, kind="breach")
    told(cast, cast.rep, kind="feedback")
    client, list_ = cast.client("rep"), address(cast, "notices:list")
    page = client.get(list_, {"kind": "feedback"}).content.decode()
    assert "Late 1." in page
    assert "Late 0." not in page
    assert "None of this kind" in client.get(list_, {"kind": "dispute"}).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_few_queries(cast: Cast, rows: int, django_assert_max_num_queries: Any) -> None:
    told(cast, cast.owner, rows)
    for i in range(rows):
        endpoint(cast, f"E{i}")
    announce(program=cast.program, event="breach", cause="c", data={}, text="t")
    client = cast.client("owner")
    first = Endpoint.objects.in_program(cast.program).first()
    assert first is not None
    for name, args, most in (
        ("notices:list", (), 10),
        ("notices:latest", (), 5),
        ("notices:choices", (), 9),
        ("endpoints:list", (), 9),
        ("endpoints:detail", (first.pk,), 10),
    ):
        client.get(address(cast, name, *args))
        with django_assert_max_num_queries(most):
            assert client.get(address(cast, name, *args)).status_code == 200


def test_the_bell_counts(cast: Cast) -> None:
    client = cast.client("rep")
    today = f"/p/{cast.program.slug}/"
    assert "none unread" in client.get(today).content.decode()
    told(cast, cast.rep, 3)
    told(cast, cast.owner)
    assert "Notices, 3 unread" in client.get(today).content.decode()
    bell = client.get(address(cast, "notices:bell")).content.decode()
    assert f"sse:notices-{cast.rep.pk}" in bell
    assert "Notices, 3 unread" in bell
    latest = client.get(address(cast, "notices:latest")).content.decode()
    assert "Late 2." in latest
    Notice.objects.in_program(cast.program).filter(user=cast.rep).delete()
    told(cast, cast.rep, 120)
    assert "more than 99" in client.get(today).content.decode()


def test_opening_one_reads_it_and_leads_on(cast: Cast) -> None:
    told(cast, cast.rep, path=f"/p/{cast.program.slug}/leads/")
    (notice,) = mine(cast, cast.rep)
    client, open_ = cast.client("rep"), address(cast, "notices:open", notice.pk)
    assert client.get(open_).status_code == 405
    assert mine(cast, cast.rep)[0].read_at is None
    reply = client.post(open_)
    assert reply["Location"] == f"/p/{cast.program.slug}/leads/"
    assert mine(cast, cast.rep)[0].read_at is not None
    assert cast.client("owner").post(open_).status_code == 404


@pytest.mark.parametrize("path", ["", "https://evil.example/", "//evil.example/", "javascript:x"])
def test_no_notice_leads_elsewhere(cast: Cast, path: str) -> None:
    told(cast, cast.rep, path=path)
    (notice,) = mine(cast, cast.rep)
    reply = cast.client("rep").post(address(cast, "notices:open", notice.pk))
    assert reply["Location"] == address(cast, "notices:list")


def test_reading_one_all_or_a_kind(cast: Cast) -> None:
    told(cast, cast.rep, 2)
    told(cast, cast.rep, kind="feedback")
    told(cast, cast.owner)
    first, second, third = mine(cast, cast.rep)
    client, read = cast.client("rep"), address(cast, "notices:read")

    def unread() -> set[int]:
        rows = Notice.objects.in_program(cast.program).filter(user=cast.rep, read_at=None)
        return set(rows.values_list("pk", flat=True))

    assert (
        client.post(read, {"notice": first.pk}, headers={"HX-Request": "true"}).status_code == 204
    )
    assert unread() == {second.pk, third.pk}
    client.post(read, {"notice": mine(cast, cast.owner)[0].pk})
    assert mine(cast, cast.owner)[0].read_at is None
    client.post(read, {"up_to": third.pk, "kind": "feedback"})
    assert unread() == {second.pk}
    told(cast, cast.rep)
    client.post(read, {"up_to": third.pk})
    assert unread() == {mine(cast, cast.rep)[-1].pk}


def test_choosing_what_comes_by_mail(cast: Cast) -> None:
    client, page = cast.client("rep"), address(cast, "notices:choices")
    chosen = mail_choices(program=cast.program, user=cast.rep)
    assert set(chosen.values()) == {"at_once"}
    chosen |= {"breach": "digest", "warning": "never"}
    for _time in range(2):
        assert client.post(page, chosen).status_code == 302
    assert mail_choices(program=cast.program, user=cast.rep) == chosen
    assert set(mail_choices(program=cast.program, user=cast.owner).values()) == {"at_once"}
    wrong = client.post(page, chosen | {"breach": "hourly", "dispute": "never"})
    assert wrong.status_code == 422
    assert mail_choices(program=cast.program, user=cast.rep) == chosen
    text = wrong.content.decode()
    assert 'aria-invalid="true"' in text
    assert 'name="dispute" value="never"' in text.replace("\n", "")


FORM = {
    "kind": "webhook",
    "name": "CRM",
    "url": "https://crm.example.com/in",
    "events": ["breach", "feedback"],
}


def test_adding_one(cast: Cast) -> None:
    client, page = cast.client("owner"), address(cast, "endpoints:list")
    reply = client.post(page, FORM)
    made = Endpoint.objects.in_program(cast.program).get()
    assert reply["Location"] == address(cast, "endpoints:detail", made.pk)
    assert (made.name, made.events, made.is_active) == ("CRM", ["breach", "feedback"], True)
    assert made.secret.startswith("whsec_")
    detail = client.get(reply["Location"])
    assert made.secret in detail.content.decode()
    assert "no-store" in detail["Cache-Control"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"url": "http://crm.example.com/"}, "must start with https"),
        ({"url": "https://127.0.0.1/"}, "not its number"),
        ({"url": "https://crm.internal/"}, "private network"),
        ({"url": "https://crm.example.com:22/"}, "Only ports 443, 8443"),
        ({"url": ""}, "This field is required"),
        ({"kind": "slack"}, "begins with https://hooks.slack.com/services/"),
        (
            {"kind": "slack", "url": "https://hooks.slack.com.evil.example/services/x"},
            "begins with",
        ),
        ({"kind": "slack", "url": "https://hooks.slack.com:8443/services/x"}, "begins with"),
        ({"kind": "pigeon"}, "Select a valid choice"),
        ({"events": []}, "This field is required"),
        ({"events": ["gossip"]}, "Select a valid choice"),
        ({"name": "x" * 81}, "at most 80"),
        ({"name": "  Taken "}, "already an endpoint of that name"),
        ({"name": "a\x00b"}, "Null characters"),
    ],
)
def test_wrong_input_is_told_at_the_field(cast: Cast, change: dict[str, Any], error: str) -> None:
    endpoint(cast, "Taken")
    reply = cast.client("owner").post(address(cast, "endpoints:list"), FORM | change)
    assert reply.status_code == 422
    text = reply.content.decode()
    assert error in text
    assert 'class="field__error"' in text
    assert Endpoint.objects.in_program(cast.program).count() == 1


def test_changing_switching_off_and_on(cast: Cast) -> None:
    row = endpoint(cast)
    client, page = cast.client("owner"), address(cast, "endpoints:detail", row.pk)
    announce(program=cast.program, event="breach", cause="c", data={}, text="t")
    values = {k: v for k, v in FORM.items() if k != "kind"} | {"name": "Mirror"}
    assert client.post(page, values).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.is_active) == ("Mirror", False)
    delivery = Delivery.objects.in_program(cast.program).get()
    assert delivery.next_try_at is None
    assert "The endpoint was switched off" in client.get(page).content.decode()
    again = address(cast, "endpoints:again", row.pk, delivery.pk)
    assert "Switch the endpoint on first" in client.post(again, follow=True).content.decode()
    client.post(page, values | {"is_active": "on"})
    client.post(again)
    delivery.refresh_from_db()
    assert delivery.next_try_at is not None
    wrong = client.post(page, values | {"url": "https://10.0.0.1/", "is_active": "on"})
    assert wrong.status_code == 422
    assert "https://10.0.0.1/" in wrong.content.decode()
    row.refresh_from_db()
    assert row.url == FORM["url"]


def test_testing_a_new_secret_and_removing(cast: Cast) -> None:
    row = endpoint(cast)
    client = cast.client("owner")
    client.post(address(cast, "endpoints:test", row.pk))
    assert Delivery.objects.in_program(cast.program).get().event == "test"
    client.post(address(cast, "endpoints:change-secret", row.pk))
    former = row.secret
    row.refresh_from_db()
    assert (row.former_secret, row.secret != former) == (former, True)
    reply = client.post(address(cast, "endpoints:remove", row.pk), follow=True)
    assert "CRM was removed." in reply.content.decode()
    assert not Delivery.objects.in_program(cast.program).exists()


def test_what_arrived_is_not_sent_again(cast: Cast) -> None:
    row = endpoint(cast)
    announce(program=cast.program, event="breach", cause="c", data={}, text="t")
    Delivery.objects.in_program(cast.program).update(delivered_at=Now(), next_try_at=None)
    delivery = Delivery.objects.in_program(cast.program).get()
    again = address(cast, "endpoints:again", row.pk, delivery.pk)
    page = cast.client("owner").post(again, follow=True).content.decode()
    assert "nothing to send again" in page
    other = endpoint(cast, "Other")
    wrong = address(cast, "endpoints:again", other.pk, delivery.pk)
    assert cast.client("owner").post(wrong).status_code == 404


def test_slack_addresses_are_secrets(cast: Cast) -> None:
    endpoint(cast, "#sales", "slack")
    page = cast.client("owner").get(address(cast, "endpoints:list")).content.decode()
    assert "SECRET" not in page
    assert "hooks.slack.com/…xyz9" in page


@pytest.mark.parametrize("who", ["marketing_manager", "sales_manager", "rep", "observer"])
def test_only_who_manages_the_program(cast: Cast, who: str) -> None:
    row = endpoint(cast)
    client = cast.client(who)
    for name, args in (("endpoints:list", ()), ("endpoints:detail", (row.pk,))):
        assert client.get(address(cast, name, *args)).status_code == 403
        assert client.post(address(cast, name, *args), FORM).status_code == 403
    for name in ("endpoints:test", "endpoints:change-secret", "endpoints:remove"):
        assert client.post(address(cast, name, row.pk)).status_code == 403
    settings = client.get(f"/p/{cast.program.slug}/settings/").content.decode()
    assert "Slack and webhooks" not in settings


def test_admin_shows_no_secret(cast: Cast) -> None:
    hook, slack = endpoint(cast), endpoint(cast, "#sales", "slack")
    announce(program=cast.program, event="breach", cause="c", data={}, text="t")
    told(cast, cast.rep)
    cast.owner.is_staff = True
    cast.owner.save()
    client = cast.client("owner")
    for row in (hook, slack):
        page = client.get(f"/admin/notifications/endpoint/{row.pk}/change/").content.decode()
        assert row.name in page
        assert hook.secret not in page
        assert "SECRET" not in page
    for model in ("notice", "noticechoice", "endpoint", "delivery"):
        with CaptureQueriesContext(connection) as few:
            assert client.get(f"/admin/notifications/{model}/").status_code == 200
        assert len(few) < 20
        assert client.get(f"/admin/notifications/{model}/add/").status_code == 403
    delivery = Delivery.objects.in_program(cast.program).first()
    assert delivery is not None
    change = f"/admin/notifications/delivery/{delivery.pk}/change/"
    assert client.get(change).status_code == 200
    assert client.post(change, {"event": "x"}).status_code == 403


def test_the_panel_of_the_bell_marks_all_as_read(cast: Cast) -> None:
    told(cast, cast.rep, 3)
    client = cast.client("rep")
    shown = client.get(address(cast, "notices:latest")).content.decode()
    assert "Mark all as read" in shown
    newest = max(notice.pk for notice in mine(cast, cast.rep))
    assert f'name="up_to" value="{newest}"' in shown
    client.post(address(cast, "notices:read"), {"up_to": newest})
    assert all(notice.read_at for notice in mine(cast, cast.rep))
    assert "Mark all as read" not in client.get(address(cast, "notices:latest")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_the_last_endpoint_one_is_told(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints, "MOST_ENDPOINTS", 1)
    with pausing(monkeypatch, endpoints, "_fill", before=True) as reached:
        first = beside(lambda: endpoint(cast, "CRM"))
        reached.wait(10)
        refused = attempt(lambda: endpoint(cast, "Billing"))
        assert first.end() == []
    assert [type(each) for each in refused] == [ValidationError]
    assert Endpoint.objects.in_program(cast.program).count() == 1
