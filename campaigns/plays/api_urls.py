"""REST addresses of plays."""

from django.urls import URLPattern, path

from . import api, api_results

urlpatterns: list[URLPattern] = [
    path("plays/", api.PlaysView.as_view()),
    path("plays/<int:pk>/", api.PlayView.as_view()),
    path("plays/<int:pk>/start/", api.PlayStartView.as_view()),
    path("plays/comparison/", api_results.ComparisonView.as_view()),
    path("plays/<int:pk>/results/", api_results.PlayResultsView.as_view()),
    path("play-runs/", api.PlayRunsView.as_view()),
    path("play-runs/<int:pk>/", api.PlayRunView.as_view()),
]
