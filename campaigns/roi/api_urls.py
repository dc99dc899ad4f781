"""REST addresses of ROI calculators and pages."""

from django.urls import URLPattern, path

from .api import calculators, pages

app_name = "roi-api"
urlpatterns: list[URLPattern] = [
    path("roi-calculators/", calculators.CalculatorsView.as_view(), name="calculators"),
    path("roi-calculators/<int:pk>/", calculators.CalculatorView.as_view(), name="calculator"),
    path(
        "roi-calculators/<int:pk>/publish/",
        calculators.CalculatorPublishView.as_view(),
        name="publish",
    ),
    path("roi-pages/", pages.PagesView.as_view(), name="pages"),
    path("roi-pages/<int:pk>/", pages.PageView.as_view(), name="page"),
    path("roi-pages/<int:pk>/revoke/", pages.PageRevokeView.as_view(), name="revoke"),
]
