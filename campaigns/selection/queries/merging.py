"""What merging two accounts would end on the list and in the open session."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Account

from ..models import Candidate
from .targets import open_session_of, open_targets


def warnings_of(survivor: Account, gone: Account) -> list[str]:
    """As texts; three statements."""
    names = {"survivor": survivor.name, "gone": gone.name}
    rows = open_targets(survivor.program_id).filter(account__in=[survivor, gone])
    listed = set(rows.values_list("account_id", flat=True))
    told = []
    if {survivor.pk, gone.pk} <= listed:
        text = _(
            "Both are target accounts: “%(gone)s” leaves the list, with the reason that it was"
            " merged into “%(survivor)s”. Its place is free. Lists and votes of the past stay."
        )
        told.append(text % names)
    elif gone.pk in listed:
        text = _("“%(survivor)s” takes the place of “%(gone)s” on the list of target accounts.")
        told.append(text % names)
    session = open_session_of(survivor.program_id)
    if session is not None and _is_asked(session.pk, gone):
        text = _(
            "“%(gone)s” is a candidate of the session that is open: its votes do not count for"
            " “%(survivor)s”, on which both sides vote."
        )
        told.append(text % names)
    return told


def _is_asked(session_id: int, account: Account) -> bool:
    rows = Candidate.objects.in_program(account.program_id)
    return rows.filter(session=session_id, account=account, known_as="").exists()
