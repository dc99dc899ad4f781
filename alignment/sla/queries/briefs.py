"""The brief of a hand-off: all that a rep should know before the first call.

Building many takes the same few statements as building one. A brief is a JSON value, so that it can
be stored: times are ISO 8601 in UTC, and names are as stored (shipped names of signals are
translated when shown).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import Account, Consent, EmailAddress, Lead, Phone, Stakeholder, ValidationCall
from accounts.queries.names import set_known_as
from alignment.core.arrays import id_array
from alignment.icp.models import Verdict
from alignment.icp.queries import VerdictVersions, verdict_versions_of
from alignment.scoring.explain import GivenPoints, points_by_rule

from ..models import Attempt

WINDOW = timedelta(days=90)
MOST_EVENTS = 40
MOST_OTHERS = 6
MOST_SENT = 10
MOST_CONTACTS = 5
# Property names that sources use for what was read, sent or attended.
TITLES = ("title", "content", "subject", "asset", "page")

# Reads one index range per lead, whatever the size of the table.
_EVENTS = """
SELECT asked.id, e.id, e.occurred_at, e.source, e.properties, s.code, s.name, s.side,
       s.kind = 'fact'
FROM unnest(%(leads)s::bigint[]) AS asked (id)
CROSS JOIN LATERAL (
    SELECT id, signal_id, occurred_at, source, properties FROM accounts_engagement
    WHERE lead_id = asked.id AND program_id = %(program)s AND value
      AND occurred_at >= %(since)s
    ORDER BY occurred_at DESC LIMIT %(most)s
) AS e
JOIN accounts_signal AS s ON s.id = e.signal_id
ORDER BY asked.id, e.occurred_at DESC, e.id DESC"""

_OTHERS = """
SELECT asked.id, l.id, l.stage, l.last_engaged_at, l.total,
       s.id, s.first_name, s.last_name, s.title, s.role
FROM unnest(%(accounts)s::bigint[]) AS asked (id)
CROSS JOIN LATERAL (
    SELECT lead.id, lead.stage, lead.stakeholder_id, score.last_engaged_at, score.total
    FROM accounts_lead AS lead JOIN scoring_leadscore AS score ON score.lead_id = lead.id
    WHERE lead.account_id = asked.id AND lead.program_id = %(program)s
      AND score.last_engaged_at >= %(since)s
    ORDER BY score.last_engaged_at DESC LIMIT %(most)s
) AS l
JOIN accounts_stakeholder AS s ON s.id = l.stakeholder_id
ORDER BY asked.id, l.last_engaged_at DESC"""

RELATED = ("stakeholder", "account__verdict", "score")


def build(
    *,
    program_id: int,
    leads: Sequence[Lead],
    now: datetime,
    causes: Mapping[int, int] | None = None,
) -> dict[int, dict[str, Any]]:
    """Lead id -> its brief. `leads` come with `RELATED`; `causes` is the engagement that made each
    lead an MQL. About twelve statements, however many leads."""
    if not leads:
        return {}
    people = [lead.stakeholder for lead in leads]
    events = events_of(program_id=program_id, lead_ids=[lead.pk for lead in leads], now=now)
    others = _others(program_id, leads, now)
    set_known_as(program=program_id, people=people)
    reach = _reach(program_id, people)
    done = _done(program_id, people)
    scores = [lead.score for lead in leads if hasattr(lead, "score")]
    points = points_by_rule(program=program_id, scores=scores)
    versions = verdict_versions_of(program_id)
    made: dict[int, dict[str, Any]] = {}
    for lead in leads:
        seen = events.get(lead.pk, [])
        person_id = lead.stakeholder_id
        made[lead.pk] = {
            "who": _who(lead.stakeholder, reach),
            "company": _company(lead.account) if lead.account else None,
            "icp": _icp(lead.account, versions) if lead.account else None,
            "why_now": seen,
            "promise": _promise(seen, (causes or {}).get(lead.pk)),
            "points": _points(lead, points.get(lead.pk, [])),
            "others": [o for o in others.get(lead.account_id or 0, []) if o["id"] != person_id],
            "sent": _sent(seen, done.get(person_id, [])),
            "contact": {
                "do_not_contact": lead.stakeholder.do_not_contact,
                "reason": lead.stakeholder.do_not_contact_reason,
                "consents": reach["consents"].get(person_id, []),
            },
        }
    return made


def signals_seen(brief: Mapping[str, Any]) -> list[str]:
    """Codes of the signals seen, without duplicates, newest first."""
    return list(dict.fromkeys(event["signal"] for event in brief["why_now"]))


def events_of(
    *, program_id: int, lead_ids: Sequence[int], now: datetime
) -> dict[int, list[dict[str, Any]]]:
    """Lead id -> what its person did lately, newest first."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    parameters: dict[str, Any] = {
        "leads": id_array(lead_ids),
        "program": program_id,
        "since": now - WINDOW,
        "most": MOST_EVENTS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, parameters)
        for lead_id, pk, at, source, properties, code, name, side, is_fact in cursor.fetchall():
            said = _properties(properties)
            event = {
                "id": pk,
                "at": moment(at),
                "signal": code,
                "name": name,
                "side": side,
                "source": source,
                "what": next((said[key] for key in TITLES if said.get(key)), ""),
                "campaign": said.get("campaign", ""),
                "promise": said.get("promise", ""),
                "fact": is_fact,
            }
            found[lead_id].append({key: value for key, value in event.items() if value})
    return found


