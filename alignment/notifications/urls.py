"""A person's notices, below `/p/<program>/notices/`."""

from django.urls import URLPattern, URLResolver, path

from .views import notices

app_name = "notices"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", notices.notice_list, name="list"),
    path("bell/", notices.bell, name="bell"),
    path("latest/", notices.latest, name="latest"),
    path("read/", notices.read, name="read"),
    path("choices/", notices.choices, name="choices"),
    path("<int:pk>/open/", notices.open_notice, name="open"),
]
