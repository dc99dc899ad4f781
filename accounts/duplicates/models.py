"""Pairs of accounts that may be one company, and merges of accounts."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from alignment.people.models import ProgramOwned


class DuplicatePair(ProgramOwned):
    """Two accounts that look alike. If they are declared different, that is remembered."""

    class Ground(models.TextChoices):
        NAME = "name", _("Similar names in one place")
        DOMAIN = "domain", _("Domains of one root")

    class State(models.TextChoices):
        OPEN = "open", _("To be looked at")
        DIFFERENT = "different", _("Not a duplicate")

    # The migrations' composite keys (program, account) replace the plain constraints.
    first = models.ForeignKey(
        Account,
        models.CASCADE,
        db_index=False,
        db_constraint=False,
        related_name="+",
        verbose_name=_("account"),
    )
    second = models.ForeignKey(
        Account,
        models.CASCADE,
        db_constraint=False,
        related_name="+",
        verbose_name=_("other account"),
    )
    similarity = models.SmallIntegerField(_("similarity of the names, 0-100"))
    ground = models.CharField(_("why"), max_length=6, choices=Ground)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN)
    found_at = models.DateTimeField(_("found"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_of_accounts_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_order"),
            models.CheckConstraint(
                condition=Q(similarity__range=(0, 100)), name="similarity_in_percent"
            ),
        ]
        indexes = [
            models.Index(
                fields=["program", "-similarity", "-id"],
                condition=Q(state="open"),
                name="duplicates_to_look_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"


class SpanToCompare(ProgramOwned):
    """New or renamed accounts, by id from `first` to `last`. Rows are the queue: the search that
    compared them deletes them."""

    first = models.BigIntegerField()
    last = models.BigIntegerField()

    class Meta:
        verbose_name = _("accounts to compare")
        verbose_name_plural = _("accounts to compare")
        indexes = [models.Index(fields=["program", "id"], name="span_to_compare_order")]

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


class Merge(ProgramOwned):
    """An account that was merged: where its address leads, and its last facts."""

    survivor = models.ForeignKey(
        Account,
        models.CASCADE,
        db_constraint=False,
        related_name="+",
        verbose_name=_("account that stayed"),
    )
    gone_id = models.BigIntegerField(_("number of the account that went"))
    gone_name = models.CharField(_("its name"), max_length=200)
    facts = models.JSONField(_("its facts"), default=dict)
    moved = models.JSONField(_("what moved"), default=dict)
    # The pair that was decided, as a plain number because it is deleted with one of its accounts.
    pair_number = models.BigIntegerField(_("number of the pair"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = [
            models.UniqueConstraint(fields=["program", "gone_id"], name="account_goes_once"),
        ]

    def __str__(self) -> str:
        return self.gone_name
