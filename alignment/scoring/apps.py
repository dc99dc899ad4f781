from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoringConfig(AppConfig):
    name = "alignment.scoring"
    label = "scoring"
    verbose_name = _("Scoring")

    def ready(self) -> None:
        from . import agreement, steps  # noqa: F401 (register the kind and the steps of its jobs)
        from .backtest import steps as backtest_steps  # noqa: F401
