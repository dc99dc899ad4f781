"""API addresses of results."""

from django.urls import URLPattern, path

from .api import views

app_name = "results-api"
urlpatterns: list[URLPattern] = [
    path("results/", views.ResultsView.as_view(), name="results"),
    path("attribution/", views.AttributionView.as_view(), name="attribution"),
    path("attribution/deals/", views.CreditedDealsView.as_view(), name="attribution_deals"),
    path("baselines/", views.BaselinesView.as_view(), name="baselines"),
    path("baselines/<int:pk>/", views.BaselineView.as_view(), name="baseline"),
    path("costs/", views.CostsView.as_view(), name="costs"),
    path("costs/<int:pk>/", views.CostView.as_view(), name="cost"),
]
