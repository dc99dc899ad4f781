"""The building blocks of touches: content, and plays that combine touches of both teams."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alignment.core.search_keys import SearchKey
from alignment.people.models import ProgramOwned, Side


class TouchChannel(models.TextChoices):
    """How a prospect is reached. The first three reach one person, who sees the sender."""

    EMAIL = "email", _("E-mail")
    CALL = "call", _("Call")
    LINKEDIN = "linkedin", _("LinkedIn")
    MAIL = "mail", _("Direct mail")
    EVENT = "event", _("Event")
    WEBINAR = "webinar", _("Webinar")
    AD = "ad", _("Ad")
    CONTENT = "content", _("Content")


class Asset(ProgramOwned):
    """A piece of content that a touch can carry."""

    class Kind(models.TextChoices):
        CASE_STUDY = "case_study", _("Case study")
        WHITE_PAPER = "white_paper", _("White paper")
        ONE_PAGER = "one_pager", _("One-pager")
        VIDEO = "video", _("Video")
        WEBINAR = "webinar", _("Webinar")
        ARTICLE = "article", _("Article")
        TEMPLATE = "template", _("E-mail template")
        SCRIPT = "script", _("Call script")
        OTHER = "other", _("Other")

    class BuyingStage(models.TextChoices):
        DISCOVER = "discover", _("Discovering the problem")
        COMPARE = "compare", _("Comparing solutions")
        DECIDE = "decide", _("Deciding")

    title = models.CharField(_("title"), max_length=160)
    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    # A two-digit NAICS sector; empty suits every sector.
    sector = models.CharField(_("sector"), max_length=6, blank=True)
    persona = models.CharField(_("persona"), max_length=120, blank=True)
    stage = models.CharField(_("stage"), max_length=8, choices=BuyingStage, blank=True)
    language = models.CharField(_("language"), max_length=5, default="en")
    message = models.CharField(_("message"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    external_id = models.CharField(_("external id"), max_length=120, null=True, blank=True)
    retired_at = models.DateTimeField(_("no longer used since"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("content")
        verbose_name_plural = _("content")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "external_id"],
                condition=Q(external_id__isnull=False),
                name="one_asset_per_external_id",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "title", "id"], name="asset_by_title"),
            models.Index(fields=["program", "-updated_at", "-id"], name="asset_by_change"),
            GinIndex(OpClass(SearchKey("title"), name="gin_trgm_ops"), name="asset_title_trigrams"),
        ]

    def __str__(self) -> str:
        return self.title


class Play(ProgramOwned):
    """A template of linked touches of both teams: "case study Tuesday, call Thursday"."""

    name = models.CharField(_("name"), max_length=120)
    goal = models.CharField(_("goal"), max_length=200, blank=True)
    retired_at = models.DateTimeField(_("no longer started since"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("play")
        verbose_name_plural = _("plays")
        constraints = [
            models.UniqueConstraint(fields=["program", "name"], name="play_name_in_program"),
        ]

    def __str__(self) -> str:
        return self.name


class PlayStep(ProgramOwned):
    """One touch of a play. `after_days` are business days after the play's first day."""

    play = models.ForeignKey(Play, models.CASCADE, related_name="steps", db_constraint=False)
    position = models.PositiveSmallIntegerField(_("position"))
    side = models.CharField(_("side"), max_length=9, choices=Side)
    channel = models.CharField(_("channel"), max_length=8, choices=TouchChannel)
    after_days = models.PositiveSmallIntegerField(_("business days after the start"), default=0)
    # In the prospect's time zone.
    at = models.TimeField(_("at"), default="10:00")
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=15)
    message = models.CharField(_("message"), max_length=200, blank=True)
    say = models.TextField(_("what to say"), blank=True)
    asset = models.ForeignKey(
        Asset, models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False
    )
    follows = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False
    )

    class Meta:
        verbose_name = _("step of a play")
        verbose_name_plural = _("steps of plays")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["play", "position"],
                name="step_position_in_play",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.play_id} · {self.position}"
