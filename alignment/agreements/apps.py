from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "alignment.agreements"
    label = "agreements"
