"""Names for the codes of places and industries in accounts.

The reference tables are small, the same for every program, and change only with a release, so each
process reads them once.
"""

from __future__ import annotations

from alignment.reference import queries as reference
from alignment.reference.industries import editions, industry_from_text, sector_prefixes
from alignment.reference.models import Cbsa, NaicsCode
from alignment.reference.rules import fold
from alignment.reference.spoken import industries_called, local_name, local_names

_metros: dict[str, str] = {}
# By code and by the first digits that a sector spans: the code and its English title.
_industries: dict[str, tuple[str, str]] = {}
_folded: list[tuple[str, str, str]] = []


def metros_like(text: str) -> list[str]:
    """CBSA codes whose name contains all these words; a code stands for itself."""
    wanted = text.strip()
    if len(wanted) == 5 and wanted.isascii() and wanted.isdigit():
        return [wanted]
    return [code for code, _title in reference.metros(wanted)]


def industries_like(text: str) -> list[str]:
    """NAICS codes for the input: the first digits or a sector, in any edition; else by words.

    Words match titles that contain all of them, and industries with that everyday name
    ("logiciels"). A code within another one is left out.
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
    """Industries that the digits or words can mean, as (code, title), the broadest first.

    If an industry has a single part of the same name, only the broader one is offered.
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
    return local_names((code, title) for title, code in broadest.items())


def industries_named(text: str) -> list[tuple[str, str]]:
    """NAICS 2022 industries with all these words in their English title or in their name, the
    broadest first."""
    words = fold(text).split()
    if not words:
        return []
    called = industries_called(text)
    return [
        (code, title)
        for code, title, folded in _folded_titles()
        if code in called or all(word in folded for word in words)
    ]


def metro_name(code: str | None) -> str:
    """ "Boston-Cambridge-Newton, MA-NH" for 14460; the code itself if it is unknown."""
    if not _metros:
        _metros.update(Cbsa.objects.values_list("code", "title"))
    return _metros.get(code, code) if code else ""


def industry_title(code: str | None) -> str:
    """The name of a NAICS code, else of its nearest known parent, else the code itself."""
    if not code:
        return ""
    titles = _industry_titles()
    for length in range(len(code), 1, -1):
        if code[:length] in titles:
            return local_name(*titles[code[:length]])
    return code


def sectors() -> list[tuple[str, str]]:
    """NAICS sectors as (code, name)."""
    return local_names(reference.naics_children().values_list("code", "title"))


def subsectors(sector: str) -> list[tuple[str, str]]:
    """The three-digit subsectors of a NAICS sector as (code, name)."""
    prefixes = sector_prefixes(sector)
    titles = _industry_titles().values()
    return sorted(local_names((c, t) for c, t in titles if len(c) == 3 and c.startswith(prefixes)))


def _folded_titles() -> list[tuple[str, str, str]]:
    if not _folded:
        titles = NaicsCode.objects.order_by("level", "code").values_list("code", "title")
        _folded.extend((code, title, fold(title)) for code, title in titles)
    return _folded


def _industry_titles() -> dict[str, tuple[str, str]]:
    if not _industries:
        for row in NaicsCode.objects.values_list("code", "title"):
            _industries[row[0]] = row
            if "-" in row[0]:
                _industries.update(dict.fromkeys(sector_prefixes(row[0]), row))
    return _industries
