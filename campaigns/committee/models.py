"""The buying committee of a deal: who decides, their stance, and which user owns the contact."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Stakeholder
from alignment.people.models import ProgramOwned
from campaigns.opportunities.models import Opportunity


class Stance(models.TextChoices):
    FOR = "for", pgettext_lazy("stance", "For us")
    NEUTRAL = "neutral", pgettext_lazy("stance", "Neutral")
    AGAINST = "against", pgettext_lazy("stance", "Against us")


class Influence(models.IntegerChoices):
    LOW = 1, pgettext_lazy("influence", "Low")
    MEDIUM = 2, pgettext_lazy("influence", "Medium")
    HIGH = 3, pgettext_lazy("influence", "High")


class CommitteeMember(ProgramOwned):
    """One person's part in one deal; it may differ between deals."""

    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, related_name="committee", db_constraint=False
    )
    stakeholder = models.ForeignKey(
        Stakeholder,
        models.CASCADE,
        related_name="+",
        db_constraint=False,
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=15, choices=Stakeholder.CommitteeRole)
    stance = models.CharField(_("stance"), max_length=7, choices=Stance, blank=True)
    influence = models.SmallIntegerField(
        _("influence"), choices=Influence, default=Influence.MEDIUM
    )
    # A member of the same deal, as enforced by the composite key in the migration.
    reports_to = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="reports",
        db_constraint=False,
        verbose_name=_("reports to"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who of us"),
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("member of a buying committee")
        verbose_name_plural = _("members of buying committees")
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "stakeholder"], name="once_in_a_committee"
            ),
            models.CheckConstraint(
                condition=Q(influence__range=(1, 3)), name="influence_from_1_to_3"
            ),
            models.CheckConstraint(
                condition=Q(reports_to__isnull=True) | ~Q(reports_to=F("pk")),
                name="nobody_reports_to_themselves",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stakeholder}: {self.get_role_display()}"
