from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoiConfig(AppConfig):
    name = "campaigns.roi"
    label = "roi"
    verbose_name = _("ROI pages")
