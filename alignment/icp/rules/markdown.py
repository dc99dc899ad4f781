"""User text inside Markdown: it appears as written and is never read as markup."""

import re

_ANYWHERE = re.compile(r"([\\`*_\[\]<>#&~|$])")
# Characters that make a line a list item, a quotation or a rule when it starts with them.
_FIRST = re.compile(r"^([-+=])")
_NUMBERED = re.compile(r"^(\d+)([.)])")


def plain(text: str) -> str:
    """The text on one line, with every character escaped that Markdown or HTML would interpret."""
    line = _ANYWHERE.sub(r"\\\1", " ".join(text.split()))
    return _NUMBERED.sub(r"\1\\\2", _FIRST.sub(r"\\\1", line))
