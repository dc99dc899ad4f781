"""The REST API, version 1."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from alignment.core.rest.views import NothingHere

from .api_schema import DocsView, SchemaView

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(url_name="schema"), name="api-docs"),
    path("", include("alignment.workspace.api.urls")),
    path("", include("alignment.people.api_urls")),
    path("", include("accounts.api.urls")),
    path("", include("accounts.field.api_urls")),
    path("", include("accounts.intent.api_urls")),
    path("", include("accounts.duplicates.api_urls")),
    path("", include("alignment.agreements.api_urls")),
    path("", include("alignment.icp.api_urls")),
    path("", include("alignment.scoring.api_urls")),
    path("", include("alignment.sla.api_urls")),
    path("", include("campaigns.policy.api_urls")),
    path("", include("campaigns.calendar.api_urls")),
    path("", include("campaigns.library.api_urls")),
    path("", include("campaigns.api_urls")),
    path("", include("campaigns.opportunities.api_urls")),
    path("", include("campaigns.committee.api_urls")),
    path("", include("campaigns.insights.api_urls")),
    path("", include("alignment.metrics.api_urls")),
    path("", include("alignment.jobs.api_urls")),
    path("", include("alignment.notifications.api_urls")),
    path("", include("alignment.imports.api_urls")),
    path("", include("campaigns.plays.api_urls")),
    path("", include("campaigns.selection.api_urls")),
    path("", include("campaigns.roi.api_urls")),
    path("", include("alignment.metrics.results.api_urls")),
    # Last, so that unknown URLs get a problem+json too.
    re_path("", NothingHere.as_view()),
]
