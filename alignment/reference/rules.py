"""US states and how place names are compared: constants and pure functions."""

from __future__ import annotations

import unicodedata

# (USPS code, name, FIPS code)
STATES = tuple(
    (line[:2], line[6:], line[3:5])
    for line in """AL 01 Alabama
AK 02 Alaska
AZ 04 Arizona
AR 05 Arkansas
CA 06 California
CO 08 Colorado
CT 09 Connecticut
DE 10 Delaware
DC 11 District of Columbia
FL 12 Florida
GA 13 Georgia
HI 15 Hawaii
ID 16 Idaho
IL 17 Illinois
IN 18 Indiana
IA 19 Iowa
KS 20 Kansas
KY 21 Kentucky
LA 22 Louisiana
ME 23 Maine
MD 24 Maryland
MA 25 Massachusetts
MI 26 Michigan
MN 27 Minnesota
MS 28 Mississippi
MO 29 Missouri
MT 30 Montana
NE 31 Nebraska
NV 32 Nevada
NH 33 New Hampshire
NJ 34 New Jersey
NM 35 New Mexico
NY 36 New York
NC 37 North Carolina
ND 38 North Dakota
OH 39 Ohio
OK 40 Oklahoma
OR 41 Oregon
PA 42 Pennsylvania
RI 44 Rhode Island
SC 45 South Carolina
SD 46 South Dakota
TN 47 Tennessee
TX 48 Texas
UT 49 Utah
VT 50 Vermont
VA 51 Virginia
WA 53 Washington
WV 54 West Virginia
WI 55 Wisconsin
WY 56 Wyoming
PR 72 Puerto Rico""".splitlines()
)

_OTHER_NAMES = {
    "washington dc": "DC",
    "washington d c": "DC",
    "d c": "DC",
    "washington state": "WA",
    "new york state": "NY",
    "californie": "CA",
    "floride": "FL",
    "georgie": "GA",
    "louisiane": "LA",
    "pennsylvanie": "PA",
    "virginie": "VA",
    "virginie occidentale": "WV",
    "caroline du nord": "NC",
    "caroline du sud": "SC",
    "dakota du nord": "ND",
    "dakota du sud": "SD",
    "nouveau mexique": "NM",
    "district de columbia": "DC",
    "hawai": "HI",
    "porto rico": "PR",
}


def fold(text: str) -> str:
    """Lower case without accents and punctuation, words one space apart.

    >>> fold("Saint-Étienne, (St.)")
    'saint etienne st'
    """
    folded = text.casefold()
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    if folded.isalnum():
        return folded
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


_CODES = {
    **{code.lower(): code for code, _, _ in STATES},
    **{fold(name): code for code, name, _ in STATES},
    **_OTHER_NAMES,
}


def state_code(text: str) -> str | None:
    """USPS code of a state given by code or by its English or French name."""
    return _CODES.get(text.lower()) or _CODES.get(fold(text))
