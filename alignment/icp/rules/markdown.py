"""Text that people wrote, inside Markdown: it shows as they wrote it and means nothing."""

import re

_ANYWHERE = re.compile(r"([\\`*_\[\]<>#&~|$])")
# What makes a list, a quotation or a rule of a line that begins with it.
_FIRST = re.compile(r"^([-+=])")
_NUMBERED = re.compile(r"^(\d+)([.)])")


def plain(text: str) -> str:
    """On one line, every character that Markdown or HTML would read escaped."""
    line = _ANYWHERE.sub(r"\\\1", " ".join(text.split()))
    return _NUMBERED.sub(r"\1\\\2", _FIRST.sub(r"\\\1", line))
