"""OPTIONS lists the methods of a URL, and fails nowhere."""

import pytest

from tests import cast as make
from tests.api.conftest import Api
from tests.cast import Cast
from tests.isolation_walk import routes
from tests.isolation_world import FOREIGN

pytestmark = pytest.mark.django_db

HERE = "/api/v1/"


def test_no_address_breaks(api: Api) -> None:
    addresses = {route.address for route in routes() if route.address.startswith(HERE)}
    asked = [address.removeprefix(HERE) for address in addresses]
    asked += [path.replace(str(FOREIGN), "1") for path in asked if str(FOREIGN) in path]
    assert len(asked) > 100
    statuses = {path: api.send("OPTIONS", path, b"").status_code for path in asked}
    assert {path: status for path, status in statuses.items() if status >= 500} == {}


def test_the_methods_are_told(api: Api, cast: Cast) -> None:
    account = make.account(cast.program)
    for path, allowed in (
        ("accounts/", "GET, POST, HEAD, OPTIONS"),
        (f"accounts/{account.pk}/", "GET, PUT, PATCH, HEAD, OPTIONS"),
    ):
        reply = api.send("OPTIONS", path, b"")
        assert (reply.status_code, reply["Allow"], reply.content) == (200, allowed, b"")
