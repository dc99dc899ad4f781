"""The REST API, version 1."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
    path("", include("accounts.api.urls")),
    path("", include("alignment.icp.api_urls")),
    path("", include("alignment.scoring.api_urls")),
    path("", include("alignment.jobs.api_urls")),
    path("", include("alignment.imports.api_urls")),
]
