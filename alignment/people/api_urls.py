from django.urls import path

from . import api_members

app_name = "people-api"
urlpatterns = [
    path("members/", api_members.MembersView.as_view(), name="members"),
    path("members/<int:pk>/", api_members.MemberView.as_view(), name="member"),
    path("teams/", api_members.TeamsView.as_view(), name="teams"),
    path("teams/<int:pk>/", api_members.TeamView.as_view(), name="team"),
]
