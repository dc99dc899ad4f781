"""The filters of the list of people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.models import Channel, Consent, EmailAddress, Lead, Stakeholder
from accounts.models.leads import OPEN_STAGES
from accounts.queries.finding import people_like
from alignment.core.addresses import HIGHEST_ID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import Program

LEADS = [(stage.value, stage.label) for stage in OPEN_STAGES]
CONTACT = [
    ("email", _("May be e-mailed")),
    ("phone", _("May be called")),
    ("never", _("Do not contact")),
]


class PersonFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_text", label=_("Name or e-mail"), max_length=100)
    role = django_filters.ChoiceFilter(
        label=_("Role"), choices=Stakeholder.CommitteeRole.choices, empty_label=_("Any role")
    )
    stage = django_filters.ChoiceFilter(
        method="by_stage", label=_("Lead"), choices=LEADS, empty_label=_("Any lead")
    )
    contact = django_filters.ChoiceFilter(
        method="by_contact", label=_("Contact"), choices=CONTACT, empty_label=_("Any contact")
    )
    account = django_filters.NumberFilter(
        field_name="account_id",
        label=_("Account"),
        widget=forms.HiddenInput,
        min_value=1,
        max_value=HIGHEST_ID,
    )

    class Meta:
        model = Stakeholder
        fields: Sequence[str] = ()

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.program = program
        for name in ("role", "stage", "contact"):
            field = self.form.fields[name]
            field.widget.attrs |= {"class": "select", "aria-label": str(field.label)}

    def by_text(
        self, rows: ScopedQuerySet[Stakeholder], _name: str, value: str
    ) -> ScopedQuerySet[Stakeholder]:
        addresses = EmailAddress.objects.in_program(self.program)
        return people_like(rows, value, addresses=addresses)

    def by_stage(
        self, rows: ScopedQuerySet[Stakeholder], _name: str, value: str
    ) -> ScopedQuerySet[Stakeholder]:
        leads = Lead.objects.in_program(self.program).filter(stage=value)
        return rows.filter(Exists(leads.filter(stakeholder=OuterRef("pk"))))

    def by_contact(
        self, rows: ScopedQuerySet[Stakeholder], _name: str, value: str
    ) -> ScopedQuerySet[Stakeholder]:
        if value == "never":
            return rows.filter(do_not_contact=True)
        consents = Consent.objects.in_program(self.program).filter(
            channel=Channel(value), granted=True, stakeholder=OuterRef("pk")
        )
        return rows.filter(Exists(consents), do_not_contact=False)
