"""When teams work and people are away."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alignment.people.models import ProgramOwned, Team


class WorkingHours(ProgramOwned):
    """A team's week in its own time zone. A team without a row works the default week.

    `week` has a list per weekday, Monday first, of [start, end] in minutes after midnight of wall
    clock time, sorted and not touching: [[540, 720], [780, 1080]] is 9-12 and 13-18.
    """

    class Holidays(models.TextChoices):
        NONE = "none", _("None")
        FEDERAL = "federal", _("US federal holidays")
        STATE = "state", _("Holidays of a US state")

    team = models.OneToOneField(Team, models.CASCADE, related_name="hours", verbose_name=_("team"))
    time_zone = models.CharField(_("time zone"), max_length=64)
    week = models.JSONField(_("week"))
    holidays = models.CharField(
        _("holidays"), max_length=7, choices=Holidays, default=Holidays.FEDERAL
    )
    state = models.CharField(_("state"), max_length=2, blank=True)

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        constraints = [
            models.CheckConstraint(
                condition=Q(holidays="state") & ~Q(state="") | ~Q(holidays="state") & Q(state=""),
                name="state_holidays_name_the_state",
            ),
        ]

    def __str__(self) -> str:
        return str(self.team)


class Closure(ProgramOwned):
    """Days on which a team, or the whole company (no team), does not work; both days included."""

    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="closures", verbose_name=_("team")
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    name = models.CharField(_("reason"), max_length=80)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["first_day", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="closure_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
        ]
        indexes = [models.Index(fields=["program", "last_day"], name="closure_of_program")]

    def __str__(self) -> str:
        return self.name


class Leave(ProgramOwned):
    """Days on which a person is away, in the team's time zone; both days included."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who")
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    note = models.CharField(_("note"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leave")
        ordering = ["first_day", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="leave_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
        ]
        indexes = [models.Index(fields=["program", "user", "last_day"], name="leave_of_person")]

    def __str__(self) -> str:
        return f"{self.user} {self.first_day}"
