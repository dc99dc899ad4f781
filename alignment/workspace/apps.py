from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "alignment.workspace"
    label = "workspace"
