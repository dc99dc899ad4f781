"""The shared calendar over the API."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import Stakeholder
from alignment.core.models import AuditEntry
from campaigns.calendar.models import Touch
from tests import cast as make
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast, api_key, bearer
from tests.weeks import worked_monday

pytestmark = pytest.mark.django_db
CHICAGO = ZoneInfo("America/Chicago")
QUARTER = timedelta(minutes=15)


def monday(hour: int = 10) -> datetime:
    """That hour on a working Monday in Chicago, a week or two ahead."""
    day = worked_monday(2, timezone.now().astimezone(CHICAGO).date())
    return datetime.combine(day, time(hour), CHICAGO)


@pytest.fixture
def person(cast: Cast) -> Stakeholder:
    return make.stakeholder(cast.program, make.account(cast.program, state="IL"))


def body(person: Stakeholder, starts: datetime | None = None, **more: Any) -> dict[str, Any]:
    starts = starts or monday()
    return {
        "account_id": person.account_id,
        "stakeholder_ids": [person.pk],
        "channel": "call",
        "who": "ravi.rep@example.com",
        "starts_at": starts.isoformat(),
        "ends_at": (starts + QUARTER).isoformat(),
    } | more


def plan(api: Api, person: Stakeholder, starts: datetime | None = None, **more: Any) -> Any:
    reply = api.post("touches/", body(person, starts, **more))
    assert reply.status_code == 201, reply.content
    return reply.json()


def test_a_touch_is_planned_moved_done_and_told(api: Api, person: Stakeholder) -> None:
    touch = plan(api, person, message="Cost", say="Ask for the budget")
    assert (touch["side"], touch["stakeholder_ids"], touch["state"]) == (
        "sales",
        [person.pk],
        "planned",
    )
    path = f"touches/{touch['id']}/"
    moved = api.patch(path, {"starts_at": monday(14).isoformat()}).json()
    starts, ends = (datetime.fromisoformat(moved[name]) for name in ("starts_at", "ends_at"))
    assert (starts, ends - starts) == (monday(14), QUARTER)
    problem(api.post(f"{path}result/", {"result": "replied"}), 409)
    done = api.post(f"{path}done/", {"result": "no_answer"}).json()
    assert (done["state"], done["result"]) == ("done", "no_answer")
    told = api.post(f"{path}result/", {"result": "replied", "note": "Called back"}).json()
    assert (told["result"], told["result_note"]) == ("replied", "Called back")
    problem(api.patch(path, {"message": "Other"}), 409)
    assert api.post(f"{path}reopen/").json()["state"] == "planned"
    skipped = api.post(f"{path}skip/", {"reason": "Out of office"}).json()
    assert (skipped["state"], skipped["skipped_because"]) == ("skipped", "Out of office")


def test_a_hard_collision_tells_with_what_and_where_it_is_free(
    api: Api, person: Stakeholder
) -> None:
    first = plan(api, person)
    theirs = body(person, who="maya.marketer@example.com", channel="email")
    reply = problem(api.post("touches/", theirs | {"override_reason": "I must"}), 409)
    (conflict,) = [each for each in reply["conflicts"] if each["is_hard"]]
    assert conflict["kind"] == "double_prospecting"
    assert (conflict["touch_id"], conflict["who"]) == (first["id"], "Ravi Rep")
    assert not reply["needs_reason"]
    free = reply["free"][-1]
    assert plan(api, person, **{**theirs, **free})["side"] == "marketing"
    assert Touch.objects.in_program(person.program_id).count() == 2


def test_a_soft_collision_asks_for_a_reason_and_keeps_it(api: Api, person: Stakeholder) -> None:
    reply = problem(api.post("touches/", body(person, monday(21))), 409)
    assert reply["needs_reason"]
    assert [each["kind"] for each in reply["conflicts"]] == ["quiet_hours"]
    touch = plan(api, person, monday(21), override_reason="She asked for it")
    assert touch["overridden"] == ["quiet_hours"]
    assert touch["override_reason"] == "She asked for it"
    assert touch["overridden_by"] == "olivia.owner@example.com"


def test_a_check_writes_nothing(api: Api, person: Stakeholder) -> None:
    assert api.post("touches/check/", body(person)).json() == {
        "may_plan": True,
        "needs_reason": False,
        "conflicts": [],
        "free": [],
    }
    late = api.post("touches/check/", body(person, monday(21))).json()
    assert (late["may_plan"], late["needs_reason"], len(late["free"])) == (True, True, 2)
    assert not Touch.objects.in_program(person.program_id).exists()


def test_wrong_values_are_pointed_at(api: Api, person: Stakeholder, cast: Cast) -> None:
    hers = make.account(cast.other_program)
    reply = api.post("touches/", body(person, account_id=hers.pk))
    assert pointers(problem(reply, 422)) == ["/account_id"]
    reply = api.post("touches/", body(person, who="stella@zanzibar.example"))
    assert pointers(problem(reply, 422)) == ["/who"]
    wrong = body(person, stakeholder_ids=[], ends_at=monday(9).isoformat())
    assert set(pointers(problem(api.post("touches/", wrong), 422))) == {
        "/ends_at",
        "/stakeholder_ids",
    }
    reply = api.post("touches/", body(person, channel="pigeon"))
    assert pointers(problem(reply, 422)) == ["/channel"]


def test_the_list_narrows(api: Api, person: Stakeholder) -> None:
    call = plan(api, person)
    other = make.stakeholder(person.program, make.account(person.program, state="IL"))
    ad = plan(api, other, channel="ad", who="maya.marketer@example.com")
    api.post(f"touches/{ad['id']}/skip/", {"reason": "No budget"})

    def ids(**query: Any) -> list[int]:
        reply = api.get("touches/", **query)
        assert reply.status_code == 200, reply.content
        return [each["id"] for each in reply.json()["items"]]

    assert ids() == [call["id"], ad["id"]]
    assert ids(order="-starts_at") == [ad["id"], call["id"]]
    for query in (
        {"account_id": person.account_id},
        {"stakeholder_id": person.pk},
        {"side": "sales"},
        {"channel": "call"},
        {"who": "ravi.rep@example.com"},
        {"state": "planned"},
    ):
        assert ids(**query) == [call["id"]], query
    assert ids(since=monday(11).isoformat()) == []
    assert ids(until=monday(10).isoformat()) == []
    assert len(ids(since=monday(9).isoformat(), until=monday(11).isoformat())) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_asks_the_same_statements(
    api: Api, cast: Cast, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        person = make.stakeholder(cast.program, make.account(cast.program, state="IL"))
        plan(api, person, monday(10 + number))
    with django_assert_max_num_queries(6):
        assert len(api.get("touches/").json()["items"]) == count


def test_touches_of_another_program_are_not_there(
    api: Api, stranger_api: Api, person: Stakeholder
) -> None:
    touch = plan(api, person)
    path = f"touches/{touch['id']}/"
    problem(stranger_api.get(path), 404)
    problem(stranger_api.patch(path, {"message": "x"}), 404)
    problem(stranger_api.post(f"{path}skip/", {"reason": "x"}), 404)
    assert stranger_api.get("touches/").json()["items"] == []


def test_an_observer_plans_nothing(
    cast: Cast, person: Stakeholder, client_with: Callable[..., Api]
) -> None:
    api = client_with(api_key(cast.program, cast.observer))
    assert api.get("touches/").status_code == 200
    problem(api.post("touches/", body(person)), 403)


def test_what_a_tool_reports_is_the_planned_touch_or_another(
    api: Api, person: Stakeholder, cast: Cast
) -> None:
    # Planned for tomorrow, but reported by the tool as sent today.
    soon = timezone.now().replace(microsecond=0) + timedelta(days=1)
    planned = plan(api, person, soon, channel="email", override_reason="Now or never")
    report = {
        "source": "hubspot",
        "external_id": "m-1",
        "stakeholder_id": person.pk,
        "channel": "email",
        "at": timezone.now().isoformat(),
        "message": "Case study",
    }
    first = api.post("touches/reports/", report).json()
    assert (first["outcome"], first["touch"]["id"]) == ("matched", planned["id"])
    assert first["touch"]["state"] == "done"
    again = api.post("touches/reports/", report).json()
    assert (again["outcome"], again["touch"]["id"]) == ("duplicate", planned["id"])
    ad = {
        "source": "ads",
        "external_id": "a-1",
        "account_id": person.account_id,
        "side": "marketing",
    }
    made = api.post(
        "touches/reports/", report | ad | {"channel": "ad", "stakeholder_id": person.pk}
    )
    assert (made.json()["outcome"], made.json()["touch"]["side"]) == ("created", "marketing")
    (found,) = api.get("touches/", source="ads", external_id="a-1").json()["items"]
    assert found["id"] == made.json()["touch"]["id"]
    for wrong, at in (
        ({"source": "entente:engagement"}, "/source"),
        ({"source": "entente"}, "/source"),
        ({"at": (timezone.now() + timedelta(hours=2)).isoformat()}, "/at"),
        ({"stakeholder_id": make.stakeholder(cast.other_program).pk}, "/stakeholder_id"),
        ({"stakeholder_id": make.stakeholder(cast.program).pk}, "/stakeholder_id"),
    ):
        reply = api.post("touches/reports/", report | {"external_id": "m-2"} | wrong)
        assert pointers(problem(reply, 422)) == [at]


CRM: dict[str, Any] = {"source": "crm", "external_id": "00T-1"}


def test_a_touch_is_planned_and_changed_by_the_id_of_another_tool(
    api: Api, person: Stakeholder, cast: Cast
) -> None:
    planned = plan(api, person, say="Ask for the budget", **CRM)
    assert (planned["source"], planned["external_id"]) == ("crm", "00T-1")
    moved = body(person, monday(14), **CRM)
    moved.pop("stakeholder_ids")
    reply = api.post("touches/", moved)
    assert reply.status_code == 200
    changed = reply.json()
    assert (changed["id"], changed["say"]) == (planned["id"], "Ask for the budget")
    assert changed["stakeholder_ids"] == [person.pk]
    assert datetime.fromisoformat(changed["starts_at"]) == monday(14)
    assert Touch.objects.in_program(cast.program).count() == 1
    (found,) = api.get("touches/", **CRM).json()["items"]
    assert found["id"] == planned["id"]
    assert plan(api, person, monday(16), source="other", external_id="00T-1")["id"] != found["id"]


def test_the_same_said_again_leaves_no_trace(api: Api, person: Stakeholder, cast: Cast) -> None:
    said = body(person, monday(21), side="sales", override_reason="She asked for it", **CRM)
    first = api.post("touches/", said).json()
    path = f"touches/{first['id']}/"
    written = AuditEntry.objects.count()

    def is_so(touch: Any) -> bool:
        again = api.post("touches/", said)
        assert again.status_code == 200, again.content
        patched = api.patch(path, {"starts_at": touch["starts_at"], "channel": "call"})
        return bool(again.json() == patched.json() == touch)

    assert is_so(first)
    assert AuditEntry.objects.count() == written
    soon = timezone.now() + timedelta(minutes=5)
    touch = Touch.objects.in_program(cast.program).get()
    touch.starts_at, touch.ends_at = soon, soon + QUARTER
    touch.save()
    said |= {"starts_at": soon.isoformat(), "ends_at": touch.ends_at.isoformat()}
    done = api.post(f"{path}done/").json()
    assert is_so(done)
    problem(api.post("touches/", said | {"message": "Other"}), 409)


def test_a_known_touch_stays_at_its_account(api: Api, person: Stakeholder) -> None:
    plan(api, person, **CRM)
    other = make.stakeholder(person.program, make.account(person.program, state="IL"))
    reply = api.post("touches/", body(other, **CRM))
    assert pointers(problem(reply, 422)) == ["/account_id"]


def test_an_id_of_a_tool_names_the_tool(api: Api, person: Stakeholder) -> None:
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"external_id": "1"}, "/source"),
        ({"external_id": "1", "source": ""}, "/source"),
        ({"external_id": "1", "source": "entente"}, "/source"),
        ({"external_id": "1", "source": "entente:attempt"}, "/source"),
        ({"external_id": "", "source": "crm"}, "/external_id"),
    )
    for key, at in wrong:
        assert pointers(problem(api.post("touches/", body(person, **key)), 422)) == [at]
    assert plan(api, person, source="crm")["external_id"] is None


def test_what_began_here_gets_the_id_that_the_tool_made(api: Api, person: Stakeholder) -> None:
    planned = plan(api, person)
    path = f"touches/{planned['id']}/"
    assert pointers(problem(api.patch(path, {"external_id": "00T-1"}), 422)) == ["/source"]
    known = api.patch(path, CRM).json()
    assert (known["source"], known["external_id"]) == ("crm", "00T-1")
    assert api.patch(path, CRM).json() == known
    api.post(f"{path}skip/", {"reason": "Ill"})
    changed = api.patch(path, {"external_id": "00T-2"}).json()
    assert (changed["source"], changed["external_id"]) == ("crm", "00T-2")
    problem(api.patch(path, {"external_id": "00T-3", "message": "Cost"}), 409)
    assert api.get(path).json() == changed
    other = plan(api, person, monday(14), **CRM)
    reply = api.patch(f"touches/{other['id']}/", {"external_id": "00T-2"})
    assert pointers(problem(reply, 422)) == ["/external_id"]
    assert api.patch(path, {"external_id": None}).json()["external_id"] is None


def test_touches_that_changed_come_by_their_change(api: Api, person: Stakeholder) -> None:
    touches = [plan(api, person, monday(10 + 2 * number)) for number in range(3)]
    api.patch(f"touches/{touches[0]['id']}/", {"message": "Cost"})

    def ids(**query: Any) -> list[int]:
        reply = api.get("touches/", order="-updated_at", **query).json()
        found = [touch["id"] for touch in reply["items"]]
        while reply["next"]:
            reply = api.client.get(reply["next"], headers=bearer(api.secret)).json()
            found += [touch["id"] for touch in reply["items"]]
        return found

    first, second, third = (touch["id"] for touch in touches)
    assert ids(limit=1) == [first, third, second]
    assert ids(updated_since=touches[2]["updated_at"]) == [first, third]


def test_a_time_without_a_zone_is_refused(api: Api, person: Stakeholder) -> None:
    naive = monday().replace(tzinfo=None).isoformat()
    told = problem(api.post("touches/", body(person) | {"starts_at": naive}), 422)
    assert pointers(told) == ["/starts_at"]
    assert "time zone" in told["errors"][0]["detail"]


def test_a_change_of_what_was_not_seen_is_refused(api: Api, person: Stakeholder) -> None:
    touch = plan(api, person, message="Cost")
    path, seen = f"touches/{touch['id']}/", touch["updated_at"]
    changed = api.patch(path, {"message": "Speed", "seen": seen}).json()
    late = problem(api.patch(path, {"message": "Safety", "seen": seen}), 409)
    assert datetime.fromisoformat(late["updated_at"]) == datetime.fromisoformat(
        changed["updated_at"]
    )
    assert api.get(path).json()["message"] == "Speed"
    assert api.patch(path, {"message": "Safety", "seen": changed["updated_at"]}).status_code == 200


def test_two_touches_that_name_nobody_collide(api: Api, person: Stakeholder) -> None:
    first = plan(api, person, who=None, side="marketing", channel="email")
    other = body(person, monday(11), who=None, side="sales", override_reason="I must")
    reply = problem(api.post("touches/", other), 409)
    (conflict,) = [each for each in reply["conflicts"] if each["is_hard"]]
    assert (conflict["kind"], conflict["touch_id"]) == ("double_prospecting", first["id"])
    assert "Marketing already reaches" in conflict["text"]
    assert not reply["needs_reason"]
    other.pop("override_reason")
    verdict = api.post("touches/check/", other).json()
    assert not verdict["may_plan"]
    place = reply["free"][-1]
    later = plan(api, person, **{**other, **place})
    assert later["side"] == "sales"
    # A touch may only be this close to another one if both have the same person.
    named = plan(api, person, monday() + timedelta(days=7))
    near = plan(api, person, monday(14) + timedelta(days=7))
    problem(api.patch(f"touches/{near['id']}/", {"who": None}), 409)
    assert named["who"] == near["who"] == "ravi.rep@example.com"
