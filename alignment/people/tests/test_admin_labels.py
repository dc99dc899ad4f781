"""Columns and fields of the admin have names that are translated."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db.models import Field
from django.test import RequestFactory
from django.utils import translation
from django.utils.functional import Promise

from alignment.core.field_names import NAMES
from alignment.people.models import User
from campaigns.opportunities.models import OpportunityStep

OURS = ("accounts.", "alignment.", "campaigns.")


def shown() -> Iterator[Field]:
    """Each field of our models that a list or a form of the admin shows."""
    request = RequestFactory().get("/admin/")
    request.user = User(pk=1, is_superuser=True)
    for model, made in admin.site._registry.items():
        if not model.__module__.startswith(OURS):
            continue
        sections = made.get_fieldsets(request, model(pk=1))
        in_form = [name for _title, section in sections for name in section["fields"]]
        names = {name for name in (*made.list_display, *in_form) if name != "id"}
        yield from (f for f in (*model._meta.fields, *model._meta.many_to_many) if f.name in names)


@pytest.mark.django_db
def test_each_field_has_a_name_that_is_translated() -> None:
    fields = list(shown())
    assert len(fields) > 500
    assert [str(field) for field in fields if not isinstance(field.verbose_name, Promise)] == []
    unused = NAMES.keys() - {field.name.replace("_", " ") for field in fields}
    assert unused == set()


def test_a_field_without_a_name_of_its_own_is_read_in_french() -> None:
    with translation.override("fr"):
        assert str(OpportunityStep._meta.get_field("to_stage").verbose_name) == "étape d’arrivée"
