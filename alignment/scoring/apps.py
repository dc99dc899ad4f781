from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "alignment.scoring"
    label = "scoring"
