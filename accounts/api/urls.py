from django.urls import path

from . import views

app_name = "accounts-api"
urlpatterns = [
    path("events/", views.EventsView.as_view(), name="events"),
]
