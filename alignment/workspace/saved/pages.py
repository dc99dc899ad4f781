"""The lists whose filters can be saved, with the parameters that each accepts."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.http import QueryDict

from accounts.models import Account
from alignment.people.models import Program
from alignment.workspace.accounts.filters import AccountFilter
from alignment.workspace.accounts.queries import ORDERINGS, members_of
from alignment.workspace.models import SavedView


class ListPage(NamedTuple):
    """`wrong` returns the names of parameters in a canonical query whose values are invalid."""

    names: frozenset[str]
    wrong: Callable[[Program, str], list[str]]


def _wrong_of_accounts(program: Program, query: str) -> list[str]:
    asked = QueryDict(query)
    found = AccountFilter(
        asked,
        queryset=Account.objects.in_program(program),
        program=program,
        members=members_of(program),
    )
    sort = asked.get("sort")
    return [*found.form.errors, *(["sort"] if sort and sort not in ORDERINGS else [])]


PAGES: dict[str, ListPage] = {
    SavedView.Page.ACCOUNTS: ListPage(
        frozenset(AccountFilter.base_filters) | {"sort", "columns"}, _wrong_of_accounts
    ),
}
