from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    name = "alignment.reference"
    label = "reference"
