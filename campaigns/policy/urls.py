"""Addresses of the contact policy."""

from django.urls import URLPattern, path

from . import views

app_name = "policy"
urlpatterns: list[URLPattern] = [
    path("", views.page, name="page"),
    path("versions/<int:number>/", views.version, name="version"),
    path("draft/", views.draft, name="draft"),
    path("draft/start/", views.start, name="start"),
    path("draft/discard/", views.discard, name="discard"),
]
