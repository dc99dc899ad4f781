"""Normalises pages for comparison: the layout of a template does not matter."""

import re


def tight(html: str) -> str:
    """The HTML without line breaks and indentation: no space beside a tag, one space elsewhere."""
    return re.sub(r"\s*([<>])\s*", r"\1", re.sub(r"\s+", " ", html))
