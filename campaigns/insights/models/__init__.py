from .notes import LONGEST_NOTE, THEIR_WORDS, Note, NotePerson
from .support import SupportRequest
from .tags import ANSWERED_KINDS, InsightTopic, Tag, TagKind

__all__ = [
    "ANSWERED_KINDS",
    "LONGEST_NOTE",
    "THEIR_WORDS",
    "InsightTopic",
    "Note",
    "NotePerson",
    "SupportRequest",
    "Tag",
    "TagKind",
]
