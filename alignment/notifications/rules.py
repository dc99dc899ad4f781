"""Events, retries and the time of the digest: values in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# The retry schedule recommended by Standard Webhooks: the delays after each failed try.
# https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
DELAYS: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
# A delay is lengthened by up to this share, so that messages that failed together are spread out.
JITTER: Final = 0.2
LONGEST_WAIT: Final = timedelta(hours=24)
# How long an endpoint is left alone after its first, second ... failure in a row.
RESTS: Final = tuple(timedelta(seconds=s) for s in (5, 15, 60, 300, 900))
# A little more than all tries together, because tries are slower while the endpoint rests.
PATIENCE: Final = timedelta(days=4)
DIGEST_AT: Final = time(8)


@dataclass(frozen=True, slots=True)
class Event:
    """A kind of message that an endpoint can subscribe to. `example` is the `data` of one."""

    name: str
    label: _StrPromise
    about: str
    example: Mapping[str, Any]


_LEAD: Final = {
    "id": 4711,
    "name": "Grace Hopper",
    "account": "Northwind Traders",
    "url": "https://entente.example/p/us-mid-market/leads/4711/",
}

# The events that programs can announce; `announce` accepts no others.
EVENTS: Final[dict[str, Event]] = {
    event.name: event
    for event in (
        Event(
            "handed_off",
            _("A lead is handed to sales"),
            "A lead became MQL and was given to an owner.",
            {
                "lead": _LEAD,
                "handoff": 31,
                "owner_email": "ada@example.com",
                "route": "account_owner",
                "next_action": {"action": "Call about the pricing page"},
                "brief": {"promise": "Cut IT costs by 40%"},
                "handed_at": "2026-11-27T14:40:00Z",
            },
        ),
        Event(
            "nobody_to_own",
            _("A lead finds no owner"),
            "A lead became MQL and nobody could be found to own it.",
            {"lead": _LEAD},
        ),
        Event(
            "warning",
            _("A promise is about to break"),
            "A promise runs out soon.",
            {
                "lead": _LEAD,
                "clock": 5120,
                "clause": "first-contact",
                "side": "sales",
                "due_at": "2026-11-27T15:40:00Z",
                "percent": 80,
            },
        ),
        Event(
            "breach",
            _("A promise is broken"),
            "A promise was not kept in time.",
            {
                "lead": _LEAD,
                "clock": 5120,
                "clause": "first-contact",
                "side": "sales",
                "due_at": "2026-11-27T15:40:00Z",
            },
        ),
        Event(
            "escalation",
            _("A broken promise is escalated"),
            "A broken promise was put to somebody on its ladder.",
            {
                "lead": _LEAD,
                "clock": 5120,
                "clause": "first-contact",
                "side": "sales",
                "due_at": "2026-11-27T15:40:00Z",
                "level": 1,
            },
        ),
        Event(
            "feedback",
            _("Sales says what became of a lead"),
            "Sales judged the quality of a lead.",
            {"lead": _LEAD, "fits": False, "reasons": ["wrong-person"], "note": "Left in May."},
        ),
        Event(
            "dispute",
            _("A dispute about a broken promise"),
            "An excuse was asked for, granted or refused.",
            {
                "lead": _LEAD,
                "clock": 5120,
                "clause": "first-contact",
                "side": "sales",
                "state": "open",
            },
        ),
        Event(
            "agreement",
            _("An agreement changes"),
            "An agreement was proposed, was signed or came into force.",
            {"kind": "sla", "number": 2, "state": "in_force"},
        ),
    )
}
# Sent from the settings page to any endpoint.
TEST: Final = "test"


def next_delay(*, tries: int, jitter: float, retry_after: timedelta | None = None) -> timedelta:
    """The delay after `tries` failed tries (from 1). Raises `GivenUp` after the last.

    `jitter` (0 to 1) is drawn by the caller. A longer delay requested by the receiver takes
    precedence, up to 24 hours.
    """
    if tries > len(DELAYS):
        raise GivenUp
    delay = DELAYS[tries - 1] * (1 + JITTER * jitter)
    return max(delay, min(retry_after or timedelta(), LONGEST_WAIT))


class GivenUp(Exception):
    """All tries have been used."""


def rest(failures: int) -> timedelta:
    """How long an endpoint rests after this many failures in a row (from 1)."""
    return RESTS[min(failures, len(RESTS)) - 1]


def read_retry_after(text: str, *, now: datetime) -> timedelta | None:
    """Parses `Retry-After`: seconds or an HTTP date (RFC 9110, 10.2.3); None if neither."""
    text = text.strip()
    if text.isascii() and text.isdecimal():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
        wait = moment - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta()), LONGEST_WAIT)


def digest_moment(now: datetime, zone: ZoneInfo) -> datetime:
    """The last 8:00 local time in that zone, at or before `now`.

    A digest covers what was written before that time; its local date identifies the digest.
    """
    here = now.astimezone(zone)
    today = _at_eight(here.date(), zone)
    return today if today <= here else _at_eight(here.date() - timedelta(days=1), zone)


def _at_eight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, DIGEST_AT, tzinfo=zone)
