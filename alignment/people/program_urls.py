"""Settings of a program, below `/p/<program>/settings/`."""

from django.urls import URLPattern, URLResolver, path

from .views import invitations, keys, members, program, teams

app_name = "program"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", program.settings, name="settings"),
    path("members/", members.members, name="members"),
    path("members/<int:member>/", members.member, name="member"),
    path("invitations/", invitations.create, name="invite"),
    path("invitations/<int:invitation>/resend/", invitations.send_again, name="resend-invitation"),
    path("invitations/<int:invitation>/revoke/", invitations.take_back, name="revoke-invitation"),
    path("teams/", teams.teams, name="teams"),
    path("teams/<int:team>/", teams.team, name="team"),
    path("keys/", keys.keys, name="keys"),
    path("keys/<int:key>/revoke/", keys.revoke, name="revoke-key"),
]
