"""Reference data in the admin, read-only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from alignment.core.admin_lists import BoundedLists

from .models import Cbsa, City, County, NaicsCode, State, ZipCode


class ReadOnlyAdmin(BoundedLists):
    """Rows cannot be added, changed or deleted; anyone who may view them may search."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(NaicsCode)
class NaicsCodeAdmin(ReadOnlyAdmin):
    list_display = ("code", "title", "level")
    list_filter = ("level",)
    search_fields = ("code", "title")


@admin.register(State)
class StateAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "region", "division")
    search_fields = ("code", "name")


@admin.register(Cbsa)
class CbsaAdmin(ReadOnlyAdmin):
    list_display = ("code", "title", "kind")
    list_filter = ("kind",)
    search_fields = ("code", "title")


@admin.register(County)
class CountyAdmin(ReadOnlyAdmin):
    list_display = ("fips", "name", "state", "cbsa")
    list_select_related = ("state", "cbsa")
    list_filter = ("state",)
    search_fields = ("fips", "name")


@admin.register(ZipCode)
class ZipCodeAdmin(ReadOnlyAdmin):
    list_display = ("zip", "state", "county")
    list_select_related = ("state", "county")
    list_filter = ("state",)
    search_fields = ("zip",)


@admin.register(City)
class CityAdmin(ReadOnlyAdmin):
    list_display = ("name", "state", "county", "cbsa")
    list_select_related = ("state", "county", "cbsa")
    list_filter = ("state",)
    search_fields = ("name", "key")
