"""Pages as tests compare them: how a template is laid out does not count."""

import re


def tight(html: str) -> str:
    """Without line breaks and indentation: no space beside a tag, one space elsewhere."""
    return re.sub(r"\s*([<>])\s*", r"\1", re.sub(r"\s+", " ", html))
