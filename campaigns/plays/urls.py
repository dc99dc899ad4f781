"""Addresses of the pages of plays, below `/p/<program>/plays/`."""

from django.urls import URLPattern, path

from . import editor_views, views

app_name = "plays"
urlpatterns: list[URLPattern] = [
    path("", views.plays, name="list"),
    path("start/", views.choose, name="choose"),
    path("new/", editor_views.new, name="new"),
    path("<int:play>/", views.play_page, name="play"),
    path("<int:play>/edit/", editor_views.edit, name="edit"),
    path("<int:play>/retire/", views.retire, name="retire"),
    path("<int:play>/bring-back/", views.bring_back, name="bring-back"),
    path("<int:play>/start/", views.start, name="start"),
]
