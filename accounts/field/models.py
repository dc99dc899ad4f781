"""What sales knows of an account: findings, relationships and competitors."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Stakeholder
from alignment.people.models import ProgramOwned


class CriterionFinding(ProgramOwned):
    """One check of one criterion. Rows are history: they are added, and at most withdrawn."""

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        REFUTED = "refuted", _("Refuted")
        FILLED = "filled", _("Found out")

    account = models.ForeignKey(
        Account, models.CASCADE, db_index=False, related_name="findings", verbose_name=_("account")
    )
    criterion = models.CharField(_("criterion"), max_length=64)
    words = models.CharField(_("criterion in words"), max_length=500)
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome)
    seen = models.TextField(_("what was seen"), max_length=1_000)
    before = models.JSONField(_("facts before"), default=dict)
    after = models.JSONField(_("facts after"), default=dict)
    source = models.CharField(_("source of the account"), max_length=60, blank=True)
    listed_by = models.CharField(_("list that said so"), max_length=60, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    at = models.DateTimeField(_("when"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["confirmed", "refuted", "filled"]),
                name="finding_has_an_outcome",
            ),
            models.CheckConstraint(condition=~Q(seen=""), name="finding_says_what_was_seen"),
        ]
        indexes = [
            models.Index(fields=["program", "account", "-id"], name="finding_of_account"),
            models.Index(fields=["program", "-id"], name="finding_of_program"),
            models.Index(
                fields=["program", "criterion"],
                condition=Q(outcome="refuted"),
                name="finding_refuted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.words}: {self.get_outcome_display()}"


class HeldFact(ProgramOwned):
    """A fact that sales saw for itself, so lists no longer write it."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False, related_name="+")
    fact = models.CharField(_("fact"), max_length=30)
    finding = models.ForeignKey(
        CriterionFinding, models.CASCADE, related_name="+", verbose_name=_("finding")
    )

    class Meta:
        verbose_name = _("held fact")
        verbose_name_plural = _("held facts")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "account", "fact"], name="fact_held_by_one_finding"
            )
        ]

    def __str__(self) -> str:
        return self.fact


class Relationship(ProgramOwned):
    """How well one of our people knows a stakeholder."""

    class Strength(models.IntegerChoices):
        MET = 1, _("Met once")
        EXCHANGED = 2, _("Exchanged")
        WORKS_WITH = 3, _("Works with")
        TRUSTS = 4, _("Trusts")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who of us")
    )
    stakeholder = models.ForeignKey(
        Stakeholder,
        models.CASCADE,
        related_name="relationships",
        verbose_name=_("knows whom"),
    )
    strength = models.SmallIntegerField(_("how well"), choices=Strength)
    since = models.DateField(_("since"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("relationship")
        verbose_name_plural = _("relationships")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "user", "stakeholder"], name="one_relationship_per_pair"
            ),
            models.CheckConstraint(
                condition=Q(strength__range=(1, 4)), name="relationship_from_1_to_4"
            ),
        ]
        indexes = [
            models.Index(fields=["program", "-updated_at", "-id"], name="relationship_by_change")
        ]

    def __str__(self) -> str:
        return f"{self.user} - {self.stakeholder}"


class Competitor(ProgramOwned):
    """Whose product the account uses today."""

    account = models.ForeignKey(
        Account,
        models.CASCADE,
        db_index=False,
        related_name="competitors",
        verbose_name=_("account"),
    )
    name = models.CharField(_("incumbent"), max_length=120)
    contract_ends = models.DateField(_("contract ends"), null=True, blank=True)
    strength = models.SmallIntegerField(_("strength, 1 (weak) to 5 (strong)"))
    source = models.CharField(_("how we know"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("competitor")
        verbose_name_plural = _("competitors")
        constraints = [
            models.UniqueConstraint(
                "program", "account", Lower("name"), name="competitor_once_per_account"
            ),
            models.CheckConstraint(
                condition=Q(strength__range=(1, 5)), name="competitor_from_1_to_5"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="competitor_has_a_name"),
        ]
        indexes = [
            models.Index(fields=["program", "contract_ends"], name="competitor_contract"),
            models.Index(fields=["program", "-updated_at", "-id"], name="competitor_by_change"),
        ]

    def __str__(self) -> str:
        return self.name
