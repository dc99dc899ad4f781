"""Unrevealed votes can only be read through the query function that asks who reads."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from alignment.people.models import Side
from campaigns.selection.models import Vote
from campaigns.selection.queries.votes import by_candidate, cast_counts, readable
from tests import cast as make
from tests.cast import Cast

from . import scenes

pytestmark = pytest.mark.django_db


def test_readers_get_their_own_side_then_everything(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.opened(cast, [account])
    each = scenes.candidate(session, account)
    scenes.say(cast, each, "yes", "no")

    def sides(reader: str | None) -> set[str]:
        return set(by_candidate(cast.program.pk, reader, [each.pk]).get(each.pk, {}))

    assert sides(Side.MARKETING) == {"marketing"}
    assert sides(Side.SALES) == {"sales"}
    assert sides(None) == sides("") == set()
    assert cast_counts(session) == {"marketing": 1, "sales": 1}
    scenes.reveal(cast, session)
    for reader in (Side.MARKETING, Side.SALES, None):
        assert sides(reader) == {"marketing", "sales"}


def test_another_program_has_none_of_them(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    scenes.discussed(cast, {account: ("yes", "no")})
    assert not readable(cast.other_program.pk, Side.SALES).exists()


def test_the_admin_shows_revealed_votes_only_to_the_superuser_too(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.opened(cast, [account])
    scenes.say(cast, scenes.candidate(session, account), "yes", None)
    root = make.user(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(root)
    vote = Vote.objects.in_program(cast.program).get()
    pages = [
        "vote/",
        f"vote/{vote.pk}/change/",
        f"vote/{vote.pk}/history/",
        f"candidate/{vote.candidate_id}/change/",
        f"session/{session.pk}/change/",
        f"session/{session.pk}/history/",
    ]
    for page in pages:
        shown = client.get(f"/admin/selection/{page}", follow=True).content.decode()
        assert scenes.SECRET not in shown, page
    audit = client.get("/admin/core/auditentry/").content.decode()
    assert scenes.SECRET not in audit
    scenes.reveal(cast, session)
    assert scenes.SECRET in client.get("/admin/selection/vote/").content.decode()


def test_nothing_else_reads_the_table() -> None:
    """Using `Vote.objects` or `.votes` elsewhere bypasses the check of who reads."""
    root = Path(settings.BASE_DIR)
    door = {"queries/votes.py", "actions/voting.py"}
    asked = re.compile(r"\bVote\.objects\b|\.votes\.(all|filter|get|values|order_by)\b|votes__")
    found = [
        path.relative_to(root).as_posix()
        for room in ("alignment", "campaigns", "accounts")
        for path in (root / room).rglob("*.py")
        if "/tests/" not in path.as_posix() and asked.search(path.read_text())
    ]
    assert {path.removeprefix("campaigns/selection/") for path in found} == door
