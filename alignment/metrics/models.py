"""What is kept about numbers: how they stood each day, and what dollars are reckoned with."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alignment.people.models import ProgramOwned

from .rules import assumptions as usual


class Assumptions(ProgramOwned):
    """What the cost of misalignment is reckoned with. A program without a row goes by the usual."""

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

    `value`, `numerator`, `denominator` and `sample` stay as they were first reckoned. The `latest_`
    ones are what the rows said when they were last read: where they differ, the day was restated.
    """

    metric = models.CharField(_("metric"), max_length=40)
    day = models.DateField(_("day"))
    value = models.FloatField(_("value"), null=True)
    numerator = models.FloatField(_("numerator"), null=True)
    denominator = models.FloatField(_("denominator"), null=True)
    sample = models.PositiveIntegerField(_("sample"), default=0)
    taken_at = models.DateTimeField(_("first reckoned"), db_default=Now())
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
