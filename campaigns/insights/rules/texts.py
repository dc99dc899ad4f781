"""Reading transcript files, and normalizing texts for storage."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

MOST_MARKS = 30
SUFFIXES = (".txt", ".vtt", ".srt")
_TIMES = re.compile(r"^\s*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{3}\s*-->\s*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{3}")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s([^<>]+)>")
_MARKUP = re.compile(r"</?[a-zA-Z0-9][^<>\n]{0,200}>|\{\\[^}\n]{0,100}\}")
# Control characters other than tab and line feed; a file with them is not text.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Unreadable(ValueError):
    """The bytes cannot be decoded as text with certainty."""


def decoded(data: bytes) -> str:
    """UTF-8, or UTF-16 with a byte order mark. Raises `Unreadable`: guessing would garble names."""
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise Unreadable from wrong
    if "\x00" in text:
        raise Unreadable
    return text


def cleaned(text: str) -> str:
    """Unicode-normalized, with plain line breaks, without control characters and outer blanks."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    plain = plain.replace("\u2028", "\n").replace("\u2029", "\n")
    return unicodedata.normalize("NFC", _few_marks(_CONTROLS.sub("", plain))).strip()


def _few_marks(text: str) -> str:
    """Limit combining marks to the number per letter that Unicode calls stream-safe, because
    normalization is slow for long sequences.
    """
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for sign in text:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


def from_file(data: bytes, name: str) -> str:
    """The text of a `.txt`, `.vtt` or `.srt` file. Raises `Unreadable`."""
    text = cleaned(decoded(data))
    if name.lower().endswith((".vtt", ".srt")):
        return cleaned(_spoken(text))
    return text


def _spoken(text: str) -> str:
    """The cues without numbers, times and markup; a speaker is named where the speaker changes."""
    lines: list[str] = []
    speaker = ""
    for block in re.split(r"\n\s*\n", text):
        for voice, words in _cue(block):
            if not words:
                continue
            if voice and voice != speaker:
                lines.append(f"{voice}: {words}")
                speaker = voice
            else:
                lines.append(words)
    return "\n".join(lines)


def _cue(block: str) -> list[tuple[str, str]]:
    """(speaker, words) for each line after the times; nothing for headers, notes and styles."""
    rows = block.split("\n")
    times = next((n for n, row in enumerate(rows) if _TIMES.match(row)), None)
    if times is None:
        return []
    return [_voice_and_words(row) for row in rows[times + 1 :]]


def _voice_and_words(row: str) -> tuple[str, str]:
    voice = _VOICE.search(row)
    words = _unescaped(_MARKUP.sub("", row)).strip()
    return (voice[1].strip() if voice else "", " ".join(words.split()))


def _unescaped(words: str) -> str:
    try:
        return unescape(words)
    except ValueError:  # a character reference with thousands of digits
        return words
