"""Columns of the admin have names that can be translated."""

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.utils import translation
from django.utils.functional import Promise

from campaigns.opportunities.models import OpportunityStep

OURS = ("accounts.", "alignment.", "campaigns.")
ADMINS = [made for model, made in admin.site._registry.items() if model.__module__.startswith(OURS)]


def field_named(model: type[Model], name: str) -> Field | None:
    try:
        found = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, Field) else None


def test_each_column_has_a_name_that_is_translated() -> None:
    unnamed = [
        f"{made.model._meta.label}.{field.name}"
        for made in ADMINS
        for name in made.list_display
        if name != "id" and isinstance(name, str) and (field := field_named(made.model, name))
        if not isinstance(field.verbose_name, Promise)
    ]
    assert len(ADMINS) > 50
    assert unnamed == []


def test_a_field_without_a_name_of_its_own_is_read_in_french() -> None:
    with translation.override("fr"):
        assert str(OpportunityStep._meta.get_field("to_stage").verbose_name) == "étape d’arrivée"
