"""A copy that is kept by the code printed in docs/api.md equals the full lists."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.duplicates.actions.merging import merge
from accounts.field.actions.people import set_competitor
from accounts.intent.actions.standing import today_utc
from accounts.intent.models import SiteVisits, Surge
from accounts.models import Account, Lead
from alignment.sla.actions.handoffs import decide_owner
from alignment.sla.actions.intake import take_events
from alignment.sla.tests.handing import mql
from alignment.sla.tests.test_changing_hands import rise_again, send_back, waiting
from tests import cast as make
from tests.api.conftest import Api
from tests.api.test_by_change import lists
from tests.cast import Cast, api_key, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

DOCS = (Path(__file__).parents[2] / "docs/api.md").read_text()
KEEPING = DOCS.split("## Keeping a copy")[1].split("\n## ")[0]
BY_CHANGE = [
    name.strip("/")
    for name in re.findall(
        r"`(/[a-z/-]+/)`", KEEPING.split("**Lists by change**")[1].split(". ")[0]
    )
]
LONG_AGO = "2020-01-01T00:00:00Z"


class Copy(defaultdict[str, dict[int, Any]]):
    """Rows by list and id, and how far the journal was read."""

    cursor = ""


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def api(cast: Cast, client_with: Callable[[str], Api]) -> Api:
    return client_with(api_key(cast.program, cast.owner))


@pytest.fixture
def poll(api: Api, copy: Copy) -> Callable[[Copy, str], None]:
    """`poll` of the docs, over this API."""

    def rows(path: str, **query: str) -> Iterator[Any]:
        yield from api.get(path.removeprefix("/"), limit=200, **query).json()["items"]

    def events_after(cursor: str) -> Iterator[Any]:
        said = api.get("events/", limit=200, **({"cursor": cursor} if cursor else {})).json()
        copy.cursor = said["cursor"]
        yield from said["items"]

    (code,) = re.findall(r"```python\n(.*?)```", KEEPING, re.DOTALL)
    names: dict[str, Any] = {"rows": rows, "events_after": events_after}
    names |= {"BY_CHANGE": BY_CHANGE, "datetime": datetime}
    exec(code, names)
    found: Callable[[Copy, str], None] = names["poll"]
    return found


@pytest.fixture
def copy() -> Copy:
    return Copy(dict[int, Any])


def differing(api: Api, copy: Copy) -> dict[str, Any]:
    """Lists of the copy that are not the full ones, points aside."""
    found = {}
    for name in BY_CHANGE:
        full = {row["id"]: row for row in api.get(f"{name}/", limit=200).json()["items"]}
        if without_points(full) != without_points(copy[name]):
            found[name] = (copy[name], full)
    return found


def without_points(rows: dict[int, Any]) -> dict[int, Any]:
    return {pk: {k: v for k, v in row.items() if k != "score"} for pk, row in rows.items()}


def since() -> str:
    return (datetime.now(UTC) - timedelta(seconds=1)).isoformat()


def test_the_docs_name_every_list_by_change(cast: Cast) -> None:
    assert len(BY_CHANGE) == len(set(BY_CHANGE)) == len(lists())


def test_a_lead_that_waits_again_since_it_was_handed_over_stays(
    cast: Cast, api: Api, copy: Copy, poll: Any
) -> None:
    make.nobody_takes_turns(cast)
    lead = mql(cast.program)
    take_events()
    poll(copy, LONG_AGO)
    assert differing(api, copy) == {}
    decide_owner(handoff=waiting(lead)[0], owner=cast.rep, by=cast.marketing_manager)
    take_events()
    send_back(cast, lead)
    # The rep left, and it is nobody's again.
    Lead.objects.in_program(cast.program).update(owner=None)
    rise_again(lead)
    assert len(waiting(lead)) == 1
    poll(copy, LONG_AGO)
    assert differing(api, copy) == {}


def test_hand_offs_that_one_decision_answers_go(
    cast: Cast, api: Api, copy: Copy, poll: Any
) -> None:
    make.nobody_takes_turns(cast)
    lead = mql(cast.program)
    take_events()
    send_back(cast, lead)
    rise_again(lead)
    poll(copy, LONG_AGO)
    first, _second = waiting(lead)
    decide_owner(handoff=first, owner=cast.rep, by=cast.marketing_manager)
    poll(copy, since())
    assert differing(api, copy) == {}


def reads(api: Api, account: Account, *topics: str) -> None:
    week, source = today_utc().isoformat(), "bombora"
    about = {"account_id": account.pk, "week": week}
    items = [about | {"source": source, "topic": topic, "strength": 70} for topic in topics]
    assert api.post("intent/surges/", {"items": items}).json()["rejected"] == 0
    visits = [about | {"visits": 2, "pages": 4}]
    assert api.post("intent/visits/", {"items": visits}).json()["rejected"] == 0


def test_two_merges_between_two_polls_are_followed(
    cast: Cast, api: Api, copy: Copy, poll: Any, aged: Any
) -> None:
    first, second, last = (make.account(cast.program) for _ in range(3))
    reads(api, first, "ERP", "CRM")
    reads(api, second, "ERP", "Payroll")
    for account in (first, second):
        make.lead(cast.program, make.stakeholder(cast.program, account))
        set_competitor(account=account, name="Rival", strength=2, by=cast.rep)
    for model in (Surge, SiteVisits):
        aged(model)
    poll(copy, LONG_AGO)
    merge(survivor=second, gone=first, take=(), by=cast.rep)
    merge(survivor=last, gone=second, take=(), by=cast.rep)
    poll(copy, since())
    assert differing(api, copy) == {}
    assert {row["account_id"] for row in copy["intent/surges"].values()} == {last.pk}
