"""Touches: what either team plans to do with an account, and the outcome."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.fields.ranges import RangeStartsWith
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Account, Stakeholder
from alignment.people.models import HeldToProgram, ProgramOwned, Side, Team
from campaigns.library.models import Asset, TouchChannel
from campaigns.models import Campaign

# An advertisement may run for weeks, so searches for nearby touches look back this far.
LONGEST_DAYS = 92
# In exported files, the source of a touch without one; its id is then the touch's own.
OURS = "entente"


class Touch(ProgramOwned):
    """A planned or done contact. Touches of one thread are coordinated: a follow-up joins the
    thread of the touch that it follows."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("a touch", "Planned")
        DONE = "done", pgettext_lazy("a touch", "Done")
        SKIPPED = "skipped", pgettext_lazy("a touch", "Skipped")

    class Result(models.TextChoices):
        NO_ANSWER = "no_answer", _("No answer")
        OPENED = "opened", _("Opened")
        REPLIED = "replied", _("Replied")
        MEETING = "meeting", _("Meeting agreed")
        NOT_INTERESTED = "not_interested", _("Not interested")
        BOUNCED = "bounced", _("Did not arrive")

    # The prospect wrote or spoke back, and did not ask to be left alone.
    REPLIES = (Result.REPLIED, Result.MEETING)

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="touches", db_constraint=False
    )
    is_whole_committee = models.BooleanField(_("the whole committee"), default=False)
    channel = models.CharField(_("channel"), max_length=8, choices=TouchChannel)
    side = models.CharField(_("side"), max_length=9, choices=Side)
    who = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    message = models.CharField(_("message"), max_length=200, blank=True)
    say = models.TextField(_("what to say"), blank=True)
    asset = models.ForeignKey(
        Asset,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    campaign = models.ForeignKey(
        Campaign,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="touches",
        db_index=False,
        db_constraint=False,
    )
    follows = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="follow_ups",
        db_constraint=False,
        verbose_name=_("follows"),
    )
    # The id of the thread's first touch; its own id if it follows none.
    thread = models.BigIntegerField(editable=False)
    # Hours to keep from another person's touch; copied from the policy at planning.
    gap_hours = models.PositiveSmallIntegerField(_("gap in hours"), default=24, db_default=24)
    # The soft conflicts it was planned against, with the reason and the person.
    overridden = ArrayField(
        models.CharField(max_length=20), verbose_name=_("overridden conflicts"), default=list
    )
    override_reason = models.CharField(_("why nevertheless"), max_length=300, blank=True)
    overridden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.PLANNED)
    result = models.CharField(_("result"), max_length=14, choices=Result, blank=True)
    result_note = models.TextField(_("what happened"), blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    skipped_because = models.CharField(_("why skipped"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=60, blank=True)
    external_id = models.CharField(_("external id"), max_length=120, null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("planned on"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("touch")
        verbose_name_plural = _("touches")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="touch_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__lte=F("starts_at") + timedelta(days=LONGEST_DAYS)),
                name="touch_lasts_a_quarter_at_most",
            ),
            models.CheckConstraint(
                condition=Q(overridden=[]) | ~Q(override_reason=""),
                name="an_overridden_conflict_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_at__isnull=False), name="a_done_touch_says_when"
            ),
            models.CheckConstraint(
                condition=~Q(state="skipped") | ~Q(skipped_because=""),
                name="a_skipped_touch_says_why",
            ),
            models.UniqueConstraint(
                fields=["program", "source", "external_id"],
                condition=Q(external_id__isnull=False),
                name="touch_once_per_source",
            ),
            models.CheckConstraint(
                condition=Q(external_id__isnull=True) | ~Q(source=""),
                name="an_external_touch_names_its_source",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "starts_at", "id"], name="touch_by_time"),
            models.Index(fields=["program", "-updated_at", "-id"], name="touch_by_change"),
            models.Index(fields=["account", "starts_at"], name="touch_of_account"),
            models.Index(
                fields=["campaign", "starts_at", "id"],
                condition=Q(campaign__isnull=False),
                name="touch_of_campaign",
            ),
            models.Index(
                fields=["asset", "starts_at", "id"],
                condition=Q(asset__isnull=False),
                name="touch_of_asset",
            ),
            models.Index("account", Coalesce("done_at", "starts_at"), name="touch_took_place"),
            models.Index(fields=["thread"], name="touch_of_thread"),
            models.Index(
                fields=["who", "starts_at"],
                condition=Q(state="planned"),
                name="planned_of_person",
            ),
            models.Index(
                fields=["program", "ends_at"],
                condition=Q(GreaterThan(F("ends_at") - F("starts_at"), timedelta(days=1))),
                name="touch_that_lasts",
            ),
            models.Index(
                fields=["program", "done_at"],
                condition=Q(done_at__lt=F("starts_at")) | Q(done_at__gt=F("ends_at")),
                name="touch_done_elsewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def result_words(self) -> str:
        """An answered call is no reply: the timeline says that somebody spoke with them."""
        if self.result == self.Result.REPLIED and self.channel == TouchChannel.CALL:
            return str(_("Spoke with them"))
        return str(self.get_result_display())

    @property
    def is_too_long(self) -> bool:
        return self.ends_at - self.starts_at > timedelta(days=LONGEST_DAYS)


class TouchPerson(ProgramOwned):
    """One stakeholder of a touch."""

    touch = models.ForeignKey(Touch, models.CASCADE, related_name="people", db_constraint=False)
    stakeholder = models.ForeignKey(
        Stakeholder, models.CASCADE, related_name="touches", db_constraint=False
    )
    # Written by database triggers from the touch. `holder`: whose it is (negative: nobody's yet,
    # distinct for each touch; 0 in old rows). `slot`: its time (the real one once it is done) with
    # half the gap on either side. `holds`: whether it blocks the slot.
    holder = models.BigIntegerField(default=0, db_default=0, editable=False)
    thread = models.BigIntegerField(default=0, db_default=0, editable=False)
    slot = DateTimeRangeField(null=True, editable=False)
    holds = models.BooleanField(default=False, db_default=False, editable=False)
    # For planned touches: a hash of who, channel, start, message and content.
    identity = models.CharField(max_length=32, null=True, editable=False)

    class Meta:
        verbose_name = _("person of a touch")
        verbose_name_plural = _("people of touches")
        constraints = [
            models.UniqueConstraint(fields=["touch", "stakeholder"], name="person_once_a_touch"),
            models.UniqueConstraint(
                fields=["stakeholder", "identity"],
                condition=Q(identity__isnull=False),
                name="no_identical_touch",
            ),
            ExclusionConstraint(
                name="no_double_prospecting",
                expressions=[
                    ("stakeholder", RangeOperators.EQUAL),
                    ("slot", RangeOperators.OVERLAPS),
                    ("holder", RangeOperators.NOT_EQUAL),
                    ("thread", RangeOperators.NOT_EQUAL),
                ],
                condition=Q(holds=True),
            ),
        ]
        indexes = [models.Index("stakeholder", RangeStartsWith("slot"), name="touches_of_person")]

    def __str__(self) -> str:
        return f"{self.touch_id}: {self.stakeholder_id}"


class Occurrence(HeldToProgram):
    """Something that really happened, from whatever recorded it, and the touch that it was.

    Rows are the queue: those with `waits` are to be matched. The source's own id makes it count
    once. `row_id` is the engagement or attempt behind it, for the sources named below.
    """

    ENGAGEMENT, ATTEMPT = "entente:engagement", "entente:attempt"

    # No foreign keys, because a row comes with every engagement; only the program is enforced.
    source = models.CharField(_("source"), max_length=60)
    external_id = models.CharField(_("the source's id"), max_length=120)
    row_id = models.BigIntegerField(null=True, editable=False)
    touch = models.ForeignKey(
        Touch,
        models.SET_NULL,
        null=True,
        related_name="occurrences",
        db_index=False,
        db_constraint=False,
    )
    is_answer = models.BooleanField(_("the prospect did it"), default=False, db_default=False)
    waits = models.BooleanField(_("waits to be matched"), default=True, db_default=True)
    created_at = models.DateTimeField(_("learnt"), db_default=Now())

    class Meta:
        verbose_name = _("occurrence")
        verbose_name_plural = _("occurrences")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "source", "external_id"], name="occurrence_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["program", "id"], condition=Q(waits=True), name="occurrence_waiting"
            ),
            models.Index(
                fields=["touch"], condition=Q(touch__isnull=False), name="occurrence_of_touch"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"


class TouchFeed(ProgramOwned):
    """Touches as an iCalendar feed at a secret address, of which only the hash is stored.

    It works until it is revoked, or until `owner` leaves the program.
    """

    class Scope(models.TextChoices):
        PERSON = "person", _("Mine")
        TEAM = "team", _("A team")
        PROGRAM = "program", _("The whole program")

    scope = models.CharField(_("of"), max_length=7, choices=Scope)
    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="+", db_constraint=False
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    read_at = models.DateTimeField(_("last read"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar feed of touches")
        verbose_name_plural = _("calendar feeds of touches")
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="team", team__isnull=False)
                | ~Q(scope="team") & Q(team__isnull=True),
                name="a_team_feed_names_its_team",
            ),
        ]
        indexes = [models.Index(fields=["program", "owner"], name="feeds_of_owner")]

    def __str__(self) -> str:
        return f"{self.owner_id}: {self.scope}"
