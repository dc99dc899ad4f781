from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SelectionConfig(AppConfig):
    name = "campaigns.selection"
    label = "selection"
    verbose_name = _("Target accounts")

    def ready(self) -> None:
        # Have a say when accounts are merged.
        from . import merging  # noqa: F401
