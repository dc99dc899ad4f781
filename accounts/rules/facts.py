"""Facts as given by callers, their errors, and the result of each row."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypedDict

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "abroad_area": _(
        "A company outside of the United States has no US county or metropolitan area."
    ),
    "abroad_state": _("A company outside of the United States has no US state."),
    "ambiguous": _("Several accounts have this name; give a domain or a city."),
    "added_and_removed": _("“%(value)s” is to be added and removed at once."),
    "cbsa": _("“%(value)s” is not the code of a metropolitan area."),
    "choice": _("“%(value)s” is not one of the choices."),
    "country": _("“%(value)s” is not a country we know. Use its two-letter code."),
    "county": _("“%(value)s” is not the code of a county."),
    "date": _("A date with its time zone is needed."),
    "domain": _("“%(value)s” is not a domain or web address."),
    "email": _("“%(value)s” is not an e-mail address."),
    "future": _("Lies in the future."),
    "free_mail": _("%(value)s is a mailbox provider, not the domain of a company."),
    "kept_address": _(
        "Whoever must not be contacted or refused e-mail keeps their addresses: a list that names one "
        "would bring them back as somebody new."
    ),
    "last_address": _(
        "Without an address nothing would tell who this person is: add another one first."
    ),
    "missing": _("A value is needed here."),
    "missing_company": _("A company needs a name or a domain."),
    "missing_person": _("A person needs an e-mail address or an external id."),
    "naics": _("“%(value)s” is not a NAICS code."),
    "not_a_list": _("A list is needed here."),
    "not_an_object": _("An object is needed here."),
    "not_a_number": _("A whole number is needed here."),
    "not_a_text": _("A text is needed here."),
    "not_yes_no": _("Yes or no is needed here."),
    "nul": _("The text holds a character that cannot be stored."),
    "other_account": _("“%(value)s” is another account than “%(other)s” in %(field)s."),
    "out_of_range": _("Not between %(low)s and %(high)s."),
    "owner": _("“%(value)s” is nobody who may own accounts in this program."),
    "person_reference": _("Name the person by one of email, external_id or id."),
    "phone": _("“%(value)s” is not a phone number."),
    "range": _("The lower end is above the upper end."),
    "several_accounts": _("More than one account is called “%(value)s”: give its domain."),
    "shared_host": _("%(value)s hosts pages of many companies; give the company's own domain."),
    "state": _("“%(value)s” is not a US state."),
    "taken": _("“%(value)s” already belongs to another one."),
    "other_id": _("Already known under the external id “%(value)s”."),
    "too_early": _("Lies before %(value)s."),
    "too_long": _("Longer than %(limit)s characters."),
    "too_many": _("More than %(limit)s entries."),
    "unknown_account": _("There is no account “%(value)s”."),
    "unknown_person": _("Nobody in this program has the address or id “%(value)s”."),
    "unknown_field": _("There is no such field."),
    "url": _("“%(value)s” is not a web address."),
    "week_range": _("%(value)s is not in a week between 2015 and now."),
    "zip": _("“%(value)s” is not a US ZIP code."),
}

# Indexes and names, as in a JSON pointer.
Steps = tuple[int | str, ...]
Outcome = Literal["created", "updated", "unchanged", "rejected"]


class BadValue(ValueError):
    """A value that cannot be stored; `code` is a key of `MESSAGES`, `at` the path within its
    field."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
        self.at: Steps = ()

    @property
    def each(self) -> Sequence[BadValue]:
        """All errors of the field."""
        return (self,)

    def below(self, step: int | str) -> BadValue:
        """The same error, as part of a list or an object."""
        self.at = (step, *self.at)
        return self


class BadValues(BadValue):
    """Several values of one field that cannot be stored."""

    def __init__(self, parts: Sequence[BadValue]) -> None:
        super().__init__(parts[0].code, **parts[0].params)
        self._parts = tuple(parts)

    @property
    def each(self) -> Sequence[BadValue]:
        return self._parts


@dataclasses.dataclass(frozen=True, slots=True)
class FieldError:
    """An error in a field of a row; `at` is the path within a field of several values."""

    field: str
    code: str
    params: Mapping[str, str] = dataclasses.field(default_factory=dict)
    at: Steps = ()

    @property
    def message(self) -> str:
        """The message in the active language."""
        return str(MESSAGES[self.code]) % dict(self.params)


class Upserted(NamedTuple):
    """The result of one row.

    `id` is None if it was rejected; otherwise `errors` are about what was left out. `renamed`: an
    existing account now has another name, domain or state.
    """

    id: int | None
    outcome: Outcome
    errors: list[FieldError]
    renamed: bool = False


class FactsRejected(ValueError):
    """An edit of one account or person that cannot be stored."""

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__("; ".join(f"{error.field}: {error.code}" for error in errors))
        self.errors = errors


class AccountFacts(TypedDict, total=False):
    """Field names of `Account`; only given keys change, None clears.

    `owner_email` gives the owner by address. County and metropolitan area follow from ZIP code,
    city and state unless they are given.
    """

    name: str
    domain: str | None
    website: str | None
    description: str | None
    city: str | None
    state: str | None
    zip: str | None
    county_fips: str | None
    cbsa: str | None
    country: str | None
    naics: str | None
    industry: str | None
    employees_low: int | None
    employees_high: int | None
    revenue_low: int | None
    revenue_high: int | None
    technology_maturity: int | None
    technologies: list[str] | None
    budget_usd: int | None
    owner_id: int | None
    owner_email: str | None
    source: str | None
    external_id: str | None


class ConsentFacts(TypedDict, total=False):
    """Without `given_at` it counts as given today, and never overrides a recorded refusal."""

    channel: str
    granted: bool
    source: str
    given_at: datetime | None


class StakeholderFacts(TypedDict, total=False):
    """Field names of `Stakeholder`; only given keys change, None clears.

    `emails` and `phones` are added to the known ones; those under `remove` are deleted. The account
    is given by one of `account_id`, `account_external_id`, `account_domain`, `account_name` (with
    `account_city`); the latter two create it if it is missing. Without any of them it is found by
    the domain of an address.
    """

    first_name: str | None
    last_name: str | None
    title: str | None
    role: str | None
    linkedin_url: str | None
    do_not_contact: bool
    do_not_contact_reason: str | None
    source: str | None
    external_id: str | None
    emails: list[str]
    phones: list[str]
    remove_emails: list[str]
    remove_phones: list[str]
    consents: list[ConsentFacts]
    account_id: int | None
    account_external_id: str | None
    account_domain: str | None
    account_name: str | None
    account_city: str | None


def other_id(known: str | None, row: Mapping[str, Any]) -> str:
    """The external id that is known, if the row gives a different one.

    Without this check, a company with two ids in one source would switch between them at every
    import.
    """
    given = row.get("external_id")
    return known if known and given and known != given else ""
