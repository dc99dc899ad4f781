"""A file input in the language of the page; browsers label their own in the browser's language."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alignment.core.templatetags.icons import icon


class FilePicker(forms.FileInput):
    """The input covers its box; static/js/files.js shows the chosen file."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        # On hover, a file input without a title says "No file chosen".
        attrs = {"title": _("Choose a file"), **(attrs or {})}
        return format_html(
            '<span class="file-pick" data-dropzone>{}<span data-dropzone-name>{}</span>{}</span>',
            icon("file-text"),
            _("Choose a file"),
            super().render(name, value, attrs, renderer),
        )
