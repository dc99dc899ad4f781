from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PolicyConfig(AppConfig):
    name = "campaigns.policy"
    label = "policy"
    verbose_name = _("Contact policy")

    def ready(self) -> None:
        # Importing registers this kind of agreement.
        from . import agreement  # noqa: F401
