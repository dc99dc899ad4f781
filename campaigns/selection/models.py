"""The target accounts, and the sittings in which both sides choose them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from alignment.people.models import ProgramOwned
from campaigns.library.models import Play


class Tier(models.IntegerChoices):
    ONE = 1, _("Tier 1 · one to one")
    TWO = 2, _("Tier 2 · one to few")
    THREE = 3, _("Tier 3 · one to many")


def _person(**options: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        **options,
    )


class Target(ProgramOwned):
    """An account's time on the list both sides chose; it is on it while `left_at` is empty."""

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="targets", db_constraint=False
    )
    tier = models.SmallIntegerField(_("tier"), choices=Tier, default=Tier.TWO)
    marketing_owner = _person(verbose_name=_("owner in marketing"))
    sales_owner = _person(verbose_name=_("owner in sales"))
    play = models.ForeignKey(
        Play, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("play")
    )
    since = models.DateTimeField(_("on the list since"))
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    left_because = models.CharField(_("why it left"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("target account")
        verbose_name_plural = _("target accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(left_at__isnull=True),
                name="on_the_list_once",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | ~Q(left_because=""),
                name="leaving_needs_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["program", "account"],
                condition=Q(left_at__isnull=True),
                name="targets_of_program",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} · {self.get_tier_display()}"
