"""What each role may do, and that every page of a program checks permissions.

The walk in `test_isolation` checks that each role gets exactly the pages meant for it.
"""

from typing import Any

from alignment.people.models import Role
from alignment.people.permissions import GRANTS, Permission, Seat, allows, may

from .cast import Cast
from .isolation_walk import Route, routes

EVERYBODY = {"owner", "manager", "member", "observer"}
TABLE = {
    Permission.READ: EVERYBODY,
    Permission.WORK_LEADS: EVERYBODY - {"observer"},
    Permission.EDIT_FACTS: EVERYBODY - {"observer"},
    Permission.RECORD_FINDINGS: EVERYBODY - {"observer"},
    Permission.IMPORT: EVERYBODY - {"observer"},
    Permission.PLAN_TOUCHES: EVERYBODY - {"observer"},
    Permission.WORK_DEALS: EVERYBODY - {"observer"},
    Permission.SET_UP_PIPELINE: {"owner", "manager"},
    Permission.REMOVE_COSTS: {"owner", "manager"},
    Permission.VOTE_TARGETS: {"manager", "member"},
    Permission.CONFIRM_TARGETS: {"manager"},
    Permission.EDIT_AGREEMENTS: {"owner", "manager"},
    Permission.COMMENT_AGREEMENTS: {"owner", "manager", "member"},
    Permission.SIGN_AGREEMENTS: {"manager"},
    Permission.MANAGE_JOBS: {"owner", "manager"},
    Permission.MANAGE_PEOPLE: {"owner", "manager"},
    Permission.MANAGE_PROGRAM: {"owner"},
    Permission.MANAGE_KEYS: {"owner"},
}


def program_routes() -> list[Route]:
    return [route for route in routes() if route.in_program]


def test_the_table_of_roles() -> None:
    assert set(TABLE) == set(Permission)
    for permission, roles in TABLE.items():
        assert {role for role in GRANTS if may(role, permission)} == roles
    assert set(GRANTS) == set(Role)
    assert not may("", Permission.READ)


def test_what_sales_saw_is_the_word_of_sales() -> None:
    recording = Permission.RECORD_FINDINGS
    for role in (Role.MEMBER, Role.MANAGER):
        assert allows(Seat(role, "sales"), recording)
        assert not allows(Seat(role, "marketing"), recording)
        assert allows(Seat(role, "marketing"), Permission.EDIT_FACTS)
    assert allows(Seat(Role.OWNER, None), recording)
    assert not allows(Seat(Role.OBSERVER, None), recording)


def test_every_program_page_names_a_permission() -> None:
    unguarded = [r.address for r in program_routes() if not hasattr(r.view, "permission")]
    assert unguarded == []


# What concerns only the person: read notices, e-mail preferences, saved views and feeds.
OWN = {
    "/p/{program}/notices/read/",
    "/p/{program}/notices/choices/",
    "/p/{program}/accounts/views/new/",
    "/p/{program}/calendar/feeds/",
}


def test_no_write_needs_less_than_work(cast: Cast) -> None:
    """A page that observers may open refuses their writes, except for what concerns only them."""
    client = cast.client("observer")
    written = []
    for route in program_routes():
        answer = client.post(route.address.format(program=cast.program.slug))
        if answer.status_code not in (403, 404, 405) and route.address not in OWN:
            written.append((route.address, answer.status_code))
    assert written == []


def test_nobody_signed_out_gets_in(cast: Cast, client: Any) -> None:
    for route in program_routes():
        address = route.address.format(program=cast.program.slug)
        for answer in (client.get(address), client.post(address)):
            away = answer.status_code == 302 and answer["Location"].startswith("/sign-in/login/")
            assert away or answer.status_code == 405, address
