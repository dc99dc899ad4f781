"""Addresses of the content library in the API."""

from django.urls import URLPattern, path

from . import api

app_name = "library-api"
urlpatterns: list[URLPattern] = [
    path("assets/", api.AssetsView.as_view(), name="assets"),
    path("assets/<int:pk>/", api.AssetView.as_view(), name="asset"),
]
