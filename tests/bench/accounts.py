"""The list of accounts in a program the size of a market: every filter, the map, the tree."""

import re
import statistics
from collections.abc import Iterator

from django.db import connection
from django.test import Client

from alignment.people.models import Program, User

from . import data
from .report import Report
from .web import seconds

# Uncorrelated places and industries; the size of one account in eleven is unknown, and a third of
# the accounts have no open lead.
_UNEVEN = """
UPDATE accounts_account a SET
    state = (ARRAY['CA','TX','NY','FL','IL','MA','WA','OH','GA','CO','NC','PA'])[1 + dice(1, 12)],
    cbsa = (ARRAY['31080','19100','35620','33100','16980','14460','42660',NULL])[1 + dice(2, 8)],
    naics = (ARRAY['513210','541512','332710','921190','522110','621111','236220',NULL])
        [1 + dice(3, 8)],
    owner_id = CASE WHEN dice(4, 400) = 0 THEN %(owner)s END,
    employees_low = CASE WHEN a.id %% 11 > 0 THEN a.employees_low END,
    employees_high = CASE WHEN a.id %% 11 > 0 THEN a.employees_high END
WHERE a.program_id = %(program)s"""
# A link to an account, or from the map and the tree to their rows.
_ROW = re.compile(rb"/accounts/(\d+/|\?)")
_DICE = re.compile(r"dice\((\d+), (\d+)\)")
_CLOSED = """
UPDATE accounts_lead SET stage = 'lost', closed_at = now()
WHERE program_id = %(program)s AND (hashint8extended(account_id, 5) & 1023) %% 3 = 0"""


def spread(program: Program, owner: User) -> None:
    with connection.cursor() as cursor:
        thrown = _DICE.sub(r"((hashint8extended(a.id, \1) & 1048575) %% \2)::int", _UNEVEN)
        for statement in (thrown, _CLOSED):
            cursor.execute(statement, {"program": program.pk, "owner": owner.pk})


def addresses(owner: User) -> Iterator[tuple[str, str]]:
    """Each filter alone, and some typical combinations."""
    yield "plain", "?view=all"
    for sort in ("name", "grade", "employees", "changed", "hottest"):
        yield f"by {sort}", f"?view=all&sort={sort}"
    for asked in (
        "verdict=yes",
        "verdict=no",
        "verdict=unknown",
        "unknown=employees",
        "answer=employees:yes",
        "answer=employees:unknown",
        "answer=industry:yes&answer=budget:yes",
        "state=TX",
        "metro=14460",
        "industry=51",
        "industry=621111",
        "employees_min=5000",
        "revenue_max=12M",
        f"owner=person:{owner.pk}",
        "owner=nobody",
        "leads=open",
        "leads=none",
        "leads=sql",
        "hot=on",
        "tier=any",
        "tier=1",
        "tier=none",
        "intent=rising",
        "intent=some",
        "intent=none",
        "q=company 4711",
        "state=MA&verdict=yes&industry=51",
    ):
        yield asked, f"?view=all&{asked}"
    yield "map", "map/"
    yield "map of a state", "map/?state=TX"
    yield "tree", "industries/"


def measure(report: Report, program: Program, by: User) -> None:
    """The view with its template, in this process: medians of seven requests after the first."""
    data.enliven(program)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(by)
    for name, rest in addresses(by):
        address = f"/p/{program.slug}/accounts/{rest}"
        if not _ROW.search(client.get(address).content):
            raise RuntimeError(f"{address} finds nothing")
        times = [seconds(client, address) for _ in range(7)]
        report.at_most(f"accounts: {name}", 1_000 * statistics.median(times), 100, " ms")
