"""URLs of people outside any program."""

from django.urls import URLPattern, URLResolver, path

from .views import home, joining

app_name = "people"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("programs/", home.programs, name="programs"),
    path("you/", home.profile, name="profile"),
    path("you/sessions/<int:session>/end/", home.end_session, name="end-session"),
    path("preferences/", home.preferences, name="preferences"),
    path("invitation/<str:secret>/", joining.invitation, name="invitation"),
]
