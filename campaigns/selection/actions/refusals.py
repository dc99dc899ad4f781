"""Refusals of the rules of a session, with texts for people."""

from django.utils.functional import Promise


class SelectionRefused(Exception):
    """`code` is for programs, the text for people."""

    def __init__(self, code: str, text: str | Promise) -> None:
        super().__init__(str(text))
        self.code = code
