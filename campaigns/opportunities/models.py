"""Opportunities: deals, the pipeline they move along, and every step they took."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Account, Lead
from alignment.core.search_keys import SearchKey
from alignment.people.models import ProgramOwned
from campaigns.library.models import Asset

from .defaults import shown


class Outcome(models.TextChoices):
    OPEN = "open", pgettext_lazy("opportunity", "Open")
    WON = "won", pgettext_lazy("opportunity", "Won")
    LOST = "lost", pgettext_lazy("opportunity", "Lost")


class PipelineStage(ProgramOwned):
    """A stage of the program's pipeline. `outcome` never changes, because deals copy it."""

    name = models.CharField(_("name"), max_length=60)
    outcome = models.CharField(_("means"), max_length=4, choices=Outcome, default=Outcome.OPEN)
    position = models.SmallIntegerField(_("position"))
    probability = models.SmallIntegerField(_("probability, %"))
    guidance = models.TextField(_("guidance"), max_length=2_000, blank=True)
    quiet_after_days = models.SmallIntegerField(_("silent after, days"), default=14)
    # Which content helps in this stage; empty means none in particular.
    buying_stage = models.CharField(
        _("content for"),
        max_length=8,
        choices=Asset.BuyingStage,
        blank=True,
        default="",
        db_default="",
    )
    # No longer offered, but still named in history.
    retired_at = models.DateTimeField(_("no longer used since"), null=True, blank=True)

    class Meta:
        verbose_name = _("stage of the pipeline")
        verbose_name_plural = _("stages of the pipeline")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["program", "name"], name="pipeline_stage_name"),
            models.UniqueConstraint(
                fields=["program", "position"],
                name="pipeline_stage_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["program", "outcome"],
                condition=Q(outcome__in=["won", "lost"]),
                name="pipeline_ends_once_each_way",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.OPEN, probability__range=(0, 100))
                | Q(outcome=Outcome.WON, probability=100)
                | Q(outcome=Outcome.LOST, probability=0),
                name="pipeline_probability_in_percent",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(outcome=Outcome.OPEN),
                name="pipeline_ends_stay",
            ),
            models.CheckConstraint(
                condition=Q(quiet_after_days__range=(1, 365)), name="pipeline_quiet_days"
            ),
            models.CheckConstraint(
                condition=Q(buying_stage="") | Q(outcome=Outcome.OPEN),
                name="pipeline_ends_need_no_content",
            ),
        ]

    def __str__(self) -> str:
        return shown(self.name)

    @property
    def guidance_shown(self) -> str:
        return shown(self.guidance)


class ExchangeRate(ProgramOwned):
    """The worth of one unit of a currency in US dollars, for the sums of this program."""

    currency = models.CharField(_("currency"), max_length=3)
    usd = models.DecimalField(_("US dollars for one"), max_digits=18, decimal_places=8)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints = [
            models.UniqueConstraint(fields=["program", "currency"], name="one_rate_per_currency"),
            models.CheckConstraint(condition=Q(usd__gt=0), name="a_rate_is_positive"),
            models.CheckConstraint(condition=~Q(currency="USD"), name="dollars_need_no_rate"),
        ]

    def __str__(self) -> str:
        return f"{self.currency}: {self.usd}"


class LostReason(models.TextChoices):
    PRICE = "price", _("Price")
    COMPETITOR = "competitor", _("A competitor")
    NO_BUDGET = "no_budget", _("No budget")
    NO_DECISION = "no_decision", _("No decision")
    TIMING = "timing", _("Wrong time")
    MISSING = "missing", _("Something missing in the product")
    CHAMPION_LEFT = "champion_left", _("Our champion left")
    NO_FIT = "no_fit", _("No fit")
    OTHER = "other", _("Other")


