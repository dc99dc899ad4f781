"""Who gets what a person holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alignment.people.forms import ActionForm
from alignment.people.permissions import Permission, Seat, may
from alignment.sla.access import may_route
from alignment.sla.forms.handoffs import by_team

from ..leads.access import can_work
from .owned_work import GIVEN, heirs_of

if TYPE_CHECKING:
    from alignment.people.models import Membership, User

    from .owned_work import OwnedWork

ALL = "everything"
LEFT = "left"
NOBODY = "nobody"
LABELS = {
    "leads": _("Give the open leads to"),
    "accounts": _("Give the accounts to"),
    "deals": _("Give the open opportunities to"),
    "touches": _("Give the planned touches to"),
    "targets": _("Give the target accounts to"),
    "states": _("Give the states to"),
    "campaigns": _("Give the campaigns to"),
}
NEEDED = {
    "accounts": Permission.EDIT_FACTS,
    "deals": Permission.WORK_DEALS,
    "touches": Permission.PLAN_TOUCHES,
    "targets": Permission.VOTE_TARGETS,
    "campaigns": Permission.PLAN_TOUCHES,
}


class HeirsForm(ActionForm):
    """One choice per kind of work that the person holds and that `giver` may assign, and one for
    all of them.
    """

    def __init__(
        self, *args: Any, member: Membership, owned: OwnedWork, giver: Membership, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        kinds = [kind for kind in GIVEN if kind in owned.held and _may_give(giver, kind)]
        self._heirs = {kind: heirs_of(member, kind) for kind in kinds}
        if len(kinds) > 1:
            self._offer_all()
        for kind, heirs in self._heirs.items():
            if len(kinds) > 1:
                stays = [("", _("As above")), (LEFT, _("Leave them under this name"))]
            else:
                stays = [("", _("Leave them under this name"))]
            choices = [*stays, (NOBODY, _("Unassigned")), *by_team(heirs)]
            self.fields[kind] = forms.ChoiceField(
                label=LABELS[kind], required=False, choices=choices
            )
        for field in self.fields.values():
            field.unmarked = True  # type: ignore[attr-defined]

    def _offer_all(self) -> None:
        anybody = {heir.pk: heir for heirs in self._heirs.values() for heir in heirs}
        self.fields[ALL] = forms.ChoiceField(
            label=_("Give everything to"),
            required=False,
            choices=[
                ("", _("Leave it under this name")),
                (NOBODY, _("Unassigned")),
                *by_team(sorted(anybody.values(), key=_by_name)),
            ],
            help_text=_("What that person may not hold, such as leads in marketing, stays."),
        )

    def heirs(self) -> dict[str, User | None]:
        """Kind -> who gets it, for what does not stay."""
        given: dict[str, User | None] = {}
        for kind, heirs in self._heirs.items():
            users = {str(heir.user_id): heir.user for heir in heirs}
            chosen = self.cleaned_data[kind] or self.cleaned_data.get(ALL, "")
            if chosen == NOBODY or chosen in users:
                given[kind] = users.get(chosen)
        return given


def _by_name(member: Membership) -> tuple[bool, str, str]:
    team = member.team
    return team is None, team.name if team else "", str(member.user)


def _may_give(giver: Membership, kind: str) -> bool:
    if kind == "leads":
        return can_work(giver)
    if kind == "states":
        return may_route(giver)
    return may(Seat.of(giver).role, NEEDED[kind])
