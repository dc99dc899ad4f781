from .notes import LONGEST_NOTE, Note, NotePerson
from .tags import ANSWERED_KINDS, Tag, TagKind, InsightTopic

__all__ = [
    "ANSWERED_KINDS",
    "LONGEST_NOTE",
    "Note",
    "NotePerson",
    "Tag",
    "TagKind",
    "InsightTopic",
]
