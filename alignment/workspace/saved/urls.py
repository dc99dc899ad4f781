"""Addresses of saved views, below `accounts/views/`."""

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("new/", views.view_new, name="view_new"),
    path("<int:view_id>/edit/", views.view_edit, name="view_edit"),
    path("<int:view_id>/update/", views.view_update, name="view_update"),
    path("<int:view_id>/remove/", views.view_remove, name="view_remove"),
]
