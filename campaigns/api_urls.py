"""Addresses of campaigns and nurture tracks in the API."""

from django.urls import URLPattern, path

from .api import campaigns, tracks

app_name = "campaigns-api"
urlpatterns: list[URLPattern] = [
    path("campaigns/", campaigns.CampaignsView.as_view(), name="campaigns"),
    path("campaigns/<int:pk>/", campaigns.CampaignView.as_view(), name="campaign"),
    path("campaigns/<int:pk>/accounts/", campaigns.AudienceView.as_view(), name="audience"),
    path(
        "campaigns/<int:pk>/accounts/<int:account_id>/",
        campaigns.AudienceAccountView.as_view(),
        name="audience-account",
    ),
    path("campaigns/<int:pk>/costs/", campaigns.CostsView.as_view(), name="costs"),
    path("tracks/", tracks.TracksView.as_view(), name="tracks"),
    path("tracks/<int:pk>/", tracks.TrackView.as_view(), name="track"),
    path("tracks/<int:pk>/members/", tracks.MembersView.as_view(), name="members"),
    path("tracks/<int:pk>/members/leave/", tracks.LeaveView.as_view(), name="leave"),
]
