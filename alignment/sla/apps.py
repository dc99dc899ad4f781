from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SlaConfig(AppConfig):
    name = "alignment.sla"
    label = "sla"
    verbose_name = _("SLA")

    def ready(self) -> None:
        # Importing `agreement` registers the kind.
        from accounts.actions.followers import follow

        from . import agreement  # noqa: F401
        from .tasks import take_events

        follow(take_events)
