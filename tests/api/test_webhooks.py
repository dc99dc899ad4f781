"""Notices, webhooks and deliveries in the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models.functions import Now

from alignment.notifications.actions.notices import NoticeText, announce, notify
from alignment.notifications.models import Delivery, Endpoint, Notice
from alignment.notifications.rules import EVENTS
from alignment.people.models import User
from alignment.people.permissions import Scope
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast, api_key

pytestmark = pytest.mark.django_db
Keyed = Callable[[str], Api]
HOOK = {
    "kind": "webhook",
    "name": "CRM",
    "url": "https://crm.example.com/in",
    "events": ["breach", "feedback"],
}


def told(cast: Cast, user: User, *causes: str, kind: str = "breach") -> None:
    for cause in causes:
        notify(
            program=cast.program,
            users=[user],
            kind=kind,
            cause=cause,
            words=lambda cause=cause: NoticeText(f"Late {cause}"),  # type: ignore[misc]
        )


def made(api: Api, **change: Any) -> dict[str, Any]:
    reply = api.post("webhooks/", HOOK | change)
    assert reply.status_code == 201, reply.content
    found: dict[str, Any] = reply.json()
    return found


def announced(cast: Cast, cause: str = "c") -> Delivery:
    announce(program=cast.program, event="breach", cause=cause, data={"n": 1}, text="Broken")
    return Delivery.objects.in_program(cast.program).latest("id")


def test_own_notices(cast: Cast, api: Api, stranger_api: Api) -> None:
    told(cast, cast.owner, "a", "b")
    told(cast, cast.owner, "f", kind="feedback")
    told(cast, cast.rep, "theirs")
    items = api.get("notices/").json()["items"]
    assert [item["title"] for item in items] == ["Late f", "Late b", "Late a"]
    assert api.get(f"notices/{items[0]['id']}/").json() == items[0]
    theirs = Notice.objects.in_program(cast.program).get(user=cast.rep)
    problem(api.get(f"notices/{theirs.pk}/"), 404)
    problem(api.post(f"notices/{theirs.pk}/read/"), 404)
    problem(stranger_api.get(f"notices/{items[0]['id']}/"), 404)
    only = api.get("notices/", kind="feedback").json()["items"]
    assert [item["kind"] for item in only] == ["feedback"]
    problem(api.get("notices/", kind="gossip"), 400)


def test_reading_notices(cast: Cast, api: Api) -> None:
    told(cast, cast.owner, "a", "b", "c")
    newest, middle, oldest = (item["id"] for item in api.get("notices/").json()["items"])
    assert api.post(f"notices/{middle}/read/").json()["read_at"] is not None
    unread = [item["id"] for item in api.get("notices/", unread="true").json()["items"]]
    assert unread == [newest, oldest]
    assert api.post("notices/read/", {"up_to": middle}).json() == {"read": 1}
    assert api.post("notices/read/", {"up_to": newest, "kind": "feedback"}).json() == {"read": 0}
    left = api.get("notices/", unread="true").json()["items"]
    assert [item["id"] for item in left] == [newest]
    assert pointers(problem(api.post("notices/read/", {"up_to": "x"}), 422)) == ["/up_to"]


def test_the_secret_is_told_once(api: Api) -> None:
    hook = made(api)
    assert hook.pop("secret").startswith("whsec_")
    assert api.get(f"webhooks/{hook['id']}/").json() == hook
    assert "secret" not in api.get("webhooks/").json()["items"][0]
    renewed = api.post(f"webhooks/{hook['id']}/secret/").json()
    assert renewed["secret"].startswith("whsec_")
    slack = made(
        api,
        kind="slack",
        name="#s",
        url="https://hooks.slack.com/services/T/B/x",
        events=["breach"],
    )
    assert slack["secret"] == ""
    problem(api.post(f"webhooks/{slack['id']}/secret/"), 422)


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"url": "http://crm.example.com/"}, "/url"),
        ({"url": "https://169.254.169.254/latest/"}, "/url"),
        ({"url": "https://[::1]/"}, "/url"),
        ({"url": 7}, "/url"),
        ({"kind": "slack"}, "/url"),
        ({"kind": "pigeon"}, "/kind"),
        ({"events": []}, "/events"),
        ({"events": ["gossip"]}, "/events/0"),
        ({"name": ""}, "/name"),
        ({"name": "Taken"}, "/name"),
    ],
)
def test_wrong_values_are_pointed_at(api: Api, change: dict[str, Any], at: str) -> None:
    made(api, name="Taken")
    assert pointers(problem(api.post("webhooks/", HOOK | change), 422)) == [at]


def test_changing_and_removing(cast: Cast, api: Api) -> None:
    hook = made(api)
    delivery = announced(cast)
    reply = api.patch(f"webhooks/{hook['id']}/", {"is_active": False, "events": ["breach"]})
    assert (reply.json()["is_active"], reply.json()["events"]) == (False, ["breach"])
    assert api.get(f"deliveries/{delivery.pk}/").json()["state"] == "failed"
    problem(api.post(f"webhooks/{hook['id']}/test/"), 422)
    problem(api.post(f"deliveries/{delivery.pk}/again/"), 422)
    wrong = api.patch(f"webhooks/{hook['id']}/", {"url": "https://localhost/"})
    assert pointers(problem(wrong, 422)) == ["/url"]
    assert api.send("DELETE", f"webhooks/{hook['id']}/", b"").status_code == 204
    assert not Endpoint.objects.in_program(cast.program).exists()
    problem(api.get(f"webhooks/{hook['id']}/"), 404)


def test_deliveries(cast: Cast, api: Api) -> None:
    hook, other = made(api), made(api, name="Other", events=["feedback"])
    delivery = announced(cast)
    tried = api.post(f"webhooks/{other['id']}/test/")
    assert tried.status_code == 202
    assert (tried.json()["event"], tried.json()["state"]) == ("test", "waiting")
    item = api.get("deliveries/", endpoint_id=hook["id"]).json()["items"][0]
    assert item["message_id"] == f"msg_{delivery.pk}"
    assert item["payload"]["data"] == {"n": 1}
    assert len(api.get("deliveries/").json()["items"]) == 2
    Delivery.objects.in_program(cast.program).filter(pk=delivery.pk).update(
        next_try_at=None, tries=10
    )
    failed = api.get("deliveries/", state="failed").json()["items"]
    assert [row["id"] for row in failed] == [delivery.pk]
    again = api.post(f"deliveries/{delivery.pk}/again/")
    assert (again.status_code, again.json()["state"], again.json()["tries"]) == (202, "waiting", 0)
    Delivery.objects.in_program(cast.program).update(next_try_at=None, delivered_at=Now())
    problem(api.post(f"deliveries/{delivery.pk}/again/"), 422)
    problem(api.get("deliveries/", state="lost"), 400)


def test_mails_are_no_deliveries_of_the_api(cast: Cast, api: Api) -> None:
    told(cast, cast.owner, "a")
    mail = Delivery.objects.in_program(cast.program).get()
    assert api.get("deliveries/").json()["items"] == []
    problem(api.get(f"deliveries/{mail.pk}/"), 404)
    problem(api.post(f"deliveries/{mail.pk}/again/"), 404)


def test_who_does_not_manage_the_program_sees_nothing(cast: Cast, client_with: Keyed) -> None:
    api = client_with(api_key(cast.program, cast.owner))
    hook = made(api)
    for secret in (
        api_key(cast.program, cast.sales_manager),
        api_key(cast.program, cast.owner, Scope.READ, Scope.NOTICES_WRITE),
    ):
        other = client_with(secret)
        for path in ("webhooks/", f"webhooks/{hook['id']}/", "deliveries/"):
            problem(other.get(path), 403)
        problem(other.post("webhooks/", HOOK), 403)
        problem(other.send("DELETE", f"webhooks/{hook['id']}/", b""), 403)


@pytest.mark.parametrize("rows", [1, 3])
def test_few_queries(cast: Cast, api: Api, rows: int, django_assert_max_num_queries: Any) -> None:
    for number in range(rows):
        made(api, name=f"E{number}")
        told(cast, cast.owner, f"c{number}")
    announced(cast)
    for path in ("notices/", "webhooks/", "deliveries/"):
        with django_assert_max_num_queries(3):
            assert api.get(path).status_code == 200


def test_the_document_tells_what_webhooks_get(api: Api) -> None:
    reply = api.client.get("/api/v1/schema/", headers={"Accept": "application/json"})
    hooks = reply.json()["webhooks"]
    assert set(hooks) == set(EVENTS)
    for name, item in hooks.items():
        body = item["post"]["requestBody"]["content"]["application/json"]
        assert body["schema"] == {"$ref": "#/components/schemas/WebhookMessage"}
        (example,) = body["examples"].values()
        assert example["value"]["type"] == name
        assert example["value"]["data"] == EVENTS[name].example
