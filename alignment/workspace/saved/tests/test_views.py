"""Views of a person and of a team: who may see and change them, and which opens first."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, connections

from alignment.core.models import AuditEntry
from alignment.people.models import Side, Team, User
from alignment.workspace.models import SavedView
from alignment.workspace.saved.actions import MOST_ON_A_SHELF, change_view, remove_view, save_view
from alignment.workspace.tests.pages import address, queries, text
from tests import cast as play
from tests.cast import Cast

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def save(cast: Cast, by: User, name: str = "Texas", **said: Any) -> SavedView:
    said = {"query": "state=TX", "team": None} | said
    return save_view(program=cast.program, page="accounts", name=name, by=by, **said)


def views(cast: Cast) -> Any:
    return SavedView.objects.in_program(cast.program)


def test_a_view_is_kept_opened_changed_and_taken_away(cast: Cast) -> None:
    play.account(cast.program, "Texan", city="Austin", state="TX")
    play.account(cast.program, "Bostonian", city="Boston", state="MA")
    rep, new = cast.client("rep"), address(cast, "accounts/views/new/")
    form = rep.get(f"{new}?state=TX&after=x&colour=red", headers=HTMX).content.decode()
    assert 'value="state=TX"' in form
    reply = rep.post(new, {"name": " Texas  first ", "query": "state=TX", "team": ""})
    view = views(cast).get()
    assert (view.name, view.query, view.owner, view.team) == (
        "Texas first",
        "state=TX",
        cast.rep,
        None,
    )
    assert reply["Location"].endswith(f"?view={view.pk}&state=TX")
    page = text(cast, "rep", f"accounts/?view={view.pk}&state=TX")
    assert "Texan" in page
    assert "Bostonian" not in page
    assert "Save changes" not in page
    assert "Texas first" not in text(cast, "marketer", "accounts/")
    changed = f"accounts/?view={view.pk}&state=TX&hot=on"
    assert "Save changes" in text(cast, "rep", changed)
    rep.post(address(cast, f"accounts/views/{view.pk}/update/"), {"query": "state=MA"})
    view.refresh_from_db()
    assert view.query == "state=MA"
    rep.post(address(cast, f"accounts/views/{view.pk}/edit/"), {"name": "Mass", "team": ""})
    view.refresh_from_db()
    assert (view.name, view.query) == ("Mass", "state=MA")
    assert (
        cast.client("marketer").post(address(cast, f"accounts/views/{view.pk}/remove/")).status_code
        == 404
    )
    rep.post(address(cast, f"accounts/views/{view.pk}/remove/"))
    assert not views(cast).exists()
    told = AuditEntry.objects.filter(program_id=cast.program.pk, action__startswith="view.")
    assert [row.action for row in told.order_by("id")] == [
        "view.save",
        "view.change",
        "view.change",
        "view.remove",
    ]


def test_a_team_shares_what_one_of_it_saves(cast: Cast) -> None:
    view = save(cast, cast.rep, "Lone star", team=cast.sales)
    assert "Lone star" in text(cast, "sales_manager", "accounts/?view=all")
    assert "Lone star" not in text(cast, "marketer", "accounts/?view=all")
    assert "Lone star" not in text(cast, "observer", "accounts/?view=all")
    change_view(view=view, by=cast.sales_manager, name="The South")
    with pytest.raises(PermissionDenied):
        change_view(view=view, by=cast.marketer, name="Mine")
    with pytest.raises(PermissionDenied):
        remove_view(view=view, by=cast.observer)
    with pytest.raises(ValidationError):
        save(cast, cast.rep, "Theirs", team=cast.marketing)
    with pytest.raises(ValidationError):
        save(cast, cast.rep, "Theirs", team=cast.other_sales)
    # The person who runs the program sees and manages the views of every team.
    assert "The South" in text(cast, "owner", "accounts/?view=all")
    remove_view(view=view, by=cast.owner)
    assert not views(cast).exists()


def test_one_view_opens_first_ones_own_before_the_teams(cast: Cast) -> None:
    rep, bare = cast.client("rep"), address(cast, "accounts/")
    assert rep.get(bare).status_code == 200
    theirs = save(cast, cast.sales_manager, "Team", team=cast.sales, is_default=True)
    assert rep.get(bare)["Location"].endswith(f"?view={theirs.pk}&state=TX")
    mine = save(cast, cast.rep, "Mine", query="hot=on", is_default=True)
    other = save(cast, cast.rep, "Other", query="", is_default=True)
    mine.refresh_from_db()
    assert not mine.is_default
    assert rep.get(bare)["Location"].endswith(f"?view={other.pk}")
    assert rep.get(f"{bare}?view=all").status_code == 200
    change_view(view=other, by=cast.rep, is_default=False)
    assert rep.get(bare)["Location"].endswith(f"?view={theirs.pk}&state=TX")
    # A default view that is given to the team does not replace the team's default.
    change_view(view=mine, by=cast.rep, is_default=True)
    moved = change_view(view=mine, by=cast.rep, team=cast.sales)
    assert (moved.owner, moved.team, moved.is_default) == (None, cast.sales, False)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "texas"}, "name"),
        ({"query": "colour=red"}, "query"),
        ({"query": "state=Nowhere"}, "query"),
        ({"query": "sort=luck"}, "query"),
        ({"query": "q=%00"}, "query"),
    ],
)
def test_what_cannot_be_kept(cast: Cast, said: dict, field: str) -> None:
    save(cast, cast.rep)
    with pytest.raises(ValidationError) as refused:
        save(cast, cast.rep, **{"name": "New", **said})
    assert list(refused.value.message_dict) == [field]
    assert views(cast).count() == 1


def test_a_shelf_has_an_end(cast: Cast) -> None:
    for number in range(MOST_ON_A_SHELF):
        save(cast, cast.rep, f"View {number}")
    with pytest.raises(ValidationError):
        save(cast, cast.rep, "One more")
    save(cast, cast.rep, "The team's", team=cast.sales)


def test_a_criterion_that_is_gone_finds_nothing_and_breaks_nothing(cast: Cast) -> None:
    play.account(cast.program, "Acme")
    view = save(cast, cast.rep, query="unknown=revenue")
    SavedView.objects.in_program(cast.program).update(query="unknown=long-gone")
    page = text(cast, "rep", f"accounts/?view={view.pk}&unknown=long-gone")
    assert "Acme" not in page


def test_tabs_cost_the_same_for_one_and_three(cast: Cast) -> None:
    play.account(cast.program)
    save(cast, cast.rep)
    one = queries(cast, "rep", "accounts/?view=all")
    for number in range(2):
        save(cast, cast.rep, f"Team {number}", team=cast.sales)
    assert queries(cast, "rep", "accounts/?view=all") == one


def test_the_database_keeps_a_view_in_the_program_of_its_team(cast: Cast) -> None:
    SavedView.objects.create(program=cast.program, team=cast.other_sales, name="x")
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db(transaction=True)
def test_two_first_views_at_one_moment_leave_one() -> None:
    program = play.program()
    team: Team = play.team(program, Side.SALES)
    people = [play.user() for _ in range(6)]
    for person in people:
        play.member(program, person, "member", team)  # type: ignore[arg-type]

    def one(person: User) -> None:
        try:
            save_view(
                program=program,
                page="accounts",
                name=str(person.pk),
                query="",
                team=team,
                is_default=True,
                by=person,
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one, people))
    rows = SavedView.objects.in_program(program)
    assert rows.count() == 6
    assert rows.filter(is_default=True).count() == 1
