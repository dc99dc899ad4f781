"""Constraints and immutability that the database enforces."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from campaigns.selection.models import ListedTarget, Session, Target
from tests import cast as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def stay(account: Any, **fields: Any) -> Target:
    fields = {"tier": 1, "entered_at": timezone.now()} | fields
    return Target.objects.create(program=account.program, account=account, **fields)


def session(cast: Cast, **fields: Any) -> Session:
    fields = {"number": 1, "capacity": 50, "opened_at": timezone.now()} | fields
    return Session.objects.create(program=cast.program, **fields)


def settled(cast: Cast) -> Session:
    now = timezone.now()
    return session(cast, revealed_at=now, confirmed_at=now, list_hash="a" * 64)


def test_an_account_is_on_the_list_once_and_may_come_back(cast: Cast) -> None:
    account = make.account(cast.program)
    stay(account, left_at=timezone.now(), left_because="bought by a rival")
    stay(account)
    with pytest.raises(IntegrityError, match="one_stay_at_a_time"), transaction.atomic():
        stay(account)


def test_leaving_says_why(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="leaving_says_why"), transaction.atomic():
        stay(make.account(cast.program), left_at=timezone.now())


def test_a_target_is_of_the_program_of_its_account(cast: Cast) -> None:
    account = make.account(cast.other_program)
    Target.objects.create(program=cast.program, account=account, tier=1, entered_at=timezone.now())
    with pytest.raises(IntegrityError, match="same_program"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_one_session_at_a_time(cast: Cast) -> None:
    session(cast)
    with pytest.raises(IntegrityError, match="one_open_session"), transaction.atomic():
        session(cast, number=2)


def test_a_confirmed_list_stays_as_it_is(cast: Cast) -> None:
    held = settled(cast)
    account = make.account(cast.program, "Northwind")
    line = ListedTarget.objects.create(
        program=cast.program,
        session=held,
        account=account,
        account_name="Northwind",
        tier=1,
        marketing_owner="Maya",
        sales_owner="Ravi",
        entered_at=timezone.now(),
    )
    rows = ListedTarget.objects.in_program(cast.program).filter(pk=line.pk)
    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        rows.update(tier=2)
    held.confirmed_at = timezone.now() + timedelta(days=1)
    with pytest.raises(IntegrityError, match="is over"), transaction.atomic():
        held.save()
    account.delete()
    line.refresh_from_db()
    assert (line.account_id, line.account_name) == (None, "Northwind")
