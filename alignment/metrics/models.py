"""Daily snapshots of metrics, the assumptions behind dollar figures, and precomputed credits and
outcomes."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import JournalEvent, Lead
from alignment.people.models import HeldToProgram, ProgramOwned
from alignment.sla.models import HandOff
from campaigns.opportunities.models import Opportunity

from .rules import assumptions as usual


class Assumptions(ProgramOwned):
    """Assumptions for the cost of misalignment. A program without a row uses the defaults."""

    lead_value_usd = models.PositiveIntegerField(
        _("value of a lead that nobody treats, USD"),
        default=usual.LEAD_VALUE_USD,
        validators=[MaxValueValidator(usual.MOST_USD)],
    )
    untreated_after_days = models.PositiveSmallIntegerField(
        _("days without a human contact until a lead counts as never treated"),
        default=usual.UNTREATED_AFTER_DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(usual.MOST_DAYS)],
    )
    late_usd = models.PositiveIntegerField(
        _("lost by a late first contact, USD"),
        default=usual.LATE_USD,
        validators=[MaxValueValidator(usual.MOST_USD)],
    )
    late_after_minutes = models.PositiveIntegerField(
        _("minutes after which a first contact is late"),
        default=usual.LATE_AFTER_MINUTES,
        validators=[MinValueValidator(1), MaxValueValidator(usual.MOST_DAYS * 24 * 60)],
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("assumptions of the dashboard")
        verbose_name_plural = _("assumptions of the dashboard")
        constraints = [
            models.UniqueConstraint(fields=["program"], name="one_set_of_assumptions"),
            models.CheckConstraint(
                condition=Q(untreated_after_days__range=(1, usual.MOST_DAYS))
                & Q(late_after_minutes__gte=1),
                name="assumed_times_are_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.program_id}: {self.lead_value_usd}"


class Snapshot(ProgramOwned):
    """A metric of the whole program over the 30 days that end with `day` (the program's zone).

    `value`, `numerator`, `denominator` and `sample` stay as first measured, at `taken_at`. The
    `restated_` fields are what today's rows give for that moment: if they differ, rows came late.
    The `latest_` fields also count what happened since, as recent leads progress.
    """

    metric = models.CharField(_("metric"), max_length=40)
    day = models.DateField(_("day"))
    value = models.FloatField(_("value"), null=True)
    numerator = models.FloatField(_("numerator"), null=True)
    denominator = models.FloatField(_("denominator"), null=True)
    sample = models.PositiveIntegerField(_("sample"), default=0)
    taken_at = models.DateTimeField(_("first reckoned"), db_default=Now())
    restated_value = models.FloatField(_("restated value"), null=True)
    restated_numerator = models.FloatField(_("restated numerator"), null=True)
    restated_denominator = models.FloatField(_("restated denominator"), null=True)
    latest_value = models.FloatField(_("latest value"), null=True)
    latest_numerator = models.FloatField(_("latest numerator"), null=True)
    latest_denominator = models.FloatField(_("latest denominator"), null=True)
    restated_at = models.DateTimeField(_("restated"), null=True, blank=True)

    class Meta:
        verbose_name = _("snapshot of a metric")
        verbose_name_plural = _("snapshots of metrics")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "metric", "day"], name="one_snapshot_a_metric_and_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.day}"


class TouchCredit(ProgramOwned):
    """The credit of marketing's touches through one channel and campaign for one deal.

    Computed by `actions/credits.py`. A deal without rows was not touched. Rows of deals affected by
    a `StaleCredit` are not read (docs/adr/0024-credits-are-kept.md).
    """

    class Until(models.TextChoices):
        OPENED = "opened", _("Before the opening")
        CLOSED = "closed", _("Before the close, or until now")

    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    until = models.CharField(_("touches"), max_length=6, choices=Until)
    channel = models.CharField(_("channel"), max_length=10)
    # As of the touch. No foreign key: names are looked up in the program, and a deleted campaign
    # has none.
    campaign_id = models.BigIntegerField(_("campaign"), null=True)
    touches = models.PositiveIntegerField(_("touches"))
    is_first = models.BooleanField(_("has the first touch"))
    is_last = models.BooleanField(_("has the last touch"))
    even_cents = models.BigIntegerField(_("its part of an even split, US cents"))

    class Meta:
        verbose_name = _("credit of a deal")
        verbose_name_plural = _("credits of deals")
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "until", "channel", "campaign_id"],
                include=["even_cents", "is_first", "is_last"],
                nulls_distinct=False,
                name="credit_once_a_channel_and_campaign",
            ),
            models.CheckConstraint(
                condition=Q(touches__gte=1, even_cents__gte=0), name="credit_is_for_a_touch"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.channel}"


class StaleCredit(HeldToProgram):
    """A change since credits were computed.

    It concerns an account, a person, a campaign's audience, or without any of these the whole
    program. Written by triggers in the transaction of the change, deleted when the credits are
    recomputed. The affected deals are looked up on reading. An account that only changes with time
    is `due_at` that moment, and valid until then.
    """

    # No foreign keys, because rows come and go by the hundred; only the program is enforced.
    account_id = models.BigIntegerField(_("account"), null=True)
    stakeholder_id = models.BigIntegerField(_("stakeholder"), null=True)
    campaign_id = models.BigIntegerField(_("campaign"), null=True)
    due_at = models.DateTimeField(_("due"), null=True)

    class Meta:
        verbose_name = _("credit to work out again")
        verbose_name_plural = _("credits to work out again")
        indexes = [models.Index(fields=["program", "account_id", "due_at"], name="stale_accounts")]

    def __str__(self) -> str:
        return f"{self.account_id or self.stakeholder_id or self.campaign_id or self.program_id}"


class StageStep(ProgramOwned):
    """When a lead reached a stage, and when it first reached the next one after that.

    Computed by `actions/lead_facts.py`. Rows of leads with a `StaleLead` are not read
    (docs/adr/0025-what-became-of-leads-is-kept.md).
    """

    event = models.OneToOneField(
        JournalEvent, models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    lead = models.ForeignKey(
        Lead, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    # The kind of the journal event, which implies the stage.
    kind = models.CharField(_("stage"), max_length=20)
    at = models.DateTimeField(_("reached"))
    onward_at = models.DateTimeField(_("reached the next one"), null=True)
    # Copies of the lead's current values, so that periods and slices are read without the leads.
    account_id = models.BigIntegerField(_("account"), null=True)
    owner_id = models.BigIntegerField(_("owner"), null=True)
    source = models.CharField(_("source"), max_length=60)

    class Meta:
        verbose_name = _("step of a lead")
        verbose_name_plural = _("steps of leads")
        constraints = [
            models.CheckConstraint(
                condition=Q(onward_at__isnull=True) | Q(onward_at__gte=F("at")),
                name="steps_go_forward",
            ),
        ]
        indexes = [
            models.Index(
                fields=["program", "kind", "at"],
                include=["event", "lead", "onward_at", "account_id", "owner_id", "source"],
                name="steps_of_a_period",
            ),
            models.Index(fields=["program", "lead"], name="steps_of_a_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id}: {self.kind}"


class Answer(ProgramOwned):
    """What followed a hand-off before the lead was handed over again; computed like `StageStep`."""

    handoff = models.OneToOneField(
        HandOff, models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    lead = models.ForeignKey(
        Lead, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    # Copies of the lead's current values; the owner is that of the hand-off.
    account_id = models.BigIntegerField(_("account"), null=True)
    source = models.CharField(_("source"), max_length=60)
    owner_id = models.BigIntegerField(_("owner"), null=True)
    at = models.DateTimeField(_("handed over"))
    points = models.FloatField(_("points at the hand-off"), null=True)
    first_at = models.DateTimeField(_("first human contact"), null=True)
    sql_at = models.DateTimeField(_("became SQL"), null=True)

    class Meta:
        verbose_name = _("answer to a hand-off")
        verbose_name_plural = _("answers to hand-offs")
        indexes = [
            models.Index(
                fields=["program", "at"],
                include=[
                    "handoff",
                    "lead",
                    "account_id",
                    "source",
                    "owner_id",
                    "points",
                    "first_at",
                    "sql_at",
                ],
                name="answers_of_a_period",
            ),
            models.Index(fields=["program", "lead"], name="answers_of_a_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id}: {self.at:%Y-%m-%d %H:%M}"


class StaleLead(HeldToProgram):
    """A lead that changed since its outcomes were computed. Written by triggers in the transaction
    of the change, deleted when they are recomputed."""

    # No foreign key, because rows come and go by the hundred; only the program is enforced.
    lead_id = models.BigIntegerField(_("lead"))

    class Meta:
        verbose_name = _("lead to work out again")
        verbose_name_plural = _("leads to work out again")
        indexes = [
            models.Index(fields=["program", "id"], include=["lead_id"], name="stale_lead_order")
        ]

    def __str__(self) -> str:
        return str(self.lead_id)
