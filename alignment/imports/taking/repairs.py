"""Checks for rows that come back from a repair file."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Account
from accounts.rules.accounts import Cleaned
from accounts.rules.facts import FieldError
from alignment.imports.parsing.shared_domains import SPELLINGS
from alignment.people.models import Program
from alignment.reference.names import alike


def refuse_renames(program: Program, rows: Iterable[Cleaned]) -> None:
    """Adds an error to each row that gives the domain of a known company to another name.

    In the original list an earlier row gave the company's name; the repair file does not contain
    it. If both have an external id, these decide instead. One statement, whatever the number of
    rows.
    """
    rows = [(values, errors) for values, errors in rows if values.get("domain")]
    known = Account.objects.in_program(program).filter(
        domain__in={values["domain"] for values, _errors in rows}
    )
    held = {
        domain: (name, key, external_id)
        for domain, name, key, external_id in known.values_list(
            "domain", "name", "name_key", "external_id"
        )
    }
    for values, errors in rows:
        if values["domain"] not in held or not values.get("name"):
            continue
        name, key, external_id = held[values["domain"]]
        if external_id and values.get("external_id"):
            continue
        if alike(key, values["name_key"]) < SPELLINGS:
            said = {"value": values["domain"], "name": name}
            errors.append(FieldError("domain", "renames", said))
