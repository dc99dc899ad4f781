"""A program created on the command line is ready for use."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Signal
from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force
from alignment.people.models import Program


@pytest.mark.django_db
def test_a_new_program_has_signals_and_agreements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTENTE_PASSWORD", "correct-horse-battery")
    call_command("create_program", name="US enterprise", owner_email="ada@example.com")
    program = Program.objects.get(slug="us-enterprise")
    assert Signal.objects.in_program(program).count() == 16
    assert in_force(program, Kind.ICP)
    assert in_force(program, Kind.SCORING)
    assert in_force(program, Kind.SLA)
    assert in_force(program, Kind.POLICY)


@pytest.mark.django_db
def test_a_long_name_gets_an_address_that_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTENTE_PASSWORD", "correct-horse-battery")
    call_command("create_program", name="Long name " * 8, owner_email="ada@example.com")
    assert Program.objects.filter(slug="-".join(["long-name"] * 6)).exists()


@pytest.mark.django_db
def test_each_mistake_is_told_with_its_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTENTE_PASSWORD", "correct-horse-battery")
    given = {"owner_email": "ada@example.com"}
    with pytest.raises(CommandError, match=r"^--slug: Give an address of Latin letters"):
        call_command("create_program", name="市场营销", **given)
    with pytest.raises(CommandError, match=r"--slug: .*\n--name: "):
        call_command("create_program", name="N" * 121, slug="no slug", **given)
    with pytest.raises(CommandError, match=r"^--time-zone: "):
        call_command("create_program", name="US", time_zone="Mars/Phobos", **given)
