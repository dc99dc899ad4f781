from .briefings import Briefing, BriefingRead, BriefingRhythm
from .changes import LONGEST_MESSAGE, MessageChange
from .notes import LONGEST_NOTE, THEIR_WORDS, Note, NotePerson
from .support import SupportRequest
from .tags import ANSWERED_KINDS, InsightTopic, Tag, TagKind

__all__ = [
    "ANSWERED_KINDS",
    "LONGEST_MESSAGE",
    "LONGEST_NOTE",
    "THEIR_WORDS",
    "Briefing",
    "BriefingRead",
    "BriefingRhythm",
    "InsightTopic",
    "MessageChange",
    "Note",
    "NotePerson",
    "SupportRequest",
    "Tag",
    "TagKind",
]
