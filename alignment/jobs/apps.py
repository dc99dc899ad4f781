from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "alignment.jobs"
    label = "jobs"
