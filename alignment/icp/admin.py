"""Verdicts in the admin, read-only."""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from alignment.core.admin_lists import BoundedChangeList
from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin

from .models import Verdict
from .queries import VerdictVersions, verdict_versions_of


class VerdictList(BoundedChangeList):
    """Looks up the profile in force once per program."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        by_program: dict[int, VerdictVersions] = {}
        for verdict in self.result_list:
            program = verdict.program_id
            if program not in by_program:
                by_program[program] = verdict_versions_of(program)
            verdict.versions = by_program[program]


@admin.register(Verdict)
class VerdictAdmin(ProgramScopedAdmin):
    list_display = ("account", "answer", "grade", "shown_version", "judged_at", "program")
    list_filter = (ProgramFilter, "answer")
    list_select_related = ("account", "program")
    search_fields = ("account__name", "account__domain")
    fields = ("program", "account", "shown_version", "answer", "grade", "judged_at")
    readonly_fields = ("shown_version",)
    ordering = ("-account_id",)

    @admin.display(description=_("version"))
    def shown_version(self, verdict: Verdict) -> int:
        """The version shown on the account's page, not the one that wrote the row."""
        versions: VerdictVersions = getattr(verdict, "versions", None) or verdict_versions_of(
            verdict.program_id
        )
        return versions.number_of(verdict)

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ChangeList]:
        return VerdictList
