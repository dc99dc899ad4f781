from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "alignment.imports"
    label = "imports"
    verbose_name = _("Imports")

    def ready(self) -> None:
        from . import steps  # noqa: F401 (registers the step of the import job)
