"""Forms of a person, and of their consent to be contacted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Channel, EmailAddress, Phone, Stakeholder
from accounts.queries.finding import account_of_domain
from alignment.reference.names import name_key
from alignment.workspace.edits import EditForm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.rules.facts import FieldError, StakeholderFacts
    from alignment.people.models import Program

# Facts whose form field has another name.
FIELD_OF = {"emails": "email", "phones": "phone", "account_id": "account"}
ADDED = {"email": "emails", "phone": "phones"}


class PersonForm(EditForm):
    """Addresses and phones entered here are added to the known ones."""

    fields_of = FIELD_OF

    first_name = forms.CharField(label=_("First name"), max_length=100, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=100, required=False)
    title = forms.CharField(label=_("Job title"), max_length=160, required=False)
    role = forms.ChoiceField(
        label=_("Role in the buying committee"),
        required=False,
        choices=[("", _("Unknown")), *Stakeholder.CommitteeRole.choices],
    )
    account = forms.CharField(
        label=_("Account"),
        max_length=253,
        required=False,
        help_text=_("The domain of a known account, or its name."),
    )
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    linkedin_url = forms.CharField(label=_("LinkedIn"), max_length=500, required=False)

    def __init__(
        self,
        *args: Any,
        program: Program,
        person: Stakeholder | None = None,
        account: Account | None = None,
        **kwargs: Any,
    ) -> None:
        self.program = program
        self.person = person
        if person:
            kwargs["initial"] = initial_of(person)
        elif account:
            kwargs["initial"] = {"account": account.domain or account.name}
        super().__init__(*args, **kwargs)
        self.fields["email"].required = person is None
        if person:
            self.carry_initial()
            self.fields["email"].label = _("Add an e-mail address")
            self.fields["phone"].label = _("Add a phone")

    def clean_account(self) -> int | None:
        """The id of the account; raises unless exactly one matches."""
        text = self.cleaned_data["account"].strip()
        if self.person and "account" not in self.changed_data:
            return self.person.account_id
        if not text:
            return None
        accounts = Account.objects.in_program(self.program)
        meant = account_of_domain(self.program, text)
        found = [meant] if meant else []
        if not found:
            key = name_key(text) or text.casefold()
            found = list(accounts.filter(name_key=key).values_list("id", flat=True)[:2])
        if len(found) > 1:
            raise forms.ValidationError(
                gettext("Several accounts have this name: write the domain.")
            )
        if not found:
            raise forms.ValidationError(gettext("No account has this domain or name."))
        return int(found[0])

    def facts(self) -> StakeholderFacts:
        """All facts of the form; empty fields mean unknown."""
        return self.facts_of(self.cleaned_data)  # type: ignore[return-value]

    def facts_of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        for name, value in values.items():
            if name == "account":
                facts["account_id"] = value
            elif name not in ADDED:
                facts[name] = value or None
            elif value.strip():
                facts[ADDED[name]] = [value.strip()]
        return facts

    def as_shown(self, data: dict[str, Any]) -> PersonForm:
        return PersonForm(data, program=self.program)

    def show(self, errors: Sequence[FieldError]) -> None:
        """Add the errors of the facts' rules to the fields."""
        for error in errors:
            name = self.fields_of.get(error.field, error.field)
            self.add_error(name if name in self.fields else None, error.message)


def initial_of(person: Stakeholder) -> dict[str, Any]:
    names = ("first_name", "last_name", "title", "role", "linkedin_url")
    account = person.account
    return {
        **{name: getattr(person, name) for name in names},
        "account": (account.domain or account.name) if account else "",
    }


class ConsentForm(forms.Form):
    """A person's consent or refusal for a channel, with its source and time."""

    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices)
    granted = forms.TypedChoiceField(
        label=_("What they said"),
        choices=[("yes", _("Yes, you may")), ("no", _("No, do not"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
    )
    source = forms.CharField(
        label=_("Where they said it"), max_length=120, help_text=_("A form, a call, a fair …")
    )
    given_at = forms.DateField(
        label=_("When"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_given_at(self) -> Any:
        day = self.cleaned_data["given_at"]
        if day > timezone.localdate():
            raise forms.ValidationError(gettext("This day is yet to come."))
        return day


class ContactForm(forms.Form):
    """Whether the person may be contacted at all."""

    do_not_contact = forms.BooleanField(label=_("Nobody may contact this person"), required=False)
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)


class ReachForm(forms.Form):
    """Which addresses and phones to keep, and which are primary."""

    primary_email = forms.TypedChoiceField(
        label=_("Primary e-mail address"), widget=forms.RadioSelect, coerce=int
    )
    removed_emails = forms.TypedMultipleChoiceField(
        label=_("E-mail addresses to remove"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        coerce=int,
        help_text=_("A person without an external id keeps at least one address."),
    )
    primary_phone = forms.TypedChoiceField(
        label=_("Primary phone"), widget=forms.RadioSelect, coerce=int
    )
    removed_phones = forms.TypedMultipleChoiceField(
        label=_("Phones to remove"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        coerce=int,
    )

    def __init__(
        self, *args: Any, emails: Sequence[EmailAddress], phones: Sequence[Phone], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._offer("primary_email", "removed_emails", emails)
        self._offer("primary_phone", "removed_phones", phones)

    def _offer(self, primary: str, removed: str, rows: Sequence[EmailAddress | Phone]) -> None:
        """Show only fields that offer a choice."""
        for name, fewest in ((primary, 2), (removed, 1)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(row.pk, str(row)) for row in rows]
            if len(rows) < fewest:
                del self.fields[name]
        self.initial[primary] = next((row.pk for row in rows if row.is_primary), None)

    def show(self, errors: Sequence[FieldError]) -> None:
        for error in errors:
            name = {"emails": "removed_emails"}.get(error.field)
            self.add_error(name if name in self.fields else None, error.message)
