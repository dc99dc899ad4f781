"""Calendar feeds that other programs read at secret addresses."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from alignment.people.models import ProgramOwned


class CalendarFeed(ProgramOwned):
    """The promises a person owes, as an iCalendar feed. Only the hash of the address is stored; a
    new address invalidates the old one."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("of")
    )
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    read_at = models.DateTimeField(_("last read"), null=True, editable=False)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        constraints = [
            models.UniqueConstraint(fields=["program", "user"], name="one_feed_a_person"),
        ]

    def __str__(self) -> str:
        return str(self.user)
