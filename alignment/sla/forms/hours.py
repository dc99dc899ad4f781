"""Forms about hours, closures and leave."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from alignment.core.asking_once import AsksOnce
from alignment.core.names import NameField
from alignment.people.forms import ActionForm, ZoneForm
from alignment.people.models import Membership, Role, Team
from alignment.people.permissions import Seat, may_run_team
from alignment.reference.spoken import state_choices

from ..actions.hours import MOST_DAYS
from ..models import Closure, Leave, WorkingHours
from ..rules.hours import MINUTES_A_DAY
from ..rules.week_words import day_name

FEWEST_SLOTS, MOST_SLOTS = 2, 6
NO_HOURS = gettext_noop(
    "Nobody would work on any day: promises in business time would run by the clock. Save again if"
    " it is right."
)
# Days off beyond are asked about once.
UNUSUAL_DAYS = 60


def _clock(minute: int) -> time:
    """A time field can't express 24:00, so it is written as 00:00."""
    hour, rest = divmod(minute % MINUTES_A_DAY, 60)
    return time(hour, rest)


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M", attrs={"class": "input hours__time"})


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class HoursForm(AsksOnce, ZoneForm):
    """A week of ranges: the fields `d0_0_from`, `d0_0_to` and so on, per weekday and slot."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("The clock on the wall where the team works.")
    )
    holidays = forms.ChoiceField(label=_("Holidays"), choices=WorkingHours.Holidays.choices)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=lambda: [("", "–"), *state_choices()],
        help_text=_("For the holidays of a US state."),
    )

    def __init__(self, *args: Any, week: list[list[list[int]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.was_empty = not any(week)
        self.slots = self._slots(week)
        for day in range(7):
            for slot in range(self.slots):
                start, end = week[day][slot] if slot < len(week[day]) else (None, None)
                self._add(f"d{day}_{slot}_from", _("%(day)s, from"), day, start)
                self._add(f"d{day}_{slot}_to", _("%(day)s, to"), day, end)
        self.carry_initial()

    def _slots(self, week: list[list[list[int]]]) -> int:
        """At least as many slots as were sent, with one to spare for the fullest day; at most
        `MOST_SLOTS`."""
        longest = max((len(day) for day in week), default=0)
        sent = [
            n for n in range(MOST_SLOTS) if any(f"d{d}_{n}_from" in self.data for d in range(7))
        ]
        wanted = max(FEWEST_SLOTS, longest + 1 if longest >= FEWEST_SLOTS else 0)
        return min(max(wanted, len(sent)), MOST_SLOTS)

    def _add(self, name: str, label: Any, day: int, minute: int | None) -> None:
        words = label % {"day": day_name(day, short=False)}
        initial = None if minute is None else _clock(minute)
        field = forms.TimeField(
            label=words, required=False, widget=TimeInput(), input_formats=["%H:%M", "%H:%M:%S"]
        )
        field.widget.attrs["aria-label"] = words
        self.fields[name] = field
        self.initial[name] = initial

    def days(self) -> list[dict[str, Any]]:
        """The rows of the table: a day, its used pairs of fields, and the pairs for more ranges."""
        return [self._row(day) for day in range(7)]

    def _row(self, day: int) -> dict[str, Any]:
        pairs = [
            (self[f"d{day}_{slot}_from"], self[f"d{day}_{slot}_to"]) for slot in range(self.slots)
        ]
        used = [pair for pair in pairs if any(field.value() or field.errors for field in pair)]
        shown = used or pairs[:1]
        more = [pair for pair in pairs if pair not in shown]
        return {"name": day_name(day, short=False), "pairs": shown, "more": more}

    def given(self) -> dict[str, Any]:
        """The arguments for `set_hours`: what was touched."""
        touched, week = self.touched(), self.cleaned_data["week"]
        said = {name: self.cleaned_data[name] for name in touched & {*self.base_fields}}
        days = {int(name[1]) for name in touched - {*self.base_fields}}
        return {**said, "days": {day: week[day] for day in days}}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["week"] = [self._day(day, values) for day in range(7)]
        if values.get("holidays") == WorkingHours.Holidays.STATE and not values.get("state"):
            self.add_error("state", _("Choose the state."))
        if not self.errors and not self.was_empty and not any(values["week"]):
            self.ask(None, "no hours", gettext(NO_HOURS))
        return values

    def _day(self, day: int, values: dict[str, Any]) -> list[list[int]]:
        """Ranges in order; adjacent ones are joined. Errors are attached to the field."""
        found: list[list[int]] = []
        for slot in range(self.slots):
            pair = self._range(f"d{day}_{slot}", values)
            if pair is None:
                continue
            if any(pair[0] < end and start < pair[1] for start, end in found):
                self.add_error(f"d{day}_{slot}_from", _("This overlaps another range of the day."))
                continue
            found.append(pair)
        return _joined(sorted(found))

    def _range(self, name: str, values: dict[str, Any]) -> list[int] | None:
        start, end = values.get(f"{name}_from"), values.get(f"{name}_to")
        if f"{name}_from" in self.errors or f"{name}_to" in self.errors:
            return None
        if start is None and end is None:
            return None
        if start is None:
            self.add_error(f"{name}_from", _("When does it begin?"))
            return None
        if end is None:
            self.add_error(f"{name}_to", _("When does it end?"))
            return None
        first, last = start.hour * 60 + start.minute, end.hour * 60 + end.minute
        if (last or MINUTES_A_DAY) <= first:
            self.add_error(f"{name}_to", _("Later than it begins. Midnight is 00:00."))
            return None
        return [first, last or MINUTES_A_DAY]


def _joined(ranges: list[list[int]]) -> list[list[int]]:
    found: list[list[int]] = []
    for start, end in ranges:
        if found and found[-1][1] == start:
            found[-1][1] = end
        else:
            found.append([start, end])
    return found


class DaysForm(AsksOnce, ActionForm):
    first_day = forms.DateField(label=_("First day"), widget=DayInput())
    last_day = forms.DateField(label=_("Last day"), widget=DayInput())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first_day"), values.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day is before the first."))
        days = (last - first).days + 1 if first and last else 0
        if UNUSUAL_DAYS < days <= MOST_DAYS:
            text = gettext("That is %(days)d days. Send it again if it is right.")
            self.ask("last_day", f"{first} {last}", text % {"days": days})
        values.pop("sure_of", None)
        return values


class ClosureForm(DaysForm):
    """Days on which a team or the whole company is closed."""

    name = NameField(label=_("Reason"), max_length=Closure._meta.get_field("name").max_length)
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Who is closed"), required=False)
    field_order = ["name", "team", "first_day", "last_day"]

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "closure_%s", **kwargs})
        seat = Seat.of(membership)
        owner = seat.role == Role.OWNER
        teams = Team.objects.in_program(membership.program)
        field: Any = self.fields["team"]
        field.queryset = teams if owner else teams.filter(side=seat.side or "")
        field.empty_label = _("The whole company") if owner else None
        field.required = not owner

    def clean_team(self) -> Team | None:
        team: Team | None = self.cleaned_data["team"]
        return team


class LeaveForm(DaysForm):
    """Days on which somebody is away."""

    user = forms.TypedChoiceField(label=_("Who"), coerce=int)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=Leave._meta.get_field("note").max_length
    )
    field_order = ["user", "first_day", "last_day", "note"]

    def __init__(self, *args: Any, people: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "leave_%s", **kwargs})
        self.people = {member.user_id: member.user for member in people}
        field: Any = self.fields["user"]
        field.choices = [(pk, str(user)) for pk, user in self.people.items()]

    def clean_user(self) -> Any:
        user = self.people.get(self.cleaned_data["user"])
        if user is None:
            raise ValidationError(_("There is no such person in the program."))
        return user


def may_close(membership: Membership) -> bool:
    """Whether there is anything that this person may close."""
    seat = Seat.of(membership)
    return seat.role == Role.OWNER or bool(seat.side and may_run_team(seat, seat.side))
