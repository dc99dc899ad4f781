"""Forms of the settings pages. The choices depend on who is choosing."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alignment.core.changed_fields import ChangedFieldsForm
from alignment.core.names import NameField
from alignment.reference.time_zones import time_zones

from .models import Membership, Role, Side, Team, Theme, User
from .models.programs import IN_A_TEAM, MOST_LEADS_A_WEEK
from .permissions import Scope, Seat, may_run_team
from .rules import LONGEST_ADDRESS

T = TypeVar("T")


class ActionForm(ChangedFieldsForm):
    def run(self, action: Callable[[], T]) -> T | None:
        """The action's result, or None if it refuses; its errors then become form errors."""
        try:
            return action()
        except ValidationError as error:
            self.add_error(None, error)
            return None


class ZoneForm(ActionForm):
    """A form with a time zone: the current one stays selectable, even under a former name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = str(self.initial.get("time_zone", ""))
        self.fields["time_zone"].choices = time_zones(now)  # type: ignore[attr-defined]


class ProgramForm(ZoneForm):
    name = NameField(label=_("Name"), max_length=120)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_(
            "Days, reports and due times of the program are counted in this zone. Promises that run"
            " already keep their due time."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.carry_initial()


class SeatForm(ActionForm):
    """Role and team, limited to those that the acting person may assign."""

    role = forms.ChoiceField(label=_("Role"))
    team = forms.ModelChoiceField(
        Team.objects.none(),
        label=_("Team"),
        required=False,
        empty_label=_("No team"),
        help_text=_("For managers and members; owners and observers belong to no team."),
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actor, program = Seat.of(membership), membership.program
        owner = actor.role == Role.OWNER
        roles = [role for role in Role if owner or role in IN_A_TEAM]
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]
        teams = Team.objects.in_program(program)
        if not owner:
            teams = teams.filter(side=actor.side)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        # Only some roles leave it empty, so it is not labelled optional.
        self.fields["team"].unmarked = True  # type: ignore[attr-defined]
        self.fields["team"].label_from_instance = (  # type: ignore[attr-defined]
            lambda team: f"{team.name} ({team.get_side_display()})"
        )


class MemberForm(SeatForm):
    """The seat of an existing member, and how many MQLs they can take."""

    leads_a_week = forms.IntegerField(
        label=_("MQLs a week"),
        required=False,
        min_value=1,
        max_value=MOST_LEADS_A_WEEK,
        help_text=_("How many new MQLs this person of sales can take in a week."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.carry_initial()


class InvitationForm(SeatForm):
    email = forms.EmailField(label=_("E-mail address"), max_length=LONGEST_ADDRESS)
    field_order = ["email", "role", "team"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Otherwise the first and most powerful role would be preselected.
        self.fields["role"].initial = Role.MEMBER


class TeamForm(ActionForm):
    name = NameField(label=_("Name"), max_length=80)


class NewTeamForm(TeamForm):
    side = forms.ChoiceField(label=_("Side"))

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seat = Seat.of(membership)
        sides = [(side.value, side.label) for side in Side if may_run_team(seat, side)]
        self.fields["side"].choices = sides  # type: ignore[attr-defined]


SCOPE_LABELS = {
    Scope.READ: _("Read everything in the program"),
    Scope.FACTS_WRITE: _("Write accounts and people"),
    Scope.ENGAGEMENTS_WRITE: _("Post engagements"),
    Scope.LEADS_WRITE: _("Move and assign leads"),
    Scope.IMPORTS_WRITE: _("Upload lists"),
    Scope.CALENDAR_WRITE: _("Plan and report touches"),
    Scope.TARGETS_WRITE: _("Nominate and vote on target accounts"),
    Scope.DEALS_WRITE: _("Open, change and move opportunities"),
    Scope.JOBS_WRITE: _("Start and cancel jobs"),
    Scope.AGREEMENTS_WRITE: _("Write, propose and sign agreements"),
    Scope.HOURS_WRITE: _("Set working hours, closed days and leave"),
    Scope.NOTICES_WRITE: _("Mark your notices as read"),
    Scope.WEBHOOKS_MANAGE: _("Manage Slack and webhooks"),
}


def scope_words(scopes: Iterable[str]) -> list[str]:
    """What a key may do, in the words of the form that created it."""
    return [str(SCOPE_LABELS.get(Scope(s), s)) if s in set(Scope) else s for s in scopes]


KEY_LIFETIMES = [
    ("30", _("30 days")),
    ("90", _("90 days")),
    ("365", _("One year")),
    ("never", _("No expiry")),
]


class KeyForm(ActionForm):
    name = NameField(
        label=_("Name"), max_length=80, help_text=_("Say what will use it: “HubSpot sync”.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[(scope.value, label) for scope, label in SCOPE_LABELS.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.READ.value],
    )
    days = forms.ChoiceField(label=_("Stops after"), choices=KEY_LIFETIMES, initial="90")

    def expires_at(self) -> Any:
        days = self.cleaned_data["days"]
        return None if days == "never" else timezone.now() + timedelta(days=int(days))


class ProfileForm(ZoneForm):
    name = NameField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(
        label=_("Language"), choices=[("en", "English"), ("fr", "Français")]
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Dates and times are shown to you in this zone."),
    )
    theme = forms.ChoiceField(label=_("Appearance"), choices=Theme.choices)
    letter_keys = forms.BooleanField(
        label=_("Single-letter shortcuts"),
        help_text=_(
            "Letters that act by themselves, such as j in a list. Turn them off if you dictate, "
            "or press keys by accident."
        ),
        required=False,
    )

    @classmethod
    def of(cls, user: User, data: Any = None) -> "ProfileForm":
        return cls(
            data,
            initial={
                "name": user.name,
                "language": user.language,
                "time_zone": user.time_zone,
                "theme": user.theme,
                "letter_keys": user.letter_keys,
            },
        )


class JoinForm(ActionForm):
    name = NameField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Ten characters or more."),
    )
