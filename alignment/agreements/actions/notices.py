"""Notifying people and external systems of what happens to an agreement."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from alignment.notifications.actions.notices import NoticeText, announce, notify
from alignment.notifications.models import NoticeKind
from alignment.people.models import Membership, Role, User

from ..models import State, Version

_DECLINED = gettext_noop("%(what)s, version %(number)s: %(by)s declined it")
_WITHDRAWN = gettext_noop("%(what)s, version %(number)s: %(by)s withdrew it")
_IN_FORCE = gettext_noop("%(what)s, version %(number)s: both sides signed it, and it rules")


def ask_signers(version: Version) -> None:
    """Ask the managers of both sides to sign a proposal, except the one who proposed it."""
    rows = Membership.objects.in_program(version.program_id).select_related("user")
    managers = rows.filter(role=Role.MANAGER).exclude(user=version.proposed_by).order_by("pk")
    notify(
        program=version.program,
        users=[row.user for row in managers],
        kind=NoticeKind.AGREEMENT,
        # A draft may be proposed again with different content.
        cause=f"proposed-{version.pk}-{(version.digest or '')[:16]}",
        words=lambda: _asked(version),
    )
    announce_state(version)


def notify_returned(version: Version, by: User, reason: str) -> None:
    """Tell everyone who proposed, signed or may sign it that it was declined or withdrawn."""
    title = _DECLINED if reason else _WITHDRAWN
    _notify_all(version, by, f"back-{version.pk}-{_mark(version)}", title, reason)


def notify_in_force(version: Version, by: User | None) -> None:
    """Tell them that both sides signed and it is now in force."""
    _notify_all(version, by, f"ruling-{version.pk}", _IN_FORCE, version.note)


def _notify_all(version: Version, by: User | None, cause: str, title: str, text: str) -> None:
    rows = Membership.objects.in_program(version.program_id).select_related("user")
    people = rows.filter(Q(role=Role.MANAGER) | Q(user=version.proposed_by))
    readers = {row.user for row in people.exclude(user=by)}

    def words() -> NoticeText:
        said = {"what": version.get_kind_display(), "number": version.number, "by": by or ""}
        page = "agreements:history" if version.state == State.IN_FORCE else "agreements:open"
        path = reverse(page, args=[version.program.slug, version.kind])
        return NoticeText(_(title) % said, text, path)

    notify(
        program=version.program,
        users=sorted(readers, key=lambda user: user.pk),
        kind=NoticeKind.AGREEMENT,
        cause=cause,
        words=words,
    )


def _mark(version: Version) -> str:
    """Distinguishes repeated proposals of one draft, even with the same content."""
    return f"{version.proposed_at:%Y%m%d%H%M%S%f}" if version.proposed_at else ""


def announce_state(version: Version) -> None:
    """Announce its state to the endpoints that subscribed."""
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


def _asked(version: Version) -> NoticeText:
    title = _("%(what)s, version %(number)s: your signature is missing")
    names = {"what": version.get_kind_display(), "number": version.number}
    path = reverse("agreements:open", args=[version.program.slug, version.kind])
    return NoticeText(title % names, version.note, path)
