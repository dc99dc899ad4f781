"""Slack and webhooks, below `/p/<program>/settings/endpoints/`."""

from django.urls import URLPattern, URLResolver, path

from .views import endpoints

app_name = "endpoints"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", endpoints.endpoints, name="list"),
    path("<int:pk>/", endpoints.endpoint, name="detail"),
    path("<int:pk>/test/", endpoints.test, name="test"),
    path("<int:pk>/secret/", endpoints.change_secret, name="change-secret"),
    path("<int:pk>/remove/", endpoints.remove, name="remove"),
    path("<int:pk>/deliveries/<int:delivery>/again/", endpoints.again, name="again"),
]
