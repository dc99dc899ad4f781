"""Requests of sales to marketing, for a deal or an account."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Account
from alignment.people.models import ProgramOwned
from campaigns.library.models import Asset
from campaigns.opportunities.models import Opportunity


class SupportRequest(ProgramOwned):
    """ "Case study in insurance by Thursday": who asks, for what, by when, and who delivers it."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("support", "Open")
        TAKEN = "taken", pgettext_lazy("support", "Taken")
        DONE = "done", pgettext_lazy("support", "Done")
        DECLINED = "declined", pgettext_lazy("support", "Declined")

    account = models.ForeignKey(
        Account,
        models.CASCADE,
        db_constraint=False,
        related_name="support_requests",
        verbose_name=_("account"),
    )
    opportunity = models.ForeignKey(
        Opportunity,
        models.SET_NULL,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="support_requests",
        verbose_name=_("opportunity"),
    )
    what = models.CharField(_("what is needed"), max_length=300)
    # The requested day if no time was given, in the calendar of those who deliver.
    due_on = models.DateField(_("needed by the day"), null=True, blank=True)
    # Computed in business hours; see `rules.deadlines`.
    due_at = models.DateTimeField(_("needed by"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    reason = models.CharField(_("why declined"), max_length=300, blank=True)
    # The result, if it is content.
    asset = models.ForeignKey(
        Asset,
        models.SET_NULL,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("content"),
    )
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # When the people concerned were notified that it is overdue, which happens once.
    overdue_at = models.DateTimeField(_("told as overdue"), null=True, blank=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True, db_default=Now())

    class Meta:
        verbose_name = _("request for support")
        verbose_name_plural = _("requests for support")
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="support_says_what"),
            models.CheckConstraint(
                condition=Q(state="declined") & ~Q(reason="") | ~Q(state="declined") & Q(reason=""),
                name="a_declined_request_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "taken"], closed_at__isnull=True)
                | Q(state__in=["done", "declined"], closed_at__isnull=False),
                name="a_closed_request_has_a_date",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "state", "due_at", "id"], name="support_by_due"),
            models.Index(fields=["opportunity", "due_at"], name="support_of_deal"),
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["open", "taken"], overdue_at__isnull=True),
                name="support_to_watch",
            ),
            models.Index(fields=["program", "-updated_at", "-id"], name="support_by_change"),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def is_overdue(self) -> bool:
        return self.is_pending and self.due_at < timezone.now()

    @property
    def is_pending(self) -> bool:
        return self.state in (self.State.OPEN, self.State.TAKEN)
