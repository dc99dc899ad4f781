"""The form of a person's part in a deal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Stakeholder
from alignment.workspace.edits import EditForm
from campaigns.committee.actions.members import WRITTEN
from campaigns.committee.models import Influence, Stance

if TYPE_CHECKING:
    from alignment.people.models import Membership
    from campaigns.committee.models import CommitteeMember


class MemberForm(EditForm):
    """Adds a person, or edits the stored part of `member`."""

    role = forms.ChoiceField(
        label=_("Role"), choices=[("", "—"), *Stakeholder.CommitteeRole.choices]
    )
    stance = forms.ChoiceField(
        label=_("Stance"), choices=[("", _("Unknown")), *Stance.choices], required=False
    )
    influence = forms.TypedChoiceField(
        label=_("Influence"), choices=Influence.choices, coerce=int, initial=Influence.MEDIUM
    )
    reports_to = forms.ChoiceField(label=_("Reports to"), required=False)
    owner = forms.ChoiceField(
        label=_("Who of us"),
        required=False,
        help_text=_("Sales looks after who decides, marketing after the others."),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(
        self,
        *args: Any,
        members: Sequence[CommitteeMember],
        ours: Sequence[Membership],
        member: CommitteeMember | None = None,
        **kwargs: Any,
    ) -> None:
        if member:
            kwargs["initial"] = member_initial(member)
        super().__init__(*args, **kwargs)
        if member:
            self.carry_initial()
        self.seats = ours
        self.members = {str(member.pk): member for member in members}
        self.ours = {str(seat.user_id): seat.user for seat in ours}
        superiors: Any = self.fields["reports_to"]
        named = [(key, str(member.stakeholder)) for key, member in self.members.items()]
        superiors.choices = [("", _("Nobody here")), *named]
        owner: Any = self.fields["owner"]
        seats = [(str(seat.user_id), _seat(seat)) for seat in ours]
        owner.choices = [("", _("Nobody yet")), *seats]

    def as_shown(self, data: dict[str, Any]) -> MemberForm:
        return MemberForm(data, members=[*self.members.values()], ours=self.seats)

    def facts_of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments for the action."""
        rows: dict[str, Mapping[str, Any]] = {"reports_to": self.members, "owner": self.ours}
        return {
            name: rows[name].get(value) if name in rows else value for name, value in values.items()
        }


def member_initial(member: CommitteeMember) -> dict[str, Any]:
    known: dict[str, Any] = {name: getattr(member, name) for name in WRITTEN}
    return known | {
        "reports_to": str(member.reports_to_id or ""),
        "owner": str(member.owner_id or ""),
    }


class NewMemberForm(MemberForm):
    person = forms.ChoiceField(label=_("Person"))
    field_order = ("person",)

    def __init__(self, *args: Any, people: Sequence[Stakeholder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        offered: Any = self.fields["person"]
        named = [(key, _named(person)) for key, person in self.people.items()]
        offered.choices = [("", "—"), *named]
        if not people:
            offered.help_text = _(
                "Everybody known at this account is in. Add a person there first."
            )

    def arguments(self) -> tuple[Stakeholder, dict[str, Any]]:
        given = self.facts_of(self.cleaned_data)
        return self.people[given.pop("person")], given


def _named(person: Stakeholder) -> str:
    return f"{person} · {person.title}" if person.title else str(person)


def _seat(seat: Membership) -> str:
    return f"{seat.user} · {seat.team.get_side_display()}" if seat.team else str(seat.user)
