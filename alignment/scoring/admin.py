"""Scores, read-only; signals and agreement drafts to configure.

The room that carries an agreement out decides what its draft may contain.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import OfLeadAdmin
from accounts.models import Signal
from alignment.agreements.actions.drafts import NotADraft, save_draft
from alignment.agreements.actions.signing import propose
from alignment.agreements.models import Comment, Signature, State, Version
from alignment.agreements.rules import InvalidContent
from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin, ScopedForm
from alignment.people.models import User
from alignment.people.requests import signed_in

from .account_score.rules import PARTS
from .actions.signals import SignalRefused, create_signal, rename_signal
from .explain import ruling_of_score
from .models import AccountScore, LeadScore

REFUSALS = (InvalidContent, NotADraft)


@admin.register(LeadScore)
class LeadScoreAdmin(OfLeadAdmin):
    list_display = ("lead", "total", "fit", "engagement", "last_engaged_at", "program")
    list_select_related = ("lead__stakeholder", "program")
    fields = ("program", "lead", "total", "fit", "engagement", "last_engaged_at", "shown_version")
    readonly_fields = ("shown_version",)
    ordering = ("-lead_id",)

    @admin.display(description=_("model version"))
    def shown_version(self, score: LeadScore) -> int | None:
        """The version shown on the lead's page, not the one that wrote the row."""
        return ruling_of_score(score).number


@admin.register(AccountScore)
class AccountScoreAdmin(ProgramScopedAdmin):
    list_display = (
        "account",
        "score",
        "fit",
        "engagement",
        "intent",
        "relationships",
        "program",
    )
    list_filter = (ProgramFilter,)
    list_select_related = ("account", "program")
    search_fields = ("account__name",)
    fields = ("program", "account", "score", *PARTS)
    ordering = ("-score", "-account_id")


class SignalForm(ScopedForm):
    class Meta:
        help_texts: ClassVar[Any] = {
            "code": _("What other systems send: lower case, such as pricing_page_view."),
            "name": _(
                "A name that came with Entente is shown to each person in their language; "
                "your own is shown as you write it."
            ),
        }


@admin.register(Signal)
class SignalAdmin(ProgramScopedAdmin):
    may_add = may_change = True
    list_display = ("name", "code", "kind", "side", "program")
    list_filter = (ProgramFilter, "kind", "side")
    list_select_related = ("program",)
    search_fields = ("name", "code")
    autocomplete_fields = ("program",)
    form = SignalForm

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "code", "kind") if obj else fields

    def save_model(self, request: HttpRequest, obj: Signal, form: Any, change: bool) -> None:
        try:
            obj.pk = self._save(obj, form, change, by=signed_in(request)).pk
        except SignalRefused as refused:
            raise ValidationError({refused.field: str(refused)}) from refused

    def _save(self, obj: Signal, form: Any, change: bool, *, by: User) -> Signal:
        if change:
            said = {name: getattr(obj, name) for name in form.changed_data}
            return rename_signal(signal=obj, by=by, **said)
        return create_signal(
            program=obj.program, code=obj.code, name=obj.name, kind=obj.kind, side=obj.side, by=by
        )


class DraftForm(ScopedForm):
    class Meta:
        model = Version
        fields = ("content", "note")
        widgets = {"content": forms.Textarea(attrs={"rows": 24, "cols": 100})}


@admin.register(Version)
class VersionAdmin(ProgramScopedAdmin):
    """Drafts can be edited and proposed; then a version is read-only, and signed on its page."""

    form = DraftForm
    may_change = True
    list_display = ("kind", "number", "state", "created_by", "in_force_at", "program")
    list_filter = (ProgramFilter, "kind", "state")
    list_select_related = ("created_by", "program")
    readonly_fields = (
        "kind",
        "number",
        "state",
        "created_by",
        "proposed_by",
        "proposed_at",
        "digest",
        "counts_from",
        "hands_over",
        "in_force_at",
        "retired_at",
    )
    ordering = ("-id",)
    actions = ("propose",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.state == State.DRAFT)

    def save_model(self, request: HttpRequest, obj: Version, form: Any, change: bool) -> None:
        try:
            save_draft(version=obj, content=obj.content, note=obj.note, by=signed_in(request))
        except REFUSALS as error:
            raise ValidationError(str(error)) from error

    @admin.action(description=_("Propose the selected drafts to both sides"))
    def propose(self, request: HttpRequest, queryset: QuerySet[Version]) -> None:
        for version in queryset.select_related("program"):
            try:
                propose(version=version, by=signed_in(request))
            except REFUSALS as error:
                messages.error(request, f"{version}{pgettext('after a label', ':')} {error}")
            else:
                text = gettext("%(version)s is proposed: both sides are asked to sign.")
                messages.success(request, text % {"version": version})


@admin.register(Signature)
class SignatureAdmin(ProgramScopedAdmin):
    list_display = ("version", "side", "name", "signed_at", "program")
    list_filter = (ProgramFilter, "side")
    list_select_related = ("version", "program")
    ordering = ("-id",)


@admin.register(Comment)
class CommentAdmin(ProgramScopedAdmin):
    list_display = ("version", "clause", "author", "text", "written_at", "settled_at", "program")
    list_filter = (ProgramFilter,)
    list_select_related = ("version", "author", "program")
    ordering = ("-id",)
