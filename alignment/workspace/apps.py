from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkspaceConfig(AppConfig):
    name = "alignment.workspace"
    label = "workspace"
    verbose_name = _("Saved views")

    def ready(self) -> None:
        from .members import steps  # noqa: F401 (registers the step of the job)
