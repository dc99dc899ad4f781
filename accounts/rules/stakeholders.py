"""What a person may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.rules import values as v
from accounts.rules.facts import BadValue, BadValues, FieldError

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


def _said(value: Any) -> bool:
    """True or False. None is rejected, because a missing answer is not a refusal."""
    if value is None:
        raise BadValue("missing")
    return v.yes_no(value)


_CONSENT: Mapping[str, v.Clean] = {
    "channel": v.needed(v.choice(CHANNELS)),
    "granted": _said,
    "source": v.text(120),
    "given_at": lambda value: None if value is None else v.past(value),
}


def _consent(value: Any) -> tuple[str, bool, str, Any]:
    if not isinstance(value, Mapping):
        raise BadValue("not_an_object")
    values, errors = v.cleaned(value, _CONSENT)
    errors += [FieldError(name, "missing") for name in ("channel", "granted") if name not in value]
    if errors:
        raise BadValues([BadValue(e.code, **e.params).below(e.field) for e in errors])
    return (
        values["channel"],
        values["granted"],
        values.get("source", ""),
        values.get("given_at"),
    )


def clean_person(row: Mapping[str, Any]) -> tuple[dict[str, Any], list[FieldError]]:
    """The valid values, and an error for each of the others. An empty "do not contact" lifts
    none."""
    values, errors = v.cleaned(row, CLEANERS)
    if row.get("do_not_contact", False) is None:
        del values["do_not_contact"]
    return values, errors


CLEANERS: Mapping[str, v.Clean] = {
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
    "consents": v.listed(_consent, MOST_ADDRESSES),
    "account_id": v.whole(1, 2**63 - 1),
    "account_external_id": v.optional(v.text(120)),
    "account_domain": v.optional(v.domain),
    "account_name": v.text(200),
    "account_city": v.text(100),
}
