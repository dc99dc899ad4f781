"""The stored score of an account, and how far the sweep has read the engagements."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from alignment.people.models import ProgramOwned


class AccountScore(ProgramOwned):
    """Points by part, written only by the statement in `statement.py`.

    The row is narrow and has one index, in the order of the list. `version_id` is the model that
    wrote the row; a newer model that gives the same points leaves it unchanged.
    """

    # Migrations add a composite key (program, account) in place of this one.
    account = models.OneToOneField(
        Account,
        models.CASCADE,
        primary_key=True,
        db_constraint=False,
        related_name="account_score",
        verbose_name=_("account"),
    )
    version_id = models.BigIntegerField(_("model version"), default=0)
    score = models.SmallIntegerField(_("score"))
    fit = models.SmallIntegerField(_("fit"))
    engagement = models.SmallIntegerField(_("engagement"))
    intent = models.SmallIntegerField(_("intent"))
    relationships = models.SmallIntegerField(_("relationships"))

    class Meta:
        verbose_name = _("score of an account")
        verbose_name_plural = _("scores of accounts")
        constraints = [
            models.CheckConstraint(
                condition=Q(score=F("fit") + F("engagement") + F("intent") + F("relationships")),
                name="account_score_is_the_sum_of_its_parts",
            ),
            models.CheckConstraint(
                condition=Q(score__range=(0, 100)), name="account_score_from_0_to_100"
            ),
        ]
        indexes = [
            models.Index(fields=["program", "-score", "-account"], name="account_score_order")
        ]

    def __str__(self) -> str:
        return str(self.score)


class EngagementMark(models.Model):
    """How far the engagements of all programs have been read: a single row.

    All engagements up to `read` have been scored. `ahead` is the highest id seen when `ahead_xid`
    was the next transaction id; once every older transaction has ended, nothing new can appear
    below it.
    """

    read = models.BigIntegerField(default=0)
    ahead = models.BigIntegerField(default=0)
    ahead_xid = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("how far engagements have been read")
        verbose_name_plural = _("how far engagements have been read")

    def __str__(self) -> str:
        return str(self.read)
