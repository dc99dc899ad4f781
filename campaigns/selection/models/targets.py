"""The list: the accounts that both teams chose, who works them, and past lists."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from alignment.people.models import ProgramOwned
from campaigns.library.models import Play

from .sessions import Session

MOST_TARGETS = 500


class Tier(models.IntegerChoices):
    """How much attention an account gets: one to one, one to few, one to many."""

    ONE = 1, _("Tier 1")
    TWO = 2, _("Tier 2")
    THREE = 3, _("Tier 3")


class SelectionSettings(ProgramOwned):
    """How a program chooses its targets. A program without a row has the defaults."""

    capacity = models.PositiveSmallIntegerField(
        _("places on the list"),
        default=50,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_TARGETS)],
    )
    proposed = models.PositiveSmallIntegerField(
        _("accounts that the ranking proposes"),
        default=20,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    quiet_days = models.PositiveSmallIntegerField(
        _("days without engagement until an account is quiet"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )

    class Meta:
        verbose_name = _("settings of the selection")
        verbose_name_plural = _("settings of the selection")
        constraints = [
            models.UniqueConstraint(fields=["program"], name="one_selection_setting"),
            models.CheckConstraint(
                condition=Q(capacity__range=(1, MOST_TARGETS)), name="list_has_places"
            ),
            models.CheckConstraint(condition=Q(quiet_days__gte=1), name="quiet_after_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.program_id}: {self.capacity}"


class Target(ProgramOwned):
    """A stay of an account on the list, open until `left_at`; one may be open per account."""

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="target_stays", db_constraint=False
    )
    # If the stay had ended when its account was merged into `account`, the name of that account.
    known_as = models.CharField(_("merged since; was called"), max_length=200, blank=True)
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier)
    marketing_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner in marketing"),
    )
    sales_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner in sales"),
    )
    play = models.ForeignKey(
        Play,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        verbose_name=_("play"),
    )
    session = models.ForeignKey(
        Session,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        verbose_name=_("chosen in"),
    )
    entered_at = models.DateTimeField(_("on the list since"))
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    left_because = models.CharField(_("why it left"), max_length=300, blank=True)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken off by"),
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True, db_default=Now())

    class Meta:
        verbose_name = _("target account")
        verbose_name_plural = _("target accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(left_at__isnull=True), name="one_stay_at_a_time"
            ),
            models.CheckConstraint(condition=Q(tier__range=(1, 3)), name="target_has_a_tier"),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True, left_because="")
                | Q(left_at__isnull=False) & ~Q(left_because=""),
                name="leaving_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["program", "account"],
                condition=Q(left_at__isnull=True),
                name="targets_now",
            ),
            models.Index(fields=["program", "-updated_at", "-id"], name="target_by_change"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.get_tier_display()}"


class ListedTarget(ProgramOwned):
    """One line of a confirmed list, as texts of that day. The database forbids changing it."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="listed", db_constraint=False)
    account = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", db_constraint=False
    )
    account_name = models.CharField(_("account"), max_length=200)
    verdict = models.CharField(_("verdict"), max_length=8, blank=True)
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier)
    marketing_owner = models.CharField(_("owner in marketing"), max_length=254)
    sales_owner = models.CharField(_("owner in sales"), max_length=254)
    play = models.CharField(_("play"), max_length=120, blank=True)
    entered_at = models.DateTimeField(_("on the list since"))

    class Meta:
        verbose_name = _("line of a confirmed list")
        verbose_name_plural = _("lines of confirmed lists")
        ordering = ["tier", "account_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "account"],
                condition=Q(account__isnull=False),
                name="listed_once_a_session",
            ),
        ]
        indexes = [models.Index(fields=["session", "tier", "account_name"], name="list_in_order")]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.account_name}"
