from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "alignment.core"
    label = "core"
    verbose_name = _("Audit")

    def ready(self) -> None:
        from alignment.core import lookups  # noqa: F401
        from alignment.core.field_names import translate_field_names
        from alignment.core.limits import say_limits
        from alignment.core.ordinals import say_ordinals

        say_limits()
        say_ordinals()
        translate_field_names()
