"""Industries stated in words, and NAICS prefixes. Pure: reads a shipped table, no database."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

from alignment.reference.loading import shipped
from alignment.reference.rules import fold

WORDS = Path(__file__).parent / "data" / "industry_words.csv"

_RANGES = {
    "31-33": ("31", "32", "33"),
    "44-45": ("44", "45"),
    "48-49": ("48", "49"),
}


def sector_prefixes(code: str) -> tuple[str, ...]:
    """The prefixes a code covers: "31-33" -> ("31", "32", "33"), "5112" -> ("5112",)."""
    return _RANGES.get(code, (code,))


def industry_from_text(text: str) -> str | None:
    """NAICS code of an industry in words, as deep as the words justify; ``None`` when unknown.

    Understands the GICS sub-industries, titles of NAICS, and common English and French
    words; "Software / SaaS" is tried as a whole and then part by part. Never guesses.
    """
    return _known(text) if len(text) <= 200 else None


@lru_cache(maxsize=10_000)
def _known(text: str) -> str | None:
    table = _table()
    code = table.get(_key(text))
    if code is not None:
        return code
    for mark in ("/", "|", ";", " - ", ":", ">", ","):
        parts = [part for part in text.split(mark) if part.strip()]
        if len(parts) > 1:
            codes = {code for part in parts if (code := table.get(_key(part)))}
            if len(codes) == 1:
                return codes.pop()
            if mark == ">" and codes:
                return max(codes, key=len)
    return None


def _key(text: str) -> str:
    words = fold(text.replace("&", " and ")).split()
    while len(words) > 1 and words[-1] in ("industry", "sector", "companies", "company"):
        words.pop()
    return " ".join(words)


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    """Folded words to code. The shipped words overrule titles; broader titles overrule deeper."""
    table: dict[str, str] = {}
    titles = sorted(shipped("naics_2022"), key=lambda row: (int(row["level"]), row["code"]))
    for row in titles:
        table.setdefault(_key(row["title"]), row["code"])
    with WORDS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            table[_key(row["words"])] = row["naics"]
    return table
