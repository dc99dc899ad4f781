"""URLs below `/p/<program>/`; the middleware turns the slug into `request.program`."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("settings/endpoints/", include("alignment.notifications.program_urls")),
    path("settings/", include("alignment.people.program_urls")),
    path("notices/", include("alignment.notifications.urls")),
    path("jobs/", include("alignment.jobs.urls")),
    path("imports/", include("alignment.imports.urls")),
    path("agreements/", include("alignment.agreements.urls")),
    path("icp/", include("alignment.icp.urls")),
    path("scoring/", include("alignment.scoring.urls")),
    path("sla/", include("alignment.sla.urls")),
    path("plays/", include("campaigns.plays.urls")),
    path("roi/", include("campaigns.roi.urls")),
    path("policy/", include("campaigns.policy.urls")),
    path("", include("alignment.workspace.urls")),
]
