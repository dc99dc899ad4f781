"""What the rules of a session refuse, in words for whoever asked."""

from django.utils.functional import Promise


class SelectionRefused(Exception):
    """`code` tells programs what the text tells people."""

    def __init__(self, code: str, text: str | Promise) -> None:
        super().__init__(str(text))
        self.code = code
