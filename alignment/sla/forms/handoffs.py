"""Forms for managers about hand-offs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Signal
from alignment.core.changed_fields import ChangedFieldsForm
from alignment.core.names import NameField
from alignment.people.forms import ActionForm
from alignment.people.models import Membership, Team, User
from alignment.people.models.programs import MOST_LEADS_A_WEEK

from ..models import ReasonCode
from ..models.routing import HEAVIEST
from ..queries.handoff_config import StateRow, TurnRow

Choices = list[tuple[str, Any]]


class DecideForm(forms.Form):
    """Assigns a lead without owner to a member of sales."""

    owner = forms.ChoiceField(label=_("Owner"))

    def __init__(self, *args: Any, members: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._users = {str(member.user_id): member.user for member in members}
        _choices(self, "owner", [("", _("Choose")), *by_team(members)])

    def clean_owner(self) -> User:
        return self._users[self.cleaned_data["owner"]]


class TerritoriesForm(ChangedFieldsForm):
    """One choice per state: a team that takes turns, a person, or nobody in particular."""

    def __init__(
        self,
        *args: Any,
        rows: Sequence[StateRow],
        members: Sequence[Membership],
        teams: Sequence[Team],
        holders: Mapping[str, User | Team],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        # Who left sales keeps a state until somebody chooses another holder for it.
        gone = {r.holder: r.held_by for r in rows if r.held_by and r.holder not in holders}
        self._holders = {**holders, **gone}
        offered: Choices = [("", _("Whoever's turn it is"))]
        if teams:
            offered.append((str(_("Teams, by turns")), [(f"team:{t.pk}", t.name) for t in teams]))
        people: Choices = [(f"user:{m.user_id}", str(m.user)) for m in members]
        if people:
            offered.append((str(_("People")), people))
        for row in rows:
            self.fields[row.code] = forms.ChoiceField(
                label=row.name,
                choices=[*offered, *_gone(row)] if row.holder in gone else offered,
                required=False,
                initial=row.holder,
                widget=forms.Select(attrs={"class": "select"}),
            )
        self.carry_initial()

    def chosen(self) -> dict[str, User | Team | None]:
        """State -> who is to hold it; only for states that were touched."""
        sent = {name for name in self.touched() if name in self.data}
        return {code: self._holders.get(self.cleaned_data[code]) for code in sent}


class TurnsForm(ChangedFieldsForm):
    """Weight and capacity of each member of sales, and whether hours off are covered."""

    covers_hours = forms.BooleanField(
        label=_("Cover hours off"),
        required=False,
        help_text=_(
            "A lead that arrives while the owner of its account does not work goes to somebody"
            " who does. Otherwise it waits for its owner."
        ),
    )

    def __init__(self, *args: Any, rows: Sequence[TurnRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._members = [row.member for row in rows]
        for row in rows:
            name = {"name": row.member.user}
            self.fields[f"weight-{row.member.pk}"] = forms.IntegerField(
                label=_("Weight of %(name)s") % name,
                min_value=0,
                max_value=HEAVIEST,
                initial=row.rep.weight,
                widget=forms.NumberInput(attrs={"class": "input"}),
            )
            self.fields[f"room-{row.member.pk}"] = forms.IntegerField(
                label=_("MQLs a week of %(name)s") % name,
                min_value=1,
                max_value=MOST_LEADS_A_WEEK,
                required=False,
                initial=row.rep.room,
                widget=forms.NumberInput(attrs={"class": "input"}),
            )
        self.carry_initial()

    def given(self) -> dict[str, Any]:
        """The arguments for `set_turns`: what was touched."""
        said = self.changes()
        turns = {member: self._turn(member, said) for member in self._members}
        return {"turns": turns, "covers_hours": said.get("covers_hours")}

    def _turn(self, member: Membership, said: dict[str, Any]) -> dict[str, int | None]:
        names = {"weight": f"weight-{member.pk}", "leads_a_week": f"room-{member.pk}"}
        return {fact: said[name] for fact, name in names.items() if name in said}

    def pair(self, member: Membership) -> tuple[forms.BoundField, forms.BoundField]:
        return self[f"weight-{member.pk}"], self[f"room-{member.pk}"]


class NextActionForm(ActionForm):
    """A rule: which behaviour leads to which next action."""

    signals = forms.MultipleChoiceField(
        label=_("After this behaviour"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("All of them, in the last 90 days. None: always."),
    )
    action = NameField(
        label=_("Do this"), max_length=120, help_text=_("One sentence that begins with a verb.")
    )
    talking_point = forms.CharField(
        label=_("Talking point"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What to say, or to ask, in the first minute."),
    )
    content = forms.CharField(label=_("Content to send"), required=False, max_length=160)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=200,
        help_text=_("Why this action follows from that behaviour."),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, offered: Sequence[Signal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "signals", [(signal.code, signal.shown_name) for signal in offered])
        self.carry_initial()


class ReasonForm(ActionForm):
    """A reason that both teams share."""

    name = NameField(label=_("Reason"), max_length=80)


class ReasonChangeForm(ReasonForm):
    is_retired = forms.BooleanField(
        label=_("No longer offered"),
        required=False,
        help_text=_("It stays where it was given, and in all reports."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.carry_initial()


class NewReasonForm(ReasonForm):
    use = forms.ChoiceField(label=_("Used to"), choices=ReasonCode.Use.choices)
    field_order = ["use", "name"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if not any(letter.isalnum() for letter in name):
            raise ValidationError(_("A reason needs a word."))
        return name


def _gone(row: StateRow) -> Choices:
    return [(row.holder, _("%(name)s (no longer in sales)") % {"name": row.held_by})]


def by_team(members: Sequence[Membership]) -> Choices:
    """Members as choices, grouped by their team."""
    groups: dict[str, Choices] = {}
    for member in members:
        team = member.team.name if member.team else member.get_role_display()
        groups.setdefault(team, []).append((str(member.user_id), str(member.user)))
    return list(groups.items())


def _choices(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
