"""Campaigns: a goal, a budget, and the accounts they are for."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from alignment.people.models import ProgramOwned
from campaigns.library.models import Play


class Campaign(ProgramOwned):
    """Amounts in US dollars; dates of the program's time zone, both included."""

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

    def __str__(self) -> str:
        return self.name


class CampaignAccount(ProgramOwned):
    """One account of a campaign's audience."""

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="audience", db_constraint=False
    )
    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_constraint=False)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("account of a campaign")
        verbose_name_plural = _("accounts of campaigns")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "account"], name="account_once_a_campaign"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.account_id}"
