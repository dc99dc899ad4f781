"""URLs of hours, leave and coverage."""

from django.urls import URLPattern, path

from .views import coverage, hours

urlpatterns: list[URLPattern] = [
    path("hours/", hours.hours, name="hours"),
    path("hours/<int:team>/", hours.team, name="team-hours"),
    path("closures/", hours.add_closure, name="add-closure"),
    path("closures/<int:closure>/remove/", hours.remove_closure, name="remove-closure"),
    path("leave/", hours.add_leave, name="add-leave"),
    path("leave/<int:leave>/remove/", hours.remove_leave, name="remove-leave"),
    path("coverage/", coverage.page, name="coverage"),
]
