"""The filters of the library, and the form of a piece of content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alignment.workspace.edits import EditForm
from campaigns.library.actions.assets import WRITTEN
from campaigns.library.models import Asset
from campaigns.library.queries import personas_of, sectors
from campaigns.library.rules import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import Program

STATES = (("retired", _("No longer used")), ("all", _("In use or not")))


def _sectors() -> list[tuple[str, str]]:
    return [(code, f"{code} {title}") for code, title in sectors()]


class AssetFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_text", label=_("Title or message"), max_length=100)
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=Asset.Kind.choices, empty_label=_("Any kind")
    )
    sector = django_filters.ChoiceFilter(
        method="by_sector", label=_("Sector"), choices=(), empty_label=_("Any sector")
    )
    persona = django_filters.ChoiceFilter(
        label=_("Persona"), choices=(), empty_label=_("Any persona")
    )
    stage = django_filters.ChoiceFilter(
        label=_("Stage"), choices=Asset.BuyingStage.choices, empty_label=_("Any stage")
    )
    language = django_filters.ChoiceFilter(
        label=_("Language"), choices=LANGUAGES, empty_label=_("Any language")
    )
    state = django_filters.ChoiceFilter(
        method="by_state", label=_("Used"), choices=STATES, empty_label=_("In use")
    )

    class Meta:
        model = Asset
        fields: Sequence[str] = ()

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["sector"].extra["choices"] = _sectors()
        personas = [(persona, persona) for persona in personas_of(program)]
        self.filters["persona"].extra["choices"] = personas
        for name in ("kind", "sector", "persona", "stage", "language", "state"):
            field = self.form.fields[name]
            field.widget.attrs |= {"class": "select", "aria-label": str(field.label)}

    def by_text(self, rows: ScopedQuerySet[Asset], _name: str, value: str) -> ScopedQuerySet[Asset]:
        return rows.filter(Q(title__icontains=value) | Q(message__icontains=value))

    def by_sector(
        self, rows: ScopedQuerySet[Asset], _name: str, value: str
    ) -> ScopedQuerySet[Asset]:
        """Content for every sector also suits this one."""
        return rows.filter(sector__in=(value, ""))

    def by_state(
        self, rows: ScopedQuerySet[Asset], _name: str, value: str
    ) -> ScopedQuerySet[Asset]:
        """Without this filter the view leaves out retired content."""
        return rows.filter(retired_at__isnull=False) if value == "retired" else rows


class AssetForm(EditForm):
    """New content, or with `asset` an edit of a stored piece."""

    title = forms.CharField(label=_("Title"), max_length=160)
    kind = forms.ChoiceField(label=_("Kind"), choices=Asset.Kind.choices)
    message = forms.CharField(
        label=_("Message"),
        max_length=200,
        required=False,
        help_text=_("What it says, in one sentence: two messages to one account are a clash."),
    )
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    persona = forms.CharField(
        label=_("Persona"),
        max_length=120,
        required=False,
        help_text=_("Whom it is written for, such as Head of operations. Empty: everybody."),
    )
    stage = forms.ChoiceField(
        label=_("Stage"),
        required=False,
        choices=[("", _("Every stage")), *Asset.BuyingStage.choices],
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, initial="en")
    url = forms.URLField(label=_("Address"), max_length=500, required=False, assume_scheme="https")

    def __init__(self, *args: Any, asset: Asset | None = None, **kwargs: Any) -> None:
        if asset:
            kwargs["initial"] = asset_initial(asset)
        super().__init__(*args, **kwargs)
        if asset:
            self.carry_initial()
        field: Any = self.fields["sector"]
        field.choices = [("", _("Every sector")), *_sectors()]

    def as_shown(self, data: dict[str, Any]) -> AssetForm:
        return AssetForm(data)

    def facts_of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return dict(values)


def asset_initial(asset: Asset) -> dict[str, Any]:
    return {name: getattr(asset, name) for name in WRITTEN}
