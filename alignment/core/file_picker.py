"""A file to choose, in the language of the page: what browsers write there is in their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alignment.core.templatetags.icons import icon


class FilePicker(forms.FileInput):
    """The file input covers its box; static/js/files.js shows what was chosen."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        # Pointed at, a bare file input says "No file chosen".
        attrs = {"title": _("Choose a file"), **(attrs or {})}
        return format_html(
            '<span class="file-pick" data-dropzone>{}<span data-dropzone-name>{}</span>{}</span>',
            icon("file-text"),
            _("Choose a file"),
            super().render(name, value, attrs, renderer),
        )
