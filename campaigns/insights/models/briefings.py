"""The weekly briefing: its rhythm, the stored documents, and who has read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from alignment.people.models import ProgramOwned

from ..rules.rhythm import next_moment

DEFAULT_WEEKDAY, DEFAULT_HOUR = 0, 8


class BriefingRhythm(ProgramOwned):
    """When the briefing of a program is written, in the program's local time."""

    weekday = models.SmallIntegerField(
        _("day"), choices=list(WEEKDAYS.items()), default=DEFAULT_WEEKDAY
    )
    hour = models.SmallIntegerField(_("hour"), default=DEFAULT_HOUR)
    is_on = models.BooleanField(_("written by itself"), default=True)
    # The time zone in which `next_at` was computed; the program's own may change.
    zone = models.CharField(_("time zone"), max_length=64, editable=False)
    # Only the worker that advances it writes the briefing, in the same transaction.
    next_at = models.DateTimeField(_("next"), editable=False)

    class Meta:
        verbose_name = _("rhythm of briefings")
        verbose_name_plural = _("rhythms of briefings")
        constraints = [
            models.UniqueConstraint(fields=["program"], name="one_rhythm_of_briefings"),
            models.CheckConstraint(
                condition=Q(weekday__range=(0, 6)), name="briefing_on_a_day_of_the_week"
            ),
            models.CheckConstraint(
                condition=Q(hour__range=(0, 23)), name="briefing_at_an_hour_of_the_day"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(is_on=True), name="briefing_due"),
        ]

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} {self.hour:02}:00"

    def after(self, moment: datetime) -> datetime:
        """The first moment of the rhythm after `moment`, in the row's time zone."""
        zone = ZoneInfo(self.zone)
        return next_moment(moment, weekday=self.weekday, hour=self.hour, zone=zone)


class Briefing(ProgramOwned):
    """What marketing needs to know from a week's calls, as of the time of writing.

    `content` comes from `queries.briefing_content` and never changes: names and passages in it stay
    as they were. `week` is the Monday of the calendar week, in the program's time zone, in which it
    was due.
    """

    week = models.DateField(_("week"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    content = models.JSONField(_("content"))
    is_empty = models.BooleanField(_("nothing new"), default=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    written_at = models.DateTimeField(_("written"), auto_now_add=True)

    class Meta:
        verbose_name = _("briefing")
        verbose_name_plural = _("briefings")
        constraints = [
            models.UniqueConstraint(fields=["program", "week"], name="one_briefing_a_week"),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="a_briefing_has_a_period"
            ),
            models.CheckConstraint(
                condition=Q(week__iso_week_day=1), name="a_week_begins_on_monday"
            ),
        ]
        indexes = [
            models.Index(fields=["program", "-ends_at", "-id"], name="briefing_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d} – {self.ends_at:%Y-%m-%d}"


class BriefingRead(ProgramOwned):
    """A person confirmed having read it."""

    briefing = models.ForeignKey(
        Briefing, models.CASCADE, related_name="reads", db_constraint=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who")
    )
    read_at = models.DateTimeField(_("read"), auto_now_add=True)

    class Meta:
        verbose_name = _("reader of a briefing")
        verbose_name_plural = _("readers of briefings")
        constraints = [
            models.UniqueConstraint(fields=["briefing", "user"], name="a_briefing_is_read_once"),
        ]

    def __str__(self) -> str:
        return f"{self.briefing_id}: {self.user_id}"
