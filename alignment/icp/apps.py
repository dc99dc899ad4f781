from django.apps import AppConfig


class IcpConfig(AppConfig):
    name = "alignment.icp"
    label = "icp"
