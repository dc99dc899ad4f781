"""The audit trail in the admin: in words, by program, by kind of object and by time; read-only."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from alignment.core.models import AuditEntry

from .admin_base import (
    ProgramFilter,
    ProgramScopedAdmin,
    is_program_staff,
    owned_programs,
    sees_all,
)

# The last word of an action's code; others are shown as they are.
DEEDS: dict[str, Any] = {
    **dict.fromkeys(("create", "add", "upload", "draft", "record"), _("Added")),
    **dict.fromkeys(
        ("change", "edit", "update", "set", "rename", "write", "password"), _("Changed")
    ),
    **dict.fromkeys(("remove", "delete", "discard", "withdraw"), _("Removed")),
    **dict.fromkeys(("revoke", "revoked"), _("Revoked")),
    **dict.fromkeys(("start", "started"), _("Started")),
    "join": _("Joined"),
    "merge": _("Merged"),
    "propose": _("Proposed"),
    "sign": _("Signed"),
    "in_force": _("In force"),
}
# One look into an index for each kind, however long the trail is.
_KINDS = """
SELECT kind FROM unnest(%s::text[]) AS kind
WHERE EXISTS (SELECT FROM core_auditentry WHERE target = kind)"""


class AuditProgramFilter(ProgramFilter):
    column = "program_id"


class KindFilter(admin.SimpleListFilter):
    """What was changed; only kinds of which there is an entry."""

    title = _("object")
    parameter_name = "target"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        names = _names()
        with connection.cursor() as cursor:
            cursor.execute(_KINDS, [list(names)])
            known = [kind for (kind,) in cursor]
        return sorted(((kind, names[kind]) for kind in known), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value is None:
            return queryset
        return queryset.filter(target=value) if value in _names() else queryset.none()


@admin.register(AuditEntry)
class AuditEntryAdmin(ProgramScopedAdmin):
    """Who changed what; read-only."""

    list_display = ("at", "actor", "deed", "kind", "target_id", "action")
    list_filter = (AuditProgramFilter, KindFilter, "at")
    search_fields = ("actor", "action", "target")
    ordering = ("-id",)

    @admin.display(description=_("what happened"))
    def deed(self, entry: AuditEntry) -> str:
        word = entry.action.rpartition(".")[2]
        return str(DEEDS.get(word) or word.replace("_", " ").capitalize())

    @admin.display(description=_("object"), ordering="target")
    def kind(self, entry: AuditEntry) -> str:
        try:
            return kind_words(apps.get_model(entry.target))
        except (LookupError, ValueError):
            return entry.target

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        rows = AuditEntry.objects.order_by("-id")
        return rows if sees_all(request) else rows.filter(program_id__in=owned_programs(request))

    def _may(self, request: HttpRequest, obj: Any) -> bool:
        if not is_program_staff(request):
            return False
        return obj is None or sees_all(request) or obj.program_id in owned_programs(request)


def _names() -> dict[str, str]:
    return {model._meta.label_lower: kind_words(model) for model in apps.get_models()}


def kind_words(model: Any) -> str:
    name = str(model._meta.verbose_name)
    return name[:1].upper() + name[1:]
