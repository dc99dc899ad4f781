"""Addresses of results."""

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("results/", views.page, name="results"),
    path("results/export/", views.export, name="results_export"),
    path("results/deals/", views.deals, name="results_deals"),
    path("results/pdf/", views.paper, name="results_pdf"),
    path("results/costs/new/", views.cost_new, name="result_cost_new"),
    path("results/costs/<int:cost_id>/remove/", views.cost_remove, name="result_cost_remove"),
    path("results/baseline/measured/", views.baseline_measured, name="baseline_measured"),
    path("results/baseline/entered/", views.baseline_entered, name="baseline_entered"),
]
