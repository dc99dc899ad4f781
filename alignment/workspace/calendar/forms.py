"""Forms to plan, move and close a touch."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.choices import flatten_choices
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from alignment.people.models import Role
from campaigns.calendar.models import Touch
from campaigns.calendar.queries.campaigns import campaigns_for
from campaigns.calendar.queries.pages import people_of, to_follow
from campaigns.library.models import TouchChannel
from campaigns.library.queries import assets_offered

from .periods import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.people.models import Membership, Program, User
    from campaigns.models import Campaign

# The duration in minutes of a touch without an end.
USUAL_MINUTES = 30
# The fields whose new values are shown to the second of two people who edit a touch.
CHANGES_TOLD = (
    "starts_at",
    "ends_at",
    "people",
    "channel",
    "who",
    "message",
    "say",
    "asset",
    "follows",
    "campaign",
)
REASON = _("Why nevertheless")
WHEN_FORMATS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")


class HiddenWhen(forms.DateTimeInput):
    """The time shown, truncated to the minute like the visible field."""

    input_type = "hidden"
    template_name = "django/forms/widgets/hidden.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format=WHEN_FORMATS[0])


class WhenField(forms.DateTimeField):
    """A moment in the reader's time zone."""

    hidden_widget = HiddenWhen

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=WHEN_FORMATS[0])
        super().__init__(input_formats=WHEN_FORMATS, widget=widget, **kwargs)

    def clean(self, value: Any) -> datetime | None:
        moment: datetime | None = super().clean(value)
        if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValidationError(_("Give a day of this century."))
        return moment


