"""A database of the first days, with rows in it, becomes one of today.

The rows are what the code of that time could store and a later migration has to mend.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from psycopg.rows import scalar_row, tuple_row
from psycopg.sql import SQL, Identifier

from tests.kept import address_of

pytestmark = pytest.mark.torture

NAME = "upgraded"
# What a column gets that must have a value, but of no interest here.
_ANY = """
SELECT attname, CASE typcategory WHEN 'S' THEN '' WHEN 'N' THEN '0' WHEN 'B' THEN 'false'
    WHEN 'D' THEN 'now' ELSE '{}' END
FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid
WHERE attrelid = %s::regclass AND attnum > 0 AND attnotnull AND NOT attisdropped
    AND NOT atthasdef AND attidentity = ''"""


class Old:
    """A database with one program."""

    def __init__(self, database: psycopg.Connection[Any]) -> None:
        self.database = database
        self.ours: dict[str, Any] = {}

    def migrate(self, *targets: str) -> None:
        for target in targets:
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "-v0", *target.split()],
                cwd=settings.BASE_DIR,
                env={**os.environ, "DATABASE_URL": address_of(NAME)},
                check=True,
            )

    def add(self, table: str, **given: Any) -> int:
        """The id of the new row."""
        with self.database.cursor(row_factory=tuple_row) as cursor:
            row = dict(cursor.execute(_ANY, [table]).fetchall()) | self.ours | given
        columns = SQL(", ").join(map(Identifier, row))
        values = SQL(", ").join([SQL("%s")] * len(row))
        statement = SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id")
        filled = statement.format(Identifier(table), columns, values)
        return int(self.database.execute(filled, list(row.values())).fetchone())  # type: ignore[arg-type]

    def all(self, table: str, column: str) -> list[Any]:
        """The column as text, in the order of the rows' ids."""
        statement = SQL("SELECT {}::text FROM {} ORDER BY id")
        filled = statement.format(Identifier(column), Identifier(table))
        return self.database.execute(filled).fetchall()


@pytest.fixture
def old() -> Iterator[Old]:
    name = Identifier(NAME)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(SQL("DROP DATABASE IF EXISTS {}").format(name))
        server.execute(SQL("CREATE DATABASE {}").format(name))
        with psycopg.connect(address_of(NAME), autocommit=True, row_factory=scalar_row) as opened:
            yield Old(opened)
        server.execute(SQL("DROP DATABASE {}").format(name))


def test_nothing_fails_and_nothing_is_lost(old: Old) -> None:
    old.migrate("core 0002", "people 0003", "agreements 0003")
    old.ours = {"program_id": old.add("people_program", slug="ours", time_zone="UTC")}
    for name in ("Sales", "sales", "SALES (2)"):
        old.add("people_team", name=name, side="sales")
    old.add("agreements_version", kind="icp", number=1, state="in_force")
    old.add("core_auditentry")

    old.migrate("accounts 0009")
    abroad = old.add("accounts_account", name="Abroad", country="DE", state="TX")
    person = old.add("accounts_stakeholder", account_id=abroad)
    lead = {"account_id": abroad, "stakeholder_id": person}
    old.add("accounts_lead", **lead, stage="disqualified", closed_at="now")

    old.migrate("duplicates 0002", "library 0001", "campaigns 0002", "calendar 0008")
    old.add("duplicates_merge", survivor_id=abroad, facts='{"domain": "gone.example"}')
    play = old.add("library_play")
    for position, after_days in ((1, 7), (2, 0)):
        step = {"position": position, "after_days": after_days, "at": "09:00"}
        old.add("library_playstep", play_id=play, **step)
    campaign = old.add("campaigns_campaign")
    day = "2026-11-02"
    old.add("campaigns_campaigncost", campaign_id=campaign, amount_usd=1, spent_on=day)
    planned = {"channel": "email", "state": "planned", "starts_at": day, "ends_at": "2026-11-03"}
    for thread in (1, 2):
        touch = old.add("calendar_touch", account_id=abroad, thread=thread, **planned)
        old.add("calendar_touchperson", touch_id=touch, stakeholder_id=person)

    old.migrate("results 0002", "opportunities 0002", "metrics 0006")
    old.add("results_cost", amount_usd=1, what_for="a stand", spent_on=day)
    old.add("opportunities_exchangerate", currency="EUR", usd=2)
    stage = old.add("opportunities_pipelinestage", outcome="open", quiet_after_days=9)
    euros = {"outcome": "open", "currency": "EUR", "amount": 50, "amount_usd": 100}
    deal = old.add("opportunities_opportunity", account_id=abroad, stage_id=stage, **euros)
    opened = {"kind": "opened", "to_stage_id": stage, "usd_after": 100}
    old.add("opportunities_opportunitystep", opportunity_id=deal, **opened)
    late = {"value": 1, "latest_value": 2, "restated_at": "2026-01-03"}
    old.add("metrics_snapshot", day="2026-01-01", **late)

    old.migrate("")
    assert old.all("people_team", "name") == ["Sales", "sales (2)", "SALES (2) (3)"]
    assert old.all("agreements_version", "shipped") == ["true"] * 3
    assert len(old.all("core_auditentry", "hash")) == len(set(old.all("core_auditentry", "hash")))
    assert old.all("accounts_account", "state") == [None]
    assert old.all("accounts_accountchange", "account_id") == [str(abroad)]
    assert old.all("accounts_accounttoscore", "after") == ["0"]
    assert old.all("accounts_lead", "reason_code") == ["not-coded"]
    assert old.all("accounts_accountalias", "value") == ["gone.example"]
    assert old.all("library_playstep", "position") == ["2", "1"]
    assert old.all("campaigns_campaigncost", "spent_until") == [day]
    assert [bool(known) for known in old.all("calendar_touchperson", "identity")] == [True, False]
    assert old.all("results_cost", "spent_until") == [day]
    assert old.all("opportunities_opportunitystep", "amount_after") == ["50.00"]
    assert old.all("metrics_snapshot", "restated_value") == ["2"]