def _properties(stored: Any) -> dict[str, str]:
    """The text properties that the source sent, cut to the length that a brief can show."""
    values = json.loads(stored) if isinstance(stored, str) else stored
    if not isinstance(values, dict):
        return {}
    return {key: value[:200] for key, value in values.items() if isinstance(value, str)}


def _promise(events: list[dict[str, Any]], cause: int | None) -> dict[str, Any] | None:
    """What was promised to the person: by the engagement that made them an MQL, else by the
    latest."""
    promised = [event for event in events if event.get("promise")]
    tipped = [event for event in promised if event["id"] == cause]
    for event in (*tipped, *promised):
        return {
            "text": event["promise"],
            "at": event["at"],
            "signal": event["signal"],
            "name": event["name"],
            "what": event.get("what", ""),
        }
    return None


def _others(
    program_id: int, leads: Sequence[Lead], now: datetime
) -> dict[int, list[dict[str, Any]]]:
    """Account id -> other people recently active there."""
    accounts = {lead.account_id for lead in leads if lead.account_id}
    if not accounts:
        return {}
    parameters: dict[str, Any] = {
        "accounts": id_array(sorted(accounts)),
        "program": program_id,
        "since": now - WINDOW,
        # One of them may be the lead's own person, and one person may have several leads.
        "most": 2 * MOST_OTHERS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, parameters)
        rows = cursor.fetchall()
    people: dict[int, Stakeholder] = {}
    for *_lead, pk, first, last, title, role in rows:
        people[pk] = Stakeholder(pk=pk, first_name=first, last_name=last, title=title, role=role)
    set_known_as(program=program_id, people=people.values())
    found: dict[int, dict[int, dict[str, Any]]] = defaultdict(dict)
    for account_id, lead_id, stage, at, total, pk, *_names in rows:
        person = people[pk]
        other = {
            "id": pk,
            "lead": lead_id,
            "name": str(person),
            "title": person.title,
            "role": person.role,
            "stage": stage,
            "score": total,
            "at": moment(at),
        }
        found[account_id].setdefault(pk, other)
    return {account: list(those.values())[: MOST_OTHERS + 1] for account, those in found.items()}


def _reach(program_id: int, people: Iterable[Stakeholder]) -> dict[str, dict[int, list[Any]]]:
    """E-mail addresses, phone numbers and consents by person: three queries."""
    ids = {person.pk for person in people}
    emails: dict[int, list[str]] = defaultdict(list)
    phones: dict[int, list[str]] = defaultdict(list)
    consents: dict[int, list[dict[str, Any]]] = defaultdict(list)
    addresses = EmailAddress.objects.in_program(program_id).filter(stakeholder__in=ids)
    for email in addresses.order_by("-is_primary", "id"):
        emails[email.stakeholder_id].append(email.address)
    numbers = Phone.objects.in_program(program_id).filter(stakeholder__in=ids)
    for phone in numbers.order_by("-is_primary", "id"):
        phones[phone.stakeholder_id].append(phone.number)
    said = Consent.objects.in_program(program_id).filter(stakeholder__in=ids)
    for consent in said.order_by("channel"):
        consents[consent.stakeholder_id].append(
            {"channel": consent.channel, "granted": consent.granted}
        )
    return {"emails": emails, "phones": phones, "consents": consents}