class TimesForm(forms.Form):
    """Start and end, and the reason to override soft conflicts."""

    starts_at = WhenField(label=_("From"), help_text=_("On your clock."))
    ends_at = WhenField(
        label=_("Until"), required=False, help_text=_("Half an hour later if left empty.")
    )
    reason = forms.CharField(label=REASON, max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if starts and not ends and "ends_at" not in self.errors:
            data["ends_at"] = starts + self.usual_length()
        return data

    def usual_length(self) -> timedelta:
        return timedelta(minutes=USUAL_MINUTES)

    def refuse(self, refused: ValidationError) -> None:
        """Add the errors of the action to the fields."""
        for name, errors in refused.error_dict.items():
            for error in errors:
                self.add_error(name if name in self.fields else None, error)


class MoveForm(TimesForm):
    """The new time of a planned touch, which keeps its length unless an end is given."""

    def __init__(self, *args: Any, touch: Touch, **kwargs: Any) -> None:
        self.touch = touch
        super().__init__(*args, **kwargs)
        self.initial.setdefault("starts_at", touch.starts_at)
        self.fields["ends_at"].help_text = _("Left empty, it lasts as long as before.")

    def usual_length(self) -> timedelta:
        return self.touch.ends_at - self.touch.starts_at


class TouchForm(TimesForm):
    """All fields of a touch at one account; edits `touch` if it is given."""

    is_whole_committee = forms.BooleanField(label=_("The whole committee"), required=False)
    people = forms.TypedMultipleChoiceField(
        label=_("People"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=TouchChannel.choices)
    who = forms.TypedChoiceField(label=_("Who"), coerce=int, required=False, empty_value=None)
    message = forms.CharField(
        label=_("Message"),
        max_length=200,
        required=False,
        help_text=_("In one line, so that both teams tell the same story."),
    )
    say = forms.CharField(
        label=_("What to say"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    asset = forms.TypedChoiceField(label=_("Content"), coerce=int, required=False, empty_value=None)
    follows = forms.TypedChoiceField(
        label=_("Takes up"), coerce=int, required=False, empty_value=None
    )
    campaign = forms.TypedChoiceField(
        label=_("Campaign"), coerce=int, required=False, empty_value=None
    )

    def __init__(
        self,
        *args: Any,
        program: Program,
        members: Sequence[Membership],
        company: Account,
        touch: Touch | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.touch = touch
        self._offer(
            "who",
            _("Nobody yet"),
            [
                (m.user_id, str(m.user))
                for m in members
                if (m.role != Role.OBSERVER and m.user.is_active)
                or (touch and m.user_id == touch.who_id)
            ],
        )
        self.assets = {asset.pk: asset for asset in assets_offered(program)}
        if touch and touch.asset:
            self.assets.setdefault(touch.asset.pk, touch.asset)
        self._offer("asset", _("None"), [(pk, str(asset)) for pk, asset in self.assets.items()])
        self.stakeholders = people_of(company)
        people: Any = self.fields["people"]
        people.choices = [(person.pk, _named(person)) for person in self.stakeholders]
        earlier = [each for each in to_follow(company) if touch is None or each.pk != touch.pk]
        self.earlier = {each.pk: each for each in earlier}
        self._offer("follows", _("Nothing"), [(pk, in_a_line(t)) for pk, t in self.earlier.items()])
        asked = touch.campaign_id if touch else self.initial.get("campaign")
        self.campaigns = campaigns_for(company, timezone.localdate(), asked)
        self._offer("campaign", _("None"), _by_audience(self.campaigns))

    def _offer(self, name: str, none: Any, choices: Sequence[tuple[Any, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", none), *choices]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean()
        nobody = not data.get("people") and not data.get("is_whole_committee")
        if nobody and "people" not in self.errors:
            self.add_error("people", gettext("Choose whom it reaches, or the whole committee."))
        return data

    def show_changes(self, now: dict[str, Any]) -> None:
        """Show what somebody else has stored meanwhile, beside each field that differs."""
        self.add_error(
            None,
            gettext(
                "Somebody changed this touch meanwhile. What it says now stands beside what you"
                " typed; save again to put yours in its place."
            ),
        )
        typed = {**self.cleaned_data}
        for name in CHANGES_TOLD:
            if (typed.get(name) or None) != (now[name] or None):
                said = gettext("Now: %(value)s") % {"value": self._in_words(name, now[name])}
                self.add_error(name, said)

    def _in_words(self, name: str, value: Any) -> str:
        if isinstance(value, datetime):
            return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
        field: Any = self.fields[name]
        labels = dict(flatten_choices(getattr(field, "choices", ())))
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(str(labels.get(each, each)) for each in chosen if each) or "—"

    def given(self, users: dict[int, User]) -> dict[str, Any]:
        """The arguments for the actions; `users` are the members by id."""
        data = {**self.cleaned_data}
        data["who"] = users.get(data["who"])
        data["asset"] = self.assets.get(data["asset"])
        data["follows"] = self.earlier.get(data["follows"])
        data["campaign"] = {each.pk: each for each in self.campaigns}.get(data["campaign"])
        return data


class DoneForm(forms.Form):
    result = forms.ChoiceField(
        label=_("Result"), required=False, choices=[("", _("No result yet")), *Touch.Result.choices]
    )
    note = forms.CharField(
        label=_("What happened"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    done_at = WhenField(label=_("When"), required=False, help_text=_("Now if left empty."))

    def clean_done_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["done_at"]
        if at and at > timezone.now():
            raise forms.ValidationError(gettext("This is yet to come."))
        return at


class SkipForm(forms.Form):
    because = forms.CharField(
        label=_("Why it is skipped"),
        max_length=300,
        error_messages={"required": _("Say why: the other team reads it.")},
    )


def in_a_line(touch: Touch) -> str:
    """ "E-mail, Nov 24, 2026, 9:00 AM, Maya: Case study"."""
    at = date_format(timezone.localtime(touch.starts_at), "SHORT_DATETIME_FORMAT")
    parts = [str(touch.get_channel_display()), at, str(touch.who or "")]
    line = ", ".join(part for part in parts if part)
    colon = pgettext("after a label", ":")
    return f"{line}{colon} {touch.message}" if touch.message else line


def _by_audience(campaigns: Sequence[Campaign]) -> list[tuple[Any, Any]]:
    """If there are others, campaigns that target the account get a heading of their own."""
    inside = [(each.pk, each.name) for each in campaigns if each.has_account]  # type: ignore[attr-defined]
    others = [(each.pk, each.name) for each in campaigns if not each.has_account]  # type: ignore[attr-defined]
    if not inside or not others:
        return inside or others
    return [(gettext("With this account"), inside), (gettext("Other campaigns"), others)]


def _named(person: Any) -> str:
    about = person.title or (person.get_role_display() if person.role else "")
    return f"{person} · {about}" if about else str(person)
