"""Who gets a lead that nobody owns, and who covers for an owner who is not working."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alignment.people.models import Membership, ProgramOwned, Team

HEAVIEST = 10


class Routing(ProgramOwned):
    """A program's routing settings; a program without a row uses the defaults here."""

    covers_hours = models.BooleanField(
        _("cover the owner's hours off"),
        default=False,
        help_text=_(
            "A lead that arrives while the owner of its account does not work goes to somebody"
            " who does."
        ),
    )

    class Meta:
        verbose_name = _("routing")
        verbose_name_plural = _("routing")
        constraints = [
            models.UniqueConstraint(fields=["program"], name="one_routing_a_program"),
        ]

    def __str__(self) -> str:
        return str(self.program)


class Territory(ProgramOwned):
    """Assigns the accounts of a state to a person, or to a team that takes turns."""

    state = models.CharField(_("state"), max_length=2)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("team")
    )

    class Meta:
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        ordering = ["state"]
        constraints = [
            models.UniqueConstraint(fields=["program", "state"], name="one_territory_a_state"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, team__isnull=True)
                | Q(user__isnull=True, team__isnull=False),
                name="territory_of_a_person_or_a_team",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state}: {self.user or self.team}"


class Seat(ProgramOwned):
    """A person's share in the rotation. Weight 0 takes no turns.

    Without a row, members of sales have weight 1 and everybody else 0. How many leads a week the
    person can take is stored on the membership (`leads_a_week`).
    """

    membership = models.OneToOneField(
        Membership, models.CASCADE, related_name="seat", verbose_name=_("member")
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MaxValueValidator(HEAVIEST)]
    )

    class Meta:
        verbose_name = _("place in the rotation")
        verbose_name_plural = _("places in the rotation")

    def __str__(self) -> str:
        return f"{self.membership}: {self.weight}"
