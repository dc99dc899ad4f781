"""Names of companies and cities, reduced to a key that is equal for different spellings."""

# ruff: noqa: SIM905 - lists of words read better without quotes

from __future__ import annotations

from alignment.reference.letters import without_marks
from alignment.reference.rules import fold

_LEGAL_FORMS = frozenset(
    """inc incorporated llc llp lp lllp pllc pc pa corp corporation co company cos ltd limited plc
    sa sas sasu sarl eurl sci snc scop se gmbh ag kg ohg ug mbh bv nv ab as asa oy oyj aps spa srl
    sro zoo kk pty pte pvt bhd sdn sl slu ltda lda""".split()
)

_SHORT_FORMS = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}


def city_key(name: str) -> str:
    """The key of a city's name: "St. Paul" and "SAINT PAUL" have the same one."""
    first, space, rest = fold(name).partition(" ")
    if first == "mc" and rest:
        return "mc" + rest  # the ZIP table writes "Mc Kinney"
    key = f"{_SHORT_FORMS.get(first, first)}{space}{rest}"
    return "new york" if key == "new york city" else key


def name_key(name: str) -> str:
    """Lower case, without accents, punctuation, a leading "the" and legal forms at the end.

    "The Acme Widgets Co., Inc." and "ACME WIDGETS" both give "acme widgets". A name
    of nothing but legal forms keeps its first word.
    """
    words = _words(name)
    if len(words) > 1 and words[0] == "the":
        del words[0]
    if len(words) > 2 and words[-2] == "class" and len(words[-1]) == 1:
        del words[-2:]  # "Alphabet Inc. (Class A)" names a share; the company is "Alphabet"
    if len(words) > 1 and words[-1] == "the":
        words.pop()
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    if len(words) > 1 and words[-1] == "and":
        words.pop()
    return " ".join(words)


def alike(first: str, second: str) -> float:
    """The similarity of two keys, 0 to 1, as `similarity` of PostgreSQL's pg_trgm computes it."""
    ours, theirs = _trigrams(first), _trigrams(second)
    return len(ours & theirs) / len(ours | theirs) if ours or theirs else 0.0


def _trigrams(key: str) -> set[str]:
    padded = (f"  {word} " for word in key.split())
    return {word[at : at + 3] for word in padded for at in range(len(word) - 2)}


def _words(name: str) -> list[str]:
    folded = name.casefold()
    if not folded.isascii():
        folded = without_marks(folded)
    if not folded.replace(" ", "").isalnum():
        folded = folded.replace("&", " and ").replace("+", " plus ")
        folded = folded.replace(".", "").replace("'", "").replace("\u2019", "")
        folded = "".join(letter if letter.isalnum() else " " for letter in folded)
    return _joined_initials(folded.split())


def _joined_initials(words: list[str]) -> list[str]:
    """ "a o smith" -> "ao smith": initials occur with and without points and spaces."""
    if sum(len(word) == 1 for word in words) < 2:
        return words
    joined: list[str] = []
    run = ""
    for word in words:
        if len(word) == 1:
            run += word
            continue
        if run:
            joined.append(run)
            run = ""
        joined.append(word)
    return [*joined, run] if run else joined
