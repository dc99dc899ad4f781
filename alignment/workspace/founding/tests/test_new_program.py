"""Another program is begun in the browser."""

import pytest
from django.test import Client

from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force
from alignment.core.models import AuditEntry
from alignment.people.models import Membership, Program, User
from alignment.scoring.queries import ruling
from tests.cast import Cast

ADDRESS = "/programs/new/"
ASKED = {"name": "UK mid-market", "slug": "", "time_zone": "Europe/London"}


def test_an_owner_begins_a_program_that_is_ready(cast: Cast) -> None:
    answer = cast.client("owner").post(ADDRESS, ASKED, follow=True)
    assert answer.redirect_chain == [("/p/uk-mid-market/", 302)]
    assert "UK mid-market is ready" in answer.content.decode()
    program = Program.objects.get(slug="uk-mid-market")
    assert program.time_zone == "Europe/London"
    seats = Membership.objects.in_program(program)
    assert [(seat.user, seat.role) for seat in seats] == [(cast.owner, "owner")]
    assert all(in_force(program, kind) for kind in (Kind.ICP, Kind.SCORING, Kind.SLA, Kind.POLICY))
    assert ruling(program).compiled.model.rules
    made = AuditEntry.objects.get(action="program.create", program_id=program.pk)
    assert made.actor_id == cast.owner.pk


@pytest.mark.parametrize("who", ["sales_manager", "marketer", "rep", "observer"])
def test_nobody_else_does(cast: Cast, who: str) -> None:
    known = Program.objects.count()
    assert cast.client(who).post(ADDRESS, ASKED).status_code == 403
    assert Program.objects.count() == known
    assert ADDRESS not in cast.client(who).get("/programs/").content.decode()


def test_strangers_sign_in_first(cast: Cast) -> None:
    assert Client().get(ADDRESS).status_code == 302


def test_whoever_runs_the_installation_begins_the_first(cast: Cast) -> None:
    User.objects.filter(pk=cast.observer.pk).update(is_superuser=True, is_staff=True)
    client = cast.client("observer")
    assert ADDRESS in client.get("/programs/").content.decode()
    assert ADDRESS in client.get("/admin/people/program/").content.decode()
    assert client.post(ADDRESS, ASKED).status_code == 302


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_made(cast: Cast) -> None:
    client, known = cast.client("owner"), Program.objects.count()
    for wrong, text in [
        ({"name": ""}, "required"),
        ({"name": "市场营销"}, "the name has none to make one from"),
        ({"slug": cast.program.slug}, "already exists"),
        ({"slug": "two words"}, "valid"),
        ({"time_zone": "Mars/Phobos"}, "valid choice"),
    ]:
        answer = client.post(ADDRESS, ASKED | wrong)
        assert answer.status_code == 422, wrong
        page = answer.content.decode()
        assert text in page, wrong
        assert 'aria-invalid="true"' in page, wrong
        assert ASKED["name"] in page or "name" in wrong
    assert Program.objects.count() == known
