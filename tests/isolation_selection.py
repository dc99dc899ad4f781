"""The stranger's selection sessions and targets: see isolation_world."""

from typing import Any

from django.utils import timezone

from accounts.models import Account
from campaigns.library.models import Play
from campaigns.selection.models import (
    Candidate,
    Confirmation,
    ListedTarget,
    Nomination,
    Ready,
    SelectionSettings,
    Session,
    Target,
    Vote,
)

from .cast import Cast


def hers_selection(cast: Cast, number: int) -> None:
    """Rows with that primary key and her MARK in every text."""
    hers, stella, now = cast.other_program, cast.stranger, timezone.now()
    row: dict[str, Any] = {"pk": number, "program": hers}
    account = Account.objects.in_program(hers).get(pk=number)
    SelectionSettings.objects.create(**row, capacity=7)
    session = Session.objects.create(
        **row,
        number=number,
        capacity=7,
        opened_at=now,
        opened_by=stella,
        revealed_at=now,
        confirmed_at=now,
        list_hash="3" * 64,
    )
    candidate = Candidate.objects.create(**row, session=session, account=account, rank=1)
    Nomination.objects.create(
        **row,
        account=account,
        side="sales",
        by=stella,
        reason="Zanzibar nomination",
        at=now,
        session=session,
    )
    Vote.objects.create(
        **row,
        candidate=candidate,
        side="sales",
        by=stella,
        choice="yes",
        reason="Zanzibar vote",
        at=now,
    )
    Ready.objects.create(**row, session=session, side="sales", by=stella, at=now)
    Confirmation.objects.create(
        **row, session=session, side="sales", by=stella, list_hash="0" * 64, at=now
    )
    Target.objects.create(
        **row,
        account=account,
        tier=1,
        marketing_owner=stella,
        sales_owner=stella,
        play=Play.objects.in_program(hers).get(pk=number),
        session=session,
        entered_at=now,
    )
    ListedTarget.objects.create(
        **row,
        session=session,
        account=account,
        account_name="Zanzibar account",
        tier=1,
        marketing_owner="Zanzibar owner",
        sales_owner="Zanzibar owner",
        play="Zanzibar play",
        entered_at=now,
    )


def our_session(cast: Cast, number: int) -> None:
    """An open session with a candidate, both with that number."""
    now = timezone.now()
    row: dict[str, Any] = {"pk": number, "program": cast.program}
    session = Session.objects.create(
        **row, number=number, capacity=7, opened_at=now, opened_by=cast.owner, revealed_at=now
    )
    account = Account.objects.in_program(cast.program).get(pk=number)
    Candidate.objects.create(**row, session=session, account=account, rank=1)
