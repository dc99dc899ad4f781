"""What accounts read elsewhere and on our own site, and the figures computed from it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from alignment.people.models import ProgramOwned


class Surge(ProgramOwned):
    """One topic in one week according to one provider. A repeated report replaces it."""

    account = models.ForeignKey(
        Account, models.CASCADE, db_index=False, related_name="surges", verbose_name=_("account")
    )
    source = models.CharField(_("source"), max_length=60)
    topic = models.CharField(_("topic"), max_length=120)
    week = models.DateField(_("week (its Monday)"))
    strength = models.SmallIntegerField(_("strength, 0-100"))
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("surge")
        verbose_name_plural = _("surges")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "account", "week", "topic", "source"],
                name="surge_once_per_week_topic_and_source",
            ),
            models.CheckConstraint(
                condition=Q(strength__range=(0, 100)), name="surge_from_0_to_100"
            ),
            models.CheckConstraint(
                condition=Q(week__iso_week_day=1), name="surge_week_is_a_monday"
            ),
            models.CheckConstraint(
                condition=~Q(topic="") & ~Q(source=""), name="surge_has_topic_and_source"
            ),
        ]
        indexes = [
            models.Index(fields=["program", "-id"], name="surge_of_program"),
            models.Index(fields=["program", "-updated_at", "-id"], name="surge_by_change"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.week}: {self.strength}"


class SiteVisits(ProgramOwned):
    """Visits to our own site from the company's domain in one week."""

    account = models.ForeignKey(
        Account,
        models.CASCADE,
        db_index=False,
        related_name="site_visits",
        verbose_name=_("account"),
    )
    week = models.DateField(_("week (its Monday)"))
    visits = models.IntegerField(_("visits"))
    pages = models.IntegerField(_("pages"))
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("visits of a week")
        verbose_name_plural = _("visits by week")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "account", "week"], name="visits_once_per_week"
            ),
            models.CheckConstraint(
                condition=Q(visits__gte=0, pages__gte=F("visits")), name="a_visit_sees_a_page"
            ),
            models.CheckConstraint(
                condition=Q(visits__lte=1_000_000, pages__lte=10_000_000), name="visits_in_bounds"
            ),
            models.CheckConstraint(
                condition=Q(week__iso_week_day=1), name="visits_week_is_a_monday"
            ),
        ]
        indexes = [
            models.Index(fields=["program", "-id"], name="visits_of_program"),
            models.Index(fields=["program", "-updated_at", "-id"], name="visits_by_change"),
        ]

    def __str__(self) -> str:
        return f"{self.week}: {self.visits}"


class AccountIntent(ProgramOwned):
    """An account's figures of intent on a day: see `rules`. Only one statement writes them.

    No row means that nothing was ever reported. `as_of` is the UTC day of the figures; they decay
    over time, so a sweep rewrites them each day until nothing is left.
    """

    account = models.OneToOneField(
        Account, models.CASCADE, primary_key=True, related_name="intent", verbose_name=_("account")
    )
    strength = models.SmallIntegerField(_("strength now, 0-100"))
    change = models.SmallIntegerField(_("against the three weeks before"))
    topics = models.SmallIntegerField(_("topics that surge"))
    top_topic = models.CharField(_("strongest topic"), max_length=120, blank=True)
    as_of = models.DateField(_("as of"))

    class Meta:
        verbose_name = _("intent of an account")
        verbose_name_plural = _("intent of accounts")
        indexes = [
            models.Index(fields=["program", "-strength", "-account"], name="intent_by_strength"),
            models.Index(
                fields=["as_of"],
                condition=Q(strength__gt=0) | ~Q(change=0),
                name="intent_that_fades",
            ),
        ]

    def __str__(self) -> str:
        return str(self.strength)
