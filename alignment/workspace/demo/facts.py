"""600 companies and 2,000 people, the same in every demo."""

import random
from typing import Any

from accounts.actions.accounts import upsert_accounts
from accounts.actions.stakeholders import upsert_stakeholders
from accounts.models import Account
from alignment.people.models import Program, User

from . import words

ACCOUNTS = 600
PEOPLE = 2_000


def make_accounts(program: Program, people: dict[str, User], dice: random.Random) -> list[int]:
    """The companies; for realism, one in nine lacks the size and one in twelve the industry."""
    reps = [people["marcus"], people["ines"], people["dan"]]
    names: set[str] = set()
    rows: list[Any] = []
    while len(rows) < ACCOUNTS:
        trade = dice.choices(words.TRADES, [t[3] for t in words.TRADES])[0]
        name = f"{dice.choice(words.FIRST)} {dice.choice(words.SECOND)} {dice.choice(trade[1])}"
        if name in names:
            continue
        names.add(name)
        rows.append(_account(name, trade, reps, dice, len(rows)))
    results = upsert_accounts(program=program, rows=rows, by=people["claire"], source="demo")
    return [result.id for result in results if result.id]


def _account(
    name: str, trade: tuple[Any, ...], reps: list[User], dice: random.Random, number: int
) -> dict[str, Any]:
    city, state, _cbsa, zip_code = dice.choice(words.PLACES)
    employees = int(dice.lognormvariate(6.2, 1.1)) + 15
    per_head = dice.choice((110_000, 160_000, 210_000, 320_000))
    row: dict[str, Any] = {
        "name": name,
        "domain": name.lower().replace(" ", "") + ".example",
        "city": city,
        "state": state,
        "zip": zip_code,
        "external_id": f"demo-{number + 1}",
    }
    if dice.random() > 1 / 9:
        row["employees_low"] = row["employees_high"] = employees
        row["revenue_low"] = row["revenue_high"] = employees * per_head
    if dice.random() > 1 / 12:
        row["naics"], row["industry"] = trade[0], trade[2]
    if dice.random() < 0.55:
        row["technology_maturity"] = dice.randint(1, 5)
        row["technologies"] = sorted(dice.sample(words.TECHNOLOGIES, dice.randint(1, 4)))
    if dice.random() < 0.3:
        row["budget_usd"] = dice.choice((20_000, 40_000, 60_000, 90_000, 150_000, 250_000))
    if dice.random() < 0.4:
        row["owner_id"] = dice.choice(reps).pk
    return row


def make_people(program: Program, accounts: list[int], by: User, dice: random.Random) -> list[int]:
    """The people, unevenly distributed over the companies."""
    rows: list[Any] = []
    domains = dict(Account.objects.in_program(program).values_list("id", "domain"))
    weights = [dice.choice((1, 2, 3, 6)) for _ in accounts]
    for number, account_id in enumerate(dice.choices(accounts, weights, k=PEOPLE)):
        given, family = dice.choice(words.GIVEN), dice.choice(words.FAMILY)
        title, role, _share = dice.choices(words.TITLES, [t[2] for t in words.TITLES])[0]
        row: dict[str, Any] = {
            "account_id": account_id,
            "first_name": given,
            "last_name": family,
            "title": title,
            "role": role if dice.random() < 0.6 else "",
            "emails": [f"{given}.{family}.{number}@{domains[account_id]}".lower()],
            "external_id": f"demo-p{number + 1}",
        }
        if dice.random() < 0.5:
            row["phones"] = [f"+1 415 555 {dice.randint(100, 199):04d}"]
        if dice.random() < 0.03:
            row["do_not_contact"] = True
            row["do_not_contact_reason"] = "Asked to be left alone"
        rows.append(row)
    results = upsert_stakeholders(program=program, rows=rows, by=by, source="demo")
    return [result.id for result in results if result.id]
