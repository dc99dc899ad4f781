"""The form that starts a play on many accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Account
from alignment.core.addresses import number_of, numbers_of
from alignment.people.models import Membership, Side, User
from campaigns.models import Campaign

from .casting import Choices
from .queries import audience, chosen_accounts, target_accounts

TARGETS, CHOSEN = "targets", "chosen"


class StartForm(forms.Form):
    """Which accounts to start on, from which day, and which users take part."""

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
        return set(numbers_of(self.data.getlist("without")))  # type: ignore[attr-defined]

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
        """The campaign on whose audience the play is started; the touches will belong to it."""
        scope = self.cleaned_data["scope"]
        if scope in {TARGETS, CHOSEN}:
            return None
        pk = int(scope.removeprefix("campaign-"))
        return Campaign.objects.in_program(self.program).filter(pk=pk).first()

    def choices(self) -> Choices:
        """Contacts are chosen in the preview, which has a field for each account."""
        contacts = {
            account: person
            for name, value in self.data.items()
            if name.startswith("contact-")
            and (account := number_of(name.removeprefix("contact-"))) is not None
            and (person := number_of(value)) is not None
        }
        given = self.cleaned_data
        return Choices(given["marketing"], given["sales"], contacts)


MOST_AT_ONCE = 200


def asked_accounts(asked: Sequence[Any]) -> list[int]:
    """Account ids from a query string or a form."""
    return numbers_of(map(str, asked))[:MOST_AT_ONCE]
