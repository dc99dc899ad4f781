"""When a brief is complete: what a rep needs to call within twenty seconds."""

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

    A promise, other people at the account and what was sent before may be empty: there may be
    none. Nobody has to reach a person who wants to be left alone.
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
        # "Unknown" is an answer, with what there is to find out; no verdict at all is none.
        ICP: bool((brief.get("icp") or {}).get("answer")),
        WHY_NOW: bool(brief.get("why_now")),
        POINTS: bool(points.get("lines")),
    }
    return [part for part in PARTS if not there[part]]
