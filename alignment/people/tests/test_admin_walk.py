"""Each form of the admin that can be saved refuses nonsense at its field, whatever the room."""

from typing import Any

import pytest
from django.contrib import admin
from django.forms import BooleanField
from django.test import RequestFactory

from tests.cast import Cast
from tests.isolation_world import furnish


@pytest.mark.django_db
def test_nonsense_is_refused_at_each_field(cast: Cast) -> None:
    """A text that no column, number, day, choice or JSON takes; and a number that few take."""
    furnish(cast)
    browser, request = cast.client("stranger"), RequestFactory().get("/")
    request.user = cast.stranger
    walked = set()
    for model, room in admin.site._registry.items():
        home = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        row = room.get_queryset(request).first()
        pages: dict[str, Any] = {}
        if room.has_add_permission(request):
            pages[f"{home}add/"] = None
        if row is not None and room.has_change_permission(request, row):
            pages[f"{home}{row.pk}/change/"] = row
        for page, of in pages.items():
            form = room.get_form(request, of, change=of is not None)
            fields = {
                n for n, field in form.base_fields.items() if not isinstance(field, BooleanField)
            }
            refused = browser.post(page, dict.fromkeys(fields, "a\x00b"))
            assert fields <= refused.context["adminform"].errors.keys(), page
            assert browser.post(page, dict.fromkeys(fields, "9" * 30)).status_code in (200, 302)
            walked |= {(page, name) for name in fields}
    assert len(walked) > 60
