"""A question before an action of the admin, as Django asks before it deletes."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse


def question(
    room: ModelAdmin[Any], request: HttpRequest, rows: QuerySet[Any], text: str
) -> TemplateResponse | None:
    """The page that asks about the chosen rows; None once the person has said yes."""
    if request.POST.get("sure"):
        return None
    words = {
        **room.admin_site.each_context(request),
        "title": text,
        "opts": room.opts,
        "rows": rows,
        "action": request.POST["action"],
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/ask.html", words)
