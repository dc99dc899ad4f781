"""Telling people and systems outside what becomes of an agreement."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from alignment.notifications.actions.notices import Words, announce, tell
from alignment.notifications.models import NoticeKind
from alignment.people.models import Membership, Role

from ..models import Version


def ask_signers(version: Version) -> None:
    """A proposal waits for the managers of both sides; who proposed it knows."""
    rows = Membership.objects.in_program(version.program_id).select_related("user")
    managers = rows.filter(role=Role.MANAGER).exclude(user=version.proposed_by).order_by("pk")
    tell(
        program=version.program,
        users=[row.user for row in managers],
        kind=NoticeKind.AGREEMENT,
        # A draft may be proposed again with another content.
        cause=f"proposed-{version.pk}-{(version.digest or '')[:16]}",
        words=lambda: _asked(version),
    )
    tell_outside(version)


def tell_outside(version: Version) -> None:
    """Its state, to the endpoints that want it."""
    text = _("%(what)s, version %(number)s: %(state)s")
    announce(
        program=version.program,
        event="agreement",
        cause=f"agreement-{version.pk}-{version.state}-{(version.digest or '')[:16]}",
        data={"kind": version.kind, "number": version.number, "state": version.state},
        text=text
        % {
            "what": version.get_kind_display(),
            "number": version.number,
            "state": version.get_state_display(),
        },
    )


def _asked(version: Version) -> Words:
    title = _("%(what)s, version %(number)s: your signature is missing")
    names = {"what": version.get_kind_display(), "number": version.number}
    path = reverse("agreements:open", args=[version.program.slug, version.kind])
    return Words(title % names, version.note, path)
