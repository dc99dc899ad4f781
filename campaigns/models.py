"""Campaigns: goal, budget, audience, costs, and nurture tracks."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Stakeholder
from alignment.core.search_keys import SearchKey
from alignment.people.models import ProgramOwned
from campaigns.library.models import Play


class Campaign(ProgramOwned):
    """Amounts are in US dollars; dates are in the program's time zone, both inclusive."""

    name = models.CharField(_("name"), max_length=120)
    goal = models.CharField(_("goal"), max_length=300, blank=True)
    budget_usd = models.BigIntegerField(_("budget, USD"), null=True, blank=True)
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"))
    external_id = models.CharField(_("external id"), max_length=120, null=True, blank=True)
    plays = models.ManyToManyField(Play, verbose_name=_("plays"), blank=True, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    # Also when its audience, costs or plays change.
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = [
            models.UniqueConstraint(fields=["program", "name"], name="campaign_name_in_program"),
            models.UniqueConstraint(
                fields=["program", "external_id"],
                condition=Q(external_id__isnull=False),
                name="one_campaign_per_external_id",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")), name="campaign_dates_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["program", "-updated_at", "-id"], name="campaign_by_change"),
            GinIndex(
                OpClass(SearchKey("name"), name="gin_trgm_ops"), name="campaign_name_trigrams"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CampaignAccount(ProgramOwned):
    """One account of a campaign's audience."""

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="audience", db_index=False, db_constraint=False
    )
    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_constraint=False)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("account of a campaign")
        verbose_name_plural = _("accounts of campaigns")
        constraints = [
            # With the program, audiences are counted without reading the table.
            models.UniqueConstraint(
                fields=["campaign", "account"], include=["program"], name="account_once_a_campaign"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.account_id}"


class Spending(ProgramOwned):
    """A cost in whole US dollars, spread evenly over days in the program's time zone. A cost
    entered by mistake is marked as removed: the row stays but no longer counts.
    """

    spent_on = models.DateField(_("first day"))
    spent_until = models.DateField(_("last day"))
    amount_usd = models.BigIntegerField(_("amount, USD"))
    what_for = models.CharField(_("what for"), max_length=200)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    removed_at = models.DateTimeField(_("removed"), null=True, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.what_for}: {self.amount_usd}"


class CampaignCost(Spending):
    """One cost of a campaign."""

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="costs", db_constraint=False
    )

    class Meta:
        verbose_name = _("cost of a campaign")
        verbose_name_plural = _("costs of campaigns")
        constraints = [
            models.CheckConstraint(condition=Q(amount_usd__gt=0), name="a_cost_is_something"),
            models.CheckConstraint(
                condition=Q(spent_until__gte=F("spent_on")), name="campaign_cost_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=False) | Q(removed_by__isnull=True),
                name="campaign_cost_is_removed_at_a_moment",
            ),
        ]


class Track(ProgramOwned):
    """A nurture track. A marketing-automation tool runs it and reports who entered and left."""

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="tracks", db_constraint=False
    )
    name = models.CharField(_("name"), max_length=120)
    tool = models.CharField(_("tool"), max_length=60, blank=True)
    external_id = models.CharField(_("the tool's id"), max_length=120, null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    # Also when somebody enters or leaves.
    updated_at = models.DateTimeField(_("changed"), auto_now=True, db_default=Now())

    class Meta:
        verbose_name = _("nurture track")
        verbose_name_plural = _("nurture tracks")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "name"], name="track_name_in_campaign"),
            models.UniqueConstraint(
                fields=["program", "tool", "external_id"],
                condition=Q(external_id__isnull=False),
                name="one_track_per_id_of_the_tool",
            ),
        ]
        indexes = [models.Index(fields=["program", "-updated_at", "-id"], name="track_by_change")]

    def __str__(self) -> str:
        return self.name


class TrackMember(ProgramOwned):
    """One stay of a stakeholder in a track; a person who left may enter again."""

    track = models.ForeignKey(Track, models.CASCADE, related_name="members", db_constraint=False)
    stakeholder = models.ForeignKey(
        Stakeholder, models.CASCADE, related_name="tracks", db_constraint=False
    )
    entered_at = models.DateTimeField(_("entered"))
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    left_because = models.CharField(_("why they left"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("member of a track")
        verbose_name_plural = _("members of tracks")
        constraints = [
            models.UniqueConstraint(
                fields=["track", "stakeholder"],
                condition=Q(left_at__isnull=True),
                name="in_a_track_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True, left_because="")
                | Q(left_at__isnull=False, left_at__gte=F("entered_at")) & ~Q(left_because=""),
                name="who_left_a_track_says_why",
            ),
        ]
        indexes = [models.Index(fields=["track", "-entered_at", "-id"], name="members_of_track")]

    def __str__(self) -> str:
        return f"{self.track_id}: {self.stakeholder_id}"
