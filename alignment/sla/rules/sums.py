"""The calculation behind a due time, as pieces to store and in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as in_words
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .hours import CLOSURE, HOLIDAY, LEAVE, NOT_WORKED, WorkingTime

Piece = dict[str, Any]
# Limits for a readable calculation; spans in between are added up.
MOST_SPANS = 4
A_WEEK = timedelta(days=6)
OBSERVED = " (observed)"


def business_sum(working: WorkingTime, start: datetime, due: datetime) -> list[Piece]:
    """How working time leads from `start` to `due`, in order:

    * `{"at": iso, "minutes": n}`: this many minutes count from that moment (none outside hours);
    * `{"off": why, "first": date, "last": date, "name": ...}`: days that don't count;
    * `{"more": minutes, "spans": n}`: spans left out of a long calculation;
    * `{"due": iso}`.

    Minutes are differences of clock times without seconds, so they add up to the limit.
    """
    spans, left_out, seconds = working.worked(start, due, most=MOST_SPANS)
    zone = ZoneInfo(working.zone)
    pieces = [_span(start, start)] if spans[0][0] > start else []
    before = start
    for i, (begin, end) in enumerate(spans):
        if left_out and i == len(spans) - 1:
            pieces.append({"more": round(seconds / 60), "spans": left_out})
        else:
            pieces += _days_between(working, before.astimezone(zone), begin.astimezone(zone))
        pieces.append(_span(begin, end))
        before = end
    return [*pieces, {"due": _iso(due)}]


def elapsed_sum(start: datetime, minutes: int, *, nobody_works: bool = False) -> list[Piece]:
    """Like `business_sum`, for elapsed time."""
    off: list[Piece] = [{"off": "never"}] if nobody_works else []
    due = start.astimezone(UTC) + timedelta(minutes=minutes)
    return [*off, {"at": _iso(start), "minutes": minutes}, {"due": _iso(due)}]


def sum_in_words(pieces: Sequence[Piece], zone: str) -> str:
    """ "Fri 16:40 + 20 min, weekend, Mon Labor Day, Tue 09:00 + 40 min = Tue 09:40": in the active
    language, moments in the reader's `zone`. Days off keep the date they have where they are off.
    """
    moments = [piece.get("at") or piece.get("due") for piece in pieces]
    told = [datetime.fromisoformat(moment) for moment in moments if moment]
    dated = bool(told) and told[-1] - told[0] > A_WEEK
    said = [_piece_in_words(piece, zone, dated) for piece in pieces if "due" not in piece]
    due = [_moment(piece["due"], zone, dated) for piece in pieces if "due" in piece]
    return " = ".join([", ".join(said), *due])


def _piece_in_words(piece: Piece, zone: str, dated: bool) -> str:
    if "more" in piece:
        count = piece["spans"]
        text = ngettext(
            "%(count)d stretch with %(length)s", "%(count)d stretches with %(length)s", count
        )
        return text % {"count": count, "length": length_in_words(piece["more"])}
    if "off" in piece:
        return _off_in_words(piece)
    moment = _moment(piece["at"], zone, dated)
    if not piece["minutes"]:
        return moment
    return f"{moment} + {length_in_words(piece['minutes'])}"


def length_in_words(minutes: int) -> str:
    """ "40 min", "2 h", "2 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours or minutes == 60:
        return _("%(count)d min") % {"count": minutes}
    if not rest:
        return _("%(count)d h") % {"count": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


def _off_in_words(piece: Piece) -> str:
    why = piece["off"]
    if why == "never":
        return _("nobody works in the years ahead, so by the clock")
    first, last = date.fromisoformat(piece["first"]), date.fromisoformat(piece["last"])
    if why == NOT_WORKED and {first.weekday(), last.weekday()} <= {5, 6}:
        return _("weekend")
    days = (
        in_words(first, "D") if first == last else f"{in_words(first, 'D')}–{in_words(last, 'D')}"
    )
    names = {
        HOLIDAY: holiday_in_words(piece.get("name", "")),
        CLOSURE: piece.get("name", ""),
        LEAVE: _("on leave"),
        NOT_WORKED: _("not worked"),
    }
    return f"{days} {names.get(why, '')}".strip()


def holiday_in_words(name: str) -> str:
    """The name of a holiday in the active language; those of single states stay as they are."""
    if name.endswith(OBSERVED):
        return _("%(holiday)s (observed)") % {"holiday": holiday_in_words(name[: -len(OBSERVED)])}
    known = {
        "New Year's Day": _("New Year's Day"),
        "Martin Luther King Jr. Day": _("Martin Luther King Jr. Day"),
        "Washington's Birthday": _("Washington's Birthday"),
        "Memorial Day": _("Memorial Day"),
        "Juneteenth National Independence Day": _("Juneteenth"),
        "Independence Day": _("Independence Day"),
        "Labor Day": _("Labor Day"),
        "Columbus Day": _("Columbus Day"),
        "Veterans Day": _("Veterans Day"),
        "Thanksgiving Day": _("Thanksgiving Day"),
        "Christmas Day": _("Christmas Day"),
    }
    return known.get(name, name)


def _moment(iso: str, zone: str, dated: bool) -> str:
    """Weekday and time as the language writes them, with the date where a weekday could be two."""
    local = datetime.fromisoformat(iso).astimezone(ZoneInfo(zone))
    words = [in_words(local, "D"), in_words(local, get_format("TIME_FORMAT"))]
    if dated:
        words.insert(1, f"{in_words(local, get_format('MONTH_DAY_FORMAT'))},")
    return " ".join(words)


def _days_between(working: WorkingTime, before: datetime, after: datetime) -> list[Piece]:
    """Days without work between two spans, consecutive ones with the same reason merged."""
    pieces: list[Piece] = []
    day = before.date() + timedelta(days=1)
    while day < after.date():
        reason = working.reason_off(day)
        if reason is not None:
            why, name = reason
            same = pieces and (pieces[-1]["off"], pieces[-1]["name"]) == (why, name)
            if same and date.fromisoformat(pieces[-1]["last"]) == day - timedelta(days=1):
                pieces[-1]["last"] = day.isoformat()
            else:
                iso = day.isoformat()
                pieces.append({"off": why, "first": iso, "last": iso, "name": name})
        day += timedelta(days=1)
    return pieces


def _span(begin: datetime, end: datetime) -> Piece:
    return {"at": _iso(begin), "minutes": _minutes(begin, end)}


def _minutes(begin: datetime, end: datetime) -> int:
    """Minutes between clock times, ignoring seconds: 16:40:30 to 17:00 is 20."""
    cut = end.replace(second=0, microsecond=0) - begin.replace(second=0, microsecond=0)
    return int(cut.total_seconds()) // 60


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
