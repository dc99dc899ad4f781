"""Topics, the phrases by which they are found, their answers, and tagged passages."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alignment.people.models import ProgramOwned
from campaigns.library.models import Asset

from ..rules.trackers import LONGEST_PHRASE, LONGEST_QUOTE
from .notes import Note


class TagKind(models.TextChoices):
    OBJECTION = "objection", _("Objection")
    PAIN = "pain", _("Pain")
    COMPETITOR = "competitor", _("Competitor")
    COMMITMENT = "commitment", _("Commitment")
    NEXT_STEP = "next_step", pgettext_lazy("kind of tag", "Next step")


# Objections and competitors need an answer; pains and promises do not.
ANSWERED_KINDS = (TagKind.OBJECTION, TagKind.COMPETITOR)


class InsightTopic(ProgramOwned):
    """The subject of passages, such as "Price". Its `phrases` are its tracker: a note with one of
    them gets a suggested tag. `answer` and `asset` are the reply for sales and the content that
    goes with it.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=TagKind)
    name = models.CharField(_("name"), max_length=80)
    phrases = ArrayField(
        models.CharField(max_length=LONGEST_PHRASE),
        verbose_name=_("words to look for"),
        default=list,
        blank=True,
    )
    answer = models.TextField(_("answer"), max_length=2_000, blank=True)
    asset = models.ForeignKey(
        Asset,
        models.SET_NULL,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("content"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # When an objection that has no written answer was first raised.
    gap_since = models.DateTimeField(_("unanswered since"), null=True, blank=True)
    retired_at = models.DateTimeField(_("no longer used since"), null=True, blank=True)
    # The topic it was merged into, which took over its rows.
    merged_into = models.ForeignKey(
        "self",
        models.RESTRICT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("topic of insights")
        verbose_name_plural = _("topics of insights")
        constraints = [
            models.UniqueConstraint("program", "kind", Lower("name"), name="topic_once_a_kind"),
            models.CheckConstraint(condition=~Q(name=""), name="a_topic_has_a_name"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | ~Q(answer="") & Q(answered_at__isnull=False),
                name="an_answer_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(gap_since__isnull=True) | Q(answer="", kind="objection"),
                name="a_gap_has_no_answer",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True)
                | Q(retired_at__isnull=False, gap_since__isnull=True, phrases=[])
                & ~Q(merged_into=F("id")),
                name="a_merged_topic_is_no_longer_used",
            ),
        ]
        indexes = [
            models.Index(
                fields=["program", "gap_since"],
                condition=Q(gap_since__isnull=False),
                name="topic_without_answer",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Tag(ProgramOwned):
    """A passage of a note and its kind. It counts once somebody has accepted it.

    `start` and `end` are offsets in the note's text, in characters (code points), so that
    `text[start:end]` is the passage; they are empty once the text no longer contains it.
    """

    class State(models.TextChoices):
        SUGGESTED = "suggested", _("Suggested")
        ACCEPTED = "accepted", _("Accepted")
        DISMISSED = "dismissed", _("Dismissed")

    note = models.ForeignKey(Note, models.CASCADE, related_name="tags", db_constraint=False)
    topic = models.ForeignKey(
        InsightTopic,
        models.RESTRICT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="tags",
        verbose_name=_("topic"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=TagKind)
    start = models.IntegerField(_("from"), null=True, blank=True)
    end = models.IntegerField(_("to"), null=True, blank=True)
    quote = models.CharField(_("passage"), max_length=LONGEST_QUOTE)
    state = models.CharField(_("state"), max_length=9, choices=State)
    # Whether a tracker suggested it, rather than a person marking it.
    is_tracked = models.BooleanField(_("found by words"), default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [
            # A tracker may search a note repeatedly, but suggests its topic only once.
            models.UniqueConstraint(
                fields=["note", "topic"], condition=Q(is_tracked=True), name="tracked_once_a_note"
            ),
            models.CheckConstraint(
                condition=Q(topic__isnull=False) | Q(kind__in=["commitment", "next_step"]),
                name="what_is_counted_has_a_topic",
            ),
            models.CheckConstraint(
                condition=Q(start__isnull=True, end__isnull=True)
                | Q(start__gte=0, end__gt=F("start")),
                name="a_passage_has_two_ends",
            ),
            models.CheckConstraint(
                condition=Q(state="suggested", decided_at__isnull=True)
                | ~Q(state="suggested") & Q(decided_at__isnull=False),
                name="a_decided_tag_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["note", "start", "id"], name="tag_of_note"),
            models.Index(fields=["program", "kind", "topic", "state"], name="tag_by_topic"),
            models.Index(
                fields=["program", "-id"], condition=Q(state="suggested"), name="tag_to_decide"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.quote[:60]}"
