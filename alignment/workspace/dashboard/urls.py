"""Addresses of the dashboard."""

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("dashboard/", views.dashboard, name="dashboard"),
    path("dashboard/export/", views.dashboard_export, name="dashboard_export"),
    path("dashboard/pdf/", views.dashboard_paper, name="dashboard_pdf"),
    path("dashboard/assumptions/", views.assumptions, name="dashboard_assumptions"),
    path("dashboard/<slug:key>/", views.metric, name="dashboard_metric"),
    path("dashboard/<slug:key>/export/", views.metric_export, name="dashboard_metric_export"),
]
