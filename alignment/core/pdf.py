"""PDF from a Typst template and data. Data travels as JSON and is never read as markup.

Only fonts shipped with the compiler are used, so the same content gives the same file everywhere.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import typst


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def render(template: Path, data: dict[str, Any]) -> bytes:
    """The PDF. The template reads `sys.inputs.data` and can open no file outside its folder."""
    compiler = typst.Compiler(
        template,
        root=template.parent,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
    )
    made = compiler.compile(format="pdf", timestamp=0)
    assert isinstance(made, bytes)
    return made
