from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CalendarConfig(AppConfig):
    name = "campaigns.calendar"
    label = "calendar"
    verbose_name = _("Shared calendar")

    def ready(self) -> None:
        from accounts.actions.followers import follow

        from .tasks import match_occurrences

        # Logged attempts appear on the calendar at once; other occurrences with the next sweep.
        follow(match_occurrences)
