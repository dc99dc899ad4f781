"""Names for the codes of places and industries that accounts carry.

The reference tables are small, the same for every program and only change with a release, so each
process reads them once.
"""

from __future__ import annotations

from alignment.reference import queries as reference
from alignment.reference.industries import editions, industry_from_text, sector_prefixes
from alignment.reference.models import Cbsa, NaicsCode
from alignment.reference.rules import STATES, fold

STATE_NAMES = {code: name for code, name, _fips in STATES}

_metros: dict[str, str] = {}
_industries: dict[str, str] = {}
_folded: list[tuple[str, str, str]] = []


def metros_like(text: str) -> list[str]:
    """CBSA codes whose name has all these words; a code means itself."""
    wanted = text.strip()
    if len(wanted) == 5 and wanted.isascii() and wanted.isdigit():
        return [wanted]
    return [code for code, _title in reference.metros(wanted)]


def industries_like(text: str) -> list[str]:
    """Codes of NAICS that somebody means: first digits or a sector, in any edition; else words.

    Words find what has them all in its title, and what everyday language calls so ("logiciels").
    A code that another one covers is left out.
    """
    wanted = text.strip()
    if _is_code(wanted):
        return [wanted]
    named = industry_from_text(wanted)
    found: dict[str, None] = {}
    covered: set[str] = set()
    for code in [*(code for code, _title in industries_named(wanted)), *([named] if named else ())]:
        if not any(code[:length] in covered for length in range(2, len(code) + 1)):
            found[code] = None
            covered.update(sector_prefixes(code))
    return list(found)


def _is_code(text: str) -> bool:
    return text.isascii() and text.replace("-", "", 1).isdecimal()


def industry_choices(text: str) -> list[tuple[str, str]]:
    """What such digits or words could mean, as (code, title), the broadest first.

    Of an industry that has one part of its name only the broader one is offered.
    """
    wanted = text.strip()
    if _is_code(wanted):
        begins = editions(wanted)
        found = [(code, title) for code, title, _ in _folded_titles() if code.startswith(begins)]
    else:
        found = industries_named(wanted)
    broadest: dict[str, str] = {}
    for code, title in found:
        broadest.setdefault(title, code)
    return [(code, title) for title, code in broadest.items()]


def industries_named(text: str) -> list[tuple[str, str]]:
    """Industries of NAICS 2022 with all these words in their title, the broadest first."""
    words = fold(text).split()
    if not words:
        return []
    titles = _folded_titles()
    return [(c, t) for c, t, folded in titles if all(word in folded for word in words)]


def metro_name(code: str | None) -> str:
    """ "Boston-Cambridge-Newton, MA-NH" for 14460; the code itself if it is not known."""
    if not _metros:
        _metros.update(Cbsa.objects.values_list("code", "title"))
    return _metros.get(code, code) if code else ""


def industry_title(code: str | None) -> str:
    """What a NAICS code stands for, else its nearest known parent, else the code itself."""
    if not code:
        return ""
    titles = _industry_titles()
    for length in range(len(code), 1, -1):
        if code[:length] in titles:
            return titles[code[:length]]
    return code


def sectors() -> list[tuple[str, str]]:
    """The sectors of NAICS as (code, title)."""
    found = reference.naics_children().values_list("code", "title")
    return list(found)


def subsectors(sector: str) -> list[tuple[str, str]]:
    """The subsectors of a sector of NAICS as (code, title): those of three digits."""
    prefixes = sector_prefixes(sector)
    titles = _industry_titles()
    return sorted((c, t) for c, t in titles.items() if len(c) == 3 and c.startswith(prefixes))


def _folded_titles() -> list[tuple[str, str, str]]:
    if not _folded:
        titles = NaicsCode.objects.order_by("level", "code").values_list("code", "title")
        _folded.extend((code, title, fold(title)) for code, title in titles)
    return _folded


def _industry_titles() -> dict[str, str]:
    if not _industries:
        for code, title in NaicsCode.objects.values_list("code", "title"):
            _industries[code] = title
            if "-" in code:
                _industries.update(dict.fromkeys(sector_prefixes(code), title))
    return _industries
