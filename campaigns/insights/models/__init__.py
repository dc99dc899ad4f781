from .notes import LONGEST_NOTE, Note, NotePerson
from .support import SupportRequest
from .tags import ANSWERED_KINDS, InsightTopic, Tag, TagKind

__all__ = [
    "ANSWERED_KINDS",
    "LONGEST_NOTE",
    "InsightTopic",
    "Note",
    "NotePerson",
    "SupportRequest",
    "Tag",
    "TagKind",
]
