"""People at a company, how to reach them, and whether they may be contacted."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alignment.core.search_keys import SearchKey
from alignment.people.models import HeldToProgram, ProgramOwned

from .accounts import Account


class Stakeholder(ProgramOwned):
    class CommitteeRole(models.TextChoices):
        DECISION_MAKER = "decision_maker", _("Decision-maker")
        ECONOMIC_BUYER = "economic_buyer", _("Economic buyer")
        CHAMPION = "champion", _("Champion")
        INFLUENCER = "influencer", _("Influencer")
        TECHNICAL = "technical", _("Technical evaluator")
        BLOCKER = "blocker", _("Blocker")
        USER = "user", _("User")

    # The migrations' composite key (program, account) replaces the plain constraint.
    account = models.ForeignKey(
        Account,
        models.CASCADE,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="stakeholders",
        verbose_name=_("account"),
    )
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    title = models.CharField(_("job title"), max_length=160, blank=True)
    role = models.CharField(_("role"), max_length=15, choices=CommitteeRole, blank=True)
    linkedin_url = models.URLField(_("LinkedIn"), max_length=500, blank=True)
    do_not_contact = models.BooleanField(_("do not contact"), default=False)
    do_not_contact_reason = models.CharField(_("why not"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=60, blank=True)
    external_id = models.CharField(_("external id"), max_length=120, null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("stakeholder")
        verbose_name_plural = _("stakeholders")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "external_id"],
                condition=Q(external_id__isnull=False),
                name="one_stakeholder_per_external_id",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "last_name", "first_name", "id"], name="person_name"),
            models.Index(fields=["program", "-updated_at", "-id"], name="person_by_change"),
            GinIndex(
                OpClass(SearchKey("first_name", "last_name"), name="gin_trgm_ops"),
                name="person_name_trigrams",
            ),
        ]

    # The address of a person without a name; set by `accounts.queries.names`.
    known_as = ""

    def __str__(self) -> str:
        return self.full_name or self.known_as or str(_("Unnamed person"))

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class EmailAddress(HeldToProgram):
    """One of a person's addresses; an address belongs to one person of a program."""

    # The migrations' composite key (program, stakeholder) replaces the plain constraint.
    stakeholder = models.ForeignKey(
        Stakeholder,
        models.CASCADE,
        db_constraint=False,
        related_name="emails",
        verbose_name=_("stakeholder"),
    )
    address = models.CharField(_("address, lower case"), max_length=254)
    is_primary = models.BooleanField(_("primary"), default=False)

    class Meta:
        verbose_name = _("e-mail address")
        verbose_name_plural = _("e-mail addresses")
        constraints = [
            models.UniqueConstraint(fields=["program", "address"], name="one_person_per_address"),
            models.UniqueConstraint(
                fields=["stakeholder"], condition=Q(is_primary=True), name="one_primary_address"
            ),
        ]

    def __str__(self) -> str:
        return self.address


class Phone(ProgramOwned):
    stakeholder = models.ForeignKey(
        Stakeholder, models.CASCADE, related_name="phones", verbose_name=_("stakeholder")
    )
    number = models.CharField(_("number"), max_length=40)
    is_primary = models.BooleanField(_("primary"), default=False)

    class Meta:
        verbose_name = _("phone")
        verbose_name_plural = _("phones")
        constraints = [
            models.UniqueConstraint(fields=["stakeholder", "number"], name="phone_once_per_person"),
        ]

    def __str__(self) -> str:
        return self.number


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    LINKEDIN = "linkedin", _("LinkedIn")
    MAIL = "mail", _("Direct mail")


class Consent(ProgramOwned):
    """Whether a channel may be used: the latest statement, its source and time."""

    stakeholder = models.ForeignKey(
        Stakeholder, models.CASCADE, related_name="consents", verbose_name=_("stakeholder")
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    granted = models.BooleanField(_("granted"))
    source = models.CharField(_("source"), max_length=120)
    given_at = models.DateTimeField(_("date"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(fields=["stakeholder", "channel"], name="consent_per_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.granted}"
