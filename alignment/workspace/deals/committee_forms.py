"""A person's part in a deal, as somebody writes it down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Stakeholder
from campaigns.committee.models import Influence, Stance

if TYPE_CHECKING:
    from alignment.people.models import Membership
    from campaigns.committee.models import CommitteeMember


class MemberForm(forms.Form):
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
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(member.pk): member for member in members}
        self.ours = {str(seat.user_id): seat.user for seat in ours}
        superiors: Any = self.fields["reports_to"]
        named = [(key, str(member.stakeholder)) for key, member in self.members.items()]
        superiors.choices = [("", _("Nobody here")), *named]
        owner: Any = self.fields["owner"]
        seats = [(str(seat.user_id), _seat(seat)) for seat in ours]
        owner.choices = [("", _("Nobody yet")), *seats]

    def part(self) -> dict[str, Any]:
        """What the action is told."""
        given = dict(self.cleaned_data)
        return given | {
            "reports_to": self.members.get(given["reports_to"]),
            "owner": self.ours.get(given["owner"]),
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

    def said(self) -> tuple[Stakeholder, dict[str, Any]]:
        given = self.part()
        return self.people[given.pop("person")], given


def _named(person: Stakeholder) -> str:
    return f"{person} · {person.title}" if person.title else str(person)


def _seat(seat: Membership) -> str:
    return f"{seat.user} · {seat.team.get_side_display()}" if seat.team else str(seat.user)
