"""The stranger's intent data: see isolation_world."""

from datetime import date
from typing import Any

from accounts.intent.models import AccountIntent, SiteVisits, Surge
from accounts.models import Account, AccountToScore
from alignment.scoring.models import AccountScore

from .cast import Cast

MONDAY = date(2026, 11, 16)


def hers_intent(cast: Cast, number: int) -> None:
    """Rows with that primary key and her MARK in every text."""
    hers = cast.other_program
    account = Account.objects.in_program(hers).get(pk=number)
    row: dict[str, Any] = {"pk": number, "program": hers, "account": account}
    Surge.objects.create(**row, source="zanzibar", topic="Zanzibar topic", week=MONDAY, strength=77)
    SiteVisits.objects.create(**row, week=MONDAY, visits=7, pages=77)
    AccountIntent.objects.create(
        program=hers,
        account=account,
        strength=77,
        change=7,
        topics=1,
        top_topic="Zanzibar topic",
        as_of=MONDAY,
    )
    AccountToScore.objects.create(**row)
    AccountScore.objects.create(
        program=hers,
        account=account,
        score=77,
        fit=40,
        engagement=30,
        intent=7,
        relationships=0,
    )
