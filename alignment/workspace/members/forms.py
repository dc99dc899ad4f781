"""Who gets what a person holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alignment.people.forms import ActionForm
from alignment.people.permissions import Permission, Seat, may
from alignment.sla.forms.handoffs import by_team

from ..leads.access import can_work
from .owned_work import KINDS, heirs_of

if TYPE_CHECKING:
    from alignment.people.models import Membership, User

    from .owned_work import OwnedWork

NOBODY = "nobody"
LABELS = {
    "leads": _("Give the open leads to"),
    "accounts": _("Give the accounts to"),
    "deals": _("Give the open opportunities to"),
}


class HeirsForm(ActionForm):
    """One choice per kind of work that the person holds and that `giver` may assign."""

    def __init__(
        self, *args: Any, member: Membership, owned: OwnedWork, giver: Membership, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._users: dict[str, User] = {}
        for kind in KINDS:
            if getattr(owned, kind) and _may_give(giver, kind):
                heirs = heirs_of(member, kind)
                self._users |= {str(heir.user_id): heir.user for heir in heirs}
                self.fields[kind] = forms.ChoiceField(
                    label=LABELS[kind],
                    required=False,
                    choices=[
                        ("", _("Leave them under this name")),
                        (NOBODY, _("Unassigned")),
                        *by_team(heirs),
                    ],
                )

    def heirs(self) -> dict[str, User | None]:
        """Kind -> who gets it, for what does not stay."""
        chosen = {kind: value for kind, value in self.cleaned_data.items() if value}
        return {kind: self._users.get(value) for kind, value in chosen.items()}


def _may_give(giver: Membership, kind: str) -> bool:
    if kind == "leads":
        return can_work(giver)
    needed = Permission.EDIT_FACTS if kind == "accounts" else Permission.WORK_DEALS
    return may(Seat.of(giver).role, needed)
