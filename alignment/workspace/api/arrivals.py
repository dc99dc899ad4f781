"""New people, each of whom gets an open lead."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from accounts.actions.stakeholders import upsert_stakeholders
from accounts.rules.facts import StakeholderFacts, Upserted
from alignment.people.models import Program, User
from alignment.scoring.actions.leads import open_leads


def enter_people(
    *, program: Program, rows: Sequence[StakeholderFacts], by: User, source: str
) -> list[Upserted]:
    """Create or change people, and open a lead for each new one."""
    entered = upsert_stakeholders(program=program, rows=rows, by=by, source=source)
    new = [row.id for row in entered if row.outcome == "created" and row.id is not None]
    if new:
        open_leads(program=program, stakeholder_ids=new, by=by, source=source)
    return entered


def welcome(
    *, program: Program, addresses: Mapping[str, str], by: User
) -> dict[tuple[str, str], int]:
    """Create a stakeholder for each unknown address in events; `addresses` maps them to their
    source.

    The account is the one with the address's domain, if any; mailbox providers have none.
    """
    by_source: defaultdict[str, list[str]] = defaultdict(list)
    for address, source in addresses.items():
        by_source[source].append(address)
    found: dict[tuple[str, str], int] = {}
    for source, group in by_source.items():
        rows: list[StakeholderFacts] = [{"emails": [address]} for address in group]
        entered = enter_people(program=program, rows=rows, by=by, source=source)
        for address, row in zip(group, entered, strict=True):
            if row.id is not None:
                found["email", address] = row.id
    return found
