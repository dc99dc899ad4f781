"""Addresses of opportunities in the API; the workspace serves those that combine rooms."""

from django.urls import URLPattern, path

from .api import deals, pipeline

app_name = "opportunities-api"
urlpatterns: list[URLPattern] = [
    path("opportunities/<int:pk>/steps/", deals.OpportunityStepsView.as_view(), name="steps"),
    path("pipeline-stages/", pipeline.StagesView.as_view(), name="stages"),
    path("pipeline-stages/<int:pk>/", pipeline.StageView.as_view(), name="stage"),
    path("pipeline-stages/<int:pk>/restore/", pipeline.RestoreStageView.as_view(), name="restore"),
    path("exchange-rates/", pipeline.RatesView.as_view(), name="rates"),
]
