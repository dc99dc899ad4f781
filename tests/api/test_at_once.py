"""One name given twice at once: the slower request is refused at the field, and nothing breaks."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from campaigns.models import Campaign
from tests.api.conftest import Api, Reply, problem
from tests.cast import Cast, api_key, make_cast
from tests.threads import beside, until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)

MADE: dict[str, dict[str, Any]] = {
    "campaigns/": {"starts_on": "2026-12-01", "ends_on": "2026-12-31"},
    "insight-topics/": {"kind": "objection"},
    "pipeline-stages/": {"probability": 5},
    "reason-codes/": {"use": "feedback"},
    "saved-views/": {"query": "state=TX"},
}


@pytest.fixture
def people() -> Cast:
    return make_cast()


@pytest.fixture
def api(people: Cast, client_with: Callable[[str], Api]) -> Api:
    return client_with(api_key(people.program, people.owner))


def at_once(first: Callable[[], Reply], second: Callable[[], Reply]) -> tuple[Reply, Reply]:
    """Both answers; the second request is sent before what the first one wrote is committed."""
    replies: list[Reply] = []
    with transaction.atomic():
        faster = first()
        slower = beside(lambda: replies.append(second()))
        until_somebody_waits(unless=slower)
    assert slower.end() == []
    return faster, replies[0]


def refused(reply: Reply) -> list[str]:
    return [error["pointer"] for error in problem(reply, 422)["errors"]]


def test_two_new_ones(api: Api) -> None:
    for path, said in MADE.items():
        send = partial(api.post, path, said | {"name": "Spring"})
        first, second = at_once(send, send)
        assert (first.status_code, refused(second)) == (201, ["/name"]), path


def test_two_that_are_renamed(api: Api) -> None:
    for path, said in MADE.items():
        ids = [api.post(path, said | {"name": name}).json()["id"] for name in ("One", "Two")]
        first, second = at_once(
            *(partial(api.patch, f"{path}{pk}/", {"name": "Same"}) for pk in ids)
        )
        assert (first.status_code, refused(second)) == (200, ["/name"]), path


@pytest.mark.parametrize("taken", ["name", "external_id"])
def test_two_tracks(api: Api, people: Cast, taken: str) -> None:
    made = api.post("campaigns/", MADE["campaigns/"] | {"name": "Spring"})
    said = {"campaign_id": made.json()["id"], "tool": "hubspot"}
    first, second = (
        partial(api.post, "tracks/", said | {"name": name, "external_id": name, taken: "Same"})
        for name in ("One", "Two")
    )
    faster, slower = at_once(first, second)
    assert (faster.status_code, refused(slower)) == (201, [f"/{taken}"])


def test_a_campaign_sent_twice_changes_the_one_that_came_first(api: Api, people: Cast) -> None:
    send = partial(
        api.post, "campaigns/", MADE["campaigns/"] | {"name": "Spring", "external_id": "crm-1"}
    )
    first, second = at_once(send, send)
    assert first.json()["id"] == second.json()["id"]
    assert Campaign.objects.in_program(people.program).count() == 1