def _done(program_id: int, people: Iterable[Stakeholder]) -> dict[int, list[dict[str, Any]]]:
    """What sales did before with each person, in any of their leads: two queries."""
    ids = {person.pk for person in people}
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    attempts = Attempt.objects.in_program(program_id).filter(lead__stakeholder__in=ids)
    for attempt in attempts.select_related("by", "lead").order_by("-at")[: 20 * len(ids)]:
        done = {"kind": "attempt", "channel": attempt.channel, "outcome": attempt.outcome}
        found[attempt.lead.stakeholder_id].append(
            _sales(done, attempt.at, attempt.by, attempt.note)
        )
    calls = ValidationCall.objects.in_program(program_id).filter(lead__stakeholder__in=ids)
    for call in calls.select_related("by", "lead").order_by("-called_at")[: 20 * len(ids)]:
        done = {"kind": "call", "outcome": call.outcome}
        found[call.lead.stakeholder_id].append(_sales(done, call.called_at, call.by, call.note))
    return found


def _sales(done: dict[str, Any], at: datetime, by: Any, note: str) -> dict[str, Any]:
    return {**done, "side": "sales", "at": moment(at), "by": str(by or ""), "note": note[:300]}


def _sent(events: list[dict[str, Any]], done: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the person got from either team: each content once, and every attempt by sales."""
    had: dict[tuple[str, str], dict[str, Any]] = {}
    for event in events:
        if event.get("what") or (event["side"] == "sales" and not event.get("fact")):
            kept = ("at", "signal", "name", "side", "what")
            entry = {key: event[key] for key in kept if key in event}
            had.setdefault((event["signal"], event.get("what", "")), {"kind": "signal", **entry})
    both = [*done, *had.values()]
    return sorted(both, key=lambda entry: str(entry["at"]), reverse=True)[:MOST_SENT]


def _who(person: Stakeholder, reach: Mapping[str, dict[int, list[Any]]]) -> dict[str, Any]:
    return {
        "id": person.pk,
        "name": person.full_name or person.known_as,
        "title": person.title,
        "role": person.role,
        "emails": reach["emails"].get(person.pk, [])[:MOST_CONTACTS],
        "phones": reach["phones"].get(person.pk, [])[:MOST_CONTACTS],
        "linkedin": person.linkedin_url,
    }


def _company(account: Account) -> dict[str, Any]:
    return {
        "id": account.pk,
        "name": account.name,
        "domain": account.domain or "",
        "city": account.city,
        "state": account.state or "",
        "industry": account.industry,
        "employees": [account.employees_low, account.employees_high],
        "revenue": [account.revenue_low, account.revenue_high],
    }


def _icp(account: Account, versions: VerdictVersions) -> dict[str, Any] | None:
    """The stored verdict, with the criteria for which data is missing."""
    try:
        verdict: Verdict = account.verdict
    except Verdict.DoesNotExist:
        return None
    criteria = list(enumerate(versions.profile_of(verdict).criteria))
    named = {
        "unknown": [_criterion(c) for i, c in criteria if verdict.unknown_mask >> i & 1],
        "met": [_criterion(c) for i, c in criteria if verdict.yes_mask >> i & 1],
    }
    return {
        "answer": verdict.answer,
        "grade": verdict.grade,
        "version": versions.number_of(verdict),
        **named,
    }


def _criterion(criterion: Any) -> dict[str, str]:
    return {"kind": criterion.kind, "weight": criterion.weight}


def _points(lead: Lead, given: list[GivenPoints]) -> dict[str, Any]:
    score = getattr(lead, "score", None)
    return {
        "total": score.total if score else 0,
        "fit": score.fit if score else 0,
        "engagement": score.engagement if score else 0,
        "lines": [line._asdict() for line in given],
    }


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
