"""Addresses of the contact policy."""

from django.urls import URLPattern, path

from alignment.agreements.draft_views import discard, start
from alignment.agreements.models import Kind

from . import views

app_name = "policy"
urlpatterns: list[URLPattern] = [
    path("", views.page, name="page"),
    path("versions/<int:number>/", views.version, name="version"),
    path("draft/", views.draft, name="draft"),
    path("draft/start/", start, {"kind": Kind.POLICY}, name="start"),
    path("draft/discard/", discard, {"kind": Kind.POLICY}, name="discard"),
]
