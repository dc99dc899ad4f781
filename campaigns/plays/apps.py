from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlaysConfig(AppConfig):
    name = "campaigns.plays"
    label = "plays"
    verbose_name = _("Plays")

    def ready(self) -> None:
        # Importing registers the hooks for merged accounts.
        from . import merging  # noqa: F401
