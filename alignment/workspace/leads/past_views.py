"""The page of a lead at a past moment."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.rules.engagements import too_early
from alignment.people.access import requires
from alignment.people.permissions import Permission

from .past import lead_at
from .queries import lead_in

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest


class MomentField(forms.DateTimeField):
    """The field submits local time of the reader; links carry an offset."""

    def to_python(self, value: Any) -> datetime | None:
        if isinstance(value, str) and len(value) > 19:
            try:
                linked = parse_datetime(value.replace(" ", "+"))
            except ValueError:
                linked = None
            if linked is not None and linked.tzinfo is not None:
                return linked
        return super().to_python(value)


class PastForm(forms.Form):
    at = MomentField(
        label=_("As it stood on"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
        help_text=_("In your own time zone."),
        error_messages={"required": _("Choose a moment."), "invalid": _("Not a date and time.")},
    )

    def clean_at(self) -> datetime:
        at: datetime = self.cleaned_data["at"]
        if at > timezone.now():
            raise ValidationError(_("This is in the future. Choose a moment that has passed."))
        if too_early(at):
            raise ValidationError(_("Choose a moment after the year 2000."))
        return at


@require_safe
@requires(Permission.READ)
def lead_past(request: ProgramRequest, lead_id: int) -> HttpResponse:
    """Without a moment in the address, it shows the lead as of now."""
    lead = lead_in(program=request.program, lead_id=lead_id)
    if lead is None:
        raise Http404
    now = timezone.now()
    form = PastForm(request.GET) if "at" in request.GET else PastForm(initial={"at": now})
    at = form.cleaned_data["at"] if form.is_valid() else now
    if form.is_valid():
        # Shows a link's moment in the reader's time zone.
        form = PastForm(initial={"at": at})
    found = None if form.errors else lead_at(lead=lead, at=at)
    context = {"lead": lead, "form": form, "past": found}
    status = 422 if form.errors else 200
    return render(request, "workspace/leads/past.html", context, status=status)
