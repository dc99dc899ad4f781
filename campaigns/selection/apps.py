from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SelectionConfig(AppConfig):
    name = "campaigns.selection"
    label = "selection"
    verbose_name = _("Target accounts")

    def ready(self) -> None:
        # Importing registers the hooks for merged accounts.
        from . import merging  # noqa: F401
