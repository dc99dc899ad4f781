"""Lists of the admin, whatever an address or a search asks of them."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property

from .addresses import number_of

MOST_COUNTED = 10_000
LONGEST_SEARCH = 100
# PostgreSQL stores no text with this character, and fails when asked for it.
NUL = "\0"


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Stops counting at MOST_COUNTED, further than anybody pages; filter to see the rest."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[:MOST_COUNTED].count())


class BoundedChangeList(ChangeList):
    """Filters by nothing but its filters, and sorts by no column that cannot be sorted by, even if
    the address asks for it."""

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        asked: dict[str, Any] = super().get_filters_params(params)
        for name, values in asked.items():
            is_offered = any(_offers(each, name) for each in self.list_filter or ())
            if not is_offered or any(NUL in str(value) for value in values):
                raise IncorrectLookupParameters(name)
        return asked

    def get_ordering_field(self, field_name: Any) -> Any:
        sortable = field_name in (self.sortable_by or ())
        return super().get_ordering_field(field_name) if sortable else None


def _offers(list_filter: Any, name: str) -> bool:
    """Whether the address of a choice of this filter has such a parameter."""
    if isinstance(list_filter, str):
        return name == list_filter or name.startswith(f"{list_filter}__")
    return name == getattr(list_filter, "parameter_name", None)


class BoundedLists(admin.ModelAdmin):  # type: ignore[type-arg]
    """Looks for the beginning of what was typed: each word is compared with every row. Counts
    neither all rows nor those of each choice of a filter."""

    show_full_result_count = False
    show_facets: ClassVar[Any] = admin.ShowFacets.NEVER
    paginator = BoundedPaginator

    def get_changelist(self, request: HttpRequest, **_kwargs: Any) -> type[ChangeList]:
        return BoundedChangeList

    def response_action(
        self, request: HttpRequest, queryset: Any, *args: Any, **kwargs: Any
    ) -> Any:
        data = request.POST.copy()
        data.setlist(ACTION_CHECKBOX_NAME, ids(data.getlist(ACTION_CHECKBOX_NAME)))
        request.POST = data  # type: ignore[assignment]
        return super().response_action(request, queryset, *args, **kwargs)

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, searched(search_term))


def ids(values: Sequence[Any]) -> list[str]:
    """Those that can be the id of a row. Others would be looked up, which ends in an error page."""
    return [text for value in values if number_of(text := str(value)) is not None]


def searched(text: str) -> str:
    return text[:LONGEST_SEARCH].replace(NUL, "")
