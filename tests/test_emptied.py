"""Emptying the database while a worker is still writing."""

import threading

import pytest
from django.db import transaction

from accounts.models import Account, Signal
from tests import cast as make
from tests.cast import Cast
from tests.emptied import _with_rows, empty
from tests.threads import beside, until_somebody_waits


@pytest.mark.django_db(transaction=True)
def test_a_deadlock_with_a_worker_is_gone_through(cast: Cast) -> None:
    make.account(cast.program)
    models: list[type[Account] | type[Signal]] = [Account, Signal]
    first, last = sorted(models, key=lambda m: _with_rows().index(m._meta.db_table))

    holds = threading.Event()

    @transaction.atomic
    def the_other_way_round() -> None:
        last.objects.across_programs().update(name="Held")
        holds.set()
        until_somebody_waits()
        first.objects.across_programs().update(name="Wanted")

    worker = beside(the_other_way_round)
    assert holds.wait(10)
    empty()
    assert worker.end() == []
    assert not _with_rows()
