"""Accounts and people in the admin, read-only. They change through the pages, the API and imports,
which keep journal, verdicts and scores in step."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin, visible_rows
from alignment.people.requests import signed_in

from .actions.account_aliases import give_up_key
from .models import (
    Account,
    AccountAlias,
    EmailAddress,
    Engagement,
    JournalEvent,
    Lead,
    Stakeholder,
    ValidationCall,
)
from .queries.finding import accounts_like, leads_like, people_like


@admin.register(Account)
class AccountAdmin(ProgramScopedAdmin):
    list_display = ("name", "domain", "city", "state", "naics", "owner", "program", "updated_at")
    list_filter = (ProgramFilter,)
    list_select_related = ("owner", "program")
    search_fields = ("name", "domain")
    exclude = ("name_key", "city_key")
    ordering = ("-id",)

    def find(self, request: HttpRequest, rows: QuerySet[Account], text: str) -> QuerySet[Account]:
        return accounts_like(rows, text)


@admin.register(AccountAlias)
class AccountAliasAdmin(ProgramScopedAdmin):
    """Deletable here, for two accounts that were merged by mistake."""

    may_delete = True
    list_display = ("value", "kind", "account", "since", "program")
    list_filter = (ProgramFilter, "kind")
    list_select_related = ("account", "program")
    search_fields = ("value", "account__name")
    ordering = ("-id",)

    def delete_model(self, request: HttpRequest, obj: AccountAlias) -> None:
        give_up_key(alias=obj, by=signed_in(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[AccountAlias]) -> None:
        for alias in queryset:
            self.delete_model(request, alias)


@admin.register(Stakeholder)
class StakeholderAdmin(ProgramScopedAdmin):
    list_display = ("full_name", "title", "role", "account", "do_not_contact", "program")
    list_filter = (ProgramFilter, "role", "do_not_contact")
    list_select_related = ("account", "program")
    search_fields = ("first_name", "last_name", "emails__address")
    readonly_fields = ("addresses", "numbers", "consents_given")
    ordering = ("-id",)

    def find(
        self, request: HttpRequest, rows: QuerySet[Stakeholder], text: str
    ) -> QuerySet[Stakeholder]:
        return people_like(rows, text, addresses=visible_rows(request, EmailAddress))

    @admin.display(description=_("e-mail addresses"))
    def addresses(self, person: Stakeholder) -> str:
        return ", ".join(person.emails.values_list("address", flat=True)[:20])

    @admin.display(description=_("phones"))
    def numbers(self, person: Stakeholder) -> str:
        return ", ".join(person.phones.values_list("number", flat=True)[:20])

    @admin.display(description=_("consents"))
    def consents_given(self, person: Stakeholder) -> str:
        return ", ".join(str(consent) for consent in person.consents.all()[:20])


@admin.register(Lead)
class LeadAdmin(ProgramScopedAdmin):
    list_display = ("stakeholder", "account", "stage", "stage_since", "owner", "program")
    list_filter = (ProgramFilter, "stage")
    list_select_related = ("stakeholder", "account", "owner", "program")
    search_fields = ("stakeholder__last_name", "stakeholder__first_name", "account__name")
    ordering = ("-id",)

    def find(self, request: HttpRequest, rows: QuerySet[Lead], text: str) -> QuerySet[Lead]:
        return rows.filter(_named(request, text))


class OfLeadAdmin(ProgramScopedAdmin):
    """Rows that belong to a lead, found as their lead is."""

    search_fields = ("lead__stakeholder__last_name", "lead__account__name")

    def find(self, request: HttpRequest, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        leads = visible_rows(request, Lead).filter(_named(request, text))
        return rows.filter(lead__in=leads.order_by().values("pk"))


def _named(request: HttpRequest, text: str) -> Q:
    return leads_like(
        text,
        people=visible_rows(request, Stakeholder),
        accounts=visible_rows(request, Account),
        addresses=visible_rows(request, EmailAddress),
    )


@admin.register(Engagement)
class EngagementAdmin(ProgramScopedAdmin):
    list_display = ("occurred_at", "signal", "stakeholder", "source", "external_id", "program")
    list_select_related = ("signal", "stakeholder", "program")
    search_fields = ("external_id__exact",)
    ordering = ("-id",)


@admin.register(JournalEvent)
class JournalEventAdmin(ProgramScopedAdmin):
    list_display = ("at", "kind", "account", "stakeholder", "actor", "program")
    list_filter = (ProgramFilter, "kind")
    list_select_related = ("account", "stakeholder", "actor", "program")
    ordering = ("-id",)


@admin.register(ValidationCall)
class ValidationCallAdmin(ProgramScopedAdmin):
    list_display = ("called_at", "lead", "outcome", "by", "program")
    list_filter = (ProgramFilter, "outcome")
    list_select_related = ("lead__stakeholder", "by", "program")
    ordering = ("-id",)
