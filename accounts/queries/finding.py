"""Companies and people by what somebody types: the same rules in lists, search and the API."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from accounts.models import EmailAddress
from alignment.core.search_keys import SHORTEST_PART, SearchKey, has_words
from alignment.people.models import Program

# Whoever types less than would tell fewer apart gets these.
MOST_ADDRESSES = 1_000


def accounts_like(rows: Any, text: str) -> Any:
    """Companies whose name has all the words, or whose domain begins like that."""
    domain = Q(domain__startswith=text.replace("\x00", " ").strip().lower())
    return rows.alias(key=SearchKey("name")).filter(has_words("key", text) | domain)


def people_like(program: Program, rows: Any, text: str) -> Any:
    """People whose name has all the words, or one of whose addresses begins like that."""
    start = text.replace("\x00", " ").strip().lower()
    wanted = has_words("key", text)
    if len(start) >= SHORTEST_PART and " " not in start:
        addresses = EmailAddress.objects.in_program(program).filter(address__startswith=start)
        ids = addresses.values_list("stakeholder_id", flat=True)[:MOST_ADDRESSES]
        wanted |= Q(id__in=list(ids))
    return rows.alias(key=SearchKey("first_name", "last_name")).filter(wanted)
