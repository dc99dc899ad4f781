from django.urls import path

from . import api

app_name = "imports-api"
urlpatterns = [
    path("imports/", api.ImportsView.as_view(), name="imports"),
    path("imports/<int:pk>/", api.ImportView.as_view(), name="import"),
    path("imports/<int:pk>/file/", api.FileView.as_view(), name="file"),
    path("imports/<int:pk>/dry-run/", api.DryRunView.as_view(), name="dry-run"),
    path("imports/<int:pk>/run/", api.RunView.as_view(), name="run"),
    path("imports/<int:pk>/problems/", api.ProblemsView.as_view(), name="problems"),
]