class Opportunity(ProgramOwned):
    """A deal. `amount` is in `currency`; `amount_usd` is the same at the program's rate.

    Dates are in the program's time zone, moments in UTC.
    """

    account = models.ForeignKey(
        Account,
        models.CASCADE,
        db_constraint=False,
        related_name="opportunities",
        verbose_name=_("account"),
    )
    name = models.CharField(_("name"), max_length=160)
    stage = models.ForeignKey(
        PipelineStage,
        models.RESTRICT,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("stage"),
    )
    outcome = models.CharField(_("outcome"), max_length=4, choices=Outcome, default=Outcome.OPEN)
    stage_since = models.DateTimeField(_("in this stage since"))
    amount = models.DecimalField(
        _("amount"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    amount_usd = models.DecimalField(
        _("amount, USD"), max_digits=16, decimal_places=2, default=Decimal(0)
    )
    close_on = models.DateField(_("expected close"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    source = models.CharField(_("source"), max_length=60, blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    lost_reason = models.CharField(
        _("lost because of"), max_length=13, choices=LostReason, blank=True
    )
    lost_note = models.CharField(_("what happened"), max_length=500, blank=True)
    lost_to = models.CharField(_("lost to"), max_length=120, blank=True)
    external_id = models.CharField(_("external id"), max_length=120, null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # Also when its leads or its committee change.
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "external_id"],
                condition=Q(external_id__isnull=False),
                name="one_opportunity_per_external_id",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.OPEN, closed_at__isnull=True)
                | ~Q(outcome=Outcome.OPEN) & Q(closed_at__isnull=False),
                name="closed_deal_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.LOST) & ~Q(lost_reason="")
                | ~Q(outcome=Outcome.LOST) & Q(lost_reason=""),
                name="lost_deal_has_a_coded_reason",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="a_deal_costs_nobody"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="a_deal_ends_after_it_began",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "stage", "close_on", "id"], name="deal_by_stage"),
            models.Index(
                fields=["program", "close_on", "id"],
                condition=Q(outcome=Outcome.OPEN),
                name="deal_by_close",
            ),
            models.Index(
                fields=["program", "-closed_at", "-id"],
                condition=Q(closed_at__isnull=False),
                name="deal_closed",
            ),
            models.Index(fields=["program", "-opened_at", "-id"], name="deal_by_opening"),
            models.Index(fields=["program", "-updated_at", "-id"], name="deal_by_change"),
            models.Index(fields=["program", "owner", "outcome"], name="deal_by_owner"),
            GinIndex(OpClass(SearchKey("name"), name="gin_trgm_ops"), name="deal_name_trigrams"),
        ]

    def __str__(self) -> str:
        return self.name


class OpportunityLead(ProgramOwned):
    """A lead that became part of a deal; a lead has at most one deal. One that was sent back keeps
    its row until it becomes part of the next.
    """

    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, related_name="leads", db_constraint=False
    )
    lead = models.OneToOneField(
        Lead, models.CASCADE, related_name="deal", db_constraint=False, verbose_name=_("lead")
    )

    class Meta:
        verbose_name = _("lead of an opportunity")
        verbose_name_plural = _("leads of opportunities")

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.lead_id}"


class OpportunityStep(ProgramOwned):
    """One change of a deal: its opening, or its stage, amount, close date or owner. Rows are
    history and are only added; only the pair that changed is filled.
    """

    class Kind(models.TextChoices):
        OPENED = "opened", pgettext_lazy("opportunity", "Opened")
        STAGE = "stage", _("Stage")
        AMOUNT = "amount", _("Amount")
        CLOSE = "close", _("Expected close")
        OWNER = "owner", _("Owner")

    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, related_name="steps", db_constraint=False
    )
    kind = models.CharField(_("what changed"), max_length=6, choices=Kind)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    from_stage = models.ForeignKey(
        PipelineStage, models.RESTRICT, null=True, related_name="+", db_index=False
    )
    to_stage = models.ForeignKey(
        PipelineStage, models.RESTRICT, null=True, related_name="+", db_index=False
    )
    # Amounts as they were written; their dollars follow the rate of today, like those of the deal.
    amount_before = models.DecimalField(
        _("amount before"), max_digits=14, decimal_places=2, null=True
    )
    currency_before = models.CharField(
        _("currency before"), max_length=3, blank=True, db_default=""
    )
    amount_after = models.DecimalField(
        _("amount after"), max_digits=14, decimal_places=2, null=True
    )
    currency_after = models.CharField(_("currency after"), max_length=3, blank=True, db_default="")
    usd_before = models.DecimalField(
        _("amount before, USD"), max_digits=16, decimal_places=2, null=True
    )
    usd_after = models.DecimalField(
        _("amount after, USD"), max_digits=16, decimal_places=2, null=True
    )
    close_before = models.DateField(_("close date before"), null=True)
    close_after = models.DateField(_("close date after"), null=True)
    owner_before = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    owner_after = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("step of an opportunity")
        verbose_name_plural = _("steps of opportunities")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["opened", "stage"]) | Q(to_stage__isnull=False),
                name="step_says_the_stage",
            ),
        ]
        indexes = [
            models.Index(fields=["opportunity", "at", "id"], name="step_of_deal"),
            models.Index(fields=["program", "-at", "-id"], name="step_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"
