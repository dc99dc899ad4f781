"""Jobs in the admin: looking them up and cancelling them."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin
from alignment.people.requests import signed_in

from .actions import CannotGoOn, cancel, go_on
from .models import Job


@admin.register(Job)
class JobAdmin(ProgramScopedAdmin):
    list_display = ("id", "kind", "state", "done", "total", "created_by", "created_at", "program")
    list_filter = (ProgramFilter, "kind", "state")
    list_select_related = ("created_by", "program")
    ordering = ("-id",)
    actions = ("cancel_jobs", "go_on_with_jobs")

    @admin.action(description=_("Cancel the selected jobs"))
    def cancel_jobs(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        jobs = list(queryset)
        asked = sum([cancel(job=job, by=signed_in(request)) for job in jobs])
        if asked:
            said = ngettext(
                "%(n)d job is being cancelled.", "%(n)d jobs are being cancelled.", asked
            )
            messages.success(request, said % {"n": asked})
        if over := len(jobs) - asked:
            said = ngettext("%(n)d job was over already.", "%(n)d jobs were over already.", over)
            messages.warning(request, said % {"n": over})

    @admin.action(description=_("Go on with the selected jobs"))
    def go_on_with_jobs(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        for job in queryset:
            try:
                go_on(job=job, by=signed_in(request))
            except CannotGoOn as reason:
                messages.error(request, f"{job}: {reason}")
            else:
                messages.success(request, gettext("%(job)s goes on.") % {"job": job})
