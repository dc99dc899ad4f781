"""Countries, states, ZIP codes, and places in one cell ("Saint Paul, Minnesota")."""

from __future__ import annotations

from typing import NamedTuple

from alignment.imports.parsing.errors import unreadable
from alignment.reference.rules import COUNTRY_CODES, fold, state_code

_COUNTRY_NAMES = {
    name: code
    for code, names in (
        (entry[:2], entry[3:].split("/"))
        for entry in (
            "US united states/usa/u s a/u s/united states of america/etats unis/america/us of a",
            "CA canada",
            "GB united kingdom/uk/u k/great britain/england/scotland/wales/royaume uni/angleterre",
            "FR france",
            "DE germany/deutschland/allemagne",
            "ES spain/espana/espagne",
            "IT italy/italia/italie",
            "PT portugal",
            "IE ireland/irlande",
            "NL netherlands/the netherlands/holland/pays bas",
            "BE belgium/belgique",
            "LU luxembourg",
            "CH switzerland/suisse/schweiz",
            "AT austria/autriche",
            "SE sweden/suede",
            "NO norway/norvege",
            "DK denmark/danemark",
            "FI finland/finlande",
            "IS iceland/islande",
            "PL poland/pologne",
            "CZ czech republic/czechia/tchequie",
            "HU hungary/hongrie",
            "RO romania/roumanie",
            "GR greece/grece",
            "TR turkey/turquie/turkiye",
            "RU russia/russie/russian federation",
            "UA ukraine",
            "IL israel",
            "AE united arab emirates/uae/emirats arabes unis",
            "SA saudi arabia/arabie saoudite",
            "QA qatar",
            "KW kuwait/koweit",
            "BH bahrain",
            "OM oman",
            "JO jordan/jordanie",
            "EG egypt/egypte",
            "MA morocco/maroc",
            "TN tunisia/tunisie",
            "DZ algeria/algerie",
            "SN senegal",
            "CI ivory coast/cote d ivoire",
            "NG nigeria",
            "KE kenya",
            "GH ghana",
            "UG uganda/ouganda",
            "ZA south africa/afrique du sud",
            "IN india/inde",
            "PK pakistan",
            "BD bangladesh",
            "LK sri lanka",
            "CN china/chine",
            "HK hong kong",
            "TW taiwan",
            "JP japan/japon",
            "KR south korea/korea/coree du sud/republic of korea",
            "SG singapore/singapour",
            "MY malaysia/malaisie",
            "ID indonesia/indonesie",
            "TH thailand/thailande",
            "VN vietnam/viet nam",
            "PH philippines",
            "AU australia/australie",
            "NZ new zealand/nouvelle zelande",
            "MX mexico/mexique",
            "BR brazil/brasil/bresil",
            "AR argentina/argentine",
            "CL chile/chili",
            "CO colombia/colombie",
            "PE peru/perou",
            "UY uruguay",
            "CR costa rica",
            "PA panama",
            "BM bermuda/bermudes",
            "KY cayman islands/iles caimans",
            "PR puerto rico/porto rico",
            "EE estonia/estonie",
            "LV latvia/lettonie",
            "LT lithuania/lituanie",
            "BG bulgaria/bulgarie",
            "HR croatia/croatie",
            "RS serbia/serbie",
            "SK slovakia/slovaquie",
            "SI slovenia/slovenie",
            "CY cyprus/chypre",
            "MT malta/malte",
            "MC monaco",
        )
    )
    for name in names
}


class Location(NamedTuple):
    """The parts of a place; an empty string for parts the text does not give."""

    city: str
    state: str
    zip: str
    country: str


def parse_country(text: str) -> str:
    """ISO 3166 code of a country given by code or by its English or French name."""
    stripped = text.strip()
    code = _COUNTRY_NAMES.get(fold(stripped))
    if code is None and len(stripped) == 2 and stripped.upper() in COUNTRY_CODES:
        code = stripped.upper()
    if code is None:
        raise unreadable("country", text)
    return code


def parse_state(text: str) -> str:
    """USPS code of a state, also from "Saint Paul, Minnesota"."""
    code = state_code(text.strip()) or state_code(_without_note(text.rpartition(",")[2]).strip())
    if code is None:
        raise unreadable("state", text)
    return code


def parse_zip(text: str) -> str:
    """Five digits: "59101-1234" -> "59101"; spreadsheets lose leading zeros, so "1234" ->
    "01234"."""
    digits = text.strip()
    head, dash, rest = digits.partition("-")
    if not dash and len(digits) > 5:
        digits = digits.removesuffix(".0")
        head, rest = (digits, "") if len(digits) <= 5 else (digits[:-4], digits[-4:])
    head = head.strip()
    valid = head.isascii() and head.isdigit() and 3 <= len(head) <= 5 and int(head) > 0
    if not valid or (rest and not (len(rest.strip()) == 4 and rest.strip().isdigit())):
        raise unreadable("zip", text)
    return head.zfill(5)


def parse_location(text: str) -> Location:
    """The recognised parts of "Billings, MT 59101", "Paris, Île-de-France, France" or "Kenya".

    Of several places separated by ";" the first counts. Never raises: what is not recognised as
    state, ZIP code or country is the city.
    """
    parts = [part for part in map(_stripped, text.partition(";")[0].split(",")) if part]
    country = zip_code = state = ""
    if parts and (len(parts) > 1 or state_code(parts[0]) is None):
        country = _country_or_nothing(parts[-1])
        if country and state_code(parts[-1]) is None:
            parts.pop()
        else:
            country = ""
    if parts and country in ("", "US"):
        parts[-1], zip_code = _split_zip(parts[-1])
        state = state_code(parts[-1]) or "" if len(parts) > 1 or not zip_code else ""
        if state:
            parts.pop()
            country = "US"
    if len(parts) == 1 and not state and country in ("", "US"):
        parts[0], state = _trailing_state(parts[0])
        country = "US" if state else country
    city = (parts[-1] if state else parts[0]) if parts else ""
    return Location(city, state, zip_code, country)


def _stripped(part: str) -> str:
    return _without_note(part).strip()


def _without_note(part: str) -> str:
    """Lists copied from encyclopedias have footnote marks: "Virginia[2]"."""
    return part.partition("[")[0]


def _country_or_nothing(part: str) -> str:
    try:
        return parse_country(part)
    except ValueError:
        return ""


def _split_zip(part: str) -> tuple[str, str]:
    head, _, last = part.rpartition(" ")
    if last[:5].isdigit() and len(last) in (5, 10):
        try:
            return head.strip(), parse_zip(last)
        except ValueError:
            pass
    return part, ""


def _trailing_state(part: str) -> tuple[str, str]:
    """ "Billings MT" without a comma: only a code in capitals counts."""
    head, _, last = part.rpartition(" ")
    if head and len(last) == 2 and last.isupper() and (code := state_code(last)):
        return head, code
    return part, ""
