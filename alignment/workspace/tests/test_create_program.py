"""A program created on the command line is ready for use."""

import pytest
from django.core.management import call_command

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
