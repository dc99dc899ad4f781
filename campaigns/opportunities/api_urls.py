"""Addresses of opportunities in the API."""

from django.urls import URLPattern, path

from .api import deals, pipeline

app_name = "opportunities-api"
urlpatterns: list[URLPattern] = [
    path("opportunities/", deals.OpportunitiesView.as_view(), name="opportunities"),
    path("opportunities/<int:pk>/", deals.OpportunityView.as_view(), name="opportunity"),
    path("opportunities/<int:pk>/move/", deals.OpportunityMoveView.as_view(), name="move"),
    path("opportunities/<int:pk>/steps/", deals.OpportunityStepsView.as_view(), name="steps"),
    path("pipeline-stages/", pipeline.StagesView.as_view(), name="stages"),
    path("pipeline-stages/<int:pk>/", pipeline.StageView.as_view(), name="stage"),
    path("exchange-rates/", pipeline.RatesView.as_view(), name="rates"),
]
