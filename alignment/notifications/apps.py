from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "alignment.notifications"
    label = "notifications"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from . import tasks
        from .actions import waking

        waking.sends(waking.MAIL, tasks.send_by_mail)
        waking.sends(waking.ENDPOINTS, tasks.send_to_endpoints)
