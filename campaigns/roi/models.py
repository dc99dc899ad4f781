"""ROI calculators, their versions, and the pages sent to prospects."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Stakeholder
from alignment.people.models import ProgramOwned
from campaigns.opportunities.models import Opportunity

from .rules.content import Content, content_of


class Calculator(ProgramOwned):
    """A calculator that marketing builds; its inputs and formulas are in its versions."""

    name = models.CharField(_("name"), max_length=120)
    # No longer offered for new pages; pages already sent stay open.
    retired_at = models.DateTimeField(_("no longer used since"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("ROI calculator")
        verbose_name_plural = _("ROI calculators")
        constraints = [
            models.UniqueConstraint(fields=["program", "name"], name="calculator_name_in_program"),
        ]

    def __str__(self) -> str:
        return self.name


class CalculatorVersion(ProgramOwned):
    """A draft or a published version; the database forbids changing or deleting the latter."""

    calculator = models.ForeignKey(
        Calculator, models.CASCADE, related_name="versions", db_constraint=False
    )
    number = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField(_("content"))
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("version of an ROI calculator")
        verbose_name_plural = _("versions of ROI calculators")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["calculator", "number"], name="number_of_calculator_version"
            ),
            models.UniqueConstraint(
                fields=["calculator"],
                condition=Q(published_at__isnull=True),
                name="one_draft_per_calculator",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.calculator_id} · {self.number}"

    @property
    def said(self) -> Content:
        return content_of(self.content)


class RoiShare(ProgramOwned):
    """A page for one prospect behind a secret address, of which only the hash is stored.

    `sender` is all that the page says about the company that sent it.
    """

    class Language(models.TextChoices):
        EN = "en", _("English")
        FR = "fr", _("French")

    version = models.ForeignKey(
        CalculatorVersion, models.RESTRICT, related_name="shares", db_constraint=False
    )
    account = models.ForeignKey(
        Account, models.CASCADE, related_name="roi_shares", db_constraint=False
    )
    stakeholder = models.ForeignKey(
        Stakeholder,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="roi_shares",
        db_constraint=False,
    )
    opportunity = models.ForeignKey(
        Opportunity,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="roi_shares",
        db_constraint=False,
    )
    sender = models.CharField(_("our company's name"), max_length=120)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("shared ROI page")
        verbose_name_plural = _("shared ROI pages")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="a_roi_page_lives_a_while"
            ),
            models.CheckConstraint(condition=~Q(sender=""), name="a_roi_page_names_its_sender"),
        ]
        indexes = [
            models.Index(fields=["version", "-id"], name="roi_pages_of_version"),
            models.Index(fields=["account", "-id"], name="roi_pages_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.account_id}"

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()


class RoiVisit(ProgramOwned):
    """Visits of one kind to a page on one day of the program; only the first one scores."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("Opened")
        USED = "used", _("Used")

    share = models.ForeignKey(RoiShare, models.CASCADE, related_name="visits", db_constraint=False)
    kind = models.CharField(_("what"), max_length=6, choices=Kind)
    day = models.DateField(_("day"))
    times = models.PositiveIntegerField(_("times"), default=1)
    first_at = models.DateTimeField(_("first"))
    last_at = models.DateTimeField(_("last"))
    # The numbers typed last, by the key of the input.
    values = models.JSONField(_("numbers"), default=dict)

    class Meta:
        ordering = ["first_at", "id"]
        verbose_name = _("visit of an ROI page")
        verbose_name_plural = _("visits of ROI pages")
        constraints = [
            models.UniqueConstraint(
                fields=["share", "kind", "day"], name="one_roi_visit_per_kind_and_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.share_id}: {self.kind} {self.day}"
