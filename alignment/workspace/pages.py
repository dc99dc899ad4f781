"""Forms as pages of their own, or as dialogs for htmx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpResponse

    from alignment.people.requests import ProgramRequest


def form_page(
    request: ProgramRequest,
    template: str,
    form: Form,
    *,
    conflict: bool = False,
    asks: bool = False,
    **words: Any,
) -> HttpResponse:
    """422 with the errors after submission, 409 if the stored state conflicts with it, 200 if it
    only `asks` for confirmation.

    `words` are the texts of the page (`title`, `back`, …).
    """
    part = "#form" if request.htmx else ""
    status = (409 if conflict else 422) if form.is_bound and not asks else 200
    context = {"form": form, "action": request.path, **words}
    return render(request, f"{template}{part}", context, status=status)
