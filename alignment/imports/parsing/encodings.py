"""Detecting the encoding of a text file."""

from __future__ import annotations

import codecs
import re
from functools import partial
from pathlib import Path

from charset_normalizer import from_bytes
from django.utils.translation import gettext_lazy as _

# The encodings that a person may choose, by Python codec name.
ENCODINGS = {
    "utf-8": _("UTF-8"),
    "cp1252": _("Western, Windows (CP1252)"),
    "mac_roman": _("Western, Mac Roman"),
    "iso8859_15": _("Western, ISO 8859-15"),
    "cp850": _("Western, DOS (CP850)"),
    "cp1250": _("Central European, Windows (CP1250)"),
    "cp1251": _("Cyrillic, Windows (CP1251)"),
    "shift_jis": _("Japanese, Shift JIS"),
    "gb18030": _("Chinese, GB 18030"),
    "utf-16-le": _("UTF-16"),
    "utf-16-be": _("UTF-16, big-endian"),
}
# Detected only: variants that nobody needs to choose.
_ALSO = {
    "utf-8-sig": ENCODINGS["utf-8"],
    "utf-16": ENCODINGS["utf-16-le"],
}

CHUNK = 2**20
SAMPLED = 64 * 1024
# With a larger share of NUL, the text has wider characters.
NUL_SHARE = 0.1
# A few broken bytes do not make a UTF-8 file something else.
BROKEN_SHARE = 0.2

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = ["cp1252", "mac_roman", "cp850", "cp1250", "cp1251", "shift_jis", "gb18030"]
_WESTERN = ("cp1252", "mac_roman", "cp850")
_SMALL = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœß"
# The letters before a non-ASCII letter in its word, the letter, and those after it. No more than
# `_fits` needs, because endless words would be searched again from each of their letters.
_IN_WORD = re.compile(r"([A-Za-z]{1,3})([^\x00-\x7f])(?=([A-Za-z]{0,2}))")


def detect_encoding(path: Path) -> str:
    """A Python codec name. The whole file is checked for UTF-8; for others, a sample."""
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    if wide := _without_mark(start):
        return wide
    telling = _lines_beyond_ascii(path)
    if not telling or _mostly_utf8(path, telling):
        return "utf-8"
    return _legacy(telling)


def encoding_name(codec: str) -> str:
    """The name under which people choose an encoding."""
    return str({**ENCODINGS, **_ALSO}.get(codec) or codec.upper())


def unreadable_line(path: Path, encoding: str) -> int:
    """The first line (from 1) that can't be decoded; 0 if the whole file can."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        for chunk in iter(partial(file.read, CHUNK), b""):
            try:
                text = decoder.decode(chunk, final=len(chunk) < CHUNK)
            except UnicodeDecodeError as error:
                return line + _line_ends(error.object[: error.start].decode(encoding, "ignore"))
            if line == 1 and _is_of_another_width(text, encoding):
                return 1
            line += _line_ends(text)
    return 0


def _line_ends(text: str) -> int:
    return max(text.count("\n"), text.count("\r"))


def _is_of_another_width(text: str, encoding: str) -> bool:
    """UTF-16 decodes almost any bytes, but then finds hardly any line end; narrow encodings find
    NULs."""
    if encoding.startswith("utf-16"):
        return not _line_ends(text)
    return text.count("\0") > NUL_SHARE * len(text)


def _without_mark(start: bytes) -> str:
    """UTF-16 without a byte order mark: in Western text every other byte is zero."""
    if len(start) < 4:
        return ""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if odd > half * 0.6 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.1:
        return "utf-16-be"
    return ""


def _lines_beyond_ascii(path: Path) -> bytes:
    """Up to 64 KB of lines with non-ASCII bytes."""
    found: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        while size < SAMPLED and (chunk := file.read(CHUNK)):
            if chunk.isascii():
                continue
            for line in chunk.splitlines(keepends=True):
                if not line.isascii():
                    found.append(line[:4096])
                    size += len(found[-1])
                    if size >= SAMPLED:
                        break
    return b"".join(found)


def _mostly_utf8(path: Path, telling: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        return True
    except UnicodeDecodeError:
        text = telling.decode("utf-8", errors="replace")
        broken = text.count("\ufffd")
        beyond = sum(1 for letter in text if letter > "\x7f")
        return broken < beyond * BROKEN_SHARE


def _legacy(telling: bytes) -> str:
    """Windows Western, unless another encoding clearly makes more sense of the letters."""
    # On a tie the first one wins: Windows is by far the most frequent.
    western = max(_WESTERN, key=lambda name: _sense(telling, name))
    beyond = sum(byte > 0x7F for byte in telling)
    if _sense(telling, western) * 2 < beyond:
        best = from_bytes(telling, cp_isolation=_CANDIDATES, enable_fallback=False).best()
        if best is not None and best.encoding in ("cp1251", "shift_jis", "gb18030"):
            return best.encoding
    return western if western != "cp1252" else _decodable(telling)


def _sense(telling: bytes, encoding: str) -> int:
    """Non-ASCII letters that fit into their words, minus those that do not."""
    text = telling.decode(encoding, errors="replace")
    return sum(1 if _fits(found) else -1 for found in _IN_WORD.finditer(text))


def _fits(found: re.Match[str]) -> bool:
    before, letter, after = found.groups()
    if letter == "\u2019":
        # As in d\u2019Or, O\u2019Brien, Macy\u2019s; elsewhere it is the \u00ed of Mac Roman.
        return len(before) <= 2 or after == "s"
    small = before[-1].islower() or after[:1].islower()
    return letter in (_SMALL if small else _SMALL + _SMALL.upper())


def _decodable(telling: bytes) -> str:
    try:
        telling.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"
