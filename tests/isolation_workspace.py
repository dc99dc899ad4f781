"""The stranger's duplicates and other rows of the workspace: see isolation_world."""

from django.utils import timezone

from accounts.duplicates.models import DuplicatePair, Merge, SpanToCompare
from accounts.models import Account, AccountAlias
from alignment.workspace.models import SavedView

from .cast import Cast


def hers_workspace(cast: Cast, number: int) -> None:
    """Rows with that primary key and her MARK in every text."""
    account = Account.objects.in_program(cast.other_program).get(pk=number)
    other = Account.objects.create(
        pk=number + 1, program=cast.other_program, name="Zanzibar twin", name_key="zanzibar twin"
    )
    DuplicatePair.objects.create(
        pk=number,
        program=cast.other_program,
        first=account,
        second=other,
        similarity=90,
        ground="name",
        found_at=timezone.now(),
    )
    SpanToCompare.objects.create(
        pk=number, program=cast.other_program, first=number, last=number + 1
    )
    Merge.objects.create(
        pk=number,
        program=cast.other_program,
        survivor=account,
        gone_id=number + 2,
        gone_name="Zanzibar gone",
        facts={"name": "Zanzibar gone"},
        by=cast.stranger,
    )
    AccountAlias.objects.create(
        pk=number,
        program=cast.other_program,
        account=account,
        kind="domain",
        value="gone.zanzibar.example",
    )
    SavedView.objects.create(
        pk=number,
        program=cast.other_program,
        owner=cast.stranger,
        name="Zanzibar view",
        query="q=zanzibar",
    )
