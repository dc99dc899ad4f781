from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "alignment.imports"
    label = "imports"
