"""Companies."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alignment.core.search_keys import SearchKey
from alignment.people.models import ProgramOwned
from alignment.reference.rules import US_COUNTRIES


class Account(ProgramOwned):
    """A company. Numbers are closed ranges, because lists often only know "50-200 employees".

    There is one account per domain; a company without a domain is identified by name key and city.
    An open end is null, and so is an unknown value.
    """

    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=200, editable=False)
    city_key = models.CharField(max_length=100, editable=False, default="")
    domain = models.CharField(_("domain"), max_length=253, null=True, blank=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    description = models.TextField(_("description"), blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=2, null=True, blank=True)
    zip = models.CharField(_("ZIP"), max_length=10, blank=True)
    county_fips = models.CharField(_("county"), max_length=5, null=True, blank=True)
    cbsa = models.CharField(_("metropolitan area"), max_length=5, null=True, blank=True)
    country = models.CharField(_("country"), max_length=2, default="US")
    naics = models.CharField(_("industry (NAICS)"), max_length=6, null=True, blank=True)
    industry = models.CharField(_("industry as stated"), max_length=200, blank=True)
    employees_low = models.BigIntegerField(_("employees, from"), null=True, blank=True)
    employees_high = models.BigIntegerField(_("employees, to"), null=True, blank=True)
    revenue_low = models.BigIntegerField(_("annual revenue from, USD"), null=True, blank=True)
    revenue_high = models.BigIntegerField(_("annual revenue to, USD"), null=True, blank=True)
    technology_maturity = models.SmallIntegerField(
        _("technology maturity (1-5)"), null=True, blank=True
    )
    technologies = ArrayField(
        models.CharField(max_length=60), verbose_name=_("technologies"), null=True, blank=True
    )
    budget_usd = models.BigIntegerField(_("budget, USD"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("owner"),
    )
    source = models.CharField(_("source"), max_length=60, blank=True)
    external_id = models.CharField(_("external id"), max_length=120, null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "domain"],
                condition=Q(domain__isnull=False),
                name="one_account_per_domain",
            ),
            models.UniqueConstraint(
                fields=["program", "name_key", "city_key"],
                condition=Q(domain__isnull=True),
                name="one_account_per_name_and_city",
            ),
            models.UniqueConstraint(
                fields=["program", "external_id"],
                condition=Q(external_id__isnull=False),
                name="one_account_per_external_id",
            ),
            models.CheckConstraint(
                condition=Q(employees_low__lte=F("employees_high"))
                | Q(employees_low__isnull=True)
                | Q(employees_high__isnull=True),
                name="employees_range_in_order",
            ),
            models.CheckConstraint(
                condition=Q(revenue_low__lte=F("revenue_high"))
                | Q(revenue_low__isnull=True)
                | Q(revenue_high__isnull=True),
                name="revenue_range_in_order",
            ),
            models.CheckConstraint(
                condition=Q(technology_maturity__range=(1, 5))
                | Q(technology_maturity__isnull=True),
                name="maturity_from_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(country__in=US_COUNTRIES)
                | Q(state__isnull=True, county_fips__isnull=True, cbsa__isnull=True),
                name="us_places_in_the_us",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "name_key", "id"], name="account_by_name"),
            models.Index(fields=["program", "-updated_at", "-id"], name="account_by_change"),
            models.Index(fields=["program", "state"], name="account_by_state"),
            models.Index(
                fields=["program", "owner"],
                condition=Q(owner__isnull=False),
                name="account_by_owner",
            ),
            GinIndex(OpClass(SearchKey("name"), name="gin_trgm_ops"), name="account_name_trigrams"),
        ]

    def __str__(self) -> str:
        return self.name


class AccountAlias(ProgramOwned):
    """A former key of a merged account: rows that still use it refer to `account`.

    An account that currently has the key takes precedence. Deleting the row lets the key name a
    company of its own again.
    """

    class Kind(models.TextChoices):
        DOMAIN = "domain", _("Domain")
        EXTERNAL_ID = "external_id", _("External id")

    # The migrations' composite key (program, account) replaces the plain constraint.
    account = models.ForeignKey(
        Account, models.CASCADE, db_constraint=False, related_name="aliases"
    )
    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    value = models.CharField(_("former key"), max_length=253)
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("former key of an account")
        verbose_name_plural = _("former keys of accounts")
        constraints = [
            models.UniqueConstraint(fields=["program", "kind", "value"], name="alias_means_one"),
        ]

    def __str__(self) -> str:
        return self.value


class AccountChange(ProgramOwned):
    """An account whose facts changed and that waits to be judged again, or a lead whose person left
    its account and that now belongs to none. Rows are the queue."""

    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+")
    # No foreign key: rows live for seconds, and one of a deleted lead is ignored.
    lead_id = models.BigIntegerField(_("lead"), null=True)

    class Meta:
        verbose_name = _("account waiting for its verdict")
        verbose_name_plural = _("accounts waiting for their verdict")
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False) ^ Q(lead_id__isnull=False),
                name="change_of_an_account_or_a_lead",
            ),
        ]
        indexes = [models.Index(fields=["program", "id"], name="account_change_order")]


class AccountToScore(ProgramOwned):
    """An account to be scored again. Rows are the queue; the scoring worker deletes them.

    Without an account the row stands for all accounts of the program with `after` < id <= `until`.
    """

    # Greater than any id.
    END = 2**63 - 1

    # The migrations' composite key (program, account) replaces the plain constraint.
    account = models.ForeignKey(
        Account,
        models.CASCADE,
        null=True,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    after = models.BigIntegerField(db_default=0)
    until = models.BigIntegerField(db_default=END)

    class Meta:
        verbose_name = _("account waiting for its score")
        verbose_name_plural = _("accounts waiting for their score")
        indexes = [models.Index(fields=["program", "id"], name="account_to_score_order")]
