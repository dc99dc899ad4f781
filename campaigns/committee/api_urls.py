"""Addresses of buying committees in the API."""

from django.urls import URLPattern, path

from .api import members

app_name = "committee-api"
urlpatterns: list[URLPattern] = [
    path("opportunities/<int:pk>/committee/", members.CommitteeView.as_view(), name="committee"),
    path(
        "opportunities/<int:pk>/committee/gaps/", members.CommitteeGapsView.as_view(), name="gaps"
    ),
    path(
        "opportunities/<int:pk>/committee/<int:stakeholder_id>/",
        members.CommitteeMemberView.as_view(),
        name="member",
    ),
]
