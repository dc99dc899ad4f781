"""API addresses of metrics."""

from django.urls import URLPattern, path

from .api import views

app_name = "metrics-api"
urlpatterns: list[URLPattern] = [
    path("metrics/", views.MetricsView.as_view(), name="metrics"),
    path("metrics/assumptions/", views.AssumptionsView.as_view(), name="assumptions"),
    path("metrics/<slug:key>/", views.MetricView.as_view(), name="metric"),
    path("metrics/<slug:key>/rows/", views.MetricRowsView.as_view(), name="rows"),
    path("metrics/<slug:key>/breakdown/", views.MetricBreakdownView.as_view(), name="breakdown"),
    path("metrics/<slug:key>/history/", views.MetricHistoryView.as_view(), name="history"),
]
