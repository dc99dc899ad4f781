from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "alignment.core"
    label = "core"
