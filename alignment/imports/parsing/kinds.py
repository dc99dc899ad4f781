"""Whether a list is of the stated kind, for example people or engagements, not companies."""

from __future__ import annotations

from collections.abc import Sequence

from alignment.imports.parsing.mapping import guess_mapping
from alignment.imports.parsing.targets import Kind

# Fields that only companies have.
_OF_COMPANIES = {"employees", "revenue", "naics", "industry", "technologies", "budget_usd"}
_CALLED = {"name", "domain", "website"}
# Fields that only people have.
_OF_PEOPLE = {"email", "linkedin_url", "first_name", "title"}
_NAMED = {"first_name", "last_name", "title"}
_OF_ENGAGEMENTS = {"signal", "occurred_at"}


def likelier_kind(
    kind: Kind, headers: Sequence[str], sample: Sequence[Sequence[str]]
) -> Kind | None:
    """The kind that the columns suggest; None if nothing speaks against `kind`."""
    if kind not in ("accounts", "stakeholders"):
        return None
    company = {column.field for column in guess_mapping("accounts", headers, sample)}
    person = {column.field for column in guess_mapping("stakeholders", headers, sample)}
    known = company & _OF_COMPANIES or person & _NAMED
    if not known and _names_engagements(headers, sample):
        return "engagements"
    if kind == "accounts" and not company & _OF_COMPANIES and _names_people(person, company):
        return "stakeholders"
    if kind == "stakeholders" and not person & _OF_PEOPLE and _names_companies(company):
        return "accounts"
    return None


def _names_engagements(headers: Sequence[str], sample: Sequence[Sequence[str]]) -> bool:
    found = {column.field for column in guess_mapping("engagements", headers, sample)}
    return found >= _OF_ENGAGEMENTS and bool(found & {"email", "stakeholder_external_id"})


def _names_people(person: set[str], company: set[str]) -> bool:
    """By their first names or titles; or by names and addresses if no other column could be of a
    company."""
    if person & {"email", "linkedin_url", "last_name"} and person & {"first_name", "title"}:
        return True
    return "email" in person and bool(person & {"full_name", "last_name"}) and company <= {"name"}


def _names_companies(found: set[str]) -> bool:
    return bool(found & _CALLED) and len(found & (_CALLED | _OF_COMPANIES)) > 1
