"""Buying committees in the admin, read-only. They are edited on the page of the deal and by the
API, which keep the hierarchy free of cycles.
"""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.models import EmailAddress, Stakeholder
from accounts.queries.finding import MOST_PEOPLE_FOUND, people_like
from alignment.core.search_keys import SearchKey, has_words
from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin, visible_rows

from ..opportunities.models import Opportunity
from .models import CommitteeMember

MOST_DEALS_FOUND = 200


@admin.register(CommitteeMember)
class CommitteeMemberAdmin(ProgramScopedAdmin):
    list_display = ("stakeholder", "opportunity", "role", "stance", "influence", "owner", "program")
    list_filter = (ProgramFilter, "role", "stance")
    list_select_related = ("stakeholder", "opportunity", "owner", "program")
    search_fields = ("stakeholder__last_name", "opportunity__name")
    ordering = ("-id",)

    def find(
        self, request: HttpRequest, rows: QuerySet[CommitteeMember], text: str
    ) -> QuerySet[CommitteeMember]:
        people = people_like(
            visible_rows(request, Stakeholder),
            text,
            addresses=visible_rows(request, EmailAddress),
        )
        named = visible_rows(request, Opportunity).alias(key=SearchKey("name"))
        deals = named.filter(has_words("key", text))
        return rows.filter(
            Q(stakeholder__in=_ids(people, MOST_PEOPLE_FOUND))
            | Q(opportunity__in=_ids(deals, MOST_DEALS_FOUND))
        )


def _ids(rows: QuerySet[Any], most: int) -> list[int]:
    return list(rows.order_by().values_list("id", flat=True)[:most])
