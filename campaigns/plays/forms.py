"""Forms of plays: the template with its steps, and the start on many accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any
from uuid import uuid4

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Account
from alignment.people.models import Membership, Program, Side, User
from campaigns.library.models import Asset, PlayStep, TouchChannel
from campaigns.library.queries import assets_offered
from campaigns.models import Campaign

from .casting import Choices
from .queries import audience, chosen_accounts, target_accounts
from .rules.steps import MOST_DAYS, MOST_STEPS, Step

TARGETS, CHOSEN = "targets", "chosen"


class PlayForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    goal = forms.CharField(
        label=gettext_lazy("Goal"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("What it should lead to: “A first meeting with the CFO”."),
    )


class StepForm(forms.Form):
    """One step; a row that says no channel is no step."""

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
    asset = forms.ModelChoiceField(
        Asset.objects.none(),
        label=gettext_lazy("Content"),
        required=False,
        empty_label="—",
    )
    say = forms.CharField(
        label=gettext_lazy("What to say"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, assets: Any, number: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number = number
        self.fields["asset"].queryset = assets  # type: ignore[attr-defined]
        earlier = [(n, _("Step %(number)d") % {"number": n}) for n in range(1, number)]
        self.fields["follows"].choices = [("", "—"), *earlier]  # type: ignore[attr-defined]

    @property
    def is_step(self) -> bool:
        return bool(self.is_valid() and self.cleaned_data["channel"])


class _Steps(BaseFormSet):  # type: ignore[type-arg]
    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "number": (index or 0) + 1}

    def steps(self) -> list[Step]:
        """The rows that are steps, numbered anew; what took up a removed one takes up none."""
        kept = [form for form in self.forms if form.is_step and not form.cleaned_data.get("DELETE")]
        positions = {form.number: position for position, form in enumerate(kept, 1)}
        return [_step(form, positions) for form in kept]

    def take_errors(self, errors: dict[str, str]) -> list[str]:
        """Put errors such as `steps.2.minutes` at their fields; those of no field come back."""
        kept = [form for form in self.forms if form.is_step and not form.cleaned_data.get("DELETE")]
        left = []
        for place, text in errors.items():
            _steps, _dot, rest = place.partition(".")
            position, _dot, name = rest.partition(".")
            if name:
                kept[int(position) - 1].add_error(name, text)
            else:
                left.append(text)
        return left


def _step(form: Any, positions: dict[int, int]) -> Step:
    given = form.cleaned_data
    asset = given["asset"]
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
        asset=asset.pk if asset else None,
    )


def steps_formset(
    program: Program, data: Any = None, *, rows: Sequence[PlayStep] = (), blank: int = 1
) -> Any:
    """Rows of the steps, and `blank` empty ones at their end."""
    factory = formset_factory(
        StepForm,
        formset=_Steps,
        extra=blank,
        can_delete=True,
        max_num=MOST_STEPS,
        absolute_max=MOST_STEPS + 5,
    )
    initial = [_initial(row) for row in rows]
    return factory(
        data, initial=initial, prefix="steps", form_kwargs={"assets": assets_offered(program)}
    )


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


class StartForm(forms.Form):
    """On which accounts, from when, and who of us takes part."""

    scope = forms.ChoiceField(label=gettext_lazy("Accounts"))
    first_day = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("A weekend or a US holiday becomes the next business day."),
    )
    marketing = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("For marketing"), empty_label="—", required=False
    )
    sales = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("For sales"),
        empty_label="—",
        required=False,
        help_text=gettext_lazy("Owners of an account go before."),
    )
    gives_way = forms.BooleanField(
        label=gettext_lazy("Move what collides to the next free place"),
        required=False,
        initial=True,
    )
    again = forms.BooleanField(
        label=gettext_lazy("Start it also where it runs already"), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Why nevertheless"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "Starts accounts with warnings too. The other team sees your reason."
        ),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    account = forms.TypedMultipleChoiceField(
        coerce=int, required=False, widget=forms.MultipleHiddenInput
    )

    def __init__(self, *args: Any, membership: Membership, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.program = membership.program
        self.today = today
        chosen = self._asked_accounts()
        self.fields["account"].choices = [(pk, pk) for pk in chosen]  # type: ignore[attr-defined]
        self.fields["scope"].choices = self._scopes(bool(chosen))  # type: ignore[attr-defined]
        for side in Side.values:
            field = self.fields[side]
            field.queryset = User.objects.filter(  # type: ignore[attr-defined]
                memberships__program=self.program, memberships__team__side=side
            ).order_by("name")
        if membership.side:
            self.fields[membership.side].initial = membership.user_id

    def _asked_accounts(self) -> list[int]:
        data: Any = self.data
        asked = data.getlist("account") if self.is_bound else self.initial.get("account", [])
        return asked_accounts(asked)

    def _scopes(self, some_are_chosen: bool) -> list[tuple[str, str]]:
        scopes = [(TARGETS, _("All target accounts"))]
        if some_are_chosen:
            scopes.insert(0, (CHOSEN, _("The chosen accounts")))
        campaigns = Campaign.objects.in_program(self.program).order_by("-starts_on", "name")
        return scopes + [(f"campaign-{each.pk}", each.name) for each in campaigns[:100]]

    def clean_first_day(self) -> date:
        day: date = self.cleaned_data["first_day"]
        if day < self.today:
            raise forms.ValidationError(_("This day is over."))
        if (day - self.today).days > 366:
            raise forms.ValidationError(_("Choose a day within a year."))
        return day

    @property
    def left_out(self) -> set[int]:
        """Ids of accounts whose box was ticked in the preview."""
        return {int(pk) for pk in self.data.getlist("without") if _is_number(pk)}  # type: ignore[attr-defined]

    def accounts(self) -> list[Account]:
        scope = self.cleaned_data["scope"]
        if scope == TARGETS:
            rows = target_accounts(self.program)
        elif scope == CHOSEN:
            rows = chosen_accounts(self.program, self.cleaned_data["account"])
        else:
            rows = audience(self.program, int(scope.removeprefix("campaign-")))
        return list(rows[:MOST_AT_ONCE])

    def campaign(self) -> Campaign | None:
        """The one whose audience it is started on: its touches belong to it."""
        scope = self.cleaned_data["scope"]
        if scope in {TARGETS, CHOSEN}:
            return None
        pk = int(scope.removeprefix("campaign-"))
        return Campaign.objects.in_program(self.program).filter(pk=pk).first()

    def choices(self) -> Choices:
        """Contacts are chosen in the preview, a field for each account."""
        contacts = {
            int(name.removeprefix("contact-")): int(value)
            for name, value in self.data.items()
            if name.startswith("contact-") and _is_number(name[8:]) and _is_number(value)
        }
        given = self.cleaned_data
        return Choices(given["marketing"], given["sales"], contacts)


MOST_AT_ONCE = 200


def asked_accounts(asked: Sequence[Any]) -> list[int]:
    """Ids out of an address or a form."""
    return [int(pk) for pk in asked if _is_number(str(pk))][:MOST_AT_ONCE]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
