"""`/signals/`: created and renamed by code, by those who may edit agreements."""

from collections.abc import Callable

import pytest

from accounts.models import Signal
from accounts.models.engagements import SIGNAL_SLOTS
from alignment.core.models import AuditEntry
from alignment.people.permissions import Scope
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast, api_key

pytestmark = pytest.mark.django_db

WEBINAR = {"code": "webinar_2026", "name": "Webinar", "kind": "fact", "side": "sales"}


def test_a_new_code_is_a_new_signal(api: Api, cast: Cast) -> None:
    reply = api.post("signals/", WEBINAR)
    assert reply.status_code == 201
    made = Signal.objects.in_program(cast.program).get(code="webinar_2026")
    assert reply.json() == {"id": made.pk, **WEBINAR}
    plain = api.post("signals/", {"code": "plain", "name": "Plain"}).json()
    assert (plain["kind"], plain["side"]) == ("behaviour", "marketing")


def test_a_known_code_is_renamed(api: Api, cast: Cast) -> None:
    api.post("signals/", WEBINAR)
    count = Signal.objects.in_program(cast.program).count()
    reply = api.post("signals/", {"code": "webinar_2026", "name": "Seminar"})
    assert reply.status_code == 200
    assert reply.json()["name"] == "Seminar"
    # Omitted fields stay unchanged.
    assert (reply.json()["kind"], reply.json()["side"]) == ("fact", "sales")
    assert Signal.objects.in_program(cast.program).count() == count
    assert AuditEntry.objects.filter(action="signal.rename").count() == 1
    api.post("signals/", {"code": "webinar_2026", "name": "Seminar"})
    assert AuditEntry.objects.filter(action="signal.rename").count() == 1


def test_names_are_told_as_they_are_stored(api: Api) -> None:
    reply = api.send("PATCH", "signals/pricing_page_view/", {"side": "sales"}, accept_language="fr")
    assert reply.status_code == 200
    assert reply.json()["name"] == "Pricing page visited"


def test_a_name_that_another_signal_has_is_refused(api: Api) -> None:
    api.post("signals/", WEBINAR)
    taken = {**WEBINAR, "code": "webinar_2027"}
    assert pointers(problem(api.post("signals/", taken), 422)) == ["/name"]
    renamed = api.patch("signals/demo_requested/", {"name": WEBINAR["name"].upper()})
    assert pointers(problem(renamed, 422)) == ["/name"]


def test_the_kind_stays(api: Api) -> None:
    api.post("signals/", WEBINAR)
    body = problem(api.post("signals/", {**WEBINAR, "kind": "behaviour"}), 422)
    assert pointers(body) == ["/kind"]


def test_patch_by_code(api: Api) -> None:
    api.post("signals/", WEBINAR)
    reply = api.patch("signals/webinar_2026/", {"side": "marketing"})
    assert (reply.json()["name"], reply.json()["side"]) == ("Webinar", "marketing")
    assert api.get("signals/webinar_2026/").json() == reply.json()
    body = problem(api.patch("signals/webinar_2026/", {"name": "", "side": "ours"}), 422)
    assert sorted(pointers(body)) == ["/name", "/side"]
    problem(api.patch("signals/unknown/", {"name": "X"}), 404)


@pytest.mark.parametrize("code", ["", "Webinar", "été", "two words", "_x", "x" * 61, None, 5.5])
def test_a_bad_code_is_refused_at_its_field(api: Api, code: object) -> None:
    assert pointers(problem(api.post("signals/", {**WEBINAR, "code": code}), 422)) == ["/code"]


def test_missing_fields_are_named(api: Api) -> None:
    assert sorted(pointers(problem(api.post("signals/", {}), 422))) == ["/code", "/name"]


def test_no_more_than_a_score_row_counts(api: Api, cast: Cast) -> None:
    known = Signal.objects.in_program(cast.program)
    while known.count() < SIGNAL_SLOTS:
        name = f"extra_{known.count()}"
        assert api.post("signals/", {"code": name, "name": name}).status_code == 201
    body = problem(api.post("signals/", WEBINAR), 422)
    assert pointers(body) == ["/code"]
    assert "32" in body["errors"][0]["detail"]
    # Renaming still works at the limit.
    assert api.post("signals/", {"code": name, "name": "Other"}).status_code == 200


def test_each_program_has_its_own(api: Api, stranger_api: Api, cast: Cast) -> None:
    api.post("signals/", WEBINAR)
    problem(stranger_api.get("signals/webinar_2026/"), 404)
    problem(stranger_api.patch("signals/webinar_2026/", {"name": "Hers"}), 404)
    assert stranger_api.post("signals/", {**WEBINAR, "name": "Hers"}).status_code == 201
    assert Signal.objects.in_program(cast.program).get(code="webinar_2026").name == "Webinar"


def test_sent_again_it_is_done_once(api: Api) -> None:
    first = api.post("signals/", WEBINAR, **{"Idempotency-Key": "s1"})
    again = api.post("signals/", WEBINAR, **{"Idempotency-Key": "s1"})
    assert first.status_code == again.status_code == 201
    assert again["Idempotent-Replayed"] == "true"


def test_who_may(cast: Cast, client_with: Callable[[str], Api]) -> None:
    """As on the page: owners and managers, with a key that may write facts."""
    member = client_with(api_key(cast.program, cast.marketer))
    problem(member.post("signals/", WEBINAR), 403)
    assert member.get("signals/").status_code == 200
    manager = client_with(api_key(cast.program, cast.marketing_manager))
    assert manager.post("signals/", WEBINAR).status_code == 201
    problem(member.patch("signals/webinar_2026/", {"name": "X"}), 403)
    reader = client_with(api_key(cast.program, cast.owner, Scope.READ))
    problem(reader.post("signals/", WEBINAR), 403)


@pytest.mark.parametrize("code", [5, 5.5, True, ["a"], "Web inar", ""])
def test_a_code_is_a_text(api: Api, cast: Cast, code: object) -> None:
    """A number would be stored as its digits, which an event that sends a number never matches."""
    before = Signal.objects.in_program(cast.program).count()
    body = problem(api.post("signals/", {**WEBINAR, "code": code}), 422)
    assert pointers(body) == ["/code"]
    assert Signal.objects.in_program(cast.program).count() == before
