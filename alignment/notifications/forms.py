"""Forms of notices and endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alignment.core.names import NameField
from alignment.people.forms import ActionForm

from .models import Endpoint, Mailing, NoticeKind
from .rules import EVENTS


class ChoicesForm(ActionForm):
    """E-mails for each kind of notice: at once, in the digest or never."""

    def __init__(self, *args: Any, chosen: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in NoticeKind:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                choices=Mailing.choices,
                widget=forms.RadioSelect,
                initial=chosen[kind.value],
            )


class EndpointForm(ActionForm):
    name = NameField(
        label=_("Name"), max_length=80, help_text=_("The channel or the system: “#sales-us”.")
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("https only, of a public host."),
    )
    events = forms.MultipleChoiceField(
        label=_("Events"),
        choices=[(event.name, event.label) for event in EVENTS.values()],
        widget=forms.CheckboxSelectMultiple,
    )


class NewEndpointForm(EndpointForm):
    kind = forms.ChoiceField(
        label=_("Where to"), choices=Endpoint.Kind.choices, widget=forms.RadioSelect
    )
    field_order = ["kind", "name", "url", "events"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = Endpoint.Kind.SLACK


class ChangeEndpointForm(EndpointForm):
    is_active = forms.BooleanField(label=_("In use"), required=False)

    @classmethod
    def of(cls, endpoint: Endpoint, data: Any = None) -> ChangeEndpointForm:
        return cls(
            data,
            initial={
                "name": endpoint.name,
                "url": endpoint.url,
                "events": endpoint.events,
                "is_active": endpoint.is_active,
            },
        )
