"""Addresses of the plan's pages."""

from django.urls import URLPattern, path

from . import campaign_rows_views as rows_views
from . import campaign_views as campaigns
from . import library_views as library
from . import policy_impact_views, track_views

urlpatterns: list[URLPattern] = [
    path(
        "policy/versions/<int:older>/<int:newer>/",
        policy_impact_views.between,
        name="policy_impact",
    ),
    path("content/", library.library, name="library"),
    path("content/gaps/", library.library_gaps, name="library_gaps"),
    path("content/new/", library.asset_new, name="asset_new"),
    path("content/<int:asset_id>/", library.asset, name="asset"),
    path("content/<int:asset_id>/edit/", library.asset_edit, name="asset_edit"),
    path("content/<int:asset_id>/retire/", library.asset_retire, name="asset_retire"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.campaign_new, name="campaign_new"),
    path("campaigns/<int:campaign_id>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:campaign_id>/touches/", rows_views.touches, name="campaign_touches"),
    path(
        "campaigns/<int:campaign_id>/engagements/",
        rows_views.engagements,
        name="campaign_engagements",
    ),
    path("campaigns/<int:campaign_id>/edit/", campaigns.campaign_edit, name="campaign_edit"),
    path("campaigns/<int:campaign_id>/accounts/", campaigns.audience_add, name="audience_add"),
    path(
        "campaigns/<int:campaign_id>/accounts/<int:account_id>/remove/",
        campaigns.audience_remove,
        name="audience_remove",
    ),
    path("campaigns/<int:campaign_id>/costs/new/", campaigns.cost_new, name="cost_new"),
    path(
        "campaigns/<int:campaign_id>/costs/<int:cost_id>/remove/",
        campaigns.cost_remove,
        name="cost_remove",
    ),
    path("campaigns/<int:campaign_id>/tracks/new/", track_views.track_new, name="track_new"),
    path("tracks/<int:track_id>/", track_views.track, name="track"),
    path("tracks/<int:track_id>/enrol/", track_views.track_enrol, name="track_enrol"),
    path(
        "tracks/<int:track_id>/people/<int:person_id>/leave/",
        track_views.track_leave,
        name="track_leave",
    ),
]
