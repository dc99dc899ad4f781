"""Campaigns, content and plays in the admin.

Their texts, dates and amounts can be changed here, by the same actions as on the pages. Rows that
depend on others are read-only: touches are checked against both calendars, steps of plays against
each other, and tracks follow the reports of a tool.
"""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from accounts.models import Account
from accounts.queries.finding import MOST_ACCOUNTS_FOUND, accounts_like
from alignment.people.admin_base import (
    ProgramFilter,
    ProgramScopedAdmin,
    WrittenAdmin,
    visible_rows,
)
from alignment.people.models import User

from .actions.campaigns import WRITTEN as CAMPAIGN_WRITTEN
from .actions.campaigns import add_campaign, change_campaign
from .calendar.models import Occurrence, Touch, TouchFeed
from .library.actions.assets import WRITTEN as ASSET_WRITTEN
from .library.actions.assets import add_asset, change_asset
from .library.models import Asset, Play
from .models import Campaign, CampaignCost, Track, TrackMember
from .plays.actions.templates import name_play


@admin.register(Asset)
class AssetAdmin(WrittenAdmin):
    may_add = True
    written = ASSET_WRITTEN
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_display = ("title", "kind", "sector", "language", "program")
    list_filter = (ProgramFilter, "kind")
    list_select_related = ("program",)
    search_fields = ("title", "message")
    ordering = ("-id",)

    def write(self, row: Asset, *, by: User, is_new: bool, **said: Any) -> Asset:
        if is_new:
            return add_asset(program=row.program, by=by, **said)
        return change_asset(asset=row, by=by, **said)


@admin.register(Play)
class PlayAdmin(WrittenAdmin):
    """Steps are edited on the play's page, where they are checked against each other."""

    written = ("name", "goal")
    list_display = ("name", "goal", "program")
    list_filter = (ProgramFilter,)
    list_select_related = ("program",)
    search_fields = ("name",)
    ordering = ("-id",)

    def write(self, row: Play, *, by: User, is_new: bool, **said: Any) -> Play:
        return name_play(play=row, by=by, **said)


@admin.register(Campaign)
class CampaignAdmin(WrittenAdmin):
    may_add = True
    written = CAMPAIGN_WRITTEN
    list_display = ("name", "starts_on", "ends_on", "budget_usd", "program")
    list_filter = (ProgramFilter,)
    list_select_related = ("program",)
    search_fields = ("name",)
    ordering = ("-id",)

    def write(self, row: Campaign, *, by: User, is_new: bool, **said: Any) -> Campaign:
        if is_new:
            return add_campaign(program=row.program, by=by, **said)
        return change_campaign(campaign=row, by=by, **said)


@admin.register(Touch)
class TouchAdmin(ProgramScopedAdmin):
    list_display = ("account", "channel", "side", "who", "starts_at", "state", "program")
    list_filter = (ProgramFilter, "channel", "side", "state")
    list_select_related = ("account", "who", "program")
    search_fields = ("account__name",)
    ordering = ("-id",)

    def find(
        self, request: HttpRequest, rows: models.QuerySet[Touch], text: str
    ) -> models.QuerySet[Touch]:
        accounts = accounts_like(visible_rows(request, Account), text).order_by()
        ids = accounts.values_list("id", flat=True)[:MOST_ACCOUNTS_FOUND]
        return rows.filter(account__in=list(ids))


@admin.register(Occurrence)
class OccurrenceAdmin(ProgramScopedAdmin):
    list_display = ("source", "external_id", "touch", "waits", "program")
    list_filter = (ProgramFilter, "waits")
    list_select_related = ("touch", "program")
    search_fields = ("external_id__exact",)
    ordering = ("-id",)


@admin.register(TouchFeed)
class TouchFeedAdmin(ProgramScopedAdmin):
    list_display = ("owner", "scope", "team", "created_at", "read_at", "revoked_at", "program")
    list_filter = (ProgramFilter, "scope")
    list_select_related = ("owner", "team", "program")
    ordering = ("-id",)


@admin.register(CampaignCost)
class CampaignCostAdmin(ProgramScopedAdmin):
    list_display = (
        "campaign",
        "spent_on",
        "spent_until",
        "amount_usd",
        "what_for",
        "removed_at",
        "program",
    )
    list_filter = (ProgramFilter,)
    list_select_related = ("campaign", "program")
    search_fields = ("what_for", "campaign__name")
    ordering = ("-id",)


@admin.register(Track)
class TrackAdmin(ProgramScopedAdmin):
    list_display = ("name", "campaign", "tool", "external_id", "program")
    list_filter = (ProgramFilter,)
    list_select_related = ("campaign", "program")
    search_fields = ("name", "external_id")
    ordering = ("-id",)


@admin.register(TrackMember)
class TrackMemberAdmin(ProgramScopedAdmin):
    list_display = ("stakeholder", "track", "entered_at", "left_at", "left_because", "program")
    list_filter = (ProgramFilter,)
    list_select_related = ("stakeholder", "track", "program")
    search_fields = ("track__name", "left_because")
    ordering = ("-id",)
