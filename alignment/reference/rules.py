"""US states, countries, industries and the folding of place names: constants and pure functions."""

# ruff: noqa: SIM905 - lists of words read better without quotes

from __future__ import annotations

from alignment.reference.letters import without_marks

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

# Two-letter codes of ISO 3166.
COUNTRY_CODES = frozenset(
    """AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM
    BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX
    CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG
    GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR
    IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV
    LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE
    NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO
    RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF
    TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF
    WS YE YT ZA ZM ZW""".split()
)

# Countries covered by the tables: Puerto Rico is a state there, but has its own country code.
US_COUNTRIES = ("US", "PR")

# The first three digits of NAICS 2022 codes, and of older editions, still common in lists.
_SUBSECTORS = frozenset(
    """111 112 113 114 115 211 212 213 221 236 237 238 311 312 313 314 315 316 321 322 323 324 325
    326 327 331 332 333 334 335 336 337 339 423 424 425 441 444 445 449 455 456 457 458 459 481 482
    483 484 485 486 487 488 491 492 493 512 513 516 517 518 519 521 522 523 524 525 531 532 533 541
    551 561 562 611 621 622 623 624 711 712 713 721 722 811 812 813 814 921 922 923 924 925 926 927
    928""".split()
)
_OLD_SUBSECTORS = frozenset("442 443 446 447 448 451 452 453 454 511 515".split())
_SECTORS = frozenset(code[:2] for code in _SUBSECTORS)
_SECTOR_RANGES = frozenset(("31-33", "44-45", "48-49"))

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
        folded = without_marks(folded)
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


def is_naics(code: str) -> bool:
    """Whether such a NAICS code can exist: a sector, or two to six digits with a known prefix.

    >>> is_naics("541511"), is_naics("31-33"), is_naics("123456")
    (True, True, False)
    """
    if code in _SECTOR_RANGES or code in _SECTORS:
        return True
    digits = code.isascii() and code.isdigit() and 3 <= len(code) <= 6
    return digits and (code[:3] in _SUBSECTORS or code[:3] in _OLD_SUBSECTORS)
