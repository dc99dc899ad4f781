"""Text that people wrote, inside Markdown: it shows as they wrote it and means nothing."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:@/=\"'$^])")


def plain(text: str) -> str:
    """On one line, every character that Markdown or HTML could read escaped."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
