"""What a person may hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from accounts.rules import values as v
from accounts.rules.facts import BadValue, BadValues, FieldError
from alignment.core.addresses import HIGHEST_ID

# The stored facts, in the order used for reading and writing.
FACTS = (
    "account_id",
    "first_name",
    "last_name",
    "title",
    "role",
    "linkedin_url",
    "do_not_contact",
    "do_not_contact_reason",
    "source",
    "external_id",
)
AT: Mapping[str, int] = {name: index for index, name in enumerate(FACTS)}
NEW_ROW: tuple[Any, ...] = (None, "", "", "", "", "", False, "", "", None)

ROLES = (
    "decision_maker",
    "economic_buyer",
    "champion",
    "influencer",
    "technical",
    "blocker",
    "user",
)
CHANNELS = ("email", "phone", "linkedin", "mail")
ACCOUNT_REFERENCES = frozenset(
    ("account_id", "account_external_id", "account_domain", "account_name", "account_city")
)
MOST_ADDRESSES = 20


def _answered(value: Any) -> bool:
    """True or False. None is rejected, because a missing answer is not a refusal."""
    if value is None:
        raise BadValue("missing")
    return v.yes_no(value)


_CONSENT: Mapping[str, v.Clean] = {
    "channel": v.needed(v.choice(CHANNELS)),
    "granted": _answered,
    "source": v.text(120),
}


def _consent(value: Any, *, now: datetime) -> tuple[str, bool, str, datetime | None]:
    if not isinstance(value, Mapping):
        raise BadValue("not_an_object")
    given_at = partial(_given_at, now=now)
    values, errors = v.cleaned(value, {**_CONSENT, "given_at": given_at})
    errors += [FieldError(name, "missing") for name in ("channel", "granted") if name not in value]
    if errors:
        raise BadValues([BadValue(e.code, **e.params).below(e.field) for e in errors])
    return (
        values["channel"],
        values["granted"],
        values.get("source", ""),
        values.get("given_at"),
    )


def _given_at(value: Any, *, now: datetime) -> datetime | None:
    return None if value is None else v.past(value, now=now)


def clean_person(
    row: Mapping[str, Any], *, now: datetime
) -> tuple[dict[str, Any], list[FieldError]]:
    """The valid values, and an error for each of the others. An empty "do not contact" lifts
    none; a consent given after `now` is an error."""
    values, errors = v.cleaned(row, cleaners(now))
    if row.get("do_not_contact", False) is None:
        del values["do_not_contact"]
    return values, errors


_CLEANERS: Mapping[str, v.Clean] = {
    "first_name": v.text(100),
    "last_name": v.text(100),
    "title": v.text(160),
    "role": v.choice(ROLES),
    "linkedin_url": v.website,
    "do_not_contact": v.yes_no,
    "do_not_contact_reason": v.text(200),
    "source": v.text(60),
    "external_id": v.optional(v.text(120)),
    "emails": v.listed(v.email, MOST_ADDRESSES),
    "phones": v.listed(v.phone, MOST_ADDRESSES),
    "remove_emails": v.listed(v.email, MOST_ADDRESSES),
    "remove_phones": v.listed(v.phone, MOST_ADDRESSES),
    "account_id": v.whole(1, HIGHEST_ID),
    "account_external_id": v.optional(v.text(120)),
    "account_domain": v.optional(v.domain),
    "account_name": v.text(200),
    "account_city": v.text(100),
}


def cleaners(now: datetime) -> dict[str, v.Clean]:
    """How each field is read; `now` bounds when a consent was given."""
    consents = v.listed(partial(_consent, now=now), MOST_ADDRESSES)
    return {**_CLEANERS, "consents": consents}
