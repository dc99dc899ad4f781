"""What people save about the pages themselves."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alignment.people.models import ProgramOwned, Team

LONGEST_NAME = 60
LONGEST_QUERY = 2_000


class SavedView(ProgramOwned):
    """Filters, order and columns of a list under a name, for one person or one team.

    `query` is the canonical query string (see `saved.rules`) without a position in the list, so a
    view always opens on its first page.
    """

    class Page(models.TextChoices):
        ACCOUNTS = "accounts", _("Accounts")

    page = models.CharField(_("page"), max_length=12, choices=Page, default=Page.ACCOUNTS)
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("of the person"),
    )
    # The migrations replace the plain constraint by the composite key (program, team).
    team = models.ForeignKey(
        Team,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        verbose_name=_("of the team"),
    )
    query = models.CharField(_("filters, as in an address"), max_length=LONGEST_QUERY, blank=True)
    is_default = models.BooleanField(_("opens first"), default=False)
    created_at = models.DateTimeField(_("saved"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False, team__isnull=True)
                | Q(owner__isnull=True, team__isnull=False),
                name="view_of_a_person_or_a_team",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="view_has_a_name"),
            models.UniqueConstraint(
                fields=["program", "page", "owner", "name"],
                condition=Q(owner__isnull=False),
                name="view_name_of_a_person",
            ),
            models.UniqueConstraint(
                fields=["program", "page", "team", "name"],
                condition=Q(team__isnull=False),
                name="view_name_of_a_team",
            ),
            models.UniqueConstraint(
                fields=["program", "page", "owner"],
                condition=Q(is_default=True, owner__isnull=False),
                name="one_first_view_of_a_person",
            ),
            models.UniqueConstraint(
                fields=["program", "page", "team"],
                condition=Q(is_default=True, team__isnull=False),
                name="one_first_view_of_a_team",
            ),
        ]

    def __str__(self) -> str:
        return self.name
