"""When a brief is complete: it has what a rep needs to call within twenty seconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAME, REACH, COMPANY, ICP, WHY_NOW, POINTS = (
    "name",
    "reach",
    "company",
    "icp",
    "why_now",
    "points",
)
PARTS = (NAME, REACH, COMPANY, ICP, WHY_NOW, POINTS)


def missing(brief: Mapping[str, Any]) -> list[str]:
    """The parts that are empty and should not be, in the order of `PARTS`.

    A promise, other people at the account and earlier content may be empty, because there may be
    none. Contact details may be missing for a person who must not be contacted.
    """
    who = brief.get("who") or {}
    contact = brief.get("contact") or {}
    points = brief.get("points") or {}
    there = {
        NAME: bool(who.get("name")),
        REACH: bool(
            who.get("emails")
            or who.get("phones")
            or who.get("linkedin")
            or contact.get("do_not_contact")
        ),
        COMPANY: bool(brief.get("company")),
        # "Unknown" is an answer, because it says what to find out; a missing verdict is not.
        ICP: bool((brief.get("icp") or {}).get("answer")),
        WHY_NOW: bool(brief.get("why_now")),
        POINTS: bool(points.get("lines")),
    }
    return [part for part in PARTS if not there[part]]
