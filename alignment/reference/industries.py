"""Industries given in words, and NAICS prefixes. Pure: reads a shipped table, no database."""

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

# NAICS 2017 codes and their NAICS 2022 successors, where one code replaced one other. Industries
# that were split up (online shops, portals) have no line. If both codes have the same length, the
# digits after them are the same.
_MOVED = (
    ("442", "4491"),
    ("443", "4492"),
    ("446", "456"),
    ("4471", "4571"),
    ("4481", "458110"),
    ("4482", "4582"),
    ("4483", "4583"),
    ("4511", "4591"),
    ("4512", "459210"),
    ("4522", "4551"),
    ("4523", "4552"),
    ("4531", "4593"),
    ("4532", "4594"),
    ("4533", "4595"),
    ("4539", "4599"),
    ("4542", "445132"),
    ("45431", "45721"),
    ("511", "513"),
    ("51511", "51611"),
    ("51512", "51612"),
    ("5152", "5162"),
    ("517311", "517111"),
    ("517312", "517112"),
    ("517911", "517121"),
    ("517919", "517810"),
)


def editions(code: str) -> tuple[str, ...]:
    """A code with its equivalents in the editions of 2017 and 2022, since accounts may have either.

    >>> editions("5112"), editions("513210"), editions("541511")
    (('5112', '5132'), ('513210', '511210'), ('541511',))
    """
    found = {code: None}
    for old, new in _MOVED:
        for here, there in ((old, new), (new, old)):
            if code.startswith(here):
                rest = code[len(here) :] if len(old) == len(new) else ""
                found[there + rest] = None
            elif here.startswith(code) and not there.startswith(code):
                found[there] = None
    return tuple(found)


def sector_prefixes(code: str) -> tuple[str, ...]:
    """The prefixes a code covers: "31-33" -> ("31", "32", "33"), "5112" -> ("5112",)."""
    return _RANGES.get(code, (code,))


def industry_from_text(text: str) -> str | None:
    """NAICS code of an industry in words, as detailed as the words justify; ``None`` when unknown.

    Understands the GICS sub-industries, titles of NAICS, and common English and French words;
    "Software / SaaS" is tried as a whole and then part by part. Never guesses.
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
    """Folded words -> code. Shipped words win over titles, and broader titles over narrower."""
    table: dict[str, str] = {}
    titles = sorted(shipped("naics_2022"), key=lambda row: (int(row["level"]), row["code"]))
    for row in titles:
        table.setdefault(_key(row["title"]), row["code"])
    with WORDS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            table[_key(row["words"])] = row["naics"]
    return table
