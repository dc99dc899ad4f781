"""Baselines that results are compared with, and costs outside campaigns."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alignment.people.models import ProgramOwned, Side
from campaigns.models import Spending

LONGEST_SOURCE = 300


class Cost(Spending):
    """Money spent on winning customers that belongs to no campaign."""

    side = models.CharField(_("side"), max_length=9, choices=Side)

    class Meta:
        verbose_name = _("cost beside campaigns")
        verbose_name_plural = _("costs beside campaigns")
        constraints = [
            models.CheckConstraint(condition=Q(amount_usd__gt=0), name="money_was_spent"),
            models.CheckConstraint(condition=~Q(what_for=""), name="money_went_for_something"),
            models.CheckConstraint(
                condition=Q(spent_until__gte=F("spent_on")), name="cost_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=False) | Q(removed_by__isnull=True),
                name="cost_is_removed_at_a_moment",
            ),
        ]
        indexes = [models.Index(fields=["program", "-spent_on", "-id"], name="cost_by_day")]


class Baseline(ProgramOwned):
    """The figures that results are compared with; a program's newest baseline is in force.

    It is frozen when it is created; a new one is a new row. `first` and `last` are days in the
    program's zone if it was measured here.
    """

    source = models.CharField(_("where it comes from"), max_length=LONGEST_SOURCE)
    first = models.DateField(_("first day"), null=True)
    last = models.DateField(_("last day"), null=True)
    frozen_at = models.DateTimeField(_("frozen"), auto_now_add=True)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("frozen by"),
    )

    class Meta:
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")
        constraints = [
            models.CheckConstraint(
                condition=Q(first__isnull=True, last__isnull=True) | Q(first__lte=F("last")),
                name="baseline_days_in_order",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="baseline_says_its_source"),
        ]
        indexes = [models.Index(fields=["program", "-id"], name="newest_baseline")]

    def __str__(self) -> str:
        return self.source


class BaselineFigure(ProgramOwned):
    """One metric of a baseline, in the metric's unit. A measured one has sample and interval; in an
    entered one these may be unknown, and then the value counts as exact."""

    baseline = models.ForeignKey(
        Baseline, models.CASCADE, related_name="figures", db_constraint=False
    )
    metric = models.CharField(_("metric"), max_length=40)
    value = models.FloatField(_("value"))
    sample = models.PositiveIntegerField(_("sample"), null=True)
    low = models.FloatField(_("at least"), null=True)
    high = models.FloatField(_("at most"), null=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("figure of a baseline")
        verbose_name_plural = _("figures of baselines")
        constraints = [
            models.UniqueConstraint(fields=["baseline", "metric"], name="metric_once_a_baseline"),
            models.CheckConstraint(condition=Q(value__gt=0), name="baseline_is_above_zero"),
            models.CheckConstraint(
                condition=Q(low__isnull=True, high__isnull=True)
                | Q(low__lte=F("value"), high__gte=F("value")),
                name="baseline_within_its_interval",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric}: {self.value}"
