from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoringConfig(AppConfig):
    name = "alignment.scoring"
    label = "scoring"
    verbose_name = _("Scoring")

    def ready(self) -> None:
        # Register the kind and the steps of its jobs.
        from . import agreement, steps, whatif_steps  # noqa: F401
        from .backtest import steps as backtest_steps  # noqa: F401
