"""Forms of the editor of plays: the template and its steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alignment.core.names import NameField
from alignment.people.models import Program, Side
from campaigns.library.models import Play, PlayStep, TouchChannel
from campaigns.library.queries import assets_offered

from .rules.steps import MOST_DAYS, MOST_STEPS, Step, fingerprint, stored

# Fields that an untouched row submits, too.
PRESET = ("after_days", "at", "minutes")
# Fields that make a row count as filled in; the side is preset in every row, so it does not.
SAID = (*PRESET, "follows", "message", "asset", "say")
WORDS = ("name", "goal")


class PlayForm(forms.Form):
    name = NameField(label=gettext_lazy("Name"), max_length=120)
    goal = forms.CharField(
        label=gettext_lazy("Goal"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("What it should lead to: “A first meeting with the CFO”."),
    )
    # The stored values when the page was rendered.
    seen_name = forms.CharField(required=False, widget=forms.HiddenInput)
    seen_goal = forms.CharField(required=False, widget=forms.HiddenInput)
    seen_steps = forms.CharField(required=False, widget=forms.HiddenInput)

    def seen(self) -> dict[str, str] | None:
        """The values that the page showed; None if the form did not submit them."""
        given = self.cleaned_data
        if not given["seen_steps"]:
            return None
        return {name: given[f"seen_{name}"] for name in (*WORDS, "steps")}

    def ask_again(self, fields: Sequence[str], now: dict[str, str]) -> None:
        """Somebody else changed these meanwhile. The form now carries the stored values, so saving
        again overwrites them on purpose. Fields that the person did not edit show the stored
        values.
        """
        self.data = data = self.data.copy()  # type: ignore[attr-defined]
        for name in WORDS:
            if self.cleaned_data[name] == self.cleaned_data[f"seen_{name}"]:
                data[name] = now[name]
            data[f"seen_{name}"] = now[f"seen_{name}"]
        data["seen_steps"] = now["seen_steps"]
        text = _("Somebody else meanwhile wrote “%(value)s”. Save again to replace it with yours.")
        for name in set(fields) & set(WORDS):
            self.add_error(name, text % {"value": now[name] or _("Unknown")})


def play_initial(play: Play, rows: Sequence[PlayStep]) -> dict[str, str]:
    words = {name: getattr(play, name) for name in WORDS}
    seen = {f"seen_{name}": value for name, value in words.items()}
    return words | seen | {"seen_steps": fingerprint(stored(rows))}


class StepForm(forms.Form):
    """One step. A row left empty is not a step."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        choices=[("", "—"), *TouchChannel.choices],
        required=False,
    )
    side = forms.ChoiceField(label=gettext_lazy("Team"), choices=Side.choices)
    after_days = forms.IntegerField(
        label=gettext_lazy("Days after start"),
        min_value=0,
        max_value=MOST_DAYS,
        initial=0,
    )
    at = forms.TimeField(
        label=gettext_lazy("At"),
        initial=time(10),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"), min_value=5, max_value=8 * 60, initial=15
    )
    follows = forms.TypedChoiceField(
        label=gettext_lazy("Takes up"), required=False, coerce=int, empty_value=None
    )
    message = forms.CharField(label=gettext_lazy("Message"), max_length=200, required=False)
    asset = forms.TypedChoiceField(
        label=gettext_lazy("Content"), required=False, coerce=int, empty_value=None
    )
    say = forms.CharField(
        label=gettext_lazy("What to say"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        *args: Any,
        assets: Sequence[tuple[int, str]],
        number: int,
        numbers: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.number = number
        others = [(n, _touch(n)) for n in range(1, numbers + 1) if n != number]
        self._offer("follows", others)
        self._offer("asset", assets)

    def _offer(self, name: str, choices: Sequence[tuple[int, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", "—"), *choices]

    def has_changed(self) -> bool:
        """Whether the row was filled in: a channel, or any value that differs from an untouched
        row.
        """
        return any(self._is_given(name) for name in ("channel", *SAID))

    def _is_given(self, name: str) -> bool:
        field = self.fields[name]
        given = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        return bool(given) and field.has_changed(field.initial, given)

    def clean_channel(self) -> str:
        channel: str = self.cleaned_data["channel"]
        if not channel:
            raise forms.ValidationError(_("Choose a channel, or empty this row or remove it."))
        return channel

    def wait(self) -> None:
        """Show no errors yet: the person is still typing."""
        self._errors = ErrorDict()

    @property
    def stays(self) -> bool:
        """The row is filled in and not marked for removal."""
        return self.has_changed() and not self.cleaned_data.get("DELETE")

    @property
    def is_step(self) -> bool:
        return self.is_valid() and self.stays


class _Steps(BaseFormSet):  # type: ignore[type-arg]
    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        kwargs = super().get_form_kwargs(index)
        return {**kwargs, "number": (index or 0) + 1, "numbers": self.total_form_count()}

    @property
    def kept(self) -> list[Any]:
        return [form for form in self.forms if form.is_step]

    def clean(self) -> None:
        """A step may not follow a row that is removed or left empty."""
        staying = [form for form in self.forms if form.stays]
        numbers = {form.number for form in staying}
        for form in staying:
            first = form.cleaned_data.get("follows")
            if first is not None and first not in numbers:
                text = _("%(touch)s does not stay: choose another one here, or none.")
                form.add_error("follows", text % {"touch": _touch(first)})

    def steps(self) -> list[Step]:
        """The rows that are steps, renumbered."""
        positions = {form.number: position for position, form in enumerate(self.kept, 1)}
        return [_step(form, positions) for form in self.kept]

    def take_errors(self, errors: dict[str, str]) -> list[str]:
        """Put errors such as `steps.2.minutes` at their fields; return those that belong to no
        field.
        """
        left, kept = [], self.kept
        for place, text in errors.items():
            _steps, _dot, rest = place.partition(".")
            position, _dot, name = rest.partition(".")
            if name:
                kept[int(position) - 1].add_error(name, text)
            else:
                left.append(text)
        return left

    def wait_at_the_last(self) -> None:
        """After a row is added: show no errors yet, and focus the new row."""
        for form in self.forms:
            form.wait()
        self.forms[-1].fields["side"].widget.attrs["autofocus"] = True


def _touch(number: int) -> str:
    return _("Touch %(number)s") % {"number": number}


def _step(form: Any, positions: dict[int, int]) -> Step:
    given = form.cleaned_data
    return Step(
        position=positions[form.number],
        side=given["side"],
        channel=given["channel"],
        after_days=given["after_days"],
        at=given["at"],
        minutes=given["minutes"],
        follows=positions.get(given["follows"]),
        message=given["message"],
        say=given["say"],
        asset=given["asset"],
    )


def steps_formset(
    program: Program, data: Any = None, *, rows: Sequence[PlayStep] = (), blank: int = 1
) -> Any:
    """The rows of the steps, followed by `blank` empty ones."""
    factory = formset_factory(
        StepForm,
        formset=_Steps,
        extra=blank,
        can_delete=True,
        max_num=MOST_STEPS,
        absolute_max=MOST_STEPS + 5,
    )
    # An asset that was retired after a step chose it stays available to that step.
    assets = {row.asset.pk: str(row.asset) for row in rows if row.asset}
    assets |= {asset.pk: str(asset) for asset in assets_offered(program)}
    return factory(
        data,
        initial=[_initial(row) for row in rows],
        prefix="steps",
        form_kwargs={"assets": list(assets.items())},
    )


def with_another_row(data: Any) -> None:
    """Add a row to the submitted data, with the values that an untouched one would submit."""
    said = data.get("steps-TOTAL_FORMS", "0")
    rows = int(said) if said.isascii() and said.isdigit() and len(said) < 3 else 0
    data["steps-TOTAL_FORMS"] = str(rows + 1)
    for name in PRESET:
        field: Any = StepForm.base_fields[name]
        data[f"steps-{rows}-{name}"] = field.widget.format_value(field.initial)


def _initial(row: PlayStep) -> dict[str, Any]:
    return {
        "channel": row.channel,
        "side": row.side,
        "after_days": row.after_days,
        "at": row.at,
        "minutes": row.minutes,
        "follows": row.follows.position if row.follows else None,
        "message": row.message,
        "asset": row.asset_id,
        "say": row.say,
    }
